//! The parts of the page that hold charts and tables: what is known of the bodies, then the evidence by detector.

use crate::model::run::Inspection;
use crate::model::text::Bilingual;
use crate::report::chart::kind::{Chart, ChartSection};
use crate::report::clean::shown;
use crate::report::page::batches;
use crate::report::page::bodies;
use crate::report::page::checklist;
use crate::report::page::credit;
use crate::report::page::evidence;
use crate::report::page::forms;
use crate::report::page::heaping;
use crate::report::page::item_exposure;
use crate::report::page::markup::{Markup, Outlines, both, drawing, filled, word};
use crate::report::page::pairs::{self, PairSheet};
use crate::report::page::rater_panels;
use crate::report::page::remark;
use crate::report::page::same_answers;
use crate::report::page::score_audit;
use crate::report::page::table::Table;
use crate::report::page::written;
use crate::report::parameters::ReportParameters;

/// Charts of a section that are open; the rest is folded.
const OPEN_CHARTS: usize = 3;

/// A chart on the page.
pub struct Figure {
    /// File stem.
    pub name: String,
    /// Below the chart.
    pub caption: Markup,
    /// Heading, where the drawing is a link.
    pub alternative: Bilingual,
    /// The drawing in both languages, where it fits.
    pub drawing: Option<(Markup, Markup)>,
}

/// One part of the evidence.
pub struct Section {
    /// Anchor on the page.
    pub anchor: &'static str,
    /// Heading.
    pub title: Markup,
    /// What it is and how to read it.
    pub intro: Markup,
    /// Said of what was found.
    pub remarks: Vec<Markup>,
    /// Charts that are open.
    pub figures: Vec<Figure>,
    /// Further charts.
    pub folded: Vec<Figure>,
    /// Heading of these.
    pub folded_title: Markup,
    /// Tables.
    pub tables: Vec<Table>,
    /// Pairs of sheets side by side.
    pub pair_sheets: Vec<PairSheet>,
}

impl Section {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty() && self.tables.is_empty()
    }
}

/// Sections below one heading.
pub struct Group {
    /// Anchor on the page.
    pub anchor: &'static str,
    /// Heading.
    pub title: Markup,
    /// The sections.
    pub sections: Vec<Section>,
}

/// Every group of sections, in the order of the page.
pub fn groups(inspection: &Inspection, figures: &mut Figures<'_>, parameters: &ReportParameters) -> Vec<Group> {
    let mut section = |name: &'static str, kind: ChartSection, tables: Vec<Table>| section(figures, name, kind, tables);
    let sorted = bodies::sorted(inspection);
    let supervision = vec![
        section("overview", ChartSection::Overview, bodies::overview(inspection, &sorted, parameters)),
        section("bodies", ChartSection::Bodies, bodies::clauses(inspection, &sorted, parameters)),
        section("batches", ChartSection::Batches, batches::clauses(inspection, parameters)),
        section("checklist", ChartSection::Checklist, checklist::tables(inspection, parameters)),
        section("credit", ChartSection::Credit, credit::tables(inspection, parameters)),
    ];
    let group = |anchor, sections| Group { anchor, title: word(&format!("section.{anchor}")), sections };
    vec![group("supervision", supervision), group("evidence", sections(inspection, figures, parameters))]
}

fn section(figures: &mut Figures<'_>, name: &'static str, kind: ChartSection, tables: Vec<Table>) -> Section {
    let mut open = figures.of(kind);
    let folded = open.split_off(open.len().min(OPEN_CHARTS));
    Section {
        anchor: name,
        title: word(&format!("section.{name}")),
        intro: word(&format!("{name}.intro")),
        remarks: Vec::new(),
        figures: open,
        folded_title: filled("evidence.more_charts", &[("n", &folded.len().to_string())]),
        folded,
        tables,
        pair_sheets: Vec::new(),
    }
}

fn sections(inspection: &Inspection, figures: &mut Figures<'_>, parameters: &ReportParameters) -> Vec<Section> {
    let mut section = |name: &'static str, kind: ChartSection, tables: Vec<Table>| section(figures, name, kind, tables);
    let mut similarity = section("similarity", ChartSection::Similarity, pairs::tables(inspection, parameters));
    similarity.remarks = pairs::remarks(inspection);
    similarity.pair_sheets = pairs::pair_sheets(inspection, parameters);
    let mut form_tables = forms::tables(inspection, parameters);
    form_tables.extend(item_exposure::tables(inspection, parameters));
    let mut reused = section("forms", ChartSection::Forms, form_tables);
    reused.remarks = forms::remarks(inspection);
    let mut texts = section("written", ChartSection::Written, written::tables(inspection, parameters));
    texts.remarks = written::remarks(inspection);
    reused.remarks.extend(item_exposure::remarks(inspection));
    let mut panels = rater_panels::tables(inspection, parameters);
    let measured = !panels.is_empty();
    // Where the model has measured the raters, plain deviations and pairs are for whoever wants to look further.
    panels.extend(evidence::raters(inspection, parameters).into_iter().map(|mut table| {
        table.folded = measured;
        table
    }));
    panels.extend(same_answers::tables(inspection, parameters));
    let mut raters = section("raters", ChartSection::Scoring, panels);
    raters.remarks = rater_panels::remarks(inspection);
    let mut queue = section("remark_queue", ChartSection::Remark, remark::tables(inspection, parameters));
    queue.remarks = remark::remarks(inspection);
    let mut pass_lines = evidence::pass_lines(inspection, parameters);
    pass_lines.extend(heaping::tables(inspection, parameters));
    vec![
        section("qualification", ChartSection::Qualification, evidence::unqualified(inspection, parameters)),
        similarity,
        reused,
        texts,
        raters,
        queue,
        section("pass_lines", ChartSection::PassLine, pass_lines),
        section("score_changes", ChartSection::ScoreChange, {
            let mut tables = evidence::score_changes(inspection, parameters);
            tables.extend(score_audit::tables(inspection, parameters));
            tables
        }),
    ]
}

/// Draws charts into the page as long as the budget lasts; the rest are linked.
pub struct Figures<'a> {
    /// Bytes of charts that may still stand in the page.
    pub budget: usize,
    /// Every chart.
    pub charts: &'a [Chart],
    /// Outlines of glyphs that the drawings share.
    pub outlines: Outlines,
}

impl Figures<'_> {
    /// The charts of a section.
    pub fn of(&mut self, section: ChartSection) -> Vec<Figure> {
        let charts = self.charts;
        charts.iter().filter(|chart| chart.section == section).map(|chart| self.figure(chart)).collect()
    }

    fn figure(&mut self, chart: &Chart) -> Figure {
        let size = chart.svg.zh.len() + chart.svg.en.len();
        let fits = size <= self.budget;
        let drawing = fits.then(|| {
            let zh = drawing(&chart.svg.zh, &mut self.outlines);
            (zh, drawing(&chart.svg.en, &mut self.outlines))
        });
        if fits {
            self.budget -= size;
        }
        Figure {
            name: chart.name.clone(),
            caption: both(&chart.caption),
            alternative: Bilingual::new(shown(&chart.title.zh), shown(&chart.title.en)),
            drawing,
        }
    }
}

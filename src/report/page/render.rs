//! The whole page from its parts. Self-contained: the style, the one script and the charts stand in it,
//! and a content-security policy lets nothing else run or load.

use crate::model::run::Inspection;
use crate::model::text::Bilingual;
use crate::report::chart::kind::{Chart, ChartSection};
use crate::report::clean::shown;
use crate::report::error::ReportError;
use crate::report::page::clauses::{ClauseSheet, clause_sheet};
use crate::report::page::evidence;
use crate::report::page::heaping;
use crate::report::page::inputs;
use crate::report::page::markup::{Markup, Outlines, both, drawing, filled, outlines, plain, word};
use crate::report::page::numbers::{count, date_or_dash};
use crate::report::page::pairs::{self, PairSheet};
use crate::report::page::rater_panels;
use crate::report::page::remark;
use crate::report::page::same_answers;
use crate::report::page::score_audit;
use crate::report::page::table::Table;
use crate::report::parameters::ReportParameters;
use crate::report::view::Totals;
use crate::report::wording;
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../templates/style.css");
const SCRIPT: &str = include_str!("../templates/page.js");

/// However long the page is, so many bytes of charts stand in it.
const LEAST_CHART_BYTES: usize = 500_000;
/// Charts of a section that are open; the rest is folded.
const OPEN_CHARTS: usize = 3;

/// One fact of the run.
struct Fact {
    label: Markup,
    value: Markup,
    note: Option<Markup>,
}

/// A chart on the page.
struct Figure {
    name: String,
    caption: Markup,
    alternative: Bilingual,
    drawing: Option<(Markup, Markup)>,
}

/// One part of the evidence.
struct Section {
    anchor: &'static str,
    title: Markup,
    intro: Markup,
    remarks: Vec<Markup>,
    figures: Vec<Figure>,
    folded: Vec<Figure>,
    folded_title: Markup,
    tables: Vec<Table>,
    pair_sheets: Vec<PairSheet>,
}

impl Section {
    fn is_empty(&self) -> bool {
        self.figures.is_empty() && self.tables.is_empty()
    }
}

/// A list of fixed statements.
struct Statements {
    anchor: &'static str,
    title: Markup,
    points: Vec<Markup>,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    policy: String,
    style: Markup,
    script: Markup,
    title: String,
    facts: Vec<Fact>,
    sheet: ClauseSheet,
    matrix: Vec<Figure>,
    sections: Vec<Section>,
    received: Table,
    quarantine: Table,
    exclusions: Vec<Table>,
    statements: Vec<Statements>,
    command: String,
    seed: String,
    version: String,
    rule_pack: String,
    rule_pack_sha256: String,
    settings: Vec<(String, String)>,
    outlines: Markup,
    words: Words,
}

/// Fixed texts that the parts shared by many rows need.
struct Words {
    threshold: Markup,
    missing: Markup,
    readings: Markup,
    subjects: Markup,
    detail: Markup,
    source: Markup,
    by_authority: Markup,
    linked: Markup,
    files: Markup,
    item: Markup,
    key: Markup,
    same: Markup,
    share: Markup,
}

impl Words {
    fn new() -> Self {
        Self {
            threshold: word("clauses.threshold"),
            missing: word("clauses.missing"),
            readings: word("clauses.readings"),
            subjects: word("column.subjects"),
            detail: word("column.detail"),
            source: word("column.source"),
            by_authority: word("measure.by_authority"),
            linked: word("evidence.chart_linked"),
            files: word("evidence.chart_files"),
            item: word("similarity.item"),
            key: word("similarity.key"),
            same: word("similarity.same"),
            share: word("similarity.share"),
        }
    }
}

impl Page {
    /// A fixed text of the program, for the templates.
    fn word(&self, key: &str) -> Markup {
        word(key)
    }
}

/// The text of `report.html`. Charts are drawn into it as far as they fit.
pub fn page(inspection: &Inspection, charts: &[Chart], parameters: &ReportParameters) -> Result<String, ReportError> {
    let without_charts = rendered(inspection, charts, parameters, 0)?.len();
    let budget = parameters.maximum_page_bytes.saturating_sub(without_charts).max(LEAST_CHART_BYTES);
    rendered(inspection, charts, parameters, budget)
}

fn rendered(
    inspection: &Inspection,
    charts: &[Chart],
    parameters: &ReportParameters,
    budget: usize,
) -> Result<String, ReportError> {
    // Browsers hash a script after turning CR LF into LF, and so must the policy.
    let script = SCRIPT.replace("\r\n", "\n");
    let mut figures = Figures { budget, charts, outlines: Outlines::new() };
    let run = &inspection.run;
    let (matrix, sections) = (figures.of(ChartSection::Clauses), sections(inspection, &mut figures, parameters));
    let page = Page {
        policy: format!(
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
            STANDARD.encode(Sha256::digest(script.as_bytes()))
        ),
        style: Markup::trusted(STYLE),
        script: Markup::trusted(&script),
        title: {
            let title = wording::text("page.title");
            format!("{} · {}", title.zh, title.en)
        },
        facts: facts(inspection),
        sheet: clause_sheet(inspection, parameters),
        matrix,
        sections,
        received: inputs::received(inspection),
        quarantine: inputs::quarantine(inspection, parameters),
        exclusions: inputs::exclusions(inspection, parameters),
        statements: ["methods", "explanations", "corroboration", "respond"]
            .into_iter()
            .map(|name| Statements {
                anchor: name,
                title: word(&format!("section.{name}")),
                points: wording::list(name).iter().map(both).collect(),
            })
            .collect(),
        command: shown(&parameters.command),
        seed: run.seed.to_string(),
        version: shown(&run.version),
        rule_pack: shown(&run.rule_pack),
        rule_pack_sha256: run.rule_pack_sha256.clone(),
        settings: run.settings.iter().map(|(name, value)| (shown(name), shown(value))).collect(),
        outlines: outlines(&figures.outlines),
        words: Words::new(),
    };
    // A checkout with CR LF must give the same page.
    Ok(page.render()?.replace("\r\n", "\n"))
}

fn facts(inspection: &Inspection) -> Vec<Fact> {
    let totals = Totals::of(inspection);
    let fact = |key: &str, value: Markup| Fact { label: word(&format!("facts.{key}")), value, note: None };
    let mut files = fact("files", plain(&totals.files.to_string()));
    if totals.files_unreadable > 0 {
        files.note = Some(filled("facts.unreadable", &[("n", &totals.files_unreadable.to_string())]));
    }
    let dates = inspection.dataset.batches.iter().filter_map(|batch| batch.exam_date);
    let (first, last) = (dates.clone().min(), dates.max());
    let mut facts = vec![
        fact("batches", plain(&count(totals.batches as u64))),
        fact("bodies", plain(&count(inspection.dataset.bodies.len() as u64))),
        files,
        fact("rows", plain(&count(totals.rows_read))),
        fact("quarantined", plain(&count(totals.quarantine_entries as u64))),
    ];
    if first.is_some() {
        let range = if first == last {
            date_or_dash(first)
        } else {
            format!("{} – {}", date_or_dash(first), date_or_dash(last))
        };
        facts.push(fact("dates", plain(&range)));
    }
    facts.push(fact("rule_pack", plain(&inspection.run.rule_pack)));
    facts.push(fact("version", plain(&inspection.run.version)));
    facts
}

fn sections(inspection: &Inspection, figures: &mut Figures<'_>, parameters: &ReportParameters) -> Vec<Section> {
    let mut section = |name: &'static str, kind: ChartSection, tables: Vec<Table>| {
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
    };
    let mut similarity = section("similarity", ChartSection::Similarity, pairs::tables(inspection, parameters));
    similarity.remarks = pairs::remarks(inspection);
    similarity.pair_sheets = pairs::pair_sheets(inspection, parameters);
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
struct Figures<'a> {
    budget: usize,
    charts: &'a [Chart],
    outlines: Outlines,
}

impl Figures<'_> {
    fn of(&mut self, section: ChartSection) -> Vec<Figure> {
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

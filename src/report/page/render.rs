//! The whole page from its parts. Self-contained: the style, the one script and the charts stand in it,
//! and a content-security policy lets nothing else run or load.

use crate::model::run::Inspection;
use crate::report::chart::kind::{Chart, ChartSection};
use crate::report::clean::shown;
use crate::report::error::ReportError;
use crate::report::page::clauses::{ClauseSheet, clause_sheet};
use crate::report::page::inputs;
use crate::report::page::markup::{Markup, Outlines, both, filled, outlines, plain, word};
use crate::report::page::numbers::{count, date_or_dash};
use crate::report::page::sections::{Figure, Figures, Group, groups};
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

/// One fact of the run.
struct Fact {
    label: Markup,
    value: Markup,
    note: Option<Markup>,
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
    /// Whether a rule pack was applied: a study of one table has neither clauses nor bodies.
    judged: bool,
    sheet: ClauseSheet,
    matrix: Vec<Figure>,
    groups: Vec<Group>,
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
    let (matrix, mut groups) = (figures.of(ChartSection::Clauses), groups(inspection, &mut figures, parameters));
    let judged = !run.rule_pack.is_empty() || !inspection.findings.is_empty();
    if !judged {
        // Of what nobody looked for, it would say nothing that the data hold no evidence of it.
        groups.iter_mut().for_each(|group| group.sections.retain(|section| !section.is_empty()));
        groups.retain(|group| !group.sections.is_empty());
    }
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
        facts: facts(inspection, judged),
        judged,
        sheet: clause_sheet(inspection, parameters),
        matrix,
        groups,
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

fn facts(inspection: &Inspection, judged: bool) -> Vec<Fact> {
    let totals = Totals::of(inspection);
    let fact = |key: &str, value: Markup| Fact { label: word(&format!("facts.{key}")), value, note: None };
    let mut files = fact("files", plain(&totals.files.to_string()));
    if totals.files_unreadable > 0 {
        files.note = Some(filled("facts.unreadable", &[("n", &totals.files_unreadable.to_string())]));
    }
    let dates = inspection.dataset.batches.iter().filter_map(|batch| batch.exam_date);
    let (first, last) = (dates.clone().min(), dates.max());
    let mut facts = Vec::new();
    if judged {
        facts.extend([
            fact("batches", plain(&count(totals.batches as u64))),
            fact("bodies", plain(&count(inspection.dataset.bodies.len() as u64))),
            files,
            fact("rows", plain(&count(totals.rows_read))),
            fact("quarantined", plain(&count(totals.quarantine_entries as u64))),
        ]);
    }
    if first.is_some() {
        let range = if first == last {
            date_or_dash(first)
        } else {
            format!("{} – {}", date_or_dash(first), date_or_dash(last))
        };
        facts.push(fact("dates", plain(&range)));
    }
    if judged {
        facts.push(fact("rule_pack", plain(&inspection.run.rule_pack)));
    }
    facts.push(fact("version", plain(&inspection.run.version)));
    facts
}

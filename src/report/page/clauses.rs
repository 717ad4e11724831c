//! The clause sheet: one row a finding, most urgent first.

use crate::model::batch::Body;
use crate::model::finding::{Finding, FindingCase, Verdict};
use crate::model::ids::BodyId;
use crate::model::missing::MissingFact;
use crate::model::observation::Nature;
use crate::model::provenance::SourceRow;
use crate::model::run::Inspection;
use crate::model::text::Bilingual;
use crate::report::chart::matrix::article_name;
use crate::report::clean::shown;
use crate::report::order::{article_key, by_urgency};
use crate::report::page::figures::{self, FigureGroup, Labelled};
use crate::report::page::further::further;
use crate::report::page::markup::{Markup, both, chip, filled, joined, more, plain, verdict_symbol, word};
use crate::report::page::numbers::date_or_dash;
use crate::report::page::table::Table;
use crate::report::parameters::ReportParameters;
use crate::report::tally::Tally;
use crate::report::view::source_row;
use crate::report::wording;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Most source places named in one case; the workbook names all.
const MAXIMUM_PLACES: usize = 6;
/// Most subjects named in one case.
const MAXIMUM_SUBJECTS: usize = 8;

/// Findings with a row of their own on the page, most urgent first; the rest are counted by article.
const MAXIMUM_ROWS: usize = 1_500;
/// The same of conditions that are not met.
const MAXIMUM_NOT_MET: usize = 600;
/// Findings, most urgent first, that hold all their figures on the page; the workbook holds them of every finding.
const MAXIMUM_WITH_FIGURES: usize = 300;

/// The clause sheet.
pub struct ClauseSheet {
    /// Verdict, chip, meaning, count; in order of urgency.
    pub counts: Vec<VerdictCount>,
    /// All but NOT_MET, and but for what is said of the data set as a whole.
    pub rows: Vec<FindingRow>,
    /// What is said once for the whole data set: most of it is for a person.
    pub data_set: Vec<FindingRow>,
    /// The heading of these folded rows.
    pub data_set_title: Markup,
    /// NOT_MET.
    pub not_met: Vec<FindingRow>,
    /// The heading of the folded rows.
    pub not_met_title: Markup,
    /// Findings without a row of their own, counted.
    pub further: Option<Table>,
    /// Their heading.
    pub further_title: Markup,
    /// Articles that occur, for the filter and the list of texts.
    pub articles: Vec<ArticleEntry>,
}

/// How often a verdict was reached.
pub struct VerdictCount {
    /// `MET`.
    pub name: &'static str,
    /// Symbol and word.
    pub chip: Markup,
    /// Symbol and word in both languages without markup, for a list to choose from.
    pub option: String,
    /// What it means.
    pub meaning: Markup,
    /// How many findings.
    pub count: usize,
}

/// One finding on the page.
pub struct FindingRow {
    /// Anchor on the page.
    pub anchor: String,
    /// Stable identifier.
    pub id: String,
    /// `MET`.
    pub verdict: &'static str,
    /// Symbol and word.
    pub chip: Markup,
    /// `20(1)`.
    pub article: String,
    /// Anchor of the article's text.
    pub article_anchor: String,
    /// Batch, or that it is about the body.
    pub batch: Markup,
    /// Exam date, occupation, level, as far as known.
    pub batch_note: Markup,
    /// Name of the body, empty when unknown.
    pub body_name: String,
    /// Code of the body, empty when unknown.
    pub body_id: String,
    /// Why, in a sentence.
    pub why: Markup,
    /// The pack, where there are several or none was in force.
    pub basis: Option<Markup>,
    /// Threshold as written; where the condition does not hold, it stands with the article only.
    pub threshold: Option<Markup>,
    /// Figures to read first.
    pub figures: Vec<Labelled>,
    /// All figures, folded.
    pub all_figures: Vec<FigureGroup>,
    /// "All figures (n)".
    pub all_figures_title: Markup,
    /// The measure; none where the condition does not hold or is undetermined.
    pub measure: Option<Markup>,
    /// What is missing.
    pub missing: Vec<Markup>,
    /// Readings with their verdicts.
    pub readings: Vec<(Markup, Markup)>,
    /// The cases, facts apart from signs.
    pub cases: Vec<CaseList>,
}

/// Cases of one kind.
pub struct CaseList {
    /// "Procedural facts (n)".
    pub title: Markup,
    /// `fact` or `sign`.
    pub nature: &'static str,
    /// The cases shown.
    pub rows: Vec<CaseRow>,
    /// Said when not all are shown.
    pub note: Option<Markup>,
}

/// One case on the page.
pub struct CaseRow {
    /// What saw it, where several detectors are behind one finding.
    pub observed_by: Option<Markup>,
    /// Subjects.
    pub subjects: Markup,
    /// What is seen.
    pub detail: Markup,
    /// Source places.
    pub places: Markup,
}

/// One article with its text.
pub struct ArticleEntry {
    /// `20(1)`.
    pub article: String,
    /// Anchor.
    pub anchor: String,
    /// `第二十条（一）`.
    pub heading: Markup,
    /// Text as in force.
    pub text: Markup,
    /// Packs that have it, with their dates.
    pub basis: Vec<Markup>,
    /// Threshold as written.
    pub threshold: Markup,
    /// What stays with a person.
    pub human: Vec<Markup>,
    /// The measure.
    pub measure: Option<Markup>,
}

/// Builds the clause sheet.
pub fn clause_sheet(inspection: &Inspection, parameters: &ReportParameters) -> ClauseSheet {
    let bodies = body_names(inspection);
    let findings = by_urgency(inspection);
    let anchors = article_anchors(&findings);
    let with_cases = findings.iter().filter(|finding| !finding.cases.is_empty()).count().max(1);
    let limit = parameters.maximum_cases_shown.min((parameters.maximum_cases_on_page / with_cases).max(1));
    let mut rows = Vec::new();
    let mut not_met = Vec::new();
    let mut data_set = Vec::new();
    let mut beyond: Vec<&Finding> = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        let is_flagged = matches!(finding.verdict, Verdict::Met | Verdict::Indication);
        let (list, most) = if finding.verdict == Verdict::NotMet {
            (&mut not_met, MAXIMUM_NOT_MET)
        } else if finding.batch_id.is_none() && finding.body_id.is_none() && !is_flagged {
            (&mut data_set, MAXIMUM_ROWS)
        } else {
            (&mut rows, MAXIMUM_ROWS)
        };
        if list.len() < most {
            list.push(finding_row(inspection, finding, index + 1, limit, &bodies, &anchors));
        } else {
            beyond.push(finding);
        }
    }
    let tally = Tally::of(findings.iter().copied());
    ClauseSheet {
        further_title: filled("clauses.further", &[("n", &beyond.len().to_string())]),
        further: further(&beyond),
        counts: Verdict::ALL
            .iter()
            .map(|verdict| VerdictCount {
                name: verdict.as_str(),
                chip: chip(*verdict),
                option: option_text(*verdict),
                meaning: word(&format!("verdict_meaning.{}", verdict.as_str())),
                count: tally.number(*verdict),
            })
            .collect(),
        not_met_title: filled("clauses.not_met", &[("n", &tally.number(Verdict::NotMet).to_string())]),
        data_set_title: filled("clauses.data_set_rows", &[("n", &data_set.len().to_string())]),
        articles: article_entries(&findings, &anchors),
        rows,
        data_set,
        not_met,
    }
}

/// Options of a list can hold no elements, so both languages stand in them.
fn option_text(verdict: Verdict) -> String {
    let words = wording::text(&format!("verdict.{}", verdict.as_str()));
    format!("{} {} · {}", verdict_symbol(verdict), words.zh, words.en)
}

/// Names of bodies as the register gives them.
pub fn body_names(inspection: &Inspection) -> BTreeMap<&BodyId, String> {
    let named = |body: &Body| body.body_name.as_ref().map(|name| shown(name));
    inspection.dataset.bodies.iter().filter_map(|body| Some((&body.body_id, named(body)?))).collect()
}

/// Name and code of a body, or its code alone.
pub fn body_title(names: &BTreeMap<&BodyId, String>, body_id: &BodyId) -> Markup {
    let code = plain(body_id.as_str());
    match names.get(body_id) {
        Some(name) => joined(&[plain(name), code], " "),
        None => code,
    }
}

fn article_anchors(findings: &[&Finding]) -> BTreeMap<String, String> {
    let mut articles: Vec<&str> = findings.iter().map(|finding| finding.article.as_str()).collect();
    articles.sort_by_key(|article| article_key(article));
    articles.dedup();
    // Numbered, since an article's name need not be fit for an address.
    articles
        .iter()
        .enumerate()
        .map(|(index, article)| ((*article).to_owned(), format!("article-{}", index + 1)))
        .collect()
}

fn article_entries(findings: &[&Finding], anchors: &BTreeMap<String, String>) -> Vec<ArticleEntry> {
    let mut by_article: Vec<&&Finding> = findings.iter().collect();
    by_article.sort_by_key(|finding| article_key(&finding.article));
    by_article
        .chunk_by(|a, b| a.article == b.article)
        .filter_map(|group| {
            let first = group.first()?;
            let human: BTreeSet<_> =
                group.iter().map(|finding| &finding.human_element).filter(|text| !text.zh.is_empty()).collect();
            let bases: BTreeSet<Bilingual> = group.iter().map(|finding| basis(finding)).collect();
            Some(ArticleEntry {
                article: shown(&first.article),
                anchor: anchors.get(&first.article).cloned().unwrap_or_default(),
                heading: both(&article_name(&first.article)),
                text: both(&first.article_text),
                basis: bases.iter().map(both).collect(),
                threshold: both(&first.threshold),
                human: human.into_iter().map(both).collect(),
                measure: measure(first),
            })
        })
        .collect()
}

/// The pack of a finding with the days it is in force.
pub fn basis(finding: &Finding) -> Bilingual {
    let basis = &finding.basis;
    let day = |day: Option<NaiveDate>, open: &str| {
        day.map_or_else(|| wording::text(open), |day| Bilingual::new(day.to_string(), day.to_string()))
    };
    let (from, to) = (day(basis.effective_from, "clauses.from_open"), day(basis.effective_to, "clauses.to_open"));
    let name = format!("{} {}", finding.rule_pack, basis.version);
    let said = wording::fill("clauses.in_force", &[("pack", name.trim())]);
    Bilingual::new(
        said.zh.replace("{from}", &from.zh).replace("{to}", &to.zh),
        said.en.replace("{from}", &from.en).replace("{to}", &to.en),
    )
}

/// The text in force on the day that decides; its dates stand with the article. Where the condition does not hold it
/// is said only when there are several packs or none was in force.
fn in_force_on(finding: &Finding, several: bool) -> Option<Bilingual> {
    let Some(day) = finding.basis.judged_on else { return several.then(|| basis(finding)) };
    if !finding.basis.in_force {
        let pack = basis(finding);
        let said = wording::fill("clauses.not_in_force_on", &[("day", &day.to_string())]);
        return Some(Bilingual::new(said.zh.replace("{pack}", &pack.zh), said.en.replace("{pack}", &pack.en)));
    }
    let pack = format!("{} {}", finding.rule_pack, finding.basis.version);
    let values = [("day", day.to_string()), ("pack", pack.trim().to_owned())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    (several || finding.verdict != Verdict::NotMet).then(|| wording::fill("clauses.in_force_on", &values))
}

fn attaches_measure(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::NotMet | Verdict::Undetermined)
}

fn measure(finding: &Finding) -> Option<Markup> {
    finding.measure.map(|measure| word(&format!("measure.{}", measure.as_str())))
}

fn finding_row(
    inspection: &Inspection,
    finding: &Finding,
    number: usize,
    limit: usize,
    bodies: &BTreeMap<&BodyId, String>,
    anchors: &BTreeMap<String, String>,
) -> FindingRow {
    let body_id = finding.body_id.as_ref().map(|id| shown(id.as_str())).unwrap_or_default();
    let body_name = finding.body_id.as_ref().and_then(|id| bodies.get(id)).cloned().unwrap_or_default();
    let batch = finding.batch_id.as_ref().map(|id| shown(id.as_str())).unwrap_or_default();
    // A province has thousands of batches without anything to see: there the sentence says it all.
    let is_brief = finding.verdict == Verdict::NotMet && number > MAXIMUM_WITH_FIGURES;
    let readings_differ = finding.readings.len() > 1 && !is_brief;
    FindingRow {
        anchor: format!("finding-{number}"),
        id: shown(&finding.id),
        verdict: finding.verdict.as_str(),
        chip: chip(finding.verdict),
        article: shown(&finding.article),
        article_anchor: anchors.get(&finding.article).cloned().unwrap_or_default(),
        batch: match (batch.is_empty(), body_id.is_empty()) {
            (false, _) => plain(&batch),
            (true, false) => word("clauses.no_batch"),
            (true, true) => word("clauses.data_set"),
        },
        batch_note: batch_note(inspection, finding),
        body_name,
        body_id,
        why: both(&finding.text),
        basis: in_force_on(finding, inspection.run.rule_packs.len() > 1).as_ref().map(both),
        threshold: (finding.verdict != Verdict::NotMet).then(|| both(&finding.threshold)),
        figures: if is_brief { Vec::new() } else { figures::first(&finding.figures) },
        all_figures: if number <= MAXIMUM_WITH_FIGURES && finding.verdict != Verdict::NotMet {
            figures::groups(&finding.figures, &inspection.measure_names)
        } else {
            Vec::new()
        },
        all_figures_title: filled("clauses.all_figures", &[("n", &finding.figures.len().to_string())]),
        measure: if attaches_measure(finding.verdict) { measure(finding) } else { None },
        missing: finding.missing.iter().map(missing_fact).collect(),
        readings: if readings_differ {
            finding.readings.iter().map(|(reading, verdict)| (both(reading), chip(*verdict))).collect()
        } else {
            Vec::new()
        },
        cases: case_lists(inspection, finding, limit),
    }
}

/// Facts, then signs: nobody should take the one for the other.
fn case_lists(inspection: &Inspection, finding: &Finding, limit: usize) -> Vec<CaseList> {
    let several = finding.cases.windows(2).any(|pair| pair[0].measure != pair[1].measure);
    // Of a rule that may rest on both, a list says what it holds even when it is the only one.
    let weighs_both = finding.figures.contains_key("fact_cases");
    let lists = [Nature::Fact, Nature::Sign].map(|nature| {
        let cases: Vec<&FindingCase> = finding.cases.iter().filter(|case| case.nature == nature).collect();
        let (total, shown) = (cases.len(), cases.len().min(limit));
        let title = if weighs_both || total < finding.cases.len() { nature.as_str() } else { "cases" };
        CaseList {
            title: filled(&format!("clauses.{title}"), &[("n", &total.to_string())]),
            nature: nature.as_str(),
            rows: cases.into_iter().take(limit).map(|case| case_row(inspection, case, several)).collect(),
            note: (shown < total)
                .then(|| filled("clauses.cases_all", &[("shown", &shown.to_string()), ("n", &total.to_string())])),
        }
    });
    lists.into_iter().filter(|list| !list.rows.is_empty()).collect()
}

fn batch_note(inspection: &Inspection, finding: &Finding) -> Markup {
    let Some(batch) = finding.batch_id.as_ref().and_then(|id| inspection.dataset.batch(id)) else {
        return Markup::default();
    };
    let mut parts = Vec::new();
    if batch.exam_date.is_some() {
        parts.push(plain(&date_or_dash(batch.exam_date)));
    }
    if let Some(occupation) = &batch.occupation {
        parts.push(plain(occupation));
    }
    if let Some(level) = batch.level {
        parts.push(filled("word.level", &[("n", &level.to_string())]));
    }
    joined(&parts, " · ")
}

/// A missing table or column: its name in the reader's language where that differs, then its canonical name.
pub fn missing_fact(fact: &MissingFact) -> Markup {
    let table = wording::label("table", &fact.table);
    if fact.column.is_empty() {
        let whole = wording::text("clauses.whole_table");
        return both(&Bilingual::new(
            format!("{}（{}）{}", table.zh, whole.zh, fact.table),
            format!("{} ({})", table.en, whole.en),
        ));
    }
    let name = format!("{}.{}", fact.table, fact.column);
    let column = wording::find(&format!("field.{name}"))
        .cloned()
        .unwrap_or_else(|| Bilingual::new(fact.column.as_str(), fact.column.as_str()));
    both(&Bilingual::new(
        format!("{} · {}（{name}）", table.zh, column.zh),
        format!("{} · {} ({name})", table.en, column.en),
    ))
}

fn case_row(inspection: &Inspection, case: &FindingCase, several: bool) -> CaseRow {
    let mut subjects: Vec<Markup> = case.subjects.iter().take(MAXIMUM_SUBJECTS).map(|subject| plain(subject)).collect();
    if case.subjects.len() > MAXIMUM_SUBJECTS {
        subjects.push(more(case.subjects.len() - MAXIMUM_SUBJECTS));
    }
    CaseRow {
        observed_by: several.then(|| both(&seen_by(inspection, &case.measure))),
        subjects: joined(&subjects, ", "),
        detail: both(&case.detail),
        places: places(case.sources.iter().map(|source| source_row(inspection, *source))),
    }
}

/// The measure in words; its own name where no detector says it.
fn seen_by(inspection: &Inspection, measure: &str) -> Bilingual {
    inspection.measure_names.get(measure).cloned().unwrap_or_else(|| Bilingual::new(measure, measure))
}

/// Source rows, those of one sheet together: `评分.xlsx / 6月 : 3, 5, 9`.
pub fn places(rows: impl Iterator<Item = SourceRow>) -> Markup {
    let rows: BTreeSet<SourceRow> = rows.collect();
    let total = rows.len();
    let shown_rows: Vec<SourceRow> = rows.into_iter().take(MAXIMUM_PLACES).collect();
    let mut pieces: Vec<Markup> = shown_rows
        .chunk_by(|a, b| (&a.file, &a.sheet) == (&b.file, &b.sheet))
        .filter_map(|group| {
            let first = group.first()?;
            let sheet = if first.sheet.is_empty() { String::new() } else { format!(" / {}", first.sheet) };
            let numbers: Vec<String> = group.iter().map(|row| row.row.to_string()).collect();
            Some(plain(&format!("{}{sheet} : {}", first.file, numbers.join(", "))))
        })
        .collect();
    if total > MAXIMUM_PLACES {
        pieces.push(more(total - MAXIMUM_PLACES));
    }
    joined(&pieces, "; ")
}

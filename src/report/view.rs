//! What leaves the program as JSON: plain structs, filled from the model by hand. Every text from the
//! data passes [`crate::report::clean`] here.

use crate::model::basis::Basis;
use crate::model::figure::{Figure, Figures};
use crate::model::finding::{Finding, FindingCase, Measure, Verdict};
use crate::model::missing::MissingFact;
use crate::model::provenance::{Provenance, SourceFile, SourceRow, SourceSheet};
use crate::model::run::{Inspection, RunRecord};
use crate::model::text::Bilingual;
use crate::report::batch_view::{BatchView, batches_view};
use crate::report::clean::{shown, shown_both};
use crate::report::order::by_article;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

/// `findings.json`.
#[derive(Serialize)]
pub struct FindingsView<'a> {
    /// Version of this format.
    pub schema: u32,
    /// Identity of the run.
    pub run: RunRecord,
    /// Sorted by article, body, batch.
    pub findings: EachFinding<'a>,
}

/// The findings of a run, made fit to be shown one after the other while they are written: a province has hundreds of
/// thousands.
pub struct EachFinding<'a>(&'a Inspection);

impl Serialize for EachFinding<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(by_article(self.0).into_iter().map(|finding| finding_view(self.0, finding)))
    }
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct FindingView {
    /// Stable identifier.
    pub id: String,
    /// Rule pack.
    pub rule_pack: String,
    /// Its version and dates, and the day that decides.
    pub basis: Basis,
    /// Article and item.
    pub article: String,
    /// Detector(s).
    pub detector: String,
    /// Verdict word.
    pub verdict: Verdict,
    /// Body, if known.
    pub body_id: Option<String>,
    /// Batch, if the rule is about one.
    pub batch_id: Option<String>,
    /// Subjects.
    pub subjects: Vec<String>,
    /// Figures by name.
    pub figures: Figures,
    /// Threshold as written.
    pub threshold: Bilingual,
    /// Missing facts.
    pub missing: Vec<MissingFact>,
    /// Measure that the article attaches, for decision by the authority.
    pub measure: Option<Measure>,
    /// What is found, in words.
    pub text: Bilingual,
    /// Every source row of the finding, sorted, once each.
    pub rows: Vec<SourceRow>,
    /// Article text as in force.
    pub article_text: Bilingual,
    /// What stays with a person.
    pub human_element: Bilingual,
    /// Verdict under every reading, primary first.
    pub readings: Vec<ReadingView>,
    /// Single cases.
    pub cases: Vec<CaseView>,
}

/// One reading of an article.
#[derive(Debug, Serialize)]
pub struct ReadingView {
    /// The reading.
    pub reading: Bilingual,
    /// Verdict under it.
    pub verdict: Verdict,
}

/// One case.
#[derive(Debug, Serialize)]
pub struct CaseView {
    /// `detector.measure`.
    pub measure: String,
    /// `fact` or `sign`.
    pub nature: &'static str,
    /// Subjects.
    pub subjects: Vec<String>,
    /// What is seen.
    pub detail: Bilingual,
    /// Source rows.
    pub rows: Vec<SourceRow>,
}

/// `run.json`.
#[derive(Debug, Serialize)]
pub struct RunView {
    /// Version of this format.
    pub schema: u32,
    /// Identity of the run.
    #[serde(flatten)]
    pub run: RunRecord,
    /// Sums over all inputs.
    pub totals: Totals,
    /// Every batch.
    pub batches: Vec<BatchView>,
    /// Every input.
    pub inputs: Vec<InputView>,
}

/// Sums over all inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Input files.
    pub files: usize,
    /// Files that could not be read.
    pub files_unreadable: usize,
    /// Data rows seen.
    pub rows_read: u64,
    /// Rows refused.
    pub rows_refused: u64,
    /// Rows left out for a harmless reason.
    pub rows_skipped: u64,
    /// Entries of the quarantine (refused rows and refused single values).
    pub quarantine_entries: usize,
    /// Batches named by any table.
    pub batches: usize,
}

impl Totals {
    /// Sums over the inputs of a run.
    pub fn of(inspection: &Inspection) -> Self {
        let files = &inspection.dataset.files;
        let sum = |count: fn(&SourceSheet) -> u64| files.iter().flat_map(|file| &file.sheets).map(count).sum();
        Self {
            files: files.len(),
            files_unreadable: files.iter().filter(|file| file.error.is_some()).count(),
            rows_read: sum(|sheet| sheet.rows_read),
            rows_refused: sum(|sheet| sheet.rows_refused),
            rows_skipped: sum(|sheet| sheet.rows_skipped),
            quarantine_entries: inspection.quarantine.len(),
            batches: inspection.dataset.batch_ids().len(),
        }
    }
}

/// One input.
#[derive(Debug, Serialize)]
pub struct InputView {
    /// Relative path.
    pub path: String,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
    /// Format.
    pub format: String,
    /// Encoding, empty for binary formats.
    pub encoding: String,
    /// Its sheets.
    pub sheets: Vec<InputSheetView>,
    /// Why it could not be read.
    pub error: Option<Bilingual>,
}

/// One sheet of an input.
#[derive(Debug, Serialize)]
pub struct InputSheetView {
    /// Name in the workbook.
    pub name: String,
    /// Table it was taken for.
    pub table: Option<String>,
    /// Data rows seen.
    pub rows_read: u64,
    /// Rows refused.
    pub rows_refused: u64,
    /// Rows left out for a harmless reason.
    pub rows_skipped: u64,
    /// Header and canonical name.
    pub mapped_columns: Vec<MappedColumnView>,
    /// Headers nobody claims.
    pub unmapped_columns: Vec<String>,
}

/// One mapped column.
#[derive(Debug, Serialize)]
pub struct MappedColumnView {
    /// As the file has it.
    pub header: String,
    /// Canonical name.
    pub column: String,
}

/// Everything of `findings.json`.
pub fn findings_view(inspection: &Inspection) -> FindingsView<'_> {
    FindingsView { schema: 1, run: run_record(&inspection.run), findings: EachFinding(inspection) }
}

/// Everything of `run.json`.
pub fn run_view(inspection: &Inspection) -> RunView {
    RunView {
        schema: 1,
        run: run_record(&inspection.run),
        totals: Totals::of(inspection),
        batches: batches_view(&inspection.dataset),
        inputs: inspection.dataset.files.iter().map(input_view).collect(),
    }
}

fn run_record(run: &RunRecord) -> RunRecord {
    RunRecord {
        version: run.version.clone(),
        settings: run.settings.iter().map(|(name, value)| (shown(name), shown(value))).collect(),
        seed: run.seed,
        rule_pack: shown(&run.rule_pack),
        rule_pack_sha256: run.rule_pack_sha256.clone(),
        rule_packs: run.rule_packs.clone(),
    }
}

fn finding_view(inspection: &Inspection, finding: &Finding) -> FindingView {
    let rows: BTreeSet<SourceRow> =
        finding.cases.iter().flat_map(|case| &case.sources).map(|source| source_row(inspection, *source)).collect();
    FindingView {
        id: shown(&finding.id),
        rule_pack: shown(&finding.rule_pack),
        basis: finding.basis.clone(),
        article: shown(&finding.article),
        detector: shown(&finding.detector),
        verdict: finding.verdict,
        body_id: finding.body_id.as_ref().map(|id| shown(id.as_str())),
        batch_id: finding.batch_id.as_ref().map(|id| shown(id.as_str())),
        subjects: finding.subjects.iter().map(|subject| shown(subject)).collect(),
        figures: figures_shown(&finding.figures),
        threshold: shown_both(&finding.threshold),
        missing: finding
            .missing
            .iter()
            .map(|fact| MissingFact { table: shown(&fact.table), column: shown(&fact.column) })
            .collect(),
        measure: finding.measure,
        text: shown_both(&finding.text),
        rows: rows.into_iter().collect(),
        article_text: shown_both(&finding.article_text),
        human_element: shown_both(&finding.human_element),
        readings: finding
            .readings
            .iter()
            .map(|(reading, verdict)| ReadingView { reading: shown_both(reading), verdict: *verdict })
            .collect(),
        cases: finding.cases.iter().map(|case| case_view(inspection, case)).collect(),
    }
}

/// Figures with their texts fit to be shown.
pub fn figures_shown(figures: &Figures) -> Figures {
    let clean = |figure: &Figure| match figure {
        Figure::Text(text) => Figure::Text(shown(text)),
        other => other.clone(),
    };
    figures.iter().map(|(name, figure)| (shown(name), clean(figure))).collect()
}

/// One case with its rows spelt out.
pub fn case_view(inspection: &Inspection, case: &FindingCase) -> CaseView {
    CaseView {
        measure: shown(&case.measure),
        nature: case.nature.as_str(),
        subjects: case.subjects.iter().map(|subject| shown(subject)).collect(),
        detail: shown_both(&case.detail),
        rows: case.sources.iter().map(|source| source_row(inspection, *source)).collect(),
    }
}

/// A place in words, fit to be shown.
pub fn source_row(inspection: &Inspection, source: Provenance) -> SourceRow {
    let row = inspection.dataset.source_row(source);
    SourceRow { file: shown(&row.file), sheet: shown(&row.sheet), row: row.row }
}

/// One input, fit to be shown.
pub fn input_view(file: &SourceFile) -> InputView {
    InputView {
        path: shown(&file.path),
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        format: shown(&file.format),
        encoding: shown(&file.encoding),
        sheets: file.sheets.iter().map(sheet_view).collect(),
        error: file.error.as_ref().map(shown_both),
    }
}

fn sheet_view(sheet: &SourceSheet) -> InputSheetView {
    InputSheetView {
        name: shown(&sheet.name),
        table: sheet.table.as_ref().map(|table| shown(table)),
        rows_read: sheet.rows_read,
        rows_refused: sheet.rows_refused,
        rows_skipped: sheet.rows_skipped,
        mapped_columns: sheet
            .mapped_columns
            .iter()
            .map(|(header, column)| MappedColumnView { header: shown(header), column: shown(column) })
            .collect(),
        unmapped_columns: sheet.unmapped_columns.iter().map(|header| shown(header)).collect(),
    }
}

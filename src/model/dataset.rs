//! The validated tables of one run.

use crate::model::answer::AnswerTable;
use crate::model::batch::{Batch, Body, Filing};
use crate::model::candidate::Candidate;
use crate::model::certificate::Certificate;
use crate::model::form::FormItem;
use crate::model::ids::{BatchId, BodyId, FormId};
use crate::model::missing::MissingFact;
use crate::model::pass_line::{PassLine, PassLineChange};
use crate::model::provenance::{Provenance, SourceFile, SourceRow};
use crate::model::rating::Rating;
use crate::model::score::Score;
use crate::model::score_change::ScoreChange;
use crate::model::supervision::{
    AnnualReport, ArchiveDocument, Assignment, BankItem, Complaint, Fee, MeasureTaken, Rectification, StaffMember,
};
use crate::model::written_answer::WrittenAnswer;
use std::collections::{BTreeMap, BTreeSet};

/// Everything read, in one fixed order (each table sorted by its keys, then by source).
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// Input files, sorted by path.
    pub files: Vec<SourceFile>,
    /// Canonical `(table, column)` pairs that at least one file had a column for.
    pub columns: BTreeSet<(String, String)>,
    /// `bodies`.
    pub bodies: Vec<Body>,
    /// `filings`.
    pub filings: Vec<Filing>,
    /// `batches`.
    pub batches: Vec<Batch>,
    /// `candidates`.
    pub candidates: Vec<Candidate>,
    /// `forms`, one entry an item.
    pub form_items: Vec<FormItem>,
    /// `answers`.
    pub answers: AnswerTable,
    /// Free responses of `answers`, and attachments.
    pub written_answers: Vec<WrittenAnswer>,
    /// `ratings`.
    pub ratings: Vec<Rating>,
    /// `scores`, one entry a component.
    pub scores: Vec<Score>,
    /// `score_changes`.
    pub score_changes: Vec<ScoreChange>,
    /// `pass_lines`.
    pub pass_lines: Vec<PassLine>,
    /// `pass_line_changes`.
    pub pass_line_changes: Vec<PassLineChange>,
    /// `staff`.
    pub staff: Vec<StaffMember>,
    /// `assignments`.
    pub assignments: Vec<Assignment>,
    /// `archives`.
    pub archives: Vec<ArchiveDocument>,
    /// `complaints`.
    pub complaints: Vec<Complaint>,
    /// `annual_reports`.
    pub annual_reports: Vec<AnnualReport>,
    /// `fees`.
    pub fees: Vec<Fee>,
    /// `certificates`.
    pub certificates: Vec<Certificate>,
    /// `rectifications`.
    pub rectifications: Vec<Rectification>,
    /// `measures`.
    pub measures: Vec<MeasureTaken>,
    /// `item_bank`.
    pub item_bank: Vec<BankItem>,
}

impl Dataset {
    /// Whether some file had this column.
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.columns.contains(&(table.to_owned(), column.to_owned()))
    }

    /// Whether some file was taken for this table.
    pub fn has_table(&self, table: &str) -> bool {
        self.columns.range((table.to_owned(), String::new())..).next().is_some_and(|(found, _)| found == table)
    }

    /// Those of `columns` (of one table) that no file has; the whole table when it is absent.
    pub fn missing(&self, table: &str, columns: &[&str]) -> Vec<MissingFact> {
        if !self.has_table(table) {
            return vec![MissingFact::table(table)];
        }
        columns
            .iter()
            .filter(|column| !self.has_column(table, column))
            .map(|column| MissingFact::column(table, column))
            .collect()
    }

    /// Every batch that any table names, in byte order, with its `batches` row if there is one.
    pub fn batch_ids(&self) -> BTreeMap<BatchId, Option<&Batch>> {
        let mut found: BTreeMap<BatchId, Option<&Batch>> = BTreeMap::new();
        for batch in &self.batches {
            found.entry(batch.batch_id.clone()).or_insert(Some(batch));
        }
        // The tables are sorted by batch: looking up only where the batch changes saves millions of look-ups.
        fn add<'a>(found: &mut BTreeMap<BatchId, Option<&Batch>>, batch_ids: impl Iterator<Item = &'a BatchId>) {
            let mut previous = None;
            for batch_id in batch_ids {
                if previous != Some(batch_id) && !found.contains_key(batch_id) {
                    found.insert(batch_id.clone(), None);
                }
                previous = Some(batch_id);
            }
        }
        add(&mut found, self.candidates.iter().map(|row| &row.batch_id));
        add(&mut found, self.answers.sheets.iter().map(|row| &row.batch_id));
        add(&mut found, self.written_answers.iter().map(|row| &row.batch_id));
        add(&mut found, self.ratings.iter().map(|row| &row.batch_id));
        add(&mut found, self.scores.iter().map(|row| &row.batch_id));
        add(&mut found, self.score_changes.iter().map(|row| &row.batch_id));
        add(&mut found, self.pass_lines.iter().map(|row| &row.batch_id));
        add(&mut found, self.pass_line_changes.iter().map(|row| &row.batch_id));
        found
    }

    /// The forms that the sheets of each batch name.
    pub fn sheet_forms(&self) -> BTreeMap<&BatchId, BTreeSet<&FormId>> {
        let mut found: BTreeMap<&BatchId, BTreeSet<&FormId>> = BTreeMap::new();
        let mut previous = None;
        for sheet in &self.answers.sheets {
            // Sheets stand by batch, and most of a batch have one form: only a change of either is looked up.
            let named = sheet.form_id.as_ref().map(|form_id| (&sheet.batch_id, form_id));
            if let Some((batch_id, form_id)) = named.filter(|_| named != previous) {
                found.entry(batch_id).or_default().insert(form_id);
                previous = named;
            }
        }
        found
    }

    /// Every body that any table names, in byte order.
    pub fn body_ids(&self) -> BTreeSet<&BodyId> {
        let mut found: BTreeSet<&BodyId> = self.bodies.iter().map(|row| &row.body_id).collect();
        found.extend(self.filings.iter().map(|row| &row.body_id));
        found.extend(self.batches.iter().filter_map(|row| row.body_id.as_ref()));
        found.extend(self.complaints.iter().map(|row| &row.body_id));
        found.extend(self.annual_reports.iter().map(|row| &row.body_id));
        found.extend(self.fees.iter().map(|row| &row.body_id));
        found.extend(self.rectifications.iter().map(|row| &row.body_id));
        found.extend(self.measures.iter().map(|row| &row.body_id));
        found
    }

    /// The body that held a batch, when the `batches` table says so.
    pub fn body_of(&self, batch_id: &BatchId) -> Option<&BodyId> {
        self.batch(batch_id).and_then(|batch| batch.body_id.as_ref())
    }

    /// The `batches` row of a batch. The table is sorted by batch.
    pub fn batch(&self, batch_id: &BatchId) -> Option<&Batch> {
        let first = self.batches.partition_point(|batch| batch.batch_id < *batch_id);
        self.batches.get(first).filter(|batch| batch.batch_id == *batch_id)
    }

    /// A place in words for outputs.
    pub fn source_row(&self, source: Provenance) -> SourceRow {
        let file = self.files.get(source.file as usize);
        SourceRow {
            file: file.map(|file| file.path.clone()).unwrap_or_default(),
            sheet: file
                .and_then(|file| file.sheets.get(usize::from(source.sheet)))
                .map(|sheet| sheet.name.clone())
                .unwrap_or_default(),
            row: source.row,
        }
    }
}

//! One sheet of any table but `answers` to the records of that table.

use crate::ingest::convert::rows::{RowCounts, SheetYield, convert_rows};
use crate::ingest::convert::{batches, candidates, forms, pass_lines, ratings, scores, supervision};
use crate::ingest::plan::SheetPlan;
use crate::ingest::raw::ReadBlocks;
use crate::ingest::row::{PersonsByIdentity, Row};
use crate::model::dataset::Dataset;
use crate::model::progress::Progress;
use crate::model::quarantine::QuarantineEntry;

/// What one sheet gave: records in their table of an otherwise empty data set.
#[derive(Debug, Default)]
pub struct SheetPart {
    /// The records.
    pub dataset: Dataset,
    /// Refusals and notes.
    pub entries: Vec<QuarantineEntry>,
    /// Counts.
    pub counts: RowCounts,
}

/// Converts a sheet of any table but `answers`.
pub fn convert_sheet(
    plan: &SheetPlan,
    blocks: &dyn ReadBlocks,
    persons: &PersonsByIdentity,
    progress: &dyn Progress,
) -> SheetPart {
    let mut part = SheetPart::default();
    let SheetPart { dataset, entries, counts } = &mut part;
    let mut sheet = Sheet { plan, blocks, progress, entries, counts };
    match plan.table.name.as_str() {
        "bodies" => dataset.bodies = sheet.each(batches::body),
        "filings" => dataset.filings = sheet.each(batches::filing),
        "batches" => dataset.batches = sheet.each(batches::batch),
        "candidates" => dataset.candidates = sheet.each(candidates::candidate),
        "forms" => dataset.form_items = sheet.each(forms::form_item),
        "ratings" => dataset.ratings = sheet.each(|row| ratings::rating(row, persons)),
        "scores" => {
            dataset.scores = sheet.each(|row| scores::scores(row, persons)).into_iter().flatten().collect();
        }
        "certificates" => dataset.certificates = sheet.each(|row| scores::certificate(row, persons)),
        "score_changes" => dataset.score_changes = sheet.each(|row| scores::score_change(row, persons)),
        "pass_lines" => dataset.pass_lines = sheet.each(pass_lines::pass_line),
        "pass_line_changes" => dataset.pass_line_changes = sheet.each(pass_lines::pass_line_change),
        "staff" => dataset.staff = sheet.each(supervision::staff_member),
        "assignments" => dataset.assignments = sheet.each(supervision::assignment),
        "archives" => dataset.archives = sheet.each(supervision::archive_document),
        "complaints" => dataset.complaints = sheet.each(supervision::complaint),
        "annual_reports" => dataset.annual_reports = sheet.each(supervision::annual_report),
        "fees" => dataset.fees = sheet.each(supervision::fee),
        "rectifications" => dataset.rectifications = sheet.each(supervision::rectification),
        "measures" => dataset.measures = sheet.each(supervision::measure_taken),
        "item_bank" => dataset.item_bank = sheet.each(supervision::bank_item),
        _ => {}
    }
    part
}

struct Sheet<'a> {
    plan: &'a SheetPlan,
    blocks: &'a dyn ReadBlocks,
    progress: &'a dyn Progress,
    entries: &'a mut Vec<QuarantineEntry>,
    counts: &'a mut RowCounts,
}

impl Sheet<'_> {
    fn each<R: Send>(&mut self, convert: impl Fn(&mut Row<'_>) -> Option<R> + Sync) -> Vec<R> {
        let SheetYield { records, mut entries, counts } = convert_rows(self.plan, self.blocks, self.progress, convert);
        self.entries.append(&mut entries);
        *self.counts += counts;
        records
    }
}

/// Moves the records of one data set to the end of another's tables.
pub fn append(whole: &mut Dataset, part: &mut Dataset) {
    whole.bodies.append(&mut part.bodies);
    whole.filings.append(&mut part.filings);
    whole.batches.append(&mut part.batches);
    whole.candidates.append(&mut part.candidates);
    whole.form_items.append(&mut part.form_items);
    whole.written_answers.append(&mut part.written_answers);
    whole.ratings.append(&mut part.ratings);
    whole.scores.append(&mut part.scores);
    whole.certificates.append(&mut part.certificates);
    whole.score_changes.append(&mut part.score_changes);
    whole.pass_lines.append(&mut part.pass_lines);
    whole.pass_line_changes.append(&mut part.pass_line_changes);
    whole.staff.append(&mut part.staff);
    whole.assignments.append(&mut part.assignments);
    whole.archives.append(&mut part.archives);
    whole.complaints.append(&mut part.complaints);
    whole.annual_reports.append(&mut part.annual_reports);
    whole.fees.append(&mut part.fees);
    whole.rectifications.append(&mut part.rectifications);
    whole.measures.append(&mut part.measures);
    whole.item_bank.append(&mut part.item_bank);
}

/// Sorts each table by its keys, then by source.
pub fn sort(dataset: &mut Dataset) {
    use rayon::slice::ParallelSliceMut;
    dataset.bodies.par_sort_by(|a, b| (&a.body_id, a.source).cmp(&(&b.body_id, b.source)));
    dataset.filings.par_sort_by(|a, b| (&a.body_id, a.source).cmp(&(&b.body_id, b.source)));
    dataset.batches.par_sort_by(|a, b| (&a.batch_id, a.source).cmp(&(&b.batch_id, b.source)));
    dataset
        .candidates
        .par_sort_by(|a, b| (&a.batch_id, &a.candidate_id, a.source).cmp(&(&b.batch_id, &b.candidate_id, b.source)));
    dataset.form_items.par_sort_by(|a, b| {
        let key = |item: &crate::model::form::FormItem| (item.item_no.unwrap_or(u32::MAX), item.source);
        (&a.form_id, &a.batch_id, key(a)).cmp(&(&b.form_id, &b.batch_id, key(b)))
    });
    dataset.written_answers.par_sort_by(|a, b| a.order().cmp(&b.order()));
    dataset.ratings.par_sort_by(|a, b| {
        (&a.batch_id, &a.candidate_id, &a.component, &a.criterion, a.mark_no, a.source).cmp(&(
            &b.batch_id,
            &b.candidate_id,
            &b.component,
            &b.criterion,
            b.mark_no,
            b.source,
        ))
    });
    dataset.scores.par_sort_by(|a, b| {
        (&a.batch_id, &a.candidate_id, &a.component, a.source).cmp(&(
            &b.batch_id,
            &b.candidate_id,
            &b.component,
            b.source,
        ))
    });
    dataset
        .certificates
        .par_sort_by(|a, b| (&a.batch_id, &a.candidate_id, a.source).cmp(&(&b.batch_id, &b.candidate_id, b.source)));
    dataset.score_changes.par_sort_by(|a, b| {
        (&a.batch_id, &a.candidate_id, &a.component, a.changed_at, a.source).cmp(&(
            &b.batch_id,
            &b.candidate_id,
            &b.component,
            b.changed_at,
            b.source,
        ))
    });
    dataset
        .pass_lines
        .par_sort_by(|a, b| (&a.batch_id, &a.component, a.source).cmp(&(&b.batch_id, &b.component, b.source)));
    dataset.pass_line_changes.par_sort_by(|a, b| {
        (&a.batch_id, &a.component, a.changed_at, a.source).cmp(&(&b.batch_id, &b.component, b.changed_at, b.source))
    });
    dataset.staff.par_sort_by(|a, b| (&a.person_id, a.source).cmp(&(&b.person_id, b.source)));
    dataset.assignments.par_sort_by(|a, b| {
        (&a.batch_id, &a.room, a.session_start, &a.person_id, a.source).cmp(&(
            &b.batch_id,
            &b.room,
            b.session_start,
            &b.person_id,
            b.source,
        ))
    });
    dataset
        .archives
        .par_sort_by(|a, b| (&a.batch_id, &a.document, a.source).cmp(&(&b.batch_id, &b.document, b.source)));
    dataset.complaints.par_sort_by(|a, b| {
        (&a.body_id, a.received_on, &a.complaint_id, a.source).cmp(&(
            &b.body_id,
            b.received_on,
            &b.complaint_id,
            b.source,
        ))
    });
    dataset.annual_reports.par_sort_by(|a, b| (&a.body_id, a.year, a.source).cmp(&(&b.body_id, b.year, b.source)));
    dataset.fees.par_sort_by(|a, b| (&a.body_id, a.date, a.source).cmp(&(&b.body_id, b.date, b.source)));
    dataset
        .rectifications
        .par_sort_by(|a, b| (&a.body_id, a.ordered_on, a.source).cmp(&(&b.body_id, b.ordered_on, b.source)));
    dataset
        .measures
        .par_sort_by(|a, b| (&a.body_id, a.decided_on, a.source).cmp(&(&b.body_id, b.decided_on, b.source)));
    dataset.item_bank.par_sort_by(|a, b| (&a.item_id, a.source).cmp(&(&b.item_id, b.source)));
}

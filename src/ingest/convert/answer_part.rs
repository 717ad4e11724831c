//! What a sheet of answers gives, whatever its shape, before its codes are those of the whole data set.

use crate::ingest::convert::rows::RowCounts;
use crate::ingest::plan::SheetPlan;
use crate::ingest::row::{PersonsByIdentity, Row};
use crate::model::ids::{BatchId, CandidateId, FormId, ItemId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::quarantine::QuarantineEntry;
use crate::model::written_answer::WrittenAnswer;
use compact_str::CompactString;

/// A sheet whose codes are still those of its group.
#[derive(Clone, Debug)]
pub struct DraftSheet {
    /// Batch, or empty until it is filled in.
    pub batch_id: BatchId,
    /// Candidate.
    pub candidate_id: CandidateId,
    /// Form.
    pub form_id: Option<FormId>,
    /// Room.
    pub room: Option<CompactString>,
    /// Seat.
    pub seat: Option<CompactString>,
    /// One code an item.
    pub responses: Box<[u8]>,
    /// Recorded item scores.
    pub item_scores: Option<Box<[Option<Points>]>>,
    /// Seconds, NaN = none.
    pub seconds: Option<Box<[f32]>>,
    /// Codes of first responses.
    pub first_responses: Option<Box<[u8]>>,
    /// Source row.
    pub source: Provenance,
}

/// Sheets that share items and codes.
#[derive(Clone, Debug)]
pub struct DraftGroup {
    /// Where its header stands, for what is said of whole columns.
    pub header: Provenance,
    /// Items in the order of the columns, with their numbers.
    pub items: Vec<(ItemId, u32)>,
    /// Labels of each column in the order of the group's codes; `None` when there were too many.
    pub labels: Vec<Option<Vec<CompactString>>>,
    /// The sheets in the order of the file.
    pub sheets: Vec<DraftSheet>,
}

/// What one sheet of answers gave.
#[derive(Clone, Debug, Default)]
pub struct AnswerPart {
    /// Groups of answer sheets.
    pub groups: Vec<DraftGroup>,
    /// Free responses.
    pub written: Vec<WrittenAnswer>,
    /// Refusals and notes.
    pub entries: Vec<QuarantineEntry>,
    /// Counts.
    pub counts: RowCounts,
}

/// The columns that say whose sheet a row belongs to, with no responses yet.
pub fn draft(row: &mut Row<'_>, persons: &PersonsByIdentity) -> Option<DraftSheet> {
    let batch_id = row.batch()?;
    let candidate_id = row.candidate(&batch_id, persons)?;
    Some(DraftSheet {
        batch_id,
        candidate_id,
        form_id: row.id("form_id").map(FormId),
        room: row.id("room"),
        seat: row.id("seat"),
        responses: Box::default(),
        item_scores: None,
        seconds: None,
        first_responses: None,
        source: row.source(),
    })
}

/// Where the header of a sheet stands.
pub fn header_place(plan: &SheetPlan) -> Provenance {
    Provenance { file: plan.file, sheet: plan.sheet, row: plan.header.last_row }
}

/// The column that holds whole answer strings: `answers`, or a lone `response` (答案).
pub fn string_column(plan: &SheetPlan) -> Option<&'static str> {
    ["answers", "response"].into_iter().find(|name| plan.column(name).is_some())
}

//! Answer sheets, kept as small codes: rows are persons, columns items.

use crate::model::ids::{BatchId, CandidateId, FormId, ItemId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use compact_str::CompactString;

/// Code of a missing response (blank, NA). Other codes `k` mean `ItemColumn::labels[k - 1]`.
pub const MISSING: u8 = 0;

/// The columns that a group of sheets shares: which items, and the labels seen in each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemLayout {
    /// One entry a column, in the order of the file.
    pub items: Vec<ItemColumn>,
}

/// One item column of a layout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemColumn {
    /// The item as the file names it (`q1`, `第1题`, an item id) — cleaned, not interpreted.
    pub item_id: ItemId,
    /// 1-based position: the number in the header where it has one (`q7` → 7), else the column's place.
    pub item_no: u32,
    /// Labels in byte order, upper case; code `k` is `labels[k - 1]`. At most 254.
    pub labels: Vec<CompactString>,
}

/// One candidate's responses to one form.
#[derive(Clone, Debug, Default)]
pub struct AnswerSheet {
    /// 批次号.
    pub batch_id: BatchId,
    /// 准考证号.
    pub candidate_id: CandidateId,
    /// 试卷编号.
    pub form_id: Option<FormId>,
    /// 考场.
    pub room: Option<CompactString>,
    /// 座位号.
    pub seat: Option<CompactString>,
    /// Index into `AnswerTable::layouts`.
    pub layout: u32,
    /// One code an item of the layout ([`MISSING`] or `k`).
    pub responses: Box<[u8]>,
    /// Recorded item scores, where the source has them (long files): one an item.
    pub item_scores: Option<Box<[Option<Points>]>>,
    /// Response times, where the source has them: seconds, NaN = none.
    pub seconds: Option<Box<[f32]>>,
    /// Codes of the first response before any change, where recorded.
    pub first_responses: Option<Box<[u8]>>,
    /// Source row (of a long file: the candidate's first row).
    pub source: Provenance,
}

/// All answer sheets of the data set.
#[derive(Clone, Debug, Default)]
pub struct AnswerTable {
    /// Item columns shared by sheets of one file kind.
    pub layouts: Vec<ItemLayout>,
    /// Sorted by batch, form, candidate, source.
    pub sheets: Vec<AnswerSheet>,
}

impl AnswerTable {
    /// The label a sheet has for the item at `column`; `None` when missing.
    pub fn label(&self, sheet: &AnswerSheet, column: usize) -> Option<&str> {
        let code = *sheet.responses.get(column)?;
        let labels = &self.layouts.get(sheet.layout as usize)?.items.get(column)?.labels;
        usize::from(code).checked_sub(1).and_then(|index| labels.get(index)).map(CompactString::as_str)
    }
}

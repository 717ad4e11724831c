//! Written answers that stand in no other table: free responses of `answers`, and attachments with one file a candidate.

use crate::model::ids::{BatchId, CandidateId};
use crate::model::provenance::Provenance;
use compact_str::CompactString;

/// One candidate's text to one question.
#[derive(Clone, Debug, Default)]
pub struct WrittenAnswer {
    /// 批次号.
    pub batch_id: BatchId,
    /// 准考证号.
    pub candidate_id: CandidateId,
    /// The question: the item's identifier, or what the name of the file says; empty where it says none.
    pub question: CompactString,
    /// The text as written, characters that do not show included.
    pub text: Box<str>,
    /// Source row, or the file.
    pub source: Provenance,
}

impl WrittenAnswer {
    /// What the table is sorted by.
    pub fn order(&self) -> (&BatchId, &CandidateId, &str, Provenance) {
        (&self.batch_id, &self.candidate_id, &self.question, self.source)
    }
}

//! Rows (or single values) refused at the door, each with its reason.

use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;

/// One refused row or value.
#[derive(Clone, Debug)]
pub struct QuarantineEntry {
    /// File, sheet, row.
    pub source: Provenance,
    /// Column header as found, empty when the whole row is meant.
    pub column: String,
    /// The value, cut to 80 characters; identity numbers masked.
    pub value: String,
    /// Stable name of the rule, such as `score-not-a-number`.
    pub rule: &'static str,
    /// Whether the whole row was left out (`true`) or only this value (`false`).
    pub row_refused: bool,
    /// Reason and hint for a person.
    pub reason: Bilingual,
}

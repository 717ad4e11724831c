//! Cell texts of one item column to small codes, without an allocation a cell.

use crate::ingest::values::answer_label;
use crate::model::answer::MISSING;
use compact_str::CompactString;

/// Most labels of one item. An answer column with more is not answers but free text.
pub const MAXIMUM_LABELS: usize = 254;

/// Marks a byte whose code is not known yet.
const UNKNOWN: u8 = u8::MAX;

/// Labels met so far in one column, with the texts they were written as. Codes are places in the order of
/// first appearance; [`crate::ingest::convert::answer_merge`] brings them into the final order.
#[derive(Clone, Debug)]
pub struct ColumnLabels {
    by_byte: Box<[u8; 256]>,
    by_text: Vec<(CompactString, u8)>,
    labels: Vec<CompactString>,
    overflowed: bool,
}

impl Default for ColumnLabels {
    fn default() -> Self {
        Self { by_byte: Box::new([UNKNOWN; 256]), by_text: Vec::new(), labels: Vec::new(), overflowed: false }
    }
}

impl ColumnLabels {
    /// The code of a cell: [`MISSING`] or the 1-based place of its label.
    pub fn code(&mut self, raw: &str) -> u8 {
        match raw.as_bytes() {
            [] => MISSING,
            [byte] => match self.by_byte[usize::from(*byte)] {
                UNKNOWN => {
                    let code = self.new_code(raw);
                    self.by_byte[usize::from(*byte)] = code;
                    code
                }
                code => code,
            },
            _ if self.overflowed => MISSING,
            _ => match self.by_text.iter().find(|(text, _)| text == raw) {
                Some((_, code)) => *code,
                None => {
                    let code = self.new_code(raw);
                    self.by_text.push((raw.into(), code));
                    code
                }
            },
        }
    }

    fn new_code(&mut self, raw: &str) -> u8 {
        let Some(label) = answer_label(raw) else { return MISSING };
        let place = self.labels.iter().position(|known| *known == label).unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        });
        if place >= MAXIMUM_LABELS {
            self.labels.truncate(MAXIMUM_LABELS);
            self.overflowed = true;
            return MISSING;
        }
        u8::try_from(place + 1).unwrap_or(MISSING)
    }

    /// The labels in the order of their codes; `None` when there were too many.
    pub fn into_labels(self) -> Option<Vec<CompactString>> {
        (!self.overflowed).then_some(self.labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_label_share_a_code() {
        let mut column = ColumnLabels::default();
        let codes: Vec<u8> =
            ["B", "b", "Ｂ", " B", "A", "", "-", "CA", "A,C", "NA"].map(|raw| column.code(raw)).to_vec();
        assert_eq!(codes, [1, 1, 1, 1, 2, 0, 0, 3, 3, 0]);
        assert_eq!(column.into_labels().unwrap(), ["B", "A", "AC"]);
    }

    #[test]
    fn free_text_is_told_by_its_many_labels() {
        let mut column = ColumnLabels::default();
        for number in 0..MAXIMUM_LABELS {
            column.code(&format!("answer {number}"));
        }
        assert!(column.clone().into_labels().is_some());
        column.code("one more");
        assert_eq!(column.code("another"), MISSING);
        assert!(column.into_labels().is_none());
    }
}

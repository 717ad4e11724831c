//! Which character parts the cells of a text file.

use crate::ingest::limits::Limits;
use crate::ingest::records::{Dialect, read_records};
use std::collections::BTreeMap;

/// Separators that people's files use, the likelier first.
pub(super) const CANDIDATES: [&str; 5] = [",", "\t", ";", "|", "，"];

/// How much of the beginning is looked at.
const SAMPLE_BYTES: usize = 64 << 10;
/// How many records of it.
const SAMPLE_RECORDS: usize = 100;

/// The separator by which most of the first records get the same number of cells, at least two; of
/// several such the one with more cells. A file of one column gets `fallback`.
pub(super) fn detect(text: &str, fallback: &'static str, limits: &Limits) -> &'static str {
    let sample = sample(text);
    let mut best = (fallback, (0, 0));
    let others = CANDIDATES.into_iter().filter(|candidate| *candidate != fallback);
    for separator in std::iter::once(fallback).chain(others) {
        let score = consistency(sample, separator, limits);
        if score > best.1 {
            best = (separator, score);
        }
    }
    best.0
}

/// The beginning of the text, cut at a line end where there is one.
fn sample(text: &str) -> &str {
    if text.len() <= SAMPLE_BYTES {
        return text;
    }
    let mut end = SAMPLE_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = text[..end].rfind(['\n', '\r']).filter(|at| *at > 0).unwrap_or(end);
    &text[..cut]
}

/// How many records have the commonest number of cells above one, and that number.
fn consistency(sample: &str, separator: &'static str, limits: &Limits) -> (usize, usize) {
    // A quote that is closed only past the sample must not make its line disappear from the count.
    let limits = Limits { max_record_lines: limits.max_record_lines.min(SAMPLE_RECORDS), ..limits.clone() };
    let block = read_records(sample, &Dialect { separator, lossy: false, limits }, 1);
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for row in block.rows().take(SAMPLE_RECORDS).filter(|row| row.len() > 1) {
        *widths.entry(row.len()).or_default() += 1;
    }
    widths.into_iter().map(|(width, rows)| (rows, width)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_consistent_separator_wins() {
        let cases = [
            ("a,b\n1,2\n", ","),
            ("姓名\t成绩\n张,三\t1,5\n", "\t"),
            ("id;x;y\n1;1,5;2,5\n2;3,5;4\n", ";"),
            ("a|b|c\n1|2|3\n", "|"),
            ("准考证号，姓名\n1，张\n", "，"),
            ("2026年成绩册\na,b;c,d\n1,2;3,4\n1,2;3,4\n", ","),
            ("\"a;b\",c\n\"d;e\",f\n", ","),
            ("one column\nonly\n", ","),
        ];
        for (text, expected) in cases {
            assert_eq!(detect(text, ",", &Limits::default()), expected, "{text}");
        }
    }
}

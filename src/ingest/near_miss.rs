//! Headers that are probably misspelt: named to the person, never mapped by themselves.

use crate::ingest::clean::comparable;
use crate::ingest::tables::{ColumnSchema, TableSchema};
use crate::model::text::Bilingual;
use strsim::osa_distance;

/// Rule of the quarantine entry.
pub const RULE: &str = "column-near-miss";

/// The column that a header which names none most resembles, and the accepted header it resembles. `is_free`
/// says whether a column has no header yet. Of equally near ones the first in the table's order.
///
/// ```
/// use kaojian::ingest::near_miss::nearest;
/// use kaojian::ingest::tables::table;
/// let scores = table("scores").unwrap();
/// let near = |header| nearest(scores, header, |_| true).map(|(column, _)| column.name.as_str());
/// assert_eq!(near("candidte_id"), Some("candidate_id"));
/// assert_eq!(near("理论成积"), Some("theory_score"));
/// assert_eq!(near("联系电话"), None);
/// ```
pub fn nearest<'a>(
    table: &'a TableSchema,
    header: &str,
    is_free: impl Fn(&ColumnSchema) -> bool,
) -> Option<(&'a ColumnSchema, &'a str)> {
    let name = comparable(header);
    let digits = digits(&name);
    let mut best: Option<(usize, &ColumnSchema, &str)> = None;
    for column in table.columns.iter().filter(|column| is_free(column)) {
        for known in std::iter::once(&column.name).chain(&column.aliases) {
            let comparable = comparable(known);
            let distance = osa_distance(&name, &comparable);
            // `score2` is another score, not a misspelt one.
            let is_near = distance <= allowed(&comparable) && digits == self::digits(&comparable);
            if is_near && best.is_none_or(|(before, _, _)| distance < before) {
                best = Some((distance, column, known));
            }
        }
    }
    best.map(|(_, column, known)| (column, known))
}

/// How many letters of a header may be wrong. Chinese words differ in fewer letters than Latin ones.
fn allowed(header: &str) -> usize {
    let letters = header.chars().count();
    match (header.is_ascii(), letters) {
        (true, 10..) | (false, 8..) => 2,
        (true, 6..) | (false, 4..) => 1,
        _ => 0,
    }
}

fn digits(name: &str) -> String {
    name.chars().filter(char::is_ascii_digit).collect()
}

/// What the person reads.
pub fn reason(header: &str, column: &ColumnSchema, known: &str) -> Bilingual {
    let canonical = &column.name;
    Bilingual::new(
        format!(
            "列“{header}”不是已知的列名，未采用；是否为“{known}”（{canonical}）？提示：如是，请改表头，或在 kaojian.toml 中写明"
        ),
        format!(
            "the column `{header}` is no known name and is not used; did you mean `{known}` (`{canonical}`)? hint: if so, rename it or map it in kaojian.toml"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tables::table;

    #[test]
    fn near_is_one_slip_or_two() {
        let candidates = table("candidates").unwrap();
        let near = |header| nearest(candidates, header, |_| true).map(|(column, _)| column.name.as_str());
        assert_eq!(near("准孝证号"), Some("candidate_id"));
        assert_eq!(near("Candidate-Idd"), Some("candidate_id"));
        assert_eq!(near("reveiw_result"), Some("review_result"));
        for header in ["备注", "电话", "candidate_id2", "序号", "籍贯", "phone", "q1"] {
            assert_eq!(near(header), None, "{header}");
        }
    }

    #[test]
    fn a_column_that_has_its_header_is_not_suggested() {
        let scores = table("scores").unwrap();
        let near = nearest(scores, "candidte_id", |column| column.name != "candidate_id");
        assert!(near.is_none());
    }
}

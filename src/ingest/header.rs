//! Finding the header row: below titles, above data, in one row or in two.

use crate::ingest::clean::{clean_text, comparable};
use crate::ingest::raw::RawRow;

/// Rows looked at from the top of a sheet.
pub const ROWS_SEARCHED: usize = 20;

/// The header of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Last row (as a person counts) that belongs to the header; data begin below.
    pub last_row: u32,
    /// Cleaned names, one a column; of a header in two rows, both joined.
    pub names: Vec<String>,
    /// How many names were recognised.
    pub recognised: usize,
}

/// The row with most recognised names among the first rows (the first such row on a tie), joined with the row
/// below it when that gives more names. `None` when fewer than `least` names are recognised; in a sheet of a
/// single column one is enough.
pub fn find(rows: &[RawRow<'_>], least: usize, recognises: &dyn Fn(&str) -> bool) -> Option<Header> {
    let mut best: Option<Header> = None;
    let better = |best: &Option<Header>, found: usize| best.as_ref().is_none_or(|best| found > best.recognised);
    for (index, row) in rows.iter().take(ROWS_SEARCHED).enumerate() {
        let names: Vec<String> = row.cells().map(|cell| clean_text(cell).into_owned()).collect();
        let recognised = count(&names, recognises);
        if better(&best, recognised) {
            best = Some(Header { last_row: row.number(), names: names.clone(), recognised });
        }
        let Some(below) = rows.get(index + 1) else { continue };
        if let Some(joined) = join(&names, below, recognises) {
            let recognised = count(&joined, recognises);
            if better(&best, recognised) {
                best = Some(Header { last_row: below.number(), names: joined, recognised });
            }
        }
    }
    best.filter(|header| header.recognised >= least || (header.recognised == 1 && filled(&header.names) == 1))
}

/// The header at a row that the person named; titles above it are ignored.
pub fn at_row(rows: &[RawRow<'_>], number: u32, recognises: &dyn Fn(&str) -> bool) -> Option<Header> {
    let row = rows.iter().find(|row| row.number() == number)?;
    let names: Vec<String> = row.cells().map(|cell| clean_text(cell).into_owned()).collect();
    let recognised = count(&names, recognises);
    Some(Header { last_row: number, names, recognised })
}

/// Recognised names. Bare numbers (`1`, `2`, …) are item numbers only where they rise from cell to cell,
/// as they do in a header and not in a row of coded answers.
fn count(names: &[String], recognises: &dyn Fn(&str) -> bool) -> usize {
    let bare: Vec<u32> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let rises = bare.windows(2).all(|pair| pair[0] < pair[1]);
    names
        .iter()
        .filter(|name| !name.is_empty() && (rises || !name.bytes().all(|byte| byte.is_ascii_digit())))
        .filter(|name| recognises(name))
        .count()
}

fn filled(names: &[String]) -> usize {
    names.iter().filter(|name| !name.is_empty()).count()
}

/// Two header rows as one. A merged cell above (`成绩` over `理论`, `技能`) leaves blanks to its right, so its
/// name is carried on; each column then takes whichever of lower, lower + upper, upper + lower is known.
fn join(upper: &[String], below: &RawRow<'_>, recognises: &dyn Fn(&str) -> bool) -> Option<Vec<String>> {
    let lower: Vec<String> = below.cells().map(|cell| clean_text(cell).into_owned()).collect();
    // A row with a number or a mere mark (`-`, `*`) in it is data, not a header.
    let is_value = |cell: &String| !cell.is_empty() && !cell.chars().any(char::is_alphabetic);
    if filled(&lower) == 0 || filled(upper) < 2 || lower.iter().any(is_value) {
        return None;
    }
    let mut carried = "";
    let mut joined = Vec::with_capacity(upper.len().max(lower.len()));
    for column in 0..upper.len().max(lower.len()) {
        let above = upper.get(column).map_or("", String::as_str);
        let under = lower.get(column).map_or("", String::as_str);
        if !above.is_empty() {
            carried = above;
        }
        joined.push(if under.is_empty() {
            above.to_owned()
        } else if above.is_empty() && carried.is_empty() {
            under.to_owned()
        } else {
            let ways = [format!("{under}{carried}"), format!("{carried}{under}"), under.to_owned()];
            // Below a name that is complete by itself stands data, unless the cell above is a merged one.
            let merged = above.is_empty() || upper.get(column + 1).is_some_and(String::is_empty);
            match ways.iter().find(|way| merged && recognises(way)) {
                Some(way) => way.clone(),
                None => format!("{carried}{under}"),
            }
        });
    }
    Some(joined)
}

/// The number of an item column: `q7`, `Q 7`, `Q. 7`, `第7题`, `题7`, `7题`, `item_7`, `7`.
///
/// ```
/// use kaojian::ingest::header::item_number;
/// assert_eq!(item_number("Q 12"), Some(12));
/// assert_eq!(item_number("第３题"), Some(3));
/// assert_eq!(item_number("qualified"), None);
/// ```
pub fn item_number(header: &str) -> Option<u32> {
    let name = comparable(header);
    let bare = name.strip_prefix('第').unwrap_or(&name);
    let bare = bare.strip_suffix('题').unwrap_or(bare);
    let digits_from = bare.find(|character: char| character.is_ascii_digit())?;
    let (word, digits) = bare.split_at(digits_from);
    let word = word.trim_end_matches(['.', '#']);
    let known = matches!(
        word,
        "" | "q" | "question" | "item" | "i" | "v" | "题" | "题目" | "试题" | "response" | "stu" | "r" | "x" | "th"
    );
    if !known || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|number| *number > 0)
}

/// Whether a row below the header holds no record: blank, a total, a signature line.
pub fn is_footer(row: &RawRow<'_>) -> bool {
    let Some(first) = row.cells().find(|cell| !cell.trim().is_empty()) else { return false };
    // The test runs on every row: a plain number or code is told apart at its first byte.
    let trimmed = first.trim_start();
    match trimmed.as_bytes().first() {
        Some(byte)
            if byte.is_ascii()
                && !matches!(byte.to_ascii_lowercase(), b'a' | b'o' | b's' | b't' | b'm' | b'g' | b'*') =>
        {
            return false;
        }
        _ => {}
    }
    if trimmed.len() > 200 {
        return false;
    }
    let name = clean_text(trimmed).to_lowercase().replace(' ', "");
    const TOTALS: [&str; 22] = [
        "合计",
        "总计",
        "小计",
        "共计",
        "平均",
        "平均分",
        "平均值",
        "平均成绩",
        "总平均",
        "最高分",
        "最低分",
        "及格率",
        "合格率",
        "total",
        "subtotal",
        "grandtotal",
        "average",
        "mean",
        "overallaverage",
        "totals",
        "标准差",
        "参考人数",
    ];
    const SIGNATURES: [&str; 14] = [
        "制表人",
        "填表人",
        "审核人",
        "负责人",
        "制表",
        "填报人",
        "制表日期",
        "填表日期",
        "备注",
        "注",
        "说明",
        "单位盖章",
        "经办人",
        "复核人",
    ];
    let name = name.trim_end_matches(':');
    if TOTALS.contains(&name) {
        return true;
    }
    let word = name.split([':', '(']).next().unwrap_or(name);
    let is_labelled = word.len() < name.len() || filled_cells(row) == 1;
    is_labelled && (SIGNATURES.contains(&word) || TOTALS.contains(&word))
}

fn filled_cells(row: &RawRow<'_>) -> usize {
    row.cells().filter(|cell| !cell.trim().is_empty()).take(2).count()
}

/// Whether every cell of a row is blank.
pub fn is_blank(row: &RawRow<'_>) -> bool {
    row.cells().all(|cell| cell.is_empty() || clean_text(cell).is_empty())
}

/// Whether a row repeats the header (files glued together, a header on each printed page).
pub fn repeats(row: &RawRow<'_>, header_names: &[String]) -> bool {
    let mut seen = 0;
    for (column, name) in header_names.iter().enumerate() {
        let cell = row.cell(column).unwrap_or("");
        if cell.len() < name.len() || clean_text(cell) != name.as_str() {
            if !(name.is_empty() && cell.trim().is_empty()) {
                return false;
            }
        } else if !name.is_empty() {
            seen += 1;
        }
    }
    seen >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::raw::{CellKind, RowBlock};
    use crate::ingest::tables;

    fn block(rows: &[&[&str]]) -> RowBlock {
        let mut block = RowBlock::default();
        for (index, row) in rows.iter().enumerate() {
            row.iter().for_each(|cell| block.push_cell(cell, CellKind::Text));
            block.end_row(index as u32 + 1);
        }
        block
    }

    fn found(table: &str, rows: &[&[&str]]) -> Option<Header> {
        let block = block(rows);
        let rows: Vec<_> = block.rows().collect();
        let schema = tables::table(table).unwrap();
        find(&rows, 2, &|name| schema.column_of_header(name).is_some())
    }

    #[test]
    fn looks_below_titles() {
        let header = found(
            "scores",
            &[&["某公司2026年5月成绩册"], &[], &["准考证号", "姓名", "理论成绩"], &["001", "张三", "80"]],
        );
        assert_eq!(header.map(|header| header.last_row), Some(3));
        assert_eq!(found("scores", &[&["a", "b"], &["1", "2"]]), None);
    }

    #[test]
    fn joins_two_rows() {
        let header = found(
            "scores",
            &[
                &["准考证号", "姓名", "成绩", "", "评定结果"],
                &["", "", "理论", "技能", ""],
                &["001", "张三", "80", "90", "合格"],
            ],
        )
        .unwrap();
        assert_eq!(header.last_row, 2);
        assert_eq!(header.names, ["准考证号", "姓名", "理论成绩", "技能成绩", "评定结果"]);
    }

    #[test]
    fn a_row_of_data_is_not_a_second_header() {
        let header =
            found("scores", &[&["准考证号", "科目", "成绩", "是否合格"], &["A01", "理论", "缺考", "合格"]]).unwrap();
        assert_eq!(header.last_row, 1);
        let header = found("scores", &[&["batch_id", "candidate_id", "passed"], &["-", "-", "", "-"]]).unwrap();
        assert_eq!(header.last_row, 1);
    }

    #[test]
    fn item_columns() {
        for header in ["q7", "Q 7", "Q. 7", "第7题", "题7", "第７题", "item_7", "7", "q07", "Q-7"] {
            assert_eq!(item_number(header), Some(7), "{header}");
        }
        for header in ["", "q", "id7", "room", "q7s", "2026", "q0"] {
            assert_eq!(item_number(header), None.or(header.parse().ok()), "{header}");
        }
    }

    #[test]
    fn footers() {
        let rows: [&[&str]; 7] = [
            &["合计", "", "80"],
            &["", "平均分", "70.5"],
            &["Overall average", "7"],
            &["制表人：李四", "", "审核人："],
            &["注：缺考者成绩为空"],
            &["A001", "合计", "1"],
            &["总计划", "1"],
        ];
        let block = block(&rows);
        let seen: Vec<bool> = block.rows().map(|row| is_footer(&row)).collect();
        assert_eq!(seen, [true, true, true, true, true, false, false]);
    }
}

//! Records of delimited text (RFC 4180, with every kind of line end): where each ends, and its cells.
//!
//! A quote opens a quoted cell only at the beginning of a cell; elsewhere it is an ordinary
//! character. Two rules keep one stray quote from swallowing the rest of a file: a quoted cell must
//! close within [`Limits::max_record_lines`] lines and [`Limits::max_record_bytes`] bytes, and one
//! that goes over several lines must be followed by a separator or a line end. A record that breaks
//! either is refused alone, and reading goes on at the next line.

use crate::ingest::error::refusal;
use crate::ingest::limits::{Limits, bytes_shown};
use crate::ingest::lines::{beginning, count_line_ends, line_end};
use crate::ingest::raw::{CellKind, RowBlock, RowProblem};
use crate::model::text::Bilingual;
use memchr::{memchr, memchr3, memmem};

/// How the text is parted, and how far reading may go.
#[derive(Clone, Debug)]
pub(super) struct Dialect {
    /// One of [`crate::ingest::separator::CANDIDATES`].
    pub separator: &'static str,
    /// Whether bytes were lost in decoding, so that U+FFFD marks an unreadable record.
    pub lossy: bool,
    /// The limits.
    pub limits: Limits,
}

/// What a record is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One line, no quote in it.
    Plain,
    /// A quote somewhere, well closed.
    Quoted,
    /// The first line of a record whose quote is never closed.
    StrayQuote,
}

/// One record inside the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// First byte.
    pub start: usize,
    /// Past the last byte, the line end left out.
    pub end: usize,
    /// Line of the first byte.
    pub line: u32,
    /// How it is to be read.
    pub form: Form,
}

/// Walks over the records of a text, blank lines left out. What it says of a record depends only on
/// the text from the record's start, so a walk over a chunk cut between two records says the same.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    dialect: &'a Dialect,
    /// Start of the next record.
    pub position: usize,
    /// Line of the next record.
    pub line: u32,
    next_quote: usize,
}

impl<'a> Records<'a> {
    /// From the beginning of `text`, whose first line has the number `line`.
    pub fn new(text: &'a str, dialect: &'a Dialect, line: u32) -> Self {
        let bytes = text.as_bytes();
        Self { bytes, dialect, position: 0, line, next_quote: memchr(b'"', bytes).unwrap_or(usize::MAX) }
    }

    fn has_quote(&mut self, start: usize, end: usize) -> bool {
        if self.next_quote < start {
            self.next_quote = memchr(b'"', &self.bytes[start..]).map_or(usize::MAX, |at| start + at);
        }
        self.next_quote < end
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let start = self.position;
            if start >= self.bytes.len() {
                return None;
            }
            let (end, next) = line_end(self.bytes, start);
            let line = self.line;
            (self.position, self.line) = (next, line.saturating_add(1));
            if end == start {
                continue;
            }
            if !self.has_quote(start, end) {
                return Some(Record { start, end, line, form: Form::Plain });
            }
            let Some((end, line_ends)) = quoted_end(self.bytes, start, end, self.dialect) else {
                return Some(Record { start, end, line, form: Form::StrayQuote });
            };
            self.position = line_end(self.bytes, end).1;
            self.line = self.line.saturating_add(u32::try_from(line_ends).unwrap_or(u32::MAX));
            return Some(Record { start, end, line, form: Form::Quoted });
        }
    }
}

/// End of the record and the line ends inside it; `None` when a quote is not closed. Before
/// `first_line_end` there is no line end.
fn quoted_end(bytes: &[u8], start: usize, first_line_end: usize, dialect: &Dialect) -> Option<(usize, usize)> {
    let separator = dialect.separator.as_bytes();
    let limit = bytes.len().min(start.saturating_add(dialect.limits.max_record_bytes).saturating_add(1));
    let mut line_ends = 0;
    let mut at = start;
    loop {
        if bytes.get(at) == Some(&b'"') {
            let before = line_ends;
            at += 1;
            loop {
                let length = find_quote(bytes.get(at..limit)?)?;
                if at + length > first_line_end {
                    line_ends += count_line_ends(&bytes[at..at + length]);
                    if line_ends >= dialect.limits.max_record_lines {
                        return None;
                    }
                }
                at += length + 1;
                if bytes.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
            let followed_well = match bytes.get(at) {
                None | Some(b'\n' | b'\r') => true,
                Some(_) => bytes[at..].starts_with(separator),
            };
            if !followed_well && line_ends > before {
                return None;
            }
        }
        at = cell_end(bytes, at, separator);
        match bytes.get(at) {
            None | Some(b'\n' | b'\r') => return Some((at, line_ends)),
            Some(_) => at += separator.len(),
        }
    }
}

/// The next quote. Most quoted cells are shorter than what it costs to start a vector search.
fn find_quote(bytes: &[u8]) -> Option<usize> {
    const SHORT: usize = 16;
    let short = &bytes[..bytes.len().min(SHORT)];
    match short.iter().position(|byte| *byte == b'"') {
        Some(at) => Some(at),
        None => memchr(b'"', &bytes[short.len()..]).map(|at| short.len() + at),
    }
}

/// Where the unquoted text from `at` ends: at a separator, a line end or the end of the text.
fn cell_end(bytes: &[u8], mut at: usize, separator: &[u8]) -> usize {
    // Behind a closed quote the cell ends at once.
    if bytes.get(at) == Some(&separator[0]) && bytes[at..].starts_with(separator) {
        return at;
    }
    loop {
        match memchr3(separator[0], b'\n', b'\r', &bytes[at..]) {
            None => return bytes.len(),
            Some(length) => {
                at += length;
                if bytes[at] != separator[0] || bytes[at..].starts_with(separator) {
                    return at;
                }
                at += 1;
            }
        }
    }
}

/// Reads every record of `text` into one block.
pub(super) fn read_records(text: &str, dialect: &Dialect, line: u32) -> RowBlock {
    let mut block = RowBlock::default();
    for record in Records::new(text, dialect, line) {
        let content = &text[record.start..record.end];
        let verdict = match record.form {
            Form::StrayQuote => Err(stray_quote(&dialect.limits)),
            _ => push_record(&mut block, content, record.form, dialect),
        };
        match verdict {
            Ok(()) => block.end_row(record.line),
            Err((rule, reason)) => {
                block.abandon_row();
                block.problems.push(RowProblem { row: record.line, rule, value: beginning(content), reason });
            }
        }
    }
    block
}

/// Why a row is refused: the stable name of the rule, reason and hint.
pub(super) type Refused = (&'static str, Bilingual);

fn push_record(block: &mut RowBlock, content: &str, form: Form, dialect: &Dialect) -> Result<(), Refused> {
    let limits = &dialect.limits;
    if content.len() > limits.max_record_bytes {
        return Err(line_too_long(limits));
    }
    if dialect.lossy && memmem::find(content.as_bytes(), "\u{FFFD}".as_bytes()).is_some() {
        return Err(undecodable());
    }
    match (form, dialect.separator.as_bytes()) {
        (Form::Plain, [separator]) => block.push_line(content, *separator),
        _ => push_cells(block, content, dialect.separator.as_bytes()),
    }
    if content.len() >= limits.max_columns && block.open_cells() > limits.max_columns {
        return Err(too_many_columns(limits));
    }
    if content.len() > limits.max_cell_bytes && block.longest_open_cell() > limits.max_cell_bytes {
        return Err(cell_too_long(limits));
    }
    Ok(())
}

/// Pushes the cells of a record that is known to be well closed.
fn push_cells(block: &mut RowBlock, content: &str, separator: &[u8]) {
    let bytes = content.as_bytes();
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            while let Some(length) = find_quote(&bytes[at..]) {
                block.append(&content[at..at + length]);
                at += length + 1;
                if bytes.get(at) != Some(&b'"') {
                    break;
                }
                block.append("\"");
                at += 1;
            }
        }
        let end = cell_end(bytes, at, separator);
        block.append(&content[at..end]);
        block.end_cell(CellKind::Text);
        if end >= bytes.len() {
            return;
        }
        at = end + separator.len();
    }
}

fn stray_quote(limits: &Limits) -> Refused {
    let (lines, bytes) = (limits.max_record_lines, bytes_shown(limits.max_record_bytes as u64));
    let reason = refusal(
        &format!("双引号没有正确闭合（在 {lines} 行、{bytes} 之内），本行未读取"),
        "请删除多余的双引号，或将单元格内的双引号写成两个",
        &format!("a quote is not closed well within {lines} lines and {bytes}, so this line was not read"),
        "remove the stray quote, or double it where it belongs to the text",
    );
    ("stray-quote", reason)
}

pub(super) fn line_too_long(limits: &Limits) -> Refused {
    let limit = bytes_shown(limits.max_record_bytes as u64);
    let reason = refusal(
        &format!("该行超过长度上限 {limit}"),
        "请检查换行符是否丢失",
        &format!("the line is longer than the limit of {limit}"),
        "check whether line ends were lost",
    );
    ("line-too-long", reason)
}

pub(super) fn undecodable() -> Refused {
    let reason = refusal(
        "该行含有无法解码的字节",
        "请用原系统重新导出，编码选 UTF-8",
        "the line holds bytes that the file's encoding does not know",
        "export it again from the system it comes from, as UTF-8",
    );
    ("undecodable-bytes", reason)
}

pub(super) fn too_many_columns(limits: &Limits) -> Refused {
    let limit = limits.max_columns;
    let reason = refusal(
        &format!("该行的列数超过上限 {limit}"),
        "请检查分隔符，或改用每题一行的长表",
        &format!("the row has more columns than the limit of {limit}"),
        "check the separator, or use the long form with one row an item",
    );
    ("too-many-columns", reason)
}

pub(super) fn cell_too_long(limits: &Limits) -> Refused {
    let limit = bytes_shown(limits.max_cell_bytes as u64);
    let reason = refusal(
        &format!("单元格文字超过长度上限 {limit}"),
        "请把长文本移出表格",
        &format!("the text of a cell is longer than the limit of {limit}"),
        "keep long texts outside the table",
    );
    ("cell-too-long", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (u32, Vec<String>);

    fn read(text: &str) -> (Vec<Row>, Vec<(u32, &'static str)>) {
        let limits = Limits { max_record_lines: 5, ..Limits::default() };
        let block = read_records(text, &Dialect { separator: ",", lossy: false, limits }, 1);
        let rows = block.rows().map(|row| (row.number(), row.cells().map(str::to_owned).collect())).collect();
        (rows, block.problems.iter().map(|problem| (problem.row, problem.rule)).collect())
    }

    fn row(number: u32, cells: &[&str]) -> Row {
        (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quotes_line_ends_and_numbers() {
        let (rows, problems) = read("a,\"b \"\"c\"\"\"\r\n\r\n\"x\ny\",\"\"\n1,\"2\"3\rlast,");
        let expected = [row(1, &["a", "b \"c\""]), row(3, &["x\ny", ""]), row(5, &["1", "23"]), row(6, &["last", ""])];
        assert_eq!(rows, expected);
        assert!(problems.is_empty());
    }

    #[test]
    fn a_quote_inside_a_cell_is_a_character() {
        assert_eq!(read("5\" 屏,1\n2,3\"\n").0, [row(1, &["5\" 屏", "1"]), row(2, &["2", "3\""])]);
    }

    #[test]
    fn a_stray_quote_costs_one_row() {
        for text in
            ["a,b\n1,\"2\n3,4\n5,6\n", "a,b\n1,\"2\n3,4\n5,6\n7,\"8\"", "a,b\n1,\"2\n3,4\n5,6\n7,8\n9,10\n11,12\n13,\""]
        {
            let (rows, problems) = read(text);
            assert_eq!(rows[..3], [row(1, &["a", "b"]), row(3, &["3", "4"]), row(4, &["5", "6"])], "{text}");
            assert_eq!(problems[0], (2, "stray-quote"), "{text}");
        }
    }

    #[test]
    fn every_line_with_a_stray_quote_is_refused_alone() {
        let (rows, problems) = read("\"a,b\n\"c,d\n\"e,f\nok,1\n");
        assert_eq!(rows, [row(4, &["ok", "1"])]);
        assert_eq!(problems.iter().map(|problem| problem.0).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

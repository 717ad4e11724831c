//! Untyped rows: what a file says, before anything is understood.

use crate::model::provenance::SourceFile;
use crate::model::text::Bilingual;
use std::fmt;

/// How the file itself typed a cell. Text formats know only [`CellKind::Text`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellKind {
    /// Text, or a format without types.
    #[default]
    Text,
    /// A binary number: leading zeros and digits past the fifteenth are gone.
    Number,
    /// A date or date-time, written `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`.
    Date,
    /// `true` or `false`.
    Boolean,
}

/// A row, or a part of one, that cannot be read as cells at all.
#[derive(Clone, Debug)]
pub struct RowProblem {
    /// 1-based row as a person counts it.
    pub row: u32,
    /// Stable name of the rule, such as `line-too-long`.
    pub rule: &'static str,
    /// The beginning of what stands there, at most 80 characters.
    pub value: String,
    /// Reason and hint.
    pub reason: Bilingual,
}

/// What stands between two cells in the buffer of a block; never part of a cell.
const GAP: char = '\n';

/// Consecutive rows of one sheet: all cell texts in one buffer, so that a million rows cost no
/// allocation a cell.
///
/// One byte stands after every cell in the buffer. So a line of a text file that has no quotes is
/// taken over with one copy ([`RowBlock::push_line`]), its separators becoming those bytes.
#[derive(Clone, Debug, Default)]
pub struct RowBlock {
    text: String,
    cell_ends: Vec<u32>,
    /// Empty when every cell is [`CellKind::Text`].
    kinds: Vec<CellKind>,
    row_ends: Vec<u32>,
    row_numbers: Vec<u32>,
    /// Rows of this block that could not be read.
    pub problems: Vec<RowProblem>,
}

impl RowBlock {
    /// Appends a cell to the row under way.
    pub fn push_cell(&mut self, text: &str, kind: CellKind) {
        self.append(text);
        self.end_cell(kind);
    }

    /// Appends to the text of the cell under way.
    pub fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the cell under way.
    pub fn end_cell(&mut self, kind: CellKind) {
        if kind != CellKind::Text && self.kinds.is_empty() {
            self.kinds = vec![CellKind::Text; self.cell_ends.len()];
        }
        if kind != CellKind::Text || !self.kinds.is_empty() {
            self.kinds.push(kind);
        }
        self.cell_ends.push(saturated(self.text.len()));
        self.text.push(GAP);
    }

    /// Appends the cells of a line without quotes, which the byte `separator` (ASCII) parts.
    pub fn push_line(&mut self, line: &str, separator: u8) {
        debug_assert!(separator.is_ascii());
        const STRIDE: usize = 64;
        let start = self.text.len();
        self.text.push_str(line);
        // The store is unconditional and only the count depends on the byte: without a branch to
        // mispredict, cells of one letter cost about a cycle a byte.
        let mut ends = [0; STRIDE];
        for (index, bytes) in line.as_bytes().chunks(STRIDE).enumerate() {
            let base = saturated(start + index * STRIDE);
            let mut found = 0;
            for (offset, byte) in (0..).zip(bytes) {
                ends[found % STRIDE] = base.saturating_add(offset);
                found += usize::from(*byte == separator);
            }
            self.cell_ends.extend_from_slice(&ends[..found]);
        }
        self.cell_ends.push(saturated(self.text.len()));
        self.text.push(GAP);
        if !self.kinds.is_empty() {
            self.kinds.resize(self.cell_ends.len(), CellKind::Text);
        }
    }

    /// Ends the row under way; `number` is its 1-based row as a person counts it.
    pub fn end_row(&mut self, number: u32) {
        self.row_ends.push(saturated(self.cell_ends.len()));
        self.row_numbers.push(number);
    }

    /// Drops the cells of the row under way.
    pub fn abandon_row(&mut self) {
        let cells = self.row_ends.last().map_or(0, |end| *end as usize);
        let text = cells.checked_sub(1).map_or(0, |last| self.cell_ends[last] as usize + GAP.len_utf8());
        self.text.truncate(text);
        self.cell_ends.truncate(cells);
        self.kinds.truncate(cells);
    }

    /// Cells of the row under way.
    pub fn open_cells(&self) -> usize {
        self.cell_ends.len() - self.row_ends.last().map_or(0, |end| *end as usize)
    }

    /// Bytes of the longest cell of the row under way.
    pub fn longest_open_cell(&self) -> usize {
        let first = self.cell_ends.len() - self.open_cells();
        let mut start = first.checked_sub(1).map_or(0, |last| self.cell_ends[last] as usize + GAP.len_utf8());
        let mut longest = 0;
        for end in &self.cell_ends[first..] {
            longest = longest.max(*end as usize - start);
            start = *end as usize + GAP.len_utf8();
        }
        longest
    }

    /// Rows in the block.
    pub fn len(&self) -> usize {
        self.row_ends.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.row_ends.is_empty()
    }

    /// Bytes of text held, for deciding when a block is full.
    pub fn text_len(&self) -> usize {
        self.text.len()
    }

    /// The row at `index`.
    pub fn row(&self, index: usize) -> Option<RawRow<'_>> {
        let end = *self.row_ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.row_ends[index - 1] as usize };
        Some(RawRow { block: self, start, end, number: self.row_numbers[index] })
    }

    /// Every row in order.
    pub fn rows(&self) -> impl Iterator<Item = RawRow<'_>> {
        (0..self.len()).filter_map(|index| self.row(index))
    }
}

/// Blocks are a few megabytes, so four bytes hold every position in one.
fn saturated(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// One row of a block.
#[derive(Clone, Copy)]
pub struct RawRow<'a> {
    block: &'a RowBlock,
    start: usize,
    end: usize,
    number: u32,
}

impl<'a> RawRow<'a> {
    /// 1-based row as a person counts it in the file.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Cells in the row.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether the row has no cell.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Text of the cell at `column`, as in the file; `None` past the row's end.
    pub fn cell(&self, column: usize) -> Option<&'a str> {
        let index = self.start.checked_add(column).filter(|index| *index < self.end)?;
        let end = self.block.cell_ends[index] as usize;
        let start = if index == 0 { 0 } else { self.block.cell_ends[index - 1] as usize + GAP.len_utf8() };
        self.block.text.get(start..end)
    }

    /// How the file typed the cell.
    pub fn kind(&self, column: usize) -> CellKind {
        self.block.kinds.get(self.start + column).copied().unwrap_or_default()
    }

    /// Every cell in order.
    pub fn cells(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let row = *self;
        (0..row.len()).filter_map(move |column| row.cell(column))
    }
}

impl fmt::Debug for RawRow<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RawRow({}, {:?})", self.number, self.cells().collect::<Vec<_>>())
    }
}

/// Blocks of a sheet that are parsed when asked for, from many threads, each as often as wanted.
pub trait ReadBlocks: Send + Sync {
    /// How many blocks there are.
    fn count(&self) -> usize;
    /// Parses one block. Never fails: what cannot be read is a [`RowProblem`] of the block.
    fn read(&self, index: usize) -> RowBlock;
    /// Columns that are at hand in codes, by place: for who has no need of text a cell.
    fn coded(&self) -> Vec<(usize, CodedColumn<'_>)> {
        Vec::new()
    }
    /// As [`Self::read`], the columns of [`Self::coded`] left out.
    fn read_others(&self, index: usize) -> RowBlock {
        self.read(index)
    }
}

/// A column of few different values, one code a row below the header; the row numbered k has the k-th code.
#[derive(Clone, Copy, Debug)]
pub struct CodedColumn<'s> {
    /// 0 = missing, k = the k-th value.
    pub codes: &'s [u8],
    /// The values as text.
    pub values: &'s [String],
}

impl CodedColumn<'_> {
    /// Place of the value of a row, by the number of the row; `None` when it is missing.
    pub fn place(&self, row: usize) -> Option<usize> {
        let code = row.checked_sub(1).and_then(|place| self.codes.get(place));
        code.and_then(|code| usize::from(*code).checked_sub(1))
    }
}

/// One sheet of a file (the file itself where the format has no sheets).
pub struct RawSheet {
    /// Name in the workbook, empty where the format has none.
    pub name: String,
    /// The rows, in order.
    pub blocks: Box<dyn ReadBlocks>,
}

/// A file read as far as cells. When it could not be read, `source.error` says why and `sheets` is empty.
pub struct RawFile {
    /// Path, hash, size, format, encoding, error; `source.sheets` is filled later.
    pub source: SourceFile,
    /// Its sheets, in the order of the file.
    pub sheets: Vec<RawSheet>,
}

/// Blocks that are already in memory.
pub struct ReadyBlocks(pub Vec<RowBlock>);

impl ReadBlocks for ReadyBlocks {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn read(&self, index: usize) -> RowBlock {
        self.0.get(index).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{CellKind, RowBlock};

    #[test]
    fn a_block_gives_back_what_was_pushed() {
        let mut block = RowBlock::default();
        block.push_cell("张", CellKind::Text);
        block.push_cell("", CellKind::Text);
        block.end_row(1);
        block.end_row(2);
        block.push_cell("59.5", CellKind::Number);
        block.end_row(4);
        let rows: Vec<_> = block.rows().collect();
        assert_eq!(rows[0].cells().collect::<Vec<_>>(), ["张", ""]);
        assert_eq!(rows[0].cell(2), None);
        assert!(rows[1].is_empty());
        assert_eq!((rows[2].number(), rows[2].cell(0), rows[2].kind(0)), (4, Some("59.5"), CellKind::Number));
        assert_eq!(rows[0].kind(0), CellKind::Text);
    }
    #[test]
    fn a_line_is_the_same_as_its_cells() {
        for line in ["", ",", "a", "甲,b,,丁", &"x,".repeat(64), &"一二,".repeat(50), &"y".repeat(130)] {
            let mut whole = RowBlock::default();
            whole.push_line(line, b',');
            whole.end_row(7);
            let mut single = RowBlock::default();
            line.split(',').for_each(|cell| single.push_cell(cell, CellKind::Text));
            single.end_row(7);
            assert_eq!(format!("{:?}", whole.row(0)), format!("{:?}", single.row(0)), "{line}");
        }
    }

    #[test]
    fn an_abandoned_row_leaves_no_trace() {
        let mut block = RowBlock::default();
        block.push_line("a,b", b',');
        block.end_row(1);
        block.append("half");
        block.end_cell(CellKind::Number);
        assert_eq!(block.open_cells(), 1);
        block.abandon_row();
        block.push_cell("c", CellKind::Text);
        block.end_row(3);
        assert_eq!(format!("{:?}", block.row(1)), "Some(RawRow(3, [\"c\"]))");
        assert_eq!(block.row(1).map(|row| row.kind(0)), Some(CellKind::Text));
    }
}

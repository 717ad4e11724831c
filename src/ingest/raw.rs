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

/// Consecutive rows of one sheet: all cell texts in one buffer, so that a million rows cost no
/// allocation a cell.
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
        if kind != CellKind::Text && self.kinds.is_empty() {
            self.kinds = vec![CellKind::Text; self.cell_ends.len()];
        }
        if !self.kinds.is_empty() || kind != CellKind::Text {
            self.kinds.push(kind);
        }
        self.text.push_str(text);
        self.cell_ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Ends the row under way; `number` is its 1-based row as a person counts it.
    pub fn end_row(&mut self, number: u32) {
        self.row_ends.push(u32::try_from(self.cell_ends.len()).unwrap_or(u32::MAX));
        self.row_numbers.push(number);
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
        let start = if index == 0 { 0 } else { self.block.cell_ends[index - 1] as usize };
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
}

//! Cells of a worksheet, as a reader gives them one by one, gathered to blocks of rows.

use crate::ingest::archive;
use crate::ingest::limits::Limits;
use crate::ingest::lines::beginning;
use crate::ingest::raw::{CellKind, RawSheet, ReadyBlocks, RowBlock, RowProblem};
use crate::ingest::records::{cell_too_long, too_many_columns};
use crate::model::text::Bilingual;

/// Text after which a block is full.
const BLOCK_BYTES: usize = 1 << 20;

/// What a whole workbook has used of its limits.
#[derive(Debug, Default)]
pub(super) struct Budget {
    cells: u64,
    text: u64,
}

#[derive(Debug)]
struct OpenCell {
    column: usize,
    start: usize,
    end: usize,
    kind: CellKind,
}

/// Takes cells in the order of rows. Blank cells between others are filled in, those behind the last
/// are not, so that a stray mark far to the right costs its own row only.
pub(super) struct SheetBuilder<'a> {
    limits: &'a Limits,
    budget: &'a mut Budget,
    blocks: Vec<RowBlock>,
    block: RowBlock,
    row: Option<u32>,
    cells: Vec<OpenCell>,
    text: String,
}

impl<'a> SheetBuilder<'a> {
    /// An empty sheet.
    pub fn new(limits: &'a Limits, budget: &'a mut Budget) -> Self {
        let (blocks, block, cells, text) = Default::default();
        Self { limits, budget, blocks, block, row: None, cells, text }
    }

    /// Adds a cell; `write` appends its text and says its kind. Rows and columns count from 0.
    pub fn cell(
        &mut self,
        row: u32,
        column: usize,
        write: impl FnOnce(&mut String) -> CellKind,
    ) -> Result<(), Bilingual> {
        match self.row {
            Some(open) if open == row => {}
            Some(open) if open > row => return Err(archive::broken("rows out of order")),
            _ => {
                self.finish_row()?;
                self.row = Some(row);
            }
        }
        let start = self.text.len();
        let kind = write(&mut self.text);
        self.cells.push(OpenCell { column, start, end: self.text.len(), kind });
        Ok(())
    }

    /// Notes a cell that cannot be read, at or just behind the row under way.
    pub fn problem(&mut self, rule: &'static str, value: &str, reason: Bilingual) {
        let row = self.row.map_or(1, one_based);
        self.block.problems.push(RowProblem { row, rule, value: beginning(value), reason });
    }

    fn finish_row(&mut self) -> Result<(), Bilingual> {
        let Some(row) = self.row.take() else { return Ok(()) };
        if !self.cells.is_sorted_by_key(|cell| cell.column) {
            self.cells.sort_by_key(|cell| cell.column);
        }
        let width = self.cells.last().map_or(0, |cell| cell.column.saturating_add(1));
        let longest = self.cells.iter().map(|cell| cell.end - cell.start).max().unwrap_or(0);
        let refused = if width > self.limits.max_columns {
            Some(too_many_columns(self.limits))
        } else if longest > self.limits.max_cell_bytes {
            Some(cell_too_long(self.limits))
        } else {
            None
        };
        if let Some((rule, reason)) = refused {
            self.block.problems.push(RowProblem { row: one_based(row), rule, value: beginning(&self.text), reason });
        } else {
            self.budget.cells = self.budget.cells.saturating_add(width as u64);
            self.budget.text = self.budget.text.saturating_add(self.text.len() as u64);
            if self.budget.cells > self.limits.max_cells {
                return Err(archive::too_many_cells(self.limits));
            }
            if self.budget.text > self.limits.max_inflated_bytes {
                return Err(archive::too_large(self.limits));
            }
            for cell in &self.cells {
                // A position named twice keeps its first cell.
                while self.block.open_cells() < cell.column {
                    self.block.end_cell(CellKind::Text);
                }
                if self.block.open_cells() == cell.column {
                    self.block.push_cell(&self.text[cell.start..cell.end], cell.kind);
                }
            }
            self.block.end_row(one_based(row));
        }
        self.cells.clear();
        self.text.clear();
        if self.block.text_len() > BLOCK_BYTES {
            self.blocks.push(std::mem::take(&mut self.block));
        }
        Ok(())
    }

    /// The sheet under its name.
    pub fn finish(mut self, name: String) -> Result<RawSheet, Bilingual> {
        self.finish_row()?;
        if !self.block.is_empty() || !self.block.problems.is_empty() {
            self.blocks.push(self.block);
        }
        Ok(RawSheet { name, blocks: Box::new(ReadyBlocks(self.blocks)) })
    }
}

fn one_based(row: u32) -> u32 {
    row.saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(cells: &[(u32, usize, &str)], limits: &Limits) -> Result<(Vec<String>, usize), Bilingual> {
        let mut budget = Budget::default();
        let mut builder = SheetBuilder::new(limits, &mut budget);
        for (row, column, text) in cells {
            builder.cell(*row, *column, |output| {
                output.push_str(text);
                CellKind::Text
            })?;
        }
        let sheet = builder.finish(String::new())?;
        let blocks: Vec<_> = (0..sheet.blocks.count()).map(|index| sheet.blocks.read(index)).collect();
        let rows = blocks.iter().flat_map(|block| block.rows().map(|row| format!("{row:?}"))).collect();
        Ok((rows, blocks.iter().map(|block| block.problems.len()).sum()))
    }

    #[test]
    fn gaps_are_filled_and_rows_keep_their_numbers() {
        let cells = [(2, 1, "b"), (2, 0, "a"), (5, 2, "c"), (5, 2, "twice")];
        let (rows, problems) = build(&cells, &Limits::default()).unwrap();
        assert_eq!(rows, ["RawRow(3, [\"a\", \"b\"])", "RawRow(6, [\"\", \"\", \"c\"])"]);
        assert_eq!(problems, 0);
    }

    #[test]
    fn limits_refuse_rows_then_the_sheet() {
        let limits = Limits { max_columns: 3, max_cell_bytes: 4, max_cells: 4, ..Limits::default() };
        let (rows, problems) = build(&[(0, 0, "a"), (1, 3, "far"), (2, 0, "too long"), (3, 2, "c")], &limits).unwrap();
        assert_eq!((rows.len(), problems), (2, 2));
        assert!(build(&[(0, 2, "a"), (1, 1, "b")], &limits).is_err());
        assert!(build(&[(1, 0, "a"), (0, 0, "b")], &limits).is_err());
    }
}

//! One table of one file, which must be right as it stands, in any format that people's tables come in.

use crate::ingest::files::read_file;
use crate::ingest::limits::Limits;
use crate::ingest::matrix_error::MatrixError;
use crate::ingest::raw::{CodedColumn, RawSheet, RowBlock};
use std::collections::BTreeSet;
use std::path::Path;

/// A file with a header and rows below it. Of a workbook, the first sheet that is not empty.
pub(super) struct PlainTable {
    path: String,
    header: Vec<String>,
    /// Row of the header, as a person counts it.
    header_row: u32,
    /// Whether a row must have as many cells as the header; a workbook leaves out blanks at the end of a row.
    is_text: bool,
    sheet: RawSheet,
}

impl PlainTable {
    /// Reads the file as far as its header.
    ///
    /// # Errors
    /// A file that cannot be read, nothing in it, or a column twice.
    pub(super) fn open(path: &Path) -> Result<Self, MatrixError> {
        let shown = path.to_string_lossy().replace('\\', "/");
        let file = read_file(&shown, path, &Limits::default());
        if let Some(reason) = file.source.error {
            return Err(MatrixError::Unreadable { path: shown, reason });
        }
        let is_text = ["csv", "tsv", "txt"].contains(&file.source.format.as_str());
        for sheet in file.sheets {
            let first = (0..sheet.blocks.count()).find_map(|block| {
                let block = sheet.blocks.read(block);
                let row = block.rows().find(|row| row.cells().any(|cell| !cell.trim().is_empty()))?;
                Some((row.number(), row.cells().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()))
            });
            let Some((header_row, mut header)) = first else { continue };
            while !is_text && header.last().is_some_and(String::is_empty) {
                header.pop();
            }
            let mut seen = BTreeSet::new();
            for name in &header {
                if !seen.insert(name.to_uppercase()) {
                    return Err(MatrixError::DuplicateColumn { path: shown, column: name.clone() });
                }
            }
            return Ok(Self { path: shown, header, header_row, is_text, sheet });
        }
        Err(MatrixError::Empty { path: shown })
    }

    /// The path as shown in messages.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Number of blocks of rows.
    pub(super) fn blocks(&self) -> usize {
        self.sheet.blocks.count()
    }

    /// Columns that are at hand in codes, by column of the header; none where the file has no such.
    pub(super) fn coded(&self) -> Vec<Option<CodedColumn<'_>>> {
        let mut columns = vec![None; self.header.len()];
        for (place, coded) in self.sheet.blocks.coded() {
            match columns.get_mut(place) {
                Some(column) => *column = Some(coded),
                // Cells beyond the header are looked at as text, to be refused.
                None => return Vec::new(),
            }
        }
        columns
    }

    /// Calls `look` for every row of a block that is not blank: its number, and as many trimmed cells as the header
    /// has.
    ///
    /// # Errors
    /// A row that cannot be read or is of another width, or what `look` says.
    pub(super) fn each_row(
        &self,
        block: usize,
        look: impl FnMut(usize, &mut dyn Iterator<Item = &str>) -> Result<(), MatrixError>,
    ) -> Result<(), MatrixError> {
        self.each_row_beside(block, &[], look)
    }

    /// As [`Self::each_row`], the cells of the columns that `coded` holds left out.
    ///
    /// # Errors
    /// As [`Self::each_row`].
    pub(super) fn each_row_beside(
        &self,
        block: usize,
        coded: &[Option<CodedColumn<'_>>],
        mut look: impl FnMut(usize, &mut dyn Iterator<Item = &str>) -> Result<(), MatrixError>,
    ) -> Result<(), MatrixError> {
        let beside: Vec<(&CodedColumn<'_>, Vec<bool>)> = coded
            .iter()
            .flatten()
            .map(|column| (column, column.values.iter().map(|value| value.trim().is_empty()).collect()))
            .collect();
        let is_blank_beside = |row: usize| {
            beside.iter().all(|(column, blank)| {
                let place = column.place(row);
                place.is_none_or(|place| blank.get(place).copied().unwrap_or(true))
            })
        };
        let block =
            if beside.is_empty() { self.sheet.blocks.read(block) } else { self.sheet.blocks.read_others(block) };
        self.refuse_problems(&block)?;
        let width = self.header.len() - beside.len();
        for row in block.rows().filter(|row| row.number() > self.header_row) {
            let found = row.len();
            if found != width {
                let beyond = row.cells().skip(width).any(|cell| !cell.trim().is_empty());
                if found < 2 && row.cells().all(|cell| cell.trim().is_empty()) {
                    continue;
                }
                if beyond || (self.is_text && found < width) {
                    let (path, row) = (self.path.clone(), row.number() as usize);
                    return Err(MatrixError::Ragged { path, row, found, expected: width });
                }
            }
            let number = row.number() as usize;
            if !self.is_text && row.cells().all(|cell| cell.trim().is_empty()) && is_blank_beside(number) {
                continue;
            }
            let mut cells = (0..width).map(|column| row.cell(column).unwrap_or_default().trim());
            look(number, &mut cells)?;
        }
        Ok(())
    }

    fn refuse_problems(&self, block: &RowBlock) -> Result<(), MatrixError> {
        block.problems.first().map_or(Ok(()), |problem| {
            let (path, row) = (self.path.clone(), problem.row as usize);
            Err(MatrixError::UnreadableRow { path, row, reason: problem.reason.clone() })
        })
    }
}

/// Whether a cell says that there is nothing.
pub(super) fn is_missing(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("NA") || text.eq_ignore_ascii_case("NaN")
}

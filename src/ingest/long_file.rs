//! One table file with named columns, read on its own (outside a data set): any format, encoding and header
//! language of the readers.

use crate::ingest::clean::{clean_id, clean_text, comparable, is_missing};
use crate::ingest::files::read_file;
use crate::ingest::header::{find, is_blank, is_footer};
use crate::ingest::limits::Limits;
use crate::ingest::raw::RawSheet;
use crate::model::text::Bilingual;
use compact_str::CompactString;
use rayon::prelude::*;
use std::path::Path;

/// A column to look for.
#[derive(Clone, Copy, Debug)]
pub struct WantedColumn<'a> {
    /// Name in messages.
    pub name: &'a str,
    /// Accepted headers in either language, the most specific first.
    pub headers: &'a [&'a str],
    /// Whether the file is refused without it.
    pub required: bool,
    /// Whether its cells are texts, in which inner spaces count, or identifiers.
    pub is_text: bool,
}

/// A row of the file: the cells of the wanted columns, `None` where missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongRow {
    /// Row in the file, from 1.
    pub row: u32,
    /// One cell a wanted column.
    pub cells: Vec<Option<CompactString>>,
}

/// The rows of a file.
#[derive(Clone, Debug, Default)]
pub struct LongFile {
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// Which of the wanted columns the file has.
    pub present: Vec<bool>,
    /// The rows below the header, in order.
    pub rows: Vec<LongRow>,
    /// Rows that could not be read, with the reason.
    pub unread: Vec<(u32, Bilingual)>,
}

/// Why a file gives no rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LongFileError {
    /// The file cannot be opened or is of no known kind.
    #[error("cannot read the file: {}", .0.en)]
    Unreadable(Bilingual),
    /// No sheet has all required columns.
    #[error("no sheet has the columns {}\n\nhint: give the file a header row with these names", .0.join(", "))]
    NoColumns(Vec<String>),
}

impl LongFileError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::Unreadable(reason) => Bilingual::new(format!("无法读取文件：{}", reason.zh), self.to_string()),
            Self::NoColumns(names) => Bilingual::new(
                format!("没有工作表含列 {}\n\n提示：请在文件中给出含这些名称的表头行", names.join("、")),
                self.to_string(),
            ),
        }
    }
}

/// Reads the first sheet that has the required columns.
///
/// **Input**: a csv, tsv, xlsx, xls, ods, parquet, jsonl or dbf file.
///
/// **Errors**: a file that cannot be read, or lacks a required column.
pub fn read_long_file(path: &Path, wanted: &[WantedColumn<'_>]) -> Result<LongFile, LongFileError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = read_file(&name, path, &Limits::default());
    if let Some(reason) = file.source.error {
        return Err(LongFileError::Unreadable(reason));
    }
    let required = || wanted.iter().filter(|column| column.required).map(|column| column.name.to_owned()).collect();
    let found = file.sheets.iter().find_map(|sheet| read_sheet(sheet, wanted));
    let read = found.ok_or_else(|| LongFileError::NoColumns(required()))?;
    Ok(LongFile { sha256: file.source.sha256, ..read })
}

fn read_sheet(sheet: &RawSheet, wanted: &[WantedColumn<'_>]) -> Option<LongFile> {
    if sheet.blocks.count() == 0 {
        return None;
    }
    let first = sheet.blocks.read(0);
    let rows: Vec<_> = first.rows().take(crate::ingest::header::ROWS_SEARCHED + 1).collect();
    let is_wanted = |header: &str| {
        let header = comparable(header);
        wanted.iter().any(|column| column.headers.iter().any(|known| comparable(known) == header))
    };
    let least = wanted.iter().filter(|column| column.required).count();
    let header = find(&rows, least, &is_wanted)?;
    let names: Vec<String> = header.names.iter().map(|name| comparable(name)).collect();
    // Of several headers that fit, the one listed first wins, so that `rater_id` goes before `rater`.
    let places: Vec<Option<usize>> = wanted
        .iter()
        .map(|column| column.headers.iter().find_map(|known| names.iter().position(|name| *name == comparable(known))))
        .collect();
    if wanted.iter().zip(&places).any(|(column, place)| column.required && place.is_none()) {
        return None;
    }
    let blocks: Vec<LongFile> = (0..sheet.blocks.count())
        .into_par_iter()
        .map(|index| {
            let block = sheet.blocks.read(index);
            let unread = block.problems.iter().map(|problem| (problem.row, problem.reason.clone())).collect();
            let below = block.rows().filter(|row| row.number() > header.last_row && !is_blank(row) && !is_footer(row));
            let rows = below
                .map(|row| LongRow {
                    row: row.number(),
                    cells: wanted
                        .iter()
                        .zip(&places)
                        .map(|(wanted, place)| {
                            let column = (*place)?;
                            let cell = row.cell(column)?;
                            let cleaned =
                                if wanted.is_text { clean_text(cell) } else { clean_id(cell, row.kind(column)) };
                            (!is_missing(&cleaned)).then(|| CompactString::from(cleaned.as_ref()))
                        })
                        .collect(),
                })
                .collect();
            LongFile { rows, unread, ..LongFile::default() }
        })
        .collect();
    let mut whole = LongFile { present: places.iter().map(Option::is_some).collect(), ..LongFile::default() };
    for block in blocks {
        whole.rows.extend(block.rows);
        whole.unread.extend(block.unread);
    }
    Some(whole)
}

//! Where every record came from.

use compact_str::CompactString;
use serde::Serialize;

/// The place of one record: indices into [`SourceFile`]s of the data set, and the row as a person
/// counts it in the file (first line = 1, header lines counted).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provenance {
    /// Index into `Dataset::files`.
    pub file: u32,
    /// Index into `SourceFile::sheets`.
    pub sheet: u16,
    /// 1-based row (line of a text file, row of a worksheet, record of a Parquet or DBF file).
    pub row: u32,
}

/// One input file as it was read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SourceFile {
    /// Path relative to the data set's folder, with `/` between folders on every system.
    pub path: String,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// `csv`, `xlsx`, `parquet`, …
    pub format: CompactString,
    /// `UTF-8`, `UTF-8 with BOM`, `GB18030`, `UTF-16LE`, …; empty for binary formats.
    pub encoding: CompactString,
    /// The sheets read (one, with an empty name, where the format has no sheets).
    pub sheets: Vec<SourceSheet>,
    /// What stopped the file from being read; `None` when it was read.
    pub error: Option<crate::model::text::Bilingual>,
}

/// One sheet of an input file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SourceSheet {
    /// Name in the workbook, empty where the format has none.
    pub name: String,
    /// Canonical table it was taken for (`answers`, `scores`, …); `None` when it fits no table.
    pub table: Option<CompactString>,
    /// Data rows seen below the header.
    pub rows_read: u64,
    /// Rows refused (see the quarantine).
    pub rows_refused: u64,
    /// Rows left out for a known harmless reason (blank, 合计 footer).
    pub rows_skipped: u64,
    /// Columns that were mapped, as `header → canonical name`.
    pub mapped_columns: Vec<(String, String)>,
    /// Headers that no canonical column claims.
    pub unmapped_columns: Vec<String>,
}

/// A provenance spelt out for outputs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SourceRow {
    /// Relative path.
    pub file: String,
    /// Sheet name or empty.
    pub sheet: String,
    /// 1-based row.
    pub row: u32,
}

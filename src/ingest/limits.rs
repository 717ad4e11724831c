//! How much a file may ask of the machine before it is refused by name.

/// Limits that hold against broken and hostile files. Each is far above what an examination needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files in the folder and the folders below it.
    pub max_files: usize,
    /// Folders inside folders.
    pub max_folder_depth: usize,
    /// Bytes of one file.
    pub max_file_bytes: u64,
    /// Bytes of one line or record of a text file.
    pub max_record_bytes: usize,
    /// Lines one record may take in a delimited file (a quoted cell may hold line breaks). A quote
    /// that is not closed within them is taken for a stray one.
    pub max_record_lines: usize,
    /// Columns of one row.
    pub max_columns: usize,
    /// Bytes of text in one cell.
    pub max_cell_bytes: usize,
    /// Parts inside a workbook, which is a zip archive.
    pub max_archive_entries: usize,
    /// Bytes that the compressed parts of a workbook or a Parquet file may become.
    pub max_inflated_bytes: u64,
    /// How many times larger than the file its inflated parts may be. Asked only past
    /// [`Limits::RATIO_FLOOR_BYTES`], because small tables of one repeated mark compress very well.
    pub max_inflation_ratio: u64,
    /// Bytes of one attachment, such as a Word document with its pictures.
    pub max_document_bytes: u64,
    /// Bytes of the text of one attachment.
    pub max_document_text_bytes: u64,
    /// Cells (blank ones between others counted) of one workbook or Parquet file.
    pub max_cells: u64,
}

impl Limits {
    /// Inflated bytes below which the ratio is not asked.
    pub const RATIO_FLOOR_BYTES: u64 = 64 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_files: 100_000,
            max_folder_depth: 16,
            max_file_bytes: 2 << 30,
            max_record_bytes: 1 << 20,
            max_record_lines: 1_000,
            max_columns: 16_384,
            max_cell_bytes: 256 << 10,
            max_archive_entries: 10_000,
            max_inflated_bytes: 2 << 30,
            max_inflation_ratio: 200,
            max_document_bytes: 64 << 20,
            max_document_text_bytes: 8 << 20,
            max_cells: 200_000_000,
        }
    }
}

/// A number of bytes as a person says it.
pub(crate) fn bytes_shown(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    for (unit, size) in UNITS {
        if bytes >= size {
            let tenths = u128::from(bytes) * 10 / u128::from(size);
            return match (tenths / 10, tenths % 10) {
                (whole, 0) => format!("{whole} {unit}"),
                (whole, tenth) => format!("{whole}.{tenth} {unit}"),
            };
        }
    }
    format!("{bytes} B")
}

#[cfg(test)]
mod tests {
    use super::bytes_shown;

    #[test]
    fn says_sizes_shortly() {
        assert_eq!(bytes_shown(17), "17 B");
        assert_eq!(bytes_shown(256 << 10), "256 KiB");
        assert_eq!(bytes_shown((3 << 30) + (1 << 29)), "3.5 GiB");
        assert_eq!(bytes_shown(u64::MAX), "17179869183.9 GiB");
    }
}

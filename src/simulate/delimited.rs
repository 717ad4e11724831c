//! Canonical tables as UTF-8 text, one file a table, written batch by batch.

use crate::simulate::error::SimulateError;
use crate::simulate::table::{Cell, Table};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Files under way, by stem.
pub struct DelimitedWriter {
    folder: PathBuf,
    files: BTreeMap<String, csv::Writer<BufWriter<File>>>,
}

impl DelimitedWriter {
    /// Writes into a folder that exists.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), files: BTreeMap::new() }
    }

    fn path(&self, stem: &str) -> PathBuf {
        self.folder.join(format!("{stem}.csv"))
    }

    /// Appends the rows of a table to its file; the header is written once.
    pub fn write(&mut self, table: &Table) -> Result<(), SimulateError> {
        let stem = table.stem();
        let path = self.path(&stem);
        let problem = |source: std::io::Error| SimulateError::Write { path: path.clone(), source };
        if !self.files.contains_key(&stem) {
            let file = File::create(&path).map_err(problem)?;
            let mut writer = csv::Writer::from_writer(BufWriter::new(file));
            let header = table.columns.iter().map(|column| column.name.as_str());
            writer.write_record(header).map_err(|error| problem(error.into()))?;
            self.files.insert(stem.clone(), writer);
        }
        let Some(writer) = self.files.get_mut(&stem) else { return Ok(()) };
        for row in &table.rows {
            writer
                .write_record(row.iter().map(|cell| Cell::text(cell).into_string()))
                .map_err(|error| problem(error.into()))?;
        }
        Ok(())
    }

    /// Flushes every file.
    pub fn finish(self) -> Result<(), SimulateError> {
        for (stem, mut writer) in self.files {
            let path = self.folder.join(format!("{stem}.csv"));
            writer.flush().map_err(|source| SimulateError::Write { path, source })?;
        }
        Ok(())
    }
}

//! Canonical tables as Parquet, one file a table, a row group a chunk of batches.

use crate::simulate::error::SimulateError;
use crate::simulate::table::{Cell, Column, ColumnKind, Table};
use polars::prelude::{
    Column as FrameColumn, DataFrame, Float64Chunked, Int64Chunked, IntoSeries, NewChunkedArray, StringChunked,
};
use polars_io::parquet::write::{BatchedWriter, ParquetWriter};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Files under way, by stem.
pub struct ParquetFiles {
    folder: PathBuf,
    files: BTreeMap<String, BatchedWriter<BufWriter<File>>>,
}

impl ParquetFiles {
    /// Writes into a folder that exists.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), files: BTreeMap::new() }
    }

    /// Appends the rows of a table as one row group.
    pub fn write(&mut self, table: &Table) -> Result<(), SimulateError> {
        let stem = table.stem();
        let path = self.folder.join(format!("{stem}.parquet"));
        let problem = |source| SimulateError::Parquet { path: path.clone(), source };
        let frame = frame(table).map_err(problem)?;
        if !self.files.contains_key(&stem) {
            let file = File::create(&path).map_err(|source| SimulateError::Write { path: path.clone(), source })?;
            let writer = ParquetWriter::new(BufWriter::new(file)).batched(frame.schema()).map_err(problem)?;
            self.files.insert(stem.clone(), writer);
        }
        let Some(writer) = self.files.get_mut(&stem) else { return Ok(()) };
        if frame.height() > 0 { writer.write_batch(&frame).map_err(problem) } else { Ok(()) }
    }

    /// Writes the footers.
    pub fn finish(self) -> Result<(), SimulateError> {
        for (stem, writer) in self.files {
            let path = self.folder.join(format!("{stem}.parquet"));
            writer.finish().map_err(|source| SimulateError::Parquet { path, source })?;
        }
        Ok(())
    }
}

fn frame(table: &Table) -> polars::error::PolarsResult<DataFrame> {
    let columns = table.columns.iter().enumerate().map(|(place, column)| frame_column(table, place, column)).collect();
    DataFrame::new(table.rows.len(), columns)
}

fn frame_column(table: &Table, place: usize, column: &Column) -> FrameColumn {
    let name = column.name.as_str().into();
    let cells = table.rows.iter().map(|row| &row[place]);
    let series = match column.kind {
        ColumnKind::Text => StringChunked::from_iter_options(
            name,
            cells.map(|cell| match cell {
                Cell::Blank => None,
                other => Some(other.text()),
            }),
        )
        .into_series(),
        ColumnKind::Number => Float64Chunked::from_iter_options(
            name,
            cells.map(|cell| match cell {
                Cell::Number(points) => Some(points.to_f64()),
                _ => None,
            }),
        )
        .into_series(),
        ColumnKind::Integer => Int64Chunked::from_iter_options(
            name,
            cells.map(|cell| match cell {
                Cell::Integer(number) => Some(*number),
                _ => None,
            }),
        )
        .into_series(),
    };
    series.into()
}

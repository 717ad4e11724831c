//! A pair table as CSV, Parquet or JSON, by the ending of the file.

use crate::model::pair_table::{PairColumn, PairTable, PairValues};
use crate::report::error::ReportError;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, Float64Chunked, IntoSeries, NewChunkedArray, StringChunked, UInt32Chunked,
};
use polars_io::parquet::write::ParquetWriter;
use serde_json::{Map, Value};
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes the table; `.parquet` and `.json` files are of that kind, all others CSV.
///
/// Identifiers are written as the data give them; a blank cell, null or null stands for what is not defined.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn write_pair_table(table: &PairTable, path: &Path) -> Result<(), ReportError> {
    let failed = |action: &'static str, source| ReportError::File { action, path: path.to_owned(), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|source| failed("create the folder of", source))?;
    }
    let bytes = match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("parquet") => parquet(table).map_err(|error| failed("write", std::io::Error::other(error)))?,
        Some("json") => json(table)?,
        _ => csv(table)?,
    };
    fs::write(path, bytes).map_err(|source| failed("write", source))
}

fn csv(table: &PairTable) -> Result<Vec<u8>, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|column| column.name.as_str()))?;
    for row in 0..table.height() {
        writer.write_record(table.columns.iter().map(|column| cell(column, row)))?;
    }
    writer.into_inner().map_err(|error| ReportError::Csv(error.into_error().into()))
}

/// Shortest text that reads back as the same number.
fn cell(column: &PairColumn, row: usize) -> String {
    match &column.values {
        PairValues::Text(values) => values[row].clone(),
        PairValues::Integer(values) => values[row].map(|value| value.to_string()).unwrap_or_default(),
        PairValues::Number(values) => values[row].map(|value| format!("{value:?}")).unwrap_or_default(),
        PairValues::Flag(values) => values[row].to_string(),
    }
}

fn json(table: &PairTable) -> Result<Vec<u8>, ReportError> {
    let mut bytes = BufWriter::new(Vec::new());
    let io = |error: std::io::Error| ReportError::Json(serde_json::Error::io(error));
    bytes.write_all(b"[").map_err(io)?;
    for row in 0..table.height() {
        bytes.write_all(if row == 0 { b"\n" } else { b",\n" }).map_err(io)?;
        let mut object = Map::new();
        for column in &table.columns {
            let value = match &column.values {
                PairValues::Text(values) => Value::from(values[row].as_str()),
                PairValues::Integer(values) => values[row].map_or(Value::Null, Value::from),
                // JSON has no infinity: the logarithm of an impossible tail is null.
                PairValues::Number(values) => values[row].map_or(Value::Null, Value::from),
                PairValues::Flag(values) => Value::from(values[row]),
            };
            object.insert(column.name.clone(), value);
        }
        serde_json::to_writer(&mut bytes, &object)?;
    }
    bytes.write_all(b"\n]\n").map_err(io)?;
    bytes.into_inner().map_err(|error| io(error.into_error()))
}

fn parquet(table: &PairTable) -> polars::error::PolarsResult<Vec<u8>> {
    let columns: Vec<Column> = table
        .columns
        .iter()
        .map(|column| {
            let name = column.name.as_str().into();
            let series = match &column.values {
                PairValues::Text(values) => {
                    StringChunked::from_iter_options(name, values.iter().map(Some)).into_series()
                }
                PairValues::Integer(values) => {
                    UInt32Chunked::from_iter_options(name, values.iter().copied()).into_series()
                }
                PairValues::Number(values) => {
                    Float64Chunked::from_iter_options(name, values.iter().copied()).into_series()
                }
                PairValues::Flag(values) => {
                    BooleanChunked::from_iter_options(name, values.iter().copied().map(Some)).into_series()
                }
            };
            series.into()
        })
        .collect();
    let mut frame = DataFrame::new(table.height(), columns)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::write_pair_table;
    use crate::model::pair_table::{PairColumn, PairTable, PairValues};

    #[test]
    fn numbers_read_back_and_identifiers_are_kept() {
        let column = |name: &str, values| PairColumn { name: name.to_owned(), values };
        let table = PairTable {
            columns: vec![
                column("person_a", PairValues::Text(vec!["007".to_owned(), "a,\"b\"".to_owned()])),
                column("gbt_p", PairValues::Number(vec![Some(1.0 / 3.0), None])),
                column("cluster", PairValues::Integer(vec![Some(1), None])),
                column("flagged", PairValues::Flag(vec![true, false])),
            ],
        };
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join("new").join(name);
        for name in ["out.csv", "out.json", "out.parquet"] {
            write_pair_table(&table, &at(name)).unwrap();
        }
        let text = std::fs::read_to_string(at("out.csv")).unwrap();
        assert_eq!(text, "person_a,gbt_p,cluster,flagged\n007,0.3333333333333333,1,true\n\"a,\"\"b\"\"\",,,false\n");
        let json: serde_json::Value = serde_json::from_slice(&std::fs::read(at("out.json")).unwrap()).unwrap();
        assert_eq!(json[0]["gbt_p"].as_f64(), Some(1.0 / 3.0));
        assert!(json[1]["cluster"].is_null());
        assert_eq!(&std::fs::read(at("out.parquet")).unwrap()[..4], b"PAR1");
    }
}

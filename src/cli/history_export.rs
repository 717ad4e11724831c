//! `kaojian history export`: one table as CSV or JSON lines.

use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::history_arguments::{ExportArguments, ExportedTable};
use crate::cli::history_record::opened;
use crate::cli::written::shown_path;
use crate::ledger::open::Access;
use crate::ledger::read::Record;
use crate::ledger::tables::{Kind, Value};
use crate::model::text::{Bilingual, Language};
use crate::report::clean::{defused, shown};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes a table of the history beside its place and moves it in whole.
///
/// # Errors
/// A history that cannot be read, or a file that cannot be written.
pub fn export(arguments: &ExportArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let kind = match arguments.table {
        ExportedTable::Runs => Kind::Run,
        ExportedTable::Batches => Kind::Batch,
        ExportedTable::Findings => Kind::Finding,
        ExportedTable::Decisions => Kind::Decision,
        ExportedTable::Measures => Kind::Measure,
        ExportedTable::Rectifications => Kind::Rectification,
        ExportedTable::Written => Kind::Written,
    };
    let path = shown_path(&arguments.out);
    let extension = arguments.out.extension().map(|text| text.to_string_lossy().to_ascii_lowercase());
    let as_lines = match extension.as_deref() {
        Some("csv") => false,
        Some("jsonl") => true,
        _ => {
            return Err(CliError::Data(Bilingual::new(
                format!("--out 应以 .csv 或 .jsonl 结尾：{path}"),
                format!("--out wants a name that ends in .csv or .jsonl: {path}"),
            )));
        }
    };
    let mut ledger = opened(&arguments.history, Access::Read)?;
    let refused = |source| CliError::Write { path: path.clone(), source };
    let folder = arguments.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(refused)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(refused)?;
    let mut writer = BufWriter::new(&mut file);
    let count = if as_lines {
        ledger.each(kind, |record| writeln!(writer, "{}", line(record)).map_err(refused))?
    } else {
        let csv_refused = |error: csv::Error| refused(std::io::Error::other(error));
        // For spreadsheets: a byte-order mark and CR LF.
        writer.write_all("\u{FEFF}".as_bytes()).map_err(refused)?;
        let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut writer);
        let head = std::iter::once("seq").chain(kind.columns().iter().map(|(name, _)| *name));
        table.write_record(head).map_err(csv_refused)?;
        let count = ledger.each(kind, |record| {
            let cells = record.cells.iter().map(|cell| match cell {
                Value::Text(_) => defused(&shown(cell.as_text())),
                Value::Integer(number) => number.map_or_else(String::new, |number| number.to_string()),
            });
            table.write_record(std::iter::once(record.seq.to_string()).chain(cells)).map_err(csv_refused)
        })?;
        table.flush().map_err(refused)?;
        count
    };
    writer.flush().map_err(refused)?;
    drop(writer);
    file.persist(&arguments.out).map_err(|error| refused(error.error))?;
    match language {
        Language::Chinese => writeln!(output, "已写入 {path}：{count}行")?,
        Language::English => writeln!(output, "written: {path}, {count} rows")?,
    }
    Ok(CLEAN)
}

/// One record as a JSON object; columns that hold JSON are given as such.
fn line(record: &Record) -> serde_json::Value {
    let columns = record.kind.columns().iter().zip(&record.cells).map(|((name, _), cell)| {
        let value = match cell {
            Value::Integer(number) => serde_json::Value::from(*number),
            Value::Text(Some(text)) if text.starts_with(['{', '[']) => {
                serde_json::from_str(text).unwrap_or_else(|_| serde_json::Value::from(text.as_str()))
            }
            Value::Text(text) => serde_json::Value::from(text.clone()),
        };
        ((*name).to_owned(), value)
    });
    std::iter::once(("seq".to_owned(), serde_json::Value::from(record.seq))).chain(columns).collect()
}

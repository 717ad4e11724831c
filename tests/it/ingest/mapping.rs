//! Raw rows to the data set: every table, every shape, no row lost.

mod answers;
mod folder;
mod property;
mod tables;

use kaojian::ingest::load::{Ingested, map_files};
use kaojian::ingest::raw::{CellKind, RawFile, RawSheet, ReadyBlocks, RowBlock};
use kaojian::model::dataset::Dataset;
use kaojian::model::progress::Silent;
use kaojian::model::provenance::SourceFile;

/// Rows as text: cells between `|`; `#` before a number that the file typed as one. Blocks of `block` rows.
fn sheet(name: &str, rows: &[&str], block: usize) -> RawSheet {
    let mut blocks = Vec::new();
    for (chunk, rows) in rows.chunks(block.max(1)).enumerate() {
        let mut filled = RowBlock::default();
        for (index, row) in rows.iter().enumerate() {
            for cell in row.split('|') {
                match cell.strip_prefix('#') {
                    Some(number) => filled.push_cell(number, CellKind::Number),
                    None => filled.push_cell(cell, CellKind::Text),
                }
            }
            filled.end_row(u32::try_from(chunk * block.max(1) + index + 1).unwrap());
        }
        blocks.push(filled);
    }
    RawSheet { name: name.to_owned(), blocks: Box::new(ReadyBlocks(blocks)) }
}

fn file(path: &str, rows: &[&str]) -> RawFile {
    book(path, vec![sheet("", rows, usize::MAX)])
}

fn book(path: &str, sheets: Vec<RawSheet>) -> RawFile {
    RawFile { source: SourceFile { path: path.to_owned(), ..SourceFile::default() }, sheets }
}

fn map(files: Vec<RawFile>) -> Ingested {
    map_files(files, None, &Silent)
}

fn rules(ingested: &Ingested) -> Vec<&'static str> {
    ingested.quarantine.iter().map(|entry| entry.rule).collect()
}

/// Every sheet as (batch, candidate, form, labels).
fn answers(dataset: &Dataset) -> Vec<(String, String, String, Vec<String>)> {
    let table = &dataset.answers;
    let labels = |sheet: &kaojian::model::answer::AnswerSheet| {
        (0..sheet.responses.len()).map(|column| table.label(sheet, column).unwrap_or("").to_owned()).collect()
    };
    let sheets = table.sheets.iter();
    sheets
        .map(|sheet| {
            let form = sheet.form_id.as_ref().map_or("", |form| form.as_str()).to_owned();
            (sheet.batch_id.to_string(), sheet.candidate_id.to_string(), form, labels(sheet))
        })
        .collect()
}

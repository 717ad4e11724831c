//! A sheet as a person would lay it out, and the two kinds of files it goes into: workbooks and delimited text.

use crate::simulate::chinese_words::{header_word, table_word, value_word};
use crate::simulate::error::SimulateError;
use crate::simulate::table::{Cell, Table};
use compact_str::CompactString;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::io::Write;
use std::path::Path;

/// One sheet in Chinese words.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Name of the sheet.
    pub name: String,
    /// Canonical table.
    pub table: &'static str,
    /// Title over the header, across all columns.
    pub title: Option<String>,
    /// Canonical column names.
    pub columns: Vec<CompactString>,
    /// Headers.
    pub headers: Vec<CompactString>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// Row below the data, such as 合计.
    pub footer: Option<Vec<Cell>>,
}

impl Sheet {
    /// The table in Chinese words.
    pub fn new(table: &Table) -> Self {
        let columns: Vec<CompactString> = table.columns.iter().map(|column| column.name.clone()).collect();
        let rows = table
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .zip(&columns)
                    .map(|(cell, column)| match cell {
                        Cell::Text(text) => value_word(column, text).map_or_else(|| cell.clone(), Cell::from),
                        _ => cell.clone(),
                    })
                    .collect()
            })
            .collect();
        Self {
            name: table_word(table.name).to_owned(),
            table: table.name,
            title: None,
            headers: columns.iter().map(|column| header_word(table.name, column)).collect(),
            columns,
            rows,
            footer: None,
        }
    }

    /// Row in the file, as a person counts it, of a data row.
    pub fn file_row(&self, row: usize) -> u32 {
        // The header is one row, and rows count from 1.
        (row + 2 + usize::from(self.title.is_some())) as u32
    }

    /// Place of a canonical column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// How a text file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8 with a byte order mark, as "CSV UTF-8" of office programs.
    Utf8WithMark,
    /// GBK without a mark, as "CSV" of office programs on a Chinese system.
    Gbk,
}

/// Writes a sheet as comma-separated text with CR LF.
pub fn write_text(sheet: &Sheet, path: &Path, encoding: TextEncoding) -> Result<(), SimulateError> {
    let problem = |source: std::io::Error| SimulateError::Write { path: path.to_owned(), source };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut record = |cells: &mut dyn Iterator<Item = CompactString>| {
        writer.write_record(cells.map(|cell| cell.to_string())).map_err(|error| problem(error.into()))
    };
    record(&mut sheet.headers.iter().cloned())?;
    for row in sheet.rows.iter().chain(&sheet.footer) {
        record(&mut row.iter().map(Cell::text))?;
    }
    let bytes = writer.into_inner().map_err(|error| problem(error.into_error()))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut file = std::fs::File::create(path).map_err(problem)?;
    match encoding {
        TextEncoding::Utf8WithMark => {
            file.write_all("\u{feff}".as_bytes()).and_then(|()| file.write_all(text.as_bytes())).map_err(problem)
        }
        TextEncoding::Gbk => file.write_all(&encoding_rs::GBK.encode(&text).0).map_err(problem),
    }
}

/// Writes sheets as one workbook. The bytes depend on the content alone.
pub fn write_workbook(sheets: &[Sheet], path: &Path) -> Result<(), SimulateError> {
    workbook_bytes(sheets).map_err(|source| SimulateError::Workbook { path: path.to_owned(), source }).and_then(
        |bytes| std::fs::write(path, bytes).map_err(|source| SimulateError::Write { path: path.to_owned(), source }),
    )
}

fn workbook_bytes(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A clock must not reach the file.
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    for sheet in sheets {
        write_sheet(workbook.add_worksheet(), sheet)?;
    }
    workbook.save_to_buffer()
}

fn write_sheet(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let header = Format::new().set_bold();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    worksheet.set_name(&sheet.name)?;
    let last_column = u16::try_from(sheet.headers.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let mut row = 0;
    if let Some(title) = &sheet.title {
        let format = Format::new().set_bold().set_font_size(14).set_align(FormatAlign::Center);
        worksheet.merge_range(0, 0, 0, last_column, title, &format)?;
        row += 1;
    }
    for (column, text) in sheet.headers.iter().enumerate() {
        worksheet.write_string_with_format(row, column as u16, text.as_str(), &header)?;
        worksheet
            .set_column_width(column as u16, if text.contains("编号") || text.contains("号") { 22 } else { 12 })?;
    }
    for cells in sheet.rows.iter().chain(&sheet.footer) {
        row += 1;
        for (column, cell) in cells.iter().enumerate() {
            let place = column as u16;
            match cell {
                Cell::Blank => {}
                Cell::Number(points) => {
                    worksheet.write_number(row, place, points.to_f64())?;
                }
                Cell::Integer(number) => {
                    worksheet.write_number(row, place, *number as f64)?;
                }
                // The register of batches has real dates, as a date typed into a cell becomes one.
                Cell::Text(text) => match real_date(sheet, column, text) {
                    Some(value) => {
                        worksheet.write_datetime_with_format(row, place, &value, &date)?;
                    }
                    None => {
                        worksheet.write_string(row, place, text.as_str())?;
                    }
                },
            }
        }
    }
    Ok(())
}

fn real_date(sheet: &Sheet, column: usize, text: &str) -> Option<ExcelDateTime> {
    let is_date = sheet.table == "batches"
        && matches!(sheet.columns.get(column).map(CompactString::as_str), Some("exam_date" | "published_on"));
    is_date.then(|| ExcelDateTime::parse_from_str(text).ok()).flatten()
}

//! Workbooks (xlsx, xls, ods) to typed cells, every sheet, hidden ones too.

use crate::ingest::archive;
use crate::ingest::compound;
use crate::ingest::error::refusal;
use crate::ingest::guard::guarded;
use crate::ingest::limits::Limits;
use crate::ingest::number::{to_nearest_second, write_date_time, write_number, write_seconds};
use crate::ingest::opendocument::RepeatCounter;
use crate::ingest::raw::{CellKind, RawSheet};
use crate::ingest::sheet::{Budget, SheetBuilder};
use crate::ingest::sniff::encrypted;
use crate::model::text::Bilingual;
use calamine::{Data, DataRef, ExcelDateTime, Ods, OdsError, Reader, SheetType, Xls, XlsError, Xlsx, XlsxError};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::fmt::Write;
use std::io::Cursor;

/// Texts and formats shared by all sheets are kept whole, an empty text of five bytes as 24; the
/// sheets themselves stream by.
const MAX_SHARED_BYTES: u64 = 512 << 20;

type Sheets = Result<Vec<RawSheet>, Bilingual>;

/// Reads an xlsx or xlsm workbook, cell by cell: a far cell costs no more than a near one.
pub(super) fn read_xlsx(bytes: &[u8], limits: &Limits) -> Sheets {
    let mut shared: u64 = 0;
    let is_shared = |name: &str| name.starts_with("xl/sharedstrings") || name.starts_with("xl/styles");
    archive::check(bytes, limits, is_shared, |piece| {
        shared += piece.len() as u64;
        if shared > MAX_SHARED_BYTES { Err(archive::too_large(limits)) } else { Ok(()) }
    })?;
    behind_wall(|| {
        let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| xlsx_error(&error))?;
        let mut budget = Budget::default();
        let mut sheets = Vec::new();
        for name in worksheet_names(workbook.sheets_metadata()) {
            let mut builder = SheetBuilder::new(limits, &mut budget);
            match workbook.worksheet_cells_reader(&name) {
                Ok(mut cells) => loop {
                    match cells.next_cell() {
                        Ok(None) => break,
                        Ok(Some(cell)) => {
                            let (row, column) = cell.get_position();
                            add(&mut builder, row, column, cell.get_value())?;
                        }
                        Err(XlsxError::CellError(value)) => {
                            builder.problem("unreadable-cell", &value, unreadable_cell());
                        }
                        Err(error) => return Err(xlsx_error(&error)),
                    }
                },
                Err(XlsxError::NotAWorksheet(_)) => continue,
                Err(error) => return Err(xlsx_error(&error)),
            }
            sheets.push(builder.finish(name)?);
        }
        Ok(sheets)
    })
}

/// Reads an old Excel or WPS workbook. The reader takes whole sheets as dense rectangles, so their
/// extents are measured first.
pub(super) fn read_xls(bytes: &[u8], limits: &Limits) -> Sheets {
    behind_wall(|| compound::check(bytes, limits))?;
    behind_wall(|| {
        let mut workbook = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
            XlsError::Password => encrypted(),
            other => archive::broken(&other.to_string()),
        })?;
        let names = worksheet_names(workbook.sheets_metadata());
        from_ranges(names, limits, |name| workbook.worksheet_range(name).map_err(|error| error.to_string()))
    })
}

/// Reads an OpenDocument spreadsheet; repetitions are counted before the reader writes them out.
pub(super) fn read_ods(bytes: &[u8], limits: &Limits) -> Sheets {
    let mut counter = RepeatCounter::new(limits);
    archive::check(bytes, limits, |name| name == "content.xml", |piece| counter.feed(piece))?;
    behind_wall(|| {
        let mut workbook = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
            OdsError::Password => encrypted(),
            other => archive::broken(&other.to_string()),
        })?;
        let names = worksheet_names(workbook.sheets_metadata());
        from_ranges(names, limits, |name| workbook.worksheet_range(name).map_err(|error| error.to_string()))
    })
}

fn behind_wall<T>(work: impl FnOnce() -> Result<T, Bilingual>) -> Result<T, Bilingual> {
    guarded(work).unwrap_or_else(|| Err(archive::broken("malformed content")))
}

fn worksheet_names(sheets: &[calamine::Sheet]) -> Vec<String> {
    sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone()).collect()
}

fn from_ranges(
    names: Vec<String>,
    limits: &Limits,
    mut range_of: impl FnMut(&str) -> Result<calamine::Range<Data>, String>,
) -> Sheets {
    let mut budget = Budget::default();
    let mut sheets = Vec::new();
    for name in names {
        let range = range_of(&name).map_err(|error| archive::broken(&error))?;
        let (top, left) = range.start().unwrap_or_default();
        let mut builder = SheetBuilder::new(limits, &mut budget);
        for (row, column, value) in range.used_cells() {
            let row = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(top);
            let column = u32::try_from(column).unwrap_or(u32::MAX).saturating_add(left);
            add(&mut builder, row, column, &borrowed(value))?;
        }
        sheets.push(builder.finish(name)?);
    }
    Ok(sheets)
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(value) => DataRef::SharedString(value),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(value) => DataRef::DateTimeIso(value.clone()),
        Data::DurationIso(value) => DataRef::DurationIso(value.clone()),
        Data::Error(value) => DataRef::Error(value.clone()),
        _ => DataRef::Empty,
    }
}

fn add(builder: &mut SheetBuilder<'_>, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), Bilingual> {
    if *value == DataRef::Empty {
        return Ok(());
    }
    builder.cell(row, column as usize, |output| write_value(output, value))
}

fn write_value(output: &mut String, value: &DataRef<'_>) -> CellKind {
    match value {
        DataRef::Int(value) => {
            let _ = write!(output, "{value}");
            CellKind::Number
        }
        DataRef::Float(value) => {
            write_number(output, *value);
            CellKind::Number
        }
        DataRef::Bool(value) => {
            output.push_str(if *value { "true" } else { "false" });
            CellKind::Boolean
        }
        DataRef::DateTime(value) => write_excel_time(output, value),
        DataRef::DateTimeIso(value) => write_iso_time(output, value),
        DataRef::DurationIso(value) => {
            match iso_seconds(value) {
                Some(seconds) => write_seconds(output, seconds),
                None => output.push_str(value),
            }
            CellKind::Text
        }
        DataRef::String(value) => {
            output.push_str(value);
            CellKind::Text
        }
        DataRef::SharedString(value) => {
            output.push_str(value);
            CellKind::Text
        }
        // Shown as it stands in the sheet, for the mapping to refuse or to take as missing.
        DataRef::Error(value) => {
            let _ = write!(output, "{value}");
            CellKind::Text
        }
        DataRef::Empty => CellKind::Text,
    }
}

/// Days since 1899 with a fraction. Below one it is a time of day, which is no date.
fn write_excel_time(output: &mut String, value: &ExcelDateTime) -> CellKind {
    const SECONDS_A_DAY: f64 = 86_400.0;
    let days = value.as_f64();
    if value.is_duration() || (0.0..1.0).contains(&days) {
        write_seconds(output, (days * SECONDS_A_DAY).round() as i64);
        return CellKind::Text;
    }
    match value.as_datetime() {
        Some(time) => {
            write_date_time(output, to_nearest_second(time));
            CellKind::Date
        }
        None => {
            write_number(output, days);
            CellKind::Number
        }
    }
}

fn write_iso_time(output: &mut String, value: &str) -> CellKind {
    let date = || value.parse::<NaiveDate>().ok().map(|date| date.and_time(NaiveTime::MIN));
    match value.trim_end_matches('Z').parse::<NaiveDateTime>().ok().or_else(date) {
        Some(time) => {
            write_date_time(output, to_nearest_second(time));
            CellKind::Date
        }
        None => {
            output.push_str(value);
            CellKind::Text
        }
    }
}

/// Seconds of an ISO 8601 span of hours, minutes and seconds such as `PT09H30M00S`.
fn iso_seconds(value: &str) -> Option<i64> {
    let mut rest = value.strip_prefix("PT")?;
    let mut total = 0.0;
    for (unit, seconds) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
        if let Some((number, tail)) = rest.split_once(unit) {
            total += number.parse::<f64>().ok()? * seconds;
            rest = tail;
        }
    }
    rest.is_empty().then_some(total.round() as i64)
}

fn xlsx_error(error: &XlsxError) -> Bilingual {
    match error {
        XlsxError::Password => encrypted(),
        other => archive::broken(&other.to_string()),
    }
}

fn unreadable_cell() -> Bilingual {
    refusal(
        "该行附近有一个错误值单元格无法读取，按空白处理",
        "请在 Excel 或 WPS 中改正该单元格的公式",
        "a cell with an error value at or near this row cannot be read and is taken as blank",
        "correct its formula in Excel or WPS",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    fn shown(value: DataRef<'_>) -> (String, CellKind) {
        let mut output = String::new();
        let kind = write_value(&mut output, &value);
        (output, kind)
    }

    #[test]
    fn values_as_text() {
        let time = |days| DataRef::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false));
        let span = |days| DataRef::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::TimeDelta, false));
        let cases = [
            (time(46_143.0), "2026-05-01", CellKind::Date),
            (time(46_143.395_833_33), "2026-05-01 09:30:00", CellKind::Date),
            (time(0.375), "09:00:00", CellKind::Text),
            (span(1.5), "36:00:00", CellKind::Text),
            (DataRef::DateTimeIso("2026-05-01T14:00:00".to_owned()), "2026-05-01 14:00:00", CellKind::Date),
            (DataRef::DateTimeIso("2026-05-01".to_owned()), "2026-05-01", CellKind::Date),
            (DataRef::DurationIso("PT09H30M00S".to_owned()), "09:30:00", CellKind::Text),
            (DataRef::Bool(true), "true", CellKind::Boolean),
            (DataRef::Float(59.5), "59.5", CellKind::Number),
            (DataRef::Error(calamine::CellErrorType::NA), "#N/A", CellKind::Text),
        ];
        for (value, text, kind) in cases {
            assert_eq!(shown(value), (text.to_owned(), kind));
        }
    }
}

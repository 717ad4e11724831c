//! Columns decoded once, written out as text row by row when asked for. The header is row 0 and data rows are
//! numbered by record.

use crate::ingest::archive;
use crate::ingest::error::refusal;
use crate::ingest::guard::guarded;
use crate::ingest::limits::Limits;
use crate::ingest::number::{to_nearest_second, write_date, write_date_time, write_number, write_seconds, write_time};
use crate::ingest::parquet::check::{Budget, check_column, check_footer};
use crate::ingest::parquet::compact::{CompactColumn, compact};
use crate::ingest::raw::{CellKind, CodedColumn, RawSheet, ReadBlocks, RowBlock, RowProblem};
use crate::ingest::records::{cell_too_long, too_many_columns, undecodable};
use crate::model::text::Bilingual;
use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use polars::prelude::{AnyValue, ArrowDataType, Column, DataType, Series, TimeUnit};
use polars_io::SerReader;
use polars_io::prelude::{ParallelStrategy, ParquetReader};
use polars_parquet::read::{FileMetadata, ParquetType, PhysicalType, read_metadata};
use std::fmt::Write;
use std::io::Cursor;
use std::sync::Arc;

const ROWS_A_BLOCK: usize = 8192;

/// Columns are decoded so many at a time and put into codes before the next, so that a million rows of a hundred
/// columns never stand as a data frame; of a very wide file, a part this large of them.
const COLUMNS_AT_ONCE: usize = 8;
const PARTS: usize = 64;

/// Where Arrow's libraries keep the types that Parquet does not know (time zones, durations).
const ARROW_SCHEMA: &str = "ARROW:schema";

/// Longest such text that is used; a thousand columns take about a quarter of it.
const MAXIMUM_ARROW_SCHEMA: usize = 1 << 20;

/// The reader follows nested types by recursion; a text of the length above cannot nest deeper than this holds.
const STACK_BYTES: usize = 256 << 20;

/// The columns.
struct ParquetTable {
    height: usize,
    columns: Vec<StoredColumn>,
}

struct StoredColumn {
    name: String,
    cells: StoredCells,
}

enum StoredCells {
    /// Few different values.
    Coded(CompactColumn),
    Values(Column),
    /// No plain cells, but this type: they stand empty.
    Unreadable(String),
}

struct ParquetBlocks {
    table: ParquetTable,
    limits: Limits,
}

/// The one sheet of a Parquet file.
pub fn read_parquet(bytes: Vec<u8>, limits: &Limits) -> Result<RawSheet, Bilingual> {
    let malformed = || Err(damaged(("内容不符合规范", "malformed content")));
    let table = std::thread::scope(|scope| {
        let reader = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || guarded(|| decode(&bytes, limits)).unwrap_or_else(malformed));
        match reader {
            Ok(reader) => reader.join().unwrap_or_else(|_| malformed()),
            Err(_) => Err(damaged(("系统资源不足", "the system has no room for another thread"))),
        }
    })?;
    Ok(RawSheet { name: String::new(), blocks: Box::new(ParquetBlocks { table, limits: limits.clone() }) })
}

fn decode(bytes: &[u8], limits: &Limits) -> Result<ParquetTable, Bilingual> {
    let failed = |error: polars::error::PolarsError| {
        let error = error.to_string();
        damaged((&error, &error))
    };
    check_footer(bytes).map_err(damaged)?;
    let mut metadata = read_metadata(&mut Cursor::new(bytes)).map_err(failed)?;
    check_size(&metadata, limits)?;
    if let Some(pairs) = &mut metadata.key_value_metadata {
        let is_short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() <= MAXIMUM_ARROW_SCHEMA);
        pairs.retain(|pair| pair.key != ARROW_SCHEMA || is_short(&pair.value));
    }
    let metadata = Arc::new(metadata);
    // One thread: files are read side by side already, and the reader's own pool must not be entered
    // from another pool's worker.
    let new_reader = || {
        let mut reader = ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None);
        reader.set_metadata(Arc::clone(&metadata));
        reader
    };
    let schema = new_reader().schema().map_err(failed)?;
    if schema.len() > limits.max_columns {
        return Err(too_many_columns(limits).1);
    }
    let is_plain: Vec<bool> = schema
        .iter_values()
        .map(|field| {
            let is_nested = DataType::from_arrow_field(field).is_nested();
            !is_nested && is_stored_plain(&metadata, &field.name, field.dtype())
        })
        .collect();
    let mut budget = Budget::new(limits);
    for group in &metadata.row_groups {
        for (field, _) in schema.iter_values().zip(&is_plain).filter(|(_, is_plain)| **is_plain) {
            for column in group.columns_under_root_iter(&field.name).into_iter().flatten() {
                check_column(bytes, column, group.num_rows(), &mut budget).map_err(damaged)?;
            }
        }
    }
    let wanted: Vec<usize> = (0..schema.len()).filter(|index| is_plain[*index]).collect();
    if wanted.is_empty() {
        return Err(damaged(("没有普通的列", "it has no plain column")));
    }
    let mut columns: Vec<StoredColumn> = schema
        .iter_values()
        .map(|field| StoredColumn {
            name: field.name.to_string(),
            cells: StoredCells::Unreadable(DataType::from_arrow_field(field).to_string()),
        })
        .collect();
    let mut height = None;
    for part in wanted.chunks(COLUMNS_AT_ONCE.max(wanted.len() / PARTS)) {
        let frame = new_reader().with_projection(Some(part.to_vec())).finish().map_err(failed)?;
        if frame.width() != part.len() || *height.get_or_insert(frame.height()) != frame.height() {
            return Err(damaged(("各列的行数不一致", "its columns have different numbers of rows")));
        }
        for (column, &place) in frame.columns().iter().zip(part) {
            // Categories and decimals become their text once, here.
            let column = match column.dtype() {
                DataType::Categorical(..) | DataType::Enum(..) | DataType::Decimal(..) => {
                    column.cast(&DataType::String).map_err(failed)?
                }
                _ => column.clone(),
            };
            let coded = compact(&column, limits.max_cell_bytes);
            columns[place].cells = coded.map_or(StoredCells::Values(column), StoredCells::Coded);
        }
    }
    Ok(ParquetTable { height: height.unwrap_or(0), columns })
}

fn check_size(metadata: &FileMetadata, limits: &Limits) -> Result<(), Bilingual> {
    let rows = metadata.row_groups.iter().fold(0_u64, |sum, group| sum.saturating_add(group.num_rows() as u64));
    let inflated =
        metadata.row_groups.iter().flat_map(|group| group.parquet_columns()).fold(0_u64, |sum, column| {
            sum.saturating_add(u64::try_from(column.uncompressed_size()).unwrap_or(u64::MAX))
        });
    let columns = metadata.schema_descr.fields().len();
    if columns > limits.max_columns {
        return Err(too_many_columns(limits).1);
    }
    if rows.saturating_mul(columns as u64) > limits.max_cells {
        return Err(archive::too_many_cells(limits));
    }
    if inflated > limits.max_inflated_bytes {
        return Err(archive::too_large(limits));
    }
    if metadata.num_rows as u64 != rows {
        return Err(damaged(("行数与各行组之和不符", "the rows are not the sum of its row groups")));
    }
    Ok(())
}

/// Whether a column holds one value a row by the file's own schema, which that of Arrow may contradict.
fn is_stored_plain(metadata: &FileMetadata, name: &str, kind: &ArrowDataType) -> bool {
    let field = metadata.schema_descr.fields().iter().find(|field| field.name() == name);
    let Some(ParquetType::PrimitiveType(stored)) = field else { return false };
    let mut columns = metadata.schema_descr.columns().iter();
    let is_repeated = columns.any(|column| {
        column.path_in_schema.first().is_some_and(|root| root == name) && column.descriptor.max_rep_level > 0
    });
    let is_of_its_width = match kind {
        ArrowDataType::FixedSizeBinary(width) => stored.physical_type == PhysicalType::FixedLenByteArray(*width),
        _ => true,
    };
    !is_repeated && is_of_its_width
}

impl ReadBlocks for ParquetBlocks {
    fn count(&self) -> usize {
        self.table.height.div_ceil(ROWS_A_BLOCK).max(1)
    }

    fn read(&self, index: usize) -> RowBlock {
        self.guarded_block(index, true)
    }

    fn coded(&self) -> Vec<(usize, CodedColumn<'_>)> {
        let columns = self.table.columns.iter().enumerate();
        columns
            .filter_map(|(place, column)| match &column.cells {
                StoredCells::Coded(CompactColumn { codes, values, .. }) => Some((place, CodedColumn { codes, values })),
                _ => None,
            })
            .collect()
    }

    fn read_others(&self, index: usize) -> RowBlock {
        self.guarded_block(index, false)
    }
}

/// Cells of one column of a block.
enum Cells<'t, I> {
    Coded(&'t [u8], &'t CompactColumn),
    Values(I),
    Empty,
}

impl ParquetBlocks {
    fn guarded_block(&self, index: usize, with_coded: bool) -> RowBlock {
        guarded(|| self.block(index, with_coded)).unwrap_or_else(|| {
            let row = u32::try_from(index.saturating_mul(ROWS_A_BLOCK)).unwrap_or(u32::MAX).saturating_add(1);
            let problem = RowProblem { row, rule: "unreadable-rows", value: String::new(), reason: unreadable_rows() };
            let mut block = RowBlock::default();
            block.problems.push(problem);
            block
        })
    }

    fn block(&self, index: usize, with_coded: bool) -> RowBlock {
        let mut block = RowBlock::default();
        let height = self.table.height;
        let wanted = |column: &&StoredColumn| with_coded || !matches!(column.cells, StoredCells::Coded(_));
        let columns: Vec<&StoredColumn> = self.table.columns.iter().filter(wanted).collect();
        if index == 0 {
            for column in &columns {
                block.push_cell(&column.name, CellKind::Text);
            }
            block.end_row(0);
            for column in &columns {
                let StoredCells::Unreadable(kind) = &column.cells else { continue };
                let (value, reason) = (column.name.clone(), unreadable_column(kind));
                block.problems.push(RowProblem { row: 0, rule: "unreadable-column", value, reason });
            }
        }
        let start = index.saturating_mul(ROWS_A_BLOCK).min(height);
        let length = ROWS_A_BLOCK.min(height - start);
        let series: Vec<Option<Series>> = columns
            .iter()
            .map(|column| match &column.cells {
                StoredCells::Values(values) => {
                    Some(values.slice(start as i64, length).take_materialized_series().rechunk())
                }
                _ => None,
            })
            .collect();
        let mut cells: Vec<_> = columns
            .iter()
            .zip(&series)
            .map(|(column, series)| match (&column.cells, series) {
                (StoredCells::Coded(coded), _) => {
                    Cells::Coded(coded.codes.get(start..start + length).unwrap_or(&[]), coded)
                }
                (_, Some(series)) => Cells::Values(series.iter()),
                _ => Cells::Empty,
            })
            .collect();
        // Values in codes are short enough.
        let has_text = series.iter().any(Option::is_some);
        let mut text = String::new();
        for row in 0..length {
            let number = u32::try_from(start + row + 1).unwrap_or(u32::MAX);
            let mut lossy = false;
            for column in &mut cells {
                match column {
                    Cells::Coded(codes, column) => {
                        let place = codes.get(row).and_then(|code| usize::from(*code).checked_sub(1));
                        match place.and_then(|place| column.values.get(place)) {
                            Some(value) => block.push_cell(value, column.kind),
                            None => block.push_cell("", CellKind::Text),
                        }
                    }
                    Cells::Values(values) => {
                        lossy |= !push(&mut block, &values.next().unwrap_or(AnyValue::Null), &mut text);
                    }
                    Cells::Empty => block.push_cell("", CellKind::Text),
                }
            }
            let refused = if lossy {
                Some(undecodable())
            } else if has_text && block.longest_open_cell() > self.limits.max_cell_bytes {
                Some(cell_too_long(&self.limits))
            } else {
                None
            };
            if let Some((rule, reason)) = refused {
                block.abandon_row();
                block.problems.push(RowProblem { row: number, rule, value: String::new(), reason });
            } else {
                block.end_row(number);
            }
        }
        block
    }
}

/// Pushes one value; `false` when its bytes are no text.
fn push(block: &mut RowBlock, value: &AnyValue<'_>, text: &mut String) -> bool {
    match value {
        AnyValue::String(value) => block.push_cell(value, CellKind::Text),
        AnyValue::StringOwned(value) => block.push_cell(value, CellKind::Text),
        // Some writers do not mark their text as such.
        AnyValue::Binary(bytes) => match std::str::from_utf8(bytes) {
            Ok(value) => block.push_cell(value, CellKind::Text),
            Err(_) => return false,
        },
        _ => {
            text.clear();
            let kind = write(text, value);
            block.push_cell(text, if text.is_empty() { CellKind::Text } else { kind });
        }
    }
    true
}

/// Writes a value that is no text; a missing one and one that no cell can hold write nothing, a date
/// outside the calendar its bare number.
fn write(text: &mut String, value: &AnyValue<'_>) -> CellKind {
    match value {
        AnyValue::Boolean(value) => {
            text.push_str(if *value { "true" } else { "false" });
            CellKind::Boolean
        }
        AnyValue::UInt8(value) => number(text, *value),
        AnyValue::UInt16(value) => number(text, *value),
        AnyValue::UInt32(value) => number(text, *value),
        AnyValue::UInt64(value) => number(text, *value),
        AnyValue::Int8(value) => number(text, *value),
        AnyValue::Int16(value) => number(text, *value),
        AnyValue::Int32(value) => number(text, *value),
        AnyValue::Int64(value) => number(text, *value),
        // NaN is how data frames write a missing number.
        AnyValue::Float16(value) if value.is_nan() => CellKind::Text,
        AnyValue::Float16(value) => number(text, f32::from(*value)),
        AnyValue::Float32(value) if value.is_nan() => CellKind::Text,
        AnyValue::Float32(value) => number(text, *value),
        AnyValue::Float64(value) => {
            write_number(text, *value);
            CellKind::Number
        }
        AnyValue::Date(days) => {
            let epoch = NaiveDate::default();
            let distance = Days::new(u64::from(days.unsigned_abs()));
            let date = if *days < 0 { epoch.checked_sub_days(distance) } else { epoch.checked_add_days(distance) };
            match date {
                Some(date) => write_date(text, date),
                None => return number(text, days),
            }
            CellKind::Date
        }
        AnyValue::Datetime(value, unit, zone) => {
            let offset = zone.map_or(0, |zone| offset_seconds(zone.as_str()));
            let moment = i128::from(*value) * (1_000_000_000 / per_second(*unit)) + offset * 1_000_000_000;
            match i64::try_from(moment) {
                Ok(moment) => {
                    write_date_time(text, to_nearest_second(DateTime::from_timestamp_nanos(moment).naive_utc()))
                }
                Err(_) => return number(text, value),
            }
            CellKind::Date
        }
        AnyValue::Duration(value, unit) => {
            let seconds = i128::from(*value).div_euclid(per_second(*unit));
            write_seconds(text, i64::try_from(seconds).unwrap_or(i64::MAX));
            CellKind::Text
        }
        AnyValue::Time(nanoseconds) => {
            let seconds = u32::try_from(nanoseconds / 1_000_000_000).ok();
            match seconds.and_then(|seconds| NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)) {
                Some(time) => write_time(text, time),
                None => return number(text, nanoseconds),
            }
            CellKind::Text
        }
        _ => CellKind::Text,
    }
}

fn number(text: &mut String, value: impl std::fmt::Display) -> CellKind {
    let _ = write!(text, "{value}");
    CellKind::Number
}

fn per_second(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    }
}

/// Seconds east of Greenwich: of China's zones, which have kept one time since 1991, and of plain
/// offsets such as `+08:00`. Moments in other zones are shown in universal time.
fn offset_seconds(zone: &str) -> i128 {
    const CHINA: [&str; 8] = [
        "Asia/Shanghai",
        "Asia/Chongqing",
        "Asia/Harbin",
        "Asia/Hong_Kong",
        "Asia/Macau",
        "Asia/Taipei",
        "PRC",
        "Asia/Beijing",
    ];
    if CHINA.contains(&zone) {
        return 8 * 3600;
    }
    let (sign, rest) = match (zone.strip_prefix('+'), zone.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (_, Some(rest)) => (-1, rest),
        _ => return 0,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    match (hours.parse::<u8>(), minutes.parse::<u8>()) {
        (Ok(hours), Ok(minutes)) => sign * (i128::from(hours) * 3600 + i128::from(minutes) * 60),
        _ => 0,
    }
}

fn unreadable_rows() -> Bilingual {
    refusal(
        &format!("自该行起的 {ROWS_A_BLOCK} 行无法读取"),
        "请重新导出该文件",
        &format!("{ROWS_A_BLOCK} rows from this one on cannot be read"),
        "export the file again",
    )
}

fn unreadable_column(kind: &str) -> Bilingual {
    refusal(
        &format!("该列的类型 {kind} 不是普通单元格，按空白处理"),
        "请展开为普通列后再导出",
        &format!("the column's type {kind} is no plain cell; it is taken as blank"),
        "flatten it into plain columns",
    )
}

fn damaged((zh, en): (&str, &str)) -> Bilingual {
    let (zh, en) = (crate::ingest::lines::beginning(zh), crate::ingest::lines::beginning(en));
    refusal(
        &format!("Parquet 文件已损坏，无法读取（{zh}）"),
        "请重新导出该文件",
        &format!("the Parquet file is damaged and cannot be read ({en})"),
        "export it again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &AnyValue<'_>) -> (String, CellKind) {
        let mut text = String::new();
        let kind = write(&mut text, value);
        (text, kind)
    }

    #[test]
    fn values_as_text() {
        let cases = [
            (AnyValue::UInt8(200), "200", CellKind::Number),
            (AnyValue::Float32(59.6), "59.6", CellKind::Number),
            (AnyValue::Float64(f64::NAN), "", CellKind::Number),
            (AnyValue::Date(20_574), "2026-05-01", CellKind::Date),
            (AnyValue::Date(-1), "1969-12-31", CellKind::Date),
            (AnyValue::Datetime(1_777_593_600_000, TimeUnit::Milliseconds, None), "2026-05-01", CellKind::Date),
            (AnyValue::Time(34_200_000_000_000), "09:30:00", CellKind::Text),
            (AnyValue::Duration(90_000, TimeUnit::Milliseconds), "00:01:30", CellKind::Text),
        ];
        for (value, text, kind) in cases {
            assert_eq!(shown(&value), (text.to_owned(), kind));
        }
        assert_eq!(
            [offset_seconds("Asia/Shanghai"), offset_seconds("-03:30"), offset_seconds("UTC")],
            [28_800, -12_600, 0]
        );
    }
}

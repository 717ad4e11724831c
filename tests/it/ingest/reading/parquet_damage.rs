//! Damaged Parquet files. The reader behind ours reserves memory by numbers it finds there, and a reservation that
//! fails cannot be caught, so a case that ends this program is a failure of the checks before it.

use super::{blocks, error, problems, read, rows};
use polars::prelude::{CompatLevel, DataFrame, DataType, NamedFrom, SchemaExt, Series};
use polars_io::prelude::{ParquetCompression, ParquetWriter};
use polars_parquet::read::read_metadata;
use polars_parquet::write::{
    CompressionOptions, Encoding, FileWriter, RowGroupIterator, StatisticsOptions, Version, WriteOptions,
};
use proptest::prelude::*;
use std::io::Cursor;
use std::sync::OnceLock;

const ROWS: i32 = 60;

/// Texts of a few kinds and of many, numbers, yes and no, dates; with and without gaps.
fn frame(is_nullable: bool) -> DataFrame {
    let gap = |row: &i32| is_nullable && row % 7 < 3;
    let texts = |name: &str, of: fn(i32) -> String| {
        Series::new(name.into(), (0..ROWS).map(|row| (!gap(&row)).then(|| of(row))).collect::<Vec<_>>())
    };
    let numbers = |name: &str| {
        Series::new(name.into(), (0..ROWS).map(|row| (!gap(&row)).then_some(row * 37 % 11)).collect::<Vec<_>>())
    };
    let long = Series::new("long".into(), (0..ROWS).map(|row| i64::from(row) << 33).collect::<Vec<_>>());
    let passed = (0..ROWS).map(|row| (!gap(&row)).then_some(row % 3 == 0)).collect::<Vec<_>>();
    let columns = vec![
        texts("id", |row| format!("20260501{row:04}")),
        texts("answer", |row| ["A", "B", "C", "a longer text than a view holds"][row as usize % 4].to_owned()),
        numbers("score"),
        numbers("q1").cast(&DataType::UInt8).unwrap(),
        numbers("mean").cast(&DataType::Float64).unwrap(),
        numbers("day").cast(&DataType::Date).unwrap(),
        Series::new("passed".into(), passed),
        long,
        // Columns that nobody filled in: a page without a single value, and a dictionary without an entry.
        Series::new_null("blank".into(), ROWS as usize).cast(&DataType::String).unwrap(),
        Series::new_null("blank_number".into(), ROWS as usize).cast(&DataType::Int32).unwrap(),
    ];
    DataFrame::new_infer_height(columns.into_iter().map(Into::into).collect()).unwrap()
}

fn written(is_nullable: bool, compression: ParquetCompression, page: Option<usize>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let writer = ParquetWriter::new(&mut bytes).with_compression(compression).with_data_page_size(page);
    writer.with_row_group_size(Some(40)).finish(&mut frame(is_nullable)).unwrap();
    bytes
}

/// Pages of the second version, with lengths and numbers written as differences.
fn second_version(is_nullable: bool, compression: CompressionOptions) -> Vec<u8> {
    let mut frame = frame(is_nullable);
    frame.rechunk_mut_par();
    let schema = frame.schema().to_arrow(CompatLevel::newest());
    let options = WriteOptions {
        statistics: StatisticsOptions::full(),
        version: Version::V2,
        compression,
        data_page_size: Some(200),
    };
    let encodings: Vec<Vec<Encoding>> = frame
        .columns()
        .iter()
        .map(|column| match column.dtype() {
            DataType::String => vec![Encoding::DeltaLengthByteArray],
            DataType::Int32 | DataType::Int64 => vec![Encoding::DeltaBinaryPacked],
            _ => vec![Encoding::Plain],
        })
        .collect();
    let chunks: Vec<_> = frame.iter_chunks(CompatLevel::newest(), false).map(Ok).collect();
    let groups = RowGroupIterator::try_new(chunks.into_iter(), &schema, options, encodings.into()).unwrap();
    let mut writer = FileWriter::try_new(Vec::new(), schema, options).unwrap();
    for group in groups {
        writer.write(ROWS as u64, group.unwrap()).unwrap();
    }
    writer.end(None).unwrap();
    writer.into_inner()
}

/// Good files, each with the places where its column chunks begin.
fn good_files() -> &'static [(Vec<u8>, Vec<usize>)] {
    static FILES: OnceLock<Vec<(Vec<u8>, Vec<usize>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        use ParquetCompression as Packed;
        let mut files = Vec::new();
        for is_nullable in [false, true] {
            for compression in [Packed::Uncompressed, Packed::Snappy, Packed::Zstd(None), Packed::Lz4Raw] {
                files.push(written(is_nullable, compression, None));
                files.push(written(is_nullable, compression, Some(64)));
            }
            files.push(written(is_nullable, Packed::Gzip(None), None));
            files.push(written(is_nullable, Packed::Brotli(None), None));
            files.push(second_version(is_nullable, CompressionOptions::Uncompressed));
            files.push(second_version(is_nullable, CompressionOptions::Zstd(None)));
            files.push(second_version(is_nullable, CompressionOptions::Snappy));
        }
        let starts = |bytes: &[u8]| {
            let metadata = read_metadata(&mut Cursor::new(bytes)).unwrap();
            let columns = metadata.row_groups.iter().flat_map(|group| group.parquet_columns());
            columns.map(|column| usize::try_from(column.byte_range().start).unwrap()).collect::<Vec<_>>()
        };
        files.into_iter().map(|bytes| (starts(&bytes), bytes)).map(|(starts, bytes)| (bytes, starts)).collect()
    })
}

fn exhaust(bytes: &[u8]) {
    let file = read("a.parquet", bytes);
    assert_eq!(file.source.error.is_some(), file.sheets.is_empty());
    for sheet in 0..file.sheets.len() {
        for block in blocks(&file, sheet) {
            block.rows().for_each(|row| assert_eq!(row.cells().count(), row.len()));
        }
    }
}

#[test]
fn every_good_file_is_read_alike() {
    for (index, (bytes, _)) in good_files().iter().enumerate() {
        let is_nullable = index >= good_files().len() / 2;
        let file = read("a.parquet", bytes);
        let rows = rows(&file, 0);
        assert_eq!(rows.len(), 61, "{index}");
        let third = if is_nullable {
            ["", "", "", "", "", "", "", "17179869184"]
        } else {
            ["202605010002", "C", "8", "8", "8", "1970-01-09", "false", "17179869184"]
        };
        assert_eq!(rows[3].1[..8], third, "{index}");
        assert_eq!(rows[3].1[8..], ["", ""], "{index}");
        assert_eq!(rows[60].1[..3], ["202605010059", "a longer text than a view holds", "5"], "{index}");
        assert_eq!(problems(&file, 0), []);
    }
}

/// A page that declares three values less than none: as an unsigned number, most of the address space.
#[test]
fn a_negative_number_of_values_does_not_end_the_program() {
    let mut frame = DataFrame::new_infer_height(vec![
        Series::new("a".into(), ["x", "y", "x"]).into(),
        Series::new("b".into(), [1_u8, 2, 3]).into(),
    ])
    .unwrap();
    let mut good = Vec::new();
    ParquetWriter::new(&mut good).finish(&mut frame).unwrap();
    // The header of a data page: a structure in field 5 that begins with the number of values, 3.
    let places: Vec<usize> =
        good.windows(3).enumerate().filter(|(_, found)| *found == [0x2C, 0x15, 6]).map(|(at, _)| at + 2).collect();
    assert_eq!(places.len(), 2);
    for place in places {
        for (number, reason) in [(5, "page header"), (8, "another number of values"), (4, "do not add up")] {
            let mut bytes = good.clone();
            bytes[place] = number;
            assert!(error(&read("a.parquet", &bytes)).contains(reason), "{number}");
        }
    }
}

#[test]
fn every_byte_of_the_structures_may_be_wrong() {
    let (bytes, starts) = &good_files()[1];
    let footer = bytes.len() - 8 - u32::from_le_bytes(*bytes[..bytes.len() - 4].last_chunk().unwrap()) as usize;
    let heads = starts.iter().take(4).flat_map(|start| *start..start + 40);
    for at in heads.chain((footer..bytes.len()).step_by(3)) {
        for value in [0x00, 0x7F, 0xFF] {
            let mut damaged = bytes.clone();
            damaged[at] = value;
            exhaust(&damaged);
        }
    }
}

/// Where a change goes: into a page header or its levels, into the footer, anywhere.
fn place(bytes: &[u8], starts: &[usize], kind: u8, pick: prop::sample::Index) -> usize {
    match kind {
        0..=5 => {
            const HEAD: usize = 48;
            let at = pick.index(starts.len() * HEAD);
            (starts[at / HEAD] + at % HEAD).min(bytes.len() - 1)
        }
        6 => {
            let footer = u32::from_le_bytes(*bytes[..bytes.len() - 4].last_chunk().unwrap()) as usize + 8;
            bytes.len() - 1 - pick.index(footer.min(bytes.len()))
        }
        _ => pick.index(bytes.len()),
    }
}

/// A few cases by default, as many as `PROPTEST_CASES` says on demand.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_end_the_program(
        file in any::<prop::sample::Index>(),
        changes in prop::collection::vec((0_u8..9, any::<prop::sample::Index>(), 0_u8..4, any::<u8>()), 1..5),
    ) {
        let (good, starts) = &good_files()[file.index(good_files().len())];
        let mut bytes = good.clone();
        for (kind, pick, how, value) in changes {
            let at = place(good, starts, kind, pick);
            bytes[at] = match how {
                0 => value,
                1 => bytes[at] ^ (1 << (value % 8)),
                2 => bytes[at].wrapping_add(value % 5).wrapping_sub(2),
                _ => [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF][usize::from(value) % 6],
            };
        }
        exhaust(&bytes);
    }
}

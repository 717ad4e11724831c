//! Hostile and broken files: every reader must give rows, named problems or a named error.

use super::{archive, blocks, dbase, error, old_workbook, open_document, read, read_with, rows};
use kaojian::ingest::limits::Limits;
use polars::prelude::{DataFrame, NamedFrom, Series};
use polars_io::prelude::ParquetWriter;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use std::time::{Duration, Instant};

const EXTENSIONS: [&str; 13] =
    ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "et", "ods", "parquet", "jsonl", "ndjson", "dbf", "zip"];

/// Reads everything that can be read of it.
fn exhaust(name: &str, bytes: &[u8]) {
    let file = read(name, bytes);
    assert_eq!(file.source.error.is_some(), file.sheets.is_empty());
    for sheet in 0..file.sheets.len() {
        for block in blocks(&file, sheet) {
            block.rows().for_each(|row| assert_eq!(row.cells().count(), row.len()));
        }
    }
}

fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["准考证号", "成绩"]).unwrap();
    sheet.write(1, 1, 59.5).unwrap();
    workbook.save_to_buffer().unwrap()
}

fn parquet() -> Vec<u8> {
    let columns = vec![Series::new("a".into(), ["x", "y", "x"]).into(), Series::new("b".into(), [1_u8, 2, 3]).into()];
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut DataFrame::new_infer_height(columns).unwrap()).unwrap();
    bytes
}

/// A good file of every kind.
fn good_files() -> Vec<(&'static str, Vec<u8>)> {
    let number = [vec![1, 0, 1, 0, 0, 0], 59.5_f64.to_le_bytes().to_vec()].concat();
    let row = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    vec![
        ("a.csv", "准考证号,\"备\n注\"\n1,\"a\"\"b\"\n".into()),
        ("a.jsonl", "{\"a\":1,\"b\":\"\\u4e00\"}\n{\"b\":null}\n".into()),
        ("a.xlsx", workbook()),
        ("a.xls", old_workbook("a", &[(0x0203, number)])),
        ("a.ods", open_document(&format!("<table:table table:name=\"a\">{row}</table:table>"))),
        (
            "a.dbf",
            dbase(0, &[("A", b'C', 4), ("T", b'T', 8), ("B", b'B', 8)], &[(b' ', &[b"x", b"12345678", b"87654321"])]),
        ),
        ("a.parquet", parquet()),
    ]
}

#[test]
fn good_files_are_good() {
    for (name, bytes) in good_files() {
        assert!(!rows(&read(name, &bytes), 0).is_empty(), "{name}");
    }
}

#[test]
fn every_truncation_is_survived() {
    for (name, bytes) in good_files() {
        let step = (bytes.len() / 97).max(1);
        for length in (0..bytes.len()).step_by(step) {
            exhaust(name, &bytes[..length]);
        }
    }
}

/// Of every byte of a workbook, one at a time: some leave a file that opens and holds no sheet.
#[test]
fn a_workbook_with_one_wrong_byte_gives_sheets_or_an_error() {
    let bytes = workbook();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] = 0;
        exhaust("a.xlsx", &damaged);
    }
}

#[test]
fn a_zip_bomb_is_refused_quickly() {
    let started = Instant::now();
    let bomb = vec![b' '; 80 << 20];
    let parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.bin", &bomb),
    ];
    let bytes = archive(&parts);
    assert!(bytes.len() < 200_000);
    assert!(error(&read("a.xlsx", &bytes)).contains("zip bomb"));
    let small = Limits { max_inflated_bytes: 1 << 20, ..Limits::default() };
    assert!(error(&read_with("a.xlsx", &bytes, &small)).contains("limit of 1 MiB"));
    let few = Limits { max_archive_entries: 2, ..Limits::default() };
    assert!(error(&read_with("a.xlsx", &bytes, &few)).contains("more parts"));
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn repeated_cells_are_counted_before_they_are_written_out() {
    let cell =
        "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"/>";
    let row = format!("<table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row>");
    let bytes = open_document(&format!("<table:table table:name=\"a\">{row}</table:table>"));
    assert!(error(&read("a.ods", &bytes)).contains("more cells"));
}

#[test]
fn one_long_shared_text_cannot_fill_the_memory() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let long = "长".repeat(10_000);
    for row in 0..200 {
        sheet.write(row, 0, &*long).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let limits = Limits { max_inflated_bytes: 1 << 20, ..Limits::default() };
    assert!(error(&read_with("a.xlsx", &bytes, &limits)).contains("limit of 1 MiB"));
    assert_eq!(rows(&read("a.xlsx", &bytes), 0).len(), 200);
}

#[test]
fn many_stray_quotes_are_read_in_linear_time() {
    let started = Instant::now();
    let text = "id,note\n".to_owned() + &"1,\"a\n2,b\"\"c\n".repeat(100_000);
    let file = read("a.csv", text.as_bytes());
    assert!(rows(&file, 0).len() >= 100_000);
    assert!(started.elapsed() < Duration::from_secs(60));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), magic in prop_oneof![
        Just(&b""[..]), Just(&b"PK\x03\x04"[..]), Just(&b"PAR1"[..]), Just(&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..]),
        Just(&b"\x03"[..]), Just(&b"\xFF\xFE"[..]), Just(&b"\xEF\xBB\xBF"[..]), Just(&b"{"[..]),
    ], extension in prop::sample::select(&EXTENSIONS[..])) {
        exhaust(&format!("a.{extension}"), &[magic, &bytes].concat());
    }

    #[test]
    fn random_text_never_panics(text in "[\",;\n\r\t|，=a-c\u{FFFD}{}:\\[\\]0-9]{0,300}", extension in prop::sample::select(&EXTENSIONS[..])) {
        exhaust(&format!("a.{extension}"), text.as_bytes());
    }

    #[test]
    fn damaged_files_never_panic(kind in 0_usize..7, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let (name, mut bytes) = good_files().swap_remove(kind);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        exhaust(name, &bytes);
    }
}

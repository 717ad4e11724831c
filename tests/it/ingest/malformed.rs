//! A folder of files that are wrong in every way beside good ones, through the whole program: nothing panics,
//! nothing is lost in silence.

use super::reading::{archive, dbase, old_workbook, open_document};
use crate::support::kaojian;
use encoding_rs::GBK;
use polars::prelude::{DataFrame, NamedFrom, Series};
use polars_io::prelude::ParquetWriter;
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HEADER: &str = "batch_id,candidate_id,component,score";

/// A file, how many of its rows must be kept, and the rules under which the others are named, by row.
type Readable = (&'static str, Vec<u8>, u64, Vec<(u64, &'static str)>);

fn good_row(number: u32) -> String {
    format!("B1,{number:04},theory,60")
}

fn text(lines: &[String]) -> Vec<u8> {
    [&[HEADER.to_owned()], lines].concat().join("\n").into_bytes()
}

fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("scores").unwrap();
    for (row, line) in (0..).zip([HEADER, "B1,0001,theory,60", "B1,0002,theory,61"]) {
        sheet.write_row(row, 0, line.split(',')).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

fn parquet() -> Vec<u8> {
    let texts = |name: &str, values: [&str; 2]| Series::new(name.into(), values).into();
    let columns = vec![
        texts("batch_id", ["B1", "B1"]),
        texts("candidate_id", ["0001", "0002"]),
        texts("component", ["theory", "theory"]),
        texts("score", ["60", "61"]),
    ];
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut DataFrame::new_infer_height(columns).unwrap()).unwrap();
    bytes
}

/// Files of which nothing can be read.
fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let number = [vec![1, 0, 1, 0, 0, 0], 59.5_f64.to_le_bytes().to_vec()].concat();
    let document = open_document("<table:table table:name=\"scores\"><table:table-row/></table:table>");
    let bomb = vec![b' '; 80 << 20];
    let parts: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &bomb),
    ];
    let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut negative = parquet();
    let place = negative.windows(3).position(|found| found == [0x2C, 0x15, 4]).unwrap();
    negative[place + 2] = 3;
    vec![
        ("scores-bomb.xlsx", archive(&parts)),
        ("scores-cut.ods", half(&document)),
        ("scores-cut.parquet", half(&parquet())),
        ("scores-cut.xls", half(&old_workbook("scores", &[(0x0203, number)]))),
        ("scores-cut.xlsx", half(&workbook())),
        ("scores-damaged.parquet", negative),
        ("scores-empty.csv", Vec::new()),
        ("scores-encrypted.xlsx", [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), vec![0; 600], wide].concat()),
        ("scores-no-dbase.dbf", b"neither a header nor a table, but long enough to hold both".to_vec()),
        (
            "scores-noise.csv",
            (0..=250).cycle().take(4000).map(|byte| if byte % 3 == 0 { 0 } else { byte | 0x80 }).collect(),
        ),
        ("scores-packed.zip", archive(&[("scores.csv", HEADER.as_bytes())])),
        ("scores-page.xls", b"<html><table><tr><td>1</td></tr></table></html>".to_vec()),
        ("scores-text.xlsx", text(&[good_row(1)])),
    ]
}

fn readable() -> Vec<Readable> {
    let rows: Vec<String> = (1..=4).map(good_row).collect();
    let with = |place: usize, row: String| {
        let mut rows = rows.clone();
        rows[place] = row;
        text(&rows)
    };
    let mut broken_utf8 = with(1, "B1,0002,理论,60".to_owned());
    let at = broken_utf8.iter().position(|byte| *byte == 0xE7).unwrap();
    broken_utf8.remove(at);
    let chinese = (1..=40).map(|number| format!("B1,{number:04},理论知识考试,60")).collect::<Vec<_>>();
    let chinese = text(&chinese);
    let (gbk, _, _) = GBK.encode(std::str::from_utf8(&chinese).unwrap());
    let mut broken_gbk = gbk.into_owned();
    let at = broken_gbk.len() - 4;
    broken_gbk[at] = 0xFF;
    let long = "x".repeat((1 << 20) + 1);
    let cell = |text: &str| text.as_bytes().to_vec();
    let values: [[Vec<u8>; 4]; 3] =
        ["0001", "0002", "0003"].map(|id| [cell("B1"), cell(id), cell("theory"), cell("60")]);
    let views = values.each_ref().map(|row| row.each_ref().map(|cell| &cell[..]));
    let fields = [("BATCH_ID", b'C', 4), ("KSH", b'C', 4), ("COMPONENT", b'C', 9), ("SCORE", b'C', 4)];
    let table = dbase(0x4D, &fields, &views.each_ref().map(|row| (b' ', &row[..])));
    let objects = [
        "{\"batch_id\":\"B1\",\"candidate_id\":\"0001\",\"component\":\"theory\",\"score\":60}",
        "{\"batch_id\":\"B1\",\"candidate_id\":",
        "[1,2]",
        "{\"batch_id\":\"B1\",\"candidate_id\":\"0004\",\"component\":\"theory\",\"score\":60}",
    ];
    let twice_named = format!("{HEADER},score\n{},70\n", good_row(1));
    vec![
        ("scores-broken-gbk.csv", broken_gbk, 39, vec![(41, "undecodable-bytes")]),
        (
            "scores-broken-lines.jsonl",
            objects.join("\n").into_bytes(),
            2,
            vec![(2, "not-a-json-object"), (3, "not-a-json-object")],
        ),
        ("scores-broken-utf8.csv", broken_utf8, 3, vec![(3, "undecodable-bytes")]),
        ("scores-cut.dbf", table[..table.len() - 3].to_vec(), 2, vec![(3, "file-truncated")]),
        ("scores-good.csv", text(&rows), 4, vec![]),
        ("scores-good.parquet", parquet(), 2, vec![]),
        ("scores-good.xlsx", workbook(), 2, vec![]),
        ("scores-long-line.csv", with(2, format!("B1,0003,theory,{long}")), 3, vec![(4, "line-too-long")]),
        (
            "scores-many-columns.csv",
            with(1, format!("B1,0002,theory,60{}", ",1".repeat(20_000))),
            3,
            vec![(3, "too-many-columns")],
        ),
        (
            "scores-mixed-separators.csv",
            with(1, "B1;0002;theory;60".to_owned()),
            3,
            vec![(3, "required-value-missing")],
        ),
        ("scores-nul.csv", with(3, "B1,0004\0,theory,60".to_owned()), 4, vec![]),
        ("scores-parquet-inside.csv", parquet(), 2, vec![]),
        ("scores-ragged.csv", with(2, "B1".to_owned()), 3, vec![(4, "required-value-missing")]),
        ("scores-stray-quote.csv", with(1, "B1,\"0002,theory,60".to_owned()), 3, vec![(3, "stray-quote")]),
        ("scores-twice-named.csv", twice_named.into_bytes(), 1, vec![(1, "duplicate-column")]),
    ]
}

fn inspect(folder: &Path) -> (u8, String, Value, Vec<csv::StringRecord>) {
    let out = folder.with_extension("out");
    let ran = kaojian(["inspect".as_ref(), folder.as_os_str(), "--out".as_ref(), out.as_os_str()]);
    assert!(!ran.output.contains("panicked") && !ran.errors.contains("panicked"), "{}{}", ran.output, ran.errors);
    let run = serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap();
    let quarantine = fs::read(out.join("quarantine.csv")).unwrap();
    let quarantine = quarantine.strip_prefix("\u{FEFF}".as_bytes()).unwrap().to_vec();
    let rows = csv::Reader::from_reader(&quarantine[..]).records().map(Result::unwrap).collect();
    (ran.code, ran.errors, run, rows)
}

#[test]
fn every_kind_of_malformed_file_is_named_and_every_good_row_is_kept() {
    let outside = tempfile::tempdir().unwrap();
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    fs::create_dir(&folder).unwrap();
    fs::write(outside.path().join("secret.csv"), text(&[good_row(1)])).unwrap();
    let mut refused: Vec<&str> = Vec::new();
    for (name, bytes) in unreadable() {
        fs::write(folder.join(name), bytes).unwrap();
        refused.push(name);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.path().join("secret.csv"), folder.join("scores-link.csv")).unwrap();
        refused.push("scores-link.csv");
        refused.sort_unstable();
    }
    let files = readable();
    for (name, bytes, _, _) in &files {
        fs::write(folder.join(name), bytes).unwrap();
    }
    fs::write(folder.join("scores-wide-header.csv"), format!("{HEADER}{}\n{}\n", ",x".repeat(20_000), good_row(1)))
        .unwrap();

    let (code, errors, run, quarantine) = inspect(&folder);
    assert_eq!((code, errors.as_str()), (2, ""));
    let inputs = run["inputs"].as_array().unwrap();
    let named: Vec<&str> =
        inputs.iter().filter(|input| !input["error"].is_null()).map(|input| input["path"].as_str().unwrap()).collect();
    assert_eq!(named, refused);
    for input in inputs.iter().filter(|input| !input["error"].is_null()) {
        let (zh, en) = (input["error"]["zh"].as_str().unwrap(), input["error"]["en"].as_str().unwrap());
        assert!(zh.contains("；提示：") && en.contains("; hint: "), "{input}");
    }

    let mut found: BTreeMap<&str, Vec<(u64, &str)>> = BTreeMap::new();
    for entry in &quarantine {
        found.entry(&entry[0]).or_default().push((entry[2].parse().unwrap(), &entry[5]));
        assert!(!entry[6].is_empty() && !entry[6].is_ascii() && entry[7].is_ascii(), "{entry:?}");
    }
    let mut wrong = Vec::new();
    for (name, _, kept, rules) in &files {
        let input = inputs.iter().find(|input| input["path"] == *name).unwrap();
        let sum = |key: &str| -> u64 {
            input["sheets"].as_array().unwrap().iter().map(|sheet| sheet[key].as_u64().unwrap()).sum()
        };
        let entries = found.get(name).cloned().unwrap_or_default();
        let is_kept = sum("rows_read") - sum("rows_refused");
        if is_kept != *kept || entries != *rules {
            wrong.push(format!("{name}: kept {is_kept}, not {kept}; {entries:?}, not {rules:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let wide: Vec<&str> = found["scores-wide-header.csv"].iter().map(|(_, rule)| *rule).collect();
    assert!(wide.contains(&"sheet-not-recognised"), "{wide:?}");
}

#[test]
fn a_wrong_mapping_file_stops_the_program_with_its_line() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("scores.csv"), text(&[good_row(1)])).unwrap();
    fs::write(folder.join("kaojian.toml"), "[[file]]\nmatch = \"scores.csv\"\ntabel = \"scores\"\n").unwrap();
    for (language, part) in
        [("zh", "kaojian.toml 第 3 行有误：未知的键 `tabel`"), ("en", "line 3: unknown field `tabel`")]
    {
        let ran = kaojian(["inspect".as_ref(), folder.as_os_str(), "--language".as_ref(), language.as_ref()]);
        assert_eq!(ran.code, 2, "{}", ran.errors);
        assert!(ran.errors.contains(part) && ran.output.is_empty(), "{}", ran.errors);
    }
}

#[test]
fn a_misspelt_column_is_pointed_out_and_not_used() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    fs::create_dir(&folder).unwrap();
    let lines = "batch_id,candidate_id,component,score,overal_passed,备注\nB1,0001,theory,60,1,\n";
    fs::write(folder.join("scores.csv"), lines).unwrap();
    let (_, _, run, quarantine) = inspect(&folder);
    let entries: Vec<(&str, &str)> = quarantine.iter().map(|entry| (&entry[3], &entry[5])).collect();
    assert_eq!(entries, [("overal_passed", "column-near-miss")]);
    assert!(quarantine[0][7].contains("did you mean `overall_passed`"), "{:?}", quarantine[0]);
    assert!(quarantine[0][6].contains("是否为“overall_passed”"), "{:?}", quarantine[0]);
    let unmapped = &run["inputs"][0]["sheets"][0]["unmapped_columns"];
    assert_eq!(unmapped, &serde_json::json!(["overal_passed", "备注"]));
}

#[test]
fn no_column_of_the_demonstration_is_taken_for_misspelt() {
    use kaojian::ingest::{load::read_folder, parameters::IngestParameters};
    let ingested =
        read_folder(&crate::support::demo(), &IngestParameters::default(), &kaojian::model::progress::Silent).unwrap();
    assert!(!ingested.dataset.files.is_empty());
    let near = ingested.quarantine.iter().find(|entry| entry.rule == kaojian::ingest::near_miss::RULE);
    assert!(near.is_none(), "{near:?}");
}

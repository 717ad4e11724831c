//! Formats of one table: dbf, Parquet, JSON lines.

use super::{dbase, error, kinds, problems, read, read_with, row, rows};
use encoding_rs::GB18030;
use kaojian::ingest::limits::Limits;
use kaojian::ingest::raw::CellKind;
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series, TimeUnit, TimeZone};
use polars_io::prelude::ParquetWriter;

fn parquet(columns: Vec<Column>) -> Vec<u8> {
    let mut frame = DataFrame::new_infer_height(columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

#[test]
fn dbase_in_gbk_with_pinyin_fields() {
    let gbk = |text: &str| GB18030.encode(text).0.into_owned();
    let fields =
        [("KSH", b'C', 12), ("XM", b'C', 10), ("SFZH", b'C', 18), ("CJ", b'N', 5), ("KSRQ", b'D', 8), ("HG", b'L', 1)];
    let first = [gbk("202605010001"), gbk("张伟"), gbk("11010519491231002X"), gbk(" 59.5"), gbk("20260501"), gbk("T")];
    let gone = [gbk("202605010002"), gbk("已删"), gbk(""), gbk(""), gbk(""), gbk("?")];
    let last = [gbk("202605010003"), gbk("王芳"), gbk(""), gbk("60"), gbk(""), gbk("F")];
    let views = [&first, &gone, &last].map(|values| values.iter().map(|value| &value[..]).collect::<Vec<_>>());
    for code_page in [0x4D, 0x00] {
        let bytes = dbase(code_page, &fields, &[(b' ', &views[0]), (b'*', &views[1]), (b' ', &views[2])]);
        let file = read("KSXX.DBF", &bytes);
        let expected = [
            row(0, &["KSH", "XM", "SFZH", "CJ", "KSRQ", "HG"]),
            row(1, &["202605010001", "张伟", "11010519491231002X", "59.5", "2026-05-01", "true"]),
            row(3, &["202605010003", "王芳", "", "60", "", "false"]),
        ];
        assert_eq!(rows(&file, 0), expected);
        use CellKind::{Boolean, Date, Number, Text};
        assert_eq!(kinds(&file, 0)[1], [Text, Text, Text, Number, Date, Boolean]);
        assert_eq!((&*file.source.format, &*file.source.encoding), ("dbf", "GB18030"));
    }
}

#[test]
fn dbase_says_what_is_lost() {
    let bytes = dbase(
        0x4D,
        &[("A", b'C', 4), ("BZ", b'M', 10)],
        &[(b' ', &[b"1", b"7"]), (b' ', &[b"2", b""]), (b' ', &[b"3", b""])],
    );
    let file = read("a.dbf", &bytes[..bytes.len() - 5]);
    assert_eq!(rows(&file, 0), [row(0, &["A", "BZ"]), row(1, &["1", ""]), row(2, &["2", ""])]);
    assert_eq!(problems(&file, 0), [(0, "memo-field"), (3, "file-truncated")]);
    let broken = dbase(0x4D, &[("A", b'C', 4)], &[(b' ', &[b"ok"]), (b' ', &[b"\xFFx"])]);
    assert_eq!(problems(&read("a.dbf", &broken), 0), [(2, "undecodable-bytes")]);
    assert!(error(&read("a.dbf", b"not a table at all, but long enough")).contains("no dBase header"));
}

#[test]
fn parquet_of_every_plain_type() {
    let series = |name: &str, values: Series| values.with_name(name.into()).into();
    let zone = TimeZone::opt_try_new(Some("Asia/Shanghai")).unwrap();
    let moments = Series::new("".into(), [1_777_593_600_000_000_i64, 0, 0]);
    let bytes = parquet(vec![
        series("准考证号", Series::new("".into(), ["0001", "0002", ""])),
        series("q1", Series::new("".into(), [Some(1_u8), None, Some(104)])),
        series("成绩", Series::new("".into(), [59.5_f64, 60.0, f64::NAN])),
        series("小", Series::new("".into(), [59.6_f32, 0.1, -1.0])),
        series("合格", Series::new("".into(), [Some(false), Some(true), None])),
        series("日期", Series::new("".into(), [20_574_i32, 0, 1]).cast(&DataType::Date).unwrap()),
        series("时间", moments.cast(&DataType::Datetime(TimeUnit::Microseconds, None)).unwrap()),
        // Polars writes moments without the name of their zone, so they come back in universal time.
        series("当地", moments.cast(&DataType::Datetime(TimeUnit::Microseconds, zone)).unwrap()),
        series("大", Series::new("".into(), [202_605_010_000_000_001_i64, 0, -5])),
        series(
            "等级",
            Series::new("".into(), ["五级", "四级", "五级"])
                .cast(&DataType::from_categories(polars::prelude::Categories::global()))
                .unwrap(),
        ),
        series("小数", Series::new("".into(), ["59.50", "0.25", "-1.00"]).cast(&DataType::Decimal(5, 2)).unwrap()),
    ]);
    let file = read("answers.parquet", &bytes);
    let rows = rows(&file, 0);
    let expected = [
        row(0, &["准考证号", "q1", "成绩", "小", "合格", "日期", "时间", "当地", "大", "等级", "小数"]),
        row(
            1,
            &[
                "0001",
                "1",
                "59.5",
                "59.6",
                "false",
                "2026-05-01",
                "2026-05-01",
                "2026-05-01",
                "202605010000000001",
                "五级",
                "59.50",
            ],
        ),
        row(2, &["0002", "", "60", "0.1", "true", "1970-01-01", "1970-01-01", "1970-01-01", "0", "四级", "0.25"]),
    ];
    assert_eq!(rows[..3], expected);
    assert_eq!(rows[3].1[..5], ["", "104", "", "-1", ""]);
    use CellKind::{Boolean, Date, Number, Text};
    assert_eq!(kinds(&file, 0)[1], [Text, Number, Number, Number, Boolean, Date, Date, Date, Number, Text, Text]);
    assert_eq!(file.source.format, "parquet");
}

#[test]
fn parquet_limits_and_nested_columns() {
    let list = Series::new("列表".into(), [Series::new("".into(), [1_i32, 2])]);
    let bytes = parquet(vec![Series::new("a".into(), ["x"]).into(), list.into()]);
    let file = read("a.parquet", &bytes);
    assert_eq!(rows(&file, 0)[1], row(1, &["x", ""]));
    assert_eq!(problems(&file, 0), [(0, "unreadable-column")]);
    let many = parquet(vec![Series::new("a".into(), vec![1_i32; 1000]).into()]);
    assert!(
        error(&read_with("a.parquet", &many, &Limits { max_cells: 999, ..Limits::default() })).contains("more cells")
    );
    assert!(
        error(&read_with("a.parquet", &many, &Limits { max_inflated_bytes: 9, ..Limits::default() })).contains("limit")
    );
    for length in [4, 20, many.len() / 2, many.len() - 1] {
        assert!(error(&read("a.parquet", &many[..length])).contains("damaged"));
    }
}

#[test]
fn parquet_rows_keep_their_numbers_across_blocks() {
    let numbers: Vec<u32> = (1..=20_000).collect();
    let file = read("a.parquet", &parquet(vec![Series::new("n".into(), numbers).into()]));
    assert!(file.sheets[0].blocks.count() > 2);
    assert!(rows(&file, 0)[1..].iter().all(|(number, cells)| cells[0] == number.to_string()));
}

#[test]
fn json_lines_in_gbk() {
    let text =
        "{\"姓名\":\"张\",\"成绩\":59.50}\r\n\r\n{\"成绩\":\"缺考\",\"姓名\":\"王\",\"x\":{}}\r\n{\"姓名\":\"李\"}";
    let file = read("scores.jsonl", &GB18030.encode(text).0);
    assert_eq!(rows(&file, 0), [row(0, &["姓名", "成绩", "x"]), row(1, &["张", "59.5"]), row(4, &["李"])]);
    assert_eq!(problems(&file, 0), [(3, "nested-value")]);
    assert_eq!((&*file.source.format, &*file.source.encoding), ("jsonl", "GB18030"));
    assert!(error(&read("a.ndjson", b"[{\"a\":1}]")).contains("array"));
    assert!(error(&read("a.json", b"{\"a\":1}")).contains("JSON lines"));
}

#[test]
fn json_lines_across_chunks() {
    let text: String = (1..=60_000).map(|number| format!("{{\"n\":{number},\"note\":\"一二三四\"}}\n")).collect();
    let file = read("a.jsonl", text.as_bytes());
    assert!(file.sheets[0].blocks.count() > 1);
    let rows = rows(&file, 0);
    assert_eq!(rows.len(), 60_001);
    assert!(rows[1..].iter().all(|(number, cells)| cells[0] == number.to_string()));
}

//! Delimited text: separators, quotes, line ends, encodings, and equality with the `csv` crate.

use super::{error, problems, read, read_with, row, rows};
use encoding_rs::GB18030;
use kaojian::ingest::limits::Limits;
use proptest::prelude::*;

#[test]
fn quotes_blank_lines_and_line_numbers() {
    let file = read("成绩册.csv", "准考证号,备注\r\n1,\"两行\n\"\"备注\"\"\"\r\n\r\n2,\r\n".as_bytes());
    assert_eq!(rows(&file, 0), [row(1, &["准考证号", "备注"]), row(2, &["1", "两行\n\"备注\""]), row(5, &["2", ""])]);
    assert_eq!((&*file.source.format, &*file.source.encoding, file.source.bytes), ("csv", "UTF-8", 50));
    assert_eq!(file.source.sha256.len(), 64);
}

#[test]
fn line_ends_of_every_system() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a;b", "1;2", "", "3;4"].join(end);
        assert_eq!(
            rows(&read("x.csv", text.as_bytes()), 0),
            [row(1, &["a", "b"]), row(2, &["1", "2"]), row(4, &["3", "4"])]
        );
    }
}

#[test]
fn separators_and_the_line_that_names_one() {
    let expected = [row(1, &["考号", "分数"]), row(2, &["1", "59.5"])];
    for separator in [",", "\t", ";", "|", "，"] {
        let text = format!("考号{separator}分数\n1{separator}59.5\n");
        assert_eq!(rows(&read("x.txt", text.as_bytes()), 0), expected, "{separator}");
    }
    assert_eq!(rows(&read("x.csv", b"sep=|\r\na|b,c\r\n"), 0), [row(2, &["a", "b,c"])]);
    assert_eq!(rows(&read("x.csv", b"a,b\r\n1,2\r\n\x1A"), 0), [row(1, &["a", "b"]), row(2, &["1", "2"])]);
}

#[test]
fn encodings_are_found_and_said() {
    let table = "准考证号,姓名,机构\n0001,欧阳修,某某职业技能评价中心\n";
    let wide = |big: bool| -> Vec<u8> {
        table.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let cases: [(&str, Vec<u8>); 7] = [
        ("UTF-8", table.into()),
        ("UTF-8 with BOM", [b"\xEF\xBB\xBF", table.as_bytes()].concat()),
        ("GB18030", GB18030.encode(table).0.into_owned()),
        ("UTF-16LE", wide(false)),
        ("UTF-16BE", wide(true)),
        ("UTF-16LE", [b"\xFF\xFE".to_vec(), wide(false)].concat()),
        ("UTF-16BE", [b"\xFE\xFF".to_vec(), wide(true)].concat()),
    ];
    for (encoding, bytes) in cases {
        let file = read("花名册.csv", &bytes);
        assert_eq!(file.source.encoding, encoding);
        assert_eq!(rows(&file, 0)[1], row(2, &["0001", "欧阳修", "某某职业技能评价中心"]), "{encoding}");
    }
}

#[test]
fn undecodable_bytes_cost_their_row() {
    let mut bytes = GB18030.encode("姓名,分\n张三,1\n李四,2\n王五,3\n").0.into_owned();
    let at = bytes.windows(2).position(|pair| pair == &GB18030.encode("李").0[..]).unwrap();
    bytes[at] = 0xFF;
    let file = read("x.csv", &bytes);
    assert_eq!(file.source.encoding, "GB18030");
    assert_eq!(rows(&file, 0).iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 4]);
    assert_eq!(problems(&file, 0), [(3, "undecodable-bytes")]);
}

#[test]
fn a_stray_quote_costs_one_row_in_a_large_file() {
    let mut text = String::from("id,note\n");
    for number in 0..200_000 {
        text.push_str(&if number == 777 { format!("{number},\"open\n") } else { format!("{number},x\n") });
    }
    let file = read("x.csv", text.as_bytes());
    assert!(file.sheets[0].blocks.count() > 1);
    assert_eq!(problems(&file, 0), [(779, "stray-quote")]);
    let rows = rows(&file, 0);
    assert_eq!(rows.len(), 200_000);
    assert_eq!(rows.last(), Some(&row(200_001, &["199999", "x"])));
}

#[test]
fn long_lines_wide_rows_and_long_cells_are_refused_alone() {
    let long = "x".repeat((1 << 20) + 1);
    let wide = ",".repeat(1_000_000);
    let cell = format!("1,{}", "y".repeat(300_000));
    let quoted = format!("1,\"{}\"", "y".repeat(300_000));
    let text = format!("a,b\n{long}\n{wide}\n{cell}\n{quoted}\nlast,1\n");
    let file = read("x.csv", text.as_bytes());
    assert_eq!(rows(&file, 0), [row(1, &["a", "b"]), row(6, &["last", "1"])]);
    let expected = [(2, "line-too-long"), (3, "too-many-columns"), (4, "cell-too-long"), (5, "cell-too-long")];
    assert_eq!(problems(&file, 0), expected);
}

#[test]
fn tab_text_and_web_pages_under_the_name_xls() {
    let tab = read("成绩.xls", &GB18030.encode("考号\t姓名\n1\t张\n").0);
    assert_eq!((&*tab.source.format, &*tab.source.encoding), ("tsv", "GB18030"));
    assert_eq!(rows(&tab, 0)[1], row(2, &["1", "张"]));
    assert!(error(&read("成绩.xls", b"\r\n<html><table><tr><td>1</td></tr></table></html>")).contains("web page"));
    assert!(error(&read("a.csv", b"%PDF-1.7\n")).contains("PDF"));
    assert!(error(&read("a.csv", &[0; 64])).contains("neither text"));
    assert!(error(&read("a.csv", b"")).contains("empty"));
}

#[test]
fn sizes_are_checked_before_reading() {
    let limits = Limits { max_file_bytes: 10, ..Limits::default() };
    assert_eq!(rows(&read_with("a.csv", b"a,b\n1,2\n3,", &limits), 0).len(), 3);
    assert!(error(&read_with("a.csv", b"a,b\n1,2\n3,4", &limits)).contains("limit of 10 B"));
}

/// Tables of cells that may hold separators, quotes and line ends.
fn tables() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = prop_oneof![
        3 => "[a-d0-9]{0,3}",
        2 => "[甲乙丙\", \t;|\n\r]{0,6}",
        1 => Just(String::new()),
    ];
    (1_usize..6).prop_flat_map(move |width| prop::collection::vec(prop::collection::vec(cell.clone(), width), 1..40))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_csv_writes_is_read_back(table in tables(), large in prop::bool::weighted(0.05), crlf: bool) {
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        for record in &table {
            writer.write_record(record).unwrap();
        }
        let once = writer.into_inner().unwrap();
        // The line that names the separator keeps the detection, tested elsewhere, out of this.
        let mut bytes = b"sep=,\n".to_vec();
        // Past a megabyte the text is cut into several chunks.
        bytes.extend(once.repeat(if large { (5 << 18) / once.len() + 1 } else { 1 }));
        let file = read("x.csv", &bytes);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&bytes[6..]);
        let mut sequential = Vec::new();
        for record in reader.records() {
            let record = record.unwrap();
            sequential.push(record.iter().map(str::to_owned).collect::<Vec<_>>());
        }
        let parallel: Vec<_> = rows(&file, 0).into_iter().map(|row| row.1).collect();
        prop_assert!(problems(&file, 0).is_empty());
        prop_assert_eq!(file.sheets[0].blocks.count() > 1, large);
        prop_assert_eq!(parallel, sequential);
    }

    #[test]
    fn row_numbers_are_lines_of_an_editor(lines in prop::collection::vec("[a-c]{0,2}(,[a-c]{0,2}){0,2}", 1..60), end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")]) {
        let text = format!("sep=,{end}{}", lines.join(end));
        let file = read("x.csv", text.as_bytes());
        let expected: Vec<_> = (2..)
            .zip(&lines)
            .filter(|(_, line)| !line.is_empty())
            .map(|(number, line)| (number, line.split(',').map(str::to_owned).collect::<Vec<_>>()))
            .collect();
        prop_assert_eq!(rows(&file, 0), expected);
    }
}

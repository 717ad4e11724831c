//! Workbooks: xlsx, xls and ods with typed cells, in every place a sheet may begin.

use super::{archive, error, kinds, old_workbook, open_document, problems, read, row, rows};
use kaojian::ingest::raw::CellKind;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn with_part(bytes: &[u8], name: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    use std::io::Read;
    let mut source = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for index in 0..source.len() {
        let mut part = source.by_index(index).unwrap();
        let found = part.name().unwrap().into_owned();
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        parts.push((found.clone(), if found == name { change(content) } else { content }));
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (&**name, content.as_bytes())).collect();
    archive(&parts)
}

fn sample() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let sheet = workbook.add_worksheet().set_name("成绩册").unwrap();
    sheet.merge_range(2, 0, 2, 3, "2026年成绩册", &Format::new()).unwrap();
    sheet.write_row(3, 0, ["准考证号", "成绩", "考试日期", "是否合格"]).unwrap();
    sheet.write(4, 0, "0001").unwrap();
    sheet.write(4, 1, 59.5).unwrap();
    let exam = ExcelDateTime::from_ymd(2026, 5, 1).unwrap();
    sheet.write_datetime_with_format(4, 2, &exam, &date).unwrap();
    sheet.write_boolean(4, 3, true).unwrap();
    sheet.write(6, 0, 202_605_010_002_f64).unwrap();
    sheet.write(6, 1, 0.1 + 0.2).unwrap();
    let moment = ExcelDateTime::from_ymd(2026, 5, 1).unwrap().and_hms(9, 30, 0).unwrap();
    sheet.write_datetime_with_format(6, 2, &moment, &time).unwrap();
    let hidden = workbook.add_worksheet().set_name("隐藏").unwrap();
    hidden.set_hidden(true);
    hidden.write(0, 3, "右").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn every_sheet_with_its_types_and_row_numbers() {
    let file = read("成绩册.xlsx", &sample());
    assert_eq!(file.sheets.iter().map(|sheet| &*sheet.name).collect::<Vec<_>>(), ["成绩册", "隐藏"]);
    let expected = [
        row(3, &["2026年成绩册"]),
        row(4, &["准考证号", "成绩", "考试日期", "是否合格"]),
        row(5, &["0001", "59.5", "2026-05-01", "true"]),
        row(7, &["202605010002", "0.3", "2026-05-01 09:30:00"]),
    ];
    assert_eq!(rows(&file, 0), expected);
    use CellKind::{Boolean, Date, Number, Text};
    assert_eq!(kinds(&file, 0)[2..], [vec![Text, Number, Date, Boolean], vec![Number, Number, Date]]);
    assert_eq!(rows(&file, 1), [row(1, &["", "", "", "右"])]);
    assert_eq!((&*file.source.format, &*file.source.encoding), ("xlsx", ""));
}

#[test]
fn a_workbook_under_another_name() {
    let file = read("成绩册.csv", &sample());
    assert_eq!((&*file.source.format, file.sheets.len()), ("xlsx", 2));
}

#[test]
fn a_far_cell_costs_its_row_only() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "a").unwrap();
    sheet.write(1_048_575, 16_383, "far").unwrap();
    let file = read("x.xlsx", &workbook.save_to_buffer().unwrap());
    let rows = rows(&file, 0);
    assert_eq!(rows[0], row(1, &["a"]));
    assert_eq!((rows[1].0, rows[1].1.len(), &*rows[1].1[16_383]), (1_048_576, 16_384, "far"));
}

#[test]
fn error_values_stay_as_text_or_are_named() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, [1, 2, 3]).unwrap();
    sheet.write_row(1, 0, [4, 5, 6]).unwrap();
    let bytes = with_part(&workbook.save_to_buffer().unwrap(), "xl/worksheets/sheet1.xml", |sheet| {
        sheet
            .replace(r#"<c r="B1"><v>2</v>"#, r##"<c r="B1" t="e"><v>#N/A</v>"##)
            .replace(r#"<c r="B2"><v>5</v>"#, r##"<c r="B2" t="e"><v>#SPILL!</v>"##)
    });
    let file = read("x.xlsx", &bytes);
    assert_eq!(rows(&file, 0), [row(1, &["1", "#N/A", "3"]), row(2, &["4", "", "6"])]);
    assert_eq!(problems(&file, 0), [(2, "unreadable-cell")]);
}

#[test]
fn damaged_and_encrypted_workbooks_are_named() {
    let whole = sample();
    for length in [4, 40, 400, whole.len() / 2, whole.len() - 1] {
        assert!(!error(&read("x.xlsx", &whole[..length])).is_empty());
    }
    let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), vec![0; 600], wide].concat();
    assert!(error(&read("x.xlsx", &locked)).contains("encrypted"));
    let torn = with_part(&whole, "xl/worksheets/sheet1.xml", |sheet| sheet[..sheet.len() / 2].to_owned());
    assert!(error(&read("x.xlsx", &torn)).contains("damaged"));
    assert!(error(&read("data.zip", &archive(&[("a.csv", b"a,b\n")]))).contains("zip archive"));
    assert!(error(&read("x.xlsx", b"a,b\n1,2\n")).contains("not xlsx"));
}

#[test]
fn open_document_with_repeats_and_dates() {
    let file = read(
        "花名册.ods",
        &open_document(
            "<table:table table:name=\"花名册\">\
             <table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>\
             <table:table-row><table:table-cell office:value-type=\"string\"><text:p>姓名</text:p></table:table-cell>\
             <table:table-cell office:value-type=\"string\"><text:p>日期</text:p></table:table-cell></table:table-row>\
             <table:table-row><table:table-cell office:value-type=\"string\"><text:p>张</text:p></table:table-cell>\
             <table:table-cell office:value-type=\"date\" office:date-value=\"2026-05-01\"><text:p>5月1日</text:p>\
             </table:table-cell><table:table-cell office:value-type=\"float\" office:value=\"59.5\"/>\
             <table:table-cell table:number-columns-repeated=\"16381\"/></table:table-row>\
             <table:table-row table:number-rows-repeated=\"1048572\"><table:table-cell/></table:table-row>\
             </table:table>",
        ),
    );
    assert_eq!(file.sheets[0].name, "花名册");
    assert_eq!(rows(&file, 0), [row(3, &["姓名", "日期"]), row(4, &["张", "2026-05-01", "59.5"])]);
    assert_eq!(kinds(&file, 0)[1], [CellKind::Text, CellKind::Date, CellKind::Number]);
}

/// A cell of text in BIFF8: row, column, format, length, two bytes a character.
fn label(row: u16, column: u16, text: &str) -> (u16, Vec<u8>) {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = u16::try_from(wide.len() / 2).unwrap();
    let head = [row, column, 0, length].into_iter().flat_map(u16::to_le_bytes);
    (0x0204, head.chain([1]).chain(wide).collect())
}

fn float(row: u16, column: u16, value: f64) -> (u16, Vec<u8>) {
    (0x0203, [row, column, 0].into_iter().flat_map(u16::to_le_bytes).chain(value.to_le_bytes()).collect())
}

#[test]
fn old_excel_workbooks() {
    let cells =
        [label(2, 0, "准考证号"), label(2, 1, "成绩"), label(3, 0, "0001"), float(3, 1, 59.5), float(3, 3, 60.0)];
    let file = read("成绩册.xls", &old_workbook("成绩", &cells));
    assert_eq!(file.sheets[0].name, "成绩");
    assert_eq!(rows(&file, 0), [row(3, &["准考证号", "成绩"]), row(4, &["0001", "59.5", "", "60"])]);
    assert_eq!(kinds(&file, 0)[1], [CellKind::Text, CellKind::Number, CellKind::Text, CellKind::Number]);
    assert_eq!(file.source.format, "xls");
}

#[test]
fn an_old_workbook_that_would_fill_the_memory_is_refused() {
    let far = [float(0, 0, 1.0), float(65_535, 65_535, 1.0)];
    assert!(error(&read("x.xls", &old_workbook("a", &far))).contains("more cells"));
    let mut dimensions = vec![0; 14];
    dimensions[..4].copy_from_slice(&9_u32.to_le_bytes());
    dimensions[4] = 1;
    dimensions[10] = 1;
    assert!(error(&read("x.xls", &old_workbook("a", &[(0x0200, dimensions)]))).contains("more cells"));
}

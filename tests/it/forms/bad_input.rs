//! Forms as people hand them in: every flaw is told with file, row, column and a hint, and the rest is compared.

use kaojian::config::Config;
use kaojian::model::progress::Silent;
use kaojian::pipeline::{ComparedForms, forms};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Compares files and gives what was found with the rules of the notes, each with its row and value.
fn compared(files: &[(&str, &[u8])]) -> (ComparedForms, BTreeMap<String, Vec<(String, String)>>) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<PathBuf> = files
        .iter()
        .map(|(name, bytes)| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("a file");
            path
        })
        .collect();
    let out = folder.path().join("out");
    let found = forms(&paths, &Config::default(), &out, &Silent).expect("a comparison");
    let mut notes: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(out.join("notes.csv")).expect("notes");
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("a row");
        assert!(
            !row["file"].is_empty() && row["reason_zh"].contains("提示：") && row["reason_en"].contains("hint: "),
            "{row:?}"
        );
        notes.entry(row["rule"].clone()).or_default().push((row["row"].clone(), row["column"].clone()));
    }
    (found, notes)
}

#[test]
fn every_flaw_of_an_item_is_told_and_the_row_is_kept() {
    let head = "题号,试题编号,题干,选项A,选项B,选项C,选项D,答案\n";
    let text = format!(
        "{head}1,T1,检修线路\u{200B}之前应当\u{202E}做什么,断电,合闸,撤离,签字,A\n\
         2,T2,,断电,合闸,撤离,签字,B\n\
         3,T3,【图】,断电,合闸,撤离,签字,C\n\
         4,T4,值班时发现烟雾应当如何处置,报警,,撤离,签字,A\n\
         5,T5,交接班记录应当包括哪些内容,时间,人员,设备,缺陷,E\n\
         6,T1,检修线路之前应当做什么,断电,合闸,撤离,签字,A\n\
         7,T7,图3.png,断电,合闸,撤离,签字,A\n\
         8,T8,高处作业\u{FFFD}\u{FFFD}应当系好什么,安全带,手套,眼镜,护腕,A\n"
    );
    let (found, notes) = compared(&[("A卷.csv", text.as_bytes())]);
    let rows =
        |rule: &str| notes.get(rule).map_or_else(Vec::new, |rows| rows.iter().map(|(row, _)| row.as_str()).collect());
    assert_eq!(rows("hidden-characters"), ["2"]);
    assert_eq!(rows("stem-blank"), ["3"]);
    assert_eq!(rows("stem-is-a-picture"), ["4", "8"]);
    assert_eq!(rows("option-missing"), ["5"]);
    assert_eq!(rows("key-names-no-option"), ["6"]);
    assert_eq!(rows("item-repeated-on-form"), ["7"]);
    assert_eq!(rows("unreadable-characters"), ["9"]);
    assert!(found.refused.is_empty(), "{:?}", found.refused);
    assert_eq!(found.notes, 8);
    let hidden = found.noted.iter().find(|(_, reason)| reason.en.contains("U+200B")).expect("said");
    assert!(hidden.1.en.contains("form A卷, item 1 (T1)") && hidden.1.zh.contains("U+202E ×1"), "{hidden:?}");
    // The item that stands twice counts once.
    assert_eq!(found.groups[0].papers[0].items, 7);
}

#[test]
fn characters_that_hide_a_copy_do_not_hide_it() {
    let head = "题号,题干,选项A,选项B,答案\n";
    let open = format!("{head}1,检修线路之前作业人员应当首先做什么,切断电源并挂牌,合上开关,A\n");
    let hidden = format!(
        "{head}1,檢修線路\u{200B}之前作業\u{202E}人員\u{2060}應當首先做什麼,切\u{00AD}斷電源並掛牌,合上開關,A\n"
    );
    let (found, notes) = compared(&[("一.csv", open.as_bytes()), ("二.csv", hidden.as_bytes())]);
    assert!(found.groups[0].pairs[0].same_paper, "{:?}", found.groups[0].pairs);
    assert_eq!(notes["hidden-characters"].len(), 1);
}

/// A form of two items whose first stem is that long.
fn form_of(long: &str, end: &str) -> String {
    format!("题号,题干,选项A,选项B,答案\n1,{long}{end},断电,合闸,A\n2,值班时发现烟雾应当如何处置,报警,离开,A\n")
}

#[test]
fn a_stem_of_ten_megabytes_is_left_out_by_name_and_the_rest_is_read() {
    let long = "检修线路之前应当断电".repeat(350_000);
    assert!(long.len() > 10_000_000);
    let (found, notes) =
        compared(&[("one.csv", form_of(&long, "").as_bytes()), ("two.csv", form_of("短", "").as_bytes())]);
    assert_eq!(notes["line-too-long"].len(), 1);
    assert!(found.refused.iter().any(|(place, reason)| place.contains("one.csv : ") && reason.en.contains("1 MiB")));
    assert_eq!(found.groups[0].papers.iter().map(|paper| paper.items).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_very_long_stem_is_the_same_or_not() {
    let long = "检修线路之前应当断电".repeat(8_000);
    let (found, notes) = compared(&[
        ("one.csv", form_of(&long, "").as_bytes()),
        ("two.csv", form_of(&long, "").as_bytes()),
        ("three.csv", form_of(&long, "再").as_bytes()),
    ]);
    assert_eq!(notes["stem-too-long"].len(), 3);
    let shared: Vec<(u64, u64)> = found.groups[0].pairs.iter().map(|pair| (pair.identical, pair.near)).collect();
    assert_eq!(shared, [(1, 0), (2, 0), (1, 0)], "papers stand by name: one, three, two");
}

#[test]
fn a_file_in_another_encoding_is_read_and_one_that_is_none_is_named() {
    let text = "题号,题干,选项A,选项B,答案\n1,检修线路之前作业人员应当首先做什么,切断电源并挂牌,合上开关,A\n";
    let (gbk, ..) = encoding_rs::GB18030.encode(text);
    let (found, _) = compared(&[("utf8.csv", text.as_bytes()), ("gbk.csv", &gbk)]);
    assert!(found.groups[0].pairs[0].same_paper);
    let (found, _) = compared(&[("utf8.csv", text.as_bytes()), ("broken.xlsx", b"PK\x03\x04 no workbook")]);
    assert!(found.refused.iter().any(|(place, _)| place.contains("broken.xlsx")), "{:?}", found.refused);
}

//! Folders of real files, from bytes to the data set.

use super::answers;
use kaojian::ingest::error::IngestError;
use kaojian::ingest::load::{Ingested, read_folder};
use kaojian::ingest::parameters::IngestParameters;
use kaojian::model::answer::MISSING;
use kaojian::model::identity::IdentityCheck;
use kaojian::model::points::Points;
use kaojian::model::progress::Silent;
use kaojian::model::score::Mark;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::fs;
use std::path::{Path, PathBuf};

fn read(folder: &Path) -> Result<Ingested, IngestError> {
    read_folder(folder, &IngestParameters::default(), &Silent)
}

/// The folder of reference values; `None`, said loudly, where there is none.
#[allow(clippy::print_stderr)] // A skipped test must be seen.
fn golden() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/golden");
    let folder = std::env::var_os("KAOJIAN_GOLDEN").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("SKIPPED: no reference data at {}; set KAOJIAN_GOLDEN", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn a_folder_of_two_encodings_and_a_mapping_file() {
    let folder = tempfile::tempdir().unwrap();
    let (gbk, _, _) =
        encoding_rs::GBK.encode("批次号,准考证号,科目,成绩\nＢ1,００1,理论,缺考\nB1,002,理论,６０\n合计,,,60\n");
    fs::create_dir(folder.path().join("B1")).unwrap();
    fs::write(folder.path().join("B1/成绩册.csv"), gbk).unwrap();
    let utf8 = "\u{FEFF}准考证号;第1题;第2题\n001;A;c\n002;B;C,A\n";
    fs::write(folder.path().join("B1/答题卡.csv"), utf8).unwrap();
    fs::write(
        folder.path().join("kaojian.toml"),
        "[[file]]\nmatch = \"typo.csv\"\nskip = true\n[[file]]\nmatch = \"x.csv\"\ntable = \"scores\"\n[file.columns]\nwho = \"candidate_id\"\npoints = \"score\"\n[file.constants]\nbatch_id = \"B1\"\ncomponent = \"skill\"\n",
    )
    .unwrap();
    fs::write(folder.path().join("x.csv"), "who,points\n001,50\n").unwrap();
    let ingested = read(folder.path()).unwrap();
    let dataset = &ingested.dataset;
    let files: Vec<(&str, Option<&str>)> =
        dataset.files.iter().map(|file| (file.path.as_str(), file.sheets[0].table.as_deref())).collect();
    assert_eq!(
        files,
        [("B1/成绩册.csv", Some("scores")), ("B1/答题卡.csv", Some("answers")), ("x.csv", Some("scores"))]
    );
    assert_eq!(dataset.scores.len(), 3);
    assert_eq!((dataset.scores[0].candidate_id.as_str(), dataset.scores[0].mark), ("001", Mark::Absent));
    assert_eq!(dataset.scores[1].component.as_str(), "skill");
    assert_eq!(dataset.files[0].sheets[0].rows_skipped, 1);
    let labels: Vec<Vec<String>> = answers(dataset).into_iter().map(|(_, _, _, labels)| labels).collect();
    assert_eq!(labels, [["A", "C"], ["B", "AC"]]);
    assert!(dataset.answers.sheets.iter().all(|sheet| sheet.batch_id.as_str() == "B1"));
    let rules: Vec<&str> = ingested.quarantine.iter().map(|entry| entry.rule).collect();
    assert_eq!(rules, ["batch-filled-in"]);
    assert!(ingested.passed_over.iter().any(|file| file.reason.en.contains("`typo.csv` fits no file")));
}

#[test]
fn a_wrong_mapping_file_stops_the_run_and_names_the_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kaojian.toml"), "[[file]]\nmatch = \"a\"\n\ntabel = \"scores\"\n").unwrap();
    let message = read(folder.path()).map(|_| ()).unwrap_err().message();
    assert!(message.en.contains("`kaojian.toml`, line 4") && message.en.contains("tabel"), "{}", message.en);
    assert!(message.zh.contains("第 4 行"), "{}", message.zh);
}

#[test]
fn an_unreadable_file_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("scores.xlsx"), b"PK\x03\x04 not a workbook").unwrap();
    fs::write(folder.path().join("scores.csv"), "batch_id,candidate_id,component,score\nB,1,theory,60\n").unwrap();
    let ingested = read(folder.path()).unwrap();
    assert_eq!(ingested.dataset.scores.len(), 1);
    assert!(ingested.dataset.files.iter().any(|file| file.error.is_some() && file.path == "scores.xlsx"));
}

/// A workbook as an office makes it: merged title, two tables, numbers where texts belong, real dates.
#[test]
fn a_real_workbook() {
    let mut book = Workbook::new();
    let plain = Format::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let roster = book.add_worksheet().set_name("考生花名册").unwrap();
    roster.merge_range(0, 0, 0, 4, "某公司2026年第一批次花名册", &plain).unwrap();
    for (column, header) in (0..).zip(["批次号", "准考证号", "姓名", "身份证号", "出生日期"]) {
        roster.write(2, column, header).unwrap();
    }
    roster.write(3, 0, "B1").unwrap();
    roster.write(3, 1, "00123").unwrap();
    roster.write(3, 2, "张三").unwrap();
    roster.write(3, 3, 110_105_194_912_310_020_f64).unwrap();
    roster.write_with_format(3, 4, ExcelDateTime::from_ymd(1949, 12, 31).unwrap(), &date).unwrap();
    roster.write(4, 0, "合计").unwrap();
    let scores = book.add_worksheet().set_name("成绩册").unwrap();
    for (column, header) in (0..).zip(["批次号", "准考证号", "理论成绩", "技能成绩", "评定结果"]) {
        scores.write(0, column, header).unwrap();
    }
    scores.write(1, 0, "B1").unwrap();
    scores.write(1, 1, 123).unwrap();
    scores.write(1, 2, 59.5).unwrap();
    scores.write(1, 3, "缺考").unwrap();
    scores.write(1, 4, "不合格").unwrap();
    let folder = tempfile::tempdir().unwrap();
    book.save(folder.path().join("某公司.xlsx")).unwrap();

    let ingested = read(folder.path()).unwrap();
    let dataset = &ingested.dataset;
    let candidate = &dataset.candidates[0];
    assert_eq!((candidate.candidate_id.as_str(), candidate.source.row), ("00123", 4));
    assert_eq!(candidate.id_number.as_ref().map(|number| number.check()), Some(IdentityCheck::DigitsLost));
    assert_eq!(candidate.birth_date, chrono::NaiveDate::from_ymd_opt(1949, 12, 31));
    let marks: Vec<Mark> = dataset.scores.iter().map(|score| score.mark).collect();
    assert_eq!(marks, [Mark::Points(Points::from_millionths(59_500_000)), Mark::Absent]);
    assert_eq!(dataset.scores[0].candidate_id.as_str(), "123");
    let rules: Vec<&str> = ingested.quarantine.iter().map(|entry| entry.rule).collect();
    assert_eq!(rules, ["identity-digits-lost", "leading-zeros-lost"]);
    assert_eq!(dataset.files[0].sheets[0].rows_skipped, 1);
}

/// 1636 real answer sheets of a licensing test, through a mapping file.
#[test]
fn the_credentialing_form_through_a_mapping_file() {
    let Some(golden) = golden() else { return };
    let source = golden.join("data/credential_form1");
    let folder = tempfile::tempdir().unwrap();
    for name in ["responses_nominal.csv", "key.csv", "examinees.csv", "scores.csv", "response_times_seconds.csv"] {
        fs::write(folder.path().join(name), fs::read(source.join(name)).unwrap()).unwrap();
    }
    let mapping = r#"
        [[file]]
        match = "responses_nominal.csv"
        table = "answers"
        items = { prefix = "iresp.", numbers = "1-170" }
        [file.columns]
        eid = "candidate_id"
        [file.constants]
        batch_id = "credential-1"
        form_id = "form1"

        [[file]]
        match = "key.csv"
        table = "forms"
        [file.columns]
        item = "item_no"
        [file.constants]
        form_id = "form1"
        [file.where]
        type = "scored"

        [[file]]
        match = "examinees.csv"
        table = "candidates"
        [file.columns]
        eid = "candidate_id"
        [file.constants]
        batch_id = "credential-1"

        [[file]]
        match = "scores.csv"
        skip = true

        [[file]]
        match = "response_times_seconds.csv"
        skip = true
    "#;
    fs::write(folder.path().join("kaojian.toml"), mapping).unwrap();
    let ingested = read(folder.path()).unwrap();
    let dataset = &ingested.dataset;
    assert_eq!(dataset.answers.sheets.len(), 1636);
    assert_eq!(dataset.answers.layouts.len(), 1);
    let layout = &dataset.answers.layouts[0];
    assert_eq!(layout.items.len(), 170);
    assert_eq!((layout.items[169].item_id.as_str(), layout.items[169].item_no), ("iresp.170", 170));
    // Nobody chose option 4 of two items; 135 answers are blank.
    assert_eq!(layout.items.iter().filter(|item| item.labels == ["1", "2", "3", "4"]).count(), 168);
    assert_eq!(layout.items.iter().filter(|item| item.labels == ["1", "2", "3"]).count(), 2);
    let responses = dataset.answers.sheets.iter().flat_map(|sheet| sheet.responses.iter());
    assert_eq!(responses.filter(|code| **code == MISSING).count(), 135);
    assert_eq!(dataset.form_items.len(), 170);
    assert!(dataset.form_items.iter().all(|item| item.key.is_some()));
    assert_eq!(dataset.candidates.len(), 1636);
    assert!(ingested.quarantine.is_empty(), "{:?}", ingested.quarantine.first());
    let first = &dataset.answers.sheets[0];
    assert_eq!((first.candidate_id.as_str(), first.source.row), ("e100001", 2));
    let start: Vec<&str> = (0..5).map(|column| dataset.answers.label(first, column).unwrap()).collect();
    assert_eq!(start, ["1", "1", "3", "1", "2"]);
    // The recorded 0/1 scores agree with response and key, item by item: nothing was shifted.
    let scores = fs::read_to_string(source.join("scores.csv")).unwrap();
    for (sheet, line) in dataset.answers.sheets.iter().zip(scores.lines().skip(1)) {
        let mut cells = line.split(',');
        assert_eq!(cells.next(), Some(sheet.candidate_id.as_str()));
        for (column, cell) in cells.take(170).enumerate() {
            let is_right = dataset.answers.label(sheet, column) == dataset.form_items[column].key.as_deref();
            assert_eq!(cell == "1", is_right, "{} item {}", sheet.candidate_id, column + 1);
        }
    }
}

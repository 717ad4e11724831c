//! The command as a person meets it: exit codes, both languages, errors with a next step.

use crate::support::{files, kaojian, root};
use kaojian::policy::packs::RulePacks;
use kaojian::policy::rule::Scope;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("the folder");
        fs::write(path, text).expect("the file");
    }
    folder
}

/// Candidates of one batch, of whom so many were rejected and so many have no result.
fn roster(candidates: usize, rejected: usize, blank: usize) -> String {
    let rows = (0..candidates).map(|number| {
        let result = match number {
            number if number < rejected => "不合格",
            number if number < rejected + blank => "",
            _ => "合格",
        };
        format!("B1,c{number:04},{result},参考\n")
    });
    std::iter::once("批次号,准考证号,审核结果,状态\n".to_owned()).chain(rows).collect()
}

/// Inspects a folder with further words; the exit code and the findings.
fn inspected(data: &Path, words: &[&str]) -> (u8, Vec<Value>, TempDir) {
    let out = tempfile::tempdir().expect("a folder");
    let report = out.path().join("report");
    let mut all: Vec<String> =
        ["inspect", &data.to_string_lossy(), "--out", &report.to_string_lossy(), "--language", "en"]
            .map(str::to_owned)
            .to_vec();
    all.extend(words.iter().map(|word| (*word).to_owned()));
    let ran = kaojian(all);
    let text = fs::read_to_string(report.join("findings.json")).unwrap_or_else(|_| panic!("{}", ran.errors));
    let whole: Value = serde_json::from_str(&text).expect("JSON");
    (ran.code, whole["findings"].as_array().expect("an array").clone(), out)
}

fn of<'a>(findings: &'a [Value], article: &str) -> &'a Value {
    findings.iter().find(|finding| finding["article"] == *article).expect("the article")
}

fn refused(words: &[&str], parts: &[&str]) {
    let ran = kaojian(words.iter().copied());
    assert_eq!(ran.code, 2, "{words:?}: {}", ran.errors);
    assert!(ran.output.is_empty(), "{words:?}: {}", ran.output);
    for part in parts {
        assert!(ran.errors.contains(part), "{words:?} does not say `{part}`: {}", ran.errors);
    }
}

#[test]
fn exit_codes_tell_clean_from_found_from_failed() {
    for (candidates, rejected, code, verdict) in
        [(20, 1, 1, "MET"), (21, 1, 0, "NOT_MET"), (1250, 62, 0, "NOT_MET"), (1250, 63, 1, "MET")]
    {
        let data = folder(&[("花名册.csv", &roster(candidates, rejected, 0))]);
        let (found, findings, _out) = inspected(data.path(), &[]);
        assert_eq!(
            (found, of(&findings, "20(1)")["verdict"].as_str()),
            (code, Some(verdict)),
            "{rejected}/{candidates}"
        );
    }
    // One file that cannot be read: the rest is inspected and written, and the code says so.
    let data = folder(&[("花名册.csv", &roster(21, 1, 0)), ("成绩册.xlsx", "no workbook")]);
    let (code, findings, _out) = inspected(data.path(), &[]);
    assert_eq!((code, of(&findings, "20(1)")["verdict"].as_str()), (2, Some("NOT_MET")));
    // Lines of which none is an object are no empty table.
    let data = folder(&[("花名册.csv", &roster(21, 1, 0)), ("scores.jsonl", "{\"batch_id\":\n[1,2\n")]);
    let (code, _, out) = inspected(data.path(), &[]);
    let run = fs::read_to_string(out.path().join("report/run.json")).expect("run.json");
    assert!(code == 2 && run.contains("no line of the file is a JSON object"), "{code}");
}

#[test]
fn no_output_holds_an_identity_number_or_markup_from_the_data() {
    let numbers = ["11010519491231002X", "110105 19491231 002X", "110105-19491231-002X", "B911010519491231002X"];
    let names = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+1+1", "@SUM(1)"];
    let mut roster = "批次号,准考证号,姓名,身份证号码,审核结果,审核人,状态\n".to_owned();
    let mut log = "批次号,准考证号,科目,修改时间,原成绩,新成绩,操作人,原因\n".to_owned();
    for (number, name) in numbers.iter().zip(names) {
        roster.push_str(&format!("B1,{number},{name},{number},不合格,{name},参考\n"));
        log.push_str(&format!("B1,{number},理论,2026-05-03 10:00:00,50,60,{name} {number},{name} {number}\n"));
    }
    let data = folder(&[("花名册.csv", &roster), ("成绩修改记录.csv", &log), ("11010519491231002X.csv", "a,b\n1,2\n")]);
    let (code, _, out) = inspected(data.path(), &[]);
    assert_eq!(code, 1);
    for (name, bytes) in files(out.path()) {
        let text =
            if name.ends_with(".xlsx") { unzipped(&bytes) } else { String::from_utf8_lossy(&bytes).into_owned() };
        assert!(!text.contains("19491231") && !name.contains("19491231"), "an identity number in {name}");
        // In a page or a drawing it would run; in CSV it is text like any other.
        let is_run = name.ends_with(".html") || name.ends_with(".svg");
        assert!(!is_run || !text.contains("<script>alert"), "markup in {name}");
        assert!(!text.contains("<f>"), "a formula in {name}");
        if name.ends_with(".csv") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            for cell in
                reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>())
            {
                assert!(!cell.starts_with(['=', '+', '@']), "{name} has a formula: {cell}");
            }
        }
    }
}

/// Every part of a workbook, one after the other.
fn unzipped(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut text = String::new();
    for index in 0..archive.len() {
        std::io::Read::read_to_string(&mut archive.by_index(index).expect("a part"), &mut text).expect("UTF-8");
    }
    text
}

#[test]
fn nothing_to_inspect_is_a_failure_with_a_next_step() {
    let data = folder(&[("letter.csv", "a,b\n1,2\n")]);
    let path = data.path().to_string_lossy().into_owned();
    let out = data.path().join("out").to_string_lossy().into_owned();
    for (language, parts) in [("en", ["nothing could be inspected", "hint: "]), ("zh", ["没有可检查的内容", "提示："])]
    {
        let ran = kaojian(["inspect", &path, "--out", &out, "--language", language]);
        assert_eq!(ran.code, 2);
        assert!(parts.iter().all(|part| ran.errors.contains(part)), "{}", ran.errors);
    }
    let absent = data.path().join("absent").to_string_lossy().into_owned();
    refused(&["inspect", &absent, "--language", "en"], &["error: no such file or folder", "absent"]);
    refused(&["inspect", &absent, "--language", "zh"], &["错误：文件或文件夹不存在"]);
}

#[test]
fn a_folder_of_someone_else_is_not_touched() {
    let data = folder(&[("data/花名册.csv", &roster(21, 1, 0)), ("mine/letter.txt", "keep")]);
    let path = |name: &str| data.path().join(name).to_string_lossy().into_owned();
    for language in ["en", "zh"] {
        refused(&["inspect", &path("data"), "--out", &path("mine"), "--language", language], &["run.json"]);
        refused(
            &["inspect", &path("data"), "--out", &path("mine/letter.txt"), "--language", language],
            &["letter.txt"],
        );
    }
    assert_eq!(files(&data.path().join("mine")), [("letter.txt".to_owned(), b"keep".to_vec())]);
}

/// How many rules of the built-in pack are about one batch.
fn rules_of_a_batch() -> usize {
    let packs = RulePacks::built_in().expect("the built-in pack");
    packs.all()[0].rules.iter().filter(|rule| rule.scope == Scope::Batch).count()
}

#[test]
fn every_undetermined_finding_names_what_is_missing() {
    let nobody_admitted = "批次号,准考证号,审核结果,状态\nB1,c1,不合格,已报名\nB1,c2,合格,已报名\n";
    let marks = "批次号,准考证号,理论成绩,评定结果\nB1,c1,70,合格\nB1,c2,50,不合格\n";
    let answers = "批次号,准考证号,试卷编号,第1题,第2题\nB1,c1,F,A,B\nB1,c2,F,B,B\n";
    for (name, text) in [
        ("花名册.csv", nobody_admitted),
        ("花名册.csv", &roster(40, 0, 3)),
        ("成绩册.csv", marks),
        ("答题卡.csv", answers),
    ] {
        let data = folder(&[(name, text)]);
        let (_, findings, _out) = inspected(data.path(), &[]);
        let of_batch = findings.iter().filter(|finding| finding["batch_id"] == "B1").count();
        assert_eq!(of_batch, rules_of_a_batch());
        for finding in findings.iter().filter(|finding| finding["verdict"] == "UNDETERMINED") {
            let missing = finding["missing"].as_array().expect("an array");
            assert!(!missing.is_empty(), "{name}: {finding:#}");
            assert!(missing.iter().all(|fact| fact["table"].as_str().is_some_and(|table| !table.is_empty())));
        }
    }
    // The blank review results are what leaves 5 % open.
    let data = folder(&[("花名册.csv", &roster(40, 0, 3))]);
    let (_, findings, _out) = inspected(data.path(), &[]);
    let finding = of(&findings, "20(1)");
    let missing = finding["missing"].as_array().expect("an array");
    assert!(
        missing.iter().any(|fact| fact["table"] == "candidates" && fact["column"] == "review_result"),
        "{missing:?}"
    );
    assert!(finding["text"]["en"].as_str().is_some_and(|text| text.contains("of 40 at least 0, at most 3")));
}

#[test]
fn sentences_do_not_speak_for_logs_that_nobody_handed_in() {
    let marks = "批次号,准考证号,科目,成绩,是否合格\nB1,c1,理论,59,是\nB1,c2,理论,70,是\n";
    let data = folder(&[("成绩册.csv", marks)]);
    let (code, findings, _out) = inspected(data.path(), &[]);
    let finding = of(&findings, "21(6)");
    assert_eq!((code, finding["verdict"].as_str()), (1, Some("INDICATION")));
    let (zh, en) =
        (finding["text"]["zh"].as_str().unwrap_or_default(), finding["text"]["en"].as_str().unwrap_or_default());
    assert!(en.contains("not looked at for want of data") && zh.contains("因缺少数据未能核对"), "{zh} {en}");
}

#[test]
fn the_thread_count_changes_nothing_and_is_held_in_bounds() {
    let data = folder(&[("花名册.csv", &roster(20, 1, 0))]);
    let reports: Vec<_> = ["0", "1", "64", "1000000"]
        .map(|threads| inspected(data.path(), &["--threads", threads]))
        .into_iter()
        .map(|(_, _, out)| files(out.path()))
        .collect();
    assert!(reports.windows(2).all(|pair| pair[0] == pair[1]));
    let path = data.path().to_string_lossy().into_owned();
    refused(&["inspect", &path, "--threads", "many", "--language", "en"], &["--threads", "many"]);
    refused(&["inspect", &path, "--threads", "many", "--language", "zh"], &["错误：参数 --threads", "many", "提示："]);
}

#[test]
fn quiet_prints_the_place_of_the_report_and_nothing_else() {
    let data = folder(&[("data/花名册.csv", &roster(20, 1, 0))]);
    let path = |name: &str| data.path().join(name).to_string_lossy().replace('\\', "/");
    let ran = kaojian(["inspect", &path("data"), "--out", &path("report"), "--quiet"]);
    assert_eq!((ran.code, ran.output.as_str()), (1, format!("{}/report.html\n", path("report")).as_str()));
    assert!(ran.errors.is_empty() && Path::new(ran.output.trim()).is_file());
}

#[test]
fn without_out_the_report_lies_in_out_under_the_name_of_the_data() {
    let data = folder(&[("第一 批/花名册.csv", &roster(20, 1, 0))]);
    // The default is below the working folder, so this runs as a process of its own.
    let program = env!("CARGO_BIN_EXE_kaojian");
    let done = std::process::Command::new(program)
        .args(["inspect", "第一 批", "--language", "zh"])
        .current_dir(data.path())
        .output()
        .expect("the program");
    let printed = String::from_utf8_lossy(&done.stdout).into_owned();
    assert_eq!(done.status.code(), Some(1), "{printed}{}", String::from_utf8_lossy(&done.stderr));
    assert!(printed.contains("out/第一 批/report.html"), "{printed}");
    assert!(printed.lines().count() <= 24, "more than a screen: {printed}");
    assert!(data.path().join("out/第一 批/report.html").is_file());
}

#[test]
fn settings_are_refused_by_name_and_line() {
    let data = folder(&[
        ("花名册.csv", &roster(20, 1, 0)),
        ("unknown.toml", "seed = 1\n[similarity]\nlevel = 0.1\n"),
        ("range.toml", "[similarity]\nsignificance_level = 2\n"),
        ("broken.toml", "seed =\n"),
    ]);
    let path = |name: &str| data.path().join(name).to_string_lossy().into_owned();
    let folder = data.path().to_string_lossy().into_owned();
    for (name, parts) in [
        ("unknown.toml", ["unknown.toml:3", "level"]),
        ("range.toml", ["similarity.significance_level", "2"]),
        ("broken.toml", ["broken.toml:1", "refused"]),
        ("absent.toml", ["absent.toml", "cannot be read"]),
    ] {
        refused(&["inspect", &folder, "--settings", &path(name), "--language", "en"], &parts);
        refused(&["inspect", &folder, "--settings", &path(name), "--language", "zh"], &["错误：设置"]);
    }
}

fn built_in_pack() -> PathBuf {
    root().join("src/policy/packs/jingzhou")
}

/// A copy of the built-in pack with one text of one file replaced.
fn changed_pack(file: &str, from: &str, to: &str) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files(&built_in_pack()) {
        let mut text = String::from_utf8(bytes).expect("UTF-8");
        if name == file {
            assert!(text.contains(from));
            text = text.replacen(from, to, 1);
        }
        fs::write(copy.path().join(name), text).expect("the file");
    }
    copy
}

#[test]
fn a_changed_threshold_changes_the_verdict() {
    let data = folder(&[("花名册.csv", &roster(20, 1, 0))]);
    let pack = changed_pack("20-1.toml", "denominator = 20 }", "denominator = 10 }");
    let (code, findings, _out) = inspected(data.path(), &["--rules", &pack.path().to_string_lossy()]);
    assert_eq!((code, of(&findings, "20(1)")["verdict"].as_str()), (0, Some("NOT_MET")));
    assert_eq!(of(&findings, "20(1)")["figures"]["comparison"], "10×1 = 10 < 20");
}

#[test]
fn a_wrong_pack_is_refused_in_both_languages() {
    let packs = [
        (changed_pack("20-1.toml", "kind = \"ratio\"", "kind = \"rato\""), "20-1.toml"),
        // A slip in the name of a measure would leave the rule undetermined for ever.
        (
            changed_pack("20-1.toml", "qualification.unqualified", "qualification.unqualifed"),
            "qualification.unqualifed",
        ),
        (tempfile::tempdir().expect("a folder"), "pack.toml"),
    ];
    for (pack, part) in &packs {
        let path = pack.path().to_string_lossy().into_owned();
        refused(&["rules", "check", "--rules", &path, "--language", "en"], &["rule pack is refused", part]);
        refused(&["rules", "check", "--rules", &path, "--language", "zh"], &["规则包被拒绝", part]);
    }
}

#[test]
fn rules_are_listed_shown_and_checked() {
    for (language, list, shown) in [("en", "interview", "stays with a person"), ("zh", "约谈", "留给人判断")] {
        for words in [&["rules"][..], &["rules", "list"]] {
            let ran = kaojian(words.iter().copied().chain(["--language", language]));
            assert_eq!(ran.code, 0);
            assert!(["20(1)", "20(4)", "20(5)", "21(6)", list].iter().all(|part| ran.output.contains(part)));
        }
        for written in ["20(1)", "20（1）", "第20条(1)", "20.1"] {
            let ran = kaojian(["rules", "show", written, "--language", language]);
            assert_eq!(ran.code, 0, "{written}: {}", ran.errors);
            assert!(ran.output.contains(shown), "{}", ran.output);
        }
        let ran = kaojian(["rules", "check", "--language", language]);
        assert!(ran.code == 0 && ran.output.contains("SHA-256"));
        refused(&["rules", "show", "99(9)", "--language", language], &["99(9)", "21(6)"]);
    }
}

#[test]
fn every_detector_and_article_is_explained() {
    let listed = kaojian(["explain", "--language", "en"]);
    assert_eq!(listed.code, 0);
    let subjects: Vec<&str> = listed
        .output
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(subjects.len() >= 9, "{subjects:?}");
    for subject in subjects {
        for (language, parts) in [
            ("en", ["Honest causes that look the same", "Settings", "Sources"]),
            ("zh", ["可能的正当原因", "设置", "出处"]),
        ] {
            let ran = kaojian(["explain", subject, "--language", language]);
            assert_eq!(ran.code, 0, "{subject}: {}", ran.errors);
            // A rule without a detector says so instead.
            let is_without = ran.output.contains("no detector:") || ran.output.contains("没有检测器：");
            for part in parts {
                assert!(is_without || ran.output.contains(part), "{subject} has no `{part}`: {}", ran.output);
            }
        }
    }
    refused(
        &["explain", "nothing", "--language", "en"],
        &["neither a detector nor an article", "hint: one of similarity"],
    );
    refused(&["explain", "nothing", "--language", "zh"], &["既不是检测器也不是条文", "提示：可选 similarity"]);
}

#[test]
fn help_and_its_refusals_are_in_both_languages() {
    for command in
        [&[][..], &["inspect"], &["simulate"], &["explain"], &["rules"], &["rules", "show"], &["completions"]]
    {
        for (language, part) in [("en", "Usage: kaojian"), ("zh", "用法：kaojian")] {
            let ran = kaojian(command.iter().copied().chain(["--help", "--language", language]));
            assert_eq!(ran.code, 0, "{command:?}: {}", ran.errors);
            assert!(ran.output.contains(part), "{command:?}: {}", ran.output);
        }
    }
    refused(&["inspect", "--language", "en"], &["required", "<FOLDER>"]);
    refused(&["inspect", "--language", "zh"], &["错误：缺少参数：<FOLDER>", "提示："]);
    refused(&["inspekt", "--language", "zh"], &["错误：没有这个命令：inspekt"]);
    refused(&["inspect", "x", "--ot", "y", "--language", "zh"], &["错误：没有这个参数：--ot"]);
    refused(&["completions", "csh", "--language", "zh"], &["csh", "bash、elvish、fish、powershell、zsh"]);
    let version = kaojian(["--version"]);
    assert_eq!((version.code, version.output.as_str()), (0, concat!("kaojian ", env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        for language in ["en", "zh"] {
            let ran = kaojian(["completions", shell, "--language", language]);
            assert_eq!(ran.code, 0);
            assert!(["kaojian", "inspect", "threads"].iter().all(|part| ran.output.contains(part)), "{shell}");
        }
    }
}

#[test]
fn a_single_file_is_inspected_too() {
    let data = folder(&[("花名册.csv", &roster(20, 1, 0))]);
    let (code, findings, _out) = inspected(&data.path().join("花名册.csv"), &[]);
    assert_eq!((code, findings.iter().filter(|finding| finding["batch_id"] == "B1").count()), (1, rules_of_a_batch()));
}

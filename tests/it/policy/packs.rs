//! Several packs: refused with file and line, chosen by date and region, compared.

use super::{dataset, not_evaluated, of};
use crate::support::{files, kaojian, root};
use kaojian::model::finding::{Finding, Verdict};
use kaojian::model::history::History;
use kaojian::model::missing::MissingFact;
use kaojian::model::observation::MeasureNames;
use kaojian::policy::judge::judge;
use kaojian::policy::packs::RulePacks;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A copy of the pack built in below a folder, with texts replaced: file, from, to.
fn copy(folder: &Path, changes: &[(&str, &str, &str)]) -> PathBuf {
    fs::create_dir_all(folder).expect("the folder");
    for (name, bytes) in files(&root().join("src/policy/packs/jingzhou")) {
        let mut text = String::from_utf8(bytes).expect("UTF-8");
        for (_, from, to) in changes.iter().filter(|(file, ..)| *file == name) {
            assert!(text.contains(from), "{name} has no {from}");
            text = text.replacen(from, to, 1);
        }
        fs::write(folder.join(name), text).expect("the file");
    }
    folder.to_owned()
}

fn head(id: &str, days: &str) -> (String, String) {
    ("id = \"jingzhou-skill-certification\"".to_owned(), format!("id = \"{id}\"\n{days}"))
}

fn dated(folder: &Path, id: &str, days: &str) -> PathBuf {
    let (from, to) = head(id, days);
    copy(folder, &[("pack.toml", &from, &to)])
}

fn refused(paths: &[&Path], parts: &[&str]) {
    for language in ["en", "zh"] {
        let mut words = vec!["rules".to_owned(), "check".to_owned(), "--language".to_owned(), language.to_owned()];
        words.extend(paths.iter().map(|path| path.to_string_lossy().into_owned()));
        let ran = kaojian(words);
        assert_eq!(ran.code, 2, "{}", ran.output);
        for part in parts {
            assert!(ran.errors.contains(part), "does not say `{part}`: {}", ran.errors);
        }
    }
}

#[test]
fn faults_are_named_with_file_and_line() {
    for (file, from, to, parts) in [
        ("20-1.toml", "kind = \"ratio\"", "kind = \"rato\"", ["20-1.toml", "", "rato"]),
        ("20-1.toml", "measure = \"interview\"", "measure = \"fine\"", ["20-1.toml", "2", "fine"]),
        ("20-1.toml", "article = ", "articel = ", ["20-1.toml", "1", "articel"]),
        (
            "20-1.toml",
            "\"qualification.unqualified\"",
            "\"qualification.unqualifed\"",
            ["20-1.toml", "27", "unqualifed"],
        ),
        ("20-1.toml", "denominator = \"admitted\"", "denominator = \"admited\"", ["20-1.toml", "28", "admited"]),
        ("20-1.toml", "denominator = 20 }", "denominator = 0 }", ["20-1.toml", "31", "1/0"]),
        ("20-1.toml", "其中资质不合格至少{admitted_", "其中资质不合格至少{admited_", ["20-1.toml", "60", "{admited_"]),
        ("20-1.toml", "en = \"Share of unqualified candidates\"", "", ["20-1.toml", "", "en"]),
        ("20-1.toml", "en = \"Share of unqualified candidates\"", "en = \" \"", ["20-1.toml", "5", ""]),
        ("20-4.toml", "times = 2", "times = 0", ["20-4.toml", "39", "times"]),
        ("20-5.toml", "article = \"20(5)\"", "article = \"20(4)\"", ["20-5.toml", "1", "20-4.toml"]),
        ("21-3.toml", "\"complaints.verified\"", "\"complaints.true\"", ["21-3.toml", "4", "complaints.true"]),
        ("21-3.toml", "2次以上(含2次)", "3次以上(含3次)", ["21-3.toml", "10", "regulation.zh.txt"]),
        ("22-6.toml", "scope = \"body\"", "scope = \"batch\"", ["22-6.toml", "30", "body"]),
        ("pack.toml", "version", "effective_from = \"2021-02-30\"\nversion", ["pack.toml", "4", "2021-02-30"]),
        (
            "pack.toml",
            "version",
            "effective_to = \"2020-01-01\"\neffective_from = \"2021-01-01\"\nversion",
            ["pack.toml", "", "effective_to"],
        ),
        ("pack.toml", "bcdda4", "bcdda5", ["pack.toml", "16", "SHA-256"]),
        ("regulation.zh.txt", "5%", "6%", ["pack.toml", "16", "SHA-256"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let pack = copy(&folder.path().join("city"), &[(file, from, to)]);
        let place = if parts[1].is_empty() { String::new() } else { format!("{}:{}", parts[0], parts[1]) };
        let ran = kaojian(["rules", "check", &pack.to_string_lossy(), "--language", "en"]);
        assert_eq!(ran.code, 2, "{file} {to}: {}", ran.output);
        assert!(ran.errors.contains(&place) && ran.errors.contains(parts[2]), "{place} {to}: {}", ran.errors);
        refused(&[&pack], &[parts[0], parts[2]]);
    }
}

#[test]
fn packs_that_contradict_each_other_are_refused_by_their_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let first = dated(&at("a"), "a", "effective_to = \"2023-12-31\"");
    let second = dated(&at("b"), "b", "effective_from = \"2023-12-31\"");
    refused(&[&first, &second], &["a/pack.toml", "b/pack.toml"]);
    // A folder of packs is read the same.
    refused(&[folder.path()], &["a/pack.toml", "b/pack.toml", "effective_to"]);
    let third = dated(&at("c/d"), "b", "effective_from = \"2024-01-01\"");
    assert!(RulePacks::load(&[first.clone(), third]).is_ok());
    let twice = dated(&at("e"), "a", "effective_from = \"2024-01-01\"");
    refused(&[&first, &twice], &["a/pack.toml", "e/pack.toml", "id"]);
    // Another place may have its own text on the same days.
    let elsewhere = dated(&at("f"), "f", "effective_to = \"2023-12-31\"\nregion = \"宜昌市\"");
    assert!(RulePacks::load(&[first, elsewhere]).is_ok());
    refused(&[&at("nowhere")], &["nowhere"]);
}

#[test]
fn a_pack_in_one_file_is_a_pack() {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = fs::read_to_string(root().join("src/policy/packs/jingzhou/20-8.toml")).expect("a rule");
    let rule = rule.replace("[title]", "[rule.title]").replace("[text]", "[rule.text]");
    let rule = rule.replace("[threshold]", "[rule.threshold]").replace("[human]", "[rule.human]");
    let rule = rule.replace("[[reading]]", "[[rule.reading]]").replace("[reading.", "[rule.reading.");
    let rule = rule.replace("[says.", "[rule.says.");
    let head = "id = \"one\"\nversion = \"1\"\ntitle = { zh = \"规则\", en = \"Rules\" }\nauthority = { zh = \"市\", en = \"City\" }\n";
    let path = folder.path().join("one.toml");
    fs::write(&path, format!("{head}\n[[rule]]\n{rule}")).expect("the file");
    for path in [&path, folder.path()] {
        let packs = RulePacks::load(&[path.to_owned()]).expect("a pack");
        assert_eq!((packs.all()[0].id.as_str(), packs.all()[0].rules.len()), ("one", 1));
    }
    let wrong = fs::read_to_string(&path).expect("the file").replace("scope = \"data-set\"", "scope = \"batches\"");
    fs::write(&path, wrong).expect("the file");
    refused(&[&path], &["one.toml", "batches"]);
}

/// Two versions of one text: from 2024 on, 20(1) says 10 %.
fn two_versions(folder: &TempDir) -> RulePacks {
    let old =
        dated(&folder.path().join("old"), "old", "effective_from = \"2021-03-01\"\neffective_to = \"2023-12-31\"");
    let (from, to) = head("new", "effective_from = \"2024-01-01\"");
    let new = copy(
        &folder.path().join("new"),
        &[("pack.toml", &from, &to), ("20-1.toml", "denominator = 20 }", "denominator = 10 }")],
    );
    RulePacks::load(&[new, old]).expect("two packs")
}

fn judged(packs: &RulePacks, day: Option<&str>) -> Vec<Finding> {
    let mut data = dataset(&[("B1", "body", day.unwrap_or("2024-01-01"))]);
    if day.is_none() {
        data.batches[0].exam_date = None;
    }
    let figures = [("admitted", 20), ("admitted_unqualified_lower", 1), ("admitted_unqualified_upper", 1)];
    let seen =
        [super::observation("qualification.unqualified", "B1", kaojian::model::observation::Nature::Fact, &figures, 0)];
    judge(packs, &data, &seen, &MeasureNames::new(), &History::default(), None)
}

#[test]
fn the_pack_in_force_on_the_examination_day_judges() {
    let folder = tempfile::tempdir().expect("a folder");
    let packs = two_versions(&folder);
    for (day, pack, verdict) in [
        ("2021-03-01", "old", Verdict::Met),
        ("2023-12-31", "old", Verdict::Met),
        ("2024-01-01", "new", Verdict::NotMet),
        ("2026-05-01", "new", Verdict::NotMet),
        ("2021-02-28", "old", Verdict::Undetermined),
    ] {
        let findings = judged(&packs, Some(day));
        let finding = of(&findings, "20(1)", "B1");
        assert_eq!((finding.rule_pack.as_str(), finding.verdict), (pack, verdict), "{day}");
        assert_eq!(finding.basis.judged_on, day.parse().ok());
        assert_eq!(finding.basis.in_force, day != "2021-02-28");
        assert_eq!(findings.len(), RulePacks::built_in().expect("the pack").all()[0].rules.len(), "{day}");
    }
    // Where none was in force each finding says so, and nothing is concluded.
    let findings = judged(&packs, Some("2020-01-01"));
    assert!(findings.iter().all(|finding| finding.verdict == Verdict::Undetermined && finding.readings.is_empty()));
    let text = &of(&findings, "20(1)", "B1").text;
    assert!(
        text.en.contains("no rule pack")
            && text.en.contains("2020-01-01")
            && text.zh.contains("没有适用于该地的规则包")
    );
    // Without a day the latest text is taken, and the finding says that too.
    let findings = judged(&packs, None);
    let finding = of(&findings, "20(1)", "B1");
    assert_eq!((finding.rule_pack.as_str(), finding.verdict), ("new", Verdict::NotMet));
    assert!(finding.missing.contains(&MissingFact::column("batches", "exam_date")));
    assert!(finding.text.en.contains("the latest") && finding.text.zh.contains("最近施行"));
}

#[test]
fn the_pack_of_the_region_judges() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = dated(&folder.path().join("here"), "here", "region = \"荆州市\"");
    let there = dated(&folder.path().join("there"), "there", "region = \"宜昌市\"");
    let packs = RulePacks::load(&[here.clone(), there]).expect("two packs");
    let of_region = |packs: &RulePacks, region: Option<&str>| {
        let mut data = dataset(&[("B1", "body", "2026-05-01")]);
        data.batches[0].region = region.map(Into::into);
        let seen = [not_evaluated("qualification.unqualified", "B1", MissingFact::table("candidates"))];
        let findings = judge(packs, &data, &seen, &MeasureNames::new(), &History::default(), None);
        let finding = of(&findings, "20(1)", "B1").clone();
        (finding.rule_pack, finding.basis.in_force)
    };
    assert_eq!(of_region(&packs, Some("荆州市沙市区")), ("here".to_owned(), true));
    assert_eq!(of_region(&packs, Some("宜昌市")), ("there".to_owned(), true));
    assert!(!of_region(&packs, Some("武汉市")).1);
    assert!(!of_region(&packs, None).1);
    let one = RulePacks::load(&[here]).expect("a pack");
    assert_eq!(of_region(&one, None), ("here".to_owned(), true));
}

#[test]
fn differences_are_told_and_counted_in_the_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = copy(
        &folder.path().join("city"),
        &[
            ("20-1.toml", "denominator = 20 }", "denominator = 10 }"),
            ("20-2.toml", "measure = \"interview\"", "measure = \"warning\""),
            ("pack.toml", "version = \"2021.1\"", "version = \"2025.1\"\neffective_from = \"2025-01-01\""),
        ],
    );
    let path = pack.to_string_lossy().into_owned();
    let ran = kaojian(["rules", "diff", "built-in", &path, "--language", "en"]);
    assert_eq!(ran.code, 1, "{}", ran.errors);
    for part in [
        "+ 2025-01-01",
        "20(1)",
        "reading.admitted.test.share",
        "- 1/20",
        "+ 1/10",
        "20(2)",
        "- interview",
        "+ warning",
    ] {
        assert!(ran.output.contains(part), "{part}: {}", ran.output);
    }
    assert!(!ran.output.contains("21(6)"), "{}", ran.output);
    let ran = kaojian(["rules", "diff", &path, &path, "--language", "zh"]);
    assert_eq!((ran.code, ran.output.trim()), (0, "没有不同"));
    fs::remove_file(pack.join("22-1.toml")).expect("a file");
    // What an inspection covers names articles that must be there.
    let head = fs::read_to_string(pack.join("pack.toml")).expect("a file");
    fs::write(pack.join("pack.toml"), head.replace("\"22(1)\", ", "")).expect("a file");
    let ran = kaojian(["rules", "diff", &path, "built-in"]);
    assert!(ran.code == 1 && ran.output.contains("22(1)"), "{}", ran.output);
}

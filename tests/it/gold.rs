//! The demonstration against its truth: every planted case is found, and honest batches stay unflagged.

use crate::support::{demo, files, kaojian, root};
use kaojian::model::progress::Silent;
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::{Format, SimulateParameters};
use kaojian::simulate::truth::CityTruth;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn truth() -> CityTruth {
    let text = std::fs::read_to_string(demo().join("truth.json")).expect("the demonstration's truth");
    serde_json::from_str(&text).expect("its form")
}

fn inspect(out: &Path, extra: &[&str]) -> u8 {
    let mut words = vec!["inspect".into(), demo().into_os_string(), "--out".into(), out.as_os_str().to_owned()];
    words.extend(extra.iter().map(Into::into));
    let ran = kaojian(words);
    assert!(ran.errors.is_empty(), "{}", ran.errors);
    ran.code
}

fn findings(out: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(out.join("findings.json")).expect("findings.json");
    let whole: Value = serde_json::from_str(&text).expect("JSON");
    whole["findings"].as_array().expect("an array").clone()
}

#[test]
fn the_demonstration_is_judged_as_its_truth_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("demo");
    assert_eq!(inspect(&out, &[]), 1);
    let findings = findings(&out);
    let truth = truth();
    check_verdicts(&findings, &truth);
    assert!(truth.batches.iter().filter(|batch| batch.honest).count() >= 4);

    // Each planted case is found by the measure that should see it, with its subjects.
    let mut lost = Vec::new();
    for plant in &truth.plants {
        // Missing tables leave a rule open: there is no case to find.
        for expected in plant.expected.iter().filter(|expected| expected.verdict != "UNDETERMINED") {
            let cases: Vec<&Value> = findings
                .iter()
                .filter(|finding| finding["batch_id"] == *plant.batch_id && finding["article"] == *expected.article)
                .flat_map(|finding| finding["cases"].as_array().into_iter().flatten())
                .filter(|case| case["measure"] == *expected.measure)
                .collect();
            let named = |subject: &String| {
                cases.iter().any(|case| {
                    case["subjects"].as_array().into_iter().flatten().any(|found| found.as_str() == Some(subject))
                })
            };
            // The subjects of a moved line are the candidates it touched; a logged move names none of them.
            let by_log = expected.measure == "pass_line.configured_line";
            if cases.is_empty() || !by_log && !plant.subjects.iter().all(named) {
                lost.push(format!("{} {:?} by {}", plant.batch_id, plant.kind, expected.measure));
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

fn check_verdicts(findings: &[Value], truth: &CityTruth) {
    let verdicts: BTreeMap<(String, String), String> = findings
        .iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
            ((text("batch_id"), text("article")), text("verdict"))
        })
        .collect();
    let mut differing = Vec::new();
    for batch in &truth.batches {
        for (article, expected) in &batch.verdicts {
            let found = verdicts.get(&(batch.batch_id.clone(), article.clone()));
            if found != Some(expected) {
                differing.push(format!("{} {article}: {found:?}, expected {expected}", batch.batch_id));
            }
            if batch.honest {
                assert_eq!(expected, "NOT_MET", "the truth contradicts itself on {}", batch.batch_id);
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn a_planted_city_is_judged_as_its_truth_says_in_every_form_of_files() {
    for format in [Format::Parquet, Format::Csv] {
        let folder = tempfile::tempdir().expect("a folder");
        let (city, out) = (folder.path().join("city"), folder.path().join("out"));
        let mut parameters = SimulateParameters::honest(4, 16, 60, 60).with_plants_every(1);
        parameters.format = format;
        let truth = write_city(&parameters, &city, &Silent).expect("a city");
        let ran = kaojian(["inspect".into(), city.into_os_string(), "--out".into(), out.clone().into_os_string()]);
        assert_eq!((ran.code, ran.errors.as_str()), (1, ""), "{format:?}");
        check_verdicts(&findings(&out), &truth);
    }
}

#[test]
fn every_bad_row_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("demo");
    inspect(&out, &[]);
    let text = std::fs::read_to_string(out.join("quarantine.csv")).expect("quarantine.csv");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let expected = truth().expected_quarantine;
    assert!(!expected.is_empty());
    for bad in &expected {
        let listed = rows.iter().any(|row| row[0] == bad.file && row[1] == bad.sheet && row[2] == bad.row.to_string());
        assert!(listed, "not in the quarantine: {bad:?}");
    }
    assert_eq!(rows.len(), expected.len(), "rows refused that are not bad: {rows:#?}");
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, three) = (folder.path().join("one"), folder.path().join("three"));
    inspect(&one, &["--threads", "1"]);
    inspect(&three, &["--threads", "3", "--language", "zh"]);
    let (one, three) = (files(&one), files(&three));
    assert_eq!(names(&one), names(&three));
    for ((name, first), (_, second)) in one.iter().zip(&three) {
        assert!(first == second, "{name} differs");
    }
}

#[test]
fn the_report_of_the_demonstration_is_the_one_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("demo");
    inspect(&out, &[]);
    let kept = files(&root().join("reports").join("demo"));
    let made = files(&out);
    let hint = "make it again: cargo run --release -- inspect datasets/demo --out reports/demo";
    assert_eq!(names(&kept), names(&made), "{hint}");
    for ((name, kept), (_, made)) in kept.iter().zip(&made) {
        assert!(kept == made, "reports/demo/{name} is not what the program writes; {hint}");
    }
}

/// A mask for identity numbers once took rows of outline numbers for one, and left half of a character.
#[test]
fn every_outline_of_the_kept_report_is_whole() {
    let kept = files(&root().join("reports").join("demo"));
    let mut outlines = 0;
    for (name, bytes) in kept.iter().filter(|(name, _)| name.ends_with(".svg") || name.ends_with(".html")) {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        for outline in text.split(" d=\"").skip(1) {
            let data = outline.split('"').next().unwrap_or_default();
            let strange = data.chars().find(|c| !c.is_ascii_digit() && !" -.,mlhvqczMLHVQCZ".contains(*c));
            assert_eq!(strange, None, "{name}: {data}");
            outlines += 1;
        }
    }
    assert!(outlines > 1000, "the outlines are not where this test looks");
}

fn names(files: &[(String, Vec<u8>)]) -> Vec<&str> {
    files.iter().map(|(name, _)| name.as_str()).collect()
}

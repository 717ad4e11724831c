//! Integration tests: pass lines, score changes, qualification and the duties of holding an examination, on small
//! hand-countable batches.

mod archive;
mod pass_line;
mod pass_line_heaping;
mod qualification;
mod score_change;
mod score_change_audit;
mod score_change_signs;
mod staff;
mod standard;

use chrono::{NaiveDate, NaiveDateTime};
use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::DetectParameters;
use kaojian::model::batch::Batch;
use kaojian::model::component::Component;
use kaojian::model::dataset::Dataset;
use kaojian::model::level::Level;
use kaojian::model::observation::{Detected, Observation};
use kaojian::model::pass_line::{PassLine, PassLineChange};
use kaojian::model::points::Points;
use kaojian::model::progress::Silent;
use kaojian::model::provenance::Provenance;
use kaojian::model::score::{Mark, Score};

/// The batch of most tests: examined on 2 May 2026, published on 20 May.
const BATCH: &str = "B1";
const THEORY: Component = Component::Theory;
const SKILL: Component = Component::Skill;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn time(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a time")
}

fn points(text: &str) -> Points {
    Points::parse(text).expect("a decimal")
}

fn row(row: u32) -> Provenance {
    Provenance { file: 0, sheet: 0, row }
}

/// A data set with one batch of a level, and every column of the tables these detectors read.
fn dataset(level: u8) -> Dataset {
    let batch = Batch {
        batch_id: BATCH.into(),
        body_id: Some("BODY".into()),
        level: Level::new(level),
        exam_date: Some(day("2026-05-02")),
        published_on: Some(day("2026-05-20")),
        held: Some(true),
        source: row(2),
        ..Batch::default()
    };
    let columns = [
        ("pass_line_changes", "new_line"),
        ("pass_line_changes", "approval_no"),
        ("score_changes", "old_score"),
        ("score_changes", "approval_no"),
        ("scores", "score"),
    ];
    Dataset {
        batches: vec![batch],
        columns: columns.into_iter().map(|(table, column)| (table.to_owned(), column.to_owned())).collect(),
        ..Dataset::default()
    }
}

fn score(candidate: &str, component: Component, mark: &str, passed: Option<bool>) -> Score {
    let mark = match mark {
        "absent" => Mark::Absent,
        "exempt" => Mark::Exempt,
        "void" => Mark::Void,
        number => Mark::Points(points(number)),
    };
    Score {
        batch_id: BATCH.into(),
        candidate_id: candidate.into(),
        component,
        mark,
        passed,
        overall_passed: None,
        key_skill_passed: None,
        void: None,
        source: row(0),
    }
}

fn approved(component: Option<Component>, line: &str, number: Option<&str>) -> PassLine {
    PassLine {
        batch_id: BATCH.into(),
        component,
        approved_line: points(line),
        approval_no: number.map(Into::into),
        approved_on: Some(day("2026-04-01")),
        source: row(2),
    }
}

/// A change of the theory line; its row is `at_row`.
fn line_change(at_row: u32, changed_at: &str, old: Option<&str>, new: &str, number: Option<&str>) -> PassLineChange {
    PassLineChange {
        batch_id: BATCH.into(),
        component: Some(THEORY),
        changed_at: Some(time(changed_at)),
        old_line: old.map(points),
        new_line: points(new),
        operator: Some("admin".into()),
        approval_no: number.map(Into::into),
        source: row(at_row),
    }
}

fn detect(detector: &dyn Detector, dataset: &Dataset) -> Detected {
    detector.detect(dataset, &DetectParameters::default(), &Silent)
}

fn observe(detector: &dyn Detector, dataset: &Dataset, measure: &str) -> Observation {
    let detected = detect(detector, dataset);
    detected.observations.into_iter().find(|observation| observation.measure == measure).expect("the measure")
}

/// A figure that must be a whole number.
fn figure(observation: &Observation, name: &str) -> i64 {
    observation.figures.get(name).and_then(|figure| figure.integer()).unwrap_or_else(|| panic!("no figure {name}"))
}

fn subjects(observation: &Observation) -> Vec<&str> {
    observation.cases.iter().flat_map(|case| case.subjects.iter().map(String::as_str)).collect()
}

/// Rows in another order give the same observations.
fn assert_order_does_not_matter(detector: &dyn Detector, dataset: &Dataset) {
    let mut turned = dataset.clone();
    turned.candidates.reverse();
    turned.scores.reverse();
    turned.score_changes.reverse();
    turned.pass_lines.reverse();
    turned.pass_line_changes.reverse();
    let show = |dataset: &Dataset| format!("{:?}", detect(detector, dataset));
    assert_eq!(show(dataset), show(&turned));
}

#[test]
fn explanations_are_in_both_languages() {
    let detectors: [&dyn Detector; 7] = [
        &kaojian::detect::pass_line::detector::PassLineDetector,
        &kaojian::detect::score_change::detector::ScoreChangeDetector,
        &kaojian::detect::qualification::detector::QualificationDetector,
        &kaojian::detect::staff::detector::StaffDetector,
        &kaojian::detect::archive::detector::ArchiveDetector,
        &kaojian::detect::standard::detector::StandardDetector,
        &kaojian::detect::item_bank::detector::ItemBankDetector,
    ];
    for detector in detectors {
        let explanation = detector.explanation();
        let texts = [&explanation.looks_for, &explanation.honest_causes];
        let all = texts.into_iter().chain(explanation.settings.iter().map(|(_, text)| text));
        for text in all {
            assert!(text.zh.chars().any(|character| ('一'..='龥').contains(&character)), "{}", text.zh);
            assert!(!text.en.is_empty() && text.en.is_ascii() | text.en.contains('★'), "{}", text.en);
            assert!(!text.zh.contains("  ") && !text.en.contains("  "), "broken line in {text:?}");
        }
        assert!(!explanation.sources.is_empty());
    }
}

//! Every final mark against the declared rule of adjudication.

use super::build::{Build, figure, missing, subjects, text};
use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::scoring::declared::{AdjudicationRule, RoundingRule, ThirdRule};
use kaojian::detect::scoring::detector::ScoringDetector;
use kaojian::ingest::load::read_folder;
use kaojian::ingest::parameters::IngestParameters;
use kaojian::model::component::Component;
use kaojian::model::evidence::Evidence;
use kaojian::model::progress::Silent;
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::{Format, Plant, PlantKind, SimulateParameters};

fn declared(third: ThirdRule, expert_needed: bool) -> DetectParameters {
    let mut parameters = DetectParameters::default();
    parameters.scoring.adjudication = vec![AdjudicationRule::new(None, third, expert_needed)];
    parameters
}

/// Marks of one candidate by mark number, and the recorded mark.
fn work(build: &mut Build, candidate: &str, marks: &[&str], recorded: &str) {
    for (place, mark) in marks.iter().enumerate().filter(|(_, mark)| !mark.is_empty()) {
        build.rating(candidate, "", &format!("R{}", place + 1), place as u8 + 1, mark, "100");
    }
    build.score(candidate, Component::Skill, recorded);
}

fn batch() -> Build {
    let mut build = Build::new();
    work(&mut build, "C1", &["70", "75"], "72.5");
    work(&mut build, "C2", &["60", "84", "80"], "82");
    work(&mut build, "C3", &["60", "84", "80"], "80");
    work(&mut build, "C4", &["40", "80", "60", "66"], "66");
    work(&mut build, "C5", &["40", "80", "60"], "70");
    work(&mut build, "C6", &["40", "80"], "60");
    work(&mut build, "C7", &["70", "76"], "99");
    build
}

#[test]
fn each_work_is_held_against_the_rule() {
    let found = batch().look_with("adjudication", &declared(ThirdRule::ClosestPair, true));
    // C3 has the third mark in place of the closest pair; C5 needs an expert.
    assert_eq!(subjects(&found), ["C3", "C5"]);
    let detail = &found.cases[0].detail;
    assert!(
        detail.en.contains("the rule gives 82") && detail.en.contains("the third mark at or above"),
        "{}",
        detail.en
    );
    assert!(detail.zh.contains("应为 82") && detail.zh.contains("以第三评分为准"), "{}", detail.zh);
    assert!(found.cases[1].detail.en.contains("no expert's mark is on record"), "{}", found.cases[1].detail.en);
    assert_eq!((figure(&found, "differing"), figure(&found, "given_by_no_rule")), (3, 1));
    assert_eq!((figure(&found, "third_mark_missing"), figure(&found, "expert_mark_missing")), (1, 1));
    assert_eq!(figure(&found, "final_marks_replayed"), 6);
    // What no rule gives stands among the totals that differ.
    assert!(subjects(&batch().look("component_total")).contains(&"C7"));
}

#[test]
fn the_rule_is_data() {
    let by = |third, expert| subjects_of(&batch().look_with("adjudication", &declared(third, expert)));
    assert_eq!(by(ThirdRule::Third, false), ["C2", "C5"]);
    assert_eq!(by(ThirdRule::ClosestPair, false), ["C3"]);
    let mut parameters = declared(ThirdRule::ClosestPair, false);
    parameters.scoring.adjudication[0].component = Some(Component::Review);
    let found = batch().look_with("adjudication", &parameters);
    assert!(!found.evaluated);
    assert_eq!(figure(&found, "works_without_declared_rule"), 7);
}

fn subjects_of(observation: &kaojian::model::observation::Observation) -> Vec<String> {
    subjects(observation).into_iter().map(str::to_owned).collect()
}

#[test]
fn declared_rounding_is_replayed() {
    let mut build = Build::new();
    work(&mut build, "C1", &["70", "75"], "73");
    work(&mut build, "C2", &["70", "75"], "72");
    work(&mut build, "C3", &["70", "75"], "72.5");
    let mut parameters = declared(ThirdRule::ClosestPair, false);
    let mut with = |rounding| {
        parameters.scoring.adjudication[0].rounding = rounding;
        subjects_of(&build.look_with("adjudication", &parameters))
    };
    assert_eq!(with(RoundingRule::HalfUp), ["C2", "C3"]);
    assert_eq!(with(RoundingRule::HalfEven), ["C1", "C3"]);
    assert_eq!(with(RoundingRule::None), ["C1", "C2"]);
}

#[test]
fn without_a_declared_rule_the_followed_one_is_stated() {
    let mut build = Build::new();
    for candidate in ["C1", "C2", "C3"] {
        work(&mut build, candidate, &["60", "84", "80"], "80");
    }
    work(&mut build, "C4", &["60", "84", "80"], "82");
    let found = build.look("adjudication");
    assert!(!found.evaluated && found.cases.is_empty());
    assert_eq!(missing(&found), ["settings.scoring.adjudication"]);
    assert_eq!(text(&found, "followed_rule"), "third");
    assert_eq!((figure(&found, "telling_marks"), figure(&found, "marks_that_follow_it")), (4, 3));
    let evidence = build.detect_with(&DetectParameters::default()).evidence;
    assert!(evidence.iter().any(|found| matches!(found, Evidence::Adjudication(replay) if replay.rule.is_none())));
}

/// A simulated city in which the declared rule is the mean of the closest pair.
#[test]
fn planted_mistakes_are_found_and_honest_marks_stay_quiet() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut parameters = SimulateParameters::honest(2, 6, 60, 20);
    parameters.format = Format::Csv;
    parameters.plants = vec![Plant { batch: 1, kind: PlantKind::AdjudicationMistakes { works: 3 } }];
    let truth = write_city(&parameters, folder.path(), &Silent).expect("a city");
    let dataset = read_folder(folder.path(), &IngestParameters::default(), &Silent).expect("a readable city").dataset;
    let detected = ScoringDetector.detect(&dataset, &declared(ThirdRule::ClosestPair, true), &Silent);
    let plant = &truth.plants[0];
    assert_eq!(plant.expected[0].measure, "scoring.adjudication");
    for found in detected.observations.iter().filter(|found| found.measure == "adjudication") {
        let planted = found.batch_id.as_ref().is_some_and(|batch| batch.as_str() == plant.batch_id);
        let mut named = subjects(found);
        named.sort_unstable();
        assert_eq!(named, if planted { plant.subjects.iter().map(String::as_str).collect() } else { Vec::new() });
        assert!(found.evaluated);
    }
    // Without the declared rule a third mark that stands alone is as good as the closest pair.
    let undeclared = ScoringDetector.detect(&dataset, &DetectParameters::default(), &Silent);
    assert!(undeclared.observations.iter().all(|found| found.measure != "adjudication" || found.cases.is_empty()));
}

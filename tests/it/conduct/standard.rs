use super::*;
use kaojian::detect::standard::detector::StandardDetector;
use kaojian::model::batch::{Body, BodyKind};
use kaojian::model::observation::Nature;

const REVIEW: Component = Component::Review;

fn state(data: &Dataset, measure: &str) -> &'static str {
    let seen = observe(&StandardDetector, data, measure);
    match (seen.cases.is_empty(), seen.evaluated) {
        (false, _) => "case",
        (true, true) => "none",
        (true, false) => "open",
    }
}

fn states(data: &Dataset) -> [&'static str; 3] {
    ["component_missing", "passed_without", "passed_below"].map(|measure| state(data, measure))
}

/// One candidate with these marks, who passed the whole or not.
fn results(level: u8, marks: &[(Component, &str)], overall: Option<bool>) -> Dataset {
    let mut data = dataset(level);
    data.scores = marks
        .iter()
        .map(|(component, mark)| Score { overall_passed: overall, ..score("c1", component.clone(), mark, None) })
        .collect();
    data
}

#[test]
fn the_two_highest_levels_need_a_review() {
    for (level, expected) in [(5, "none"), (4, "none"), (3, "none"), (2, "case"), (1, "case")] {
        let data = results(level, &[(THEORY, "70"), (SKILL, "70")], Some(true));
        assert_eq!(states(&data), [expected, "none", "none"], "{level}");
        let data = results(level, &[(THEORY, "70"), (SKILL, "70"), (REVIEW, "absent")], Some(false));
        assert_eq!(states(&data), ["none"; 3], "{level}: held, though nobody came");
    }
    assert_eq!(states(&results(4, &[(SKILL, "70")], Some(true))), ["case", "none", "none"]);
    // Without a result of the whole the register may be that of one component alone; sheets are a trace of theory.
    assert_eq!(state(&results(4, &[(SKILL, "70")], None), "component_missing"), "open");
    assert_eq!(state(&results(4, &[(SKILL, "70")], Some(false)), "component_missing"), "open");
    assert_eq!(states(&dataset(4)), ["open"; 3]);
    let mut data = results(4, &[(THEORY, "70"), (SKILL, "70")], Some(true));
    data.batches[0].level = None;
    assert_eq!(states(&data), ["open"; 3]);
}

#[test]
fn a_pass_needs_every_component_and_the_line_in_each() {
    for (skill, overall, expected) in [
        ("60", Some(true), ["none", "none", "none"]),
        ("59.999999", Some(true), ["none", "none", "case"]),
        ("59.999999", Some(false), ["none", "none", "none"]),
        ("absent", Some(true), ["none", "case", "none"]),
        ("void", Some(true), ["none", "case", "none"]),
        ("exempt", Some(true), ["none", "none", "none"]),
        ("absent", Some(false), ["none", "none", "none"]),
        ("60", None, ["none", "open", "open"]),
    ] {
        let data = results(4, &[(THEORY, "80"), (SKILL, skill)], overall);
        assert_eq!(states(&data), expected, "{skill} {overall:?}");
    }
    // A pass of the component is enough to hold its mark against the line.
    let mut data = dataset(4);
    data.scores = vec![score("c1", THEORY, "58", Some(true)), score("c1", SKILL, "58", Some(false))];
    let seen = observe(&StandardDetector, &data, "passed_below");
    assert_eq!((seen.cases.len(), figure(&seen, "passed_marks")), (1, 1));
    assert!(seen.cases[0].detail.en.contains("theory 58, below 60"), "{:?}", seen.cases[0].detail);
    // A lower line that was approved for the batch is its line; a higher one is no matter of the standard.
    data.pass_lines = vec![approved(Some(THEORY), "58", Some("1"))];
    assert_eq!(state(&data, "passed_below"), "none");
    data.pass_lines = vec![approved(Some(THEORY), "70", Some("1"))];
    data.scores = vec![score("c1", THEORY, "65", Some(true)), score("c1", SKILL, "65", Some(true))];
    assert_eq!(state(&data, "passed_below"), "none");
}

#[test]
fn an_employer_may_have_a_norm_of_its_own() {
    let mut data = results(2, &[(SKILL, "50")], Some(true));
    let nature = |data: &Dataset| observe(&StandardDetector, data, "component_missing").nature;
    assert_eq!((state(&data, "component_missing"), nature(&data)), ("case", Nature::Fact));
    data.bodies = vec![Body {
        body_id: "BODY".into(),
        body_name: None,
        kind: Some(BodyKind::Employer),
        filed_on: None,
        source: row(2),
    }];
    assert_eq!((state(&data, "component_missing"), nature(&data)), ("case", Nature::Sign));
    let mut parameters = DetectParameters::default();
    let norm = kaojian::detect::standard::parameters::DeclaredNorm {
        components: Some(vec![SKILL]),
        line: Some(points("50")),
        ..Default::default()
    };
    parameters.standard.bodies.insert("BODY".to_owned(), norm);
    let seen = StandardDetector.detect(&data, &parameters, &Silent).observations;
    // Neither key skills nor minutes are on record.
    let beside = ["duration", "key_skill"];
    assert!(seen.iter().all(|seen| seen.evaluated != beside.contains(&seen.measure)), "{seen:?}");
    assert!(seen.iter().all(|seen| seen.cases.is_empty() && seen.nature == Nature::Fact), "{seen:?}");
}

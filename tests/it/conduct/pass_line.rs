use super::*;
use kaojian::detect::pass_line::detector::PassLineDetector;
use kaojian::model::evidence::Evidence;
use kaojian::model::figure::Figure;
use kaojian::model::missing::MissingFact;
use proptest::prelude::*;

fn configured(lines: Vec<PassLine>, changes: Vec<PassLineChange>) -> Observation {
    let mut dataset = dataset(4);
    dataset.pass_lines = lines;
    dataset.pass_line_changes = changes;
    assert_order_does_not_matter(&PassLineDetector, &dataset);
    observe(&PassLineDetector, &dataset, "configured_line")
}

fn on_record() -> Vec<PassLine> {
    vec![approved(None, "60", Some("A-1"))]
}

const BEFORE: &str = "2026-04-20 09:00:00";
const AFTER: &str = "2026-05-06 21:30:00";
const LATE: &str = "2026-05-21 08:00:00";

#[test]
fn setting_up_and_restoring_the_approved_line_is_no_case() {
    let seen = configured(
        on_record(),
        vec![line_change(2, BEFORE, None, "60", None), line_change(3, AFTER, Some("60"), "60", None)],
    );
    assert!(seen.evaluated && seen.cases.is_empty() && seen.missing.is_empty(), "{seen:?}");
    assert_eq!((figure(&seen, "changes"), figure(&seen, "unapproved")), (2, 0));
}

#[test]
fn lowering_and_raising_without_approval_are_cases_rebuilt_from_the_sequence() {
    let seen = configured(
        on_record(),
        vec![
            line_change(2, BEFORE, None, "60", None),
            line_change(3, AFTER, None, "55", None),
            line_change(4, LATE, None, "65", None),
        ],
    );
    assert_eq!(seen.cases.len(), 2);
    assert_eq!((figure(&seen, "lowered"), figure(&seen, "raised")), (1, 1));
    assert_eq!((figure(&seen, "after_exam"), figure(&seen, "after_publication")), (2, 1));
    assert_eq!(figure(&seen, "rebuilt_old_lines"), 3);
    let first = &seen.cases[0].detail;
    assert!(first.en.contains("lowered to 55 from 60 (rebuilt"), "{}", first.en);
    assert!(first.en.contains("Approval: none found."), "{}", first.en);
    assert!(first.zh.contains("由 60（由记录顺序推得）降至 55"), "{}", first.zh);
}

#[test]
fn an_approval_number_is_looked_up() {
    let on = |number| configured(on_record(), vec![line_change(2, AFTER, Some("60"), "55", Some(number))]);
    let unknown = on("A-9");
    assert_eq!(figure(&unknown, "approval_not_on_record"), 1);
    assert!(unknown.cases[0].detail.en.contains("A-9: not on record"), "{:?}", unknown.cases[0]);
    let other_line = on("A-1");
    assert_eq!(other_line.cases.len(), 1);
    assert!(other_line.cases[0].detail.en.contains("approves the line 60"), "{:?}", other_line.cases[0]);

    // An amended approval on record covers the line.
    let mut amended = on_record();
    amended.push(PassLine {
        approved_on: Some(day("2026-05-05")),
        source: row(3),
        ..approved(None, "55", Some("A-2"))
    });
    let covered = configured(amended, vec![line_change(2, AFTER, Some("60"), "55", Some("A-2"))]);
    assert!(covered.cases.is_empty(), "{covered:?}");
    assert_eq!(figure(&covered, "approval_dated_later"), 0);
}

#[test]
fn without_a_table_of_approvals_any_number_counts_and_the_missing_fact_is_named() {
    let seen = configured(vec![], vec![line_change(2, AFTER, Some("60"), "55", Some("X"))]);
    assert!(seen.evaluated && seen.cases.is_empty());
    assert_eq!(seen.missing, [MissingFact::column("pass_lines", "approved_line")]);
    let none = configured(vec![], vec![line_change(2, AFTER, Some("60"), "55", Some("无"))]);
    assert_eq!(none.cases.len(), 1);
    assert!(none.cases[0].detail.en.contains("default line 60"), "{:?}", none.cases[0]);
}

#[test]
fn a_log_without_any_column_for_approvals_needs_an_approved_line() {
    let mut dataset = dataset(4);
    dataset.columns.remove(&("pass_line_changes".to_owned(), "approval_no".to_owned()));
    dataset.pass_line_changes = vec![line_change(2, AFTER, None, "55", None)];
    let seen = observe(&PassLineDetector, &dataset, "configured_line");
    assert!(!seen.evaluated && seen.cases.is_empty(), "{seen:?}");
    assert!(seen.missing.contains(&MissingFact::column("pass_line_changes", "approval_no")));
    assert_eq!(figure(&seen, "entries_without_approval_data"), 1);
    dataset.pass_lines = on_record();
    let seen = observe(&PassLineDetector, &dataset, "configured_line");
    assert!(seen.evaluated && seen.cases.len() == 1, "{seen:?}");
    dataset.pass_line_changes = vec![line_change(2, AFTER, None, "60", None)];
    assert!(observe(&PassLineDetector, &dataset, "configured_line").evaluated);
}

#[test]
fn one_act_on_several_components_is_one_case_and_counted_by_entry() {
    let mut skill = line_change(3, AFTER, Some("60"), "55", None);
    skill.component = Some(SKILL);
    let seen = configured(on_record(), vec![line_change(2, AFTER, Some("60"), "55", None), skill]);
    assert_eq!((seen.cases.len(), figure(&seen, "unapproved"), figure(&seen, "unapproved_events")), (1, 2, 1));
    assert_eq!(seen.cases[0].subjects, ["skill", "theory"]);
    assert!(seen.cases[0].detail.en.contains("These 2 entries are one act"), "{:?}", seen.cases[0]);
}

#[test]
fn contradictions_clocks_and_lines_nobody_logged_are_named() {
    // 58 stands in no entry and no approval: a change is not in the log.
    let seen = configured(
        on_record(),
        vec![line_change(2, BEFORE, None, "60", None), line_change(3, AFTER, Some("58"), "60", None)],
    );
    assert_eq!((figure(&seen, "sequence_breaks"), figure(&seen, "unlogged_lines")), (1, 1));
    assert_eq!(seen.cases.len(), 1);
    assert!(seen.cases[0].detail.en.contains("one change is not in the log"));

    // The same entries with a clock that ran back: order in doubt, nothing unlogged.
    let seen = configured(
        on_record(),
        vec![
            line_change(2, BEFORE, Some("60"), "60", None),
            line_change(3, LATE, Some("60"), "55", Some("A-9")),
            line_change(4, AFTER, Some("55"), "60", None),
        ],
    );
    assert_eq!((figure(&seen, "clock_reversals"), figure(&seen, "unlogged_lines")), (1, 0));
    assert_eq!(seen.cases.len(), 1);
}

#[test]
fn no_log_is_not_evaluated_and_no_entries_are_nothing_seen() {
    let mut dataset = dataset(4);
    let seen = observe(&PassLineDetector, &dataset, "configured_line");
    assert!(seen.evaluated && seen.cases.is_empty());
    dataset.columns.clear();
    let seen = observe(&PassLineDetector, &dataset, "configured_line");
    assert!(!seen.evaluated);
    assert_eq!(seen.missing, [MissingFact::table("pass_line_changes")]);
}

fn outcomes(scores: Vec<Score>) -> [Observation; 2] {
    let mut dataset = dataset(4);
    dataset.pass_lines = on_record();
    dataset.scores = scores.into_iter().zip(2..).map(|(score, at)| Score { source: row(at), ..score }).collect();
    ["passed_below", "failed_above"].map(|measure| observe(&PassLineDetector, &dataset, measure))
}

#[test]
fn passes_below_the_line_are_told_apart_by_their_cause() {
    let marks = [
        ("c1", "72", true),
        ("c2", "57", true),
        ("c3", "59.5", true),
        ("c4", "0", true),
        ("c5", "54", false),
        ("c6", "60", true),
    ];
    let [below, above] = outcomes(marks.map(|(who, mark, passed)| score(who, THEORY, mark, Some(passed))).into());
    assert!(below.evaluated && above.cases.is_empty());
    assert_eq!(subjects(&below), ["c2", "c3", "c4"]);
    let counted =
        ["passed_below", "zero_passed", "rounded_up_to_line", "passed_below_other"].map(|name| figure(&below, name));
    assert_eq!(counted, [3, 1, 1, 1]);
    // The true 0 does not pull the recovered line down: it lies in (54, 57].
    assert_eq!(below.figures.get("recovered_line_above"), Some(&Figure::Text("theory 54".into())));
    assert_eq!(below.figures.get("recovered_line_at_most"), Some(&Figure::Text("theory 57".into())));
}

#[test]
fn an_honest_register_shows_nothing() {
    let mut voided = score("c4", THEORY, "80", Some(false));
    voided.void = Some("违纪".into());
    let [below, above] = outcomes(vec![
        score("c1", THEORY, "60", Some(true)),
        score("c2", THEORY, "59.9", Some(false)),
        score("c3", THEORY, "exempt", Some(true)),
        voided,
        score("c5", THEORY, "absent", Some(false)),
        score("c6", THEORY, "void", Some(false)),
        // A resit: the first record failed, the second passed.
        score("c7", THEORY, "50", Some(false)),
        score("c7", THEORY, "65", Some(true)),
    ]);
    assert!(below.evaluated && below.cases.is_empty() && above.cases.is_empty(), "{below:?} {above:?}");
    assert_eq!((figure(&above, "failed_above_with_void"), figure(&below, "exempt")), (1, 1));
    assert!(!above.figures.contains_key("recovered_line_above"));
}

#[test]
fn failures_above_the_line_show_a_raised_line() {
    let marks = [("c1", "62", false), ("c2", "64", false), ("c3", "65", true), ("c4", "40", false)];
    let [below, above] = outcomes(marks.map(|(who, mark, passed)| score(who, THEORY, mark, Some(passed))).into());
    assert!(below.cases.is_empty());
    assert_eq!(subjects(&above), ["c1", "c2"]);
    assert_eq!(above.figures.get("recovered_line_above"), Some(&Figure::Text("theory 64".into())));
    assert_eq!(above.figures.get("recovered_line_at_most"), Some(&Figure::Text("theory 65".into())));
    assert!(above.cases[0].detail.zh.contains("★"));
}

#[test]
fn an_overall_result_speaks_of_a_component_only_when_the_others_clear_the_line() {
    let overall = |who: &str, theory: &str, skill: &str, passed: bool| {
        [(THEORY, theory), (SKILL, skill)]
            .map(|(component, mark)| Score { overall_passed: Some(passed), ..score(who, component, mark, None) })
    };
    let scores = [
        overall("c1", "80", "40", false), // lawful: the skill failed
        overall("c2", "57", "80", true),  // passed as a whole with theory below the line
        overall("c3", "70", "70", false), // failed as a whole with both at the line or above
        overall("c4", "70", "exempt", true),
        overall("c5", "50", "45", false),
    ];
    let [below, above] = outcomes(scores.concat());
    assert_eq!(subjects(&below), ["c2"]);
    assert_eq!(subjects(&above), ["c3"]);
    assert_eq!(above.cases[0].sources.len(), 2);
    assert_eq!(figure(&above, "failed_above_other_component"), 1);
}

#[test]
fn a_result_copied_onto_every_component_has_a_cause_in_the_one_that_failed() {
    let [below, above] = outcomes(vec![
        score("c1", THEORY, "80", Some(false)),
        score("c1", SKILL, "40", Some(false)),
        score("c2", THEORY, "80", Some(false)),
        score("c2", SKILL, "absent", Some(false)),
        // The skill was failed first and cleared by a resit: no cause is left.
        score("c3", SKILL, "40", Some(false)),
        score("c3", SKILL, "75", Some(true)),
        score("c3", THEORY, "80", Some(false)),
    ]);
    assert!(below.cases.is_empty());
    assert_eq!(subjects(&above), ["c3"]);
    assert_eq!(figure(&above, "failed_above_other_component"), 2);
}

#[test]
fn a_change_of_every_component_needs_every_line() {
    let lines =
        || vec![approved(Some(THEORY), "60", None), PassLine { source: row(3), ..approved(Some(SKILL), "65", None) }];
    let everywhere = |new: &str| PassLineChange { component: None, ..line_change(2, BEFORE, None, new, None) };
    assert_eq!(configured(lines(), vec![everywhere("60")]).cases.len(), 1);
    assert_eq!(configured(lines(), vec![line_change(2, BEFORE, None, "60", None)]).cases.len(), 0);
    assert_eq!(configured(lines(), vec![line_change(2, BEFORE, None, "65", None)]).cases.len(), 1);
    let same =
        || vec![approved(Some(THEORY), "65", None), PassLine { source: row(3), ..approved(Some(SKILL), "65", None) }];
    assert_eq!(configured(same(), vec![everywhere("65")]).cases.len(), 0);
    // After a change of everything, one component alone is rebuilt from it.
    let seen = configured(same(), vec![everywhere("65"), line_change(3, AFTER, None, "58", None)]);
    assert!(seen.cases[0].detail.en.contains("lowered to 58 from 65 (rebuilt"), "{:?}", seen.cases[0]);
}

#[test]
fn without_results_the_outcomes_are_not_evaluated() {
    let [below, above] = outcomes(vec![score("c1", THEORY, "57", None)]);
    assert!(!below.evaluated && !above.evaluated);
    assert_eq!(below.missing, [MissingFact::column("scores", "passed")]);
    let mut dataset = dataset(4);
    dataset.scores = vec![score("c1", THEORY, "70", Some(true))];
    let seen = observe(&PassLineDetector, &dataset, "passed_below");
    assert!(seen.evaluated);
    assert_eq!(seen.missing, [MissingFact::column("pass_lines", "approved_line")]);
}

#[test]
fn evidence_holds_timeline_and_distribution() {
    let mut dataset = dataset(4);
    dataset.pass_lines = on_record();
    dataset.scores = vec![score("c1", THEORY, "59.5", Some(false)), score("c2", THEORY, "60", Some(true))];
    let evidence = detect(&PassLineDetector, &dataset).evidence;
    let [Evidence::PassLineTimeline(timeline), Evidence::ScoreDistribution(distribution)] = evidence.as_slice() else {
        panic!("{evidence:?}")
    };
    assert!(timeline.events.is_empty() && timeline.approved.len() == 1);
    assert_eq!((distribution.highest_failed, distribution.lowest_passed), (Some(points("59.5")), Some(points("60"))));
    let bins: Vec<_> = distribution.counts.iter().map(|bin| (bin.point, bin.passed, bin.failed)).collect();
    assert_eq!(bins, [(59, 0, 1), (60, 1, 0)]);
}

#[test]
fn a_log_handed_in_twice_counts_once() {
    let seen = configured(
        on_record(),
        vec![line_change(2, AFTER, Some("60"), "55", None), line_change(9, AFTER, Some("60"), "55", None)],
    );
    assert_eq!((seen.cases.len(), figure(&seen, "sequence_breaks"), figure(&seen, "duplicate_rows")), (1, 0, 1));
}

proptest! {
    #[test]
    fn the_recovered_interval_holds_the_line_applied(marks in prop::collection::vec(1i64..=200, 1..60), line in 80i64..=140) {
        // Half points; the line applied is `line / 2`, the approved one 60.
        let half = |twice: i64| Points::from_millionths(twice * Points::SCALE / 2);
        let mut dataset = dataset(4);
        dataset.pass_lines = on_record();
        dataset.scores = marks
            .iter()
            .enumerate()
            .map(|(at, mark)| Score {
                mark: Mark::Points(half(*mark)),
                ..score(&format!("c{at:03}"), THEORY, "0", Some(*mark >= line))
            })
            .collect();
        let detected = detect(&PassLineDetector, &dataset);
        let Some(Evidence::ScoreDistribution(distribution)) = detected.evidence.last() else { panic!("no distribution") };
        prop_assert!(distribution.highest_failed.is_none_or(|failed| failed < half(line)));
        prop_assert!(distribution.lowest_passed.is_none_or(|passed| passed >= half(line)));
        let total: u64 = distribution.counts.iter().map(|bin| bin.passed + bin.failed).sum();
        prop_assert_eq!(total as usize, marks.len());
        let cases = |measure: &str| detected.observations.iter().find(|seen| seen.measure == measure).unwrap().cases.len();
        prop_assert_eq!(cases("passed_below"), marks.iter().filter(|mark| (line..120).contains(*mark)).count());
        prop_assert_eq!(cases("failed_above"), marks.iter().filter(|mark| (120..line).contains(*mark)).count());
    }

    /// A walk through the log that knows nothing of the detector: every entry that leaves the line other
    /// than approved, without having been so before.
    #[test]
    fn unapproved_entries_are_those_of_a_plain_walk(lines in prop::collection::vec(58i64..=62, 0..12)) {
        let changes: Vec<PassLineChange> = (2..)
            .zip(&lines)
            .map(|(at, line)| line_change(at, &format!("2026-05-0{} 10:00:{at:02}", 1 + at / 10), None, &line.to_string(), None))
            .collect();
        let mut before = None;
        let mut expected = 0;
        for line in &lines {
            expected += i64::from(*line != 60 && before != Some(*line));
            before = Some(*line);
        }
        let seen = configured(on_record(), changes);
        prop_assert_eq!(figure(&seen, "unapproved"), expected);
        prop_assert_eq!(seen.cases.len() as i64, expected);
    }
}

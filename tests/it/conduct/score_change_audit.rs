//! Facts, order of the log and lawful acts, on small hand-countable logs.

use super::*;
use kaojian::detect::score_change::detector::ScoreChangeDetector;
use kaojian::model::evidence::Evidence;
use kaojian::model::missing::MissingFact;
use kaojian::model::score_change::ScoreChange;
use kaojian::model::score_change_evidence::{ActKind, ScoreChangeAudit};

/// An approved change with everything filled in.
fn change(at_row: u32, candidate: &str, changed_at: &str, old: &str, new: &str) -> ScoreChange {
    ScoreChange {
        change_id: Some(format!("X-{at_row:03}").as_str().into()),
        batch_id: BATCH.into(),
        candidate_id: candidate.into(),
        component: THEORY,
        changed_at: Some(time(changed_at)),
        old_score: Some(points(old)),
        new_score: Some(points(new)),
        operator: Some("clerk".into()),
        approver: Some("chief".into()),
        approval_no: Some(format!("N-{at_row}").as_str().into()),
        reason: Some("slip".into()),
        source: row(at_row),
    }
}

fn log(changes: Vec<ScoreChange>) -> Dataset {
    let mut dataset = dataset(4);
    dataset.pass_lines = vec![approved(None, "60", None)];
    dataset.score_changes = changes;
    assert_order_does_not_matter(&ScoreChangeDetector, &dataset);
    dataset
}

fn seen(dataset: &Dataset, measure: &str) -> Observation {
    observe(&ScoreChangeDetector, dataset, measure)
}

fn audit(dataset: &Dataset) -> ScoreChangeAudit {
    let evidence = detect(&ScoreChangeDetector, dataset).evidence;
    let found = evidence.into_iter().find_map(|evidence| match evidence {
        Evidence::ScoreChangeAudit(audit) => Some(*audit),
        _ => None,
    });
    found.expect("an audit")
}

const BEFORE: &str = "2026-05-10 10:00:00";
const AFTER: &str = "2026-05-21 10:00:00";

#[test]
fn procedural_facts_are_measures_of_their_own() {
    let dataset = log(vec![
        change(2, "c1", BEFORE, "70", "71"),
        change(3, "c2", AFTER, "50", "61"),
        ScoreChange { reason: Some("复核".into()), ..change(4, "c3", AFTER, "58", "60") },
        ScoreChange { reason: None, ..change(5, "c4", BEFORE, "58", "57") },
        ScoreChange { approver: Some("clerk".into()), approval_no: None, ..change(6, "c5", BEFORE, "55", "62") },
        ScoreChange { approver: Some("clerk".into()), ..change(7, "c6", BEFORE, "55", "56") },
    ]);
    let after = seen(&dataset, "after_publication");
    assert_eq!(subjects(&after), ["c2"]);
    assert_eq!(["changes", "after_publication", "in_lawful_acts"].map(|name| figure(&after, name)), [6, 2, 1]);
    assert!(after.cases[0].detail.en.contains("Approval: N-3."), "{:?}", after.cases[0]);
    assert_eq!(subjects(&seen(&dataset, "without_reason")), ["c4"]);
    let alone = seen(&dataset, "without_second_person");
    assert_eq!(subjects(&alone), ["c5"]);
    assert!(alone.cases[0].detail.en.contains("The approver is the operator"));
    assert!(seen(&dataset, "unapproved").cases.is_empty());
    let mut parameters = DetectParameters::default();
    parameters.score_change.second_person_required = true;
    let detected = ScoreChangeDetector.detect(&dataset, &parameters, &Silent);
    let strict = detected.observations.iter().find(|found| found.measure == "without_second_person").unwrap();
    assert_eq!(subjects(strict), ["c5", "c6"]);
}

#[test]
fn what_is_not_on_record_is_left_open() {
    let bare = |change: ScoreChange| ScoreChange { approver: None, reason: None, operator: None, ..change };
    let mut dataset = log(vec![bare(change(2, "c1", BEFORE, "70", "71"))]);
    dataset.batches[0].published_on = None;
    let column = |table: &str, column: &str| vec![MissingFact::column(table, column)];
    for (measure, missing) in [
        ("after_publication", column("batches", "published_on")),
        ("without_reason", column("score_changes", "reason")),
        ("without_second_person", column("score_changes", "approver")),
        ("operators", column("score_changes", "operator")),
    ] {
        let found = seen(&dataset, measure);
        assert_eq!((found.evaluated, found.missing), (false, missing), "{measure}");
    }
    dataset.score_changes.clear();
    dataset.columns.clear();
    for measure in ["after_publication", "burst", "direction", "landing", "operators", "sequence", "without_reason"] {
        let found = seen(&dataset, measure);
        assert_eq!((found.evaluated, found.missing), (false, vec![MissingFact::table("score_changes")]), "{measure}");
    }
}

#[test]
fn two_entries_of_one_moment_and_left_out_numbers_are_named() {
    let dataset = log(vec![
        change(2, "c1", BEFORE, "70", "71"),
        change(3, "c1", BEFORE, "71", "72"),
        change(5, "c2", AFTER, "50", "51"),
        change(6, "c3", AFTER, "50", "51"),
    ]);
    let found = seen(&dataset, "sequence");
    assert_eq!(["entries_of_one_moment", "numbers_left_out"].map(|name| figure(&found, name)), [2, 1]);
    assert_eq!(found.cases.len(), 2);
    assert!(found.cases.iter().all(|case| case.sources.len() == 2));
}

#[test]
fn a_clock_that_ran_back_is_named_with_its_rows() {
    let dataset = log(vec![change(2, "c1", AFTER, "50", "55"), change(3, "c1", BEFORE, "55", "60")]);
    let found = seen(&dataset, "sequence");
    assert_eq!((figure(&found, "clock_reversals"), found.cases.len()), (1, 1));
    assert_eq!(found.cases[0].sources, [row(2), row(3)]);
}

#[test]
fn the_register_is_told_where_in_the_chain_it_stands() {
    let mut dataset = log(vec![change(2, "c1", BEFORE, "50", "55"), change(3, "c1", AFTER, "55", "60")]);
    dataset.scores = vec![Score { source: row(100), ..score("c1", THEORY, "55", None) }];
    let text = &seen(&dataset, "register_differs").cases[0].detail.en;
    assert!(text.contains("Rebuilt: 50 → 55 → 60.") && text.contains("earlier score"), "{text}");
}

/// A corrected item: those who had it right gain two points, those with the old key lose two.
fn corrected_key(n: u32, approval: Option<&str>) -> Vec<ScoreChange> {
    (0..n)
        .map(|index| {
            let (old, new) = if index % 3 == 0 { (70 + index, 68 + index) } else { (50 + index, 52 + index) };
            ScoreChange {
                approval_no: approval.map(Into::into),
                approver: approval.map(|_| "chief".into()),
                ..change(2 + index, &format!("k{index:02}"), "2026-05-22 10:00:00", &old.to_string(), &new.to_string())
            }
        })
        .collect()
}

#[test]
fn lawful_acts_are_one_event_and_stay_out_of_the_tests() {
    let mut changes = corrected_key(9, Some("K-1"));
    for (at, name) in [(20, "复核"), (30, "补考"), (40, "保留单科合格")] {
        for index in 0..3 {
            changes.push(ScoreChange {
                approval_no: Some("S-1".into()),
                reason: Some(name.into()),
                ..change(at + index, &format!("c{}", at + index), AFTER, "55", "60")
            });
        }
    }
    let dataset = log(changes);
    let audit = audit(&dataset);
    let kinds: Vec<(ActKind, u64, bool)> =
        audit.acts.iter().map(|act| (act.kind, act.changes, act.set_aside)).collect();
    assert_eq!(
        kinds,
        [
            (ActKind::Recheck, 3, true),
            (ActKind::Resit, 3, true),
            (ActKind::KeptPass, 3, true),
            (ActKind::KeyCorrection, 9, true)
        ]
    );
    assert_eq!(audit.acts[3].differences, Some((points("-2"), points("2"))));
    assert!(audit.direction.is_none() && audit.landing.is_none() && audit.operators.is_empty());
    for measure in ["direction", "operators", "landing", "burst"] {
        let found = seen(&dataset, measure);
        assert_eq!((figure(&found, "set_aside"), figure(&found, "counted_changes")), (18, 0), "{measure}");
        assert!(found.evaluated && found.cases.is_empty());
    }
    assert!(seen(&dataset, "after_publication").cases.is_empty());
    assert_eq!(audit.directions[1].to_passed, 10);
}

/// Equal amounts alone make no lawful act: an approval is needed, and most must not be carried over the line.
#[test]
fn equal_amounts_that_carry_people_over_the_line_are_counted() {
    let raised: Vec<ScoreChange> = (0..7)
        .map(|index| ScoreChange {
            approval_no: Some("K-1".into()),
            ..change(2 + index, &format!("c{index}"), BEFORE, "58", "61")
        })
        .collect();
    for changes in [raised, corrected_key(9, None)] {
        let n = changes.len() as i64;
        assert_eq!(figure(&seen(&log(changes), "direction"), "counted_changes"), n);
    }
}

#[test]
fn two_changes_give_no_sign() {
    let dataset = log(vec![change(2, "c1", AFTER, "52", "60"), change(3, "c2", AFTER, "54", "60")]);
    for measure in ["direction", "operators", "landing", "burst"] {
        let found = seen(&dataset, measure);
        assert!(found.evaluated && found.cases.is_empty() && figure(&found, "tests_in_data_set") == 0, "{measure}");
    }
}

use super::*;
use kaojian::detect::score_change::detector::ScoreChangeDetector;
use kaojian::model::evidence::Evidence;
use kaojian::model::missing::MissingFact;
use kaojian::model::score_change::ScoreChange;

fn change(at_row: u32, candidate: &str, changed_at: &str, old: Option<&str>, new: &str) -> ScoreChange {
    ScoreChange {
        change_id: None,
        batch_id: BATCH.into(),
        candidate_id: candidate.into(),
        component: THEORY,
        changed_at: Some(time(changed_at)),
        old_score: old.map(points),
        new_score: Some(points(new)),
        operator: Some("clerk".into()),
        approver: None,
        approval_no: None,
        reason: None,
        source: row(at_row),
    }
}

fn with(change: ScoreChange, approval: &str, reason: &str) -> ScoreChange {
    let stated = |text: &str| (!text.is_empty()).then(|| text.into());
    ScoreChange { approval_no: stated(approval), reason: stated(reason), ..change }
}

fn log(changes: Vec<ScoreChange>, register: &[(&str, &str)]) -> Dataset {
    let mut dataset = dataset(4);
    dataset.pass_lines = vec![approved(None, "60", None)];
    dataset.scores = register
        .iter()
        .zip(100..)
        .map(|((who, mark), at)| Score { source: row(at), ..score(who, THEORY, mark, None) })
        .collect();
    dataset.score_changes = changes;
    assert_order_does_not_matter(&ScoreChangeDetector, &dataset);
    dataset
}

fn unapproved(dataset: &Dataset) -> Observation {
    observe(&ScoreChangeDetector, dataset, "unapproved")
}

fn differs(dataset: &Dataset) -> Observation {
    observe(&ScoreChangeDetector, dataset, "register_differs")
}

const EARLY: &str = "2026-05-10 10:00:00";
const LATE: &str = "2026-05-21 10:00:00";

#[test]
fn a_change_without_approval_is_a_case_with_everything_known_about_it() {
    let dataset = log(
        vec![change(2, "c1", LATE, Some("52"), "60"), with(change(3, "c2", EARLY, Some("70"), "55"), "", "更正")],
        &[("c1", "60"), ("c2", "55"), ("c3", "61")],
    );
    let seen = unapproved(&dataset);
    assert_eq!(subjects(&seen), ["c1", "c2"]);
    let names =
        ["changes", "unapproved", "after_publication", "failed_to_passed", "passed_to_failed", "landing_on_line"];
    assert_eq!(names.map(|name| figure(&seen, name)), [2, 2, 1, 1, 1, 1]);
    let text = &seen.cases[0].detail;
    for part in [
        "operator clerk",
        "candidate c1",
        "from 52 to 60",
        "Approval: none found.",
        "exactly on the line",
        "after the results were published",
    ] {
        assert!(text.en.contains(part), "{part} in {}", text.en);
    }
    assert!(text.zh.contains("由 52 改为 60"), "{}", text.zh);
    assert!(differs(&dataset).cases.is_empty());
}

#[test]
fn lawful_changes_are_no_cases() {
    let mut changes = vec![
        with(change(2, "c1", EARLY, Some("58"), "61"), "F-1", "复核"),
        with(change(3, "c2", EARLY, Some("40"), "66"), "B-7", "补考"),
        // Nothing changes here, and here a score is recorded for the first time.
        change(4, "c3", EARLY, Some("70"), "70"),
        change(5, "c4", EARLY, None, "81"),
    ];
    changes.push(ScoreChange { approver: Some("chief".into()), ..change(6, "c5", EARLY, Some("70"), "72") });
    let seen = unapproved(&log(changes, &[]));
    assert!(seen.evaluated && seen.cases.is_empty(), "{seen:?}");
    let names = [
        "entries",
        "changes",
        "unchanged",
        "first_recordings",
        "approved_rechecks",
        "approved_resits",
        "approved_events",
    ];
    assert_eq!(names.map(|name| figure(&seen, name)), [5, 3, 1, 1, 1, 1, 3]);
}

/// `n` candidates of ten, one second apart, each two points up.
fn correction(n: u32, approval: &str) -> Vec<ScoreChange> {
    (0..n)
        .map(|index| {
            let old = format!("{}", 50 + index);
            let new = format!("{}", 52 + index);
            let at = format!("2026-05-10 10:00:{:02}", index * 3);
            with(change(2 + index, &format!("c{index}"), &at, Some(&old), &new), approval, "更正答案")
        })
        .collect()
}

const TEN: [(&str, &str); 10] = [
    ("c0", "52"),
    ("c1", "53"),
    ("c2", "54"),
    ("c3", "55"),
    ("c4", "56"),
    ("c5", "57"),
    ("c6", "58"),
    ("c7", "59"),
    ("c8", "60"),
    ("c9", "61"),
];

#[test]
fn a_correction_for_everyone_is_one_act() {
    let lawful = unapproved(&log(correction(10, "K-1"), &TEN));
    assert!(lawful.cases.is_empty());
    assert_eq!((figure(&lawful, "approved_events"), figure(&lawful, "approved_changes_for_everyone")), (1, 10));
    // Nine of ten are everyone, eight are not.
    for (n, cases) in [(10, 1), (9, 1), (8, 8)] {
        let seen = unapproved(&log(correction(n, ""), &TEN));
        assert_eq!((seen.cases.len(), figure(&seen, "unapproved")), (cases, i64::from(n)), "{n}");
    }
    let seen = unapproved(&log(correction(10, ""), &TEN));
    assert!(seen.cases[0].detail.en.contains("Change of all scores without an approval on record"));
    assert_eq!(seen.cases[0].subjects.len(), 10);
}

#[test]
fn another_difference_hidden_in_the_run_stays_a_single_case() {
    let mut changes = correction(10, "");
    changes[3].new_score = Some(points("75"));
    let seen = unapproved(&log(changes, &TEN));
    assert_eq!(seen.cases.len(), 2);
    assert!(seen.cases.iter().any(|case| case.subjects == ["c3"]));
}

#[test]
fn a_log_without_columns_for_approvals_leaves_the_measure_open() {
    let mut dataset = log(vec![change(2, "c1", EARLY, Some("52"), "60")], &[("c1", "60")]);
    dataset.columns.remove(&("score_changes".to_owned(), "approval_no".to_owned()));
    let seen = unapproved(&dataset);
    assert!(!seen.evaluated && seen.cases.is_empty());
    assert_eq!(seen.missing, [MissingFact::column("score_changes", "approval_no")]);
    assert_eq!(figure(&seen, "changes"), 1);
    dataset.columns.clear();
    dataset.score_changes.clear();
    for seen in [unapproved(&dataset), differs(&dataset)] {
        assert!(!seen.evaluated);
        assert_eq!(seen.missing, [MissingFact::table("score_changes")]);
    }
}

#[test]
fn the_register_and_the_chain_are_held_against_the_log() {
    let dataset = log(
        vec![
            change(2, "c1", EARLY, Some("52"), "60"),
            change(3, "c1", LATE, Some("58"), "62"),
            change(4, "c2", EARLY, Some("52"), "60"),
            change(5, "c3", EARLY, Some("52"), "60"),
        ],
        &[("c1", "62"), ("c2", "71")],
    );
    let seen = differs(&dataset);
    assert_eq!(
        ["checked", "differing", "chain_breaks", "not_in_register"].map(|name| figure(&seen, name)),
        [2, 1, 1, 1]
    );
    assert_eq!(subjects(&seen), ["c1", "c2"]);
    assert!(seen.cases[1].detail.en.contains("leaves 60, the register has 71"), "{:?}", seen.cases[1]);
    assert_eq!(seen.cases[1].sources.len(), 2);
}

#[test]
fn a_clock_that_ran_back_is_followed_in_the_order_of_writing() {
    let dataset =
        log(vec![change(2, "c1", LATE, Some("50"), "55"), change(3, "c1", EARLY, Some("55"), "60")], &[("c1", "60")]);
    let seen = differs(&dataset);
    assert!(seen.cases.is_empty(), "{seen:?}");
    assert_eq!((figure(&seen, "clock_reversals"), figure(&seen, "chain_breaks")), (1, 0));
}

#[test]
fn a_resit_recorded_on_its_own_line_agrees_with_the_log() {
    let dataset =
        log(vec![with(change(2, "c1", EARLY, Some("40"), "66"), "B-7", "补考")], &[("c1", "40"), ("c1", "66")]);
    assert!(differs(&dataset).cases.is_empty());
}

#[test]
fn evidence_lists_every_change_in_order_of_time() {
    let dataset = log(vec![change(2, "c1", LATE, None, "60"), change(3, "c1", EARLY, Some("50"), "55")], &[]);
    let evidence = detect(&ScoreChangeDetector, &dataset).evidence;
    let [Evidence::ScoreChangeSummary(summary), Evidence::ScoreChangeAudit(audit)] = evidence.as_slice() else {
        panic!("{evidence:?}")
    };
    assert_eq!(audit.acts.len(), 2);
    let shown: Vec<_> = summary.changes.iter().map(|change| (change.old_score, change.after_publication)).collect();
    assert_eq!(shown, [(Some(points("50")), Some(false)), (Some(points("55")), Some(true))]);
}

#[test]
fn identity_numbers_in_free_text_are_masked() {
    let mut dataset =
        log(vec![with(change(2, "11010519491231002X", EARLY, Some("1"), "2"), "", "本人11010519491231002X")], &[]);
    dataset.score_changes[0].operator = Some("11010519491231002X".into());
    let seen = format!("{:?}", unapproved(&dataset));
    assert!(!seen.contains("11010519491231002X") && seen.contains("110105********002X"), "{seen}");
}

#[test]
fn a_log_handed_in_twice_counts_once() {
    let once = change(2, "c1", EARLY, Some("52"), "60");
    let dataset = log(vec![once.clone(), ScoreChange { source: row(9), ..once }], &[("c1", "60")]);
    let seen = unapproved(&dataset);
    assert_eq!((seen.cases.len(), figure(&seen, "changes"), figure(&seen, "duplicate_rows")), (1, 1, 1));
    assert!(differs(&dataset).cases.is_empty());
}

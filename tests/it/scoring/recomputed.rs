//! Recomputed objective marks, counted by hand.

use super::build::{BATCH, Build, figure, missing, points, subjects, text};
use kaojian::model::component::Component;
use kaojian::model::observation::Observation;
use kaojian::model::score_change::ScoreChange;

/// Four items of 25 points keyed A B C D.
fn four_items() -> (Build, u32) {
    let mut build = Build::new();
    build.form("F1", &["A", "B", "C", "D"], "25");
    let layout = build.layout(4);
    (build, layout)
}

#[test]
fn totals_are_recomputed() {
    let (mut build, layout) = four_items();
    for (candidate, responses, recorded) in [
        ("C1", ["A", "B", "C", "D"], "100"),
        ("C2", ["A", "B", "C", "-"], "75"),
        ("C3", ["A", "B", "B", "B"], "60"),
        ("C4", ["B", "A", "D", "C"], "0"),
    ] {
        build.sheet(candidate, "F1", layout, &responses, &[]);
        build.score(candidate, Component::Theory, recorded);
    }
    build.sheet("C5", "F1", layout, &["A", "B", "C", "D"], &[]);
    let found = build.look("recomputed_mark");
    assert_eq!((figure(&found, "sheets_recomputed"), figure(&found, "differing")), (4, 1), "C5 has no recorded mark");
    assert_eq!(subjects(&found), ["C3"]);
    let detail = &found.cases[0].detail.en;
    assert!(detail.contains("recorded as 60, recomputed from the key as 50"), "{detail}");
    assert_eq!(found.cases[0].sources.len(), 2);
}

#[test]
fn equal_shares_are_said_and_thirds_may_be_rounded() {
    let mut build = Build::new();
    build.form("F1", &["A", "B", "C"], "");
    let layout = build.layout(3);
    for (candidate, responses, recorded) in [
        ("C1", ["A", "B", "D"], "66.67"),
        ("C2", ["A", "B", "D"], "67"),
        ("C3", ["A", "A", "D"], "33.33"),
        ("C4", ["A", "A", "D"], "33.34"),
    ] {
        build.sheet(candidate, "F1", layout, &responses, &[]);
        build.score(candidate, Component::Theory, recorded);
    }
    let found = build.look("recomputed_mark");
    assert_eq!(subjects(&found), ["C4"]);
    assert_eq!(text(&found, "item_maxima"), "equal shares of 100");
    assert_eq!(text(&found, "rounding_rule"), "half_up_or_half_even");
}

#[test]
fn several_right_keys_and_multiple_answers() {
    let mut build = Build::new();
    build.form("F1", &["A/C", "AC", "*", "B"], "25");
    let layout = build.layout(4);
    for (candidate, responses, recorded) in [
        ("C1", ["A", "AC", "-", "B"], "100"),
        ("C2", ["C", "AC", "D", "B"], "100"),
        ("C3", ["AC", "A", "A", "B"], "50"),
    ] {
        build.sheet(candidate, "F1", layout, &responses, &[]);
        build.score(candidate, Component::Theory, recorded);
    }
    assert_eq!(figure(&build.look("recomputed_mark"), "differing"), 0);
}

#[test]
fn each_form_has_its_own_key() {
    let mut build = Build::new();
    build.form("FA", &["A", "B"], "50");
    build.form("FB", &["B", "A"], "50");
    let layout = build.layout(2);
    build.sheet("C1", "FA", layout, &["A", "B"], &[]);
    build.sheet("C2", "FB", layout, &["A", "B"], &[]);
    build.score("C1", Component::Theory, "100");
    build.score("C2", Component::Theory, "0");
    let found = build.look("recomputed_mark");
    assert_eq!((figure(&found, "sheets_recomputed"), figure(&found, "differing")), (2, 0));
}

#[test]
fn without_key_nothing_is_claimed() {
    let mut build = Build::new();
    build.form("F1", &["", ""], "50");
    let layout = build.layout(2);
    build.sheet("C1", "F1", layout, &["A", "B"], &[]);
    build.score("C1", Component::Theory, "100");
    let found = build.look("recomputed_mark");
    assert!(!found.evaluated);
    assert_eq!(missing(&found), ["forms.key"]);

    let mut no_form = Build::new();
    let layout = no_form.layout(2);
    no_form.sheet("C1", "F1", layout, &["A", "B"], &[]);
    assert_eq!(missing(&no_form.look("recomputed_mark")), ["forms."]);

    let mut unscored = Build::new();
    unscored.form("F1", &["A", "B"], "50");
    let layout = unscored.layout(2);
    unscored.sheet("C1", "F1", layout, &["A", "B"], &[]);
    assert_eq!(missing(&unscored.look("recomputed_mark")), ["scores."]);
}

#[test]
fn recorded_item_scores_are_compared_item_by_item() {
    let (mut build, layout) = four_items();
    build.sheet("C1", "F1", layout, &["A", "B", "C", "D"], &["25", "25", "25", "25"]);
    build.sheet("C2", "F1", layout, &["A", "B", "D", "D"], &["25", "25", "25", "25"]);
    let found = build.look("recomputed_mark");
    assert_eq!(subjects(&found), ["C2"]);
    assert!(found.cases[0].detail.en.contains("3: 25 ≠ 0"), "{}", found.cases[0].detail.en);
}

/// Six sheets; item 3 is keyed C, but the marks were given as if its key were D.
#[test]
fn a_corrected_key_for_everyone_is_one_case() {
    let sheets = [
        ("C1", ["A", "B", "C", "D"], 75),
        ("C2", ["A", "B", "D", "D"], 100),
        ("C3", ["A", "B", "D", "C"], 75),
        ("C4", ["A", "A", "C", "D"], 50),
        ("C5", ["A", "B", "D", "D"], 100),
        ("C6", ["B", "A", "A", "D"], 25),
    ];
    for with_item_scores in [true, false] {
        let (mut build, layout) = four_items();
        for (candidate, responses, recorded) in &sheets {
            let corrected: Vec<&str> = responses
                .iter()
                .zip(["A", "B", "D", "D"])
                .map(|(response, key)| if *response == key { "25" } else { "0" })
                .collect();
            let item_scores: &[&str] = if with_item_scores { &corrected } else { &[] };
            build.sheet(candidate, "F1", layout, responses, item_scores);
            build.score(candidate, Component::Theory, &recorded.to_string());
        }
        let found = build.look("recomputed_mark");
        assert_eq!(found.cases.len(), 1, "{with_item_scores}: {:?}", found.cases);
        assert_eq!(figure(&found, "differing"), 5);
        assert_eq!(figure(&found, "differing_by_a_change_for_everyone"), 5);
        assert_eq!(found.cases[0].subjects, ["C1", "C2", "C3", "C4", "C5"]);
        let detail = &found.cases[0].detail;
        assert!(detail.en.contains("item 3 (key C), response → difference: C -25, D +25"), "{}", detail.en);
        assert!(detail.zh.contains("更正答案"), "{}", detail.zh);
    }
}

#[test]
fn edited_marks_stay_single_cases() {
    let (mut build, layout) = four_items();
    for (candidate, responses, recorded) in [
        ("C1", ["A", "B", "C", "D"], "100"),
        ("C2", ["A", "B", "D", "D"], "75"),
        ("C3", ["A", "B", "D", "C"], "50"),
        ("C4", ["A", "A", "C", "D"], "75"),
        ("C5", ["B", "B", "D", "D"], "60"),
        ("C6", ["B", "A", "A", "D"], "60"),
    ] {
        build.sheet(candidate, "F1", layout, &responses, &[]);
        build.score(candidate, Component::Theory, recorded);
    }
    assert_eq!(subjects(&build.look("recomputed_mark")), ["C5", "C6"]);
}

#[test]
fn an_approved_change_is_counted_apart() {
    let (mut build, layout) = four_items();
    build.sheet("C1", "F1", layout, &["A", "B", "C", "-"], &[]);
    build.score("C1", Component::Theory, "100");
    build.dataset.score_changes.push(ScoreChange {
        change_id: None,
        batch_id: BATCH.into(),
        candidate_id: "C1".into(),
        component: Component::Theory,
        changed_at: None,
        old_score: Some(points("75")),
        new_score: Some(points("100")),
        operator: Some("OP1".into()),
        approver: None,
        approval_no: Some("复核2026-1".into()),
        reason: Some("复核".into()),
        source: Default::default(),
    });
    let found = build.look("recomputed_mark");
    assert_eq!((figure(&found, "differing"), figure(&found, "approved_changes_not_counted")), (0, 1));
}

#[test]
fn marks_out_of_100_of_a_form_that_is_not() {
    let mut build = Build::new();
    build.form("F1", &["A", "B", "C"], "1");
    let layout = build.layout(3);
    for (candidate, responses, recorded) in
        [("C1", ["A", "B", "C"], "100"), ("C2", ["A", "B", "D"], "66.7"), ("C3", ["A", "D", "D"], "66.7")]
    {
        build.sheet(candidate, "F1", layout, &responses, &[]);
        build.score(candidate, Component::Theory, recorded);
    }
    let found = build.look("recomputed_mark");
    assert_eq!(text(&found, "recorded_scale"), "share of 100");
    assert_eq!(subjects(&found), ["C3"]);
}

#[test]
fn a_part_of_a_longer_paper_is_not_held_against_its_whole_mark() {
    let mut build = Build::new();
    build.form("F1", &["A", "B", "C"], "20");
    let layout = build.layout(3);
    // Sixty points of choice; the rest of the mark is for essays that are on no list.
    for (candidate, responses, recorded) in
        [("C1", ["A", "B", "C"], "92"), ("C2", ["A", "B", "D"], "65"), ("C3", ["A", "D", "D"], "41.5")]
    {
        build.sheet(candidate, "F1", layout, &responses, &[]);
        build.score(candidate, Component::Theory, recorded);
    }
    let found = build.look("recomputed_mark");
    assert!(!found.evaluated && found.cases.is_empty());
    assert_eq!(missing(&found), ["forms.max_score"]);
}

/// A form `F1` without rows in `forms`: no key is known.
#[test]
fn one_response_with_two_scores_needs_no_key() {
    let mut build = Build::new();
    let layout = build.layout(2);
    for (candidate, responses, scores) in [
        ("C1", ["A", "B"], ["1", "0"]),
        ("C2", ["A", "C"], ["1", "1"]),
        ("C3", ["A", "C"], ["0", "1"]),
        ("C4", ["B", "-"], ["0", "0"]),
        ("C5", ["A", "-"], ["1", "1"]),
    ] {
        build.sheet(candidate, "F1", layout, &responses, &scores);
    }
    let found = build.look("same_response");
    assert_eq!(subjects(&found), ["C3"]);
    // The row of C3 and one of those who got the usual score.
    assert_eq!((found.cases.len(), found.cases[0].sources.len()), (1, 2));
    let detail = &found.cases[0].detail;
    assert!(
        detail.en.contains("item q1") && detail.en.contains("A: 1 on 3 sheet(s), 0 on 1 sheet(s) (C3)"),
        "{}",
        detail.en
    );
    assert!(detail.zh.contains("试题 q1") && detail.zh.contains("0 分 1 份（C3）"), "{}", detail.zh);
    assert_eq!((figure(&found, "items_differing"), figure(&found, "items_differing_from_key")), (1, 0));
    assert_eq!((figure(&found, "item_scores_compared"), figure(&found, "blank_responses_left_out")), (8, 2));
    assert!(!build.look("recomputed_mark").evaluated);
}

#[test]
fn with_a_key_the_case_is_said_once() {
    let (mut build, layout) = four_items();
    for (candidate, scores) in [("C1", ["25", "25", "25", "25"]), ("C2", ["25", "25", "0", "25"])] {
        build.sheet(candidate, "F1", layout, &["A", "B", "C", "D"], &scores);
    }
    let found = build.look("same_response");
    assert!(found.evaluated && found.cases.is_empty(), "{:?}", found.cases);
    assert_eq!((figure(&found, "items_differing"), figure(&found, "items_differing_from_key")), (1, 1));
    assert_eq!(subjects(&build.look("recomputed_mark")), ["C2"]);

    // The item without a key is compared by its responses alone.
    build.dataset.form_items[2].key = None;
    assert_eq!(subjects(&build.look("same_response")), ["C1"], "two sheets, no usual score: both are named");
    assert_eq!(build.look("same_response").cases[0].subjects, ["C1", "C2"]);
    assert!(build.look("recomputed_mark").cases.is_empty());
}

#[test]
fn scores_that_say_nothing_of_a_response_are_named() {
    let mut build = Build::new();
    let layout = build.layout(2);
    assert_eq!(missing(&with_sheet(&mut build, "C1", "F1", layout, &[])), ["answers.score"]);
    // Numbers of questions of no known form may be those of two forms.
    let mut build = Build::new();
    let layout = build.layout(2);
    with_sheet(&mut build, "C1", "", layout, &["1", "0"]);
    let found = with_sheet(&mut build, "C2", "", layout, &["0", "0"]);
    assert!(!found.evaluated);
    assert_eq!(missing(&found), ["answers.form_id"]);
    for item in &mut build.dataset.answers.layouts[0].items {
        item.item_id = format!("DG-{:04}", item.item_no).as_str().into();
    }
    assert_eq!(build.look("same_response").cases[0].subjects, ["C1", "C2"]);
    let mut build = Build::new();
    build.marks("C1", "80", "70");
    assert_eq!(missing(&build.look("same_response")), ["answers."]);
    // Two forms that share the name of an item are not compared with each other.
    let mut build = Build::new();
    let layout = build.layout(2);
    with_sheet(&mut build, "C1", "FA", layout, &["1", "0"]);
    assert!(with_sheet(&mut build, "C2", "FB", layout, &["2", "0"]).cases.is_empty());
}

/// One more sheet that answers A and B.
fn with_sheet(build: &mut Build, candidate: &str, form: &str, layout: u32, scores: &[&str]) -> Observation {
    build.sheet(candidate, form, layout, &["A", "B"], scores);
    build.look("same_response")
}

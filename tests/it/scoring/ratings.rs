//! Facts about ratings, counted by hand.

use super::build::{Build, figure, missing, subjects, text};
use kaojian::detect::parameters::DetectParameters;
use kaojian::model::component::Component;

fn skill(marks: &[(&str, &str, &str, &str)]) -> Build {
    let mut build = Build::new();
    for (candidate, first, second, recorded) in marks {
        build.marks(candidate, first, second);
        build.score(candidate, Component::Skill, recorded);
    }
    build
}

#[test]
fn mean_of_two_raters() {
    let build = skill(&[
        ("C1", "80", "82", "81"),
        ("C2", "79", "80", "79.5"),
        ("C3", "70", "72", "75"),
        ("C4", "60", "62", "61"),
    ]);
    let found = build.look("component_total");
    assert_eq!((figure(&found, "totals_checked"), figure(&found, "differing")), (4, 1));
    assert_eq!(subjects(&found), ["C3"]);
    assert_eq!(text(&found, "rounding_rule"), "unrounded");
    let case = &found.cases[0];
    assert!(case.detail.en.contains("recorded 75") && case.detail.en.contains("give 71"), "{}", case.detail.en);
    assert!(case.detail.zh.contains("相差 +4"), "{}", case.detail.zh);
    assert_eq!(case.sources.len(), 3, "the score and both marks");
}

#[test]
fn both_roundings_are_no_difference_and_are_named() {
    let up = skill(&[("C1", "78", "79", "79"), ("C2", "77", "80", "79")]).look("component_total");
    assert_eq!((figure(&up, "differing"), text(&up, "rounding_rule")), (0, "half_up"));
    let even = skill(&[("C1", "78", "79", "78"), ("C2", "79", "80", "80")]).look("component_total");
    assert_eq!((figure(&even, "differing"), text(&even, "rounding_rule")), (0, "half_even"));
    let down = skill(&[("C1", "79", "80", "79"), ("C2", "50", "50", "50")]).look("component_total");
    assert_eq!(subjects(&down), ["C1"], "79.5 becomes 80 under both rules");
}

#[test]
fn the_line_is_not_reached_by_rounding_less_than_a_half() {
    let found = skill(&[("C1", "59", "59.5", "60"), ("C2", "59", "60", "60")]).look("component_total");
    assert_eq!(subjects(&found), ["C1"], "59.25 is not 60, 59.5 is 60 when rounded");
}

#[test]
fn third_mark_or_closest_pair_or_expert() {
    let mut build = Build::new();
    let mut add = |candidate: &str, marks: &[&str], recorded: &str| {
        for (index, mark) in marks.iter().enumerate() {
            let rater = format!("R{}", index + 1);
            build.rating(candidate, "", &rater, index as u8 + 1, mark, "100");
        }
        build.score(candidate, Component::Skill, recorded);
    };
    add("C1", &["80", "50", "76"], "76");
    add("C2", &["80", "50", "76"], "78");
    add("C3", &["80", "50", "76"], "65");
    add("C4", &["80", "50", "76", "60"], "60");
    add("C5", &["80", "50", "76", "60"], "78");
    add("C6", &["90", "50", "70"], "80");
    add("C7", &["90", "50", "70"], "60");
    let found = build.look("component_total");
    assert_eq!(figure(&found, "totals_checked"), 7);
    assert_eq!(subjects(&found), ["C3", "C5"], "the mean of the first two; another mark than the expert's");
    let third = build.look("third_rater");
    assert_eq!((figure(&third, "at_or_above_tolerance"), figure(&third, "without_third_rater")), (7, 0));
}

#[test]
fn tolerance_is_reached_by_equality() {
    let build = skill(&[
        ("C1", "80", "60", "70"),
        ("C2", "80", "60.5", "70.25"),
        ("C3", "60", "80.5", "70.25"),
        ("C4", "70", "70", "70"),
    ]);
    let found = build.look("third_rater");
    assert_eq!(figure(&found, "works_checked"), 4);
    assert_eq!(figure(&found, "at_or_above_tolerance"), 2);
    assert_eq!(subjects(&found), ["C1", "C3"], "20 of 100 is reached by 20 and by 20.5, not by 19.5");
    assert!(found.cases[0].detail.en.contains("differ by 20,"), "{}", found.cases[0].detail.en);
}

#[test]
fn tolerance_is_of_the_components_own_maximum() {
    let mut build = Build::new();
    for (candidate, second) in [("C1", "14"), ("C2", "14.5")] {
        for (rater, number, mark) in [("R1", 1, "20"), ("R2", 2, second)] {
            build.rating(candidate, "a", rater, number, "5", "10");
            build.rating(candidate, "b", rater, number, mark, "20");
        }
    }
    let found = build.look("third_rater");
    assert_eq!(subjects(&found), ["C1"], "20 % of 30 is 6");
}

#[test]
fn required_raters_are_distinct_people() {
    let mut build = Build::new();
    build.marks("C1", "70", "72");
    build.rating("C2", "", "R1", 1, "70", "100");
    build.rating("C3", "", "R1", 1, "70", "100");
    build.rating("C3", "", "R1", 2, "72", "100");
    build.rating("C4", "", "R1", 1, "缺考", "100");
    build.rating("C5", "", "R1", 1, "70", "100");
    build.rating("C5", "", "", 2, "70", "100");
    let found = build.look("second_rater");
    assert_eq!(figure(&found, "works_checked"), 3);
    assert_eq!(subjects(&found), ["C2", "C3"]);
    assert_eq!(figure(&found, "works_with_unnamed_raters"), 1);
    assert_eq!(missing(&found), ["ratings.rater_id"]);
    let mut one = DetectParameters::default();
    one.scoring.required_raters = 1;
    assert!(build.look_with("second_rater", &one).cases.is_empty(), "one rater is enough when one is required");
}

#[test]
fn without_rater_names_nothing_is_claimed() {
    let mut build = Build::new();
    build.rating("C1", "", "", 1, "70", "100");
    build.rating("C1", "", "", 2, "72", "100");
    for measure in ["second_rater", "agreement", "severity", "drift"] {
        let found = build.look(measure);
        assert!(!found.evaluated && found.cases.is_empty(), "{measure}");
        assert_eq!(missing(&found), ["ratings.rater_id"], "{measure}");
    }
    assert_eq!(figure(&build.look("third_rater"), "works_checked"), 1);
}

#[test]
fn scores_without_ratings_name_the_table() {
    let mut build = Build::new();
    build.score("C1", Component::Skill, "70");
    for measure in ["component_total", "off_rubric", "second_rater", "third_rater", "agreement", "severity", "drift"] {
        let found = build.look(measure);
        assert!(!found.evaluated, "{measure}");
        assert_eq!(missing(&found), ["ratings."], "{measure}");
    }
    build.marks("C2", "70", "70");
    build.score("C2", Component::Skill, "70");
    let found = build.look("component_total");
    assert_eq!(figure(&found, "recorded_marks_without_ratings"), 1);
    assert_eq!(missing(&found), ["ratings."]);
}

#[test]
fn marks_off_the_rubric() {
    let mut build = Build::new();
    build.rating("C1", "a", "R1", 1, "20", "20");
    build.rating("C1", "b", "R1", 1, "20.5", "20");
    build.rating("C1", "a", "R2", 2, "-0.5", "20");
    build.rating("C1", "b", "R2", 2, "7.25", "20");
    build.rating("C2", "a", "R2", 2, "7.5", "");
    let found = build.look("off_rubric");
    assert_eq!((figure(&found, "marks_checked"), figure(&found, "off_rubric")), (5, 3));
    assert_eq!(subjects(&found), ["R1", "R2", "R2"]);
    assert_eq!(missing(&found), ["ratings.max_score"], "one mark has no maximum");
}

#[test]
fn criteria_and_a_stated_total() {
    let mut build = Build::new();
    for (rater, number, total) in [("R1", 1, "70"), ("R2", 2, "75")] {
        build.rating("C1", "安全", rater, number, "30", "40");
        build.rating("C1", "工艺", rater, number, "40", "60");
        build.rating("C1", "总分", rater, number, total, "100");
    }
    build.score("C1", Component::Skill, "70");
    let found = build.look("component_total");
    assert_eq!((figure(&found, "totals_checked"), figure(&found, "differing")), (1, 0));
    assert_eq!((figure(&found, "stated_totals_checked"), figure(&found, "stated_totals_differing")), (2, 1));
    assert_eq!(found.cases[0].subjects, ["C1", "R2"]);
    assert_eq!(figure(&found, "works_with_maximum_not_100"), 0);
}

#[test]
fn repeated_rows_are_never_used_twice() {
    let mut build = Build::new();
    build.marks("C1", "70", "80");
    build.rating("C1", "", "R1", 1, "70", "100");
    build.score("C1", Component::Skill, "75");
    let same = build.look("component_total");
    assert_eq!(figure(&same, "repeated_rows_not_used"), 1);
    assert_eq!((figure(&same, "totals_checked"), same.cases.len()), (1, 0));

    build.marks("C2", "70", "80");
    build.rating("C2", "", "R1", 1, "90", "100");
    build.score("C2", Component::Skill, "85");
    let different = build.look("component_total");
    assert_eq!(figure(&different, "totals_checked"), 1, "C2 cannot be replayed");
    assert_eq!(figure(&different, "works_incomplete"), 1);
    assert_eq!(different.cases.len(), 1);
    assert_eq!(different.cases[0].subjects, ["C2", "R1"]);
}

#[test]
fn another_rule_for_everyone_is_one_case() {
    let build = skill(&[("C1", "70", "80", "80"), ("C2", "64", "60", "64"), ("C3", "90", "90", "90")]);
    let found = build.look("component_total");
    assert_eq!((figure(&found, "differing"), found.cases.len()), (2, 1));
    assert_eq!(found.cases[0].subjects, ["C1", "C2"]);
    assert!(found.cases[0].detail.en.contains("the highest mark"), "{}", found.cases[0].detail.en);
}

#[test]
fn criteria_that_do_not_make_100_may_be_scaled() {
    let mut build = Build::new();
    for (candidate, recorded) in [("C1", "40"), ("C2", "80"), ("C3", "81")] {
        build.rating(candidate, "a", "R1", 1, "40", "50");
        build.rating(candidate, "a", "R2", 2, "40", "50");
        build.score(candidate, Component::Skill, recorded);
    }
    let found = build.look("component_total");
    assert_eq!(subjects(&found), ["C3"]);
    assert_eq!(figure(&found, "works_with_maximum_not_100"), 3);
}

#[test]
fn a_panel_of_three_may_take_the_mean_of_all() {
    let panel = |marks: &[([&str; 3], &str)]| {
        let mut build = Build::new();
        for (index, (marks, recorded)) in marks.iter().enumerate() {
            let candidate = format!("C{index}");
            for (place, mark) in marks.iter().enumerate() {
                build.rating(&candidate, "", &format!("R{place}"), place as u8 + 1, mark, "100");
            }
            build.score(&candidate, Component::Skill, recorded);
        }
        build.look("component_total")
    };
    let close = panel(&[(["70", "73", "76"], "73"), (["80", "80", "83"], "81")]);
    assert_eq!(figure(&close, "differing"), 0);
    let apart = panel(&[(["90", "60", "66"], "72"), (["60", "90", "84"], "78"), (["80", "80", "83"], "81")]);
    assert_eq!((figure(&apart, "differing"), apart.cases.len()), (2, 1));
    assert!(apart.cases[0].detail.en.contains("the mean of all markings"), "{}", apart.cases[0].detail.en);
}

//! Planted severe and drifting raters are found, and their partners are not.

use super::build::{figure, missing, subjects, text};
use super::panels::Panel;
use kaojian::detect::parameters::DetectParameters;
use kaojian::model::evidence::{Evidence, RaterProfile};

fn profiles(panel: &Panel, seed: u64) -> Vec<RaterProfile> {
    let detected = panel.simulate(seed).detect_with(&DetectParameters::default());
    let profile = |evidence| match evidence {
        Evidence::RaterProfile(profile) => Some(profile),
        _ => None,
    };
    detected.evidence.into_iter().filter_map(profile).collect()
}

#[test]
fn a_severe_rater_is_found_and_partners_are_not() {
    let panel = Panel { severity: vec![0.0, 0.0, -12.0], ..Panel::default() };
    for seed in 0..20 {
        let found = panel.simulate(seed).look("severity");
        assert_eq!(subjects(&found), ["R2"], "seed {seed}");
        assert_eq!((figure(&found, "raters_tested"), figure(&found, "connected_subsets")), (6, 1));
        let case = &found.cases[0];
        assert!(case.detail.en.contains("severe beside raters R0, R1, R3, R4, R5"), "{}", case.detail.en);
        assert!(case.detail.zh.contains("相对偏严"), "{}", case.detail.zh);
        assert!(!case.sources.is_empty() && case.sources.len() <= 200);
    }
}

#[test]
fn severity_is_estimated_without_bias() {
    let panel = Panel { severity: vec![0.0, 0.0, -12.0], works: 400, ..Panel::default() };
    let repeats = 20;
    let mut mean = [0.0; 6];
    for seed in 0..repeats {
        for (rater, profile) in profiles(&panel, 100 + seed).iter().enumerate() {
            assert!(
                profile.interval.0 < profile.mean_deviation_rate && profile.mean_deviation_rate < profile.interval.1
            );
            mean[rater] += profile.mean_deviation_rate / repeats as f64;
        }
    }
    // Standard error of the mean over the repeats: about 5·√2/√133/√20 points = 0.0014 of 100.
    for (rater, mean) in mean.into_iter().enumerate() {
        let truth = if rater == 2 { -0.12 } else { 0.0 };
        assert!((mean - truth).abs() < 0.006, "R{rater}: {mean}");
    }
}

#[test]
fn three_raters_of_whom_one_is_severe() {
    let panel = Panel { raters: 3, severity: vec![0.0, -15.0], ..Panel::default() };
    for seed in 0..20 {
        assert_eq!(subjects(&panel.simulate(seed).look("severity")), ["R1"], "seed {seed}");
    }
}

#[test]
fn of_two_raters_nobody_can_say_which() {
    let panel = Panel { raters: 2, severity: vec![0.0, -15.0], ..Panel::default() };
    let build = panel.simulate(1);
    let severity = build.look("severity");
    assert!(severity.evaluated && severity.cases.is_empty());
    assert_eq!(text(&severity, "raters_apart_but_not_separable"), "R0, R1");
    let agreement = build.look("agreement");
    assert_eq!(agreement.cases.len(), 1);
    assert_eq!(agreement.cases[0].subjects, ["R0", "R1"]);
}

#[test]
fn a_drifting_rater_is_found_and_partners_are_not() {
    /// The 99.9 % point of Bin(100, 0.01), 0.01 being the stated family-wise level.
    const MOST_PANELS_WITH_OTHERS: usize = 5;
    let panel = Panel { works: 240, movement: vec![0.0, 0.0, 0.0, 24.0], ..Panel::default() };
    let mut with_others = 0;
    for seed in 0..100 {
        let build = panel.simulate(seed);
        let drift = build.look("drift");
        let case = drift.cases.iter().find(|case| case.subjects == ["R3"]);
        let case = case.unwrap_or_else(|| panic!("seed {seed}: {:?}", subjects(&drift)));
        assert!(case.detail.en.contains("more lenient"), "{}", case.detail.en);
        with_others += usize::from(drift.cases.len() > 1);
    }
    assert!(with_others <= MOST_PANELS_WITH_OTHERS, "{with_others} of 100");
}

#[test]
fn drift_needs_times_and_twenty_works() {
    let panel = Panel { works: 240, movement: vec![0.0, 0.0, 0.0, 24.0], ..Panel::default() };
    let mut build = panel.simulate(0);
    build.dataset.ratings.iter_mut().for_each(|rating| rating.marked_at = None);
    let found = build.look("drift");
    assert!(!found.evaluated);
    assert_eq!(missing(&found), ["ratings.marked_at"]);
    let few = Panel { works: 19, raters: 2, movement: vec![80.0], ..Panel::default() }.simulate(0).look("drift");
    assert!(!few.evaluated);
    assert_eq!(figure(&few, "raters_tested"), 0);
}

#[test]
fn a_rater_with_one_mark_for_everyone_is_named() {
    let mut build = Panel::default().simulate(3);
    for rating in &mut build.dataset.ratings {
        if rating.rater_id.as_ref().is_some_and(|rater| rater.as_str() == "R4") {
            rating.score = kaojian::model::points::Points::parse("17.5");
        }
    }
    let found = build.look("agreement");
    assert_eq!(figure(&found, "raters_with_one_constant_mark"), 1);
    assert!(found.cases.iter().any(|case| case.subjects == ["R4"] && case.detail.en.contains("70/100")));
}

#[test]
fn one_rater_alone_is_named_and_not_compared() {
    let mut build = super::build::Build::new();
    for candidate in 0..30 {
        build.rating(&format!("C{candidate}"), "", "R9", 1, "70", "100");
    }
    let found = build.look("severity");
    assert!(!found.evaluated);
    assert_eq!(text(&found, "raters_without_common_works"), "R9");
    assert!(!build.look("agreement").evaluated);
}

#[test]
fn disconnected_panels_are_named_and_compared_inside_only() {
    let mut build = super::build::Build::new();
    for work in 0..40 {
        // Panel X is 20 points above panel Y: another group of candidates, not severity.
        let (raters, level) = if work % 2 == 0 { (["X1", "X2", "X3"], 80) } else { (["Y1", "Y2", "Y3"], 60) };
        for (mark_no, place) in [(1, work / 2 % 3), (2, (work / 2 + 1) % 3)] {
            let mark = level + (work * 7 + i32::from(mark_no) * 5) % 4;
            let rater = raters[place as usize];
            build.rating(&format!("C{work:02}"), "", rater, mark_no, &mark.to_string(), "100");
        }
    }
    let found = build.look("severity");
    assert!(found.cases.is_empty());
    assert_eq!(figure(&found, "connected_subsets"), 2);
    assert_eq!(text(&found, "raters_by_connected_subset"), "[X1, X2, X3] [Y1, Y2, Y3]");
}

#[test]
fn order_of_rows_and_threads_change_nothing() {
    let build = Panel { severity: vec![0.0, 8.0], ..Panel::default() }.simulate(7);
    let look = |build: &super::build::Build, threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        format!("{:?}", pool.install(|| build.detect_with(&DetectParameters::default())))
    };
    let mut turned = super::build::Build::new();
    turned.dataset = build.dataset.clone();
    turned.dataset.ratings.reverse();
    let expected = look(&build, 1);
    assert!(expected.contains("severity_flagged: true"));
    assert_eq!(look(&build, 4), expected);
    assert_eq!(look(&turned, 3), expected);
}

/// A batch as small as real ones: four raters, sixty works, one rater 10 % severe or drifting by 20 %.
#[test]
fn small_batches_have_power() {
    /// Fewest of the 100 panels in which the planted rater must be seen: 100 and 87 were measured with an
    /// error of 5 points a work.
    const FOUND: (usize, usize) = (98, 80);
    let found = |panel: Panel, measure: &str| {
        let seen = |seed: &u64| subjects(&panel.simulate(*seed).look(measure)).contains(&"R0");
        (0..100).filter(seen).count()
    };
    let severe = found(Panel { raters: 4, works: 60, severity: vec![-10.0], ..Panel::default() }, "severity");
    let drifting = found(Panel { raters: 4, works: 80, movement: vec![-20.0], ..Panel::default() }, "drift");
    assert!(severe >= FOUND.0 && drifting >= FOUND.1, "severe {severe}, drifting {drifting} of 100");
}

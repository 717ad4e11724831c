//! The facet model, the control charts and the re-mark queue of simulated panels with known truth.

use super::build::{Build, figure, points, subjects, text};
use super::panels::{Panel, normal};
use chrono::{NaiveDate, TimeDelta};
use kaojian::detect::parameters::DetectParameters;
use kaojian::model::component::Component;
use kaojian::model::evidence::Evidence;
use kaojian::model::points::Points;
use kaojian::model::rater_evidence::{RaterPanel, RemarkQueue};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn evidence(build: &Build) -> (Vec<RaterPanel>, Vec<RemarkQueue>) {
    let (mut panels, mut queues) = (Vec::new(), Vec::new());
    for evidence in build.detect_with(&DetectParameters::default()).evidence {
        match evidence {
            Evidence::RaterPanel(panel) => panels.push(*panel),
            Evidence::RemarkQueue(queue) => queues.push(queue),
            _ => {}
        }
    }
    (panels, queues)
}

#[test]
fn a_panel_measures_a_severe_rater_in_logits_and_points() {
    let build = Panel { severity: vec![0.0, 0.0, -12.0], works: 300, ..Panel::default() }.simulate(1);
    let (panels, queues) = evidence(&build);
    assert_eq!((panels.len(), queues.len()), (1, 1));
    let panel = &panels[0];
    assert_eq!((panel.raters.len(), panel.subsets, panel.criteria, panel.minimum_ratings), (6, 1, 4, 30));
    assert!(panel.residual < 1e-9 && panel.iterations < 30 && panel.separation.unwrap() > 2.0);
    assert!(panel.chi_square_p_value.unwrap() < 1e-6);
    let severe = &panel.raters[0];
    assert_eq!((severe.rater_id.as_str(), severe.signs.as_slice()), ("R2", &["severe"][..]));
    let (low, high) = severe.interval.unwrap();
    assert!(0.0 < low && low < severe.severity_logit.unwrap() && severe.severity_logit.unwrap() < high);
    assert!(severe.adjusted_p_value.unwrap() < 1e-4);
    let sum: f64 = panel.raters.iter().filter_map(|rater| rater.severity_logit).sum();
    assert!(sum.abs() < 1e-9, "the mean severity is nought: {sum}");
    // Twelve points between this rater and the others, a little less where marks meet the ends of the scale.
    let others = panel.raters[1..].iter().filter_map(|rater| rater.fair_average).sum::<f64>() / 5.0;
    let difference = others - severe.fair_average.unwrap();
    assert!((difference - 12.0).abs() < 2.0, "{difference}");
    for rater in &panel.raters {
        assert!((0.3..2.0).contains(&rater.infit.unwrap()) && rater.exact_agreement.is_some());
        assert!((0.0..=1.0).contains(&rater.expected_agreement.unwrap()) && !rater.constant_marks);
    }
    let severity = build.look("severity");
    // 600 marks on every criterion carry steps of its own; 240 do not.
    assert_eq!(text(&severity, "facet_model"), "partial credit");
    let smaller = Panel::default().simulate(1).look("severity");
    assert_eq!(text(&smaller, "facet_model"), "rating scale");
    assert!(figure(&severity, "facet_categories") <= 10 && figure(&severity, "facet_different_marks") > 20);
}

#[test]
fn without_a_design_the_reason_is_said() {
    let mut alone = Build::new();
    for work in 0..40 {
        alone.rating(&format!("C{work:02}"), "", if work % 2 == 0 { "R1" } else { "R2" }, 1, "70", "100");
    }
    assert_eq!(text(&alone.look("severity"), "facet_model"), "not fitted: no work has two raters");
    let few = Panel { works: 19, raters: 3, ..Panel::default() }.simulate(2);
    assert_eq!(text(&few.look("severity"), "facet_model"), "not fitted: fewer than 20 works have two raters");
    assert!(evidence(&few).0.is_empty() && !few.look("halo").evaluated);
}

#[test]
fn a_rater_with_one_mark_is_named_and_left_out_of_the_fit() {
    let mut build = Panel::default().simulate(3);
    for rating in &mut build.dataset.ratings {
        if rating.rater_id.as_ref().is_some_and(|rater| rater.as_str() == "R4") {
            rating.score = Points::parse("17.5");
        }
    }
    let panel = &evidence(&build).0[0];
    let constant: Vec<&str> =
        panel.raters.iter().filter(|rater| rater.constant_marks).map(|rater| rater.rater_id.as_str()).collect();
    assert_eq!((constant.as_slice(), panel.raters.len()), (&["R4"][..], 6));
    assert_eq!(text(&build.look("severity"), "raters_with_constant_marks"), "R4");
}

/// A rater 12 points off in the middle third only has no trend; the chart sees it, and who it is.
#[test]
fn a_stretch_that_is_no_trend_is_seen_by_the_chart() {
    let mut build = Panel { works: 240, noise: 4.0, ..Panel::default() }.simulate(4);
    let start = NaiveDate::from_ymd_opt(2026, 5, 1).and_then(|day| day.and_hms_opt(8, 0, 0)).unwrap();
    for rating in &mut build.dataset.ratings {
        let place = (rating.marked_at.unwrap() - start).num_minutes() / 5;
        if rating.rater_id.as_ref().is_some_and(|rater| rater.as_str() == "R1") && (80..160).contains(&place) {
            rating.score = rating.score.map(|score| (score - Points::whole(3)).max(Points::ZERO));
        }
    }
    let drift = build.look("drift");
    assert_eq!(subjects(&drift), ["R1"]);
    assert!(drift.cases[0].detail.en.contains("stretch"), "{}", drift.cases[0].detail.en);
    let panel = &evidence(&build).0[0];
    let chart = panel.control_charts.iter().find(|chart| chart.rater_id.as_str() == "R1").unwrap();
    assert!(chart.cusum_signal.is_some() && chart.ewma_signal.is_some());
    assert!((chart.cusum_run_length - 465.44).abs() < 0.01 && (chart.ewma_run_length - 499.7).abs() < 1.0);
    assert!(chart.points.windows(2).all(|pair| pair[0].marked_at <= pair[1].marked_at));
    assert!(panel.raters.iter().find(|rater| rater.rater_id.as_str() == "R1").unwrap().signs.contains(&"drift"));
}

/// Markings of works whose quality is known, then a second marking by average raters: as many decisions turn as the
/// queue says.
#[test]
fn probabilities_of_the_queue_are_right() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let start = NaiveDate::from_ymd_opt(2026, 5, 1).and_then(|day| day.and_hms_opt(8, 0, 0)).unwrap();
    let (mut expected, mut variance, mut turned, mut entries) = (0.0, 0.0, 0.0, 0usize);
    for _ in 0..6 {
        let mut build = Build::new();
        let mut again = Vec::new();
        for work in 0..200 {
            let quality = 64.0 + 8.0 * normal(&mut random);
            let mut marking = |severity: f64| {
                let marks: Vec<f64> = (0..4)
                    .map(|_| {
                        let mark = (quality + severity) / 4.0 + 1.5 * normal(&mut random);
                        (2.0 * mark.clamp(0.0, 25.0)).round() / 2.0
                    })
                    .collect();
                marks
            };
            let (first, second) = (work % 5, (work + 1 + work / 5 % 4) % 5);
            // R0 is eight points severe.
            let severity = |rater: usize| if rater == 0 { -8.0 } else { 0.0 };
            let candidate = format!("C{work:03}");
            let mut sum = 0.0;
            for (mark_no, rater) in [(1, first), (2, second)] {
                for (criterion, mark) in marking(severity(rater)).into_iter().enumerate() {
                    sum += mark;
                    let name = ["a", "b", "c", "d"][criterion];
                    let row = build.rating(&candidate, name, &format!("R{rater}"), mark_no, "0", "25");
                    row.score = Points::from_f64(mark);
                    row.marked_at = Some(start + TimeDelta::minutes(work as i64));
                }
            }
            build.score(&candidate, Component::Skill, &format!("{}", 0.5 * sum));
            // Average raters: the panel's mean severity is −8/5.
            let mean = 0.5 * (marking(-1.6).iter().sum::<f64>() + marking(-1.6).iter().sum::<f64>());
            again.push(mean >= 60.0);
        }
        let queue = evidence(&build).1.remove(0);
        assert_eq!((queue.works, queue.left_out), (200, 0));
        let probabilities: Vec<f64> = queue.entries.iter().map(|entry| entry.probability_of_flip).collect();
        assert!(probabilities.is_sorted_by(|a, b| a >= b) && queue.entries.len() < 200);
        for entry in &queue.entries {
            assert_eq!((entry.pass_line, entry.passes), (points("60"), entry.score >= points("60")));
            let place: usize = entry.candidate_id.as_str()[1..].parse().unwrap();
            expected += entry.probability_of_flip;
            variance += entry.probability_of_flip * (1.0 - entry.probability_of_flip);
            turned += f64::from(u8::from(again[place] != entry.passes));
            entries += 1;
        }
    }
    assert!(entries > 150, "{entries}");
    // Three standard errors, and a tenth for the estimate of the error itself.
    assert!((turned - expected).abs() < 3.0 * variance.sqrt() + 0.1 * expected, "{turned} turned, {expected} expected");
}

/// Without a fit the error comes from the differences of two markings.
#[test]
fn the_queue_has_a_plain_error_where_there_is_no_fit() {
    let mut build = Build::new();
    for work in 0..15 {
        let candidate = format!("C{work:02}");
        let (first, second) = (50 + 2 * work, 50 + 2 * work + [3, -3, 1][work as usize % 3]);
        build.marks(&candidate, &first.to_string(), &second.to_string());
        build.score(&candidate, Component::Skill, &format!("{}", f64::from(first + second) / 2.0));
    }
    assert!(evidence(&build).0.is_empty());
    let queue = evidence(&build).1.remove(0);
    assert_eq!((queue.works, queue.left_out), (15, 0));
    // Half the mean squared difference is (9 + 9 + 1)/6; a work of two marks against two more has twice half of it.
    let error = (19.0f64 / 6.0).sqrt();
    assert!(queue.entries.iter().all(|entry| (entry.standard_error - error).abs() < 1e-9));
    assert!(!queue.entries.is_empty() && queue.entries.len() < 10);
}

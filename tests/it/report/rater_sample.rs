//! Rater panels and re-mark queues made by hand, of any size.

use chrono::NaiveDate;
use kaojian::model::component::Component;
use kaojian::model::ids::{BatchId, BodyId};
use kaojian::model::points::Points;
use kaojian::model::rater_evidence::{
    ControlPoint, RaterControlChart, RaterMeasure, RaterPanel, RemarkEntry, RemarkQueue,
};

/// A wave that looks like chance and never is.
fn wave(number: usize, step: usize) -> f64 {
    let spread = (number * 7919 + step * 104_729) % 1009;
    spread as f64 / 504.5 - 1.0
}

/// A panel of so many raters in so many subsets. The first is severe, the last lenient and drifting, one is
/// constant, one has too few marks.
pub fn panel(body_id: Option<BodyId>, component: Component, raters: usize, subsets: u64) -> RaterPanel {
    let ratings = |number: usize| if number == 3 { 7 } else { 180 + 11 * number as u64 };
    let measures: Vec<RaterMeasure> = (0..raters)
        .map(|number| {
            let place = if raters == 1 { 0.0 } else { 1.0 - 2.0 * number as f64 / (raters - 1) as f64 };
            let severity =
                place * 0.5 + if number == 0 { 0.9 } else { 0.0 } - if number + 1 == raters { 0.4 } else { 0.0 };
            let error = if number == 3 { 0.6 } else { 0.09 + 0.02 * wave(number, 1).abs() };
            let constant = number == 2 && raters > 4;
            let known = |value: f64| (!constant).then_some(value);
            let mut signs = Vec::new();
            if raters > 2 {
                match number {
                    0 => signs.push("severe"),
                    1 => signs.extend(["halo", "range_restriction"]),
                    5 => signs.push("centrality"),
                    6 => signs.push("misfit"),
                    _ if number + 1 == raters => signs.extend(["drift", "lenient"]),
                    _ => {}
                }
            }
            RaterMeasure {
                rater_id: format!("R{number:02}").as_str().into(),
                subset: if constant { 0 } else { number as u64 * subsets / raters as u64 + 1 },
                ratings: ratings(number),
                severity_logit: known(severity),
                standard_error: known(error),
                interval: known(severity).map(|value| (value - 1.96 * error, value + 1.96 * error)),
                adjusted_p_value: known(if number == 0 { 3.2e-11 } else { 0.4 }),
                fair_average: known(68.0 - 6.0 * severity),
                infit: known(if number == 6 { 1.83 } else { 1.0 + 0.2 * wave(number, 2) }),
                infit_zstd: known(if number == 6 { 5.4 } else { wave(number, 2) }),
                outfit: known(1.0 + 0.3 * wave(number, 3)),
                outfit_zstd: known(1.2 * wave(number, 3)),
                exact_agreement: (number != 4).then_some(0.46 + 0.06 * wave(number, 4)),
                expected_agreement: (number != 4).then_some(0.44),
                halo_ratio: known(if number == 1 { 0.31 } else { 1.0 + 0.15 * wave(number, 5) }),
                halo_adjusted_p_value: known(if number == 1 { 2.0e-6 } else { 1.0 }),
                centrality_ratio: known(if number == 5 { 1.62 } else { 1.0 + 0.12 * wave(number, 6) }),
                centrality_adjusted_p_value: known(if number == 5 { 0.0004 } else { 1.0 }),
                range_ratio: known(if number == 1 { 0.55 } else { 1.0 + 0.1 * wave(number, 7) }),
                range_adjusted_p_value: known(if number == 1 { 0.001 } else { 1.0 }),
                constant_marks: constant,
                signs,
            }
        })
        .collect();
    let mut control_charts = Vec::new();
    if let Some(last) = measures.last() {
        control_charts.push(control_chart(last.rater_id.as_str(), 180, true));
    }
    if raters > 1 {
        control_charts.push(control_chart("R00", 220, false));
        control_charts.push(control_chart("R01", 2_400, false));
    }
    RaterPanel {
        body_id,
        component,
        batches: vec!["B001".into(), "B002".into()],
        ratings: (0..raters).map(ratings).sum(),
        persons: 412,
        criteria: 5,
        subsets,
        iterations: 7,
        residual: 3.1e-11,
        separation: (raters > 1).then_some(3.42),
        strata: (raters > 1).then_some(4.89),
        reliability: (raters > 1).then_some(0.92),
        fixed_chi_square: (raters > 1).then_some(214.7),
        degrees_of_freedom: raters.saturating_sub(1) as u64,
        chi_square_p_value: (raters > 1).then_some(1.2e-30),
        minimum_ratings: 30,
        raters: measures,
        control_charts,
    }
}

/// A control chart of so many works; a drifting rater becomes lenient after two thirds.
pub fn control_chart(rater_id: &str, works: usize, drifts: bool) -> RaterControlChart {
    const WEIGHT: f64 = 0.2;
    const WIDTH: f64 = 2.86;
    let start = NaiveDate::from_ymd_opt(2026, 5, 12).unwrap().and_hms_opt(8, 30, 0).unwrap();
    let (mut ewma, mut upper, mut lower) = (0.0_f64, 0.0_f64, 0.0_f64);
    let (mut ewma_signal, mut cusum_signal) = (None, None);
    let points = (0..works)
        .map(|number| {
            let shift = if drifts && number * 3 > works * 2 { 0.9 } else { 0.0 };
            let residual = wave(number, works) * 1.5 + shift;
            ewma = WEIGHT * residual + (1.0 - WEIGHT) * ewma;
            upper = (upper + residual - 0.5).max(0.0);
            lower = (lower + residual + 0.5).min(0.0);
            let share = WEIGHT / (2.0 - WEIGHT) * (1.0 - (1.0 - WEIGHT).powi(2 * (number as i32 + 1)));
            let limit = WIDTH * share.sqrt();
            if ewma.abs() > limit {
                ewma_signal = ewma_signal.or(Some(number));
            }
            if upper > 5.0 || lower < -5.0 {
                cusum_signal = cusum_signal.or(Some(number));
            }
            ControlPoint {
                marked_at: start + chrono::Duration::minutes(4 * number as i64),
                residual,
                ewma,
                ewma_limit: limit,
                cusum_upper: upper,
                cusum_lower: lower,
            }
        })
        .collect();
    RaterControlChart {
        rater_id: rater_id.into(),
        ewma_weight: WEIGHT,
        ewma_width: WIDTH,
        ewma_run_length: 370.4,
        cusum_reference: 0.5,
        cusum_limit: 5.0,
        cusum_run_length: 465.4,
        points,
        ewma_signal,
        cusum_signal,
    }
}

/// A queue of so many works around 60 points.
pub fn queue(body_id: Option<BodyId>, batch_id: BatchId, works: usize) -> RemarkQueue {
    let mut entries: Vec<RemarkEntry> = (0..works)
        .map(|number| {
            let tenths = 600 + (wave(number, 8) * 75.0) as i64;
            let distance = (tenths - 600) as f64 / 10.0;
            RemarkEntry {
                candidate_id: format!("35010000{number:04}").as_str().into(),
                component: if number % 5 == 4 { Component::Theory } else { Component::Skill },
                score: Points::from_millionths(tenths * 100_000),
                pass_line: Points::whole(60),
                fair_score: 60.0 + distance + 0.8 * wave(number, 9),
                standard_error: 2.1 + 0.3 * wave(number, 10),
                probability_of_flip: 0.5 * (-(distance / 3.2).powi(2)).exp() * (1.0 + 0.3 * wave(number, 11)),
                passes: tenths >= 600,
                raters: vec![
                    format!("R{:02}", number % 7).as_str().into(),
                    format!("R{:02}", number % 5 + 8).as_str().into(),
                ],
            }
        })
        .collect();
    entries.sort_by(|a, b| {
        b.probability_of_flip.total_cmp(&a.probability_of_flip).then_with(|| a.candidate_id.cmp(&b.candidate_id))
    });
    RemarkQueue { body_id, batch_id, works: works as u64 + 9, left_out: 4, entries }
}

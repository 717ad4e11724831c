//! Moved scores and terminal digits of `kaojian passline`, both against a smooth curve.

use crate::cli::passline_steps::Steps;
use crate::stats::exact_tables::goodness_of_fit;
use crate::stats::excess_mass::{MassWindow, choose_degree, moved_mass_least_squares, smooth_counts};
use crate::stats::moved_interval::{dense, moved_interval};
use serde::Serialize;

/// Bootstrap samples of the moved mass.
const SAMPLES: usize = 500;

/// Excess, missing and moved scores.
#[derive(Debug, Serialize)]
pub struct Mass {
    degree: usize,
    lowest: f64,
    highest: f64,
    below: u32,
    excess: f64,
    missing: f64,
    /// The estimate.
    pub moved: f64,
    moved_lower: Option<f64>,
    moved_upper: Option<f64>,
    share_of_below: f64,
    share_lower: Option<f64>,
    share_upper: Option<f64>,
    samples: usize,
    /// The same by least squares.
    moved_least_squares: Option<f64>,
}

/// Moved scores with their bootstrap interval.
pub fn mass(steps: &Steps, below: u32, seed: u64) -> Option<Mass> {
    let fitted = moved_interval(&steps.counts, below, SAMPLES, seed)?;
    let (found, window) = (fitted.found, fitted.window);
    let least_squares = dense(&steps.counts).and_then(|list| moved_mass_least_squares(&list, &window));
    Some(Mass {
        degree: window.degree,
        lowest: steps.score(window.lowest),
        highest: steps.score(window.highest),
        below,
        excess: found.excess,
        missing: found.missing,
        moved: found.moved,
        moved_lower: fitted.moved.map(|interval| interval.0),
        moved_upper: fitted.moved.map(|interval| interval.1),
        share_of_below: found.share_of_below,
        share_lower: fitted.share.map(|interval| interval.0),
        share_upper: fitted.share.map(|interval| interval.1),
        samples: fitted.samples,
        moved_least_squares: least_squares.map(|found| found.moved),
    })
}

/// Last digits of whole scores.
#[derive(Debug, Serialize)]
pub struct Digits {
    counts: Vec<u64>,
    expected: Vec<f64>,
    chi_square: f64,
    degrees_of_freedom: usize,
    p_value: f64,
    standardised_residuals: Vec<f64>,
}

/// Last digits against what the smooth curve of the same scores gives them; the line itself is left out of the fit.
pub fn digits(steps: &Steps) -> Option<Digits> {
    let line = steps.whole_line()?;
    let (lowest, highest) = (*steps.counts.keys().next()?, *steps.counts.keys().next_back()?);
    let list = dense(&steps.counts)?;
    let window = MassWindow { lowest, highest, line: 0, below: 0, above: 0, degree: 4 };
    let degree = choose_degree(&list, &window, 4..=7)?;
    let curve = smooth_counts(&list, &MassWindow { degree, ..window })?;
    let (mut seen, mut expected) = (vec![0u64; 10], vec![0.0; 10]);
    for (i, (count, rate)) in list.iter().zip(&curve).enumerate() {
        let digit = usize::try_from((lowest + i as i64 + line).rem_euclid(10)).unwrap_or(0);
        seen[digit] += count;
        expected[digit] += rate;
    }
    let found = goodness_of_fit(&seen, &expected)?;
    let (total, whole) = (seen.iter().sum::<u64>() as f64, expected.iter().sum::<f64>());
    Some(Digits {
        counts: seen,
        expected: expected.iter().map(|value| value / whole * total).collect(),
        chi_square: found.chi_square,
        degrees_of_freedom: found.degrees_of_freedom,
        p_value: found.p_value,
        standardised_residuals: found.standardised_residuals,
    })
}

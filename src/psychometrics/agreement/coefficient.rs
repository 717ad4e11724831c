//! What a coefficient of agreement says about itself, and the linearised variance that all of them share.

use crate::psychometrics::agreement::table::{Cell, RatingTable};
use crate::stats::student::critical_value;

/// Confidence of the intervals.
pub const CONFIDENCE: f64 = 0.95;

/// A coefficient with what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    /// The coefficient; 1 is perfect agreement, 0 what chance gives.
    pub value: f64,
    /// Weighted observed agreement, 0–1.
    pub observed: f64,
    /// Weighted agreement expected by chance, 0–1.
    pub expected: f64,
    /// Standard error over units; `None` below two units.
    pub standard_error: Option<f64>,
    /// Lower end of the 95 % interval (t with units − 1 degrees of freedom).
    pub lower: Option<f64>,
    /// Upper end, at most 1.
    pub upper: Option<f64>,
    /// Units with a rating.
    pub units: usize,
    /// Units with two ratings or more, which alone can agree.
    pub units_compared: usize,
}

/// Why a coefficient has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementUndefined {
    /// No unit has two ratings.
    #[error("no unit has ratings by two raters")]
    NothingCompared,
    /// Chance alone would give perfect agreement: all ratings are the same.
    #[error("all ratings are the same, so agreement beyond chance cannot be told")]
    NoVariance,
    /// Fewer units rated by everyone than the coefficient needs.
    #[error("fewer than two units were rated by every rater")]
    NoCompleteUnits,
    /// The coefficient does not exist for scores below nought.
    #[error("the ratio metric needs scores of nought or more")]
    NegativeScore,
}

/// Observed agreement of one unit: Σ_k r_k(Σ_l w_kl r_l − 1)/(r(r − 1)), 0 below two ratings.
pub(super) fn unit_agreement(unit: &[Cell], weights: &[f64], q: usize) -> f64 {
    let r = unit.len() as f64;
    if unit.len() < 2 {
        return 0.0;
    }
    let mut sum = 0.0;
    for a in unit {
        for b in unit {
            sum += weights[a.category * q + b.category];
        }
    }
    // Every rating meets itself once with weight 1.
    (sum - r) / (r * (r - 1.0))
}

/// Σ_l w_kl p_l for every k.
pub(super) fn weighted(weights: &[f64], shares: &[f64]) -> Vec<f64> {
    let q = shares.len();
    (0..q).map(|k| (0..q).map(|l| weights[k * q + l] * shares[l]).sum()).collect()
}

/// From observed and expected agreement to the coefficient with its variance.
///
/// Formula: κ_i = (n/n₂)(a_i − p_e·\[r_i ≥ 2\])/(1 − p_e) − 2(1 − κ)(e_i − p_e)/(1 − p_e),
/// var = Σ(κ_i − κ)²/(n(n − 1)), where a_i is the unit's own agreement and e_i its share in chance agreement.
/// Reference: Gwet (2014), chapter 5; Gwet (2008), British Journal of Mathematical and Statistical
/// Psychology 61, 29–48.
pub(super) fn chance_corrected(
    table: &RatingTable,
    weights: &[f64],
    expected: f64,
    unit_expected: impl Fn(&[Cell]) -> f64,
) -> Result<Coefficient, AgreementUndefined> {
    let q = table.categories().len();
    let n = table.units() as f64;
    let agreements: Vec<f64> = table.by_unit().map(|unit| unit_agreement(unit, weights, q)).collect();
    let units_compared = table.by_unit().filter(|unit| unit.len() > 1).count();
    if units_compared == 0 {
        return Err(AgreementUndefined::NothingCompared);
    }
    let observed = agreements.iter().sum::<f64>() / units_compared as f64;
    let beyond = 1.0 - expected;
    if beyond < 1e-12 {
        return Err(AgreementUndefined::NoVariance);
    }
    let value = (observed - expected) / beyond;
    let raise = n / units_compared as f64;
    let spread: f64 = table
        .by_unit()
        .zip(&agreements)
        .map(|(unit, agreement)| {
            let own_expected = if unit.len() > 1 { expected } else { 0.0 };
            let own = raise * (agreement - own_expected) / beyond
                - 2.0 * (1.0 - value) * (unit_expected(unit) - expected) / beyond;
            (own - value).powi(2)
        })
        .sum();
    Ok(with_interval(value, observed, expected, spread, table.units(), units_compared))
}

/// Adds the standard error √(spread/(n(n − 1))) and the interval.
pub(super) fn with_interval(
    value: f64,
    observed: f64,
    expected: f64,
    spread: f64,
    units: usize,
    units_compared: usize,
) -> Coefficient {
    let n = units as f64;
    let standard_error = (units > 1).then(|| (spread / (n * (n - 1.0))).sqrt());
    let half = standard_error.map(|error| error * critical_value(CONFIDENCE, n - 1.0));
    Coefficient {
        value,
        observed,
        expected,
        standard_error,
        lower: half.map(|half| value - half),
        upper: half.map(|half| (value + half).min(1.0)),
        units,
        units_compared,
    }
}

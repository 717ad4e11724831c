//! Observed against expected: how often p-values fall below each level in this very form. A model that fits
//! gives a share of about x (at most, as counts are discrete) at or below x; a share far above says that the
//! small p-values of this form are partly the model's misfit.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::response_model::ResponseModel;
use crate::detect::similarity::screening::ScreenStatistic;
use crate::detect::similarity::significance::Screened;
use crate::kernels::plain::compare;
use crate::model::similarity_evidence::CalibrationPoint;
use rayon::prelude::*;

/// Levels at which shares are given.
pub(super) const LEVELS: [f64; 12] = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10];
/// Pairs looked at for the levels above the retention level.
const SAMPLE: u64 = 10_000;
/// A share from the sample is given only where this many pairs are expected.
pub(super) const EXPECTED_IN_SAMPLE: f64 = 10.0;

/// Shares of pairs at or below each level: exact at and below the retention level, from every so-many-th pair
/// above it. Levels that neither can resolve are left out.
pub fn calibration_points(
    matrix: &SheetMatrix<'_>,
    screened: &Screened,
    sample: &[((usize, usize), f64)],
) -> Vec<CalibrationPoint> {
    let retention = screened.retention;
    let pairs = all_pairs(matrix);
    let stride = stride(pairs);
    let p_values: Vec<f64> = sample.iter().map(|(_, p_value)| *p_value).collect();
    let compared = p_values.len().max(1) as f64;
    // Pairs with too few common items are as rare outside the sample as in it.
    let family = pairs as f64 * (p_values.len() as f64 / pairs.div_ceil(stride).max(1) as f64);
    LEVELS
        .into_iter()
        .filter_map(|level| {
            let observed_rate = if level <= retention {
                screened.retained.iter().filter(|(pair, _)| pair.p_value <= level).count() as f64 / family.max(1.0)
            } else if stride == 1 || level * compared >= EXPECTED_IN_SAMPLE {
                p_values.iter().filter(|p| **p <= level).count() as f64 / compared
            } else {
                return None;
            };
            (level * family >= 1.0 || observed_rate > 0.0).then_some(CalibrationPoint { p_value: level, observed_rate })
        })
        .collect()
}

fn all_pairs(matrix: &SheetMatrix<'_>) -> u64 {
    let sheets = matrix.sheets.len() as u64;
    sheets * sheets.saturating_sub(1) / 2
}

/// Every so-many-th pair is looked at.
fn stride(pairs: u64) -> u64 {
    pairs.div_ceil(SAMPLE).max(1)
}

/// Every so-many-th pair of all, as far as it has enough common items, and its p-value.
pub fn sampled_pairs(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    statistic: ScreenStatistic,
    minimum_items: u32,
) -> Vec<((usize, usize), f64)> {
    let pairs = all_pairs(matrix);
    let stride = stride(pairs);
    let sampled: Vec<u64> = (0..pairs.div_ceil(stride)).map(|step| step * stride + stride / 2).collect();
    sampled
        .par_iter()
        .filter_map(|&number| {
            let (a, b) = pair_of(number.min(pairs.saturating_sub(1)));
            let counts = compare(matrix.row(a), matrix.row(b), &matrix.key);
            (counts.common >= minimum_items).then(|| ((a, b), statistic.p_value(matrix, model, (a, b), counts)))
        })
        .collect()
}

/// The pair (a, b), a < b, at a place in the order (0,1), (0,2), (1,2), (0,3), ….
fn pair_of(number: u64) -> (usize, usize) {
    let mut b = (((8.0 * number as f64 + 1.0).sqrt() + 1.0) / 2.0) as u64;
    // The square root may be off by one for large numbers.
    while b * (b - 1) / 2 > number {
        b -= 1;
    }
    while (b + 1) * b / 2 <= number {
        b += 1;
    }
    ((number - b * (b - 1) / 2) as usize, b as usize)
}

#[cfg(test)]
mod tests {
    use super::pair_of;

    #[test]
    fn pairs_are_counted_through() {
        let mut number = 0;
        for b in 1..60 {
            for a in 0..b {
                assert_eq!(pair_of(number), (a, b));
                number += 1;
            }
        }
        assert_eq!(pair_of(20_000 * 19_999 / 2 - 1), (19_998, 19_999));
    }
}

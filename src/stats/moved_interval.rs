//! How many scores were moved up to the line, with a parametric-bootstrap interval.

use crate::stats::excess_mass::{MassWindow, MovedMass, choose_degree, moved_mass, smooth_counts};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Degrees of the polynomial that cross-validation chooses from.
const DEGREES: std::ops::RangeInclusive<usize> = 4..=7;
/// Share of the samples outside the interval on each side.
const TAIL: f64 = 0.025;

/// Moved scores with the smooth curve they are measured against.
#[derive(Clone, Debug, PartialEq)]
pub struct MovedInterval {
    /// The window and the degree chosen.
    pub window: MassWindow,
    /// The estimate.
    pub found: MovedMass,
    /// The smooth curve over every step from the lowest to the highest.
    pub curve: Vec<f64>,
    /// 95 % interval of the moved number.
    pub moved: Option<(f64, f64)>,
    /// 95 % interval of the share of those just below.
    pub share: Option<(f64, f64)>,
    /// Samples that could be fitted.
    pub samples: usize,
}

/// Fits the smooth curve and draws samples around it.
///
/// **Input**: candidates by step, 0 the lowest that passes; `below` steps that may have lost candidates; samples to draw
/// (none gives no interval) and the seed.
///
/// **Formula**: the degree is chosen once; each sample draws Poisson counts with the curve's rates, inside the window with
/// the observed counts as rates, and is estimated anew; the interval holds the middle 95 %.
///
/// **Returns**: `None` as [`moved_mass`].
///
/// **Reference**: as [`moved_mass`]; Efron & Tibshirani (1993), An Introduction to the Bootstrap, sections 6.5 and 13.3.
pub fn moved_interval(counts: &BTreeMap<i64, u64>, below: u32, samples: usize, seed: u64) -> Option<MovedInterval> {
    let (lowest, highest) = (*counts.keys().next()?, *counts.keys().next_back()?);
    let list = dense(counts)?;
    let window = MassWindow { lowest, highest, line: 0, below, above: 0, degree: *DEGREES.start() };
    let window = MassWindow { degree: choose_degree(&list, &window, DEGREES)?, ..window };
    let found = moved_mass(&list, &window)?;
    let curve = smooth_counts(&list, &window)?;
    let inside = |step: i64| (-i64::from(below)..=0).contains(&step);
    let rates: Vec<f64> = list
        .iter()
        .zip(&curve)
        .enumerate()
        .map(|(i, (count, rate))| if inside(lowest + i as i64) { *count as f64 } else { *rate })
        .collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let drawn: Vec<MovedMass> = (0..samples)
        .filter_map(|_| {
            let counts: Vec<u64> = rates.iter().map(|rate| poisson(*rate, &mut random)).collect();
            moved_mass(&counts, &window)
        })
        .collect();
    let middle = |of: &dyn Fn(&MovedMass) -> f64| {
        let mut values: Vec<f64> = drawn.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values.get(((values.len() as f64 - 1.0) * share).round() as usize).copied();
        at(TAIL).zip(at(1.0 - TAIL))
    };
    let (moved, share) = (middle(&|mass| mass.moved), middle(&|mass| mass.share_of_below));
    Some(MovedInterval { window, found, curve, moved, share, samples: drawn.len() })
}

/// Counts of every step from the lowest to the highest; `None` when they are too far apart to be marks.
pub fn dense(counts: &BTreeMap<i64, u64>) -> Option<Vec<u64>> {
    const MOST_STEPS: i64 = 10_000;
    let (lowest, highest) = (*counts.keys().next()?, *counts.keys().next_back()?);
    (highest.checked_sub(lowest)? < MOST_STEPS)
        .then(|| (lowest..=highest).map(|step| counts.get(&step).copied().unwrap_or(0)).collect())
}

/// Draws a Poisson number: by inversion in pieces small enough for the exponential.
fn poisson(rate: f64, random: &mut ChaCha8Rng) -> u64 {
    const PIECE: f64 = 30.0;
    let mut left = rate;
    let mut total = 0;
    while left > 0.0 {
        let piece = left.min(PIECE);
        left -= piece;
        let limit = (-piece).exp();
        let mut product: f64 = random.random();
        while product > limit {
            total += 1;
            product *= random.random::<f64>();
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_what_was_moved() {
        let mut counts: BTreeMap<i64, u64> =
            (-40..=40).map(|step| (step, (400.0 * (-f64::from(step as i32).powi(2) / 450.0).exp()) as u64)).collect();
        for step in [-3, -2, -1] {
            *counts.get_mut(&step).unwrap() -= 40;
            *counts.get_mut(&0).unwrap() += 40;
        }
        let found = moved_interval(&counts, 3, 200, 1).unwrap();
        let (lower, upper) = found.moved.unwrap();
        assert!(lower < 120.0 && upper > 120.0 && lower > 60.0 && upper < 180.0, "{found:?}");
        assert_eq!(found, moved_interval(&counts, 3, 200, 1).unwrap());
        assert_eq!(moved_interval(&BTreeMap::from([(0, 1), (99_999, 1)]), 3, 10, 1), None);
    }
}

//! The number of successes in independent trials with different probabilities (Poisson-binomial), with
//! exact tails: the null distribution of the number of identical responses.

use crate::stats::tail::Tail;

/// Below this a tail is computed again under a tilt: terms near it may have lost digits by underflow.
const SMALLEST_DIRECT: f64 = 1e-280;

/// P(X ≥ m) for X a sum of independent Bernoulli trials.
///
/// **Input**: one probability 0–1 a trial; `successes` m.
///
/// **Formula**: the recursion f(x) ← f(x)(1 − p) + f(x − 1)p with m absorbing, kept to the band of counts
/// from which m can still be reached. All terms are positive, so nothing cancels. A tail below 1e-280 is
/// computed under exponentially tilted probabilities sp/(1 − p + sp), whose mean is m.
///
/// **Returns**: the tail with log10; relative error about 1e-15 per trial at any depth.
///
/// **Reference**: van der Linden, W. J. & Sotaridona, L. (2006). Detecting answer copying when the regular
/// response process follows a known response model. Journal of Educational and Behavioral Statistics 31,
/// 283–304, equations 8–12 (generalised binomial test).
///
/// **Example**
/// ```
/// use kaojian::stats::poisson_binomial::upper_tail;
/// // One or both of 1/2 and 1/4: 1 − 1/2 · 3/4.
/// assert_eq!(upper_tail(&[0.5, 0.25], 1).probability, 0.625);
/// // 200 trials at 1e-3, all successes: 1e-600 is no double, its logarithm is.
/// assert!((upper_tail(&[1e-3; 200], 200).log10 + 600.0).abs() < 1e-9);
/// ```
pub fn upper_tail(probabilities: &[f64], successes: usize) -> Tail {
    let trials = probabilities.len();
    if successes == 0 {
        return Tail::CERTAIN;
    }
    if successes > trials {
        return Tail::IMPOSSIBLE;
    }
    let mean: f64 = probabilities.iter().sum();
    if (successes as f64) <= mean {
        // Above one half, the logarithm is precise only from the complement:
        // P(X ≤ m − 1) is P(failures ≥ n − m + 1).
        let failures: Vec<f64> = probabilities.iter().map(|p| 1.0 - p).collect();
        return Tail::from_complement(absorbed(&failures, trials - successes + 1));
    }
    let direct = absorbed(probabilities, successes);
    if direct > SMALLEST_DIRECT { Tail::from_probability(direct) } else { tilted_tail(probabilities, successes) }
}

/// The whole distribution: P(X = x) for x = 0..=n.
///
/// **Example**
/// ```
/// assert_eq!(kaojian::stats::poisson_binomial::distribution(&[0.5, 0.25]), [0.375, 0.5, 0.125]);
/// ```
pub fn distribution(probabilities: &[f64]) -> Vec<f64> {
    let (mut points, mut scratch) = (Vec::new(), Vec::new());
    distribution_into(probabilities, &mut points, &mut scratch);
    points
}

/// As [`distribution`], into a vector that is reused; `scratch` is working space.
pub fn distribution_into(probabilities: &[f64], points: &mut Vec<f64>, scratch: &mut Vec<f64>) {
    for space in [&mut *points, &mut *scratch] {
        space.clear();
        space.resize(probabilities.len() + 1, 0.0);
    }
    points[0] = 1.0;
    for (done, &p) in probabilities.iter().enumerate() {
        // From one vector into the other: written in place, the loop would wait for itself at every step.
        let q = 1.0 - p;
        scratch[0] = points[0] * q;
        for (to, from) in scratch[1..=done + 1].iter_mut().zip(points.windows(2)) {
            *to = from[1] * q + from[0] * p;
        }
        std::mem::swap(points, scratch);
    }
}

/// P(X > m) + ½ P(X = m): the p-value that is uniform on average in spite of discreteness.
///
/// **Example**
/// ```
/// assert_eq!(kaojian::stats::poisson_binomial::mid_p(&[0.5, 0.25], 1), 0.375);
/// ```
pub fn mid_p(probabilities: &[f64], successes: usize) -> f64 {
    let above = upper_tail(probabilities, successes.saturating_add(1)).probability;
    above + 0.5 * distribution(probabilities).get(successes).copied().unwrap_or(0.0)
}

/// The smallest m with P(X ≥ m) ≤ `level`, given the point probabilities; n + 1 when there is none.
///
/// **Formula**: point probabilities are added from the top, so the tail is a sum of positive terms.
///
/// **Example**
/// ```
/// use kaojian::stats::poisson_binomial::{critical_count, distribution};
/// let points = distribution(&[0.5, 0.5]);
/// assert_eq!(critical_count(&points, 0.25), 2);
/// assert_eq!(critical_count(&points, 0.2), 3);
/// ```
pub fn critical_count(points: &[f64], level: f64) -> usize {
    let mut tail = 0.0;
    for (count, point) in points.iter().enumerate().rev() {
        tail += point;
        if tail > level {
            return count + 1;
        }
    }
    0
}

/// P(X ≥ m) by the banded recursion, 1 ≤ m ≤ n.
fn absorbed(probabilities: &[f64], successes: usize) -> f64 {
    let trials = probabilities.len();
    let mut counts = vec![0.0; successes];
    let mut next = vec![0.0; successes];
    counts[0] = 1.0;
    let mut reached = 0.0;
    for (done, &p) in probabilities.iter().enumerate() {
        // From fewer than m − left successes, m cannot be reached any more.
        let lowest = successes.saturating_sub(trials - done);
        if done + 1 >= successes {
            reached += counts[successes - 1] * p;
        }
        let q = 1.0 - p;
        let top = (done + 1).min(successes - 1);
        next[lowest] = counts[lowest] * q + if lowest == 0 { 0.0 } else { counts[lowest - 1] * p };
        if lowest < top {
            for (to, from) in next[lowest + 1..=top].iter_mut().zip(counts[lowest..=top].windows(2)) {
                *to = from[1] * q + from[0] * p;
            }
        }
        std::mem::swap(&mut counts, &mut next);
    }
    reached
}

/// P(X ≥ m) through tilted probabilities, for tails beyond the range of a double.
fn tilted_tail(probabilities: &[f64], successes: usize) -> Tail {
    let possible = probabilities.iter().filter(|p| **p > 0.0).count();
    if successes > possible {
        return Tail::IMPOSSIBLE;
    }
    let mean_at = |tilt: f64| -> f64 { probabilities.iter().map(|p| p * tilt / (1.0 - p + p * tilt)).sum() };
    let (mut low, mut high) = (0.0f64, 300.0 * std::f64::consts::LN_10);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if mean_at(middle.exp()) < successes as f64 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let ln_tilt = low;
    let tilt = ln_tilt.exp();
    let tilted: Vec<f64> = probabilities.iter().map(|p| p * tilt / (1.0 - p + p * tilt)).collect();
    let scale: f64 = probabilities.iter().map(|p| (p * (tilt - 1.0)).ln_1p()).sum();
    let points = distribution(&tilted);
    let sum: f64 = points[successes..]
        .iter()
        .enumerate()
        .rev()
        .map(|(above, point)| point * (-ln_tilt * above as f64).exp())
        .sum();
    Tail::from_ln(scale - ln_tilt * successes as f64 + sum.ln())
}

#[cfg(test)]
mod tests {
    use super::{critical_count, distribution, upper_tail};
    use crate::stats::binomial;
    use proptest::prelude::*;

    #[test]
    fn edges() {
        assert_eq!(upper_tail(&[], 0).probability, 1.0);
        assert_eq!(upper_tail(&[], 1).probability, 0.0);
        assert_eq!(upper_tail(&[0.0, 1.0], 1).probability, 1.0);
        assert_eq!(upper_tail(&[0.0, 1.0], 2).log10, f64::NEG_INFINITY);
        assert_eq!(upper_tail(&[1.0, 1.0], 2).probability, 1.0);
        assert_eq!(critical_count(&[1.0], 0.5), 1);
    }

    #[test]
    fn equal_probabilities_are_binomial() {
        for m in 0..=60u64 {
            let ours = upper_tail(&[0.37; 60], m as usize);
            let binomial = binomial::upper_tail(m, 60, 0.37);
            assert!((ours.log10 - binomial.log10).abs() < 1e-12 * ours.log10.abs().max(1e-3), "{m}");
        }
    }

    proptest! {
        #[test]
        fn the_critical_count_is_where_the_tail_passes_the_level(
            p in prop::collection::vec(0.01f64..0.99, 1..30), exponent in 0.1f64..8.0
        ) {
            let level = 10f64.powf(-exponent);
            let critical = critical_count(&distribution(&p), level);
            prop_assert!(upper_tail(&p, critical).probability <= level * (1.0 + 1e-12));
            prop_assert!(critical == 0 || upper_tail(&p, critical - 1).probability >= level * (1.0 - 1e-12));
        }
    }
}

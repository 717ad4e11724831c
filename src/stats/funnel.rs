//! Exact control limits of a funnel plot: how far a proportion of so many trials strays by chance alone.
//!
//! For looking at many batches beside each other; no statement about any one of them.

use crate::stats::binomial::{lower_tail, upper_tail};

/// The fewest and the most successes that are not unusual, of a binomial count with a known rate.
///
/// **Input**: `trials` n, `probability` p in 0–1, `level` such as 0.95 (between 0 and 1).
///
/// **Formula**: the smallest k with P(X ≤ k) > (1 − level)/2, and the largest k with P(X ≥ k) > (1 − level)/2.
///
/// **Returns**: both counts, 0 ≤ lower ≤ upper ≤ n. A count outside them has a tail of at most (1 − level)/2 on its
/// side, so that at least `level` of all counts lie within.
///
/// **Reference**: Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in
/// Medicine 24, 1185–1202, appendix A.1.1; here on whole counts, without interpolation.
///
/// **Example**
/// ```
/// // Ten fair coins: P(X ≤ 1) = 11/1024 is 0.0107, P(X ≤ 2) = 56/1024 is 0.0547.
/// assert_eq!(kaojian::stats::funnel::limits(10, 0.5, 0.95), (2, 8));
/// assert_eq!(kaojian::stats::funnel::limits(10, 0.5, 0.998), (1, 9));
/// assert_eq!(kaojian::stats::funnel::limits(20, 0.0, 0.95), (0, 0));
/// ```
pub fn limits(trials: u64, probability: f64, level: f64) -> (u64, u64) {
    let tail = (1.0 - level) / 2.0;
    let lower = first(trials, |count| lower_tail(count, trials, probability).probability > tail);
    // P(X ≥ k) falls with k: the first k at which it no longer exceeds the tail is one too many.
    let above = first(trials + 1, |count| upper_tail(count, trials, probability).probability <= tail);
    (lower, above.saturating_sub(1).min(trials).max(lower))
}

/// The smallest count up to `most` from which on `holds`; `most` where it holds before it only.
fn first(most: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Σ of point probabilities by multiplication, for small n.
    fn points(trials: u64, probability: f64) -> Vec<f64> {
        let mut points = vec![1.0];
        for _ in 0..trials {
            let mut next = vec![0.0; points.len() + 1];
            for (count, point) in points.iter().enumerate() {
                next[count] += point * (1.0 - probability);
                next[count + 1] += point * probability;
            }
            points = next;
        }
        points
    }

    #[test]
    fn equal_the_plain_sums() {
        for trials in [1, 2, 7, 20, 45, 100] {
            for probability in [0.01, 0.05, 0.3, 0.5, 0.87, 0.99] {
                for level in [0.95, 0.998] {
                    let points = points(trials, probability);
                    let tail = (1.0 - level) / 2.0;
                    let below = |k: usize| points[..=k].iter().sum::<f64>() > tail;
                    let above = |k: usize| points[k..].iter().sum::<f64>() > tail;
                    let lower = (0..points.len()).find(|k| below(*k)).unwrap() as u64;
                    let upper = (0..points.len()).rev().find(|k| above(*k)).unwrap() as u64;
                    assert_eq!(limits(trials, probability, level), (lower, upper), "{trials} {probability} {level}");
                    let inside: f64 = points[lower as usize..=upper as usize].iter().sum();
                    assert!(inside >= level, "{inside}");
                }
            }
        }
    }

    #[test]
    fn ends_are_kept() {
        assert_eq!(limits(0, 0.5, 0.95), (0, 0));
        assert_eq!(limits(30, 1.0, 0.95), (30, 30));
        assert_eq!(limits(30, 0.0, 0.998), (0, 0));
    }
}

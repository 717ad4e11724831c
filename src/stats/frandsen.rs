//! Heaping at the pass line, exact for whole scores: are there more at the line than its two neighbours allow?

use crate::stats::binomial::{lower_tail, upper_tail};

/// Frandsen's test for a discrete running variable.
///
/// **Input**: counts at the score below the line, at the line (the lowest that passes) and above it; `curvature`
/// k ≥ 0 (below 1) is how far from a straight line the honest frequencies may bend; 0.01–0.02 is usual.
///
/// **Formula**: given n = n₋ + n₀ + n₊, n₀ is Bin(n, p) with p in [(1 − k)/(3 − k), (1 + k)/(3 + k)].
/// p-value = max over that range of P(|X − n/3| ≥ |n₀ − n/3|), which is reached at an end.
///
/// **Returns**: 0–1, two-sided; `None` without candidates or with k outside [0, 1). Rises with k.
///
/// **Reference**: Frandsen (2017), Advances in Econometrics 38, 281–315, section 3. Enumerated; a program that
/// searches the level by ten bisections has a floor of 5e-4 and is not monotone in k.
///
/// **Example**: 1, 8 and 0 candidates: P(X ≥ 8) of Bin(9, 1/3) is (2·9 + 1)/3⁹, and nothing is as far below.
/// ```
/// let p_value = kaojian::stats::frandsen::frandsen(1, 8, 0, 0.0).unwrap();
/// assert!((p_value - 19.0 / 19683.0).abs() < 1e-15);
/// ```
pub fn frandsen(below: u64, at: u64, above: u64, curvature: f64) -> Option<f64> {
    let n = below.checked_add(at)?.checked_add(above)?;
    if n == 0 || !(0.0..1.0).contains(&curvature) {
        return None;
    }
    // |3x − n| ≥ |3 n₀ − n| in whole numbers: x ≤ low or x ≥ high.
    let distance = (3 * i128::from(at) - i128::from(n)).abs();
    let low = (i128::from(n) - distance).div_euclid(3);
    let high = (i128::from(n) + distance + 2).div_euclid(3);
    let tails = |p: f64| {
        if distance == 0 || low >= high {
            return 1.0;
        }
        let lower = u64::try_from(low).map_or(0.0, |low| lower_tail(low, n, p).probability);
        let upper = u64::try_from(high).map_or(1.0, |high| upper_tail(high, n, p).probability);
        (lower + upper).min(1.0)
    };
    let least = (1.0 - curvature) / (3.0 - curvature);
    let most = (1.0 + curvature) / (3.0 + curvature);
    Some(tails(least).max(tails(most)))
}

/// Probability of at least so many at the line, when a given excess is what one looks for.
///
/// **Input**, **Reference**: as [`frandsen`]. **Formula**: P(X ≥ n₀) at p = (1 + k)/(3 + k).
///
/// **Example**:
/// ```
/// let p_value = kaojian::stats::frandsen::frandsen_excess(1, 8, 0, 0.0).unwrap();
/// assert!((p_value - 19.0 / 19683.0).abs() < 1e-15);
/// ```
pub fn frandsen_excess(below: u64, at: u64, above: u64, curvature: f64) -> Option<f64> {
    let n = below.checked_add(at)?.checked_add(above)?;
    let valid = n > 0 && (0.0..1.0).contains(&curvature);
    valid.then(|| upper_tail(at, n, (1.0 + curvature) / (3.0 + curvature)).probability)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_with_curvature_and_is_one_at_a_third() {
        assert_eq!(frandsen(10, 10, 10, 0.0), Some(1.0));
        let by_k = [0.0, 0.01, 0.02, 0.05, 0.1].map(|k| frandsen(180, 240, 190, k).unwrap());
        assert!(by_k.windows(2).all(|pair| pair[0] < pair[1]), "{by_k:?}");
        assert_eq!((frandsen(0, 0, 0, 0.0), frandsen(1, 1, 1, 1.0)), (None, None));
    }
}

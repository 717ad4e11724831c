//! p-values by drawing: how often does chance alone give as much, with drawing stopped once that is clear?

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// A p-value from draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawnProbability {
    /// P(at least as much as observed), never 0.
    pub p_value: f64,
    /// Draws made.
    pub draws: u64,
    /// Draws that gave at least as much.
    pub at_least: u64,
}

/// Draws until `enough` draws gave at least what was observed, or `most_draws` were made.
///
/// **Input**: `draw` makes one draw of the hypothesis and says whether it gave at least as much as observed; both
/// numbers above 0.
///
/// **Formula**: h/l when the h-th such draw is the l-th of all; else (g + 1)/(n + 1) with g such draws of n.
///
/// **Returns**: a p-value that is valid: under the hypothesis P(p ≤ α) ≤ α for every α, whatever the numbers.
///
/// **Reference**: Besag & Clifford (1991), Biometrika 78, 301–304, section 2.
///
/// **Example**: every draw gives as much: the first 20 settle it.
/// ```
/// let found = kaojian::stats::permutation::drawn_p_value(999, 20, || true);
/// assert_eq!((found.p_value, found.draws), (1.0, 20));
/// let found = kaojian::stats::permutation::drawn_p_value(999, 20, || false);
/// assert_eq!((found.p_value, found.draws), (0.001, 999));
/// ```
pub fn drawn_p_value(most_draws: u64, enough: u64, mut draw: impl FnMut() -> bool) -> DrawnProbability {
    let (mut draws, mut at_least) = (0, 0);
    while draws < most_draws {
        draws += 1;
        at_least += u64::from(draw());
        if at_least >= enough {
            return DrawnProbability { p_value: at_least as f64 / draws as f64, draws, at_least };
        }
    }
    DrawnProbability { p_value: (at_least + 1) as f64 / (draws + 1) as f64, draws, at_least }
}

/// Shuffles in place (Fisher–Yates), written out so that no release of a library changes what a seed gives.
///
/// **Example**
/// ```
/// use rand_chacha::rand_core::SeedableRng;
/// let mut values = [1, 2, 3, 4];
/// kaojian::stats::permutation::shuffle(&mut values, &mut rand_chacha::ChaCha8Rng::seed_from_u64(7));
/// values.sort();
/// assert_eq!(values, [1, 2, 3, 4]);
/// ```
pub fn shuffle<T>(values: &mut [T], random: &mut ChaCha8Rng) {
    for last in (1..values.len()).rev() {
        // Multiply-shift: the bias is below length / 2^64.
        let place = ((u128::from(random.next_u64()) * (last as u128 + 1)) >> 64) as usize;
        values.swap(last, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn every_order_is_as_likely() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..6_000 {
            let mut values = [0, 1, 2];
            shuffle(&mut values, &mut random);
            *counts.entry(values).or_insert(0u32) += 1;
        }
        // Five standard errors of Bin(6000, 1/6).
        assert!(counts.len() == 6 && counts.values().all(|count| count.abs_diff(1000) < 145), "{counts:?}");
    }

    #[test]
    fn stopping_early_keeps_the_level() {
        // Under the hypothesis the observed one is as good as any draw: ranks are uniform.
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let repeats = 4_000;
        let mut small = 0;
        for _ in 0..repeats {
            let observed = random.next_u64();
            let found = drawn_p_value(199, 10, || random.next_u64() >= observed);
            small += u32::from(found.p_value <= 0.05);
        }
        // Four standard errors above 5 %.
        assert!(
            f64::from(small) < f64::from(repeats) * 0.05 + 4.0 * (f64::from(repeats) * 0.05 * 0.95).sqrt(),
            "{small}"
        );
    }
}

//! MinHash signatures and the bands by which near-duplicates find each other without comparing all pairs.
//!
//! The share of equal places of two signatures estimates the Jaccard likeness of the shingle sets (Broder
//! 1997). A band of rows is equal with probability J^rows, so that at least one of the bands agrees with
//! probability 1 − (1 − J^rows)^bands (Leskovec, Rajaraman & Ullman 2014, section 3.4).

use crate::text::shingles::mixed;

/// Rows of one band. Items of one bank have a tenth of their shingles in common, whatever they ask: with four rows a
/// text of a million would meet thousands of strangers, with six it meets a hundred.
pub const ROWS: usize = 6;
/// Bands of a signature: as many as the farthest near text needs to be met in 999 of 1,000 cases.
pub const BANDS: usize = 76;
/// Places of a signature.
pub const PLACES: usize = ROWS * BANDS;

/// A MinHash signature.
pub type Signature = [i32; PLACES];

/// Multipliers and addends of the places, from a written seed.
const fn coefficients() -> [(u32, u32); PLACES] {
    let mut all = [(0, 0); PLACES];
    let mut state: u64 = 0x5DEE_CE66;
    let mut place = 0;
    while place < PLACES {
        // A linear congruential step (Knuth, MMIX) is enough: every place only needs another function.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let multiplier = ((state >> 32) as u32) | 1;
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all[place] = (multiplier, (state >> 32) as u32);
        place += 1;
    }
    all
}

const COEFFICIENTS: [(u32, u32); PLACES] = coefficients();

/// The signature of a set of shingles.
///
/// **Input** shingles in any order; repeats change nothing. **Returns** the smallest value of every hash
/// function; all `i32::MAX` for no shingles.
///
/// ```
/// use kaojian::text::min_hash::signature;
/// assert_eq!(signature(&[7, 9, 7]), signature(&[9, 7]));
/// assert_ne!(signature(&[7, 9]), signature(&[7, 8]));
/// ```
pub fn signature(shingles: &[u32]) -> Signature {
    // Signed numbers, for which every processor has the comparison that the least of two takes.
    let mut least = [i32::MAX; PLACES];
    for shingle in shingles {
        for (least, (multiplier, addend)) in least.iter_mut().zip(&COEFFICIENTS) {
            // Shingles are mixed already, and the high bits of a product, which decide, depend on all bits of its factors.
            let value = shingle.wrapping_mul(*multiplier).wrapping_add(*addend) as i32;
            *least = (*least).min(value);
        }
    }
    least
}

/// Numbers of the bands: two texts are candidates when they share one. `scope` keeps texts apart that must
/// not be compared.
pub fn bands(signature: &Signature, scope: u64) -> [u32; BANDS] {
    let mut found = [0; BANDS];
    for (band, rows) in signature.chunks_exact(ROWS).enumerate() {
        let joined = rows.iter().fold(scope ^ band as u64, |joined, row| mixed(joined ^ u64::from(*row as u32)));
        // Thirty-two bits: what meets by chance is measured all the same.
        found[band] = (joined >> 32) as u32;
    }
    found
}

/// Probability that two texts of this Jaccard likeness become candidates.
///
/// **Input** likeness 0–1. **Returns** 0–1.
///
/// ```
/// use kaojian::text::min_hash::candidate_probability;
/// assert!((candidate_probability(0.6) - (1.0 - (1.0 - 0.6_f64.powi(6)).powi(76))).abs() < 1e-12);
/// ```
pub fn candidate_probability(jaccard: f64) -> f64 {
    1.0 - (1.0 - jaccard.powi(ROWS as i32)).powi(BANDS as i32)
}

#[cfg(test)]
mod tests {
    use super::{PLACES, candidate_probability, signature};
    use crate::text::shingles::mixed;

    /// Equal places estimate the Jaccard likeness.
    #[test]
    fn equal_places_estimate_likeness() {
        let (mut equal, sets) = (0, 400);
        for set in 0..sets {
            let shingle = |number: u64| mixed(set * 1_000 + number) as u32;
            // 60 in common of 100 in all.
            let a: Vec<u32> = (0..80).map(shingle).collect();
            let b: Vec<u32> = (20..100).map(shingle).collect();
            equal += signature(&a).iter().zip(&signature(&b)).filter(|(a, b)| a == b).count();
        }
        let share = equal as f64 / (sets as usize * PLACES) as f64;
        // Standard error √(0.24 / 51,200) = 0.0022; five of them.
        assert!((share - 0.6).abs() < 0.011, "{share}");
    }

    #[test]
    fn what_is_near_is_nearly_always_a_candidate() {
        // Every tenth character replaced leaves 0.8 n of 1.2 n shingles: the farthest that counts as near.
        assert!(candidate_probability(0.8 / 1.2) > 0.999);
        assert!(candidate_probability(0.2) < 0.005 && candidate_probability(0.1) < 0.0001);
    }
}

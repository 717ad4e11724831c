//! Which of many p-values still count once it is remembered how many were looked at.
//!
//! Holm controls the chance of one false flag or more in the whole family, Benjamini–Hochberg the
//! expected share of false flags among the flags. Both come in a form for a family of which only the
//! small p-values were kept, as a screen over all pairs leaves it.

/// Holm's step-down adjustment of a whole family of p-values.
///
/// **Input**: p-values 0–1; NaN means that no test was made: it stays NaN and is not in the family.
///
/// **Formula**: with m p-values in ascending order, p̃₍ₖ₎ = max over l ≤ k of min(1, (m − l + 1)·p₍ₗ₎).
///
/// **Returns**: one adjusted p-value an input, in the order of the input; those ≤ the level are
/// significant with the family-wise error rate held at the level, whatever the dependence.
///
/// **Reference**: Holm, S. (1979). A simple sequentially rejective multiple test procedure.
/// Scandinavian Journal of Statistics 6, 65–70.
///
/// **Example**
/// ```
/// use kaojian::stats::multiplicity::holm;
/// let adjusted = holm(&[0.01, 0.04, 0.03]);
/// assert!((adjusted[0] - 0.03).abs() < 1e-15);
/// assert!((adjusted[1] - 0.06).abs() < 1e-15); // 1 · 0.04 is raised to the 0.06 before it
/// assert!((adjusted[2] - 0.06).abs() < 1e-15); // 2 · 0.03
/// ```
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let family = p_values.iter().filter(|p| !p.is_nan()).count();
    holm_in_family(p_values, family as u64)
}

/// Holm's adjustment when only the smallest p-values of a larger family were kept.
///
/// **Input**: the retained p-values (NaN stays NaN) and the number of tests in the whole family. Every
/// test that was not retained must have a p-value no smaller than every retained one. A family smaller
/// than the number retained is taken as the number retained.
///
/// **Returns**: adjusted p-values of the retained tests, exactly as if all of the family were given.
///
/// **Reference**: as [`holm`].
///
/// **Example**
/// ```
/// use kaojian::stats::multiplicity::holm_in_family;
/// // Two of 1,000 tests were kept: 1000 · 1e-6 and 999 · 1e-5.
/// let adjusted = holm_in_family(&[1e-5, 1e-6], 1000);
/// assert!((adjusted[1] - 1e-3).abs() < 1e-15);
/// assert!((adjusted[0] - 9.99e-3).abs() < 1e-15);
/// ```
pub fn holm_in_family(retained: &[f64], family_size: u64) -> Vec<f64> {
    let order = ascending(retained);
    let family = family_size.max(order.len() as u64);
    let mut adjusted = vec![f64::NAN; retained.len()];
    let mut highest: f64 = 0.0;
    for (rank, &index) in order.iter().enumerate() {
        let remaining = (family - rank as u64) as f64;
        highest = highest.max((retained[index] * remaining).min(1.0));
        adjusted[index] = highest;
    }
    adjusted
}

/// Benjamini–Hochberg adjustment when only the smallest p-values of a larger family were kept.
///
/// **Input**: as [`holm_in_family`]. The result is exact for every adjusted value that stays below
/// `family_size / (number retained + 1)` times the smallest p-value left out.
///
/// **Formula**: q₍ₖ₎ = min over l ≥ k of min(1, m·p₍ₗ₎/l).
///
/// **Returns**: one adjusted p-value a retained test.
///
/// **Reference**: Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
/// the Royal Statistical Society B 57, 289–300.
///
/// **Example**
/// ```
/// use kaojian::stats::multiplicity::benjamini_hochberg_in_family;
/// let adjusted = benjamini_hochberg_in_family(&[0.01, 0.02, 0.5], 3);
/// assert!((adjusted[0] - 0.03).abs() < 1e-15); // 3 · 0.01 / 1 and 3 · 0.02 / 2 are equal
/// assert!((adjusted[2] - 0.5).abs() < 1e-15);
/// ```
pub fn benjamini_hochberg_in_family(retained: &[f64], family_size: u64) -> Vec<f64> {
    let order = ascending(retained);
    let family = family_size.max(order.len() as u64) as f64;
    let mut adjusted = vec![f64::NAN; retained.len()];
    let mut lowest: f64 = 1.0;
    for (rank, &index) in order.iter().enumerate().rev() {
        lowest = lowest.min(retained[index] * family / (rank + 1) as f64);
        adjusted[index] = lowest;
    }
    adjusted
}

/// Indices of the values that are numbers, by value, ties by place.
fn ascending(p_values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p_values.len()).filter(|&index| !p_values[index].is_nan()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]).then(a.cmp(&b)));
    order
}

#[cfg(test)]
mod tests {
    use super::{benjamini_hochberg_in_family, holm, holm_in_family};
    use proptest::prelude::*;

    #[test]
    fn agrees_with_the_r_documentation_of_p_adjust() {
        // R 4.2.2: p.adjust(c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
        // 0.3240), "holm") and "BH": the example of Benjamini and Hochberg (1995), first ten of fifteen.
        let p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240];
        let expected = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1.0];
        for (found, expected) in holm_in_family(&p, 15).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        let adjusted = benjamini_hochberg_in_family(&p, 15);
        assert!((adjusted[3] - 0.0095 * 15.0 / 4.0).abs() < 1e-12);
        // Four are significant at 0.05 in the paper.
        assert_eq!(adjusted.iter().filter(|q| **q <= 0.05).count(), 4);
    }

    #[test]
    fn empty_and_not_a_number() {
        assert!(holm(&[]).is_empty());
        let adjusted = holm(&[f64::NAN, 0.02]);
        assert!(adjusted[0].is_nan());
        assert_eq!(adjusted[1], 0.02);
    }

    proptest! {
        #[test]
        fn a_screened_family_gives_what_the_whole_family_gives(
            p in prop::collection::vec(0.0f64..1.0, 1..40), cut in 0.0f64..1.0
        ) {
            let whole = holm(&p);
            let retained: Vec<usize> = (0..p.len()).filter(|&i| p[i] <= cut).collect();
            let small: Vec<f64> = retained.iter().map(|&i| p[i]).collect();
            let screened = holm_in_family(&small, p.len() as u64);
            for (place, &index) in retained.iter().enumerate() {
                prop_assert!((screened[place] - whole[index]).abs() < 1e-12);
            }
        }
    }
}

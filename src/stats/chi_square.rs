//! Tail of the χ² distribution.

use statrs::function::gamma::checked_gamma_ur;

/// Probability of a χ² as large or larger.
///
/// **Input**: `chi_square` ≥ 0, `degrees_of_freedom` > 0.
///
/// **Formula**: Q(ν/2, χ²/2), the upper regularised incomplete gamma function.
///
/// **Returns**: 0–1; NaN outside the input's range.
///
/// **Reference**: Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.4.19.
///
/// **Example**: 3.841 with one degree of freedom is the 95 % point.
/// ```
/// let p = kaojian::stats::chi_square::upper_tail(3.841458820694124, 1.0);
/// assert!((p - 0.05).abs() < 1e-12, "{p}");
/// ```
pub fn upper_tail(chi_square: f64, degrees_of_freedom: f64) -> f64 {
    if !(chi_square >= 0.0 && degrees_of_freedom > 0.0) {
        return f64::NAN;
    }
    if chi_square == 0.0 {
        return 1.0;
    }
    checked_gamma_ur(degrees_of_freedom / 2.0, chi_square / 2.0).unwrap_or(f64::NAN)
}

//! The normal distribution: tails and quantiles.

use statrs::function::erf::erfc_inv;
use std::f64::consts::{PI, SQRT_2};

/// Density of the standard normal distribution at `z`.
pub fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// Above this the tail is taken from the continued fraction, below it from one half minus a series.
const FAR: f64 = 2.0;
/// Terms of the continued fraction: at z = 2 the remainder is below 1e-20 of the value.
const FRACTION_TERMS: u32 = 120;

/// P(Z ≥ z) of a standard normal Z.
///
/// **Formula**: φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))) for z ≥ 2; ½ − φ(z) Σ z²ⁿ⁺¹/(2n + 1)!! for smaller ones.
///
/// **Returns**: relative error below 1e-14 down to the smallest doubles (the common library version keeps only
/// about ten digits).
///
/// **Reference**: Abramowitz, M. & Stegun, I. A. (1964). Handbook of Mathematical Functions, 26.2.11 and 26.2.14.
///
/// **Example**
/// ```
/// use kaojian::stats::normal::upper_tail;
/// assert!((upper_tail(1.959963984540054) - 0.025).abs() < 1e-15);
/// assert!((upper_tail(-1.0) + upper_tail(1.0) - 1.0).abs() < 1e-15);
/// ```
pub fn upper_tail(z: f64) -> f64 {
    if z < -FAR {
        return 1.0 - upper_tail(-z);
    }
    if z == f64::INFINITY {
        return 0.0;
    }
    // exp(−z²/2) with the rounding error of z² put back, which matters far out.
    let square = z * z;
    let lost = z.mul_add(z, -square);
    let density = (-0.5 * square).exp() * (-0.5 * lost).exp() / (2.0 * PI).sqrt();
    if z >= FAR {
        let fraction = (1..=FRACTION_TERMS).rev().fold(z, |below, term| z + f64::from(term) / below);
        return density / fraction;
    }
    let mut term = z;
    let mut sum = z;
    let mut divisor = 1.0;
    while term.abs() > 1e-18 {
        divisor += 2.0;
        term *= square / divisor;
        sum += term;
    }
    0.5 - density * sum
}

/// The z with P(Z ≤ z) = `probability`.
///
/// **Input**: 0–1; 0 and 1 give −∞ and ∞, anything else NaN.
///
/// **Formula**: the inverse error function, polished by one Newton step against [`upper_tail`].
///
/// **Example**
/// ```
/// assert!((kaojian::stats::normal::quantile(0.975) - 1.959963984540054).abs() < 1e-14);
/// ```
pub fn quantile(probability: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    if probability == 0.0 || probability == 1.0 {
        return if probability == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    // Work in the lower half, where 1 − p does not cancel.
    if probability > 0.5 {
        return -quantile(1.0 - probability);
    }
    let rough = -SQRT_2 * erfc_inv(2.0 * probability);
    let density = density(rough);
    if density > 0.0 { rough - (upper_tail(-rough) - probability) / density } else { rough }
}

#[cfg(test)]
mod tests {
    use super::{quantile, upper_tail};

    #[test]
    fn tails_agree_with_forty_digits() {
        // mpmath, 40 digits.
        for (z, expected) in [
            (0.1, 0.460_172_162_722_971),
            (1.0, 0.158_655_253_931_457_05),
            (3.0, 0.001_349_898_031_630_094_6),
            (5.0, 2.866_515_718_791_939e-7),
            (10.0, 7.619_853_024_160_525e-24),
            (20.0, 2.753_624_118_606_233_7e-89),
            (37.0, 5.725_571_222_524_577e-300),
        ] {
            assert!((upper_tail(z) / expected - 1.0).abs() < 1e-14, "{z}: {:e}", upper_tail(z));
            assert!((upper_tail(-z) - (1.0 - expected)).abs() < 1e-15, "{z}");
        }
        assert!(upper_tail(f64::NAN).is_nan());
    }

    #[test]
    fn quantile_inverts_the_tail() {
        for exponent in 1..=15 {
            let p = 10f64.powi(-exponent);
            assert!((upper_tail(-quantile(p)) / p - 1.0).abs() < 1e-12, "{p}");
        }
        assert_eq!(quantile(0.5), 0.0);
        assert!(quantile(-0.1).is_nan());
    }
}

//! The distribution of a ratio of variances (F): are means apart, and how far at least?

use statrs::function::beta::checked_beta_reg;

/// P(F ≥ f) with the given degrees of freedom.
///
/// **Input**: f ≥ 0, both degrees of freedom > 0, whole or not.
///
/// **Formula**: I(d₂/(d₂ + d₁f); d₂/2, d₁/2).
///
/// **Returns**: 0–1; NaN outside the allowed input.
///
/// **Reference**: Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.6.2.
///
/// **Example**: the 5 % point of F with 5 and 18 degrees of freedom is 2.772853 in every table.
/// ```
/// let p_value = kaojian::stats::variance_ratio::upper_tail(2.772_853_153, 5.0, 18.0);
/// assert!((p_value - 0.05).abs() < 1e-8);
/// ```
pub fn upper_tail(f: f64, numerator: f64, denominator: f64) -> f64 {
    if f.is_nan() || f < 0.0 || !(numerator > 0.0 && denominator > 0.0) {
        return f64::NAN;
    }
    if f.is_infinite() {
        return 0.0;
    }
    let x = denominator / (denominator + numerator * f);
    checked_beta_reg(denominator / 2.0, numerator / 2.0, x).unwrap_or(f64::NAN)
}

/// The f with P(F ≥ f) = `level`, by bisection of [`upper_tail`].
///
/// **Input**: level in (0, 1); degrees of freedom > 0.
///
/// **Returns**: f > 0; NaN outside the allowed input.
///
/// **Example**:
/// ```
/// let f = kaojian::stats::variance_ratio::critical_value(0.05, 5.0, 18.0);
/// assert!((f - 2.772_853_153).abs() < 1e-7);
/// ```
pub fn critical_value(level: f64, numerator: f64, denominator: f64) -> f64 {
    if !(level > 0.0 && level < 1.0 && numerator > 0.0 && denominator > 0.0) {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while upper_tail(high, numerator, denominator) > level && high < 1e300 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if upper_tail(middle, numerator, denominator) > level { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

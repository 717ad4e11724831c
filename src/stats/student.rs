//! Student's t: is a mean different from nought, when the spread is estimated from the same values?
//!
//! Not for counts or shares near 0 or 1 (use exact binomial tails), and not for values that come in
//! clusters: reduce each cluster to one value first.

use statrs::function::beta::checked_beta_reg;
use statrs::function::erf::erfc;

/// Above so many degrees of freedom the normal tail with a first-order correction replaces the beta
/// function: it differs by less than 1e-9 there, and the beta function loses digits.
const LARGE_DEGREES_OF_FREEDOM: f64 = 1e5;

/// Probability of a t statistic at least so far from nought, in either direction.
///
/// **Input**: `t` the statistic (infinite allowed), `degrees_of_freedom` > 0.
///
/// **Formula**: I(ν / (ν + t²); ν/2, 1/2), the regularised incomplete beta function.
///
/// **Returns**: 0–1; small is far from nought. NaN when `t` is NaN or the degrees of freedom are not above 0.
///
/// **Reference**: Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.7.1 and 26.5.27;
/// normal approximation 26.7.8.
///
/// **Example**: the two-sided 5 % point of t with 10 degrees of freedom is 2.228139 in every table.
/// ```
/// let p_value = kaojian::stats::student::two_sided_p_value(2.2281388520, 10.0);
/// assert!((p_value - 0.05).abs() < 1e-9);
/// ```
pub fn two_sided_p_value(t: f64, degrees_of_freedom: f64) -> f64 {
    if t.is_nan() || degrees_of_freedom.is_nan() || degrees_of_freedom <= 0.0 {
        return f64::NAN;
    }
    if t.is_infinite() {
        return 0.0;
    }
    if degrees_of_freedom > LARGE_DEGREES_OF_FREEDOM {
        let z = t * (1.0 - 0.25 / degrees_of_freedom) / (1.0 + t * t / (2.0 * degrees_of_freedom)).sqrt();
        return erfc(z.abs() / std::f64::consts::SQRT_2);
    }
    let x = degrees_of_freedom / (degrees_of_freedom + t * t);
    checked_beta_reg(degrees_of_freedom / 2.0, 0.5, x).unwrap_or(f64::NAN)
}

/// Half width of a two-sided interval in standard errors.
///
/// **Input**: `confidence` in (0, 1), such as 0.95; `degrees_of_freedom` > 0.
///
/// **Formula**: the t with [`two_sided_p_value`] = 1 − confidence, by bisection.
///
/// **Returns**: a positive number; NaN outside the allowed input.
///
/// **Reference**: as [`two_sided_p_value`].
///
/// **Example**:
/// ```
/// let t = kaojian::stats::student::critical_value(0.95, 10.0);
/// assert!((t - 2.228139).abs() < 1e-6);
/// ```
pub fn critical_value(confidence: f64, degrees_of_freedom: f64) -> f64 {
    let level = 1.0 - confidence;
    if !(level > 0.0 && level < 1.0) || degrees_of_freedom.is_nan() || degrees_of_freedom <= 0.0 {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while two_sided_p_value(high, degrees_of_freedom) > level && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if two_sided_p_value(middle, degrees_of_freedom) > level { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Mean, spread and test of one sample against nought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TTest {
    /// Values.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation (n − 1); `None` below two values.
    pub standard_deviation: Option<f64>,
    /// Two-sided p-value of mean 0; `None` below two values.
    pub p_value: Option<f64>,
}

/// Tests whether the mean of independent values differs from nought.
///
/// **Input**: independent values in any unit; none missing.
///
/// **Formula**: t = mean / (s/√n), n − 1 degrees of freedom. Equal values other than nought give p = 0,
/// all nought p = 1.
///
/// **Returns**: `None` for no values.
///
/// **Reference**: Student (1908), The probable error of a mean, Biometrika 6, 1–25 (his sleep data below).
///
/// **Example**:
/// ```
/// let extra_sleep = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
/// let test = kaojian::stats::student::one_sample(&extra_sleep).unwrap();
/// assert!((test.mean - 1.58).abs() < 1e-12);
/// assert!((test.p_value.unwrap() - 0.002833).abs() < 1e-6);
/// ```
pub fn one_sample(values: &[f64]) -> Option<TTest> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    if n < 2 {
        return Some(TTest { n, mean, standard_deviation: None, p_value: None });
    }
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let standard_deviation = (squares / (n - 1) as f64).sqrt();
    let standard_error = standard_deviation / (n as f64).sqrt();
    Some(TTest {
        n,
        mean,
        standard_deviation: Some(standard_deviation),
        p_value: Some(p_value_of_estimate(mean, standard_error, (n - 1) as f64)),
    })
}

/// Two-sided p-value of an estimate with its standard error, sensible also without any spread.
///
/// **Input**: estimate and standard error in one unit; degrees of freedom > 0.
///
/// **Formula**: [`two_sided_p_value`] of estimate / standard error; with standard error 0: 1 for estimate 0, else 0.
///
/// **Returns**: 0–1 or NaN.
///
/// **Example**:
/// ```
/// use kaojian::stats::student::p_value_of_estimate;
/// assert_eq!(p_value_of_estimate(0.0, 0.0, 5.0), 1.0);
/// assert_eq!(p_value_of_estimate(0.1, 0.0, 5.0), 0.0);
/// ```
pub fn p_value_of_estimate(estimate: f64, standard_error: f64, degrees_of_freedom: f64) -> f64 {
    // A spread this far below the estimate is the rounding of equal values, not information.
    let nothing = f64::EPSILON * 64.0 * estimate.abs().max(1e-9);
    if standard_error > nothing {
        two_sided_p_value(estimate / standard_error, degrees_of_freedom)
    } else if estimate.abs() < 1e-12 {
        1.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two-sided tails by closed forms: 1 degree of freedom is the Cauchy distribution, 2 has an
    /// algebraic tail.
    #[test]
    fn closed_forms() {
        for t in [0.1, 1.0, 3.5, 40.0, 1e6] {
            let cauchy = 1.0 - 2.0 / std::f64::consts::PI * f64::atan(t);
            assert!((two_sided_p_value(t, 1.0) - cauchy).abs() < 1e-12, "{t}");
            let algebraic = 1.0 - t / (2.0 + t * t).sqrt();
            assert!((two_sided_p_value(-t, 2.0) - algebraic).abs() < 1e-12, "{t}");
        }
    }

    #[test]
    fn the_two_branches_meet() {
        for t in [0.5, 2.0, 4.0] {
            let below = two_sided_p_value(t, 99_999.0);
            let above = two_sided_p_value(t, 100_001.0);
            assert!((below - above).abs() < 1e-8, "{t}: {below} {above}");
        }
    }

    #[test]
    fn edges() {
        assert!(one_sample(&[]).is_none());
        assert_eq!(one_sample(&[3.0]).and_then(|test| test.p_value), None);
        assert_eq!(one_sample(&[0.1; 30]).and_then(|test| test.p_value), Some(0.0));
        assert_eq!(one_sample(&[0.0; 30]).and_then(|test| test.p_value), Some(1.0));
        assert!(two_sided_p_value(1.0, 0.0).is_nan());
        assert!((critical_value(0.95, 1.0) - 12.706_204_736).abs() < 1e-6);
    }
}

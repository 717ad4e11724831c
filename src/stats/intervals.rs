//! Confidence intervals for a proportion: Wilson for charts, Clopper–Pearson where it must be exact.

use crate::stats::binomial::{lower_tail, upper_tail};
use crate::stats::normal::quantile;

/// Wilson's score interval of a proportion.
///
/// **Input**: `successes` ≤ `trials`, `level` such as 0.95 (between 0 and 1).
///
/// **Formula**: (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n).
///
/// **Returns**: lower and upper end, within 0–1; (0, 1) when there are no trials.
///
/// **Reference**: Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
/// inference. Journal of the American Statistical Association 22, 209–212.
///
/// **Example**
/// ```
/// let (lower, upper) = kaojian::stats::intervals::wilson(5, 100, 0.95);
/// assert!((lower - 0.021543679154368).abs() < 1e-12);
/// assert!((upper - 0.111750469231919).abs() < 1e-12);
/// ```
pub fn wilson(successes: u64, trials: u64, level: f64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let n = trials as f64;
    let rate = (successes.min(trials)) as f64 / n;
    let z = quantile(0.5 + 0.5 * level);
    let shrink = 1.0 + z * z / n;
    let centre = (rate + z * z / (2.0 * n)) / shrink;
    let half = z / shrink * (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt();
    // At the ends the formula gives 0 and 1 exactly; rounding must not leave 1e-17 there.
    let lower = if successes == 0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if successes >= trials { 1.0 } else { (centre + half).min(1.0) };
    (lower, upper)
}

/// The exact interval of Clopper and Pearson.
///
/// **Input**: as [`wilson`].
///
/// **Formula**: the ends solve P(X ≥ k; p) = (1 − level)/2 and P(X ≤ k; p) = (1 − level)/2.
///
/// **Returns**: lower and upper end; (0, 1) when there are no trials. Covers at least `level`.
///
/// **Reference**: Clopper, C. J. & Pearson, E. S. (1934). The use of confidence or fiducial limits
/// illustrated in the case of the binomial. Biometrika 26, 404–413.
///
/// **Example**
/// ```
/// // No success in 20 trials: the upper end is 1 − 0.025^(1/20).
/// let (lower, upper) = kaojian::stats::intervals::clopper_pearson(0, 20, 0.95);
/// assert_eq!(lower, 0.0);
/// assert!((upper - 0.168433470983085).abs() < 1e-12);
/// ```
pub fn clopper_pearson(successes: u64, trials: u64, level: f64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let successes = successes.min(trials);
    let each_side = 0.5 * (1.0 - level);
    let lower = if successes == 0 { 0.0 } else { bisect(|p| upper_tail(successes, trials, p).probability < each_side) };
    let upper =
        if successes == trials { 1.0 } else { bisect(|p| lower_tail(successes, trials, p).probability > each_side) };
    (lower, upper)
}

/// The point in 0–1 up to which `below` holds.
fn bisect(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0f64, 1.0f64);
    // Halving until the ends are neighbours in floating point; small ends need more than 53 halvings.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::{clopper_pearson, wilson};

    #[test]
    fn clopper_pearson_against_the_beta_quantiles() {
        // mpmath, 40 digits: beta quantiles (5, 96) at 0.025 and (6, 95) at 0.975.
        let (lower, upper) = clopper_pearson(5, 100, 0.95);
        assert!((lower / LOWER_5_OF_100 - 1.0).abs() < 1e-12, "{lower}");
        assert!((upper / UPPER_5_OF_100 - 1.0).abs() < 1e-12, "{upper}");
    }

    const LOWER_5_OF_100: f64 = 0.016_431_879_182_052_16;
    const UPPER_5_OF_100: f64 = 0.112_834_911_105_462_77;

    #[test]
    fn ends_are_exact() {
        for interval in [wilson, clopper_pearson] {
            assert_eq!(interval(0, 0, 0.95), (0.0, 1.0));
            assert_eq!(interval(0, 7, 0.95).0, 0.0);
            assert_eq!(interval(7, 7, 0.95).1, 1.0);
        }
    }
}

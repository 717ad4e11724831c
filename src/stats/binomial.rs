//! Exact tails of the binomial distribution, also far out and for millions of trials.
//!
//! Library versions lose the tail by computing 1 − cdf, or fail for a million trials and more. Here the
//! point probability comes from Loader's saddle-point form and the tail is summed outward from it, so
//! that every term is positive and nothing cancels.

use crate::stats::tail::Tail;
use std::f64::consts::PI;

/// P(X ≥ k) of a binomial X.
///
/// **Input**: `successes` k, `trials` n, `probability` p in 0–1.
///
/// **Formula**: Σ_{x ≥ k} C(n, x) pˣ (1 − p)ⁿ⁻ˣ, summed away from the mean; the complement when k is below it.
///
/// **Returns**: the tail with its log10; certain for k = 0, impossible for k > n; NaN when p is not in 0–1.
///
/// **Reference**: Loader, C. (2000). Fast and accurate computation of binomial probabilities.
///
/// **Example**
/// ```
/// use kaojian::stats::binomial::upper_tail;
/// // Two heads or more of three: 4/8.
/// assert!((upper_tail(2, 3, 0.5).probability - 0.5).abs() < 1e-15);
/// assert!((upper_tail(400, 400, 0.1).log10 + 400.0).abs() < 1e-12);
/// ```
pub fn upper_tail(successes: u64, trials: u64, probability: f64) -> Tail {
    if !(0.0..=1.0).contains(&probability) {
        return Tail { probability: f64::NAN, log10: f64::NAN };
    }
    if successes == 0 {
        return Tail::CERTAIN;
    }
    if successes > trials || probability == 0.0 {
        return Tail::IMPOSSIBLE;
    }
    if probability == 1.0 {
        return Tail::CERTAIN;
    }
    if (successes as f64) > trials as f64 * probability {
        Tail::from_ln(ln_outward_sum(successes, trials, probability))
    } else {
        // P(X ≤ k − 1) is P(failures ≥ n − k + 1).
        Tail::from_complement(ln_outward_sum(trials - successes + 1, trials, 1.0 - probability).exp())
    }
}

/// P(X ≤ k) of a binomial X; as [`upper_tail`].
///
/// **Example**
/// ```
/// assert!((kaojian::stats::binomial::lower_tail(1, 3, 0.5).probability - 0.5).abs() < 1e-15);
/// ```
pub fn lower_tail(successes: u64, trials: u64, probability: f64) -> Tail {
    if successes >= trials {
        return Tail::CERTAIN;
    }
    upper_tail(trials - successes, trials, 1.0 - probability)
}

/// Natural logarithm of C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ.
///
/// **Input**: k ≤ n and 0 < p < 1 give a finite value; impossible counts give −∞.
///
/// **Reference**: Loader (2000), equation 5.
///
/// **Example**
/// ```
/// let ln = kaojian::stats::binomial::ln_point_probability(1, 3, 0.5);
/// assert!((ln - 0.375f64.ln()).abs() < 1e-15);
/// ```
pub fn ln_point_probability(successes: u64, trials: u64, probability: f64) -> f64 {
    let (k, n) = (successes as f64, trials as f64);
    if successes > trials {
        return f64::NEG_INFINITY;
    }
    if successes == 0 {
        return n * (-probability).ln_1p();
    }
    if successes == trials {
        return n * probability.ln();
    }
    stirling_error(n)
        - stirling_error(k)
        - stirling_error(n - k)
        - deviance(k, n * probability)
        - deviance(n - k, n * (1.0 - probability))
        + 0.5 * (n / (2.0 * PI * k * (n - k))).ln()
}

/// ln of Σ_{x ≥ k} of point probabilities, for k above the mean, so that terms only fall.
fn ln_outward_sum(successes: u64, trials: u64, probability: f64) -> f64 {
    let odds = probability / (1.0 - probability);
    let mut term: f64 = 1.0;
    let mut sum: f64 = 1.0;
    for x in successes..trials {
        term *= (trials - x) as f64 / (x + 1) as f64 * odds;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    ln_point_probability(successes, trials, probability) + sum.ln()
}

/// ln n! − (n + ½) ln n + n − ½ ln 2π.
fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        let factorial: f64 = (1..=n as u64).map(|i| i as f64).product();
        return if n == 0.0 { 0.0 } else { factorial.ln() - (n + 0.5) * n.ln() + n - 0.5 * (2.0 * PI).ln() };
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square)
        / n
}

/// x ln(x/m) + m − x without cancellation near x = m.
fn deviance(x: f64, mean: f64) -> f64 {
    if (x - mean).abs() < 0.1 * (x + mean) {
        let v = (x - mean) / (x + mean);
        let mut sum = (x - mean) * v;
        let mut power = 2.0 * x * v;
        for j in 1..1000u32 {
            power *= v * v;
            let next = sum + power / f64::from(2 * j + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        return sum;
    }
    x * (x / mean).ln() + mean - x
}

#[cfg(test)]
mod tests {
    use super::{lower_tail, upper_tail};

    #[test]
    fn tails_add_to_one() {
        for (k, n, p) in [(3u64, 10u64, 0.3), (50, 100, 0.5), (500_100, 1_000_000, 0.5), (1, 7, 0.01)] {
            let sum = upper_tail(k, n, p).probability + lower_tail(k - 1, n, p).probability;
            assert!((sum - 1.0).abs() < 1e-10, "{k} {n} {p}: {sum}");
        }
    }

    #[test]
    fn a_million_trials() {
        // P(X ≥ 501000), summed with 40 digits in mpmath.
        let tail = upper_tail(501_000, 1_000_000, 0.5);
        let expected = 0.022_804_149_932_691_04;
        assert!((tail.probability / expected - 1.0).abs() < 1e-11, "{tail:?}");
    }
}

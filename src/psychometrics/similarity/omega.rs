//! Wollack's omega: identical responses, standardised, and its weighted relative.

/// A standardised number of identical responses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// Expected value.
    pub expected: f64,
    /// Standard deviation.
    pub deviation: f64,
    /// (observed − expected) / deviation; NaN when nothing varies.
    pub statistic: f64,
}

impl Standardised {
    fn new(observed: f64, expected: f64, variance: f64) -> Self {
        let deviation = variance.sqrt();
        let statistic = if variance > 0.0 { (observed - expected) / deviation } else { f64::NAN };
        Self { expected, deviation, statistic }
    }
}

/// Omega: how many standard deviations the identical responses are above what the model expects.
///
/// **Input**: for each item both answered, the probability of a match. *Directed* omega: the probability that
/// the copier, at the copier's theta, gives the response the source gave. *Unconditional* omega: Σ_k P_k(θ_i)P_k(θ_j).
///
/// **Formula**: ω = (M − Σ p_g) / √Σ p_g (1 − p_g), without continuity correction.
///
/// **Returns**: large is alike. A statistic only: its normal tail is off by −9 to +3 decades far out, so
/// significance is taken from [`crate::stats::poisson_binomial::upper_tail`] of the same probabilities.
///
/// **Reference**: Wollack, J. A. (1997). A nominal response model approach for detecting answer copying. Applied
/// Psychological Measurement 21, 307–320, equation 6; unconditional: Romero, M., Riascos, Á. & Jara, D. (2015). On
/// the optimality of answer-copying indices. Journal of Educational and Behavioral Statistics 40, 435–453.
///
/// **Example**
/// ```
/// // Four items at one half, all match: (4 − 2) / 1.
/// assert_eq!(kaojian::psychometrics::similarity::omega::omega(&[0.5; 4], 4).statistic, 2.0);
/// ```
pub fn omega(match_probabilities: &[f64], matches: usize) -> Standardised {
    let expected = match_probabilities.iter().sum();
    let variance = match_probabilities.iter().map(|p| p * (1.0 - p)).sum();
    Standardised::new(matches as f64, expected, variance)
}

/// Weighted omega: a match counts the more, the less probable it is.
///
/// **Input**: as [`omega`]; `matched[g]` says whether item g matches.
///
/// **Formula**: (Σ w_g M_g − Σ w_g p_g) / √Σ w_g² p_g (1 − p_g) with w_g = −ln p_g; items with p = 0 or 1 have no
/// finite weight or no variance and are left out.
///
/// **Returns**: large is alike; a statistic only, as [`omega`].
///
/// **Reference**: Gorney, K. & Deng, J. (2025). aberrance: Detect aberrant behavior in test data, R package 0.3.0
/// (documentation of `detect_as`, "WOMG").
///
/// **Example**
/// ```
/// use kaojian::psychometrics::similarity::omega::weighted_omega;
/// // Equal probabilities have equal weights, which cancel.
/// let found = weighted_omega(&[0.5; 4], &[true, true, true, true]).statistic;
/// assert!((found - 2.0).abs() < 1e-15);
/// ```
pub fn weighted_omega(match_probabilities: &[f64], matched: &[bool]) -> Standardised {
    let (mut observed, mut expected, mut variance) = (0.0, 0.0, 0.0);
    for (&p, &matched) in match_probabilities.iter().zip(matched) {
        if p <= 0.0 || p >= 1.0 {
            continue;
        }
        let weight = -p.ln();
        observed += if matched { weight } else { 0.0 };
        expected += weight * p;
        variance += weight * weight * p * (1.0 - p);
    }
    Standardised::new(observed, expected, variance)
}

#[cfg(test)]
mod tests {
    use super::{omega, weighted_omega};

    #[test]
    fn nothing_varies() {
        assert!(omega(&[], 0).statistic.is_nan());
        assert!(omega(&[1.0, 1.0], 2).statistic.is_nan());
        assert!(weighted_omega(&[0.0, 1.0], &[false, true]).statistic.is_nan());
    }

    #[test]
    fn a_rare_match_weighs_more() {
        let rare = weighted_omega(&[0.1, 0.9], &[true, false]).statistic;
        let common = weighted_omega(&[0.1, 0.9], &[false, true]).statistic;
        assert!(rare > common);
    }
}

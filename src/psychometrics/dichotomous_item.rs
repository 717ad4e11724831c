//! One right-or-wrong item: its response function under the one-, two- and three-parameter logistic models.

/// Slope, intercept and lower asymptote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DichotomousItem {
    /// Slope a, logits per unit of theta.
    pub slope: f64,
    /// Intercept d = −a b, in logits.
    pub intercept: f64,
    /// Lower asymptote c, 0–1; 0 without guessing.
    pub lower: f64,
}

impl DichotomousItem {
    /// From discrimination a, difficulty b and guessing c.
    pub fn from_difficulty(slope: f64, difficulty: f64, lower: f64) -> Self {
        Self { slope, intercept: -slope * difficulty, lower }
    }

    /// Difficulty b = −d / a; NaN when the item does not discriminate.
    pub fn difficulty(&self) -> f64 {
        if self.slope == 0.0 { f64::NAN } else { -self.intercept / self.slope }
    }

    /// P(right | theta).
    ///
    /// **Formula**: c + (1 − c) / (1 + exp(−(a θ + d))).
    ///
    /// **Reference**: Birnbaum, A. (1968). Some latent trait models and their use in inferring an examinee's
    /// ability. In F. M. Lord & M. R. Novick, Statistical theories of mental test scores, 397–479.
    ///
    /// **Example**
    /// ```
    /// use kaojian::psychometrics::dichotomous_item::DichotomousItem;
    /// let item = DichotomousItem::from_difficulty(1.0, 0.5, 0.2);
    /// assert!((item.probability(0.5) - 0.6).abs() < 1e-15);
    /// ```
    pub fn probability(&self, theta: f64) -> f64 {
        self.lower + (1.0 - self.lower) * logistic(self.slope * theta + self.intercept)
    }

    /// Derivative of ln P(response) by theta, and its negative expected derivative (Fisher information).
    pub(crate) fn score_and_information(&self, theta: f64, right: bool) -> (f64, f64) {
        let core = logistic(self.slope * theta + self.intercept);
        let p = self.lower + (1.0 - self.lower) * core;
        let change = (1.0 - self.lower) * self.slope * core * (1.0 - core);
        let variance = (p * (1.0 - p)).max(f64::MIN_POSITIVE);
        let observed = if right { 1.0 } else { 0.0 };
        ((observed - p) * change / variance, change * change / variance)
    }
}

/// 1 / (1 + e⁻ˣ) without overflow.
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

#[cfg(test)]
mod tests {
    use super::{DichotomousItem, logistic};

    #[test]
    fn difficulty_and_intercept_agree() {
        let item = DichotomousItem::from_difficulty(1.3, -0.7, 0.1);
        assert!((item.difficulty() + 0.7).abs() < 1e-15);
        assert!(DichotomousItem { slope: 0.0, intercept: 1.0, lower: 0.0 }.difficulty().is_nan());
        assert_eq!(logistic(-800.0), 0.0);
        assert_eq!(logistic(800.0), 1.0);
    }

    #[test]
    fn the_score_is_the_derivative_of_the_log_probability() {
        let item = DichotomousItem::from_difficulty(1.3, -0.7, 0.15);
        for right in [true, false] {
            let ln = |theta: f64| {
                let p = item.probability(theta);
                if right { p.ln() } else { (1.0 - p).ln() }
            };
            let numeric = (ln(0.4 + 1e-6) - ln(0.4 - 1e-6)) / 2e-6;
            assert!((item.score_and_information(0.4, right).0 - numeric).abs() < 1e-8);
        }
    }
}

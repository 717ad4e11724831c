//! One item with ordered categories under the graded response model.

/// Slope and ascending thresholds.
#[derive(Clone, Debug, PartialEq)]
pub struct GradedItem {
    /// Slope a, logits per unit of theta.
    pub slope: f64,
    /// Thresholds b₁ ≤ b₂ ≤ …, one fewer than categories.
    pub thresholds: Vec<f64>,
}

impl GradedItem {
    /// P(category | theta), lowest category first.
    ///
    /// **Formula**: P_k = P*_k − P*_{k+1} with P*_k = 1 / (1 + exp(−a (θ − b_k))), P*_0 = 1, P*_{K} = 0.
    ///
    /// **Reference**: Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores.
    /// Psychometrika Monograph 17.
    ///
    /// **Example**
    /// ```
    /// use kaojian::psychometrics::graded_item::GradedItem;
    /// let item = GradedItem { slope: 1.0, thresholds: vec![-(3f64.ln()), 3f64.ln()] };
    /// let p = item.probabilities(0.0); // odds 3 : 1 to pass the first, 1 : 3 the second
    /// assert!((p[0] - 0.25).abs() < 1e-15 && (p[1] - 0.5).abs() < 1e-15 && (p[2] - 0.25).abs() < 1e-15);
    /// ```
    pub fn probabilities(&self, theta: f64) -> Vec<f64> {
        // The smaller of P* and 1 − P* is subtracted, so that rare categories keep their digits.
        let steps: Vec<f64> = self.thresholds.iter().map(|threshold| self.slope * (theta - threshold)).collect();
        let mut probabilities = Vec::with_capacity(steps.len() + 1);
        for category in 0..=steps.len() {
            let above = category.checked_sub(1).map(|step| steps[step]);
            let below = steps.get(category).copied();
            probabilities.push(between(above, below).max(0.0));
        }
        probabilities
    }
}

/// σ(above) − σ(below), where no step stands for 1 and 0.
fn between(above: Option<f64>, below: Option<f64>) -> f64 {
    use crate::psychometrics::dichotomous_item::logistic;
    match (above, below) {
        (None, None) => 1.0,
        (Some(above), None) => logistic(above),
        (None, Some(below)) => logistic(-below),
        (Some(above), Some(below)) if above + below > 0.0 => logistic(-below) - logistic(-above),
        (Some(above), Some(below)) => logistic(above) - logistic(below),
    }
}

#[cfg(test)]
mod tests {
    use super::GradedItem;

    #[test]
    fn categories_add_to_one() {
        let item = GradedItem { slope: 1.7, thresholds: vec![-1.0, 0.2, 0.9] };
        for theta in [-6.0, -0.3, 0.0, 2.0, 9.0] {
            assert!((item.probabilities(theta).iter().sum::<f64>() - 1.0).abs() < 1e-14);
        }
        assert_eq!(GradedItem { slope: 1.0, thresholds: vec![] }.probabilities(0.0), [1.0]);
    }
}

//! Probabilities of the categories of one rating, and their moments.

/// The categories of one rating at one location.
#[derive(Clone, Debug, Default)]
pub struct Categories {
    /// P(category k), k = 0..=steps.
    pub probabilities: Vec<f64>,
    /// Expected category.
    pub expected: f64,
    /// Variance of the category.
    pub variance: f64,
}

impl Categories {
    /// Computes the probabilities at a location.
    ///
    /// **Input**: η = θ − Σ severities in logits; steps τ_1..τ_K.
    ///
    /// **Formula**: P(k) ∝ exp(kη − Σ_{j ≤ k} τ_j).
    ///
    /// **Reference**: Andrich (1978), Psychometrika 43, 561–573; Linacre (1989), Many-Facet Rasch Measurement.
    ///
    /// **Example**:
    /// ```
    /// use kaojian::psychometrics::facets::categories::Categories;
    /// let mut categories = Categories::default();
    /// categories.compute(0.0, &[0.0]);
    /// assert_eq!((categories.expected, categories.variance), (0.5, 0.25));
    /// ```
    pub fn compute(&mut self, location: f64, steps: &[f64]) {
        self.probabilities.clear();
        self.probabilities.push(1.0);
        let (mut exponent, mut highest) = (0.0f64, 0.0f64);
        for step in steps {
            exponent += location - step;
            highest = highest.max(exponent);
            self.probabilities.push(exponent);
        }
        self.probabilities[0] = 0.0;
        let mut sum = 0.0;
        for value in &mut self.probabilities {
            *value = (*value - highest).exp();
            sum += *value;
        }
        let (mut first, mut second) = (0.0, 0.0);
        for (k, value) in self.probabilities.iter_mut().enumerate() {
            *value /= sum;
            first += k as f64 * *value;
            second += (k * k) as f64 * *value;
        }
        self.expected = first;
        self.variance = (second - first * first).max(0.0);
    }

    /// Third central moment.
    pub fn third_moment(&self) -> f64 {
        self.probabilities.iter().enumerate().map(|(k, p)| p * (k as f64 - self.expected).powi(3)).sum()
    }

    /// Fourth central moment.
    pub fn fourth_moment(&self) -> f64 {
        self.probabilities.iter().enumerate().map(|(k, p)| p * (k as f64 - self.expected).powi(4)).sum()
    }
}

//! One item of the nominal response model: its category probabilities, and its estimation from expected
//! counts.

/// Slopes and intercepts of one item's categories, each summing to zero.
#[derive(Clone, Debug, PartialEq)]
pub struct NominalItem {
    /// Slope (lambda) of each category, per unit of theta.
    pub slopes: Vec<f64>,
    /// Intercept (zeta) of each category, in logits.
    pub intercepts: Vec<f64>,
}

/// Strength of the weak normal priors that keep rarely chosen categories finite: precision, 0 = none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NominalPrior {
    /// 1 / variance of slopes around zero.
    pub slope_precision: f64,
    /// 1 / variance of intercepts around zero.
    pub intercept_precision: f64,
}

/// Newton steps of one M-step; the next E-step changes the counts anyway.
const NEWTON_STEPS: usize = 4;

impl NominalItem {
    /// All categories alike.
    pub fn flat(categories: usize) -> Self {
        Self { slopes: vec![0.0; categories], intercepts: vec![0.0; categories] }
    }

    /// Writes P(category | theta).
    ///
    /// **Formula**: P_k = exp(a_k θ + c_k) / Σ_h exp(a_h θ + c_h).
    ///
    /// **Reference**: Bock, R. D. (1972). Estimating item parameters and latent ability when responses are
    /// scored in two or more nominal categories. Psychometrika 37, 29–51, equation 1.
    ///
    /// **Example**
    /// ```
    /// use kaojian::psychometrics::nominal_item::NominalItem;
    /// let item = NominalItem { slopes: vec![0.5, -0.5], intercepts: vec![0.0, 0.0] };
    /// let mut probabilities = [0.0; 2];
    /// item.probabilities_into(3f64.ln(), &mut probabilities); // odds 3 : 1
    /// assert!((probabilities[0] - 0.75).abs() < 1e-15);
    /// ```
    pub fn probabilities_into(&self, theta: f64, probabilities: &mut [f64]) {
        let mut highest = f64::NEG_INFINITY;
        for ((slope, intercept), out) in self.slopes.iter().zip(&self.intercepts).zip(probabilities.iter_mut()) {
            *out = slope * theta + intercept;
            highest = highest.max(*out);
        }
        let mut sum = 0.0;
        for out in probabilities.iter_mut() {
            *out = (*out - highest).exp();
            sum += *out;
        }
        for out in probabilities.iter_mut() {
            *out /= sum;
        }
    }

    /// Maximises the expected log-likelihood minus the prior's penalty, from the present values on.
    ///
    /// **Input**: `counts[k * nodes.len() + q]`: expected number of persons at node q in category k.
    ///
    /// **Formula**: Newton with the multinomial information, steps halved until the objective does not
    /// fall. The penalty on all categories makes the optimum sum to zero.
    pub fn maximise(&mut self, counts: &[f64], nodes: &[f64], prior: NominalPrior) {
        let categories = self.slopes.len();
        if categories < 2 {
            return;
        }
        let size = 2 * categories;
        let mut objective = self.objective(counts, nodes, prior);
        let mut probabilities = vec![0.0; categories];
        for _ in 0..NEWTON_STEPS {
            let mut gradient = vec![0.0; size];
            let mut information = vec![0.0; size * size];
            for (q, &node) in nodes.iter().enumerate() {
                let total: f64 = (0..categories).map(|k| counts[k * nodes.len() + q]).sum();
                if total < 1e-10 {
                    continue;
                }
                self.probabilities_into(node, &mut probabilities);
                for k in 0..categories {
                    let residual = counts[k * nodes.len() + q] - total * probabilities[k];
                    gradient[k] += residual * node;
                    gradient[categories + k] += residual;
                    for h in 0..=k {
                        let own = if h == k { probabilities[k] } else { 0.0 };
                        let weight = total * (own - probabilities[k] * probabilities[h]);
                        information[k * size + h] += weight * node * node;
                        information[(categories + k) * size + h] += weight * node;
                        if h != k {
                            information[(categories + h) * size + k] += weight * node;
                        }
                        information[(categories + k) * size + categories + h] += weight;
                    }
                }
            }
            // A trace of ridge beside the prior keeps the directions that do not change P solvable.
            for k in 0..categories {
                gradient[k] -= prior.slope_precision * self.slopes[k];
                gradient[categories + k] -= prior.intercept_precision * self.intercepts[k];
                information[k * size + k] += prior.slope_precision + 1e-8;
                information[(categories + k) * size + categories + k] += prior.intercept_precision + 1e-8;
            }
            let Some(step) = solve_lower(&mut information, &gradient) else { return };
            let before = self.clone();
            let mut fraction = 1.0;
            let improved = loop {
                for k in 0..categories {
                    self.slopes[k] = before.slopes[k] + fraction * step[k];
                    self.intercepts[k] = before.intercepts[k] + fraction * step[categories + k];
                }
                self.centre();
                let now = self.objective(counts, nodes, prior);
                if now >= objective {
                    break now;
                }
                fraction *= 0.5;
                if fraction < 1e-3 {
                    *self = before;
                    return;
                }
            };
            let gain = improved - objective;
            objective = improved;
            if gain < 1e-8 * (1.0 + objective.abs()) {
                return;
            }
        }
    }

    /// Subtracts the means: probabilities do not change.
    fn centre(&mut self) {
        for values in [&mut self.slopes, &mut self.intercepts] {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            values.iter_mut().for_each(|value| *value -= mean);
        }
    }

    fn objective(&self, counts: &[f64], nodes: &[f64], prior: NominalPrior) -> f64 {
        let mut probabilities = vec![0.0; self.slopes.len()];
        let mut sum = 0.0;
        for (q, &node) in nodes.iter().enumerate() {
            self.probabilities_into(node, &mut probabilities);
            for (k, p) in probabilities.iter().enumerate() {
                let count = counts[k * nodes.len() + q];
                if count > 1e-12 {
                    sum += count * p.max(f64::MIN_POSITIVE).ln();
                }
            }
        }
        let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
        sum - 0.5
            * (prior.slope_precision * squares(&self.slopes) + prior.intercept_precision * squares(&self.intercepts))
    }
}

/// Solves A x = b by Cholesky, A given by its lower triangle; `None` when it is not positive definite.
fn solve_lower(matrix: &mut [f64], right: &[f64]) -> Option<Vec<f64>> {
    let size = right.len();
    for j in 0..size {
        for k in 0..j {
            let factor = matrix[j * size + k];
            for i in j..size {
                matrix[i * size + j] -= matrix[i * size + k] * factor;
            }
        }
        let pivot = matrix[j * size + j];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        let root = pivot.sqrt();
        for i in j..size {
            matrix[i * size + j] /= root;
        }
    }
    let mut solution = right.to_vec();
    for i in 0..size {
        for k in 0..i {
            solution[i] -= matrix[i * size + k] * solution[k];
        }
        solution[i] /= matrix[i * size + i];
    }
    for i in (0..size).rev() {
        for k in i + 1..size {
            solution[i] -= matrix[k * size + i] * solution[k];
        }
        solution[i] /= matrix[i * size + i];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::{NominalItem, NominalPrior};

    #[test]
    fn expected_counts_give_the_parameters_back() {
        let truth = NominalItem { slopes: vec![1.0, -0.2, -0.8], intercepts: vec![0.4, 0.1, -0.5] };
        let nodes: Vec<f64> = (-20..=20).map(|q| f64::from(q) * 0.2).collect();
        let mut counts = vec![0.0; 3 * nodes.len()];
        let mut probabilities = [0.0; 3];
        for (q, &node) in nodes.iter().enumerate() {
            truth.probabilities_into(node, &mut probabilities);
            for k in 0..3 {
                counts[k * nodes.len() + q] = 1000.0 * probabilities[k];
            }
        }
        let mut item = NominalItem::flat(3);
        let prior = NominalPrior { slope_precision: 0.0, intercept_precision: 0.0 };
        for _ in 0..5 {
            item.maximise(&counts, &nodes, prior);
        }
        for k in 0..3 {
            assert!((item.slopes[k] - truth.slopes[k]).abs() < 1e-6, "{item:?}");
            assert!((item.intercepts[k] - truth.intercepts[k]).abs() < 1e-6, "{item:?}");
        }
    }
}

//! The two-parameter and the Rasch model for right-or-wrong items, by marginal maximum likelihood.

use crate::psychometrics::dichotomous_item::{DichotomousItem, logistic};
use crate::stats::cholesky::Cholesky;
use rayon::prelude::*;

/// Persons whose posteriors are added up in one go. Fixed, so that sums do not depend on the threads.
const CHUNK: usize = 256;
/// Newton steps of one M-step.
const NEWTON_STEPS: usize = 5;
/// Longest Newton step in one parameter: an item that everybody has right must not run away.
const LONGEST_STEP: f64 = 2.0;
/// Step of the numerical derivative of the score.
const DERIVATIVE_STEP: f64 = 1e-4;

/// Which parameters are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DichotomousModel {
    /// A slope and an intercept an item, theta ~ N(0, 1).
    TwoParameter,
    /// An intercept an item, slope one, theta ~ N(0, σ²) with σ estimated.
    Rasch,
}

/// How the model is fitted.
#[derive(Clone, Debug)]
pub struct DichotomousSettings {
    /// Which model.
    pub model: DichotomousModel,
    /// Number of equally spaced nodes.
    pub nodes: usize,
    /// The nodes run from − to + this many standard deviations.
    pub range: f64,
    /// Most E-steps.
    pub maximum_iterations: usize,
    /// Converged when no parameter moves by more than this in a plain EM step.
    pub tolerance: f64,
    /// 1 / variance of the normal prior of slopes around one; 0 = none.
    pub slope_precision: f64,
    /// 1 / variance of the normal prior of intercepts around zero; 0 = none.
    pub intercept_precision: f64,
}

impl DichotomousSettings {
    /// Weak priors that keep items of small batches finite.
    pub fn new(model: DichotomousModel) -> Self {
        Self {
            model,
            nodes: 61,
            range: 6.0,
            maximum_iterations: 1000,
            tolerance: 1e-5,
            slope_precision: 0.25,
            intercept_precision: 0.1,
        }
    }

    /// No priors, and a tolerance that leaves only rounding.
    pub fn maximum_likelihood(model: DichotomousModel) -> Self {
        Self { slope_precision: 0.0, intercept_precision: 0.0, tolerance: 1e-8, ..Self::new(model) }
    }
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct DichotomousFit {
    /// Parameters of each item; slopes are one in the Rasch model.
    pub items: Vec<DichotomousItem>,
    /// Standard deviation of theta: estimated in the Rasch model, else one.
    pub theta_deviation: f64,
    /// Mean and standard deviation of each person's posterior (EAP).
    pub abilities: Vec<(f64, f64)>,
    /// Marginal log-likelihood.
    pub log_likelihood: f64,
    /// E-steps made.
    pub iterations: usize,
    /// Whether the criterion was met within the iterations allowed.
    pub converged: bool,
}

/// Standard errors from the observed information of the marginal likelihood.
#[derive(Clone, Debug, PartialEq)]
pub struct DichotomousErrors {
    /// Of each slope; empty in the Rasch model.
    pub slopes: Vec<f64>,
    /// Of each intercept.
    pub intercepts: Vec<f64>,
    /// Of the standard deviation of theta; `None` where it is fixed.
    pub theta_deviation: Option<f64>,
}

/// Why a fit is not possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DichotomousError {
    /// There are no items, or no persons.
    #[error("no responses")]
    Empty,
    /// The responses are no whole number of rows.
    #[error("{responses} responses do not fill rows of {items} items")]
    Ragged {
        /// Responses given.
        responses: usize,
        /// Items of a row.
        items: usize,
    },
    /// The information is not positive definite: some parameter is not determined by the data.
    #[error("the information matrix is singular: some parameter is not determined by the data")]
    Singular,
}

/// Fits the model by EM, accelerated.
///
/// **Input**: `responses`, persons × `items` row-major: right, wrong, or `None` missing (left out of the likelihood).
///
/// **Formula**: maximises Σ_i ln ∫ Π_g P_g^x (1 − P_g)^(1−x) φ(θ) dθ (minus the penalty of the priors, where there
/// are any) on a rectangular grid; two EM steps are extrapolated by SQUAREM, and undone where the likelihood would fall.
///
/// **Returns**: parameters, EAP abilities, log-likelihood, and whether it converged.
///
/// **Errors**: [`DichotomousError::Empty`], [`DichotomousError::Ragged`].
///
/// **Reference**: Bock, R. D. & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters:
/// application of an EM algorithm. Psychometrika 46, 443–459; Varadhan, R. & Roland, C. (2008). Simple and globally
/// convergent methods for accelerating the convergence of any EM algorithm. Scandinavian Journal of Statistics 35, 335–353, scheme S3.
///
/// **Example**
/// ```
/// use kaojian::psychometrics::dichotomous::{DichotomousModel, DichotomousSettings, fit};
/// // Two items, both right in half of four sheets: intercepts are zero by symmetry.
/// let responses = [[true, true], [true, false], [false, true], [false, false]].concat();
/// let responses: Vec<Option<bool>> = responses.into_iter().map(Some).collect();
/// let fitted = fit(&responses, 2, &DichotomousSettings::new(DichotomousModel::TwoParameter)).unwrap();
/// assert!(fitted.items.iter().all(|item| item.intercept.abs() < 1e-6));
/// ```
pub fn fit(
    responses: &[Option<bool>],
    items: usize,
    settings: &DichotomousSettings,
) -> Result<DichotomousFit, DichotomousError> {
    let work = Work::new(responses, items, settings)?;
    let mut first = work.start();
    let mut at_first = work.expectation(&first);
    let mut iterations = 1;
    loop {
        let second = work.maximised(&first, &at_first);
        let at_second = work.expectation(&second);
        let third = work.maximised(&second, &at_second);
        iterations += 1;
        let moved = largest_difference(&second, &third);
        let converged = moved < settings.tolerance;
        if converged || iterations >= settings.maximum_iterations {
            let last = work.expectation(&third);
            return Ok(work.fitted(&third, &last, iterations + 1, converged));
        }
        let leap = extrapolated(&first, &second, &third);
        let at_leap = work.expectation(&leap);
        iterations += 1;
        if at_leap.objective >= at_second.objective {
            (first, at_first) = (leap, at_leap);
        } else {
            at_first = work.expectation(&third);
            first = third;
            iterations += 1;
        }
    }
}

/// Standard errors of a fit.
///
/// **Input**: the responses and settings of [`fit`], and its result.
///
/// **Formula**: the square roots of the diagonal of the inverse observed information −∂²l/∂ξ∂ξᵀ; the score is exact
/// (Fisher's identity), its derivative a central difference.
///
/// **Returns**: errors of slopes, intercepts and, in the Rasch model, of the standard deviation of theta.
///
/// **Errors**: as [`fit`], and [`DichotomousError::Singular`].
///
/// **Reference**: Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. Journal of the Royal Statistical Society B 44, 226–233.
pub fn standard_errors(
    responses: &[Option<bool>],
    fitted: &DichotomousFit,
    settings: &DichotomousSettings,
) -> Result<DichotomousErrors, DichotomousError> {
    let work = Work::new(responses, fitted.items.len(), settings)?;
    let parameters = work.parameters_of(fitted);
    let size = parameters.len();
    let rows: Vec<Vec<f64>> = (0..size)
        .map(|place| {
            let score_at = |step: f64| {
                let mut moved = parameters.clone();
                moved[place] += step;
                work.score(&moved, &work.expectation(&moved))
            };
            let (above, below) = (score_at(DERIVATIVE_STEP), score_at(-DERIVATIVE_STEP));
            below.iter().zip(above).map(|(below, above)| (below - above) / (2.0 * DERIVATIVE_STEP)).collect()
        })
        .collect();
    let mut information = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..size {
            information[i * size + j] = 0.5 * (rows[i][j] + rows[j][i]);
        }
    }
    let covariance = Cholesky::new(&information, size).map_err(|_| DichotomousError::Singular)?.inverse();
    let errors: Vec<f64> = (0..size).map(|i| covariance[i * size + i].sqrt()).collect();
    Ok(match settings.model {
        DichotomousModel::TwoParameter => DichotomousErrors {
            slopes: errors.iter().step_by(2).copied().collect(),
            intercepts: errors.iter().skip(1).step_by(2).copied().collect(),
            theta_deviation: None,
        },
        DichotomousModel::Rasch => DichotomousErrors {
            slopes: Vec::new(),
            theta_deviation: errors.last().copied(),
            intercepts: errors[..size - 1].to_vec(),
        },
    })
}

fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// SQUAREM's step from three successive iterates.
fn extrapolated(first: &[f64], second: &[f64], third: &[f64]) -> Vec<f64> {
    let step: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
    let bend: Vec<f64> = second.iter().zip(third).zip(&step).map(|((b, c), step)| c - b - step).collect();
    let norm = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let length = if norm(&bend) > 0.0 { (norm(&step) / norm(&bend)).max(1.0) } else { 1.0 };
    let change = step.iter().zip(&bend);
    first.iter().zip(change).map(|(a, (step, bend))| a + 2.0 * length * step + length * length * bend).collect()
}

/// Data and grid of one fit. Parameters are one list: slope and intercept of each item, or, in the Rasch model,
/// the intercepts and then the common slope on N(0, 1), which is the standard deviation of theta.
struct Work<'a> {
    responses: &'a [Option<bool>],
    items: usize,
    settings: &'a DichotomousSettings,
    nodes: Vec<f64>,
    log_prior: Vec<f64>,
}

/// What one E-step gives.
struct Expectation {
    /// Expected persons at each item and node, and those of them with a right response.
    answered: Vec<f64>,
    right: Vec<f64>,
    log_likelihood: f64,
    /// Log-likelihood minus the penalty.
    objective: f64,
    abilities: Vec<(f64, f64)>,
}

impl<'a> Work<'a> {
    fn new(
        responses: &'a [Option<bool>],
        items: usize,
        settings: &'a DichotomousSettings,
    ) -> Result<Self, DichotomousError> {
        if items == 0 || responses.is_empty() {
            return Err(DichotomousError::Empty);
        }
        if !responses.len().is_multiple_of(items) {
            return Err(DichotomousError::Ragged { responses: responses.len(), items });
        }
        let last = settings.nodes.max(2) - 1;
        let nodes: Vec<f64> = (0..=last).map(|q| settings.range * (2.0 * q as f64 / last as f64 - 1.0)).collect();
        let mut log_prior: Vec<f64> = nodes.iter().map(|node| -0.5 * node * node).collect();
        let total: f64 = log_prior.iter().map(|value| value.exp()).sum();
        log_prior.iter_mut().for_each(|value| *value -= total.ln());
        Ok(Self { responses, items, settings, nodes, log_prior })
    }

    fn is_rasch(&self) -> bool {
        self.settings.model == DichotomousModel::Rasch
    }

    /// Slope and intercept of an item.
    fn of(&self, parameters: &[f64], item: usize) -> (f64, f64) {
        if self.is_rasch() {
            (parameters[self.items], parameters[item])
        } else {
            (parameters[2 * item], parameters[2 * item + 1])
        }
    }

    /// Slope one, and the intercept that gives the share right at theta zero, a little towards one half.
    fn start(&self) -> Vec<f64> {
        let mut parameters = Vec::new();
        for item in 0..self.items {
            let column = self.responses.iter().skip(item).step_by(self.items);
            let (mut answered, mut right): (f64, f64) = (1.0, 0.5);
            for response in column.flatten() {
                answered += 1.0;
                right += if *response { 1.0 } else { 0.0 };
            }
            if !self.is_rasch() {
                parameters.push(1.0);
            }
            parameters.push((right / (answered - right)).ln());
        }
        if self.is_rasch() {
            parameters.push(1.0);
        }
        parameters
    }

    fn expectation(&self, parameters: &[f64]) -> Expectation {
        let width = self.nodes.len();
        let mut logits = vec![0.0; self.items * width];
        let mut ln_wrong = logits.clone();
        for item in 0..self.items {
            let (slope, intercept) = self.of(parameters, item);
            for (q, node) in self.nodes.iter().enumerate() {
                let logit = slope * node + intercept;
                logits[item * width + q] = logit;
                // ln(1 − P) = −ln(1 + eˣ), without overflow.
                ln_wrong[item * width + q] = -(logit.max(0.0) + (-logit.abs()).exp().ln_1p());
            }
        }
        let parts: Vec<Expectation> =
            self.responses.par_chunks(CHUNK * self.items).map(|chunk| self.part(chunk, &logits, &ln_wrong)).collect();
        let mut whole = Expectation {
            answered: vec![0.0; self.items * width],
            right: vec![0.0; self.items * width],
            log_likelihood: 0.0,
            objective: 0.0,
            abilities: Vec::new(),
        };
        for part in parts {
            whole.log_likelihood += part.log_likelihood;
            whole.abilities.extend(part.abilities);
            for (sum, value) in whole.answered.iter_mut().zip(part.answered) {
                *sum += value;
            }
            for (sum, value) in whole.right.iter_mut().zip(part.right) {
                *sum += value;
            }
        }
        whole.objective = whole.log_likelihood - self.penalty(parameters);
        whole
    }

    fn part(&self, chunk: &[Option<bool>], logits: &[f64], ln_wrong: &[f64]) -> Expectation {
        let width = self.nodes.len();
        let mut part = Expectation {
            answered: vec![0.0; self.items * width],
            right: vec![0.0; self.items * width],
            log_likelihood: 0.0,
            objective: 0.0,
            abilities: Vec::with_capacity(chunk.len() / self.items),
        };
        let mut weights = vec![0.0; width];
        for row in chunk.chunks_exact(self.items) {
            weights.copy_from_slice(&self.log_prior);
            for (item, response) in row.iter().enumerate() {
                let Some(right) = response else { continue };
                let cells = item * width..(item + 1) * width;
                for (weight, ln) in weights.iter_mut().zip(&ln_wrong[cells.clone()]) {
                    *weight += ln;
                }
                if *right {
                    for (weight, logit) in weights.iter_mut().zip(&logits[cells]) {
                        *weight += logit;
                    }
                }
            }
            let highest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mut sum = 0.0;
            for weight in &mut weights {
                *weight = (*weight - highest).exp();
                sum += *weight;
            }
            weights.iter_mut().for_each(|weight| *weight /= sum);
            part.log_likelihood += highest + sum.ln();
            for (item, response) in row.iter().enumerate() {
                let Some(right) = response else { continue };
                let cells = item * width..(item + 1) * width;
                for (count, weight) in part.answered[cells.clone()].iter_mut().zip(&weights) {
                    *count += weight;
                }
                if *right {
                    for (count, weight) in part.right[cells].iter_mut().zip(&weights) {
                        *count += weight;
                    }
                }
            }
            let mean: f64 = weights.iter().zip(&self.nodes).map(|(weight, node)| weight * node).sum();
            let spread: f64 =
                weights.iter().zip(&self.nodes).map(|(weight, node)| weight * (node - mean) * (node - mean)).sum();
            part.abilities.push((mean, spread.sqrt()));
        }
        part
    }

    fn penalty(&self, parameters: &[f64]) -> f64 {
        let mut sum = 0.0;
        for item in 0..self.items {
            let (slope, intercept) = self.of(parameters, item);
            sum += self.settings.intercept_precision * intercept * intercept;
            if !self.is_rasch() {
                sum += self.settings.slope_precision * (slope - 1.0) * (slope - 1.0);
            }
        }
        0.5 * sum
    }

    /// Residuals and information of one item, priors left out: sums of r, rθ, w, wθ, wθ².
    fn sums(&self, item: usize, (slope, intercept): (f64, f64), expected: &Expectation) -> [f64; 5] {
        let width = self.nodes.len();
        let cells = item * width..(item + 1) * width;
        let counts = expected.answered[cells.clone()].iter().zip(&expected.right[cells]);
        let mut sums = [0.0; 5];
        for ((answered, right), node) in counts.zip(&self.nodes) {
            let p = logistic(slope * node + intercept);
            let residual = right - answered * p;
            let weight = answered * p * (1.0 - p);
            for (sum, value) in
                sums.iter_mut().zip([residual, residual * node, weight, weight * node, weight * node * node])
            {
                *sum += value;
            }
        }
        sums
    }

    /// The derivative of the objective.
    fn score(&self, parameters: &[f64], expected: &Expectation) -> Vec<f64> {
        let mut score = vec![0.0; parameters.len()];
        for item in 0..self.items {
            let (slope, intercept) = self.of(parameters, item);
            let [residual, residual_theta, ..] = self.sums(item, (slope, intercept), expected);
            let of_intercept = residual - self.settings.intercept_precision * intercept;
            if self.is_rasch() {
                score[item] = of_intercept;
                score[self.items] += residual_theta;
            } else {
                score[2 * item] = residual_theta - self.settings.slope_precision * (slope - 1.0);
                score[2 * item + 1] = of_intercept;
            }
        }
        score
    }

    /// The M-step.
    fn maximised(&self, parameters: &[f64], expected: &Expectation) -> Vec<f64> {
        if self.is_rasch() {
            return self.maximised_rasch(parameters, expected);
        }
        let per_item: Vec<[f64; 2]> = (0..self.items)
            .into_par_iter()
            .map(|item| {
                let (mut slope, mut intercept) = self.of(parameters, item);
                for _ in 0..NEWTON_STEPS {
                    let [r, r_theta, w, w_theta, w_theta2] = self.sums(item, (slope, intercept), expected);
                    let g_slope = r_theta - self.settings.slope_precision * (slope - 1.0);
                    let g_intercept = r - self.settings.intercept_precision * intercept;
                    // A trace of ridge keeps an item that everybody has right solvable.
                    let h_slope = w_theta2 + self.settings.slope_precision + 1e-9;
                    let h_intercept = w + self.settings.intercept_precision + 1e-9;
                    let determinant = h_slope * h_intercept - w_theta * w_theta;
                    if determinant.is_nan() || determinant <= 0.0 {
                        break;
                    }
                    let step_slope = (g_slope * h_intercept - g_intercept * w_theta) / determinant;
                    let step_intercept = (g_intercept * h_slope - g_slope * w_theta) / determinant;
                    slope += step_slope.clamp(-LONGEST_STEP, LONGEST_STEP);
                    intercept += step_intercept.clamp(-LONGEST_STEP, LONGEST_STEP);
                    if step_slope.abs() + step_intercept.abs() < 1e-12 {
                        break;
                    }
                }
                [slope, intercept]
            })
            .collect();
        per_item.concat()
    }

    /// Newton on intercepts and the common slope together: the information is an arrow.
    fn maximised_rasch(&self, parameters: &[f64], expected: &Expectation) -> Vec<f64> {
        let mut parameters = parameters.to_vec();
        for _ in 0..NEWTON_STEPS {
            let sums: Vec<[f64; 5]> =
                (0..self.items).map(|item| self.sums(item, self.of(&parameters, item), expected)).collect();
            let precision = self.settings.intercept_precision;
            let (mut g, mut h) = (0.0, 1e-9);
            for ([r, r_theta, w, w_theta, w_theta2], intercept) in sums.iter().zip(&parameters) {
                let (gradient, information) = (r - precision * intercept, w + precision + 1e-9);
                g += r_theta - w_theta * gradient / information;
                h += w_theta2 - w_theta * w_theta / information;
            }
            let step = (g / h).clamp(-LONGEST_STEP, LONGEST_STEP);
            let mut largest = step.abs();
            for (item, [r, _, w, w_theta, _]) in sums.iter().enumerate() {
                let gradient = r - precision * parameters[item];
                let own = (gradient - w_theta * step) / (w + precision + 1e-9);
                parameters[item] += own.clamp(-LONGEST_STEP, LONGEST_STEP);
                largest = largest.max(own.abs());
            }
            parameters[self.items] += step;
            if largest < 1e-12 {
                break;
            }
        }
        parameters
    }

    fn fitted(&self, parameters: &[f64], expected: &Expectation, iterations: usize, converged: bool) -> DichotomousFit {
        let deviation = if self.is_rasch() { parameters[self.items].abs() } else { 1.0 };
        let sign = if self.is_rasch() && parameters[self.items] < 0.0 { -1.0 } else { 1.0 };
        let items = (0..self.items)
            .map(|item| {
                let (slope, intercept) = self.of(parameters, item);
                DichotomousItem { slope: if self.is_rasch() { 1.0 } else { slope }, intercept, lower: 0.0 }
            })
            .collect();
        let scale = sign * deviation;
        DichotomousFit {
            items,
            theta_deviation: deviation,
            abilities: expected.abilities.iter().map(|(mean, error)| (scale * mean, deviation * error)).collect(),
            log_likelihood: expected.log_likelihood,
            iterations,
            converged,
        }
    }

    fn parameters_of(&self, fitted: &DichotomousFit) -> Vec<f64> {
        if self.is_rasch() {
            let intercepts = fitted.items.iter().map(|item| item.intercept);
            return intercepts.chain([fitted.theta_deviation]).collect();
        }
        fitted.items.iter().flat_map(|item| [item.slope, item.intercept]).collect()
    }
}

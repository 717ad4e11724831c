//! Standard errors of the parameters of the nominal response model.

use crate::psychometrics::nominal::NominalSettings;
use crate::psychometrics::nominal_ability::Scale;
use crate::psychometrics::nominal_item::NominalItem;
use crate::stats::cholesky::Cholesky;
use rayon::prelude::*;

/// Standard errors of one item, in the order of its categories; NaN where they cannot be told.
#[derive(Clone, Debug, PartialEq)]
pub struct NominalErrors {
    /// Of the slopes.
    pub slopes: Vec<f64>,
    /// Of the intercepts.
    pub intercepts: Vec<f64>,
}

/// Standard errors of the parameters of each item.
///
/// **Input**: fitted items, each with slopes and intercepts that sum to zero; the responses that they were fitted to, as in
/// [`crate::psychometrics::nominal::fit`].
///
/// **Formula**: I = Σ_i s_i s_iᵀ + prior, s_i the person's score Σ_q w_iq (1[k = r] − P_k(θ_q)) (θ_q, 1) under the posterior
/// weights w; the square roots of the diagonal of its inverse within parameters that sum to zero. Item by item: what the
/// estimates of two items share through the abilities is left out, which matters in short tests only.
///
/// **Reference**: Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. Journal of the
/// Royal Statistical Society B 44, 226–233; cross-products as in Mislevy & Sheehan (1989), Psychometrika 54, 661–679.
pub fn standard_errors(items: &[NominalItem], responses: &[u8], settings: &NominalSettings) -> Vec<NominalErrors> {
    if items.is_empty() {
        return Vec::new();
    }
    let scale = Scale::new(items, settings);
    let nodes = scale.nodes();
    let persons: Vec<&[u8]> = responses.chunks_exact(items.len()).collect();
    let posteriors: Vec<Vec<f64>> = persons.par_iter().map(|row| scale.weights(row)).collect();
    items
        .par_iter()
        .enumerate()
        .map(|(place, item)| {
            let categories = item.slopes.len();
            let tables: Vec<Vec<f64>> = nodes
                .iter()
                .map(|&node| {
                    let mut probabilities = vec![0.0; categories];
                    item.probabilities_into(node, &mut probabilities);
                    probabilities
                })
                .collect();
            let size = 2 * categories;
            let mut information = vec![0.0; size * size];
            let mut score = vec![0.0; size];
            for (row, weights) in persons.iter().zip(&posteriors) {
                let Some(chosen) = usize::from(row[place]).checked_sub(1).filter(|chosen| *chosen < categories) else {
                    continue;
                };
                score.fill(0.0);
                for ((weight, &node), probabilities) in weights.iter().zip(nodes).zip(&tables) {
                    for (category, probability) in probabilities.iter().enumerate() {
                        let residual = weight * (f64::from(u8::from(category == chosen)) - probability);
                        score[category] += residual * node;
                        score[categories + category] += residual;
                    }
                }
                for (line, own) in information.chunks_exact_mut(size).zip(&score) {
                    line.iter_mut().zip(&score).for_each(|(sum, other)| *sum += own * other);
                }
            }
            errors(information, categories, settings)
        })
        .collect()
}

fn errors(mut information: Vec<f64>, categories: usize, settings: &NominalSettings) -> NominalErrors {
    let size = 2 * categories;
    let unit = 1.0 / categories.max(1) as f64;
    for line in 0..size {
        let prior = if line < categories { settings.prior.slope_precision } else { settings.prior.intercept_precision };
        information[line * size + line] += prior;
        // The direction in which all slopes, or all intercepts, move together changes nothing: it gets a value of its own,
        // which is taken off again below.
        let block = line / categories.max(1) * categories;
        for column in block..block + categories {
            information[line * size + column] += unit;
        }
    }
    let together = |precision: f64| unit / (1.0 + precision);
    let factor = Cholesky::new(&information, size).ok();
    let error = |line: usize| {
        let Some(factor) = &factor else { return f64::NAN };
        let mut right = vec![0.0; size];
        right[line] = 1.0;
        let own = factor.solve(&right)[line];
        let precision =
            if line < categories { settings.prior.slope_precision } else { settings.prior.intercept_precision };
        (own - together(precision)).max(0.0).sqrt()
    };
    NominalErrors { slopes: (0..categories).map(error).collect(), intercepts: (categories..size).map(error).collect() }
}

#[cfg(test)]
mod tests {
    use super::standard_errors;
    use crate::psychometrics::nominal::{NominalSettings, fit};
    use crate::psychometrics::nominal_item::NominalItem;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn estimates_lie_as_far_from_the_truth_as_their_errors_say() {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let truth: Vec<NominalItem> = (0..40)
            .map(|item| {
                let tilt = 0.1 * f64::from(item % 5);
                NominalItem {
                    slopes: vec![0.9 + tilt, -0.3, -0.6 - tilt],
                    intercepts: vec![0.6 - tilt, 0.1, tilt - 0.7],
                }
            })
            .collect();
        let mut responses = Vec::new();
        let mut start = Vec::new();
        for _ in 0..1500 {
            let (u, v): (f64, f64) = (random.random_range(1e-12..1.0), random.random());
            let theta = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
            start.push(theta);
            for item in &truth {
                let mut probabilities = [0.0; 3];
                item.probabilities_into(theta, &mut probabilities);
                let drawn: f64 = random.random();
                let chosen = u8::from(drawn > probabilities[0]) + u8::from(drawn > probabilities[0] + probabilities[1]);
                responses.push(chosen + 1);
            }
        }
        let settings = NominalSettings::default();
        let fitted = fit(&responses, &[3; 40], &start, &settings).unwrap();
        let errors = standard_errors(&fitted.items, &responses, &settings);
        let standardised: Vec<f64> = truth
            .iter()
            .zip(fitted.items.iter().zip(&errors))
            .flat_map(|(truth, (found, errors))| {
                let slopes = truth.slopes.iter().zip(&found.slopes).zip(&errors.slopes);
                let intercepts = truth.intercepts.iter().zip(&found.intercepts).zip(&errors.intercepts);
                slopes.chain(intercepts).map(|((truth, found), error)| (found - truth) / error).collect::<Vec<_>>()
            })
            .collect();
        let mean_square = standardised.iter().map(|value| value * value).sum::<f64>() / standardised.len() as f64;
        assert!((0.75..1.3).contains(&mean_square), "{mean_square}");
    }
}

//! A person's ability under given items of the nominal response model.
//!
//! With slopes a and intercepts c, the log-likelihood of a sheet is θ Σ a + Σ c − Σ_g ln Z_g(θ), Z the sums of
//! exponentials of the items answered. Beside θ it holds nothing of the responses but the sum of their slopes, so one
//! addition an item and one row of nodes a person do the work of a likelihood a node and item.

use crate::psychometrics::nominal::{NominalSettings, grid, normalise};
use crate::psychometrics::nominal_item::NominalItem;
use rayon::prelude::*;

/// Nodes whose weight is e to the minus this of the largest add nothing that a double could hold.
const NEGLIGIBLE_LOG_WEIGHT: f64 = 40.0;

/// Mean and standard deviation of each person's posterior of theta under given item parameters.
///
/// **Input**: `responses`: `n_persons × n_items` row-major, 0 = missing, k = category k − 1; codes past an item's
/// categories count as missing. Of the settings, the nodes and their range.
///
/// **Formula**: weights φ(θ) exp(θ Σ a − Σ_g ln Z_g(θ)) at the nodes, sums over the items answered.
///
/// **Returns**: (EAP, posterior standard deviation), N(0, 1) scale, one a person.
///
/// **Reference**: Bock, R. D. & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a
/// microcomputer environment. Applied Psychological Measurement 6, 431–444.
///
/// **Example**
/// ```
/// use kaojian::psychometrics::nominal::NominalSettings;
/// use kaojian::psychometrics::nominal_ability::abilities;
/// use kaojian::psychometrics::nominal_item::NominalItem;
/// let item = NominalItem { slopes: vec![1.0, -1.0], intercepts: vec![0.0, 0.0] };
/// let found = abilities(&[item], &[1, 2, 0], &NominalSettings::default());
/// assert!(found[0].0 > 0.0 && (found[0].0 + found[1].0).abs() < 1e-12);
/// assert!(found[2].0.abs() < 1e-12); // Nothing answered: the prior's mean.
/// ```
pub fn abilities(items: &[NominalItem], responses: &[u8], settings: &NominalSettings) -> Vec<(f64, f64)> {
    if items.is_empty() {
        return Vec::new();
    }
    let scale = Scale::new(items, settings);
    responses
        .par_chunks_exact(items.len())
        .map_init(|| vec![0.0; scale.nodes.len()], |weights, row| scale.posterior(row, weights))
        .collect()
}

/// What all persons share.
pub(super) struct Scale<'i> {
    items: &'i [NominalItem],
    nodes: Vec<f64>,
    /// Log weight of each node for somebody who answered every item, without the slopes chosen.
    common: Vec<f64>,
    /// ln Z of each item at each node.
    log_sums: Vec<f64>,
}

impl<'i> Scale<'i> {
    pub(super) fn new(items: &'i [NominalItem], settings: &NominalSettings) -> Self {
        let (nodes, mut common) = grid(settings);
        let mut log_sums = Vec::with_capacity(items.len() * nodes.len());
        for item in items {
            for (&node, common) in nodes.iter().zip(&mut common) {
                let exponents =
                    item.slopes.iter().zip(&item.intercepts).map(|(slope, intercept)| slope * node + intercept);
                let highest = exponents.clone().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = exponents.map(|exponent| (exponent - highest).exp()).sum();
                let log_sum = if sum > 0.0 { highest + sum.ln() } else { 0.0 };
                *common -= log_sum;
                log_sums.push(log_sum);
            }
        }
        Self { items, nodes, common, log_sums }
    }

    pub(super) fn nodes(&self) -> &[f64] {
        &self.nodes
    }

    /// Weights of the nodes for one person, adding up to one.
    pub(super) fn weights(&self, row: &[u8]) -> Vec<f64> {
        let mut weights = vec![0.0; self.nodes.len()];
        self.log_weights(row, &mut weights);
        normalise(&mut weights);
        weights
    }

    fn log_weights(&self, row: &[u8], weights: &mut [f64]) {
        weights.copy_from_slice(&self.common);
        let width = weights.len();
        let mut slopes = 0.0;
        for (place, (item, &code)) in self.items.iter().zip(row).enumerate() {
            match usize::from(code).checked_sub(1).and_then(|category| item.slopes.get(category)) {
                Some(slope) => slopes += slope,
                None => {
                    let missing = &self.log_sums[place * width..(place + 1) * width];
                    weights.iter_mut().zip(missing).for_each(|(weight, log_sum)| *weight += log_sum);
                }
            }
        }
        weights.iter_mut().zip(&self.nodes).for_each(|(weight, node)| *weight += slopes * node);
    }

    fn posterior(&self, row: &[u8], weights: &mut [f64]) -> (f64, f64) {
        self.log_weights(row, weights);
        let highest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for (log_weight, node) in weights.iter().zip(&self.nodes) {
            if highest - log_weight < NEGLIGIBLE_LOG_WEIGHT {
                let weight = (log_weight - highest).exp();
                sum += weight;
                first += weight * node;
                second += weight * node * node;
            }
        }
        let mean = first / sum;
        (mean, (second / sum - mean * mean).max(0.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::abilities;
    use crate::psychometrics::nominal::{NominalSettings, fit};

    #[test]
    fn they_are_those_of_the_last_step_of_a_fit() {
        let items = 30;
        let responses: Vec<u8> = (0..60 * items)
            .map(|place| {
                let (person, item) = (place / items, place % items);
                let code = (person * 7 + item * item * 3 + person * item) % 5;
                if (person + item) % 4 < person / 20 + 1 { 1 } else { code as u8 }
            })
            .collect();
        let start: Vec<f64> = (0..60).map(f64::from).collect();
        let settings = NominalSettings::default();
        let fitted = fit(&responses, &[4; 30], &start, &settings).unwrap();
        let again = abilities(&fitted.items, &responses, &settings);
        for ((mean, deviation), (first, first_deviation)) in
            again.iter().zip(fitted.abilities.iter().zip(&fitted.ability_errors))
        {
            assert!((mean - first).abs() < 1e-6 && (deviation - first_deviation).abs() < 1e-6, "{mean} {first}");
        }
    }
}

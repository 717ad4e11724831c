//! The nominal response model for a whole form, by marginal maximum likelihood.
//!
//! It knows how every option's attraction changes with ability, so it needs a few hundred sheets; for
//! fewer use [`crate::psychometrics::wesolowsky`].

use crate::psychometrics::nominal_item::{NominalItem, NominalPrior};
use rayon::prelude::*;

/// Persons whose posteriors are added up in one go. Fixed, so that sums do not depend on the threads.
const CHUNK: usize = 256;

/// How the model is fitted.
#[derive(Clone, Debug)]
pub struct NominalSettings {
    /// Number of equally spaced nodes of theta.
    pub nodes: usize,
    /// The nodes run from − to + this many standard deviations.
    pub range: f64,
    /// Most EM iterations.
    pub maximum_iterations: usize,
    /// Converged when the log-likelihood rises by less than this share of itself.
    pub relative_tolerance: f64,
    /// Weak priors on the item parameters.
    pub prior: NominalPrior,
}

impl Default for NominalSettings {
    fn default() -> Self {
        Self {
            nodes: 48,
            range: 4.7,
            maximum_iterations: 100,
            relative_tolerance: 1e-7,
            prior: NominalPrior { slope_precision: 0.25, intercept_precision: 0.1 },
        }
    }
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct NominalFit {
    /// Parameters of each item.
    pub items: Vec<NominalItem>,
    /// Mean of each person's posterior (EAP), N(0, 1) scale.
    pub abilities: Vec<f64>,
    /// Standard deviation of each person's posterior.
    pub ability_errors: Vec<f64>,
    /// Marginal log-likelihood at the last E-step.
    pub log_likelihood: f64,
    /// EM iterations made.
    pub iterations: usize,
    /// Whether the criterion was met within the iterations allowed.
    pub converged: bool,
}

/// Why a fit is not possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NominalError {
    /// The responses are no whole number of rows.
    #[error("{responses} responses do not fill rows of {items} items")]
    Ragged {
        /// Responses given.
        responses: usize,
        /// Items of a row.
        items: usize,
    },
    /// There are no items, or no persons.
    #[error("no responses")]
    Empty,
    /// A response code is past the item's number of categories.
    #[error("item {item} has {categories} categories, but a response has code {code}")]
    UnknownCategory {
        /// 0-based item.
        item: usize,
        /// Categories stated.
        categories: usize,
        /// Code found.
        code: u8,
    },
}

/// Fits the nominal response model by EM.
///
/// **Input**: `responses`: `n_persons × n_items` row-major, 0 = missing (left out of the likelihood),
/// k = category k − 1; `categories` of each item, options that nobody chose included: they keep their place;
/// `start`: a first guess of each person's standing (such as the standardised score), which also fixes the
/// direction of theta.
///
/// **Formula**: maximises Σ_i ln ∫ Π_g P_g,r(i,g)(θ) φ(θ) dθ minus the penalty of the priors, on a rectangular
/// grid of nodes.
///
/// **Returns**: parameters, EAP abilities, log-likelihood and whether it converged.
///
/// **Errors**: [`NominalError`] when the shape or a code is wrong.
///
/// **Reference**: Bock, R. D. & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters:
/// application of an EM algorithm. Psychometrika 46, 443–459; model as in [`NominalItem`].
pub fn fit(
    responses: &[u8],
    categories: &[usize],
    start: &[f64],
    settings: &NominalSettings,
) -> Result<NominalFit, NominalError> {
    let n_items = categories.len();
    check(responses, categories)?;
    let (nodes, _) = grid(settings);
    let layout = Cells::new(categories);
    let persons: Vec<&[u8]> = responses.chunks_exact(n_items).collect();
    let mut items: Vec<NominalItem> = categories.iter().map(|&count| NominalItem::flat(count)).collect();
    let first = start_posteriors(&persons, start, &nodes);
    let counts = expected_counts(&persons, &layout, nodes.len(), &first);
    maximise_all(&mut items, &counts, &layout, &nodes, settings.prior);
    Ok(climb(&persons, &layout, items, settings))
}

/// As [`fit`], from the items of an earlier fit to nearly the same responses on.
///
/// # Errors
/// As [`fit`].
pub fn fit_again(
    responses: &[u8],
    items: &[NominalItem],
    settings: &NominalSettings,
) -> Result<NominalFit, NominalError> {
    let categories: Vec<usize> = items.iter().map(|item| item.slopes.len()).collect();
    check(responses, &categories)?;
    let persons: Vec<&[u8]> = responses.chunks_exact(items.len()).collect();
    Ok(climb(&persons, &Cells::new(&categories), items.to_vec(), settings))
}

/// EM steps from the items given until the criterion is met.
fn climb(persons: &[&[u8]], layout: &Cells, mut items: Vec<NominalItem>, settings: &NominalSettings) -> NominalFit {
    let (nodes, log_prior) = grid(settings);
    let mut before = f64::NEG_INFINITY;
    let mut placed: Vec<(f64, f64)> = Vec::new();
    let mut converged = false;
    let mut iterations = 0;
    loop {
        let log_tables = log_tables(&items, layout, &nodes);
        let step = expectation(persons, layout, &log_tables, &log_prior, &nodes, &placed);
        let log_likelihood = step.log_likelihood;
        converged |= (log_likelihood - before).abs() < settings.relative_tolerance * log_likelihood.abs();
        if converged || iterations >= settings.maximum_iterations {
            let (abilities, ability_errors) = step.abilities.into_iter().unzip();
            return NominalFit { items, abilities, ability_errors, log_likelihood, iterations, converged };
        }
        before = log_likelihood;
        placed = step.abilities;
        maximise_all(&mut items, &step.counts, layout, &nodes, settings.prior);
        iterations += 1;
    }
}

/// Nodes of theta and the logs of their standard normal weights.
pub(super) fn grid(settings: &NominalSettings) -> (Vec<f64>, Vec<f64>) {
    let nodes: Vec<f64> = (0..settings.nodes)
        .map(|q| settings.range * (2.0 * q as f64 / (settings.nodes.max(2) - 1) as f64 - 1.0))
        .collect();
    let mut log_prior: Vec<f64> = nodes.iter().map(|node| -0.5 * node * node).collect();
    let total: f64 = log_prior.iter().map(|value| value.exp()).sum();
    log_prior.iter_mut().for_each(|value| *value -= total.ln());
    (nodes, log_prior)
}

fn check(responses: &[u8], categories: &[usize]) -> Result<(), NominalError> {
    let n_items = categories.len();
    if n_items == 0 || responses.is_empty() {
        return Err(NominalError::Empty);
    }
    if !responses.len().is_multiple_of(n_items) {
        return Err(NominalError::Ragged { responses: responses.len(), items: n_items });
    }
    for row in responses.chunks_exact(n_items) {
        for (item, (&code, &count)) in row.iter().zip(categories).enumerate() {
            if usize::from(code) > count {
                return Err(NominalError::UnknownCategory { item, categories: count, code });
            }
        }
    }
    Ok(())
}

/// Where the cells (item, category) of all items stand in one list.
struct Cells {
    offsets: Vec<usize>,
    cells: usize,
}

impl Cells {
    fn new(categories: &[usize]) -> Self {
        let mut offsets = Vec::with_capacity(categories.len());
        let mut cells = 0;
        for &count in categories {
            offsets.push(cells);
            cells += count;
        }
        Self { offsets, cells }
    }

    /// Cells that a person chose.
    fn chosen<'a>(&'a self, row: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        row.iter()
            .zip(&self.offsets)
            .filter(|(code, _)| **code > 0)
            .map(|(code, offset)| offset + usize::from(*code) - 1)
    }
}

/// What one E-step gives.
struct Expectation {
    counts: Vec<f64>,
    log_likelihood: f64,
    abilities: Vec<(f64, f64)>,
}

/// Nodes that a person's posterior is computed on once it is known about where it lies.
const WINDOW: usize = 16;
/// The window is taken when it reaches this many posterior standard deviations to each side.
const WINDOW_DEVIATIONS: f64 = 5.0;
/// A posterior that is higher than this at an end of its window is computed on all nodes.
const NEGLIGIBLE_WEIGHT: f64 = 1e-9;

/// One E-step. `before` are the abilities of the step before, where there was one: the posterior of a long test
/// covers a few nodes only, and the log-likelihood of the model is concave in theta, so that what is negligible
/// at the ends of a window is negligible beyond.
fn expectation(
    persons: &[&[u8]],
    layout: &Cells,
    log_tables: &[f64],
    log_prior: &[f64],
    nodes: &[f64],
    before: &[(f64, f64)],
) -> Expectation {
    let width = nodes.len();
    let parts: Vec<Expectation> = persons
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(number, chunk)| {
            let mut part = Expectation {
                counts: vec![0.0; layout.cells * width],
                log_likelihood: 0.0,
                abilities: Vec::with_capacity(chunk.len()),
            };
            let mut weights = vec![0.0; width];
            for (place, row) in chunk.iter().enumerate() {
                let mut start = 0;
                let mut posterior = &mut weights[..];
                if let Some(first) = before.get(number * CHUNK + place).and_then(|known| window(*known, nodes)) {
                    (start, posterior) = (first, &mut weights[..WINDOW]);
                }
                let mut ln = fill_posterior(posterior, start, row, layout, log_tables, log_prior);
                if posterior.len() < width && !is_negligible_outside(posterior, start, width) {
                    (start, posterior) = (0, &mut weights[..]);
                    ln = fill_posterior(posterior, start, row, layout, log_tables, log_prior);
                }
                part.log_likelihood += ln;
                for cell in layout.chosen(row) {
                    let counts = &mut part.counts[cell * width + start..][..posterior.len()];
                    for (count, weight) in counts.iter_mut().zip(posterior.iter()) {
                        *count += weight;
                    }
                }
                let nodes = &nodes[start..];
                let mean: f64 = posterior.iter().zip(nodes).map(|(weight, node)| weight * node).sum();
                let spread: f64 =
                    posterior.iter().zip(nodes).map(|(weight, node)| weight * (node - mean) * (node - mean)).sum();
                part.abilities.push((mean, spread.sqrt()));
            }
            part
        })
        .collect();
    let mut whole = Expectation { counts: vec![0.0; layout.cells * width], log_likelihood: 0.0, abilities: Vec::new() };
    for part in parts {
        whole.log_likelihood += part.log_likelihood;
        whole.abilities.extend(part.abilities);
        for (sum, count) in whole.counts.iter_mut().zip(part.counts) {
            *sum += count;
        }
    }
    whole
}

/// First node of the window around a known posterior; `None` when it does not fit into one.
fn window((mean, deviation): (f64, f64), nodes: &[f64]) -> Option<usize> {
    let (first, second) = (nodes.first()?, nodes.get(1)?);
    let spacing = second - first;
    if nodes.len() <= WINDOW || WINDOW_DEVIATIONS * deviation > (WINDOW / 2) as f64 * spacing {
        return None;
    }
    let centre = ((mean - first) / spacing).round().max(0.0) as usize;
    Some(centre.saturating_sub(WINDOW / 2).min(nodes.len() - WINDOW))
}

fn is_negligible_outside(posterior: &[f64], start: usize, width: usize) -> bool {
    let low = start == 0 || posterior.first().is_some_and(|weight| *weight < NEGLIGIBLE_WEIGHT);
    let high = start + posterior.len() == width || posterior.last().is_some_and(|weight| *weight < NEGLIGIBLE_WEIGHT);
    low && high
}

/// Fills in a person's posterior at the nodes from `start` on; returns the log of its integral.
fn fill_posterior(
    posterior: &mut [f64],
    start: usize,
    row: &[u8],
    layout: &Cells,
    log_tables: &[f64],
    log_prior: &[f64],
) -> f64 {
    let width = log_prior.len();
    posterior.copy_from_slice(&log_prior[start..start + posterior.len()]);
    for cell in layout.chosen(row) {
        let logs = &log_tables[cell * width + start..][..posterior.len()];
        for (sum, ln) in posterior.iter_mut().zip(logs) {
            *sum += ln;
        }
    }
    normalise(posterior)
}

/// Turns log weights into weights that sum to one; returns the log of their sum before.
pub(super) fn normalise(weights: &mut [f64]) -> f64 {
    let highest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for weight in weights.iter_mut() {
        *weight = (*weight - highest).exp();
        sum += *weight;
    }
    weights.iter_mut().for_each(|weight| *weight /= sum);
    highest + sum.ln()
}

/// First posteriors: a bell around each person's standing among the others.
fn start_posteriors(persons: &[&[u8]], start: &[f64], nodes: &[f64]) -> Vec<Vec<f64>> {
    let n = start.len().max(1) as f64;
    let mean = start.iter().sum::<f64>() / n;
    let deviation = (start.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n).sqrt();
    (0..persons.len())
        .map(|person| {
            let value = start.get(person).copied().unwrap_or(mean);
            let standing = if deviation > 0.0 { (value - mean) / deviation } else { 0.0 };
            let mut weights: Vec<f64> =
                nodes.iter().map(|node| -0.5 * ((node - standing) / 0.4) * ((node - standing) / 0.4)).collect();
            normalise(&mut weights);
            weights
        })
        .collect()
}

fn expected_counts(persons: &[&[u8]], layout: &Cells, width: usize, posteriors: &[Vec<f64>]) -> Vec<f64> {
    let mut counts = vec![0.0; layout.cells * width];
    for (row, posterior) in persons.iter().zip(posteriors) {
        for cell in layout.chosen(row) {
            for (count, weight) in counts[cell * width..(cell + 1) * width].iter_mut().zip(posterior) {
                *count += weight;
            }
        }
    }
    counts
}

fn maximise_all(items: &mut [NominalItem], counts: &[f64], layout: &Cells, nodes: &[f64], prior: NominalPrior) {
    items.par_iter_mut().zip(&layout.offsets).for_each(|(item, &offset)| {
        let width = nodes.len();
        item.maximise(&counts[offset * width..(offset + item.slopes.len()) * width], nodes, prior);
    });
}

/// ln P of every cell at every node.
fn log_tables(items: &[NominalItem], layout: &Cells, nodes: &[f64]) -> Vec<f64> {
    let width = nodes.len();
    let mut tables = vec![0.0; layout.cells * width];
    let mut probabilities = Vec::new();
    for (item, &offset) in items.iter().zip(&layout.offsets) {
        probabilities.resize(item.slopes.len(), 0.0);
        for (q, &node) in nodes.iter().enumerate() {
            item.probabilities_into(node, &mut probabilities);
            for (k, p) in probabilities.iter().enumerate() {
                tables[(offset + k) * width + q] = p.max(f64::MIN_POSITIVE).ln();
            }
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::{NominalError, NominalSettings, fit};

    #[test]
    fn wrong_shapes_are_named() {
        let settings = NominalSettings::default();
        assert_eq!(fit(&[], &[2], &[], &settings).unwrap_err(), NominalError::Empty);
        assert_eq!(
            fit(&[1, 1, 1], &[2, 2], &[], &settings).unwrap_err(),
            NominalError::Ragged { responses: 3, items: 2 }
        );
        let unknown = NominalError::UnknownCategory { item: 1, categories: 2, code: 3 };
        assert_eq!(fit(&[1, 3], &[2, 2], &[], &settings).unwrap_err(), unknown);
    }

    #[test]
    fn a_constant_item_and_blanks_do_no_harm() {
        let responses = [1, 1, 0, 2, 1, 1, 1, 1, 2, 0, 0, 0];
        let fitted = fit(&responses, &[2, 1, 3], &[1.0, 0.0, 2.0, 0.0], &NominalSettings::default()).unwrap();
        assert!(fitted.abilities.iter().all(|theta| theta.is_finite()));
        assert!(fitted.items.iter().all(|item| item.slopes.iter().all(|slope| slope.is_finite())));
    }
}

//! Marginal maximum likelihood: abilities have a normal distribution whose mean and variance are estimated too.

use crate::psychometrics::facets::design::{FacetsDesign, FacetsError, prepare_with};
use crate::psychometrics::facets::estimate::{FacetsFit, RESIDUAL};
use crate::psychometrics::facets::input::FacetsInput;
use crate::psychometrics::facets::packed::{PARTS, Packed};
use crate::psychometrics::facets::parameters::Layout;
use crate::psychometrics::facets::polynomial::StepPolynomials;
use crate::psychometrics::facets::posterior::{Marginal, MarginalSums, Population, Posterior, Room};
use crate::psychometrics::facets::profile::mirror;
use crate::psychometrics::facets::weighted::weighted_ability;
use crate::stats::cholesky::Cholesky;
use rayon::prelude::*;

/// Steps before giving up.
const MOST_ITERATIONS: usize = 200;
/// Residual at which a fit counts as converged when rounding allows no more.
const LOOSE_RESIDUAL: f64 = 1e-6;

/// Estimates of one marginal fit.
#[derive(Clone, Debug)]
pub struct MarginalFit {
    /// Severities and steps with full-information standard errors. The abilities are weighted-likelihood estimates
    /// (finite for extreme persons) with 1/√ΣV; the likelihood is the marginal one.
    pub fit: FacetsFit,
    /// Mean ability; every facet's severities have the mean 0.
    pub mean: f64,
    /// Its standard error.
    pub mean_error: f64,
    /// Variance of the abilities.
    pub variance: f64,
    /// Its standard error.
    pub variance_error: f64,
    /// Mean and standard deviation of each person's posterior (EAP); `None` without a rating that took part.
    pub expected_abilities: Vec<Option<(f64, f64)>>,
    /// Var(EAP)/(Var(EAP) + mean of the posterior variances).
    pub reliability: f64,
    /// Parameters that move freely, with mean and variance.
    pub parameters: usize,
}

/// Fits the model by marginal maximum likelihood.
///
/// **Input**: as [`crate::psychometrics::facets::estimate::fit`]. Extreme persons take part; extreme levels do not.
///
/// **Formula**: maximum of Σ_n log ∫ Π P(x; θ − Σα, τ) φ(θ; μ, σ²) dθ. Newton with the observed information of Louis,
/// E(−H) − Cov(S) under each person's posterior; where that is not positive definite, or the step does not raise the
/// likelihood, E(−H) takes its place (one EM gradient step). Each integral is a rectangle rule about the person's own
/// mode, out to exp(−36) of the density.
///
/// **Returns**: consistent however few ratings a person has, unlike the joint estimate. Severities of different subsets
/// still rest on nothing but the assumption that their persons are alike.
///
/// **Errors**: see [`FacetsError`].
///
/// **Reference**: Bock & Aitkin (1981), Psychometrika 46, 443–459; Louis (1982), Journal of the Royal Statistical
/// Society B 44, 226–233; Lange (1995), Journal of the Royal Statistical Society B 57, 425–437.
///
/// **Example**: raters who give the same marks are equally severe, and everybody has an ability.
/// ```
/// use kaojian::psychometrics::facets::{input::FacetsInput, marginal::fit_marginal};
/// let input = FacetsInput { persons: 5, levels: vec![2], step_facet: None, person: vec![0, 0, 1, 1, 2, 2, 3, 3, 4, 4],
///     level: vec![0, 1, 0, 1, 0, 1, 0, 1, 0, 1], score: vec![0, 0, 0, 1, 1, 0, 1, 2, 2, 1] };
/// let found = fit_marginal(&input, &[]).unwrap();
/// assert!(found.fit.severity(0, 0).unwrap().abs() < 1e-9 && found.variance > 0.0);
/// assert!(found.expected_abilities.iter().all(Option::is_some));
/// ```
pub fn fit_marginal(input: &FacetsInput, anchors: &[(usize, usize, f64)]) -> Result<MarginalFit, FacetsError> {
    let design = prepare_with(input, false)?;
    let anchored: Vec<(usize, usize)> = anchors.iter().map(|(facet, level, _)| (*facet, *level)).collect();
    let layout = Layout::new(input, &design, &anchored).with_further(2);
    let mut parameters = vec![0.0; layout.size];
    for (facet, level, severity) in anchors {
        if let Some(start) = layout.facets.get(*facet).filter(|_| input.levels[*facet] > *level) {
            parameters[start + level] = *severity;
        }
    }
    let packed = Packed::new(input, &design, &layout);
    let model = Model { design: &design, layout: &layout, packed: &packed };
    let mut modes = vec![0.0; input.persons];
    let mut sums = model.sums(&parameters, &mut modes);
    let (mut iterations, mut before) = (0, f64::INFINITY);
    let (residual, factor) = loop {
        let gradient = layout.reduce(&sums.gradient);
        let residual = gradient.iter().fold(0.0f64, |highest, value| highest.max(value.abs()));
        let observed = Cholesky::new(&layout.reduce_matrix(&sums.observed), layout.free());
        let stalled = residual < LOOSE_RESIDUAL && residual > 0.1 * before;
        before = residual;
        if residual < RESIDUAL || stalled || iterations >= MOST_ITERATIONS {
            let factor = observed.map_err(|free| layout.confounded(free))?;
            break (residual, factor);
        }
        let complete = || {
            Cholesky::new(&layout.reduce_matrix(&sums.complete), layout.free()).map_err(|free| layout.confounded(free))
        };
        let careful = complete()?;
        let mut step = layout.expand(&observed.as_ref().unwrap_or(&careful).solve(&gradient));
        let mut share = 1.0;
        let mut rounds = 0;
        loop {
            let trial: Vec<f64> = parameters.iter().zip(&step).map(|(value, step)| value + share * step).collect();
            let mut trial_modes = modes.clone();
            let trial_sums = model.sums(&trial, &mut trial_modes);
            let slack = 1e-12 * sums.log_likelihood.abs().max(1.0);
            if trial_sums.log_likelihood >= sums.log_likelihood - slack || rounds > 20 {
                (parameters, modes, sums) = (trial, trial_modes, trial_sums);
                break;
            }
            // After a Newton step that went too far, the careful direction.
            if rounds == 0 {
                step = layout.expand(&careful.solve(&gradient));
            } else {
                share *= 0.5;
            }
            rounds += 1;
        }
        iterations += 1;
    };
    if residual >= LOOSE_RESIDUAL {
        return Err(FacetsError::NoConvergence { residual, iterations });
    }
    let covariance = layout.expand_covariance(&factor.inverse());
    let posteriors = model.posteriors(&parameters, &mut modes);
    Ok(finish(input, design, layout, Ended { parameters, covariance, posteriors, residual, iterations, sums }))
}

struct Ended {
    parameters: Vec<f64>,
    covariance: Vec<f64>,
    posteriors: Vec<Option<Posterior>>,
    residual: f64,
    iterations: usize,
    sums: MarginalSums,
}

fn finish(input: &FacetsInput, design: FacetsDesign, layout: Layout, ended: Ended) -> MarginalFit {
    let size = layout.size;
    let (mean, deviation) = (ended.parameters[size - 2], ended.parameters[size - 1].exp());
    let variance = deviation * deviation;
    let error = |at: usize| ended.covariance[at * (size + 1)].max(0.0).sqrt();
    let (mean_error, variance_error) = (error(size - 2), 2.0 * variance * error(size - 1));
    let free = layout.free();
    let mut fit = FacetsFit {
        abilities: vec![None; input.persons],
        ability_errors: vec![None; input.persons],
        structural: ended.parameters,
        covariance: ended.covariance,
        log_likelihood: ended.sums.log_likelihood,
        residual: ended.residual,
        iterations: ended.iterations,
        design,
        layout,
    };
    let weighted: Vec<_> = (0..input.persons)
        .into_par_iter()
        .map(|person| {
            let kept = fit.design.of_person(person).iter();
            let rows: Vec<(f64, &[f64], usize)> =
                kept.map(|kept| (fit.severities(input, kept.rating), fit.steps(kept.group), kept.category)).collect();
            if rows.is_empty() { None } else { weighted_ability(&rows) }
        })
        .collect();
    fit.abilities = weighted.iter().map(|found| found.map(|found| found.ability)).collect();
    fit.ability_errors = weighted.iter().map(|found| found.map(|found| found.standard_error)).collect();
    let known: Vec<Posterior> = ended.posteriors.iter().flatten().copied().collect();
    let n = known.len().max(1) as f64;
    let centre = known.iter().map(|found| found.mean).sum::<f64>() / n;
    let between = known.iter().map(|found| (found.mean - centre).powi(2)).sum::<f64>() / n;
    let within = known.iter().map(|found| found.deviation.powi(2)).sum::<f64>() / n;
    MarginalFit {
        mean,
        mean_error,
        variance,
        variance_error,
        expected_abilities: ended.posteriors.iter().map(|found| found.map(|p| (p.mean, p.deviation))).collect(),
        reliability: if between + within > 0.0 { between / (between + within) } else { 0.0 },
        parameters: free,
        fit,
    }
}

struct Model<'a> {
    design: &'a FacetsDesign,
    layout: &'a Layout,
    packed: &'a Packed<'a>,
}

impl Model<'_> {
    fn polynomials(&self, parameters: &[f64]) -> StepPolynomials {
        let groups = self.layout.groups.iter().enumerate();
        StepPolynomials::new(groups.map(|(group, start)| &parameters[*start..start + self.design.steps(group)]))
    }

    fn at<'b>(&'b self, parameters: &'b [f64], polynomials: &'b StepPolynomials) -> Marginal<'b> {
        let (mean, log_deviation) = (parameters[self.layout.size - 2], parameters[self.layout.size - 1]);
        let population = Population { mean, log_deviation };
        Marginal { layout: self.layout, packed: self.packed, structural: parameters, polynomials, population }
    }

    fn sums(&self, parameters: &[f64], modes: &mut [f64]) -> MarginalSums {
        let part = modes.len().div_ceil(PARTS).max(1);
        let polynomials = self.polynomials(parameters);
        let marginal = self.at(parameters, &polynomials);
        let size = self.layout.size;
        let parts: Vec<MarginalSums> = modes
            .par_chunks_mut(part)
            .enumerate()
            .map(|(index, modes)| {
                let (mut sums, mut room) = (MarginalSums::zero(size), Room::default());
                for (offset, mode) in modes.iter_mut().enumerate() {
                    let person = index * part + offset;
                    if !self.packed.of_person(person).is_empty() {
                        let found = marginal.posterior(person, mode, &mut room);
                        marginal.add(person, found.log_likelihood, &mut room, &mut sums);
                    }
                }
                sums
            })
            .collect();
        let mut total = parts.into_iter().fold(MarginalSums::zero(size), |mut total, part| {
            total.log_likelihood += part.log_likelihood;
            total.gradient.iter_mut().zip(&part.gradient).for_each(|(sum, value)| *sum += value);
            total.observed.iter_mut().zip(&part.observed).for_each(|(sum, value)| *sum += value);
            total.complete.iter_mut().zip(&part.complete).for_each(|(sum, value)| *sum += value);
            total
        });
        mirror(&mut total.observed, size);
        mirror(&mut total.complete, size);
        total
    }

    fn posteriors(&self, parameters: &[f64], modes: &mut [f64]) -> Vec<Option<Posterior>> {
        let polynomials = self.polynomials(parameters);
        let marginal = self.at(parameters, &polynomials);
        modes
            .par_iter_mut()
            .enumerate()
            .map_init(Room::default, |room, (person, mode)| {
                (!self.packed.of_person(person).is_empty()).then(|| marginal.posterior(person, mode, room))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gradient and information against differences of the likelihood at a point that is not the maximum.
    #[test]
    fn derivatives_equal_differences() {
        let mut input = FacetsInput { persons: 12, levels: vec![3, 2], step_facet: Some(1), ..FacetsInput::default() };
        for person in 0..12 {
            for rater in 0..3 {
                for criterion in 0..2 {
                    if (person + rater) % 4 != 0 {
                        input.person.push(person);
                        input.level.extend([rater, criterion]);
                        input.score.push(((person * 7 + rater * 3 + criterion * 5 + person / 3) % 4) as i64);
                    }
                }
            }
        }
        let design = prepare_with(&input, false).unwrap();
        let layout = Layout::new(&input, &design, &[]).with_further(2);
        let packed = Packed::new(&input, &design, &layout);
        let model = Model { design: &design, layout: &layout, packed: &packed };
        let point: Vec<f64> = (0..layout.size).map(|at| 0.3 * (at as f64 * 1.7).sin()).collect();
        let at = |moved: &[(usize, f64)]| {
            let mut point = point.clone();
            moved.iter().for_each(|(at, by)| point[*at] += by);
            model.sums(&point, &mut [0.0; 12])
        };
        let here = at(&[]);
        let h = 1e-4;
        for a in 0..layout.size {
            let (up, down) = (at(&[(a, h)]), at(&[(a, -h)]));
            let slope = (up.log_likelihood - down.log_likelihood) / (2.0 * h);
            assert!((slope - here.gradient[a]).abs() < 1e-6, "{a}: {slope} {}", here.gradient[a]);
            for b in 0..layout.size {
                let bend = (down.gradient[b] - up.gradient[b]) / (2.0 * h);
                let found = here.observed[a * layout.size + b];
                assert!((bend - found).abs() < 1e-5, "{a} {b}: {bend} {found}");
            }
        }
    }
}

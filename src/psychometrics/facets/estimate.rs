//! Joint maximum likelihood by Newton on levels and steps, with the persons profiled out.

use crate::psychometrics::facets::categories::Categories;
use crate::psychometrics::facets::design::{FacetsDesign, FacetsError, Kept, prepare};
use crate::psychometrics::facets::input::FacetsInput;
use crate::psychometrics::facets::parameters::Layout;
use crate::stats::cholesky::Cholesky;
use rayon::prelude::*;

/// Largest score residual that counts as converged.
pub const RESIDUAL: f64 = 1e-9;
/// Newton steps before giving up; six or seven are usual.
const MOST_ITERATIONS: usize = 100;
/// Persons are summed in this many parts, whatever the number of threads, so that sums come out the same.
const PARTS: usize = 16;
/// Largest change of an ability in one step of its own Newton search.
const LARGEST_STEP: f64 = 2.0;

/// Estimates of one fit.
#[derive(Clone, Debug)]
pub struct FacetsFit {
    /// What took part.
    pub design: FacetsDesign,
    /// Where the parameters stand.
    pub layout: Layout,
    /// Severities and steps, in logits, by [`FacetsFit::layout`].
    pub structural: Vec<f64>,
    /// Their joint covariance, size × size, row-major.
    pub covariance: Vec<f64>,
    /// Ability of each person in logits; `None` for persons who did not take part.
    pub abilities: Vec<Option<f64>>,
    /// Joint standard error of each ability.
    pub ability_errors: Vec<Option<f64>>,
    /// Maximum of the log-likelihood.
    pub log_likelihood: f64,
    /// Largest absolute score residual over all parameters at the end.
    pub residual: f64,
    /// Newton steps.
    pub iterations: usize,
}

impl FacetsFit {
    /// Severity of a level in logits; `None` when it did not take part.
    pub fn severity(&self, facet: usize, level: usize) -> Option<f64> {
        self.design.subsets[facet][level].map(|_| self.structural[self.layout.facets[facet] + level])
    }

    /// Joint standard error of a severity: the square root of its diagonal of the inverse of the information with
    /// the persons profiled out. Larger than 1/√ΣV, which pretends that abilities and other levels are known.
    pub fn severity_error(&self, facet: usize, level: usize) -> Option<f64> {
        let at = self.layout.facets[facet] + level;
        self.design.subsets[facet][level].map(|_| self.covariance[at * (self.layout.size + 1)].max(0.0).sqrt())
    }

    /// Steps of a group.
    pub fn steps(&self, group: usize) -> &[f64] {
        let start = self.layout.groups[group];
        &self.structural[start..start + self.design.steps(group)]
    }

    /// Σ severities of a rating's levels.
    pub fn severities(&self, input: &FacetsInput, rating: usize) -> f64 {
        sum_of_levels(input, &self.layout, &self.structural, rating)
    }
}

fn sum_of_levels(input: &FacetsInput, layout: &Layout, structural: &[f64], rating: usize) -> f64 {
    input.levels_of(rating).iter().zip(&layout.facets).map(|(level, start)| structural[start + level]).sum()
}

/// Fits the model by joint maximum likelihood.
///
/// **Input**: ratings of persons under any number of facets; `anchors` are (facet, level, severity) that stay
/// fixed. Persons and levels with only lowest or only highest scores are set apart first.
///
/// **Formula**: log P(k)/P(k − 1) = θ_n − Σ_f α_f − τ_k, each facet's (subset's) severities and each group's steps
/// summing to 0. At given α, τ every θ_n solves Σ(x − E) = 0; α, τ move by S⁻¹g with
/// S = H_ss − Σ_n h_n h_nᵀ/H_nn.
///
/// **Returns**: estimates with joint standard errors; + is severe. The joint estimate is biased outward by about
/// L/(L − 1), L ratings a person; it is not corrected here.
///
/// **Errors**: see [`FacetsError`]; confounded facets are named.
///
/// **Reference**: Linacre (1989), Many-Facet Rasch Measurement; Wright & Masters (1982), Rating Scale Analysis,
/// chapter 4 (joint estimation); profiling: Pawitan (2001), In All Likelihood, section 9.11.
///
/// **Example**: two raters of equal ratings are equally severe.
/// ```
/// use kaojian::psychometrics::facets::{estimate::fit, input::FacetsInput};
/// let input = FacetsInput { persons: 4, levels: vec![2], step_facet: None, person: vec![0, 0, 1, 1, 2, 2, 3, 3],
///     level: vec![0, 1, 0, 1, 0, 1, 0, 1], score: vec![0, 1, 1, 0, 1, 2, 2, 1] };
/// let fitted = fit(&input, &[]).unwrap();
/// assert!(fitted.severity(0, 0).unwrap().abs() < 1e-9 && fitted.residual < 1e-9);
/// ```
pub fn fit(input: &FacetsInput, anchors: &[(usize, usize, f64)]) -> Result<FacetsFit, FacetsError> {
    let design = prepare(input)?;
    let anchored: Vec<(usize, usize)> = anchors.iter().map(|(facet, level, _)| (*facet, *level)).collect();
    let layout = Layout::new(input, &design, &anchored);
    let mut structural = vec![0.0; layout.size];
    for (facet, level, severity) in anchors {
        if let Some(start) = layout.facets.get(*facet).filter(|_| input.levels[*facet] > *level) {
            structural[start + level] = *severity;
        }
    }
    let mut abilities = vec![0.0; input.persons];
    let model = Model { input, design: &design, layout: &layout };
    let mut sums = model.sums(&structural, &mut abilities);
    let mut iterations = 0;
    let mut before = f64::INFINITY;
    loop {
        let gradient = layout.reduce(&sums.gradient);
        let residual = gradient.iter().fold(sums.person_residual, |highest, value| highest.max(value.abs()));
        let information = layout.reduce_matrix(&sums.information);
        let factor = Cholesky::new(&information, layout.free()).map_err(|free| layout.confounded(free))?;
        // Newton goes on past the criterion until rounding stops it: with millions of ratings that is near 1e-9.
        let stalled = residual > 0.1 * before;
        before = residual;
        if residual < RESIDUAL * 1e-2 || (residual < RESIDUAL && stalled) || iterations >= MOST_ITERATIONS {
            if residual >= RESIDUAL {
                return Err(FacetsError::NoConvergence { residual, iterations });
            }
            let covariance = layout.expand_covariance(&factor.inverse());
            let errors = model.ability_errors(&structural, &abilities, &covariance);
            let took_part = |person: usize| !design.of_person(person).is_empty();
            return Ok(FacetsFit {
                abilities: (0..input.persons).map(|p| took_part(p).then(|| abilities[p])).collect(),
                ability_errors: errors,
                structural,
                covariance,
                log_likelihood: sums.log_likelihood,
                residual,
                iterations,
                design,
                layout,
            });
        }
        let step = layout.expand(&factor.solve(&gradient));
        let mut share = 1.0;
        loop {
            let trial: Vec<f64> = structural.iter().zip(&step).map(|(value, step)| value + share * step).collect();
            let mut trial_abilities = abilities.clone();
            let trial_sums = model.sums(&trial, &mut trial_abilities);
            let slack = 1e-12 * sums.log_likelihood.abs().max(1.0);
            if trial_sums.log_likelihood >= sums.log_likelihood - slack || share < 1e-6 {
                (structural, abilities, sums) = (trial, trial_abilities, trial_sums);
                break;
            }
            share *= 0.5;
        }
        iterations += 1;
    }
}

/// Likelihood and derivatives of a part of the persons.
struct Sums {
    log_likelihood: f64,
    gradient: Vec<f64>,
    /// Information with the persons profiled out, symmetric.
    information: Vec<f64>,
    person_residual: f64,
}

struct Model<'a> {
    input: &'a FacetsInput,
    design: &'a FacetsDesign,
    layout: &'a Layout,
}

/// Room for one person's information.
struct Scratch {
    categories: Categories,
    row: Vec<f64>,
    touched: Vec<usize>,
}

impl Model<'_> {
    fn steps<'a>(&self, structural: &'a [f64], group: usize) -> &'a [f64] {
        let start = self.layout.groups[group];
        &structural[start..start + self.design.steps(group)]
    }

    /// Solves every ability at these parameters and sums likelihood, gradient and information.
    fn sums(&self, structural: &[f64], abilities: &mut [f64]) -> Sums {
        let part = abilities.len().div_ceil(PARTS).max(1);
        let parts: Vec<Sums> = abilities
            .par_chunks_mut(part)
            .enumerate()
            .map(|(index, abilities)| self.part(structural, index * part, abilities))
            .collect();
        let size = self.layout.size;
        let zero = Sums {
            log_likelihood: 0.0,
            gradient: vec![0.0; size],
            information: vec![0.0; size * size],
            person_residual: 0.0,
        };
        let mut total = parts.into_iter().fold(zero, |mut total, part| {
            total.log_likelihood += part.log_likelihood;
            total.gradient.iter_mut().zip(&part.gradient).for_each(|(sum, value)| *sum += value);
            total.information.iter_mut().zip(&part.information).for_each(|(sum, value)| *sum += value);
            total.person_residual = total.person_residual.max(part.person_residual);
            total
        });
        for row in 0..size {
            for column in 0..row {
                total.information[row * size + column] = total.information[column * size + row];
            }
        }
        total
    }

    fn part(&self, structural: &[f64], first: usize, abilities: &mut [f64]) -> Sums {
        let size = self.layout.size;
        let mut sums = Sums {
            log_likelihood: 0.0,
            gradient: vec![0.0; size],
            information: vec![0.0; size * size],
            person_residual: 0.0,
        };
        let mut scratch = Scratch { categories: Categories::default(), row: vec![0.0; size], touched: Vec::new() };
        for (offset, ability) in abilities.iter_mut().enumerate() {
            let ratings = self.design.of_person(first + offset);
            if ratings.is_empty() {
                continue;
            }
            let located: Vec<f64> =
                ratings.iter().map(|kept| sum_of_levels(self.input, self.layout, structural, kept.rating)).collect();
            let residual = self.solve_ability(structural, ratings, &located, ability, &mut scratch.categories);
            sums.person_residual = sums.person_residual.max(residual);
            self.add_person(structural, ratings, &located, *ability, &mut scratch, &mut sums);
        }
        sums
    }

    /// Newton search for the ability at which Σ(x − E) = 0.
    fn solve_ability(
        &self,
        structural: &[f64],
        ratings: &[Kept],
        located: &[f64],
        ability: &mut f64,
        categories: &mut Categories,
    ) -> f64 {
        let mut residual = f64::INFINITY;
        for _ in 0..200 {
            let (mut score, mut information) = (0.0, 0.0);
            for (kept, severity) in ratings.iter().zip(located) {
                categories.compute(*ability - severity, self.steps(structural, kept.group));
                score += kept.category as f64 - categories.expected;
                information += categories.variance;
            }
            residual = score.abs();
            if residual < 1e-12 || information <= 0.0 {
                break;
            }
            let step = (score / information).clamp(-LARGEST_STEP, LARGEST_STEP);
            *ability += step;
            if step.abs() < 1e-15 * ability.abs().max(1.0) {
                break;
            }
        }
        residual
    }

    fn add_person(
        &self,
        structural: &[f64],
        ratings: &[Kept],
        located: &[f64],
        ability: f64,
        scratch: &mut Scratch,
        sums: &mut Sums,
    ) {
        let size = self.layout.size;
        let mut own = 0.0;
        for (kept, severity) in ratings.iter().zip(located) {
            let steps = self.steps(structural, kept.group);
            scratch.categories.compute(ability - severity, steps);
            let categories = &scratch.categories;
            let (expected, variance) = (categories.expected, categories.variance);
            sums.log_likelihood += categories.probabilities[kept.category].ln();
            own += variance;
            let residual = kept.category as f64 - expected;
            let levels = self.input.levels_of(kept.rating);
            let parameter = |facet: usize| self.layout.facets[facet] + levels[facet];
            for facet in 0..levels.len() {
                let a = parameter(facet);
                sums.gradient[a] -= residual;
                touch(scratch.row.as_mut_slice(), &mut scratch.touched, a, -variance);
                for other in facet..levels.len() {
                    sums.information[a * size + parameter(other)] += variance;
                }
            }
            // From the highest category down: P(X ≥ j) and the covariance of the category with 1[X ≥ j].
            let start = self.layout.groups[kept.group];
            let (mut above, mut covariance) = (0.0, 0.0);
            for j in (1..=steps.len()).rev() {
                let p = categories.probabilities[j];
                above += p;
                covariance += p * (j as f64 - expected);
                let at = start + j - 1;
                sums.gradient[at] += above - if kept.category >= j { 1.0 } else { 0.0 };
                touch(scratch.row.as_mut_slice(), &mut scratch.touched, at, -covariance);
                for facet in 0..levels.len() {
                    sums.information[parameter(facet) * size + at] += covariance;
                }
                // Cov(1[X ≥ i], 1[X ≥ j]) = P(X ≥ j)·P(X < i) for i ≤ j.
                let mut below = 0.0;
                for i in 1..=j {
                    below += categories.probabilities[i - 1];
                    sums.information[(start + i - 1) * size + at] += above * below;
                }
            }
        }
        // Touched parameters in order keep the writes in the upper triangle.
        scratch.touched.sort_unstable();
        for (index, &a) in scratch.touched.iter().enumerate() {
            let factor = scratch.row[a] / own;
            for &b in &scratch.touched[index..] {
                sums.information[a * size + b] -= factor * scratch.row[b];
            }
        }
        for &a in &scratch.touched {
            scratch.row[a] = 0.0;
        }
        scratch.touched.clear();
    }

    /// √(1/H + hᵀ C h/H²): the ability's own information and what the other estimates leave open.
    fn ability_errors(&self, structural: &[f64], abilities: &[f64], covariance: &[f64]) -> Vec<Option<f64>> {
        let size = self.layout.size;
        (0..abilities.len())
            .into_par_iter()
            .map(|person| {
                let ratings = self.design.of_person(person);
                if ratings.is_empty() {
                    return None;
                }
                let mut categories = Categories::default();
                let mut row = vec![0.0; size];
                let mut touched = Vec::new();
                let mut own = 0.0;
                for kept in ratings {
                    let severity = sum_of_levels(self.input, self.layout, structural, kept.rating);
                    let steps = self.steps(structural, kept.group);
                    categories.compute(abilities[person] - severity, steps);
                    own += categories.variance;
                    for (facet, level) in self.input.levels_of(kept.rating).iter().enumerate() {
                        touch(&mut row, &mut touched, self.layout.facets[facet] + level, -categories.variance);
                    }
                    let mut sum = 0.0;
                    for j in (1..=steps.len()).rev() {
                        sum += categories.probabilities[j] * (j as f64 - categories.expected);
                        touch(&mut row, &mut touched, self.layout.groups[kept.group] + j - 1, -sum);
                    }
                }
                touched.sort_unstable();
                let mut quadratic = 0.0;
                for &a in &touched {
                    for &b in &touched {
                        quadratic += row[a] * covariance[a * size + b] * row[b];
                    }
                }
                Some((1.0 / own + quadratic / (own * own)).sqrt())
            })
            .collect()
    }
}

/// Adds to a parameter's entry and remembers the first touch (entries are negative, never exactly nought twice).
fn touch(row: &mut [f64], touched: &mut Vec<usize>, at: usize, value: f64) {
    if row[at] == 0.0 && !touched.contains(&at) {
        touched.push(at);
    }
    row[at] += value;
}

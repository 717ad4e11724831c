//! The joint likelihood with every ability at its own maximum: value, gradient and information of levels and steps.

use crate::psychometrics::facets::design::FacetsDesign;
use crate::psychometrics::facets::packed::{PARTS, Packed};
use crate::psychometrics::facets::parameters::Layout;
use crate::psychometrics::facets::polynomial::{Point, StepPolynomials};
use rayon::prelude::*;
use std::ops::Range;

/// Largest change of an ability in one step of its own Newton search.
const LARGEST_STEP: f64 = 2.0;

/// Likelihood and derivatives of a part of the persons.
pub(super) struct Sums {
    pub log_likelihood: f64,
    pub gradient: Vec<f64>,
    /// Information with the persons profiled out, symmetric.
    pub information: Vec<f64>,
    pub person_residual: f64,
}

impl Sums {
    fn zero(size: usize) -> Self {
        Self {
            log_likelihood: 0.0,
            gradient: vec![0.0; size],
            information: vec![0.0; size * size],
            person_residual: 0.0,
        }
    }
}

pub(super) struct Profile<'a> {
    pub design: &'a FacetsDesign,
    pub layout: &'a Layout,
    pub packed: &'a Packed<'a>,
}

/// Room for one person.
#[derive(Default)]
struct Scratch {
    located: Vec<f64>,
    points: Vec<Point>,
    probabilities: Vec<f64>,
    /// P(X ≥ j) and its covariance with the category, j = 1..
    above: Vec<f64>,
    covariance: Vec<f64>,
    row: Vec<f64>,
    touched: Vec<usize>,
}

impl Profile<'_> {
    pub fn polynomials(&self, structural: &[f64]) -> StepPolynomials {
        let groups = self.layout.groups.iter().enumerate();
        StepPolynomials::new(groups.map(|(group, start)| &structural[*start..start + self.design.steps(group)]))
    }

    /// Solves every ability at these parameters and sums likelihood, gradient and information.
    pub fn sums(&self, structural: &[f64], abilities: &mut [f64]) -> Sums {
        let part = abilities.len().div_ceil(PARTS).max(1);
        let polynomials = self.polynomials(structural);
        let parts: Vec<Sums> = abilities
            .par_chunks_mut(part)
            .enumerate()
            .map(|(index, abilities)| self.part(structural, &polynomials, index * part, abilities))
            .collect();
        let size = self.layout.size;
        let mut total = parts.into_iter().fold(Sums::zero(size), |mut total, part| {
            total.log_likelihood += part.log_likelihood;
            total.gradient.iter_mut().zip(&part.gradient).for_each(|(sum, value)| *sum += value);
            total.information.iter_mut().zip(&part.information).for_each(|(sum, value)| *sum += value);
            total.person_residual = total.person_residual.max(part.person_residual);
            total
        });
        mirror(&mut total.information, size);
        total
    }

    fn part(&self, structural: &[f64], polynomials: &StepPolynomials, first: usize, abilities: &mut [f64]) -> Sums {
        let size = self.layout.size;
        let mut sums = Sums::zero(size);
        let mut scratch = Scratch { row: vec![0.0; size], ..Scratch::default() };
        for (offset, ability) in abilities.iter_mut().enumerate() {
            let ratings = self.packed.of_person(first + offset);
            if ratings.is_empty() {
                continue;
            }
            let residual = self.solve_ability(structural, polynomials, ratings.clone(), ability, &mut scratch);
            sums.person_residual = sums.person_residual.max(residual);
            self.add_person(polynomials, ratings, &mut scratch, &mut sums);
        }
        sums
    }

    /// Newton search for the ability at which Σ(x − E) = 0; leaves the points there.
    fn solve_ability(
        &self,
        structural: &[f64],
        polynomials: &StepPolynomials,
        ratings: Range<usize>,
        ability: &mut f64,
        scratch: &mut Scratch,
    ) -> f64 {
        scratch.located.clear();
        scratch.located.extend(ratings.clone().map(|rating| self.packed.severity(structural, rating)));
        let mut before = f64::INFINITY;
        for _ in 0..200 {
            let (mut score, mut information) = (0.0, 0.0);
            scratch.points.clear();
            for (rating, severity) in ratings.clone().zip(&scratch.located) {
                let point = polynomials.moments(self.packed.group(rating), *ability - severity);
                score += self.packed.category(rating) as f64 - point.expected;
                information += point.variance;
                scratch.points.push(point);
            }
            let residual = score.abs();
            // With thousands of ratings rounding stops the search above the criterion.
            let stalled = residual < 1e-9 && residual > 0.5 * before;
            before = residual;
            if residual < 1e-12 || information <= 0.0 || stalled {
                break;
            }
            let step = (score / information).clamp(-LARGEST_STEP, LARGEST_STEP);
            if step.abs() < 1e-15 * ability.abs().max(1.0) {
                break;
            }
            *ability += step;
        }
        before
    }

    fn add_person(&self, polynomials: &StepPolynomials, ratings: Range<usize>, scratch: &mut Scratch, sums: &mut Sums) {
        let size = self.layout.size;
        let Scratch { points, probabilities, above, covariance, row, touched, .. } = scratch;
        let (mut own, mut product) = (0.0, 1.0f64);
        for (rating, point) in ratings.zip(points.iter()) {
            let (group, category) = (self.packed.group(rating), self.packed.category(rating));
            polynomials.probabilities(group, point, probabilities);
            // One logarithm for many ratings; taken early enough that the product stays a normal number.
            product *= probabilities[category];
            if product < 1e-200 {
                sums.log_likelihood += product.ln();
                product = 1.0;
            }
            own += point.variance;
            tails(probabilities, point.expected, above, covariance);
            let steps = above.len();
            let start = self.layout.groups[group];
            let residual = category as f64 - point.expected;
            let levels = self.packed.parameters(rating);
            for (facet, a) in levels.iter().enumerate() {
                let a = *a as usize;
                sums.gradient[a] -= residual;
                touch(row, touched, a, -point.variance);
                for other in &levels[facet..] {
                    sums.information[a * size + *other as usize] += point.variance;
                }
                let cells = &mut sums.information[a * size + start..][..steps];
                cells.iter_mut().zip(covariance.iter()).for_each(|(cell, value)| *cell += value);
            }
            for i in 0..steps {
                sums.gradient[start + i] += above[i] - if category > i { 1.0 } else { 0.0 };
                touch(row, touched, start + i, -covariance[i]);
                // Cov(1[X ≥ i], 1[X ≥ j]) = P(X ≥ j)·P(X < i) for i ≤ j.
                let below = 1.0 - above[i];
                let cells = &mut sums.information[(start + i) * size + start + i..][..steps - i];
                cells.iter_mut().zip(&above[i..]).for_each(|(cell, above)| *cell += above * below);
            }
        }
        sums.log_likelihood += product.ln();
        if own <= 0.0 {
            own = f64::MIN_POSITIVE;
        }
        // Touched parameters in order keep the writes in the upper triangle.
        touched.sort_unstable();
        for (index, &a) in touched.iter().enumerate() {
            let factor = row[a] / own;
            let cells = &mut sums.information[a * size..(a + 1) * size];
            for &b in &touched[index..] {
                cells[b] -= factor * row[b];
            }
        }
        for &a in touched.iter() {
            row[a] = 0.0;
        }
        touched.clear();
    }

    /// √(1/H + hᵀ C h/H²): the ability's own information and what the other estimates leave open.
    pub fn ability_errors(&self, structural: &[f64], abilities: &[f64], covariance: &[f64]) -> Vec<Option<f64>> {
        let polynomials = self.polynomials(structural);
        (0..abilities.len())
            .into_par_iter()
            .map_init(
                || Scratch { row: vec![0.0; self.layout.size], ..Scratch::default() },
                |scratch, person| {
                    self.ability_error(structural, &polynomials, person, abilities[person], covariance, scratch)
                },
            )
            .collect()
    }

    fn ability_error(
        &self,
        structural: &[f64],
        polynomials: &StepPolynomials,
        person: usize,
        ability: f64,
        covariance: &[f64],
        scratch: &mut Scratch,
    ) -> Option<f64> {
        let size = self.layout.size;
        let ratings = self.packed.of_person(person);
        if ratings.is_empty() {
            return None;
        }
        let Scratch { probabilities, above, covariance: moved, row, touched, .. } = scratch;
        let mut own = 0.0;
        for rating in ratings {
            let group = self.packed.group(rating);
            let point = polynomials.moments(group, ability - self.packed.severity(structural, rating));
            polynomials.probabilities(group, &point, probabilities);
            tails(probabilities, point.expected, above, moved);
            own += point.variance;
            for a in self.packed.parameters(rating) {
                touch(row, touched, *a as usize, -point.variance);
            }
            for (step, value) in moved.iter().enumerate() {
                touch(row, touched, self.layout.groups[group] + step, -value);
            }
        }
        touched.sort_unstable();
        let mut quadratic = 0.0;
        for &a in touched.iter() {
            let line = &covariance[a * size..(a + 1) * size];
            quadratic += row[a] * touched.iter().map(|&b| line[b] * row[b]).sum::<f64>();
        }
        for &a in touched.iter() {
            row[a] = 0.0;
        }
        touched.clear();
        Some((1.0 / own + quadratic / (own * own)).sqrt())
    }
}

/// P(X ≥ j) and Cov(X, 1[X ≥ j]) for j = 1.. in order.
pub(super) fn tails(probabilities: &[f64], expected: f64, above: &mut Vec<f64>, covariance: &mut Vec<f64>) {
    let steps = probabilities.len().saturating_sub(1);
    above.clear();
    above.resize(steps, 0.0);
    covariance.clear();
    covariance.resize(steps, 0.0);
    let (mut sum, mut product) = (0.0, 0.0);
    for j in (1..=steps).rev() {
        sum += probabilities[j];
        product += probabilities[j] * (j as f64 - expected);
        above[j - 1] = sum;
        covariance[j - 1] = product;
    }
}

/// Copies the upper triangle to the lower.
pub(super) fn mirror(matrix: &mut [f64], size: usize) {
    for row in 0..size {
        for column in 0..row {
            matrix[row * size + column] = matrix[column * size + row];
        }
    }
}

/// Adds to a parameter's entry and remembers the first touch (entries are negative, never exactly nought twice).
fn touch(row: &mut [f64], touched: &mut Vec<usize>, at: usize, value: f64) {
    if row[at] == 0.0 && !touched.contains(&at) {
        touched.push(at);
    }
    row[at] += value;
}

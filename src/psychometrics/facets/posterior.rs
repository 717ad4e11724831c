//! One person's ability as a distribution: quadrature about its own mode, and what the person adds to the sums.

use crate::psychometrics::facets::packed::Packed;
use crate::psychometrics::facets::parameters::Layout;
use crate::psychometrics::facets::polynomial::{Point, StepPolynomials};
use crate::psychometrics::facets::profile::tails;

/// Nodes stand this far apart in standard deviations of the posterior at its mode. The rectangle rule is exact for a
/// normal posterior to exp(−2π²/0.5²).
const SPACING: f64 = 0.5;
/// And never farther apart than this, in logits.
const WIDEST: f64 = 0.5;
/// Nodes go out until the density has fallen by exp of this.
const FALL: f64 = 36.0;
/// Nodes on one side, whatever the density does.
const MOST_NODES: i32 = 400;

/// Normal distribution of abilities.
#[derive(Clone, Copy, Debug)]
pub(super) struct Population {
    pub mean: f64,
    pub log_deviation: f64,
}

/// Likelihood and derivatives of a part of the persons.
pub(super) struct MarginalSums {
    pub log_likelihood: f64,
    pub gradient: Vec<f64>,
    /// Observed information (Louis), upper triangle.
    pub observed: Vec<f64>,
    /// Expected information of the complete data, upper triangle; always positive definite.
    pub complete: Vec<f64>,
}

impl MarginalSums {
    pub fn zero(size: usize) -> Self {
        let matrix = vec![0.0; size * size];
        Self { log_likelihood: 0.0, gradient: vec![0.0; size], observed: matrix.clone(), complete: matrix }
    }
}

/// Mean and standard deviation of one posterior.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posterior {
    pub mean: f64,
    pub deviation: f64,
    pub log_likelihood: f64,
}

/// Room for one person.
#[derive(Default)]
pub(super) struct Room {
    located: Vec<f64>,
    nodes: Vec<(f64, f64)>,
    probabilities: Vec<f64>,
    above: Vec<f64>,
    covariance: Vec<f64>,
    /// Parameters of the person's ratings in order, and the place of each.
    touched: Vec<usize>,
    places: Vec<usize>,
    scores: Vec<f64>,
    blocks: Vec<f64>,
}

pub(super) struct Marginal<'a> {
    pub layout: &'a Layout,
    pub packed: &'a Packed<'a>,
    pub structural: &'a [f64],
    pub polynomials: &'a StepPolynomials,
    pub population: Population,
}

impl Marginal<'_> {
    /// Log-likelihood of a person's ratings and its first two derivatives by the ability.
    fn ratings_at(&self, person: usize, ability: f64, located: &[f64]) -> (f64, f64) {
        let mut sums = (0.0, 0.0);
        for (rating, severity) in self.packed.of_person(person).zip(located) {
            let point: Point = self.polynomials.moments(self.packed.group(rating), ability - severity);
            sums.0 += self.packed.category(rating) as f64 - point.expected;
            sums.1 += point.variance;
        }
        sums
    }

    /// log density of ratings and ability together, without the normal's constant.
    fn joint_log(&self, person: usize, ability: f64, located: &[f64], probabilities: &mut Vec<f64>) -> f64 {
        let deviation = self.population.log_deviation.exp();
        let z = (ability - self.population.mean) / deviation;
        let (mut sum, mut product) = (-0.5 * z * z, 1.0f64);
        for (rating, severity) in self.packed.of_person(person).zip(located) {
            let group = self.packed.group(rating);
            let point = self.polynomials.moments(group, ability - severity);
            self.polynomials.probabilities(group, &point, probabilities);
            let own = probabilities[self.packed.category(rating)];
            // A single probability may be below what the product could hold.
            if own < 1e-100 {
                sum += own.max(f64::MIN_POSITIVE).ln();
                continue;
            }
            product *= own;
            if product < 1e-200 {
                sum += product.ln();
                product = 1.0;
            }
        }
        sum + product.ln()
    }

    /// Nodes and posterior weights of a person, into the room; `mode` is where the last search ended.
    pub fn posterior(&self, person: usize, mode: &mut f64, room: &mut Room) -> Posterior {
        let deviation = self.population.log_deviation.exp();
        let precision = 1.0 / (deviation * deviation);
        room.located.clear();
        room.located.extend(self.packed.of_person(person).map(|rating| self.packed.severity(self.structural, rating)));
        let mut curvature = precision;
        for _ in 0..100 {
            let (score, information) = self.ratings_at(person, *mode, &room.located);
            curvature = information + precision;
            let step = (score - (*mode - self.population.mean) * precision) / curvature;
            *mode += step.clamp(-2.0, 2.0);
            // The mode only places the nodes: near is enough.
            if step.abs() < 1e-3 {
                break;
            }
        }
        let spacing = (SPACING / curvature.sqrt()).min(WIDEST);
        let highest = self.joint_log(person, *mode, &room.located, &mut room.probabilities);
        room.nodes.clear();
        room.nodes.push((*mode, 1.0));
        for side in [-1.0, 1.0] {
            for at in 1..=MOST_NODES {
                let ability = *mode + side * f64::from(at) * spacing;
                let fall = self.joint_log(person, ability, &room.located, &mut room.probabilities) - highest;
                if fall < -FALL {
                    break;
                }
                room.nodes.push((ability, fall.exp()));
            }
        }
        let sum: f64 = room.nodes.iter().map(|node| node.1).sum();
        room.nodes.iter_mut().for_each(|node| node.1 /= sum);
        let mean: f64 = room.nodes.iter().map(|(ability, weight)| ability * weight).sum();
        let variance: f64 = room.nodes.iter().map(|(ability, weight)| (ability - mean).powi(2) * weight).sum();
        let constant = (spacing / (deviation * (2.0 * std::f64::consts::PI).sqrt())).ln();
        Posterior { mean, deviation: variance.sqrt(), log_likelihood: highest + sum.ln() + constant }
    }

    /// Adds a person to the sums; [`Marginal::posterior`] has filled the room.
    pub fn add(&self, person: usize, log_likelihood: f64, room: &mut Room, sums: &mut MarginalSums) {
        let size = self.layout.size;
        sums.log_likelihood += log_likelihood;
        self.place(person, room);
        let Room { located, nodes, probabilities, above, covariance, touched, places, scores, blocks } = room;
        let width = touched.len();
        let (mean_at, deviation_at) = (width - 2, width - 1);
        blocks.clear();
        blocks.resize(width * width, 0.0);
        scores.clear();
        scores.resize(nodes.len() * width, 0.0);
        for (&(ability, weight), score) in nodes.iter().zip(scores.chunks_mut(width)) {
            for (rating, severity) in self.packed.of_person(person).zip(located.iter()) {
                let (group, category) = (self.packed.group(rating), self.packed.category(rating));
                let point = self.polynomials.moments(group, ability - severity);
                self.polynomials.probabilities(group, &point, probabilities);
                tails(probabilities, point.expected, above, covariance);
                let residual = category as f64 - point.expected;
                let start = above.first().map_or(0, |_| places[self.layout.groups[group]]);
                let levels = self.packed.parameters(rating);
                for (facet, a) in levels.iter().enumerate() {
                    let a = places[*a as usize];
                    score[a] -= residual;
                    for other in &levels[facet..] {
                        blocks[a * width + places[*other as usize]] += weight * point.variance;
                    }
                    let cells = &mut blocks[a * width + start..][..above.len()];
                    cells.iter_mut().zip(covariance.iter()).for_each(|(cell, value)| *cell += weight * value);
                }
                for i in 0..above.len() {
                    score[start + i] += above[i] - if category > i { 1.0 } else { 0.0 };
                    let below = weight * (1.0 - above[i]);
                    let cells = &mut blocks[(start + i) * width + start + i..][..above.len() - i];
                    cells.iter_mut().zip(&above[i..]).for_each(|(cell, above)| *cell += above * below);
                }
            }
            let deviation = self.population.log_deviation.exp();
            let z = (ability - self.population.mean) / deviation;
            score[mean_at] += z / deviation;
            score[deviation_at] += z * z - 1.0;
            blocks[mean_at * width + mean_at] += weight / (deviation * deviation);
            blocks[mean_at * width + deviation_at] += weight * 2.0 * z / deviation;
            blocks[deviation_at * width + deviation_at] += weight * 2.0 * z * z;
        }
        let mean: Vec<f64> = (0..width)
            .map(|at| nodes.iter().enumerate().map(|(node, (_, weight))| weight * scores[node * width + at]).sum())
            .collect();
        for a in 0..width {
            sums.gradient[touched[a]] += mean[a];
            for b in a..width {
                let products = nodes.iter().zip(scores.chunks(width));
                let spread: f64 =
                    products.map(|((_, weight), score)| weight * (score[a] - mean[a]) * (score[b] - mean[b])).sum();
                let cell = touched[a] * size + touched[b];
                sums.complete[cell] += blocks[a * width + b];
                sums.observed[cell] += blocks[a * width + b] - spread;
            }
        }
    }

    /// Lists the parameters of a person's ratings; the population's two stand last.
    fn place(&self, person: usize, room: &mut Room) {
        room.places.resize(self.layout.size, 0);
        room.touched.clear();
        for rating in self.packed.of_person(person) {
            room.touched.extend(self.packed.parameters(rating).iter().map(|at| *at as usize));
            let start = self.layout.groups[self.packed.group(rating)];
            room.touched.extend(start..start + self.polynomials.steps(self.packed.group(rating)));
        }
        room.touched.extend([self.layout.size - 2, self.layout.size - 1]);
        room.touched.sort_unstable();
        room.touched.dedup();
        for (place, at) in room.touched.iter().enumerate() {
            room.places[*at] = place;
        }
    }
}

//! The categories of one rating at the price of one exponential.
//!
//! P(k) ∝ exp(kη − T_k) = w_k zᵏ with w_k = exp(−T_k) and z = exp η, T_k the sum of the first k steps: the weights are
//! the same for all ratings of a step group, and the powers of z come by multiplication.

use crate::psychometrics::facets::categories::Categories;

/// Largest exponent on either side; a product of two of them is far from the ends of the doubles.
const REACH: f64 = 300.0;

/// Moments of one rating, and what gives its probabilities again without an exponential.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Point {
    pub expected: f64,
    pub variance: f64,
    location: f64,
    /// exp of the location; nought when it is out of reach.
    power: f64,
    /// P(0), or nought when the location is out of reach.
    first: f64,
}

/// The weights of every step group at one set of steps.
#[derive(Clone, Debug)]
pub(super) struct StepPolynomials {
    groups: Vec<Group>,
}

#[derive(Clone, Debug)]
struct Group {
    weights: Vec<f64>,
    steps: Vec<f64>,
    /// Locations up to this size are safe.
    reach: f64,
}

impl StepPolynomials {
    /// From the steps of each group.
    pub fn new<'a>(steps: impl Iterator<Item = &'a [f64]>) -> Self {
        let group = |steps: &[f64]| {
            let mut sum = 0.0f64;
            let mut largest = 0.0f64;
            let mut weights = vec![1.0];
            for step in steps {
                sum += step;
                largest = largest.max(sum.abs());
                weights.push((-sum).exp());
            }
            let reach = if largest < REACH { REACH / steps.len().max(1) as f64 } else { -1.0 };
            Group { weights, steps: steps.to_vec(), reach }
        };
        Self { groups: steps.map(group).collect() }
    }

    /// Number of steps of a group.
    pub fn steps(&self, group: usize) -> usize {
        self.groups[group].steps.len()
    }

    /// Expectation and variance at a location.
    pub fn moments(&self, group: usize, location: f64) -> Point {
        let group = &self.groups[group];
        if location.abs() > group.reach {
            let mut categories = Categories::default();
            categories.compute(location, &group.steps);
            let (expected, variance) = (categories.expected, categories.variance);
            return Point { expected, variance, location, power: 0.0, first: 0.0 };
        }
        let power = location.exp();
        let (mut term, mut sum, mut once, mut twice, mut k) = (1.0, 1.0, 0.0, 0.0, 0.0);
        for weight in &group.weights[1..] {
            term *= power;
            k += 1.0;
            let value = weight * term;
            let product = k * value;
            sum += value;
            once += product;
            twice += k * product;
        }
        let first = 1.0 / sum;
        let expected = once * first;
        Point { expected, variance: (twice * first - expected * expected).max(0.0), location, power, first }
    }

    /// The probabilities of a point of [`StepPolynomials::moments`].
    pub fn probabilities(&self, group: usize, point: &Point, into: &mut Vec<f64>) {
        let group = &self.groups[group];
        into.clear();
        if point.first == 0.0 {
            let mut categories = Categories::default();
            categories.compute(point.location, &group.steps);
            into.extend_from_slice(&categories.probabilities);
            return;
        }
        let mut term = point.first;
        for weight in &group.weights {
            into.push(weight * term);
            term *= point.power;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_plain_sum_near_and_far() {
        let sets: [&[f64]; 4] = [&[0.0], &[-2.0, -0.3, 1.1, 1.2], &[-180.0, 10.0, 170.0], &[400.0, -400.0]];
        let polynomials = StepPolynomials::new(sets.into_iter());
        let mut plain = Categories::default();
        let mut found = Vec::new();
        for (group, steps) in sets.iter().enumerate() {
            for location in [-500.0, -40.0, -3.0, -1e-9, 0.0, 0.7, 12.0, 90.0, 350.0] {
                plain.compute(location, steps);
                let point = polynomials.moments(group, location);
                polynomials.probabilities(group, &point, &mut found);
                assert!((point.expected - plain.expected).abs() < 1e-12, "{group} {location}");
                assert!((point.variance - plain.variance).abs() < 1e-12, "{group} {location}");
                for (a, b) in found.iter().zip(&plain.probabilities) {
                    assert!((a - b).abs() < 1e-13, "{group} {location}: {a} {b}");
                }
            }
        }
    }
}

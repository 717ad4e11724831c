//! Random numbers in named streams: what a batch draws never depends on what another batch drew, nor
//! on the number of threads.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream is for. Each purpose of each batch has its own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Bodies and their staff.
    Bodies = 1,
    /// Dates, sites and teams of a batch.
    Plan = 2,
    /// Candidates of a batch.
    People = 3,
    /// Items of a form.
    Form = 4,
    /// Answers of a batch.
    Responses = 5,
    /// Marks of a batch.
    Ratings = 6,
    /// Choice of the subjects of planted cases in a batch.
    Plants = 7,
    /// Flaws of the files: full-width digits, stray spaces.
    Flaws = 8,
    /// Staff, archives, fees.
    Supervision = 9,
}

/// A seeded stream. The samplers are written out here so that a release of a library cannot change the data.
#[derive(Clone, Debug)]
pub struct Random {
    generator: ChaCha8Rng,
}

impl Random {
    /// The stream of one purpose and one number (batch, form or body).
    pub fn new(seed: u64, purpose: Purpose, number: usize) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(((purpose as u64) << 48) | number as u64);
        Self { generator }
    }

    /// Uniform in [0, 1), 53 bits.
    pub fn uniform(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in 0..bound; 0 when the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // Multiply-shift: the bias is below bound / 2^64.
        ((u128::from(self.generator.next_u64()) * bound as u128) >> 64) as usize
    }

    /// Uniform in low..=high.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(usize::try_from(high - low + 1).unwrap_or(1)) as i64
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Normal with this mean and standard deviation (sum of twelve uniforms would have no tails: Box–Muller).
    pub fn normal(&mut self, mean: f64, standard_deviation: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        mean + standard_deviation * radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// One of the values; `None` of an empty slice.
    pub fn pick<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        values.get(self.below(values.len()))
    }

    /// Shuffles in place (Fisher–Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, Random};

    #[test]
    fn streams_are_repeatable_and_differ() {
        let draw = |purpose, number| {
            let mut random = Random::new(7, purpose, number);
            (0..8).map(|_| random.below(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(Purpose::People, 3), draw(Purpose::People, 3));
        assert_ne!(draw(Purpose::People, 3), draw(Purpose::People, 4));
        assert_ne!(draw(Purpose::People, 3), draw(Purpose::Form, 3));
    }

    #[test]
    fn samplers_have_the_moments_they_promise() {
        let mut random = Random::new(1, Purpose::Plan, 0);
        let draws: Vec<f64> = (0..20_000).map(|_| random.normal(0.6, 2.0)).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / draws.len() as f64;
        // Five standard errors.
        assert!((mean - 0.6).abs() < 5.0 * 2.0 / 20_000_f64.sqrt(), "{mean}");
        assert!((variance - 4.0).abs() < 5.0 * 4.0 * (2.0 / 20_000_f64).sqrt(), "{variance}");
        assert!((0..1000).all(|_| (3..=5).contains(&random.between(3, 5))));
    }
}

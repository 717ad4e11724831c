//! Simulated panels with known severities: each work goes to two raters of a pool at random.

use super::build::Build;
use chrono::{NaiveDate, TimeDelta};
use kaojian::model::points::Points;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A pool of raters.
pub struct Panel {
    pub raters: usize,
    pub works: usize,
    /// Points added by each rater (missing = 0).
    pub severity: Vec<f64>,
    /// Points by which each rater moves from the first to the last work (missing = 0).
    pub movement: Vec<f64>,
    /// Standard deviation of a rater's error on one work, points.
    pub noise: f64,
}

impl Default for Panel {
    fn default() -> Self {
        Self { raters: 6, works: 120, severity: Vec::new(), movement: Vec::new(), noise: 5.0 }
    }
}

/// A standard normal number (Box and Muller 1958).
pub fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

impl Panel {
    /// Marks of one seed. Criteria of one work by one rater share half of the error variance, so that
    /// they hang together as real ones do.
    pub fn simulate(&self, seed: u64) -> Build {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let start = NaiveDate::from_ymd_opt(2026, 5, 1).and_then(|day| day.and_hms_opt(8, 0, 0)).unwrap();
        let mut build = Build::new();
        for work in 0..self.works {
            let first = random.random_range(0..self.raters);
            let second = (first + random.random_range(1..self.raters)) % self.raters;
            let quality = 70.0 + 10.0 * normal(&mut random);
            let time = work as f64 / (self.works - 1) as f64 - 0.5;
            for (mark_no, rater) in [(1, first), (2, second)] {
                let effect = self.severity.get(rater).unwrap_or(&0.0)
                    + time * self.movement.get(rater).unwrap_or(&0.0)
                    + self.noise * normal(&mut random) / f64::sqrt(2.0);
                for criterion in ["a", "b", "c", "d"] {
                    let error = self.noise * normal(&mut random) * f64::sqrt(2.0);
                    let mark = ((quality + effect + error) / 4.0).clamp(0.0, 25.0);
                    let mark = (2.0 * mark).round() / 2.0;
                    let (candidate, name) = (format!("C{work:04}"), format!("R{rater}"));
                    let row = build.rating(&candidate, criterion, &name, mark_no, "0", "25");
                    row.score = Points::from_f64(mark);
                    row.marked_at = Some(start + TimeDelta::minutes(5 * work as i64));
                }
            }
        }
        build
    }
}

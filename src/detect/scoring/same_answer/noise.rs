//! How far apart the marks of one answer may be by chance.
//!
//! **Null hypothesis.** A mark is what the answer deserves, plus the rater's severity, plus an error; the errors
//! of all marks of a component are exchangeable. What different raters give to one and the same work, less their
//! severities and the work's mean, shows these errors. Under the null a cluster of one answer spreads as far as
//! errors that are dealt to its marks anew.
//!
//! **Test.** Statistic: largest less smallest mean, over works, of the marks less the severities. Null
//! distribution: the errors of the component, those of the cluster's own works left out, are permuted over its
//! marks, and those that fall on the cluster are taken. Marks stand on steps, whose means do not lie on the
//! lattice of the errors: a spread counts as reached from half a step below it. The errors are widened by
//! √(k / (k − 2)), k works, as Student's t is against the normal, since their size is known from k works only.
//! p is that of [`drawn_p_value`]: permuting stops when [`ENOUGH`] were as far, since such a p-value decides nothing. The level is checked by simulation below.
//!
//! Raters who see each other's marks make the errors look smaller than they are. Therefore a small p-value alone
//! is no sign: the spread must also reach the declared difference.

use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::prepare::{Mark, is_regular};
use crate::model::component::Component;
use crate::stats::permutation::drawn_p_value;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Errors that a null distribution needs.
pub(super) const MINIMUM_ERRORS: usize = 50;
/// Most permutations.
const PERMUTATIONS: u64 = 19_999;
/// Permutations as far as the cluster after which no more are needed.
const ENOUGH: u64 = 50;

/// An error with the work and the criterion it comes from.
#[derive(Clone, Copy)]
struct MarkError {
    work: u32,
    criterion: u32,
    error: f64,
}

/// Errors of marks as share of the maximum, by component; in the order of works and criteria.
pub(super) struct Errors<'a>(BTreeMap<&'a str, Vec<MarkError>>);

/// A mark as share of its maximum, less the rater's severity.
pub(super) fn adjusted(mark: &Mark, maximum: f64, severity: &dyn Fn(u32) -> f64) -> Option<f64> {
    Some(mark.score?.to_f64() / maximum - mark.rater.map_or(0.0, severity))
}

impl<'a> Errors<'a> {
    /// From the works of a batch that two or more raters marked. `severity` is what a rater (by the batch's
    /// number) adds, as share of the maximum.
    pub(super) fn new(batch: &'a PreparedBatch<'a>, required_raters: u8, severity: &dyn Fn(u32) -> f64) -> Self {
        let marks = &batch.marks;
        let mut found: BTreeMap<&'a str, Vec<MarkError>> = BTreeMap::new();
        let mut by_criterion: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        for (number, work) in marks.works.iter().enumerate() {
            by_criterion.clear();
            let regular = marks.markings_of(work).iter().filter(|marking| is_regular(marking, required_raters));
            for mark in regular.flat_map(|marking| marks.marks_of(marking)) {
                let maximum = mark.maximum.map(|maximum| maximum.to_f64()).filter(|maximum| *maximum > 0.0);
                if let Some(rate) = maximum.and_then(|maximum| adjusted(mark, maximum, severity)) {
                    by_criterion.entry(mark.criterion).or_default().push(rate);
                }
            }
            for (criterion, rates) in by_criterion.iter().filter(|(_, rates)| rates.len() > 1) {
                let n = rates.len() as f64;
                let mean = rates.iter().sum::<f64>() / n;
                // The mean is made of the same marks: without the factor the errors would be too small.
                let factor = (n / (n - 1.0)).sqrt();
                let (work_number, criterion) = (number as u32, *criterion);
                let errors =
                    rates.iter().map(|rate| MarkError { work: work_number, criterion, error: (rate - mean) * factor });
                found.entry(work.component.as_str()).or_default().extend(errors);
            }
        }
        Self(found)
    }

    /// Errors that a cluster is compared with, its own left out: those of its criterion where there are enough,
    /// else those of the component.
    fn beside(&self, component: &Component, criterion: u32, works: &[(u32, usize)]) -> Option<Vec<f64>> {
        let mut own: Vec<u32> = works.iter().map(|(work, _)| *work).collect();
        own.sort_unstable();
        let all = self.0.get(component.as_str())?;
        let of_others = |error: &&MarkError| error.criterion != criterion || own.binary_search(&error.work).is_err();
        let of = |only: bool| -> Vec<f64> {
            let wanted = |error: &&MarkError| !only || error.criterion == criterion;
            all.iter().filter(wanted).filter(of_others).map(|error| error.error).collect()
        };
        Some(of(true))
            .filter(|found| found.len() >= MINIMUM_ERRORS)
            .or_else(|| Some(of(false)).filter(|found| found.len() >= MINIMUM_ERRORS))
    }

    /// p-value of a cluster of works with these numbers of marks and this spread; `None` without enough errors.
    pub(super) fn p_value(
        &self,
        component: &Component,
        criterion: u32,
        works: &[(u32, usize)],
        spread: f64,
        half_step: f64,
        seed: u64,
    ) -> Option<f64> {
        let errors = self.beside(component, criterion, works)?;
        let marks: Vec<usize> = works.iter().map(|(_, marks)| *marks).collect();
        Some(permutation_p_value(&errors, &marks, spread, half_step, seed))
    }
}

/// See the head of this file. `half_step` is half a step of the marks, as share of the maximum.
fn permutation_p_value(errors: &[f64], marks_of_works: &[usize], spread: f64, half_step: f64, seed: u64) -> f64 {
    /// Sums of the same numbers in another order differ by rounding.
    const ROUNDING: f64 = 1e-9;
    if spread <= ROUNDING {
        return 1.0;
    }
    // Two marks of a work give two errors and one degree of freedom.
    let known = errors.len() as f64 / 2.0;
    let reached = (spread - half_step) / (known / (known - 2.0).max(1.0)).sqrt() - ROUNDING;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<u32> = (0..errors.len() as u32).collect();
    let mut as_far = || {
        let (mut least, mut most, mut next) = (f64::INFINITY, f64::NEG_INFINITY, 0);
        for marks in marks_of_works {
            let mut sum = 0.0;
            for _ in 0..*marks {
                // A cluster of more marks than errors begins a new permutation.
                let place = next % order.len();
                let other = random.random_range(place..order.len());
                order.swap(place, other);
                sum += errors[order[place] as usize];
                next += 1;
            }
            let mean = sum / (*marks).max(1) as f64;
            (least, most) = (least.min(mean), most.max(mean));
        }
        most - least >= reached
    };
    drawn_p_value(PERMUTATIONS, ENOUGH, &mut as_far).p_value
}

#[cfg(test)]
mod tests {
    use super::permutation_p_value;
    use crate::detect::scoring::test_noise::normal;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// Clusters of honest marks: the share below a level stays near it. Marks stand on half points of 20.
    #[test]
    fn the_level_holds() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let mark = |random: &mut ChaCha8Rng, level: f64| {
            (2.0 * (20.0 * (level + 0.03 * normal(random))).clamp(0.0, 20.0)).round() / 40.0
        };
        let (repeats, mut below) = (2_000, [0; 2]);
        for repeat in 0..repeats {
            let mut errors = Vec::new();
            for _ in 0..40 {
                let level = 0.7 + 0.1 * normal(&mut random);
                let (a, b) = (mark(&mut random, level), mark(&mut random, level));
                errors.extend([(a - b) / f64::sqrt(2.0), (b - a) / f64::sqrt(2.0)]);
            }
            let level = 0.7 + 0.1 * normal(&mut random);
            let works = [2, 2, 2];
            let means: Vec<f64> =
                works.iter().map(|_| (mark(&mut random, level) + mark(&mut random, level)) / 2.0).collect();
            let spread = means.iter().copied().fold(f64::NEG_INFINITY, f64::max)
                - means.iter().copied().fold(f64::INFINITY, f64::min);
            let p_value = permutation_p_value(&errors, &works, spread, 0.0125, repeat);
            for (count, level) in below.iter_mut().zip([0.05, 0.01]) {
                *count += usize::from(p_value <= level);
            }
        }
        // The 99.9 % points of Bin(2000, 0.05) and Bin(2000, 0.01).
        assert!(below[0] <= 131 && below[1] <= 35, "{below:?} of {repeats}");
        assert!(below[0] >= 20, "{below:?}: the test would see nothing");
    }

    #[test]
    fn no_spread_is_no_sign_and_a_large_one_is() {
        let errors: Vec<f64> = (0..60).map(|number| f64::from(number % 7 - 3) / 100.0).collect();
        assert_eq!(permutation_p_value(&errors, &[2, 2], 0.0, 0.0, 1), 1.0);
        assert_eq!(permutation_p_value(&errors, &[2, 2], 0.3, 0.01, 1), 1.0 / 20_000.0);
        assert_eq!(permutation_p_value(&[0.0; 60], &[90, 90], 0.1, 0.01, 1), 1.0 / 20_000.0);
    }
}

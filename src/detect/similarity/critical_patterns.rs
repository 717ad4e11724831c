//! How many identical wrong responses make a pair worth an exact M4, for each number of right ones and pair of classes.
//!
//! The p-value of M4 is at least P(right matches ≥ a, wrong matches ≥ b), which falls with every probability of a match. So
//! classes are joined into bins, each item with its lowest probabilities in both bins: what is needed there loses no pair of
//! the bins. Pairs that reach it are held against their own classes, which are tabulated when they are first met.

use crate::detect::similarity::response_model::ResponseModel;
use crate::psychometrics::similarity::match_pattern::fewest_incorrect;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::OnceLock;

/// Levels are taken at this much above the retention level, so that rounding loses no pair.
const ROUNDING_MARGIN: f64 = 1.0 + 1e-9;
/// Most bins: finer ones take longer than they save.
const MOST_BINS: usize = 40;
/// Steps of the recursion for all pairs of bins together; a long test has fewer bins.
const MOST_STEPS: usize = 1_000_000_000;
/// Of more classes than this, single pairs of them are not tabulated.
const MOST_CLASSES: usize = 400;

/// For each pair of classes, the fewest identical wrong responses for each number of right ones.
pub(super) struct CriticalPatterns<'m> {
    model: &'m ResponseModel,
    key: &'m [u8],
    level: f64,
    bins: usize,
    /// By pair of bins.
    of_bins: Vec<Vec<u16>>,
    /// By pair of classes, the lower one first; empty when there are too many.
    of_classes: Vec<OnceLock<Vec<u16>>>,
}

impl<'m> CriticalPatterns<'m> {
    pub(super) fn new(model: &'m ResponseModel, key: &'m [u8], retention: f64) -> Self {
        let items = key.len().max(1);
        let affordable = (2.0 * MOST_STEPS as f64 / (items * items * items) as f64).sqrt() as usize;
        Self::with_bins(model, key, retention, affordable.min(MOST_BINS))
    }

    /// As [`Self::new`], with the number of bins, at least 1. Any number loses no pair.
    pub(super) fn with_bins(model: &'m ResponseModel, key: &'m [u8], retention: f64, bins: usize) -> Self {
        let classes = model.classes();
        let bins = bins.clamp(1, classes.max(1));
        let cached = if classes <= MOST_CLASSES { classes * classes } else { 0 };
        let mut patterns = Self {
            model,
            key,
            level: retention * ROUNDING_MARGIN,
            bins,
            of_bins: Vec::new(),
            of_classes: (0..cached).map(|_| OnceLock::new()).collect(),
        };
        let pairs: Vec<(usize, usize)> = (0..bins).flat_map(|a| (a..bins).map(move |b| (a, b))).collect();
        let found: Vec<Vec<u16>> =
            pairs.par_iter().map(|&(a, b)| patterns.fewest(patterns.range(a), patterns.range(b))).collect();
        let mut of_bins = vec![Vec::new(); bins * bins];
        for ((a, b), fewest) in pairs.into_iter().zip(found) {
            of_bins[b * bins + a].clone_from(&fewest);
            of_bins[a * bins + b] = fewest;
        }
        patterns.of_bins = of_bins;
        patterns
    }

    fn bin(&self, class: usize) -> usize {
        class * self.bins / self.model.classes().max(1)
    }

    /// Classes of a bin.
    fn range(&self, bin: usize) -> Range<usize> {
        let classes = self.model.classes();
        (bin * classes).div_ceil(self.bins)..((bin + 1) * classes).div_ceil(self.bins)
    }

    /// What two persons of these classes need at least, by their right matches.
    fn fewest(&self, a: Range<usize>, b: Range<usize>) -> Vec<u16> {
        let lowest = |classes: &Range<usize>, item: usize| -> Vec<f64> {
            let mut lowest = self.model.options_of(classes.start, item).to_vec();
            for class in classes.clone().skip(1) {
                let others = self.model.options_of(class, item);
                lowest.iter_mut().zip(others).for_each(|(lowest, other)| *lowest = lowest.min(*other));
            }
            lowest
        };
        let (right, wrong): (Vec<f64>, Vec<f64>) = self
            .key
            .iter()
            .enumerate()
            .map(|(item, &key)| {
                let (mut right, mut wrong) = (0.0, 0.0);
                for (option, (a, b)) in lowest(&a, item).into_iter().zip(lowest(&b, item)).enumerate() {
                    let sort = if option + 1 == usize::from(key) { &mut right } else { &mut wrong };
                    *sort += a * b;
                }
                (right, wrong)
            })
            .unzip();
        let fewest = fewest_incorrect(&right, &wrong, self.level);
        fewest.into_iter().map(|wrong| u16::try_from(wrong).unwrap_or(u16::MAX)).collect()
    }

    /// The fewest identical wrong responses of a class with any of a range of classes, ends included, and at most so many
    /// right ones.
    pub(super) fn lowest(&self, class: usize, (first, last): (usize, usize), right: usize) -> usize {
        let right = right.min(self.key.len());
        let row = self.bin(class) * self.bins;
        let bins = self.of_bins.get(row + self.bin(first)..=row + self.bin(last)).unwrap_or(&[]);
        bins.iter().filter_map(|fewest| fewest.get(right)).copied().min().map_or(0, usize::from)
    }

    /// Whether a pair of two classes may be significant with so many right and wrong matches.
    pub(super) fn reached(&self, class_a: usize, class_b: usize, right: usize, incorrect: usize) -> bool {
        let right = right.min(self.key.len());
        if incorrect < self.lowest(class_a, (class_b, class_b), right) {
            return false;
        }
        let (low, high) = (class_a.min(class_b), class_a.max(class_b));
        let own = self.of_classes.get(low * self.model.classes() + high);
        let own = own.map(|own| own.get_or_init(|| self.fewest(low..low + 1, high..high + 1)));
        own.and_then(|own| own.get(right)).is_none_or(|fewest| incorrect >= usize::from(*fewest))
    }
}

#[cfg(test)]
mod tests {
    use super::CriticalPatterns;
    use crate::detect::similarity::response_model::{ModelKind, ResponseModel};
    use crate::psychometrics::similarity::match_pattern::m4;

    #[test]
    fn bins_never_ask_for_more_than_their_classes() {
        let items = 12;
        let table = (0..9).flat_map(|class| {
            let right = 0.2 + 0.08 * f64::from(class);
            let wrong = 1.0 - right;
            [right, wrong * 0.6, wrong * 0.3, wrong * 0.1].repeat(items)
        });
        let model = ResponseModel::from_classes(ModelKind::Nominal, &vec![4; items], vec![0; 9], table.collect());
        let key = vec![1u8; items];
        let level = 1e-3;
        for bins in [1, 2, 4, 9] {
            let patterns = CriticalPatterns::with_bins(&model, &key, level, bins);
            for (a, b) in (0..9).flat_map(|a| (0..9).map(move |b| (a, b))) {
                let chance = |of: fn(&ResponseModel, usize, usize, usize, u8) -> f64| -> Vec<f64> {
                    (0..items).map(|item| of(&model, a, b, item, 1)).collect()
                };
                let right_chance = chance(ResponseModel::correct_match_probability);
                let wrong_chance = chance(ResponseModel::incorrect_match_probability);
                for right in 0..=items {
                    for incorrect in 0..=items - right {
                        let kept = m4(&right_chance, &wrong_chance, right, incorrect).probability <= level;
                        let reached = patterns.reached(a, b, right, incorrect);
                        assert!(reached || !kept, "{bins} bins, classes {a} {b}, {right} right, {incorrect} wrong");
                        assert!(!reached || incorrect >= patterns.lowest(a, (b.saturating_sub(1), b), right));
                    }
                }
            }
        }
    }
}

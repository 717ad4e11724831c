//! The empirical null: pairs of persons who could not have sat together.
//!
//! They share teachers, books and misconceptions as others do, but no room. How often their p-values are as small says what
//! the model alone cannot: how many flags of this very form would come about without any contact.

use crate::detect::similarity::calibration::{EXPECTED_IN_SAMPLE, LEVELS};
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::significance::Screened;
use crate::model::similarity_evidence::CalibrationPoint;
use std::collections::BTreeMap;

/// p-values of pairs from different groups.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlPairs {
    /// How many there are.
    pub pairs: u64,
    /// Pairs within one group.
    pub within: u64,
    /// Every p-value up to `retention`, ascending.
    smallest: Vec<f64>,
    retention: f64,
    /// p-values of some, ascending, whatever their size.
    sample: Vec<f64>,
}

impl ControlPairs {
    /// `sample`: some pairs of all with their p-values. `None` when fewer than two groups are known.
    pub(super) fn new(matrix: &SheetMatrix<'_>, screened: &Screened, sample: &[((usize, usize), f64)]) -> Option<Self> {
        // Rooms of one name in different batches are different sittings.
        let group = |sheet: usize| {
            let sheet = matrix.sheets[sheet];
            sheet.room.as_deref().map(|room| (sheet.batch_id.as_str(), room))
        };
        let mut sizes: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        (0..matrix.sheets.len()).filter_map(group).for_each(|name| *sizes.entry(name).or_default() += 1);
        let pairs_of = |count: u64| count * count.saturating_sub(1) / 2;
        let within: u64 = sizes.values().map(|&size| pairs_of(size)).sum();
        let pairs = pairs_of(sizes.values().sum()) - within;
        if pairs == 0 {
            return None;
        }
        let apart = |a: usize, b: usize| matches!((group(a), group(b)), (Some(a), Some(b)) if a != b);
        // Of listed pairs only those are at hand, and the sample must speak for the rest.
        let retention = if screened.retention < 1.0 { screened.retention } else { 0.0 };
        let retained = screened.retained.iter().map(|(pair, _)| pair);
        let mut smallest: Vec<f64> = retained
            .filter(|pair| pair.p_value <= retention && apart(pair.a, pair.b))
            .map(|pair| pair.p_value)
            .collect();
        smallest.sort_by(f64::total_cmp);
        let mut sample: Vec<f64> =
            sample.iter().filter(|((a, b), _)| apart(*a, *b)).map(|(_, p_value)| *p_value).collect();
        sample.sort_by(f64::total_cmp);
        Some(Self { pairs, within, smallest, retention, sample })
    }

    /// The share of control pairs with a p-value as small: a p-value that no model is needed for.
    ///
    /// **Formula**: (1 + control pairs at or below) / (1 + control pairs): conformal. Exact up to the screen's retention,
    /// from a sample above.
    ///
    /// **Reference**: Vovk, V., Gammerman, A. & Shafer, G. (2005). Algorithmic learning in a random world, chapter 2.
    pub fn empirical_p_value(&self, p_value: f64) -> f64 {
        let (all, known) = if p_value <= self.retention {
            (self.pairs as f64, &self.smallest)
        } else {
            (self.sample.len() as f64, &self.sample)
        };
        (1.0 + known.partition_point(|control| *control <= p_value) as f64) / (1.0 + all)
    }

    /// Flagged pairs to be expected within the groups, when `flagged` of the control pairs are.
    pub fn expected_within(&self, flagged: u64) -> f64 {
        flagged as f64 / self.pairs as f64 * self.within as f64
    }

    /// Control pairs at or below each level that the pairs at hand can resolve.
    pub fn calibration(&self) -> Vec<CalibrationPoint> {
        let share = |known: &[f64], level: f64, all: f64| {
            known.partition_point(|control| *control <= level) as f64 / all.max(1.0)
        };
        let observed = |&level: &f64| {
            if level <= self.retention {
                Some(share(&self.smallest, level, self.pairs as f64))
            } else {
                let sampled = self.sample.len() as f64;
                (level * sampled >= EXPECTED_IN_SAMPLE).then(|| share(&self.sample, level, sampled))
            }
        };
        LEVELS
            .iter()
            .filter_map(|level| Some(CalibrationPoint { p_value: *level, observed_rate: observed(level)? }))
            .filter(|point| point.p_value * self.pairs as f64 >= 1.0 || point.observed_rate > 0.0)
            .collect()
    }
}

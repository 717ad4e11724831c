//! The statistics of raters arranged by batch: what the signs are written from.

use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::cases::MAXIMUM_ROWS;
use crate::detect::scoring::contrast::Contrast;
use crate::detect::scoring::pairs::Pair;
use crate::detect::scoring::panel::Panel;
use crate::detect::scoring::profile::Profile;
use crate::detect::scoring::rater_model::models::RaterModels;
use crate::model::dataset::Dataset;
use crate::model::provenance::Provenance;

/// Everything the signs are written from.
pub(super) struct RaterStatistics<'a> {
    pub(super) panel: Panel<'a>,
    pub(super) pairs: Vec<Pair>,
    pub(super) profiles: Vec<Profile>,
    pub(super) models: RaterModels,
    /// For each batch the pairs with common works there: (index of the pair, its works there).
    pub(super) pairs_of_batch: Vec<Vec<(usize, std::ops::Range<usize>)>>,
    /// For each batch the marks of the panel.
    marks_of_batch: Vec<std::ops::Range<usize>>,
}

impl<'a> RaterStatistics<'a> {
    /// Arranges the statistics by batch.
    pub(super) fn new(
        panel: Panel<'a>,
        pairs: Vec<Pair>,
        profiles: Vec<Profile>,
        models: RaterModels,
        batches: usize,
    ) -> Self {
        let mut pairs_of_batch = vec![Vec::new(); batches];
        for (index, pair) in pairs.iter().enumerate() {
            let mut start = 0;
            for works in pair.by_batch() {
                let end = start + works.len();
                if let Some(found) = works.first().and_then(|work| pairs_of_batch.get_mut(work.batch as usize)) {
                    found.push((index, start..end));
                }
                start = end;
            }
        }
        let marks_of_batch = (0..batches as u32)
            .map(|batch| {
                let start = panel.marks.partition_point(|mark| mark.batch < batch);
                start..panel.marks.partition_point(|mark| mark.batch <= batch)
            })
            .collect();
        Self { panel, pairs, profiles, models, pairs_of_batch, marks_of_batch }
    }

    /// Identifier of a rater.
    pub(super) fn name(&self, rater: u32) -> &str {
        self.panel.raters.get(rater as usize).map_or("?", |rater| rater.as_str())
    }

    /// Global numbers of all raters of a batch.
    pub(super) fn raters_of(&self, batch: &PreparedBatch<'_>) -> Vec<u32> {
        let number = |rater| self.panel.raters.binary_search(rater).ok().map(|index| index as u32);
        batch.marks.raters.iter().filter_map(number).collect()
    }

    /// A rater's panel marks in a batch.
    pub(super) fn marks_in(&self, batch: usize, rater: u32) -> Vec<u32> {
        let range = self.marks_of_batch.get(batch).cloned().unwrap_or_default();
        let indices = self.panel.by_rater.get(rater as usize).map(Vec::as_slice).unwrap_or_default();
        let start = indices.partition_point(|index| (*index as usize) < range.start);
        let end = indices.partition_point(|index| (*index as usize) < range.end);
        indices[start..end].to_vec()
    }
}

/// Source rows of works, work by work, until the limit.
pub(super) fn rows_of(
    dataset: &Dataset,
    batch: &PreparedBatch<'_>,
    works: impl Iterator<Item = u32>,
) -> Vec<Provenance> {
    works
        .filter_map(|work| batch.marks.works.get(work as usize))
        .flat_map(|work| batch.marks.markings_of(work))
        .flat_map(|marking| batch.marks.marks_of(marking))
        .filter_map(|mark| dataset.ratings.get(mark.row as usize))
        .map(|rating| rating.source)
        .take(MAXIMUM_ROWS)
        .collect()
}

/// 95 % interval of a contrast.
pub(super) fn interval(contrast: &Contrast) -> (f64, f64) {
    let half = crate::stats::student::critical_value(0.95, contrast.degrees_of_freedom) * contrast.standard_error;
    (contrast.estimate - half, contrast.estimate + half)
}

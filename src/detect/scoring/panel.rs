//! Works marked by two or more named raters, over all batches: what the rater statistics rest on.

use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::prepare::{BatchMarks, Marking, Work, is_regular, work_maximum};
use crate::model::ids::RaterId;
use crate::model::points::Points;
use crate::stats::spearman::midranks;
use rayon::prelude::*;

/// Works with a time that a rater needs before a trend is looked at.
pub(super) const MINIMUM_TIMED_WORKS: usize = 20;

/// One rater's mark of one work, over the criteria that all raters of the work marked.
#[derive(Clone, Copy, Debug)]
pub(super) struct PanelMark {
    /// Number of the work over all batches; marks of one work stand together.
    pub(super) work: u32,
    /// Index into [`Panel::raters`].
    pub(super) rater: u32,
    /// Index of the batch.
    pub(super) batch: u32,
    /// Index of the work in its batch.
    pub(super) work_in_batch: u32,
    /// Sum over the common criteria.
    pub(super) total: Points,
    /// What the common criteria can give.
    pub(super) maximum: Points,
    /// `total` as share of `maximum`.
    pub(super) rate: f64,
    /// When, in microseconds.
    pub(super) time: Option<f64>,
    /// Place in the rater's own order of marking, −0.5 (first) to 0.5 (last); `None` without enough times.
    pub(super) position: Option<f64>,
}

/// All such marks.
#[derive(Debug, Default)]
pub(super) struct Panel<'a> {
    /// Rater identifiers in byte order: every rater of every batch, also those who share no work.
    pub(super) raters: Vec<&'a RaterId>,
    /// Marks by work.
    pub(super) marks: Vec<PanelMark>,
    /// For each rater the indices of the marks.
    pub(super) by_rater: Vec<Vec<u32>>,
    /// Works of two or more raters that have no criterion in common, or no maximum.
    pub(super) unusable_works: u64,
}

impl<'a> Panel<'a> {
    /// From all batches.
    pub(super) fn new(batches: &[PreparedBatch<'a>], required_raters: u8) -> Self {
        let mut raters: Vec<&RaterId> = batches.iter().flat_map(|batch| batch.marks.raters.iter().copied()).collect();
        raters.sort_unstable();
        raters.dedup();
        let parts: Vec<(Vec<PanelMark>, u64)> = batches
            .par_iter()
            .enumerate()
            .map(|(index, batch)| marks_of_batch(index, &batch.marks, &raters, required_raters))
            .collect();
        let mut panel = Self { by_rater: vec![Vec::new(); raters.len()], raters, ..Self::default() };
        let mut works = 0;
        for (marks, unusable) in parts {
            panel.unusable_works += unusable;
            for work in marks.chunk_by(|a, b| a.work == b.work) {
                panel.marks.extend(work.iter().map(|mark| PanelMark { work: works, ..*mark }));
                works += 1;
            }
        }
        for (index, mark) in panel.marks.iter().enumerate() {
            panel.by_rater[mark.rater as usize].push(index as u32);
        }
        panel.set_positions();
        panel
    }

    fn set_positions(&mut self) {
        for indices in &self.by_rater {
            let timed: Vec<(u32, f64)> =
                indices.iter().filter_map(|index| Some((*index, self.marks[*index as usize].time?))).collect();
            if timed.len() < MINIMUM_TIMED_WORKS {
                continue;
            }
            let times: Vec<f64> = timed.iter().map(|(_, time)| *time).collect();
            let span = (timed.len() - 1) as f64;
            for ((index, _), rank) in timed.iter().zip(midranks(&times)) {
                self.marks[*index as usize].position = Some((rank - 1.0) / span - 0.5);
            }
        }
    }

    /// The mark's rate minus the mean rate of the other raters of the same work.
    pub(super) fn deviation(&self, index: u32) -> f64 {
        let mark = self.marks[index as usize];
        let others = || self.work_of(index).iter().filter(move |other| other.rater != mark.rater);
        let n = others().count().max(1) as f64;
        mark.rate - others().map(|other| other.rate).sum::<f64>() / n
    }

    /// All marks of the work that a mark belongs to.
    pub(super) fn work_of(&self, index: u32) -> &[PanelMark] {
        let work = self.marks[index as usize].work;
        let start = self.marks[..index as usize].iter().rev().take_while(|mark| mark.work == work).count();
        let first = index as usize - start;
        let length = self.marks[first..].iter().take_while(|mark| mark.work == work).count();
        &self.marks[first..first + length]
    }
}

/// Number of each rater of a batch in the list of all raters.
pub(super) fn global_numbers(batch: &BatchMarks<'_>, raters: &[&RaterId]) -> Vec<u32> {
    batch.raters.iter().map(|rater| raters.binary_search(rater).map_or(u32::MAX, |index| index as u32)).collect()
}

/// The regular markings of a work that can be used, one a rater, with the rater's number.
pub(super) fn markings_by_rater<'m>(
    batch: &'m BatchMarks<'_>,
    work: &Work<'_>,
    global: &[u32],
    required_raters: u8,
    found: &mut Vec<(&'m Marking, u32)>,
) {
    found.clear();
    for marking in batch.markings_of(work).iter().filter(|marking| is_regular(marking, required_raters)) {
        let Some(rater) = marking.rater.and_then(|rater| global.get(rater as usize).copied()) else { continue };
        let scored = batch.marks_of(marking).iter().filter(|mark| mark.score.is_some()).count();
        // All marks there and yet no total: one criterion is recorded twice with different marks.
        let conflicting = marking.total.is_none() && scored == batch.marks_of(marking).len();
        // A rater who marks the same work again counts once.
        if scored > 0 && !conflicting && !found.iter().any(|(_, earlier)| *earlier == rater) {
            found.push((marking, rater));
        }
    }
}

/// Marks of one batch; `work` counts within the batch.
fn marks_of_batch(
    batch_index: usize,
    batch: &BatchMarks<'_>,
    raters: &[&RaterId],
    required_raters: u8,
) -> (Vec<PanelMark>, u64) {
    let global = global_numbers(batch, raters);
    let mut marks = Vec::new();
    let mut unusable = 0;
    let mut scratch: Vec<(&Marking, u32)> = Vec::new();
    for (work_index, work) in batch.works.iter().enumerate() {
        markings_by_rater(batch, work, &global, required_raters, &mut scratch);
        if scratch.len() < 2 {
            continue;
        }
        let Some((totals, maximum)) = common_totals(batch, work, &scratch) else {
            unusable += 1;
            continue;
        };
        for ((marking, rater), total) in scratch.iter().zip(totals) {
            marks.push(PanelMark {
                work: work_index as u32,
                rater: *rater,
                batch: batch_index as u32,
                work_in_batch: work_index as u32,
                total,
                maximum,
                rate: total.to_f64() / maximum.to_f64(),
                time: marking.marked_at.map(|time| time.and_utc().timestamp_micros() as f64),
                position: None,
            });
        }
    }
    (marks, unusable)
}

/// Totals over the criteria that every marking has, and their maximum.
fn common_totals(
    batch: &BatchMarks<'_>,
    work: &Work<'_>,
    markings: &[(&Marking, u32)],
) -> Option<(Vec<Points>, Points)> {
    let (first, _) = markings.first()?;
    let same = markings.iter().all(|(marking, _)| batch.same_criteria(first, marking));
    let totals: Option<Vec<Points>> = markings.iter().map(|(marking, _)| marking.total).collect();
    if let (true, Some(totals)) = (same, totals) {
        let (maximum, _) = work_maximum(batch.markings_of(work), work.component)?;
        return Some((totals, maximum));
    }
    let scored = |marking: &Marking, criterion: u32| {
        batch.marks_of(marking).iter().find(|mark| mark.criterion == criterion).and_then(|mark| mark.score)
    };
    let mut totals = vec![Points::ZERO; markings.len()];
    let mut maximum = Points::ZERO;
    for mark in batch.marks_of(first) {
        let scores: Option<Vec<Points>> = markings.iter().map(|(marking, _)| scored(marking, mark.criterion)).collect();
        let Some(scores) = scores else { continue };
        maximum = maximum + mark.maximum?;
        for (total, score) in totals.iter_mut().zip(scores) {
            *total = *total + score;
        }
    }
    (maximum > Points::ZERO).then_some((totals, maximum))
}

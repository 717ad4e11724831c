//! Which works would another marking most probably put on the other side of the line?
//!
//! A work's fair score is the mean of its markings with each rater's severity, in points at the work's own level,
//! taken out. Another marking by as many raters of average severity is expected there, give or take the error of
//! both markings: the variance that the model gives to one rater's total times the dispersion of the raters' totals
//! of one work. Where there is no fit, the fair score is the plain mean, and the error of one marking comes from the
//! mean squared difference of two markings of one work, halved.

use crate::detect::parameters::ScoringParameters;
use crate::detect::pass_line::approved::ApprovedLines;
use crate::detect::pass_line::line_tables::LineTables;
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::panel::{Panel, global_numbers, markings_by_rater};
use crate::detect::scoring::prepare::{Marking, Work, is_regular, work_maximum};
use crate::detect::scoring::rater_model::design::{Groups, NoFit};
use crate::detect::scoring::rater_model::fitted::{CRITERION, GroupFit};
use crate::detect::scoring::register::Recorded;
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::ids::RaterId;
use crate::model::points::Points;
use crate::model::rater_evidence::{RemarkEntry, RemarkQueue};
use crate::psychometrics::facets::categories::Categories;
use crate::stats::normal::upper_tail;
use rayon::prelude::*;

/// Works of two raters from which the error of a marking is taken where there is no fit.
const MINIMUM_WORKS: usize = 10;

/// What the queue of every batch is made from.
pub struct RemarkSources<'a> {
    /// The data.
    pub dataset: &'a Dataset,
    /// Its batches.
    pub batches: &'a [PreparedBatch<'a>],
    /// Body and component of the fits.
    pub groups: &'a Groups,
    /// The fits, by group.
    pub fits: &'a [Result<GroupFit, NoFit>],
    /// Totals of works marked by two raters.
    pub panel: &'a Panel<'a>,
    /// Lines that scores are held against.
    pub lines: &'a LineTables<'a>,
}

/// What one more marking of a work would give.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Prediction {
    mean: f64,
    standard_error: f64,
}

/// One queue a batch that has marks, by batch.
pub fn remark_queues(sources: &RemarkSources<'_>, parameters: &ScoringParameters) -> Vec<Evidence> {
    let plain_errors = plain_variances(sources);
    sources
        .batches
        .par_iter()
        .enumerate()
        .filter(|(_, batch)| !batch.marks.works.is_empty())
        .map(|(index, batch)| {
            let approved = sources.lines.approved(&batch.batch_id);
            Evidence::RemarkQueue(queue(sources, index as u32, batch, &approved, &plain_errors, parameters))
        })
        .collect()
}

fn queue(
    sources: &RemarkSources<'_>,
    index: u32,
    batch: &PreparedBatch<'_>,
    approved: &ApprovedLines<'_>,
    plain_errors: &[Option<f64>],
    parameters: &ScoringParameters,
) -> RemarkQueue {
    let mut found = RemarkQueue {
        body_id: sources.dataset.body_of(&batch.batch_id).cloned(),
        batch_id: batch.batch_id.clone(),
        works: 0,
        left_out: 0,
        entries: Vec::new(),
    };
    let global = global_numbers(&batch.marks, &sources.panel.raters);
    let mut markings: Vec<(&Marking, u32)> = Vec::new();
    let mut room = Categories::default();
    for (work_index, work) in batch.marks.works.iter().enumerate() {
        let Recorded::Mark(score, _) = batch.register.find(work.candidate, work.component) else { continue };
        // Third marks and an expert's count too: they are markings of this work.
        markings_by_rater(&batch.marks, work, &global, u8::MAX, &mut markings);
        let group = sources.groups.number(index, work.component);
        let fit = group.and_then(|group| sources.fits.get(group)).and_then(|fit| fit.as_ref().ok());
        let plain = group.and_then(|group| plain_errors.get(group).copied().flatten());
        let person = fit.and_then(|fit| fit.design.person(index, work_index as u32));
        let by_model =
            fit.zip(person).and_then(|(fit, person)| modelled(fit, person, batch, &markings, parameters, &mut room));
        let Some(prediction) = by_model.or_else(|| plain_prediction(plain?, batch, work, &markings, parameters)) else {
            found.left_out += 1;
            continue;
        };
        found.works += 1;
        let prediction = on_record_scale(prediction, batch, work, score);
        let line = approved.held(work.component).line;
        let probability = probability_of_flip(prediction, score, line, parameters.mark_step);
        if probability >= f64::from(parameters.remark_minimum_percent) / 100.0 {
            found.entries.push(RemarkEntry {
                candidate_id: work.candidate.clone(),
                component: work.component.clone(),
                score,
                pass_line: line,
                fair_score: prediction.mean,
                standard_error: prediction.standard_error,
                probability_of_flip: probability,
                passes: score >= line,
                raters: named(&markings, &sources.panel.raters),
            });
        }
    }
    found.entries.sort_by(|a, b| {
        let key = |entry: &RemarkEntry| (entry.candidate_id.clone(), entry.component.clone());
        b.probability_of_flip.total_cmp(&a.probability_of_flip).then_with(|| key(a).cmp(&key(b)))
    });
    found
}

fn named(markings: &[(&Marking, u32)], raters: &[&RaterId]) -> Vec<RaterId> {
    let mut names: Vec<RaterId> =
        markings.iter().filter_map(|(_, rater)| raters.get(*rater as usize).map(|rater| (*rater).clone())).collect();
    names.sort();
    names
}

/// Probability that a marking with this mean and error is on the other side of the line, marks moving by the step of
/// a mark over the number of raters at the least: half of the step is taken for continuity.
fn probability_of_flip(prediction: Prediction, score: Points, line: Points, step: Points) -> f64 {
    let edge = line.to_f64() - 0.25 * step.to_f64();
    let above = upper_tail((edge - prediction.mean) / prediction.standard_error);
    if score >= line { 1.0 - above } else { above }
}

/// Number of raters of another marking of the same design.
fn regular(markings: &[(&Marking, u32)], parameters: &ScoringParameters) -> f64 {
    let required = parameters.required_raters;
    markings.iter().filter(|(marking, _)| is_regular(marking, required)).count().max(1) as f64
}

fn modelled(
    fit: &GroupFit,
    person: usize,
    batch: &PreparedBatch<'_>,
    markings: &[(&Marking, u32)],
    parameters: &ScoringParameters,
    room: &mut Categories,
) -> Option<Prediction> {
    let ability = fit.fitted.abilities[person]?;
    let mut criteria: Vec<usize> = fit
        .fitted
        .design
        .of_person(person)
        .iter()
        .map(|kept| fit.design.input.levels_of(kept.rating)[CRITERION])
        .collect();
    criteria.sort_unstable();
    criteria.dedup();
    let average = fit.expected_total(criteria.iter().copied(), ability, 0.0, room);
    let (mut sum, mut used) = (0.0, 0.0);
    for (marking, rater) in markings {
        // A marking of some of the criteria only, or by a rater without an estimate, says nothing of the whole.
        if batch.marks.marks_of(marking).len() != criteria.len() {
            continue;
        }
        let local = fit.design.raters.binary_search(rater).ok();
        let (Some(severity), Some(total)) = (local.and_then(|local| fit.severity(local)), marking.total) else {
            continue;
        };
        let own = fit.expected_total(criteria.iter().copied(), ability, severity, room);
        sum += total.to_f64() + average.mean - own.mean;
        used += 1.0;
    }
    let variance = fit.dispersion * average.variance;
    let standard_error = (variance * (1.0 / regular(markings, parameters) + 1.0 / used)).sqrt();
    (used > 0.0 && standard_error > 0.0).then(|| Prediction { mean: sum / used, standard_error })
}

fn plain_prediction(
    variance: f64,
    batch: &PreparedBatch<'_>,
    work: &Work<'_>,
    markings: &[(&Marking, u32)],
    parameters: &ScoringParameters,
) -> Option<Prediction> {
    let (maximum, _) = work_maximum(batch.marks.markings_of(work), work.component)?;
    let totals: Vec<f64> = markings.iter().filter_map(|(marking, _)| marking.total).map(Points::to_f64).collect();
    let used = totals.len() as f64;
    let error = maximum.to_f64() * (variance * (1.0 / regular(markings, parameters) + 1.0 / used)).sqrt();
    (used > 0.0 && error > 0.0).then(|| Prediction { mean: totals.iter().sum::<f64>() / used, standard_error: error })
}

/// Criteria that do not add up to 100 may be recorded as a share of 100: the nearer scale is taken.
fn on_record_scale(prediction: Prediction, batch: &PreparedBatch<'_>, work: &Work<'_>, score: Points) -> Prediction {
    let Some((maximum, _)) = work_maximum(batch.marks.markings_of(work), work.component) else { return prediction };
    let factor = 100.0 / maximum.to_f64();
    let distance = |factor: f64| (score.to_f64() - prediction.mean * factor).abs();
    let factor = if distance(factor) < distance(1.0) { factor } else { 1.0 };
    Prediction { mean: prediction.mean * factor, standard_error: prediction.standard_error * factor }
}

/// Variance of one rater's total as share² of the maximum, from works of two or more raters, by group.
fn plain_variances(sources: &RemarkSources<'_>) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0.0, 0usize); sources.groups.list.len()];
    for work in sources.panel.marks.chunk_by(|a, b| a.work == b.work) {
        let Some(first) = work.first() else { continue };
        let batch = sources.batches.get(first.batch as usize);
        let known = batch.and_then(|batch| batch.marks.works.get(first.work_in_batch as usize));
        let Some(group) = known.and_then(|known| sources.groups.number(first.batch, known.component)) else { continue };
        let n = work.len() as f64;
        let mean = work.iter().map(|mark| mark.rate).sum::<f64>() / n;
        let (squares, free, works) = &mut sums[group];
        *squares += work.iter().map(|mark| (mark.rate - mean).powi(2)).sum::<f64>();
        *free += n - 1.0;
        *works += 1;
    }
    sums.into_iter()
        .map(|(squares, free, works)| (works >= MINIMUM_WORKS && squares > 0.0).then(|| squares / free))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_the_line_the_odds_are_even_and_far_from_it_small() {
        let points = |text| Points::parse(text).unwrap();
        let at = |mean, score| {
            let prediction = Prediction { mean, standard_error: 2.0 };
            probability_of_flip(prediction, points(score), points("60"), points("0.5"))
        };
        assert!((at(59.875, "60") - 0.5).abs() < 1e-12 && (at(59.875, "59.5") - 0.5).abs() < 1e-12);
        assert!((at(63.795, "64") - 0.025).abs() < 1e-3 && at(80.0, "80") < 1e-12);
        // Recorded as passed, and yet every marking is below the line.
        assert!(at(52.0, "60") > 0.99);
    }
}

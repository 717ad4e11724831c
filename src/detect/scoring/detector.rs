//! The scoring detector: puts the tables in order once, then asks every measure of every batch.

use crate::detect::detector::{Detector, Explanation};
use crate::detect::parameters::{DetectParameters, ScoringParameters};
use crate::detect::scoring::cases::DETECTOR;
use crate::detect::scoring::drawn::evidence;
use crate::detect::scoring::explanation::explanation;
use crate::detect::scoring::key::Keys;
use crate::detect::scoring::pairs::pairs;
use crate::detect::scoring::panel::Panel;
use crate::detect::scoring::prepare::{BatchMarks, group_by_batch, prepare};
use crate::detect::scoring::profile::profiles;
use crate::detect::scoring::register::Register;
use crate::detect::scoring::signs::RaterStatistics;
use crate::detect::scoring::{recompute, required, rubric, signs, total};
use crate::model::answer::AnswerSheet;
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::observation::{Detected, Observation};
use crate::model::progress::Progress;
use crate::model::rating::Rating;
use crate::model::score::Score;
use crate::model::score_change::ScoreChange;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Looks at marks, totals and raters.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScoringDetector;

impl Detector for ScoringDetector {
    fn name(&self) -> &'static str {
        DETECTOR
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let parameters = &parameters.scoring;
        let batch_ids: Vec<BatchId> = dataset.batch_ids().into_keys().collect();
        progress.begin("scoring", batch_ids.len() as u64);
        let keys = Keys::new(&dataset.form_items);
        let prepared = prepare_batches(dataset, batch_ids, &keys);
        let panel = Panel::new(&prepared, parameters.required_raters);
        let pairs = pairs(&panel, parameters);
        let profiles = profiles(&panel, parameters);
        let statistics = RaterStatistics::new(panel, pairs, profiles, prepared.len());
        let mut observations: Vec<Observation> = prepared
            .par_iter()
            .enumerate()
            .flat_map_iter(|(index, batch)| {
                let mut found = facts(dataset, batch, parameters);
                found.extend(signs::measure(dataset, index, batch, &statistics, parameters));
                progress.advance(1);
                found
            })
            .collect();
        observations.sort_by(|a, b| (&a.batch_id, a.measure).cmp(&(&b.batch_id, b.measure)));
        progress.finish();
        Detected { observations, evidence: evidence(dataset, &prepared, &statistics, parameters) }
    }
}

/// The tables of one batch, in order.
pub(super) struct PreparedBatch<'a> {
    pub(super) batch_id: BatchId,
    pub(super) marks: BatchMarks<'a>,
    register: Register<'a>,
    sheets: Vec<u32>,
    keys: &'a Keys<'a>,
}

fn prepare_batches<'a>(dataset: &'a Dataset, batch_ids: Vec<BatchId>, keys: &'a Keys<'a>) -> Vec<PreparedBatch<'a>> {
    let by_work = |a: &Rating, b: &Rating| (&a.candidate_id, &a.component).cmp(&(&b.candidate_id, &b.component));
    let mut ratings = group_by_batch(&dataset.ratings, |rating| &rating.batch_id, by_work);
    let by_candidate = |a: &AnswerSheet, b: &AnswerSheet| a.candidate_id.cmp(&b.candidate_id);
    let mut sheets = group_by_batch(&dataset.answers.sheets, |sheet| &sheet.batch_id, by_candidate);
    let mut scores: BTreeMap<&BatchId, Vec<&Score>> = BTreeMap::new();
    for group in dataset.scores.chunk_by(|a, b| a.batch_id == b.batch_id) {
        if let Some(first) = group.first() {
            scores.entry(&first.batch_id).or_default().extend(group);
        }
    }
    let mut changes: BTreeMap<&BatchId, Vec<&ScoreChange>> = BTreeMap::new();
    for change in &dataset.score_changes {
        changes.entry(&change.batch_id).or_default().push(change);
    }
    let taken: Vec<_> = batch_ids
        .into_iter()
        .map(|batch_id| {
            let rows = ratings.remove(&batch_id).unwrap_or_default();
            let sheets = sheets.remove(&batch_id).unwrap_or_default();
            let scores = scores.remove(&batch_id).unwrap_or_default();
            let changes = changes.remove(&batch_id).unwrap_or_default();
            (batch_id, rows, sheets, scores, changes)
        })
        .collect();
    taken
        .into_par_iter()
        .map(|(batch_id, rows, sheets, scores, changes)| PreparedBatch {
            batch_id,
            marks: prepare(&dataset.ratings, rows),
            register: Register::new(scores, changes),
            sheets,
            keys,
        })
        .collect()
}

fn facts(dataset: &Dataset, batch: &PreparedBatch<'_>, parameters: &ScoringParameters) -> Vec<Observation> {
    let (batch_id, marks) = (&batch.batch_id, &batch.marks);
    let theory_is_rated = marks.works.iter().any(|work| *work.component == Component::Theory);
    vec![
        recompute::measure(dataset, batch_id, &batch.sheets, batch.keys, &batch.register, theory_is_rated),
        total::measure(dataset, batch_id, marks, &batch.register, parameters),
        rubric::measure(dataset, batch_id, &marks.rows, parameters),
        required::second_rater(dataset, batch_id, marks, parameters),
        required::third_rater(dataset, batch_id, marks, parameters),
    ]
}

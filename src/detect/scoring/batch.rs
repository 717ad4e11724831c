//! The tables that a batch's measures read, put in order once.

use crate::detect::scoring::key::Keys;
use crate::detect::scoring::prepare::{BatchMarks, group_by_batch, prepare};
use crate::detect::scoring::register::Register;
use crate::model::answer::AnswerSheet;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::rating::Rating;
use crate::model::score::Score;
use crate::model::score_change::ScoreChange;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The tables of one batch, in order.
pub(super) struct PreparedBatch<'a> {
    pub(super) batch_id: BatchId,
    pub(super) marks: BatchMarks<'a>,
    pub(super) register: Register<'a>,
    pub(super) sheets: Vec<u32>,
    pub(super) keys: &'a Keys<'a>,
}

/// The tables of every batch, in the order of the identifiers.
pub(super) fn prepare_batches<'a>(
    dataset: &'a Dataset,
    batch_ids: Vec<BatchId>,
    keys: &'a Keys<'a>,
) -> Vec<PreparedBatch<'a>> {
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

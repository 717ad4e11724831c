//! What the report shows of the clusters of a batch.

use crate::detect::scoring::cases::shown;
use crate::detect::scoring::same_answer::grouping::{Alike, Context, Found};
use crate::model::evidence::Evidence;
use crate::model::same_answer_evidence::{SameAnswer, SameAnswerCluster, SameAnswerGroup};

/// Clusters kept of a batch that are past a criterion.
const MOST_FLAGGED: usize = 200;
/// Further clusters kept of a batch.
const MOST_OTHERS: usize = 20;
/// Answers kept of a cluster.
const MOST_ANSWERS: usize = 12;
/// Characters kept of an answer.
const MOST_CHARACTERS: usize = 600;

/// The clusters of a batch, within bounds.
pub(super) fn evidence(context: &Context<'_>, answers: usize, all: &[Found<'_, '_>]) -> Evidence {
    let share = context.parameters.same_answer.difference_share;
    let past = |found: &&Found<'_, '_>| found.flagged || found.one_rater_cases(share).next().is_some();
    // Sorted with those that straddle the line first; so they stay, among those past a criterion and among the others.
    let flagged = all.iter().filter(past).take(MOST_FLAGGED);
    let others = all.iter().filter(|found| !past(found)).take(MOST_OTHERS);
    Evidence::SameAnswers(SameAnswerGroup {
        body_id: context.dataset.body_of(&context.batch.batch_id).cloned(),
        batch_id: context.batch.batch_id.clone(),
        answers: answers as u64,
        clusters_found: all.len() as u64,
        similarity_percent: context.parameters.same_answer.similarity_percent,
        clusters: flagged.chain(others).map(|found| cluster(context, found)).collect(),
    })
}

fn cluster(context: &Context<'_>, found: &Found<'_, '_>) -> SameAnswerCluster {
    let share = context.parameters.same_answer.difference_share;
    let criterion = context.batch.marks.criteria.get(found.item.criterion as usize).copied().unwrap_or_default();
    // Both ends of the spread are kept.
    let head = MOST_ANSWERS.div_ceil(2);
    let tail = found.alike.len().saturating_sub(MOST_ANSWERS - head);
    let kept = found.alike.iter().enumerate().filter(|(place, _)| *place < head || *place >= tail);
    SameAnswerCluster {
        component: found.component.clone(),
        criterion: criterion.into(),
        maximum: found.maximum,
        exact: found.exact,
        answers_found: found.alike.len() as u64,
        spread: found.spread * found.maximum.to_f64(),
        p_value: found.p_value,
        adjusted_p_value: found.adjusted_p_value,
        flagged: found.flagged,
        one_rater: found.one_rater_cases(share).next().is_some(),
        straddles: found.straddles,
        answers: kept.filter_map(|(_, alike)| answer(context, alike)).collect(),
    }
}

fn answer(context: &Context<'_>, alike: &Alike<'_, '_>) -> Option<SameAnswer> {
    let marks = &context.batch.marks;
    let work = marks.works.get(alike.answer.work as usize)?;
    let first = alike.answer.marks.first()?;
    let rater = |mark: &crate::detect::scoring::prepare::Mark| {
        mark.rater.and_then(|rater| marks.raters.get(rater as usize)).map(|rater| (*rater).clone())
    };
    Some(SameAnswer {
        candidate_id: work.candidate.clone(),
        // Masked before it is cut: half of an identity number would be known no more.
        text: shown(alike.answer.text).chars().take(MOST_CHARACTERS).collect::<String>().into(),
        characters: alike.answer.text.chars().count() as u64,
        likeness: alike.likeness,
        marks: alike.answer.marks.iter().filter_map(|mark| Some((rater(mark), mark.score?))).collect(),
        recorded: alike.recorded,
        source: context.dataset.ratings.get(first.row as usize)?.source,
    })
}

//! Clusters of one batch with what their marks show.

use crate::detect::parameters::ScoringParameters;
use crate::detect::pass_line::line_tables::LineTables;
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::declared::reaches_share;
use crate::detect::scoring::prepare::Mark;
use crate::detect::scoring::register::Recorded;
use crate::detect::scoring::same_answer::answers::{Answer, AnswerItem, BatchAnswers};
use crate::detect::scoring::same_answer::noise::{Errors, adjusted};
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::points::Points;
use crate::stats::multiplicity::holm;
use crate::text::clusters::{ClusterSettings, clusters};
use crate::text::normal::NormalText;
use crate::text::similarity::Threshold;
use std::collections::BTreeMap;

/// Longest answer, in characters, that is compared with others that are not the same.
pub(super) const LONGEST_COMPARED: usize = 2_000;

/// One answer of a cluster.
pub(super) struct Alike<'b, 'a> {
    pub(super) answer: &'b Answer<'a>,
    /// Likeness to the leader.
    pub(super) likeness: f64,
    /// Mean of the marks less the severities, as share of the maximum.
    pub(super) mean: f64,
    /// Recorded mark of the component.
    pub(super) recorded: Option<Points>,
}

/// An answer with one rater's mark and the row of it.
pub(super) type MarkedAnswer<'b, 'a> = (&'b Answer<'a>, Points, u32);

/// One rater who gave one and the same text different marks.
pub(super) struct OneRater<'b, 'a> {
    /// Number in the batch.
    pub(super) rater: u32,
    /// The answers with the rater's marks, lowest first.
    pub(super) marks: Vec<MarkedAnswer<'b, 'a>>,
    /// Largest less smallest.
    pub(super) difference: Points,
}

/// One cluster.
pub(super) struct Found<'b, 'a> {
    pub(super) item: &'b AnswerItem<'a>,
    pub(super) component: &'a Component,
    pub(super) maximum: Points,
    pub(super) exact: bool,
    /// Highest mean first.
    pub(super) alike: Vec<Alike<'b, 'a>>,
    /// Largest less smallest mean, as share of the maximum.
    pub(super) spread: f64,
    pub(super) p_value: Option<f64>,
    pub(super) adjusted_p_value: Option<f64>,
    pub(super) flagged: bool,
    /// Raters whose marks of one text differ at all.
    pub(super) one_rater: Vec<OneRater<'b, 'a>>,
    /// The line between the recorded marks.
    pub(super) straddles: Option<Points>,
}

impl Found<'_, '_> {
    /// Raters whose marks of one text differ by the declared difference or more.
    pub(super) fn one_rater_cases(&self, share: (i64, i64)) -> impl Iterator<Item = &OneRater<'_, '_>> {
        self.one_rater.iter().filter(move |found| reaches_share(found.difference, self.maximum, share))
    }
}

/// What else the clusters need to know.
pub(in crate::detect::scoring) struct Context<'a> {
    pub(in crate::detect::scoring) dataset: &'a Dataset,
    pub(in crate::detect::scoring) batch: &'a PreparedBatch<'a>,
    pub(in crate::detect::scoring) parameters: &'a ScoringParameters,
    pub(in crate::detect::scoring) lines: &'a LineTables<'a>,
    pub(in crate::detect::scoring) seed: u64,
}

/// All clusters of a batch: those that straddle the pass line first, then by spread.
pub(super) fn found<'b, 'a>(
    context: &Context<'a>,
    answers: &'b BatchAnswers<'a>,
    severity: &dyn Fn(u32) -> f64,
) -> Vec<Found<'b, 'a>> {
    let settings = &context.parameters.same_answer;
    let cluster_settings = ClusterSettings {
        threshold: Threshold { percent: settings.similarity_percent },
        minimum_length: settings.minimum_length as usize,
        maximum_length: LONGEST_COMPARED,
    };
    let lines = context.lines.approved(&context.batch.batch_id);
    let mut all: Vec<Found<'b, 'a>> = Vec::new();
    for item in answers.items.iter().filter(|item| item.answers.len() > 1) {
        let (Some(maximum), Some(work)) = (item.maximum, context.batch.marks.works.get(item.example as usize)) else {
            continue;
        };
        let texts: Vec<&NormalText> = item.answers.iter().map(|answer| &answer.normal).collect();
        for cluster in clusters(&texts, cluster_settings) {
            let exact = cluster.is_exact();
            let mut alike: Vec<Alike<'b, 'a>> = cluster
                .members
                .iter()
                .filter_map(|member| {
                    let answer = item.answers.get(member.text)?;
                    let rates: Option<Vec<f64>> =
                        answer.marks.iter().map(|mark| adjusted(mark, maximum.to_f64(), severity)).collect();
                    let rates = rates.filter(|rates| !rates.is_empty())?;
                    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
                    Some(Alike { answer, likeness: member.likeness, mean, recorded: recorded(context, answer) })
                })
                .collect();
            alike.sort_by(|a, b| b.mean.total_cmp(&a.mean).then(a.answer.work.cmp(&b.answer.work)));
            let (Some(first), Some(last)) = (alike.first(), alike.last()) else { continue };
            let spread = first.mean - last.mean;
            let line = lines.held(work.component).line;
            let recorded = || alike.iter().filter_map(|alike| alike.recorded);
            let straddles = (recorded().any(|mark| mark >= line) && recorded().any(|mark| mark < line)).then_some(line);
            all.push(Found {
                item,
                component: work.component,
                maximum,
                exact,
                one_rater: one_rater(&alike),
                alike,
                spread,
                p_value: None,
                adjusted_p_value: None,
                flagged: false,
                straddles,
            });
        }
    }
    test(context, &mut all, severity);
    all.sort_by(|a, b| {
        b.straddles
            .is_some()
            .cmp(&a.straddles.is_some())
            .then(b.spread.total_cmp(&a.spread))
            .then_with(|| place(a).cmp(&place(b)))
    });
    all
}

/// A fixed order of clusters with the same spread.
fn place<'b>(found: &'b Found<'_, '_>) -> (&'b str, u32, Option<u32>) {
    (found.component.as_str(), found.item.criterion, found.alike.iter().map(|alike| alike.answer.work).min())
}

/// p-values of all clusters with a spread, and Holm over all clusters of the batch.
fn test(context: &Context<'_>, all: &mut [Found<'_, '_>], severity: &dyn Fn(u32) -> f64) {
    let errors = Errors::new(context.batch, context.parameters.required_raters, severity);
    let share = context.parameters.same_answer.difference_share;
    let least_share = share.0 as f64 / share.1.max(1) as f64;
    for (number, found) in all.iter_mut().enumerate() {
        let works: Vec<(u32, usize)> =
            found.alike.iter().map(|alike| (alike.answer.work, alike.answer.marks.len())).collect();
        let half_step = context.parameters.mark_step.to_f64() / found.maximum.to_f64() / 2.0;
        let seed = context.seed.wrapping_add(number as u64);
        found.p_value = errors.p_value(found.component, found.item.criterion, &works, found.spread, half_step, seed);
    }
    let p_values: Vec<f64> = all.iter().filter_map(|found| found.p_value).collect();
    let adjusted = holm(&p_values);
    for (found, adjusted) in all.iter_mut().filter(|found| found.p_value.is_some()).zip(adjusted) {
        found.adjusted_p_value = Some(adjusted);
        found.flagged = adjusted < context.parameters.significance_level && found.spread >= least_share;
    }
}

/// Raters who gave answers with exactly the same text different marks.
fn one_rater<'b, 'a>(alike: &[Alike<'b, 'a>]) -> Vec<OneRater<'b, 'a>> {
    let mut by_text: BTreeMap<&str, BTreeMap<u32, Vec<MarkedAnswer<'b, 'a>>>> = BTreeMap::new();
    for alike in alike {
        for mark in &alike.answer.marks {
            let Mark { rater: Some(rater), score: Some(score), row, .. } = *mark else { continue };
            let raters = by_text.entry(alike.answer.normal.text.as_str()).or_default();
            raters.entry(rater).or_default().push((alike.answer, score, row));
        }
    }
    let mut found: Vec<OneRater<'b, 'a>> = Vec::new();
    for (rater, mut marks) in by_text.into_values().flatten() {
        marks.sort_by_key(|(answer, score, _)| (*score, answer.work));
        let (Some((_, least, _)), Some((_, most, _))) = (marks.first(), marks.last()) else { continue };
        let difference = *most - *least;
        if difference > Points::ZERO {
            found.push(OneRater { rater, marks, difference });
        }
    }
    found.sort_by_key(|one| (std::cmp::Reverse(one.difference), one.rater));
    found
}

fn recorded(context: &Context<'_>, answer: &Answer<'_>) -> Option<Points> {
    let work = context.batch.marks.works.get(answer.work as usize)?;
    match context.batch.register.find(work.candidate, work.component) {
        Recorded::Mark(points, _) => Some(points),
        _ => None,
    }
}

//! `second_rater` and `third_rater`: works with fewer raters than required, and works whose marks
//! differ by the tolerance or more without a further mark.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::cases::{case, component_names, finish, not_evaluated, observation, shown};
use crate::detect::scoring::prepare::{BatchMarks, Marking, Work, is_regular, work_maximum};
use crate::detect::scoring::replay::{complete_regular, reaches_tolerance, spread};
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation};
use crate::model::points::Points;
use crate::model::provenance::Provenance;

fn sources(dataset: &Dataset, batch: &BatchMarks<'_>, markings: &[Marking]) -> Vec<Provenance> {
    markings
        .iter()
        .flat_map(|marking| batch.marks_of(marking))
        .filter_map(|mark| dataset.ratings.get(mark.row as usize))
        .map(|rating| rating.source)
        .collect()
}

fn is_scored(batch: &BatchMarks<'_>, marking: &Marking) -> bool {
    batch.marks_of(marking).iter().any(|mark| mark.score.is_some())
}

/// Distinct raters of a work, and its markings that name none.
fn raters_of(batch: &BatchMarks<'_>, work: &Work<'_>) -> (Vec<u32>, usize) {
    let scored = || batch.markings_of(work).iter().filter(|marking| is_scored(batch, marking));
    let mut raters: Vec<u32> = scored().filter_map(|marking| marking.rater).collect();
    raters.sort_unstable();
    raters.dedup();
    (raters, scored().filter(|marking| marking.rater.is_none()).count())
}

/// Works with fewer distinct raters than required.
pub(super) fn second_rater(
    dataset: &Dataset,
    batch_id: &BatchId,
    batch: &BatchMarks<'_>,
    parameters: &ScoringParameters,
) -> Observation {
    let mut result = observation("second_rater", Nature::Fact, dataset, batch_id);
    if batch.rows.is_empty() {
        return not_evaluated(result, vec![MissingFact::table("ratings")]);
    }
    if batch.raters.is_empty() {
        return not_evaluated(result, vec![MissingFact::column("ratings", "rater_id")]);
    }
    let required = usize::from(parameters.required_raters);
    let (mut checked, mut unclear) = (0i64, 0i64);
    for work in &batch.works {
        let (raters, unnamed) = raters_of(batch, work);
        if raters.is_empty() && unnamed == 0 {
            continue;
        }
        if raters.len() < required && raters.len() + unnamed >= required {
            unclear += 1;
            continue;
        }
        checked += 1;
        if raters.len() >= required {
            continue;
        }
        let candidate = shown(work.candidate.as_str()).into_owned();
        let (component_zh, component) = component_names(work.component);
        let names: Vec<String> =
            raters.iter().map(|rater| shown(batch.rater_name(Some(*rater))).into_owned()).collect();
        let names = if names.is_empty() { "–".to_owned() } else { names.join(", ") };
        let n = raters.len();
        let markings = batch.markings_of(work);
        let again = if markings.iter().filter(|marking| is_scored(batch, marking)).count() > n.max(1) {
            ("同一考评员评了多次。", " The same rater marked more than once.")
        } else {
            ("", "")
        };
        let mut subjects = vec![work.candidate.to_string()];
        subjects.extend(raters.iter().map(|rater| batch.rater_name(Some(*rater)).to_owned()));
        result.cases.push(case(
            subjects,
            sources(dataset, batch, markings),
            format!(
                "考生 {candidate}，{component_zh}：记录中有 {n} 名考评员（{names}），要求 {required} 名。{}",
                again.0
            ),
            format!(
                "Candidate {candidate}, {component}: {n} rater(s) on record ({names}), {required} required.{}",
                again.1
            ),
        ));
    }
    if unclear > 0 {
        result.missing.push(MissingFact::column("ratings", "rater_id"));
    }
    if checked == 0 {
        let missing = if unclear > 0 { Vec::new() } else { vec![MissingFact::column("ratings", "score")] };
        return not_evaluated(result, missing);
    }
    let without = result.cases.len();
    let figures = &mut result.figures;
    figures.insert("works_checked".to_owned(), checked.into());
    figures.insert("without_second_rater".to_owned(), without.into());
    figures.insert("works_with_unnamed_raters".to_owned(), unclear.into());
    figures.insert("required_raters".to_owned(), i64::from(parameters.required_raters).into());
    finish(result)
}

/// Works whose totals differ by the tolerance or more and that have no further mark.
pub(super) fn third_rater(
    dataset: &Dataset,
    batch_id: &BatchId,
    batch: &BatchMarks<'_>,
    parameters: &ScoringParameters,
) -> Observation {
    let mut result = observation("third_rater", Nature::Fact, dataset, batch_id);
    if batch.rows.is_empty() {
        return not_evaluated(result, vec![MissingFact::table("ratings")]);
    }
    let required = parameters.required_raters;
    let (numerator, denominator) = parameters.tolerance_share;
    let (mut checked, mut incomplete, mut single, mut apart, mut assumed) = (0i64, 0i64, 0i64, 0i64, 0i64);
    for work in &batch.works {
        let markings = batch.markings_of(work);
        let scored =
            markings.iter().filter(|marking| is_regular(marking, required) && is_scored(batch, marking)).count();
        if scored < 2 {
            single += i64::from(scored == 1);
            continue;
        }
        let (Some(regular), Some((maximum, is_assumed))) =
            (complete_regular(batch, work, required), work_maximum(markings, work.component))
        else {
            incomplete += 1;
            continue;
        };
        checked += 1;
        assumed += i64::from(is_assumed);
        let difference = spread(&regular);
        // Nought of a tolerance of nought would ask for a third mark on equal marks.
        if difference == Points::ZERO || !reaches_tolerance(difference, maximum, parameters.tolerance_share) {
            continue;
        }
        apart += 1;
        let further = markings.iter().any(|marking| !is_regular(marking, required) && is_scored(batch, marking));
        if further || regular.len() > usize::from(required) {
            continue;
        }
        let candidate = shown(work.candidate.as_str()).into_owned();
        let (component_zh, component) = component_names(work.component);
        let marks: Vec<String> = regular
            .iter()
            .map(|(marking, total)| format!("{total} ({})", shown(batch.rater_name(marking.rater))))
            .collect();
        let marks = marks.join(", ");
        let mut subjects = vec![work.candidate.to_string()];
        subjects.extend(
            regular
                .iter()
                .filter(|(marking, _)| marking.rater.is_some())
                .map(|(marking, _)| batch.rater_name(marking.rater).to_owned()),
        );
        result.cases.push(case(
            subjects,
            sources(dataset, batch, markings),
            format!(
                "考生 {candidate}，{component_zh}：评分 {marks}，相差 {difference}，达到容差（满分 {maximum} 的 {numerator}/{denominator}），无第三评分记录。"
            ),
            format!(
                "Candidate {candidate}, {component}: marks {marks} differ by {difference}, which reaches the tolerance ({numerator}/{denominator} of {maximum}); no third mark on record."
            ),
        ));
    }
    if checked == 0 {
        let column = if incomplete > 0 {
            "score"
        } else if single > 0 {
            "mark_no"
        } else {
            "score"
        };
        return not_evaluated(result, vec![MissingFact::column("ratings", column)]);
    }
    if assumed > 0 {
        result.missing.push(MissingFact::column("ratings", "max_score"));
    }
    let without = result.cases.len();
    let figures = &mut result.figures;
    figures.insert("works_checked".to_owned(), checked.into());
    figures.insert("at_or_above_tolerance".to_owned(), apart.into());
    figures.insert("without_third_rater".to_owned(), without.into());
    figures.insert("works_with_one_marking".to_owned(), single.into());
    figures.insert("works_incomplete".to_owned(), incomplete.into());
    figures.insert("maximum_assumed_100".to_owned(), assumed.into());
    figures.insert("tolerance_share".to_owned(), format!("{numerator}/{denominator}").into());
    finish(result)
}

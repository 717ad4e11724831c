//! `component_total`: the recorded final mark of every rated component against the declared rule, and
//! a rater's stated total against the sum of the criteria.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::cases::{case, component_names, finish, not_evaluated, observation, shown};
use crate::detect::scoring::exact::{Exact, Likeness, RoundingTally, compare};
use crate::detect::scoring::prepare::{BatchMarks, Marking, Work};
use crate::detect::scoring::recompute::difference_text;
use crate::detect::scoring::register::{Recorded, Register};
use crate::detect::scoring::replay::{Replay, Step, complete_regular, replay};
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::score::Score;
use std::collections::BTreeMap;

/// Stable name of the measure.
const MEASURE: &str = "component_total";

/// Other rules that a batch may follow as a whole. Named in one case instead of many.
const OTHER_RULES: [(&str, &str); 5] = [
    ("取最高分", "the highest mark"),
    ("取最低分", "the lowest mark"),
    ("取第一次评分", "the first marking"),
    ("取全部评分的平均", "the mean of all markings, third and later ones included"),
    ("去掉一个最高分和一个最低分后的平均", "the mean without the highest and the lowest mark"),
];

/// One recorded mark with what the rule gives.
struct Compared<'b> {
    work: &'b Work<'b>,
    recorded: Points,
    score: &'b Score,
    allowed: Vec<Exact>,
    step: Step,
    differs: bool,
}

/// Measures one batch.
pub(super) fn measure(
    dataset: &Dataset,
    batch_id: &BatchId,
    batch: &BatchMarks<'_>,
    register: &Register<'_>,
    parameters: &ScoringParameters,
) -> Observation {
    let mut result = observation(MEASURE, Nature::Fact, dataset, batch_id);
    if batch.rows.is_empty() {
        return not_evaluated(result, vec![MissingFact::table("ratings")]);
    }
    let (mut incomplete, mut unrecorded, mut approved, mut without_third) = (0i64, 0i64, 0i64, 0i64);
    let mut conflicting = 0i64;
    let mut rounding = RoundingTally::default();
    let mut compared: Vec<Compared<'_>> = Vec::new();
    for work in &batch.works {
        let (recorded, score) = match register.find(work.candidate, work.component) {
            Recorded::Mark(recorded, score) => (recorded, score),
            Recorded::Conflicting => {
                incomplete += 1;
                conflicting += 1;
                continue;
            }
            Recorded::Nothing | Recorded::NoNumber => {
                unrecorded += 1;
                continue;
            }
        };
        let Replay::Settled(mut allowed, step) =
            replay(batch, work, parameters.required_raters, parameters.tolerance_share)
        else {
            incomplete += 1;
            continue;
        };
        without_third += i64::from(step == Step::ThirdMissing);
        allowed.extend(out_of_hundred(batch, work, &allowed));
        let (likeness, nearest) = best_match(recorded, &allowed);
        if let Some(nearest) = nearest {
            rounding.add(likeness, nearest);
        }
        let mut differs = likeness == Likeness::Differs;
        if differs && register.approved_change(work.candidate, work.component, recorded).is_some() {
            approved += 1;
            differs = false;
        }
        compared.push(Compared { work, recorded, score, allowed, step, differs });
    }
    let (stated, stated_differing, stated_cases) = stated_totals(dataset, batch);
    if compared.is_empty() && stated == 0 {
        let missing = if !dataset.has_table("scores") && register.scores().is_empty() {
            MissingFact::table("scores")
        } else if incomplete > 0 {
            MissingFact::column("ratings", "score")
        } else {
            MissingFact::column("scores", "score")
        };
        return not_evaluated(result, vec![missing]);
    }
    let differing = compared.iter().filter(|found| found.differs).count();
    match other_rule(batch, &compared, parameters.required_raters).filter(|_| differing > 1) {
        Some(rule) => result.cases.push(other_rule_case(dataset, batch, &compared, rule)),
        None => result
            .cases
            .extend(compared.iter().filter(|found| found.differs).map(|found| total_case(dataset, batch, found))),
    }
    result.cases.extend(stated_cases);
    result.cases.extend(conflicting_duplicates(dataset, batch));
    result.cases.extend(uneven_maxima(dataset, batch));
    let unrated = components_without_marks(batch, register);
    if unrated > 0 {
        result.missing.push(MissingFact::table("ratings"));
    }
    let not_hundred =
        batch.works.iter().filter(|work| known_maximum(batch, work).is_some_and(|m| m != Points::whole(100)));
    let figures = &mut result.figures;
    figures.insert("works_with_maximum_not_100".to_owned(), not_hundred.count().into());
    figures.insert("totals_checked".to_owned(), compared.len().into());
    figures.insert("differing".to_owned(), differing.into());
    figures.insert("stated_totals_checked".to_owned(), stated.into());
    figures.insert("stated_totals_differing".to_owned(), stated_differing.into());
    figures.insert("works_incomplete".to_owned(), incomplete.into());
    figures.insert("works_without_recorded_mark".to_owned(), unrecorded.into());
    figures.insert("recorded_marks_without_ratings".to_owned(), unrated.into());
    figures.insert("recorded_marks_that_contradict".to_owned(), conflicting.into());
    figures.insert("recorded_marks_outside_0_to_100".to_owned(), outside_scale(register).into());
    figures.insert("approved_changes_not_counted".to_owned(), approved.into());
    figures.insert("compared_with_mean_for_want_of_third_mark".to_owned(), without_third.into());
    figures.insert("repeated_rows_not_used".to_owned(), batch.duplicates.len().into());
    rounding.write(figures);
    finish(result)
}

/// The likeness to the allowed mark that fits best.
fn best_match(recorded: Points, allowed: &[Exact]) -> (Likeness, Option<Exact>) {
    let rank = |likeness| match likeness {
        Likeness::Equal => 0,
        Likeness::EitherRounding => 1,
        Likeness::HalfUp | Likeness::HalfEven => 2,
        Likeness::Differs => 3,
    };
    let best = allowed.iter().map(|exact| (compare(recorded, *exact), *exact)).min_by_key(|(found, _)| rank(*found));
    best.map_or((Likeness::Differs, None), |(likeness, exact)| (likeness, Some(exact)))
}

fn known_maximum(batch: &BatchMarks<'_>, work: &Work<'_>) -> Option<Points> {
    if matches!(work.component, Component::Other(_)) {
        return None;
    }
    batch.markings_of(work).iter().filter_map(|marking| marking.maximum).max().filter(|maximum| *maximum > Points::ZERO)
}

/// Criteria that do not add up to 100 may be recorded as a share of 100.
fn out_of_hundred(batch: &BatchMarks<'_>, work: &Work<'_>, allowed: &[Exact]) -> Vec<Exact> {
    match known_maximum(batch, work).filter(|maximum| *maximum != Points::whole(100)) {
        Some(maximum) => allowed.iter().filter_map(|exact| exact.scaled(Points::whole(100), maximum)).collect(),
        None => Vec::new(),
    }
}

/// The other rule that every compared work follows, if one does.
fn other_rule(batch: &BatchMarks<'_>, compared: &[Compared<'_>], required_raters: u8) -> Option<usize> {
    let follows = |rule: usize, found: &Compared<'_>| {
        let Some(regular) = complete_regular(batch, found.work, required_raters) else { return false };
        let all: Option<Vec<Points>> = batch.markings_of(found.work).iter().map(|marking| marking.total).collect();
        let Some(mut all) = all else { return false };
        let mut totals: Vec<Points> = regular.iter().map(|(_, total)| *total).collect();
        let first = totals.first().copied();
        totals.sort_unstable();
        let mark = match rule {
            0 => totals.last().copied().map(Exact::of),
            1 => totals.first().copied().map(Exact::of),
            2 => first.map(Exact::of),
            3 => Exact::mean(&all),
            _ => {
                all.sort_unstable();
                all.get(1..all.len().saturating_sub(1)).and_then(Exact::mean)
            }
        };
        mark.is_some_and(|mark| compare(found.recorded, mark) != Likeness::Differs)
    };
    (0..OTHER_RULES.len()).find(|rule| compared.iter().all(|found| follows(*rule, found)))
}

fn sources(dataset: &Dataset, batch: &BatchMarks<'_>, work: &Work<'_>) -> Vec<Provenance> {
    batch
        .markings_of(work)
        .iter()
        .flat_map(|marking| batch.marks_of(marking))
        .filter_map(|mark| dataset.ratings.get(mark.row as usize))
        .map(|rating| rating.source)
        .collect()
}

/// The marks of a work in a sentence: `79 (R1), 80 (R2)`.
fn marks_text(batch: &BatchMarks<'_>, markings: &[Marking]) -> String {
    let one = |marking: &Marking| {
        let total = marking.total.map_or_else(|| "?".to_owned(), |total| total.to_string());
        let number = marking.mark_no.map(|number| format!(" #{number}")).unwrap_or_default();
        format!("{total} ({}{number})", shown(batch.rater_name(marking.rater)))
    };
    markings.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn total_case(dataset: &Dataset, batch: &BatchMarks<'_>, found: &Compared<'_>) -> ObservedCase {
    let candidate = shown(found.work.candidate.as_str()).into_owned();
    let (component_zh, component) = component_names(found.work.component);
    let marks = marks_text(batch, batch.markings_of(found.work));
    let allowed = found.allowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / ");
    let difference = found.allowed.first().map(|exact| difference_text(found.recorded, *exact)).unwrap_or_default();
    let (step_zh, step_en) = found.step.text();
    let recorded = found.recorded;
    let mut rows = vec![found.score.source];
    rows.extend(sources(dataset, batch, found.work));
    case(
        vec![found.work.candidate.to_string()],
        rows,
        format!(
            "考生 {candidate}，{component_zh}：记录成绩 {recorded}，按评分记录 {marks} 复算为 {allowed}（{step_zh}；相差 {difference}）。"
        ),
        format!(
            "Candidate {candidate}, {component}: recorded {recorded}; the marks {marks} give {allowed} ({step_en}; difference {difference})."
        ),
    )
}

fn other_rule_case(dataset: &Dataset, batch: &BatchMarks<'_>, compared: &[Compared<'_>], rule: usize) -> ObservedCase {
    let differing: Vec<&Compared<'_>> = compared.iter().filter(|found| found.differs).collect();
    let (zh, en) = OTHER_RULES[rule];
    let (n, all) = (differing.len(), compared.len());
    let mut subjects: Vec<String> = differing.iter().map(|found| found.work.candidate.to_string()).collect();
    subjects.sort();
    subjects.dedup();
    let rows = differing
        .iter()
        .flat_map(|found| std::iter::once(found.score.source).chain(sources(dataset, batch, found.work)))
        .collect();
    case(
        subjects,
        rows,
        format!(
            "全部 {all} 个记录成绩都符合另一规则（{zh}），其中 {n} 个与所声明的规则不同。该批次可能采用了另一评分规则；是否备案由人核实。"
        ),
        format!(
            "All {all} recorded marks follow another rule ({en}); {n} of them differ from the declared one. The batch may use another marking rule; whether it is on file is for a person to check."
        ),
    )
}

/// Totals that a rater's own row states: how many, how many differ, and the cases.
fn stated_totals(dataset: &Dataset, batch: &BatchMarks<'_>) -> (usize, usize, Vec<ObservedCase>) {
    let mut checked = 0;
    let mut cases = Vec::new();
    for work in &batch.works {
        for marking in batch.markings_of(work) {
            let (Some((stated, row)), Some(total)) = (marking.stated_total, marking.total) else { continue };
            checked += 1;
            if compare(stated, Exact::of(total)) != Likeness::Differs {
                continue;
            }
            let rows = std::iter::once(row)
                .chain(batch.marks_of(marking).iter().map(|mark| mark.row))
                .filter_map(|row| dataset.ratings.get(row as usize))
                .map(|rating| rating.source)
                .collect();
            let candidate = shown(work.candidate.as_str()).into_owned();
            let (component_zh, component) = component_names(work.component);
            let rater = shown(batch.rater_name(marking.rater)).into_owned();
            cases.push(case(
                vec![work.candidate.to_string(), batch.rater_name(marking.rater).to_owned()],
                rows,
                format!("考生 {candidate}，{component_zh}：考评员 {rater} 的总分行为 {stated}，各评分项合计为 {total}。"),
                format!(
                    "Candidate {candidate}, {component}: rater {rater} states a total of {stated}; the criteria add up to {total}."
                ),
            ));
        }
    }
    (checked, cases.len(), cases)
}

/// Two rows of one rater for one criterion and marking that state different marks.
fn conflicting_duplicates(dataset: &Dataset, batch: &BatchMarks<'_>) -> Vec<ObservedCase> {
    let conflicting = batch.duplicates.iter().filter(|duplicate| !duplicate.same);
    conflicting
        .filter_map(|duplicate| {
            let work = batch.works.get(duplicate.work as usize)?;
            let kept = dataset.ratings.get(duplicate.kept as usize)?;
            let unused = dataset.ratings.get(duplicate.unused as usize)?;
            let rater = kept.rater_id.as_ref()?;
            let mark = |score: Option<Points>| score.map_or_else(|| "–".to_owned(), |score| score.to_string());
            let (first, second) = (mark(kept.score), mark(unused.score));
            let candidate = shown(work.candidate.as_str()).into_owned();
            let (component_zh, component) = component_names(work.component);
            let criterion = shown(&kept.criterion).into_owned();
            let name = shown(rater.as_str()).into_owned();
            Some(case(
                vec![work.candidate.to_string(), rater.to_string()],
                vec![kept.source, unused.source],
                format!(
                    "考生 {candidate}，{component_zh}，评分项“{criterion}”：考评员 {name} 在同一评次有两条不同记录（{first} 与 {second}），该考评员的总分未用于复算。"
                ),
                format!(
                    "Candidate {candidate}, {component}, criterion “{criterion}”: rater {name} has two different rows for the same marking ({first} and {second}); this rater's total is not used."
                ),
            ))
        })
        .collect()
}

/// Components whose criteria add up to different maxima for different candidates.
fn uneven_maxima(dataset: &Dataset, batch: &BatchMarks<'_>) -> Vec<ObservedCase> {
    let mut by_component: BTreeMap<&Component, BTreeMap<Points, Vec<&Work<'_>>>> = BTreeMap::new();
    for work in &batch.works {
        // A marking with fewer criteria than the others is incomplete, not another scale.
        if let Some(maximum) = known_maximum(batch, work).filter(|_| complete_regular(batch, work, u8::MAX).is_some()) {
            by_component.entry(work.component).or_default().entry(maximum).or_default().push(work);
        }
    }
    by_component
        .into_iter()
        .filter(|(_, maxima)| maxima.len() > 1)
        .map(|(component, maxima)| {
            let usual = maxima.values().map(Vec::len).max().unwrap_or_default();
            let parts: Vec<String> = maxima.iter().map(|(maximum, works)| format!("{maximum} (n = {})", works.len())).collect();
            let rare: Vec<&&Work<'_>> = maxima.values().filter(|works| works.len() < usual).flatten().collect();
            let mut subjects: Vec<String> = rare.iter().map(|work| work.candidate.to_string()).collect();
            subjects.sort();
            let rows = rare.iter().flat_map(|work| sources(dataset, batch, work)).collect();
            let parts = parts.join(", ");
            let (component_zh, component) = component_names(component);
            case(
                subjects,
                rows,
                format!("{component_zh}：各考生评分项配分合计不一致：{parts}。可能是缺少评分项的记录。"),
                format!("{component}: the criteria add up to different maxima for different candidates: {parts}. Rows of some criteria may be missing."),
            )
        })
        .collect()
}

/// Recorded marks below 0 or above 100, whatever the component.
fn outside_scale(register: &Register<'_>) -> usize {
    let marks = register.scores().iter().filter_map(|score| score.mark.points());
    marks.filter(|mark| *mark < Points::ZERO || *mark > Points::whole(100)).count()
}

/// Recorded skill or review marks whose candidate has no rating at all.
fn components_without_marks(batch: &BatchMarks<'_>, register: &Register<'_>) -> usize {
    register
        .scores()
        .iter()
        .filter(|score| matches!(score.component, Component::Skill | Component::Review))
        .filter(|score| score.void.is_none() && score.mark.points().is_some())
        .filter(|score| {
            let wanted = (&score.candidate_id, &score.component);
            batch.works.binary_search_by(|work| (work.candidate, work.component).cmp(&wanted)).is_err()
        })
        .count()
}

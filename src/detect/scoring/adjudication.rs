//! `adjudication`: every final mark replayed by the declared rule. Without a declared rule nothing is judged;
//! which rule the batch's marks follow is then stated as a figure.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::adjudication_rule::{
    KnownRule, Outcome, Totals, in_words, is_recorded, outcome, tells, written,
};
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::cases::{case, component_names, finish, not_evaluated, observation, shown};
use crate::detect::scoring::declared::{AdjudicationRule, rule_of};
use crate::detect::scoring::exact::Exact;
use crate::detect::scoring::prepare::{BatchMarks, Work, work_maximum};
use crate::detect::scoring::register::Recorded;
use crate::detect::scoring::replay::{complete_regular, reaches_tolerance, spread};
use crate::detect::scoring::total::{marks_text, out_of_hundred, sources};
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::figure::Figure;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::points::Points;
use crate::model::same_answer_evidence::{AdjudicationReplay, ReplayedMark};
use crate::model::score::Score;
use crate::model::text::Bilingual;
use std::collections::BTreeMap;

/// Stable name of the measure.
const MEASURE: &str = "adjudication";

/// Final marks at odds with the rule that are kept for the report, a component.
const MOST_KEPT: usize = 500;

/// What the works of one component show.
struct Tally {
    telling: u64,
    replayed: u64,
    given: [u64; KnownRule::ALL.len()],
    differing: Vec<ReplayedMark>,
}

impl Tally {
    fn new() -> Self {
        Self { telling: 0, replayed: 0, given: [0; KnownRule::ALL.len()], differing: Vec::new() }
    }

    /// Rules by how many telling marks they give, most first.
    fn by_count(&self) -> Vec<(KnownRule, u64)> {
        let mut counted: Vec<(KnownRule, u64)> = KnownRule::ALL.into_iter().zip(self.given).collect();
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counted
    }
}

/// Measures one batch.
pub(super) fn measure(
    dataset: &Dataset,
    batch: &PreparedBatch<'_>,
    parameters: &ScoringParameters,
) -> (Observation, Vec<Evidence>) {
    let mut result = observation(MEASURE, Nature::Fact, dataset, &batch.batch_id);
    let marks = &batch.marks;
    if marks.rows.is_empty() {
        return (not_evaluated(result, vec![MissingFact::table("ratings")]), Vec::new());
    }
    let mut tallies: BTreeMap<&Component, Tally> = BTreeMap::new();
    let (mut incomplete, mut undeclared, mut third_missing, mut expert_missing) = (0_usize, 0_usize, 0_usize, 0_usize);
    let (mut approved, mut differing, mut by_no_rule) = (0_usize, 0_usize, 0_usize);
    for work in &marks.works {
        let Recorded::Mark(recorded, score) = batch.register.find(work.candidate, work.component) else { continue };
        let Some(totals) = totals_of(marks, work, parameters) else {
            incomplete += 1;
            continue;
        };
        let tally = tallies.entry(work.component).or_insert_with(Tally::new);
        if tells(&totals) {
            tally.telling += 1;
            for (count, rule) in tally.given.iter_mut().zip(KnownRule::ALL) {
                *count += u64::from(rule.gives(&totals, recorded));
            }
        }
        let Some(rule) = rule_of(&parameters.adjudication, work.component) else {
            undeclared += 1;
            continue;
        };
        let (expected, step) = match outcome(rule, &totals) {
            Outcome::ThirdMissing => {
                third_missing += 1;
                continue;
            }
            Outcome::ExpertMissing => {
                expert_missing += 1;
                tally.replayed += 1;
                (
                    Vec::new(),
                    Bilingual::new(
                        "最接近的两评仍达到容差，需专家裁定",
                        "the closest pair still reaches the tolerance: an expert is needed",
                    ),
                )
            }
            Outcome::Marks(expected, decided) => {
                tally.replayed += 1;
                let scaled = out_of_hundred(marks, work, &expected);
                if expected.iter().chain(&scaled).any(|mark| is_recorded(rule, *mark, recorded)) {
                    continue;
                }
                (expected, decided.text())
            }
        };
        if batch.register.approved_change(work.candidate, work.component, recorded).is_some() {
            approved += 1;
            continue;
        }
        differing += 1;
        let other = KnownRule::ALL.into_iter().find(|known| known.gives(&totals, recorded));
        let found = Found { work, recorded, score, expected, step, rule, other };
        // A mark that no rule gives is listed as a total that differs; here it would stand twice.
        if other.is_some() || found.expected.is_empty() {
            result.cases.push(found.case(dataset, marks));
        } else {
            by_no_rule += 1;
        }
        if tally.differing.len() < MOST_KEPT {
            tally.differing.push(found.replayed(marks));
        }
    }
    let figures = &mut result.figures;
    for (name, count) in [
        ("works_incomplete", incomplete),
        ("works_without_declared_rule", undeclared),
        ("third_mark_missing", third_missing),
        ("expert_mark_missing", expert_missing),
        ("approved_changes_not_counted", approved),
        ("differing", differing),
        ("given_by_no_rule", by_no_rule),
    ] {
        figures.insert(name.to_owned(), count.into());
    }
    let replayed: u64 = tallies.values().map(|tally| tally.replayed).sum();
    figures.insert("final_marks_replayed".to_owned(), count_figure(replayed));
    let telling: u64 = tallies.values().map(|tally| tally.telling).sum();
    figures.insert("telling_marks".to_owned(), count_figure(telling));
    if let Some((rule, count)) = followed(&tallies) {
        figures.insert("followed_rule".to_owned(), rule.name().into());
        figures.insert("marks_that_follow_it".to_owned(), count_figure(count));
    }
    let evidence =
        tallies.iter().map(|(component, tally)| evidence(dataset, batch, component, tally, parameters)).collect();
    if tallies.is_empty() {
        let missing =
            if incomplete > 0 { MissingFact::column("ratings", "score") } else { MissingFact::table("scores") };
        return (not_evaluated(result, vec![missing]), evidence);
    }
    if replayed == 0 && third_missing == 0 {
        let missing = MissingFact::column("settings", "scoring.adjudication");
        return (not_evaluated(result, vec![missing]), evidence);
    }
    (finish(result), evidence)
}

/// A count as a figure.
fn count_figure(count: u64) -> Figure {
    Figure::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The rule that gives most of the telling marks over all components; `None` when no mark tells.
fn followed(tallies: &BTreeMap<&Component, Tally>) -> Option<(KnownRule, u64)> {
    let mut joined = Tally::new();
    for tally in tallies.values() {
        joined.telling += tally.telling;
        joined.given.iter_mut().zip(tally.given).for_each(|(sum, count)| *sum += count);
    }
    joined.by_count().into_iter().next().filter(|(_, count)| *count > 0)
}

/// The totals of a work; `None` when marks are missing or the markings do not cover the same criteria.
fn totals_of(batch: &BatchMarks<'_>, work: &Work<'_>, parameters: &ScoringParameters) -> Option<Totals> {
    let required = parameters.required_raters;
    let regular = complete_regular(batch, work, required).filter(|regular| regular.len() > 1)?;
    let markings = batch.markings_of(work);
    let (maximum, _) = work_maximum(markings, work.component)?;
    let numbered =
        |from: u8| markings.iter().filter(move |marking| marking.mark_no.is_some_and(|number| number >= from));
    let third_no = required.saturating_add(1);
    let third = numbered(third_no).find(|marking| marking.mark_no == Some(third_no));
    let expert = numbered(required.saturating_add(2)).next_back();
    // A further mark that has no total leaves the final mark open.
    if [third, expert].into_iter().flatten().any(|marking| marking.total.is_none()) {
        return None;
    }
    Some(Totals {
        apart: reaches_tolerance(spread(&regular), maximum, parameters.tolerance_share)
            && spread(&regular) > Points::ZERO,
        regular: regular.iter().map(|(_, total)| *total).collect(),
        third: third.and_then(|marking| marking.total),
        expert: expert.and_then(|marking| marking.total),
        maximum,
        tolerance: parameters.tolerance_share,
    })
}

/// One final mark at odds with the rule.
struct Found<'x> {
    work: &'x Work<'x>,
    recorded: Points,
    score: &'x Score,
    expected: Vec<Exact>,
    step: Bilingual,
    rule: &'x AdjudicationRule,
    other: Option<KnownRule>,
}

impl Found<'_> {
    fn case(&self, dataset: &Dataset, batch: &BatchMarks<'_>) -> ObservedCase {
        let candidate = shown(self.work.candidate.as_str()).into_owned();
        let (component_zh, component) = component_names(self.work.component);
        let marks = marks_text(batch, batch.markings_of(self.work));
        let expected: Vec<String> = self.expected.iter().map(|mark| written(self.rule, *mark)).collect();
        let expected = expected.join(" / ");
        let (recorded, step, rule) = (self.recorded, &self.step, in_words(self.rule));
        let (should_zh, should_en) = if expected.is_empty() {
            ("记录中没有专家评分".to_owned(), "no expert's mark is on record".to_owned())
        } else {
            (format!("应为 {expected}"), format!("the rule gives {expected}"))
        };
        let (other_zh, other_en) = self.other.map_or_else(Default::default, |other| {
            let text = other.text();
            (format!("；可得该成绩的规则：{}", text.zh), format!("; a rule that gives it: {}", text.en))
        });
        let mut rows = vec![self.score.source];
        rows.extend(sources(dataset, batch, self.work));
        case(
            vec![self.work.candidate.to_string()],
            rows,
            format!(
                "考生 {candidate}，{component_zh}：记录成绩 {recorded}，评分 {marks}，{should_zh}（{}；所声明规则：{}）{other_zh}。",
                step.zh, rule.zh
            ),
            format!(
                "Candidate {candidate}, {component}: recorded {recorded}, marks {marks}; {should_en} ({}; declared rule: {}){other_en}.",
                step.en, rule.en
            ),
        )
    }

    fn replayed(&self, batch: &BatchMarks<'_>) -> ReplayedMark {
        let rater =
            |rater: Option<u32>| rater.and_then(|rater| batch.raters.get(rater as usize)).map(|id| (*id).clone());
        let markings = batch.markings_of(self.work).iter();
        ReplayedMark {
            candidate_id: self.work.candidate.clone(),
            marks: markings.map(|marking| (rater(marking.rater), marking.mark_no, marking.total)).collect(),
            expected: self.expected.iter().map(|mark| written(self.rule, *mark).as_str().into()).collect(),
            recorded: self.recorded,
            step: self.step.clone(),
            other_rule: self.other.map(KnownRule::text),
            source: self.score.source,
        }
    }
}

fn evidence(
    dataset: &Dataset,
    batch: &PreparedBatch<'_>,
    component: &Component,
    tally: &Tally,
    parameters: &ScoringParameters,
) -> Evidence {
    Evidence::Adjudication(AdjudicationReplay {
        body_id: dataset.body_of(&batch.batch_id).cloned(),
        batch_id: batch.batch_id.clone(),
        component: component.clone(),
        rule: rule_of(&parameters.adjudication, component).map(in_words),
        replayed: tally.replayed,
        telling: tally.telling,
        given_by_rule: tally.by_count().into_iter().map(|(rule, count)| (rule.text(), count)).collect(),
        differing: tally.differing.clone(),
    })
}

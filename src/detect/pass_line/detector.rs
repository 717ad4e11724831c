//! The pass-line detector: batches through the audit of the log and the recovery from outcomes.

use crate::detect::batch_rows::{BatchRows, without_repeats};
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::each_batch;
use crate::detect::funnel::of_distributions;
use crate::detect::parameters::DetectParameters;
use crate::detect::pass_line::approved::{ApprovedLines, LineBasis};
use crate::detect::pass_line::configured::{BatchDates, audit};
use crate::detect::pass_line::explanation::explanation;
use crate::detect::pass_line::heaping::{Heaping, study};
use crate::detect::pass_line::line_tables::LineTables;
use crate::detect::pass_line::outcomes::{Outcomes, is_void, recover};
use crate::detect::pass_line::pools::HeldScore;
use crate::model::batch::Batch;
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::evidence::{ApprovedLine, Evidence, PassLineEvent, PassLineTimeline, ScoreDistribution};
use crate::model::figure::Figures;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::pass_line::PassLineChange;
use crate::model::points::Points;
use crate::model::progress::Progress;
use crate::model::score::Score;
use std::collections::BTreeMap;

const NAME: &str = "pass_line";

/// Pass lines moved in the log, and pass lines as applied.
pub struct PassLineDetector;

/// The tables by batch.
struct Tables<'a> {
    dataset: &'a Dataset,
    lines: LineTables<'a>,
    scores: BatchRows<'a, Score>,
    log_present: bool,
    approvals_recorded: bool,
}

impl Detector for PassLineDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let tables = Tables {
            dataset,
            lines: LineTables::new(dataset, parameters.pass_line.default_line),
            scores: BatchRows::new(
                &dataset.scores,
                |row| &row.batch_id,
                |a, b| (&a.candidate_id, &a.component, a.source).cmp(&(&b.candidate_id, &b.component, b.source)),
            ),
            log_present: dataset.has_table("pass_line_changes") || !dataset.pass_line_changes.is_empty(),
            approvals_recorded: dataset.has_column("pass_line_changes", "approval_no")
                || dataset.pass_line_changes.iter().any(|change| change.approval_no.is_some()),
        };
        let scores = tables.held_scores();
        let mut heaping = study(dataset, &scores, &parameters.pass_line, parameters.seed);
        let pooled = std::mem::take(&mut heaping.evidence);
        let mut detected =
            each_batch(dataset, NAME, progress, |batch_id, batch| look_at(batch_id, batch, &tables, &heaping));
        let funnels = of_distributions(&detected.evidence);
        detected.evidence.extend(funnels);
        detected.evidence.extend(pooled.into_iter().map(|found| Evidence::LineHeaping(Box::new(found))));
        detected
    }
}

impl<'a> Tables<'a> {
    /// Scores with a number that are not void, each with the line that holds for it.
    fn held_scores(&self) -> Vec<HeldScore<'a>> {
        let mut held = Vec::with_capacity(self.dataset.scores.len());
        for (batch_id, batch) in self.dataset.batch_ids() {
            let changes = changes_of(self, &batch_id);
            let approved = ApprovedLines { changes: &changes, ..self.lines.approved(&batch_id) };
            let mut lines: BTreeMap<&Component, Points> = BTreeMap::new();
            for score in self.scores.of(&batch_id) {
                let Some(points) = score.mark.points().filter(|_| !is_void(score)) else { continue };
                let line = *lines.entry(&score.component).or_insert_with(|| approved.held(&score.component).line);
                held.push(HeldScore { body_id: batch.and_then(|batch| batch.body_id.as_ref()), line, points, score });
            }
        }
        held
    }
}

fn changes_of<'a>(tables: &Tables<'a>, batch_id: &BatchId) -> Vec<&'a PassLineChange> {
    without_repeats(tables.lines.changes_of(batch_id), |change| {
        (&change.component, change.changed_at, change.old_line, change.new_line, &change.operator, &change.approval_no)
    })
}

fn look_at(batch_id: &BatchId, batch: Option<&Batch>, tables: &Tables<'_>, heaping: &Heaping<'_>) -> Detected {
    let logged = tables.lines.changes_of(batch_id);
    let changes = changes_of(tables, batch_id);
    let approved = ApprovedLines { changes: &changes, ..tables.lines.approved(batch_id) };
    let body_id = batch.and_then(|batch| batch.body_id.clone());
    let new_observation = |measure: &'static str, nature: Nature, evaluated: bool| Observation {
        evaluated,
        ..Observation::new(NAME, measure, nature).of_batch(batch_id, body_id.as_ref())
    };
    let dates = BatchDates {
        exam_date: batch.and_then(|batch| batch.exam_date),
        published_on: batch.and_then(|batch| batch.published_on),
    };
    let mut evidence = Vec::new();

    let audited = audit(&approved, dates, tables.approvals_recorded);
    let nothing_to_compare = audited.cases.is_empty() && audited.entries_without_anything_to_compare > 0;
    let mut configured = new_observation("configured_line", Nature::Fact, tables.log_present && !nothing_to_compare);
    configured.missing = configured_missing(tables, &approved, dates);
    if tables.log_present {
        configured.figures = audited.figures;
        configured.figures.insert("duplicate_rows".to_owned(), (logged.len() - changes.len()).into());
        configured.cases = audited.cases;
    }
    if tables.log_present || !approved.lines.is_empty() {
        evidence.push(Evidence::PassLineTimeline(timeline(batch_id, batch, &approved, audited.events)));
    }

    let scores = tables.scores.of(batch_id);
    let outcomes = recover(scores, &approved);
    let missing = outcome_missing(tables, scores, &outcomes);
    let outcome = |measure, cases: Vec<ObservedCase>, figures: &Figures| {
        let mut observation = new_observation(measure, Nature::Sign, outcomes.judged > 0);
        observation.missing = missing.clone();
        observation.figures = outcomes.common.clone();
        observation.figures.extend(figures.clone());
        observation.cases = cases;
        observation
    };
    let failed_above = outcome("failed_above", outcomes.failed_above.clone(), &outcomes.above);
    let passed_below = outcome("passed_below", outcomes.passed_below.clone(), &outcomes.below);
    let mut heaped = new_observation("heaping", Nature::Sign, false);
    match heaping.batches.get(batch_id) {
        Some(found) => {
            heaped.evaluated = true;
            heaped.figures = found.figures.clone();
            heaped.cases = found.cases.clone();
        }
        None => heaped.missing = missing.into_iter().take(1).collect(),
    }
    for component in outcomes.components {
        if component.counts.is_empty() {
            continue;
        }
        evidence.push(Evidence::ScoreDistribution(ScoreDistribution {
            body_id: body_id.clone(),
            batch_id: batch_id.clone(),
            component: component.component,
            approved_line: (component.held.basis != LineBasis::Default).then_some(component.held.line),
            highest_failed: component.highest_failed,
            lowest_passed: component.lowest_passed,
            counts: component.counts,
        }));
    }
    Detected { observations: vec![configured, failed_above, heaped, passed_below], evidence }
}

fn configured_missing(tables: &Tables<'_>, approved: &ApprovedLines<'_>, dates: BatchDates) -> Vec<MissingFact> {
    if !tables.log_present {
        return vec![MissingFact::table("pass_line_changes")];
    }
    let mut missing = Vec::new();
    if approved.lines.is_empty() {
        missing.push(MissingFact::column("pass_lines", "approved_line"));
    }
    if !approved.changes.is_empty() {
        if !tables.approvals_recorded {
            missing.push(MissingFact::column("pass_line_changes", "approval_no"));
        }
        if approved.changes.iter().any(|change| change.changed_at.is_none()) {
            missing.push(MissingFact::column("pass_line_changes", "changed_at"));
        }
        if dates.exam_date.is_none() {
            missing.push(MissingFact::column("batches", "exam_date"));
        }
        if dates.published_on.is_none() {
            missing.push(MissingFact::column("batches", "published_on"));
        }
    }
    missing
}

fn outcome_missing(tables: &Tables<'_>, scores: &[&Score], outcomes: &Outcomes) -> Vec<MissingFact> {
    if scores.is_empty() && tables.dataset.scores.is_empty() {
        return vec![MissingFact::table("scores")];
    }
    let mut missing = Vec::new();
    if outcomes.scores == 0 {
        missing.push(MissingFact::column("scores", "score"));
    } else if outcomes.judged == 0 {
        missing.push(MissingFact::column("scores", "passed"));
    }
    if outcomes.default_lines > 0 {
        missing.push(MissingFact::column("pass_lines", "approved_line"));
    }
    missing
}

fn timeline(
    batch_id: &BatchId,
    batch: Option<&Batch>,
    approved: &ApprovedLines<'_>,
    events: Vec<PassLineEvent>,
) -> PassLineTimeline {
    PassLineTimeline {
        body_id: batch.and_then(|batch| batch.body_id.clone()),
        batch_id: batch_id.clone(),
        exam_date: batch.and_then(|batch| batch.exam_date),
        published_on: batch.and_then(|batch| batch.published_on),
        approved: approved
            .lines
            .iter()
            .map(|line| ApprovedLine {
                component: line.component.clone(),
                line: line.approved_line,
                approval_no: line.approval_no.clone(),
                approved_on: line.approved_on,
            })
            .collect(),
        events,
    }
}

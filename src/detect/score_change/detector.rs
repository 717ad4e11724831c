//! The score-change detector: batches through the log of changed scores and the register.

use crate::detect::batch_rows::{BatchRows, without_repeats};
use crate::detect::change_log::by_time;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::from_each_batch;
use crate::detect::parameters::DetectParameters;
use crate::detect::pass_line::line_tables::LineTables;
use crate::detect::score_change::audit::audit;
use crate::detect::score_change::chain::{Chains, compare};
use crate::detect::score_change::entries::{Entry, population, read};
use crate::detect::score_change::explanation::explanation;
use crate::detect::score_change::facts::{Fact, after_publication, without_reason, without_second_person};
use crate::detect::score_change::sequence::{Sequence, sequences};
use crate::detect::score_change::sign_cases::{MEASURES, sign};
use crate::detect::score_change::signs::{BatchSigns, Families, adjust, draws_for, test};
use crate::detect::score_change::unapproved::{cases, evidence, figures};
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::evidence::{Evidence, ScoreChangeSummary};
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use crate::model::score::Score;
use crate::model::score_change::ScoreChange;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const NAME: &str = "score_change";

/// Scores changed without an approval on record, registers that differ from the log, and how changes run.
pub struct ScoreChangeDetector;

/// The tables by batch.
struct Tables<'a> {
    changes: BatchRows<'a, ScoreChange>,
    scores: BatchRows<'a, Score>,
    lines: LineTables<'a>,
    sequences: BTreeMap<&'a BatchId, Sequence>,
    last_day: Option<NaiveDate>,
    draws: u64,
    register_present: bool,
    recorded: Recorded,
}

/// Which parts of the log are on record at all.
struct Recorded {
    log: bool,
    approvals: bool,
    approvers: bool,
    operators: bool,
    reasons: bool,
    old_scores: bool,
    times: bool,
}

impl Recorded {
    fn new(dataset: &Dataset) -> Self {
        let changes = &dataset.score_changes;
        let column = |name: &str, filled: fn(&ScoreChange) -> bool| {
            dataset.has_column("score_changes", name) || changes.iter().any(filled)
        };
        let approvers = column("approver", |change| change.approver.is_some());
        Self {
            log: dataset.has_table("score_changes") || !changes.is_empty(),
            approvals: approvers || column("approval_no", |change| change.approval_no.is_some()),
            approvers,
            operators: column("operator", |change| change.operator.is_some()),
            reasons: column("reason", |change| change.reason.is_some()),
            old_scores: column("old_score", |change| change.old_score.is_some()),
            times: column("changed_at", |change| change.changed_at.is_some()),
        }
    }
}

/// What one batch shows by itself, before the tests of all batches are held together.
struct Looked<'a> {
    batch_id: BatchId,
    batch: Option<&'a Batch>,
    logged: usize,
    distinct: usize,
    has_scores: bool,
    entries: Vec<Entry<'a>>,
    chains: Chains,
    signs: BatchSigns,
}

impl Detector for ScoreChangeDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let tables = Tables {
            changes: BatchRows::new(
                &dataset.score_changes,
                |row| &row.batch_id,
                |a, b| by_time((a.changed_at, a.source), (b.changed_at, b.source)),
            ),
            scores: BatchRows::new(&dataset.scores, |row| &row.batch_id, |a, b| a.source.cmp(&b.source)),
            lines: LineTables::new(dataset, parameters.pass_line.default_line),
            sequences: sequences(&dataset.score_changes),
            last_day: dataset.score_changes.iter().filter_map(|change| change.changed_at).max().map(|time| time.date()),
            draws: draws_for(
                dataset.score_changes.iter().map(|change| &change.batch_id).collect::<BTreeSet<_>>().len(),
                parameters.score_change.significance_level,
            ),
            register_present: !dataset.scores.is_empty(),
            recorded: Recorded::new(dataset),
        };
        let rows: BTreeMap<BatchId, Option<&Batch>> = dataset.batch_ids();
        let mut looked = from_each_batch(dataset, NAME, progress, |batch_id, _| {
            look_at(batch_id, rows.get(batch_id).copied().flatten(), &tables, parameters)
        });
        let mut signs: Vec<&mut BatchSigns> = looked.iter_mut().map(|looked| &mut looked.signs).collect();
        let families = adjust(&mut signs, parameters.score_change.significance_level);
        let detected: Vec<Detected> =
            looked.into_par_iter().map(|looked| report(looked, &tables, &families, parameters)).collect();
        let mut all = Detected::default();
        for one in detected {
            all.observations.extend(one.observations);
            all.evidence.extend(one.evidence);
        }
        all
    }
}

fn look_at<'a>(
    batch_id: &BatchId,
    batch: Option<&'a Batch>,
    tables: &Tables<'a>,
    parameters: &DetectParameters,
) -> Looked<'a> {
    let logged = tables.changes.of(batch_id);
    let changes = without_repeats(logged, |change| {
        let scores = (change.old_score, change.new_score);
        let approval = (&change.operator, &change.approver, &change.approval_no, &change.reason);
        (change.changed_at, &change.candidate_id, &change.component, scores, &change.change_id, approval)
    });
    let scores = tables.scores.of(batch_id);
    let approved = tables.lines.approved(batch_id);
    let population = if changes.is_empty() { Default::default() } else { population(scores) };
    let published_on = batch.and_then(|batch| batch.published_on);
    let entries = read(
        &changes,
        &approved,
        published_on,
        &population,
        tables.recorded.old_scores,
        parameters.score_change.minimum_group,
    );
    Looked {
        batch_id: batch_id.clone(),
        batch,
        logged: logged.len(),
        distinct: changes.len(),
        has_scores: !scores.is_empty(),
        chains: compare(&changes, scores),
        signs: test(&entries, batch_id, (parameters.seed, tables.draws), &parameters.score_change),
        entries,
    }
}

/// The measures of one batch in the order of their names, and its evidence.
fn report(looked: Looked<'_>, tables: &Tables<'_>, families: &Families, parameters: &DetectParameters) -> Detected {
    let body_id = looked.batch.and_then(|batch| batch.body_id.clone());
    let batch_id = looked.batch_id.clone();
    let observation = |measure: &'static str, nature: Nature| {
        Observation::new(NAME, measure, nature).of_batch(&batch_id, body_id.as_ref()).lacking(Vec::new())
    };
    let mut observations = Vec::with_capacity(10);
    let recorded = &tables.recorded;
    let entries = &looked.entries;
    let has_changes = entries.iter().any(Entry::is_change);
    let published_on = looked.batch.and_then(|batch| batch.published_on);
    // Nothing on record to look at is a full look when nothing was changed.
    let mut add_fact = |measure, fact: Fact, there: bool, missing: MissingFact| {
        let mut found = observation(measure, Nature::Fact);
        if !recorded.log {
            found.missing.push(MissingFact::table("score_changes"));
        } else if has_changes && !there {
            found.missing.push(missing);
            found.figures.insert("changes".to_owned(), fact.figures.get("changes").cloned().unwrap_or(0_i64.into()));
        } else {
            (found.evaluated, found.figures, found.cases) = (true, fact.figures, fact.cases);
        }
        observations.push(found);
    };
    add_fact(
        "after_publication",
        after_publication(entries),
        published_on.is_some() && recorded.times,
        if recorded.times {
            MissingFact::column("batches", "published_on")
        } else {
            MissingFact::column("score_changes", "changed_at")
        },
    );
    add_fact(
        "without_reason",
        without_reason(entries),
        recorded.reasons,
        MissingFact::column("score_changes", "reason"),
    );
    add_fact(
        "without_second_person",
        without_second_person(entries, parameters.score_change.second_person_required),
        recorded.approvers && recorded.operators,
        MissingFact::column("score_changes", if recorded.approvers { "operator" } else { "approver" }),
    );
    for measure in MEASURES {
        let mut found = observation(measure, Nature::Sign);
        let column = match measure {
            "operators" if !recorded.operators => Some("operator"),
            "burst" if !recorded.times => Some("changed_at"),
            _ => None,
        };
        match column {
            _ if !recorded.log => found.missing.push(MissingFact::table("score_changes")),
            Some(column) if has_changes => found.missing.push(MissingFact::column("score_changes", column)),
            _ => {
                let seen = sign(measure, entries, &looked.signs, families, &parameters.score_change);
                (found.evaluated, found.figures, found.cases) = (true, seen.figures, seen.cases);
            }
        }
        observations.push(found);
    }
    let mut in_sequence = observation("sequence", Nature::Fact);
    if recorded.log {
        let seen = tables.sequences.get(&batch_id).cloned().unwrap_or_default();
        in_sequence.evaluated = true;
        in_sequence.figures = seen.figures();
        in_sequence.figures.insert("clock_reversals".to_owned(), looked.chains.clock_cases.len().into());
        in_sequence.cases = seen.cases;
        in_sequence.cases.extend(looked.chains.clock_cases.iter().cloned());
        in_sequence.cases.sort_by(|a, b| a.sources.cmp(&b.sources));
    } else {
        in_sequence.missing.push(MissingFact::table("score_changes"));
    }
    observations.push(in_sequence);
    observations.push(register(observation("register_differs", Nature::Fact), &looked, tables));
    observations.push(unapproved(observation("unapproved", Nature::Fact), &looked, recorded));
    observations.sort_by_key(|found| found.measure);
    let mut drawn = Vec::new();
    if recorded.log && !entries.is_empty() {
        let changes = entries.iter().map(evidence).collect();
        drawn.push(Evidence::ScoreChangeSummary(ScoreChangeSummary {
            body_id: body_id.clone(),
            batch_id: batch_id.clone(),
            changes,
        }));
        let audited = audit(&batch_id, looked.batch, entries, looked.signs, tables.last_day, &parameters.score_change);
        if !audited.acts.is_empty() {
            drawn.push(Evidence::ScoreChangeAudit(Box::new(audited)));
        }
    }
    Detected { observations, evidence: drawn }
}

/// Whether the chain of the log ends in the register.
fn register(mut found: Observation, looked: &Looked<'_>, tables: &Tables<'_>) -> Observation {
    if !tables.recorded.log {
        found.missing.push(MissingFact::table("score_changes"));
        return found;
    }
    found.evaluated = looked.distinct == 0 || looked.has_scores || !looked.chains.cases.is_empty();
    if !looked.has_scores && looked.distinct > 0 {
        found.missing.push(if tables.register_present {
            MissingFact::column("scores", "score")
        } else {
            MissingFact::table("scores")
        });
    }
    found.figures = looked.chains.figures.clone();
    found.cases = looked.chains.cases.clone();
    found
}

/// Changes without an approval on record.
fn unapproved(mut found: Observation, looked: &Looked<'_>, recorded: &Recorded) -> Observation {
    if !recorded.log {
        found.missing.push(MissingFact::table("score_changes"));
        return found;
    }
    let entries = &looked.entries;
    found.figures = figures(entries);
    found.figures.insert("duplicate_rows".to_owned(), (looked.logged - looked.distinct).into());
    // A log without any column for approvals shows the changes; whether they were approved it cannot show.
    found.evaluated = recorded.approvals || !entries.iter().any(Entry::is_change);
    if found.evaluated {
        found.cases = cases(entries);
    } else {
        found.missing.push(MissingFact::column("score_changes", "approval_no"));
    }
    if looked.batch.and_then(|batch| batch.published_on).is_none() && looked.distinct > 0 {
        found.missing.push(MissingFact::column("batches", "published_on"));
    }
    found
}

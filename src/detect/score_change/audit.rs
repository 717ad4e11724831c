//! The audit of a batch as evidence: changes grouped into acts, counts by direction, and the tests.

use crate::detect::change_log::stated;
use crate::detect::parameters::ScoreChangeParameters;
use crate::detect::score_change::entries::{Act, Entry};
use crate::detect::score_change::signs::{BatchSigns, counted};
use crate::model::batch::Batch;
use crate::model::component::Component;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::points::Points;
use crate::model::score_change_evidence::{
    ActKind, ChangeDirections, PublicationRates, ScoreChangeAct, ScoreChangeAudit,
};
use crate::stats::exact_tables::rate_ratio;
use chrono::NaiveDate;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// Level of the interval.
const CONFIDENCE: f64 = 0.95;

/// What puts entries into one act: a run, or one kind under one approval. Others stand alone by their place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum ActKey {
    Run(usize),
    Approved(ActKind, String),
    Alone(usize),
}

fn kind(act: Act) -> ActKind {
    match act {
        Act::Single => ActKind::Single,
        Act::Everyone(_) | Act::Correction(_) => ActKind::KeyCorrection,
        Act::Recheck => ActKind::Recheck,
        Act::Resit => ActKind::Resit,
        Act::KeptPass => ActKind::KeptPass,
    }
}

fn key(place: usize, entry: &Entry<'_>) -> ActKey {
    match entry.act {
        Act::Everyone(number) | Act::Correction(number) => ActKey::Run(number),
        act if entry.is_set_aside() => {
            let approval = stated(&entry.change.approval_no).or(stated(&entry.change.approver)).unwrap_or_default();
            ActKey::Approved(kind(act), approval.to_owned())
        }
        _ => ActKey::Alone(place),
    }
}

/// Changes grouped into acts, in order of their first entry.
pub fn acts(entries: &[Entry<'_>], published_on: Option<NaiveDate>) -> Vec<ScoreChangeAct> {
    let mut groups: BTreeMap<ActKey, Vec<&Entry<'_>>> = BTreeMap::new();
    let mut order: Vec<ActKey> = Vec::new();
    for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.is_change()) {
        let key = key(place, entry);
        let group = groups.entry(key.clone()).or_default();
        if group.is_empty() {
            order.push(key);
        }
        group.push(entry);
    }
    order.iter().filter_map(|key| groups.get(key)).filter_map(|group| act(group, published_on)).collect()
}

fn act(group: &[&Entry<'_>], published_on: Option<NaiveDate>) -> Option<ScoreChangeAct> {
    let first = group.first()?;
    let single = group.len() == 1;
    let components: BTreeSet<&Component> = group.iter().map(|entry| &entry.change.component).collect();
    let candidates: BTreeSet<&CandidateId> = group.iter().map(|entry| &entry.change.candidate_id).collect();
    let texts = |cell: &dyn Fn(&Entry<'_>) -> Option<CompactString>| {
        let found: BTreeSet<CompactString> =
            group.iter().filter_map(|entry| cell(entry)).filter(|text| stated(&Some(text.clone())).is_some()).collect();
        found.into_iter().collect::<Vec<_>>()
    };
    let differences: Vec<Points> = group
        .iter()
        .filter_map(|entry| entry.change.new_score.zip(entry.old_score).map(|(new, old)| new - old))
        .collect();
    let times: Vec<_> = group.iter().filter_map(|entry| entry.change.changed_at).collect();
    let count = |keep: &dyn Fn(&Entry<'_>) -> bool| group.iter().filter(|entry| keep(entry)).count() as u64;
    Some(ScoreChangeAct {
        kind: kind(first.act),
        set_aside: first.is_set_aside(),
        approved: group.iter().all(|entry| entry.approved),
        component: if components.len() == 1 { components.first().map(|one| (*one).clone()) } else { None },
        candidates: candidates.into_iter().cloned().collect(),
        changes: group.len() as u64,
        first_at: times.iter().min().copied(),
        last_at: times.iter().max().copied(),
        old_score: first.old_score.filter(|_| single),
        new_score: first.change.new_score.filter(|_| single),
        differences: differences.iter().min().copied().zip(differences.iter().max().copied()),
        to_passed: count(&|entry| entry.failed_to_passed()),
        to_failed: count(&|entry| entry.passed_to_failed()),
        on_line: count(&|entry| entry.lands_on_line()),
        operators: texts(&|entry| entry.change.operator.clone()),
        approvers: texts(&|entry| entry.change.approver.clone()),
        approval_numbers: texts(&|entry| entry.change.approval_no.clone()),
        reason: group.iter().find_map(|entry| stated(&entry.change.reason)).map(Into::into),
        after_publication: published_on.map(|_| count(&|entry| entry.after_publication == Some(true))),
        sources: group.iter().map(|entry| entry.change.source).collect(),
    })
}

fn directions(entries: &[Entry<'_>]) -> Vec<ChangeDirections> {
    [true, false]
        .map(|counted| {
            let mut table = ChangeDirections { counted, stay_failed: 0, to_passed: 0, to_failed: 0, stay_passed: 0 };
            for entry in entries.iter().filter(|entry| entry.is_change() && entry.is_set_aside() != counted) {
                let (Some(old), Some(new)) = (entry.old_score, entry.change.new_score) else { continue };
                let cell = match (old >= entry.held.line, new >= entry.held.line) {
                    (false, false) => &mut table.stay_failed,
                    (false, true) => &mut table.to_passed,
                    (true, false) => &mut table.to_failed,
                    (true, true) => &mut table.stay_passed,
                };
                *cell += 1;
            }
            table
        })
        .into()
}

fn publication(
    entries: &[Entry<'_>],
    exam_date: NaiveDate,
    published_on: NaiveDate,
    last_day: NaiveDate,
) -> Option<PublicationRates> {
    let days_before = u64::try_from((published_on - exam_date).num_days()).ok().filter(|days| *days > 0)?;
    let days_after = u64::try_from((last_day - published_on).num_days()).ok().filter(|days| *days > 0)?;
    let (mut before, mut after) = (0, 0);
    for entry in counted(entries) {
        match entry.after_publication {
            Some(true) => after += 1,
            Some(false) if entry.change.changed_at.is_some_and(|time| time.date() >= exam_date) => before += 1,
            _ => {}
        }
    }
    let found = rate_ratio((after, days_after as f64), (before, days_before as f64), CONFIDENCE)?;
    Some(PublicationRates {
        before,
        days_before,
        after,
        days_after,
        ratio: found.ratio,
        interval: (found.lower, found.upper),
    })
}

/// Joins everything about one batch; `last_day` is the last day of the whole log.
pub fn audit(
    batch_id: &BatchId,
    batch: Option<&Batch>,
    entries: &[Entry<'_>],
    signs: BatchSigns,
    last_day: Option<NaiveDate>,
    parameters: &ScoreChangeParameters,
) -> ScoreChangeAudit {
    let published_on = batch.and_then(|batch| batch.published_on);
    let exam_date = batch.and_then(|batch| batch.exam_date);
    let publication = match (exam_date, published_on, last_day) {
        (Some(exam), Some(published), Some(last)) => publication(entries, exam, published, last),
        _ => None,
    };
    ScoreChangeAudit {
        body_id: batch.and_then(|batch| batch.body_id.clone()),
        batch_id: batch_id.clone(),
        exam_date,
        published_on,
        acts: acts(entries, published_on),
        directions: directions(entries),
        direction: signs.direction,
        operators: signs.operators,
        operators_overall: signs.operators_overall,
        landing: signs.landing,
        burst: signs.burst,
        publication,
        significance_level: parameters.significance_level,
        minimum_changes: parameters.minimum_changes,
    }
}

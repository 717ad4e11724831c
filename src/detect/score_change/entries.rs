//! The log of one batch, entry by entry: old scores rebuilt from the sequence, approvals, the line,
//! and which entries are one lawful act (a key correction for everyone, re-checks, resits).

use crate::detect::change_log::{after_day, stated};
use crate::detect::pass_line::approved::{ApprovedLines, HeldLine};
use crate::model::component::Component;
use crate::model::ids::CandidateId;
use crate::model::points::Points;
use crate::model::score::Score;
use crate::model::score_change::ScoreChange;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Entries of one operator that follow one another by no more than this are one run of a program.
const LONGEST_GAP_SECONDS: i64 = 60;
/// A correction for everyone reaches at least this share of the candidates (numerator, denominator).
const EVERYONE: (usize, usize) = (9, 10);
/// Below this many candidates "everyone" says nothing.
const FEWEST_FOR_EVERYONE: usize = 3;

/// What kind of act an entry belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// One change of one score.
    Single,
    /// The same difference for (nearly) everyone in one run: the number of the run.
    Everyone(usize),
    /// 复核, by its reason.
    Recheck,
    /// 补考, by its reason.
    Resit,
    /// 保留单科合格, by its reason.
    KeptPass,
    /// Equal amounts, up or down, for many in one run under one approval: the number of the run. So a corrected
    /// key looks that gives to some and takes from others.
    Correction(usize),
}

/// One entry with what was found about it.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The log entry.
    pub change: &'a ScoreChange,
    /// Score before: recorded, or rebuilt from the entry before.
    pub old_score: Option<Points>,
    /// Whether `old_score` was rebuilt.
    pub rebuilt: bool,
    /// The line it is held against.
    pub held: HeldLine,
    /// An approver or an approval number is on record.
    pub approved: bool,
    /// Whether results had been published; `None` on the day itself or without a date.
    pub after_publication: Option<bool>,
    /// The act it belongs to.
    pub act: Act,
    /// The first record of a score, not a change of one.
    pub first_recording: bool,
    /// Old and new score are the same.
    pub unchanged: bool,
}

impl Entry<'_> {
    /// Whether the entry changes a score.
    pub fn is_change(&self) -> bool {
        !self.first_recording && !self.unchanged
    }

    /// Approved by nobody but the operator, and without a number.
    pub fn approver_is_operator(&self) -> bool {
        stated(&self.change.approval_no).is_none()
            && stated(&self.change.approver).is_some_and(|approver| stated(&self.change.operator) == Some(approver))
    }

    /// Part of an act that is taken as one event and left out of the tests.
    pub fn is_set_aside(&self) -> bool {
        match self.act {
            Act::Everyone(_) | Act::Correction(_) => true,
            Act::Recheck | Act::Resit | Act::KeptPass => self.approved && !self.approver_is_operator(),
            Act::Single => false,
        }
    }

    fn crossing(&self) -> Option<(bool, bool)> {
        Some((self.old_score? >= self.held.line, self.change.new_score? >= self.held.line))
    }

    /// From below the line to the line or above.
    pub fn failed_to_passed(&self) -> bool {
        self.crossing() == Some((false, true))
    }

    /// From the line or above to below it.
    pub fn passed_to_failed(&self) -> bool {
        self.crossing() == Some((true, false))
    }

    /// From elsewhere exactly onto the line.
    pub fn lands_on_line(&self) -> bool {
        self.change.new_score == Some(self.held.line) && self.old_score != Some(self.held.line)
    }
}

/// How many candidates a component has, for "everyone".
pub fn population(scores: &[&Score]) -> BTreeMap<Component, usize> {
    let mut candidates: BTreeMap<&Component, BTreeSet<&CandidateId>> = BTreeMap::new();
    for score in scores.iter().filter(|score| score.mark.points().is_some()) {
        candidates.entry(&score.component).or_default().insert(&score.candidate_id);
    }
    candidates.into_iter().map(|(component, candidates)| (component.clone(), candidates.len())).collect()
}

/// Reads the log of one batch, in order of time.
pub fn read<'a>(
    changes: &[&'a ScoreChange],
    approved: &ApprovedLines<'_>,
    published_on: Option<NaiveDate>,
    population: &BTreeMap<Component, usize>,
    old_scores_recorded: bool,
    minimum_group: u64,
) -> Vec<Entry<'a>> {
    let mut last: BTreeMap<(&CandidateId, &Component), Option<Points>> = BTreeMap::new();
    let mut lines: BTreeMap<&Component, HeldLine> = BTreeMap::new();
    let mut entries: Vec<Entry<'a>> = Vec::with_capacity(changes.len());
    for change in changes {
        let before = last.insert((&change.candidate_id, &change.component), change.new_score);
        let old_score = change.old_score.or(before.flatten());
        let after_publication = after_day(change.changed_at, published_on);
        entries.push(Entry {
            change,
            old_score,
            rebuilt: change.old_score.is_none() && old_score.is_some(),
            held: *lines.entry(&change.component).or_insert_with(|| approved.held(&change.component)),
            approved: stated(&change.approver).is_some() || stated(&change.approval_no).is_some(),
            after_publication,
            act: act_by_reason(change),
            // A log that records old scores, and has none for the first entry, tells of a first record.
            first_recording: old_scores_recorded
                && before.is_none()
                && change.old_score.is_none()
                && change.new_score.is_some()
                && after_publication != Some(true),
            unchanged: old_score.is_some() && old_score == change.new_score,
        });
    }
    mark_everyone(&mut entries, population, minimum_group);
    entries
}

fn act_by_reason(change: &ScoreChange) -> Act {
    let Some(reason) = stated(&change.reason) else { return Act::Single };
    let reason = reason.to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    if names(&["补考", "重考", "resit", "retake"]) {
        Act::Resit
    } else if names(&["复核", "复查", "复评", "核分", "recheck", "re-check", "re-mark", "remark"]) {
        Act::Recheck
    } else if names(&["保留", "kept pass", "carried over"]) {
        Act::KeptPass
    } else {
        Act::Single
    }
}

/// Finds runs of one operator that change one component of (nearly) everyone by the same difference.
/// An entry of the run with another difference is no part of it: it stays a single change. Runs that do not reach
/// everyone are corrections when [`approved_correction`] says so.
fn mark_everyone(entries: &mut [Entry<'_>], population: &BTreeMap<Component, usize>, minimum_group: u64) {
    let mut order: Vec<usize> = (0..entries.len())
        .filter(|index| entries[*index].is_change() && entries[*index].change.changed_at.is_some())
        .collect();
    let key = |entry: &Entry<'_>| (entry.change.component.clone(), entry.change.operator.clone());
    order.sort_by_cached_key(|index| (key(&entries[*index]), *index));
    let runs: Vec<Vec<usize>> = order
        .chunk_by(|a, b| {
            let (a, b) = (entries[*a].change, entries[*b].change);
            let gap = b.changed_at.zip(a.changed_at).map(|(later, earlier)| (later - earlier).num_seconds());
            a.component == b.component && a.operator == b.operator && gap.is_some_and(|gap| gap <= LONGEST_GAP_SECONDS)
        })
        .map(<[usize]>::to_vec)
        .collect();
    for (number, run) in (1..).zip(runs) {
        let members = same_difference(entries, &run);
        let candidates: BTreeSet<&CandidateId> =
            members.iter().map(|index| &entries[*index].change.candidate_id).collect();
        let everyone = members
            .first()
            .and_then(|index| population.get(&entries[*index].change.component))
            .is_some_and(|all| candidates.len() * EVERYONE.1 >= all * EVERYONE.0);
        if everyone && candidates.len() >= FEWEST_FOR_EVERYONE {
            for index in members {
                entries[index].act = Act::Everyone(number);
            }
        } else {
            for index in approved_correction(entries, &run, minimum_group) {
                entries[index].act = Act::Correction(number);
            }
        }
    }
}

/// Entries of a run that one approval covers, all by the most frequent amount up or down (or cut short by an end of
/// the scale), for at least so many candidates. A run that takes more than half of them over the line is none: a
/// corrected item concerns those far from the line as well.
fn approved_correction(entries: &[Entry<'_>], run: &[usize], minimum_group: u64) -> Vec<usize> {
    let approval = |index: usize| {
        let change = entries[index].change;
        (stated(&change.approval_no), stated(&change.approver), stated(&change.reason))
    };
    let Some(first) = run.first() else { return Vec::new() };
    let named = |index: usize| entries[index].approved && !entries[index].approver_is_operator();
    if !named(*first) || run.iter().any(|index| approval(*index) != approval(*first)) {
        return Vec::new();
    }
    let amount = |index: usize| {
        let entry = &entries[index];
        let difference = entry.change.new_score? - entry.old_score?;
        Some(difference.max(Points::ZERO - difference))
    };
    let mut frequency: BTreeMap<Points, usize> = BTreeMap::new();
    for found in run.iter().filter_map(|index| amount(*index)) {
        *frequency.entry(found).or_default() += 1;
    }
    let Some((most, _)) = frequency.iter().max_by_key(|(amount, count)| (**count, std::cmp::Reverse(**amount))) else {
        return Vec::new();
    };
    let ceiling = run.iter().flat_map(|index| [entries[*index].change.new_score, entries[*index].old_score]).max();
    let part = |index: &usize| match amount(*index) {
        Some(found) if found == *most => true,
        Some(found) if found < *most => {
            let ends = [entries[*index].change.new_score, entries[*index].old_score];
            ends.contains(&Some(Points::ZERO)) || ceiling.is_some_and(|ceiling| ends.contains(&ceiling))
        }
        _ => false,
    };
    let members: Vec<usize> = run.iter().copied().filter(part).collect();
    let candidates: BTreeSet<&CandidateId> = members.iter().map(|index| &entries[*index].change.candidate_id).collect();
    let raised = members.iter().filter(|index| entries[**index].failed_to_passed()).count();
    let enough = candidates.len() as u64 >= minimum_group && 2 * raised <= members.len();
    if enough { members } else { Vec::new() }
}

/// Entries of a run with its most frequent difference, and those that the scale's end cut short.
fn same_difference(entries: &[Entry<'_>], run: &[usize]) -> Vec<usize> {
    let difference = |index: usize| {
        let entry = &entries[index];
        Some(entry.change.new_score? - entry.old_score?)
    };
    let mut frequency: BTreeMap<Points, usize> = BTreeMap::new();
    for found in run.iter().filter_map(|index| difference(*index)) {
        *frequency.entry(found).or_default() += 1;
    }
    let Some((most, _)) = frequency.iter().max_by_key(|(difference, count)| (**count, std::cmp::Reverse(**difference)))
    else {
        return Vec::new();
    };
    let ceiling = run.iter().filter_map(|index| entries[*index].change.new_score).max();
    let part = |index: &usize| match difference(*index) {
        Some(found) if found == *most => true,
        Some(found) if *most > Points::ZERO => {
            found > Points::ZERO && found < *most && entries[*index].change.new_score == ceiling
        }
        Some(found) => found < Points::ZERO && found > *most && entries[*index].change.new_score == Some(Points::ZERO),
        None => false,
    };
    run.iter().copied().filter(part).collect()
}

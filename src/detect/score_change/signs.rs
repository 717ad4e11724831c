//! Tests over the counted changes of a batch: which way they run, by whom, where they land, and when. Changes of acts
//! that are set aside (re-checks, resits, kept passes, corrections for many) are in none of them.

use crate::detect::change_log::stated;
use crate::detect::parameters::ScoreChangeParameters;
use crate::detect::score_change::entries::Entry;
use crate::model::component::Component;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::points::Points;
use crate::model::score_change_evidence::{
    BurstTest, DirectionTest, LandingTest, OperatorChanges, OperatorTest, OperatorsTest,
};
use crate::stats::contingency::independence;
use crate::stats::exact_tables::{TwoByTwo, fisher_exact, mcnemar_exact, odds_ratio};
use crate::stats::intervals::clopper_pearson;
use crate::stats::landing::{Move, landing};
use crate::stats::multiplicity::{benjamini_hochberg_in_family, holm};
use crate::stats::scan::{Moment, scan};
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// Draws of a p-value: ten times as many as Holm over all batches needs to come below the level, …
const TIMES_NEEDED: f64 = 10.0;
/// … within these bounds.
const DRAWS: (u64, u64) = (4_999, 499_999);
/// Level of the intervals.
const CONFIDENCE: f64 = 0.95;

/// The tests of one batch.
#[derive(Clone, Debug, Default)]
pub struct BatchSigns {
    /// Direction, when enough changes cross the line.
    pub direction: Option<DirectionTest>,
    /// Operators, by name.
    pub operators: Vec<OperatorChanges>,
    /// All operators together.
    pub operators_overall: Option<OperatorsTest>,
    /// Landing on the line.
    pub landing: Option<LandingTest>,
    /// Crowding in time.
    pub burst: Option<BurstTest>,
}

/// Entries that the tests count: changes with both scores that are not set aside.
pub fn counted<'e, 'a>(entries: &'e [Entry<'a>]) -> Vec<&'e Entry<'a>> {
    entries
        .iter()
        .filter(|entry| entry.is_change() && !entry.is_set_aside())
        .filter(|entry| entry.old_score.is_some() && entry.change.new_score.is_some())
        .collect()
}

/// What all counted entries of one score come to.
#[derive(Clone, Copy, Debug)]
pub struct NetChange {
    /// Before the first.
    pub before: Points,
    /// After the last.
    pub after: Points,
    /// The line.
    pub line: Points,
}

impl NetChange {
    /// Ends on the line or within the step above it, and began elsewhere.
    pub fn lands(&self, step: Points) -> bool {
        self.after >= self.line && self.after <= self.line + step && self.after != self.before
    }

    /// From below the line to it or above.
    pub fn to_passed(&self) -> bool {
        self.before < self.line && self.after >= self.line
    }

    /// From the line or above to below.
    pub fn to_failed(&self) -> bool {
        self.before >= self.line && self.after < self.line
    }
}

/// Net changes by score, so that somebody whose score was changed twice counts once.
pub fn net_changes<'a>(counted: &[&Entry<'a>]) -> BTreeMap<(&'a CandidateId, &'a Component), NetChange> {
    let mut net: BTreeMap<(&CandidateId, &Component), NetChange> = BTreeMap::new();
    for entry in counted {
        let (Some(before), Some(after)) = (entry.old_score, entry.change.new_score) else { continue };
        net.entry((&entry.change.candidate_id, &entry.change.component))
            .and_modify(|net| net.after = after)
            .or_insert(NetChange { before, after, line: entry.held.line });
    }
    net
}

/// How many draws a p-value of one batch is worth, when so many batches are looked at.
pub fn draws_for(batches: usize, significance_level: f64) -> u64 {
    ((TIMES_NEEDED * batches as f64 / significance_level) as u64).clamp(DRAWS.0, DRAWS.1)
}

/// Makes the tests of one batch; adjusted p-values and flags come with [`adjust`].
pub fn test(
    entries: &[Entry<'_>],
    batch_id: &BatchId,
    (seed, most_draws): (u64, u64),
    parameters: &ScoreChangeParameters,
) -> BatchSigns {
    let counted = counted(entries);
    let net = net_changes(&counted);
    let seed = seed ^ name_hash(batch_id.as_str());
    let (operators, operators_overall) = operators(&counted, parameters);
    BatchSigns {
        direction: direction(&net, parameters),
        operators,
        operators_overall,
        landing: landing_test(&net, (seed, most_draws), parameters),
        burst: burst(&counted, (seed.rotate_left(32), most_draws), parameters),
    }
}

/// FNV-1a, so that batches draw different numbers from one seed.
fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

type Net<'a> = BTreeMap<(&'a CandidateId, &'a Component), NetChange>;

fn direction(net: &Net<'_>, parameters: &ScoreChangeParameters) -> Option<DirectionTest> {
    let to_passed = net.values().filter(|net| net.to_passed()).count() as u64;
    let to_failed = net.values().filter(|net| net.to_failed()).count() as u64;
    if to_passed + to_failed < parameters.minimum_changes {
        return None;
    }
    let (p_value, two_sided_p_value) = mcnemar_exact(to_passed, to_failed);
    Some(DirectionTest { to_passed, to_failed, p_value, two_sided_p_value, adjusted_p_value: 1.0, flagged: false })
}

fn operators(
    counted: &[&Entry<'_>],
    parameters: &ScoreChangeParameters,
) -> (Vec<OperatorChanges>, Option<OperatorsTest>) {
    let mut by_name: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in counted {
        if let Some(operator) = stated(&entry.change.operator) {
            by_name.entry(operator).or_default().push(entry);
        }
    }
    let hits = |entries: &[&Entry<'_>]| entries.iter().filter(|entry| entry.failed_to_passed()).count() as u64;
    let all: u64 = by_name.values().map(|entries| entries.len() as u64).sum();
    let all_hits: u64 = by_name.values().map(|entries| hits(entries)).sum();
    let mut groups = Vec::new();
    let mut found = Vec::new();
    for (operator, entries) in &by_name {
        let (own, own_hits) = (entries.len() as u64, hits(entries));
        groups.push((own_hits, own));
        let table = TwoByTwo { own_hits, own, other_hits: all_hits - own_hits, other: all - own };
        let testable = own >= parameters.minimum_changes && table.other > 0 && all_hits > 0;
        let test = testable.then(|| fisher_exact(&table)).flatten().map(|fisher| OperatorTest {
            p_value: fisher.greater,
            mid_p_value: fisher.greater_mid_p,
            adjusted_p_value: 1.0,
            false_discovery_rate: 1.0,
            flagged: false,
        });
        found.push(OperatorChanges {
            operator: (*operator).into(),
            changes: own,
            to_passed: own_hits,
            to_failed: entries.iter().filter(|entry| entry.passed_to_failed()).count() as u64,
            on_line: entries.iter().filter(|entry| entry.lands_on_line()).count() as u64,
            interval: clopper_pearson(own_hits, own, CONFIDENCE),
            odds_ratio: (table.other > 0).then(|| odds_ratio(&table, CONFIDENCE)).flatten(),
            test,
        });
    }
    let overall = if all >= parameters.minimum_changes { independence(&groups) } else { None };
    let overall = overall.map(|found| OperatorsTest {
        chi_square: found.chi_square,
        degrees_of_freedom: found.degrees_of_freedom as u64,
        chi_square_p_value: found.chi_square_p_value,
        exact_p_value: found.exact_p_value,
    });
    (found, overall)
}

fn landing_test(
    net: &Net<'_>,
    (seed, most_draws): (u64, u64),
    parameters: &ScoreChangeParameters,
) -> Option<LandingTest> {
    let moves: Vec<Move> = net
        .values()
        .filter(|net| net.before != net.after)
        .map(|net| Move {
            before: (net.before - net.line).millionths(),
            increment: (net.after - net.before).millionths(),
        })
        .collect();
    if (moves.len() as u64) < parameters.minimum_changes {
        return None;
    }
    let found = landing(&moves, parameters.landing_step.millionths(), seed, most_draws)?;
    Some(LandingTest {
        changes: found.changes,
        landed: found.landed,
        expected: found.expected,
        step: parameters.landing_step,
        p_value: found.probability.p_value,
        draws: found.probability.draws,
        adjusted_p_value: 1.0,
        flagged: false,
    })
}

fn burst(
    counted: &[&Entry<'_>],
    (seed, most_draws): (u64, u64),
    parameters: &ScoreChangeParameters,
) -> Option<BurstTest> {
    let mut by_time: BTreeMap<NaiveDateTime, Moment> = BTreeMap::new();
    for entry in counted {
        let Some(time) = entry.change.changed_at else { continue };
        let moment = by_time.entry(time).or_insert(Moment { events: 0, marked: 0 });
        moment.events += 1;
        moment.marked += u64::from(entry.failed_to_passed());
    }
    let times: Vec<NaiveDateTime> = by_time.keys().copied().collect();
    let moments: Vec<Moment> = by_time.into_values().collect();
    let changes: u64 = moments.iter().map(|moment| moment.events).sum();
    let to_passed: u64 = moments.iter().map(|moment| moment.marked).sum();
    if to_passed < parameters.minimum_changes || changes - to_passed < parameters.minimum_changes {
        return None;
    }
    let (window, probability) = scan(&moments, seed, most_draws)?;
    Some(BurstTest {
        changes,
        to_passed,
        from: *times.get(window.first)?,
        to: *times.get(window.last)?,
        inside: window.events,
        inside_to_passed: window.marked,
        log_ratio: window.log_ratio,
        p_value: probability.p_value,
        draws: probability.draws,
        adjusted_p_value: 1.0,
        flagged: false,
    })
}

/// How many tests of each kind were made over the data set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Families {
    /// Batches with a test of direction.
    pub direction: usize,
    /// Operators tested.
    pub operators: usize,
    /// Batches with a test of landing.
    pub landing: usize,
    /// Batches with a test of crowding.
    pub burst: usize,
}

/// Adjusts the p-values of each kind over the whole data set and sets the flags.
pub fn adjust(signs: &mut [&mut BatchSigns], level: f64) -> Families {
    let mut families = Families::default();
    macro_rules! family {
        ($field:ident) => {{
            let mut tests: Vec<_> = signs.iter_mut().filter_map(|signs| signs.$field.as_mut()).collect();
            families.$field = tests.len();
            let adjusted = holm(&tests.iter().map(|test| test.p_value).collect::<Vec<f64>>());
            for (test, adjusted) in tests.iter_mut().zip(adjusted) {
                test.adjusted_p_value = adjusted;
                test.flagged = adjusted <= level;
            }
        }};
    }
    family!(direction);
    family!(landing);
    family!(burst);
    let mut tests: Vec<&mut OperatorTest> = signs
        .iter_mut()
        .flat_map(|signs| signs.operators.iter_mut().filter_map(|operator| operator.test.as_mut()))
        .collect();
    families.operators = tests.len();
    let p_values: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
    let rates = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
    for ((test, adjusted), rate) in tests.iter_mut().zip(holm(&p_values)).zip(rates) {
        test.adjusted_p_value = adjusted;
        test.false_discovery_rate = rate;
        test.flagged = adjusted <= level;
    }
    families
}

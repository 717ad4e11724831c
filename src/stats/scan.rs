//! Scan statistic in time: do marked events crowd together more than all events do?
//!
//! Work is done in sittings, so that events of an honest log crowd as well. What is asked is therefore not whether
//! events are evenly spread over time, but whether the marked ones among them stand together: the times are taken as
//! given, and under the hypothesis every event is as likely to be a marked one.

use crate::stats::permutation::{DrawnProbability, drawn_p_value, shuffle};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Draws that gave as much after which nothing more is to be learnt.
const ENOUGH_AT_LEAST: u64 = 25;
/// Windows looked at in all draws together, at most.
const MOST_WINDOWS: u64 = 400_000_000;

/// Events of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// All events.
    pub events: u64,
    /// Marked ones among them.
    pub marked: u64,
}

/// The window in which marked events crowd most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrowdedWindow {
    /// Index of its first moment.
    pub first: usize,
    /// Index of its last moment.
    pub last: usize,
    /// Events in it.
    pub events: u64,
    /// Marked ones among them.
    pub marked: u64,
    /// Log-likelihood ratio of a higher share of marked events inside than outside.
    pub log_ratio: f64,
}

/// The window with the largest likelihood ratio.
///
/// **Input**: moments in order of time, marked ≤ events in each.
///
/// **Formula**: with c of n inside and C of N in all, L(c, n) + L(C − c, N − n) − L(C, N) where
/// L(c, n) = c ln(c/n) + (n − c) ln(1 − c/n), if c/n is above (C − c)/(N − n), else 0; over all runs of moments.
///
/// **Returns**: `None` unless some events are marked and some are not; all of the time with a ratio of 0 when no window
/// has a higher share. Ties go to the earliest and shortest.
///
/// **Reference**: Kulldorff (1997), Communications in Statistics – Theory and Methods 26, 1481–1496 (Bernoulli model).
///
/// **Example**: three marked events in a row among six.
/// ```
/// use kaojian::stats::scan::{Moment, most_crowded};
/// let moments: Vec<Moment> = [0, 1, 1, 1, 0, 0].map(|marked| Moment { events: 1, marked }).into();
/// let found = most_crowded(&moments).unwrap();
/// assert_eq!((found.first, found.last, found.marked), (1, 3, 3));
/// assert!((found.log_ratio - 6.0 * 2f64.ln()).abs() < 1e-12);
/// ```
pub fn most_crowded(moments: &[Moment]) -> Option<CrowdedWindow> {
    let all: u64 = moments.iter().map(|moment| moment.events).sum();
    let marked: u64 = moments.iter().map(|moment| moment.marked).sum();
    if marked == 0 || marked >= all {
        return None;
    }
    let logarithms = Logarithms::new(all);
    let whole = logarithms.likelihood(marked, all);
    // A best window begins and ends with a moment that has marked events.
    let ends: Vec<usize> = (0..moments.len()).filter(|index| moments[*index].marked > 0).collect();
    let mut before = Vec::with_capacity(moments.len() + 1);
    before.push((0, 0));
    for moment in moments {
        let (events, marked) = before.last().copied().unwrap_or_default();
        before.push((events + moment.events, marked + moment.marked));
    }
    let last = moments.len() - 1;
    let mut best = CrowdedWindow { first: 0, last, events: all, marked, log_ratio: 0.0 };
    for (place, first) in ends.iter().enumerate() {
        for last in &ends[place..] {
            let events = before[last + 1].0 - before[*first].0;
            let inside = before[last + 1].1 - before[*first].1;
            // c/n > (C − c)/(N − n) in whole numbers: c·N > C·n.
            if u128::from(inside) * u128::from(all) <= u128::from(marked) * u128::from(events) {
                continue;
            }
            let log_ratio =
                logarithms.likelihood(inside, events) + logarithms.likelihood(marked - inside, all - events) - whole;
            if log_ratio > best.log_ratio + 1e-12 {
                best = CrowdedWindow { first: *first, last: *last, events, marked: inside, log_ratio };
            }
        }
    }
    Some(best)
}

/// x ln x of whole numbers.
struct Logarithms {
    table: Vec<f64>,
}

impl Logarithms {
    fn new(largest: u64) -> Self {
        let table = (0..=largest).map(|x| if x == 0 { 0.0 } else { x as f64 * (x as f64).ln() }).collect();
        Self { table }
    }

    fn likelihood(&self, marked: u64, events: u64) -> f64 {
        let at = |x: u64| self.table.get(x as usize).copied().unwrap_or_default();
        at(marked) + at(events - marked) - at(events)
    }
}

/// p-value of the most crowded window, by dealing the marks out anew.
///
/// **Input**: as [`most_crowded`]; `most_draws` bounds the draws and so how small the p-value can be.
///
/// **Returns**: `None` as [`most_crowded`]; otherwise the window and P(a window at least as crowded), valid at every
/// level (see [`drawn_p_value`]).
///
/// **Reference**: as [`most_crowded`]; Dwass (1957), Annals of Mathematical Statistics 28, 181–187.
///
/// **Example**: one in three of all marks deals out as crowded: nothing to see.
/// ```
/// use kaojian::stats::scan::{Moment, scan};
/// let moments: Vec<Moment> = [1, 0, 0].map(|marked| Moment { events: 1, marked }).into();
/// assert_eq!(scan(&moments, 1, 999).unwrap().1.p_value, 1.0);
/// ```
pub fn scan(moments: &[Moment], seed: u64, most_draws: u64) -> Option<(CrowdedWindow, DrawnProbability)> {
    let observed = most_crowded(moments)?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut labels: Vec<bool> =
        moments.iter().flat_map(|moment| (0..moment.events).map(|event| event < moment.marked)).collect();
    let marked = labels.iter().filter(|label| **label).count() as u64;
    let windows = (marked * (marked + 1) / 2 + moments.len() as u64).max(1);
    let most_draws = most_draws.min((MOST_WINDOWS / windows).max(99));
    let mut drawn = moments.to_vec();
    let probability = drawn_p_value(most_draws, ENOUGH_AT_LEAST, || {
        shuffle(&mut labels, &mut random);
        let mut rest = labels.iter();
        for moment in &mut drawn {
            moment.marked = rest.by_ref().take(moment.events as usize).filter(|label| **label).count() as u64;
        }
        most_crowded(&drawn).is_some_and(|found| found.log_ratio >= observed.log_ratio - 1e-9)
    });
    Some((observed, probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(marks: &[u64]) -> Vec<Moment> {
        marks.iter().map(|marked| Moment { events: 1, marked: *marked }).collect()
    }

    /// Of the C(8, 3) = 56 ways to mark three of eight single events, six have them in a row, and no other window
    /// reaches three of three.
    #[test]
    fn the_p_value_of_a_countable_case() {
        let (window, found) = scan(&moments(&[0, 0, 1, 1, 1, 0, 0, 0]), 3, 40_000).unwrap();
        assert_eq!((window.first, window.last), (2, 4));
        let expected = 6.0 / 56.0;
        // Stopped at 25: the standard error is about p/5.
        assert!((found.p_value - expected).abs() < expected, "{found:?}");
    }

    #[test]
    fn nothing_is_said_without_both_kinds() {
        assert!(most_crowded(&moments(&[1, 1])).is_none() && most_crowded(&moments(&[0, 0])).is_none());
        assert!(most_crowded(&[]).is_none() && scan(&moments(&[]), 1, 9).is_none());
    }

    #[test]
    fn a_sitting_with_everything_in_it_is_no_crowd_of_marks() {
        let sitting = Moment { events: 12, marked: 6 };
        let (_, found) = scan(&[sitting, Moment { events: 2, marked: 1 }, sitting], 5, 999).unwrap();
        assert!(found.p_value > 0.2, "{found:?}");
    }

    #[test]
    fn level_under_the_hypothesis() {
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let mut labels: Vec<u64> = (0..30).map(|index| u64::from(index < 9)).collect();
        let repeats = 600;
        let mut small = 0;
        for seed in 0..repeats {
            shuffle(&mut labels, &mut random);
            small += u64::from(scan(&moments(&labels), seed, 199).unwrap().1.p_value <= 0.05);
        }
        // Bin(600, 0.05): mean 30, four standard errors 21.
        assert!(small <= 51, "{small}");
    }
}

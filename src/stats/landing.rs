//! Do changed scores land on a line more often than their increments and starting points give by themselves?
//!
//! The increment of an honest correction does not know where the line is: it may be large or small, and more often up
//! for those below the line, but it is not made to measure. So increments are dealt out anew among changes of the same
//! side of the line and the same way, and it is counted how often as many land on the line or just above it.

use crate::stats::permutation::{DrawnProbability, drawn_p_value, shuffle};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeMap;

/// Draws that gave as much after which nothing more is to be learnt.
const ENOUGH_AT_LEAST: u64 = 25;

/// One change of one score, in whole units such as millionths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Score before, counted from the line (negative is below it).
    pub before: i64,
    /// How far it was moved.
    pub increment: i64,
}

/// What the test finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landing {
    /// Changes that land on the line or within the width above it.
    pub landed: u64,
    /// All changes.
    pub changes: u64,
    /// How many would land when increments are dealt out anew.
    pub expected: f64,
    /// P(at least so many land).
    pub probability: DrawnProbability,
}

/// Tests whether changes land on the line beyond what their increments give.
///
/// **Input**: the moves; `width` ≥ 0 of the strip [line, line + width] that counts as landing, in the same units;
/// `most_draws` bounds how small the p-value can be.
///
/// **Formula**: strata are (before below the line?, upwards?). Within a stratum of m moves increment j given to
/// start i lands if 0 ≤ start i + increment j ≤ width; expected Σ over strata Σᵢⱼ landsᵢⱼ/m; p by permuting the
/// increments within strata.
///
/// **Returns**: `None` without moves. The test is exact when increments are exchangeable within a stratum; the direction
/// of the changes is given and does not count.
///
/// **Reference**: permutation within strata: Fisher (1935), The Design of Experiments, section 21; Besag & Clifford
/// (1991) for the stopping rule.
///
/// **Example**: equal increments say nothing, whoever gets them.
/// ```
/// use kaojian::stats::landing::{Move, landing};
/// let moves = [-2, -5, -7].map(|before| Move { before, increment: 2 });
/// let found = landing(&moves, 0, 1, 999).unwrap();
/// assert_eq!((found.landed, found.expected, found.probability.p_value), (1, 1.0, 1.0));
/// ```
pub fn landing(moves: &[Move], width: i64, seed: u64, most_draws: u64) -> Option<Landing> {
    if moves.is_empty() {
        return None;
    }
    let mut strata: BTreeMap<(bool, bool), (Vec<i64>, Vec<i64>)> = BTreeMap::new();
    for one in moves {
        let (starts, increments) = strata.entry((one.before < 0, one.increment > 0)).or_default();
        starts.push(one.before);
        increments.push(one.increment);
    }
    let lands = |start: i64, increment: i64| (0..=width).contains(&start.saturating_add(increment));
    let count = |starts: &[i64], increments: &[i64]| {
        starts.iter().zip(increments).filter(|(start, increment)| lands(**start, **increment)).count() as u64
    };
    let mut strata: Vec<(Vec<i64>, Vec<i64>)> = strata.into_values().collect();
    let landed = strata.iter().map(|(starts, increments)| count(starts, increments)).sum();
    let mut expected = 0.0;
    for (starts, increments) in &strata {
        let pairs: usize =
            starts.iter().map(|start| increments.iter().filter(|increment| lands(*start, **increment)).count()).sum();
        expected += pairs as f64 / starts.len() as f64;
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let probability = drawn_p_value(most_draws, ENOUGH_AT_LEAST, || {
        let mut drawn = 0;
        for (starts, increments) in &mut strata {
            shuffle(increments, &mut random);
            drawn += count(starts, increments);
        }
        drawn >= landed
    });
    Some(Landing { landed, changes: moves.len() as u64, expected, probability })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::Rng;

    /// Four starts below the line, each with the one increment that takes it there: of 24 permutations one does so.
    #[test]
    fn made_to_measure_in_a_countable_case() {
        let moves = [1, 2, 3, 4].map(|gap| Move { before: -gap, increment: gap });
        let found = landing(&moves, 0, 9, 100_000).unwrap();
        assert_eq!((found.landed, found.expected), (4, 1.0));
        let expected = 1.0 / 24.0;
        assert!((found.probability.p_value / expected - 1.0).abs() < 0.7, "{found:?}");
    }

    /// Upward corrections alone, as when only those below the line ask for one, raise no alarm.
    #[test]
    fn level_when_increments_do_not_know_the_line() {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let mut below = |bound: u64| (random.next_u64() % bound) as i64;
        let repeats = 800;
        let mut small = 0;
        for seed in 0..repeats {
            let moves: Vec<Move> = (0..14)
                .map(|_| {
                    let before = below(41) - 30;
                    let size = 1 + below(10);
                    Move { before, increment: if before < 0 || below(2) == 0 { size } else { -size } }
                })
                .collect();
            small += u64::from(landing(&moves, 1, seed, 199).unwrap().probability.p_value <= 0.05);
        }
        // Bin(800, 0.05): mean 40, four standard errors 25.
        assert!(small <= 65, "{small}");
    }
}

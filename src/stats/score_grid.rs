//! Which scores can occur at all: raw marks times a factor leave gaps and double steps, which look like heaping and
//! are none.

use std::collections::{BTreeMap, BTreeSet};

/// Millionths of a point: scores are exact.
const POINT: i64 = 1_000_000;
/// A common step below this is no grid of marks, but the decimals that scores are written with.
const LEAST_STEP: i64 = 50_000;
/// Different scores from which a factor can be told from chance.
const LEAST_DISTINCT: usize = 8;
/// Candidates beside an empty score from which it counts as one that cannot occur.
const LEAST_BESIDE: u64 = 20;
/// Candidates from which doubled steps can be told.
const LEAST_SCORES: u64 = 500;

/// How attainable scores lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScoreGrid {
    /// Every whole point holds equally many attainable scores: count by whole points.
    Points,
    /// Scores are raw marks times this factor (points), which does not divide a point: count by raw marks.
    RawMarks {
        /// Points a raw mark is worth.
        factor: f64,
    },
}

impl ScoreGrid {
    /// Finds the grid of scores given in millionths of a point.
    ///
    /// **Formula**: the greatest common divisor of all scores, where it is 0.05 points or more; else the factor 100/m
    /// (m = 10–400 raw marks) that gives every score within half a hundredth.
    ///
    /// **Example**: 48 raw marks on a scale of 100, written with two decimals.
    /// ```
    /// use kaojian::stats::score_grid::ScoreGrid;
    /// let scores = (10..40).map(|raw| (raw as f64 * 100.0 / 48.0 * 100.0).round() as i64 * 10_000).collect();
    /// let ScoreGrid::RawMarks { factor } = ScoreGrid::of(&scores) else { panic!("raw marks") };
    /// assert!((factor - 100.0 / 48.0).abs() < 1e-9);
    /// assert_eq!(ScoreGrid::of(&(50..70).map(|score| score * 500_000).collect()), ScoreGrid::Points);
    /// ```
    pub fn of(scores: &BTreeSet<i64>) -> Self {
        let step = scores.iter().fold(0, |step, score| common_divisor(step, score.unsigned_abs() as i64));
        if scores.len() < LEAST_DISTINCT {
            return Self::Points;
        }
        if step >= LEAST_STEP {
            let even = POINT % step == 0;
            return if even { Self::Points } else { Self::RawMarks { factor: step as f64 / POINT as f64 } };
        }
        const HALF_HUNDREDTH: f64 = 5_100.0;
        let factor = (10..=400).map(|raw| 100.0 / f64::from(raw)).find(|factor| {
            let factor = factor * POINT as f64;
            scores.iter().all(|score| {
                let score = *score as f64;
                (score - (score / factor).round() * factor).abs() <= HALF_HUNDREDTH
            })
        });
        factor.map_or(Self::Points, |factor| Self::RawMarks { factor })
    }

    /// Steps of a score above the line: 0 is the lowest step that passes.
    pub fn place(self, score: i64, line: i64) -> i64 {
        match self {
            Self::Points => (score - line).div_euclid(POINT),
            Self::RawMarks { factor } => {
                // Rounded scores may stand a hair below their raw mark.
                let raw = |value: i64| value as f64 / POINT as f64 / factor;
                (raw(score) + 0.01).floor() as i64 - (raw(line) - 0.01).ceil() as i64
            }
        }
    }
}

fn common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Steps that nobody has between steps that many have.
///
/// **Input**: candidates by step. **Returns**: steps, ascending, whose two neighbours together hold 20 or more.
pub fn gaps(counts: &BTreeMap<i64, u64>) -> Vec<i64> {
    let at = |step: i64| counts.get(&step).copied().unwrap_or(0);
    let pairs = counts.keys().zip(counts.keys().skip(1));
    let narrow = pairs.filter(|(a, b)| **b - **a <= 3).flat_map(|(a, b)| (a + 1)..*b);
    narrow.filter(|gap| at(gap - 1) + at(gap + 1) >= LEAST_BESIDE).collect()
}

/// Whole scores that two raw marks fall on when more than 100 raw marks are put on a scale of 100.
///
/// **Input**: candidates by whole score. **Formula**: for m = 101–199 raw marks, the scores that two of round(100 k/m)
/// fall on, against the mean of their neighbours; a ratio of 1.6 or more that is five standard errors from 1.
///
/// **Returns**: the doubled scores of the best m; empty when no m fits, or below 500 candidates.
pub fn doubled(counts: &BTreeMap<i64, u64>) -> BTreeSet<i64> {
    if counts.values().sum::<u64>() < LEAST_SCORES {
        return BTreeSet::new();
    }
    let at = |score: i64| counts.get(&score).copied().unwrap_or(0) as f64;
    let mut best: Option<(f64, BTreeSet<i64>)> = None;
    for raw_marks in 101_i64..200 {
        // Half up, in whole numbers.
        let falls = |raw: i64| (200 * raw + raw_marks).div_euclid(2 * raw_marks);
        let doubled: BTreeSet<i64> = (0..raw_marks).filter(|raw| falls(*raw) == falls(raw + 1)).map(falls).collect();
        let single: Vec<i64> =
            doubled.iter().copied().filter(|s| !doubled.contains(&(s - 1)) && !doubled.contains(&(s + 1))).collect();
        let seen: f64 = single.iter().map(|score| at(*score)).sum();
        let expected: f64 = single.iter().map(|score| 0.5 * (at(score - 1) + at(score + 1))).sum();
        let distance = (seen - expected) / (1.5 * expected).max(1.0).sqrt();
        if single.len() >= 2 && seen >= 1.6 * expected && distance > best.as_ref().map_or(5.0, |(most, _)| *most) {
            best = Some((distance, doubled));
        }
    }
    best.map(|(_, doubled)| doubled).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_mark_a_step_whatever_the_factor() {
        let scores: BTreeSet<i64> = (20..50).map(|raw| raw * 1_250_000).collect();
        let grid = ScoreGrid::of(&scores);
        assert_eq!(grid, ScoreGrid::RawMarks { factor: 1.25 });
        // 60 is raw mark 48.
        assert_eq!([58_750_000, 60_000_000, 61_250_000].map(|score| grid.place(score, 60_000_000)), [-1, 0, 1]);
        // A line between two raw marks is passed by the higher.
        assert_eq!([58_750_000, 60_000_000].map(|score| grid.place(score, 59_000_000)), [-1, 0]);
        let quarters: BTreeSet<i64> = (200..260).map(|quarter| quarter * 250_000).collect();
        assert_eq!(ScoreGrid::of(&quarters), ScoreGrid::Points);
        assert_eq!(ScoreGrid::Points.place(59_750_000, 60_000_000), -1);
    }

    #[test]
    fn empty_and_doubled_scores() {
        // 80 raw marks rounded to whole points: every fifth score is missing.
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        (30..80_i64).for_each(|raw| *counts.entry((raw * 5 + 2) / 4).or_default() += 30);
        let found = gaps(&counts);
        assert!(found.len() >= 8 && found.iter().all(|gap| !counts.contains_key(gap)), "{found:?}");
        // 120 raw marks: every sixth score or so holds two of them.
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        (30..120_i64).for_each(|raw| *counts.entry((200 * raw + 120) / 240).or_default() += 30);
        let twice: Vec<i64> = counts.iter().filter(|(_, count)| **count == 60).map(|(score, _)| *score).collect();
        let found = doubled(&counts);
        assert!(twice.iter().all(|score| found.contains(score)), "{twice:?} {found:?}");
        let even: BTreeMap<i64, u64> = (0..100).map(|score| (score, 40)).collect();
        assert!(doubled(&even).is_empty() && gaps(&even).is_empty());
    }
}

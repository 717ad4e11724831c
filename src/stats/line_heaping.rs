//! Counts about a line on whole steps: the line itself, lines where nothing should happen, and groups beside each other.

use crate::stats::frandsen::frandsen_excess;
use std::collections::BTreeMap;

/// Placebo lines on either side.
const PLACEBOS: i64 = 15;
/// Steps beside the line whose three counts overlap with its own.
const OVERLAP: i64 = 2;

/// Candidates at three steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtLine {
    /// One step below the line.
    pub below: u64,
    /// The lowest step that passes.
    pub at: u64,
    /// One step above.
    pub above: u64,
}

impl AtLine {
    /// Reads the counts about a step.
    pub fn of(counts: &BTreeMap<i64, u64>, step: i64) -> Self {
        let at = |step: i64| counts.get(&step).copied().unwrap_or(0);
        Self { below: at(step - 1), at: at(step), above: at(step + 1) }
    }

    /// Adds a candidate at −1, 0 or 1; others are not counted.
    pub fn add(&mut self, step: i64) {
        match step {
            -1 => self.below += 1,
            0 => self.at += 1,
            1 => self.above += 1,
            _ => {}
        }
    }

    /// All three.
    pub fn total(self) -> u64 {
        self.below.saturating_add(self.at).saturating_add(self.above)
    }

    /// Probability of at least so many at the line; `None` without candidates.
    pub fn excess_p_value(self, curvature: f64) -> Option<f64> {
        frandsen_excess(self.below, self.at, self.above, curvature)
    }
}

/// One line where nothing should happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceboLine {
    /// Steps from the line.
    pub step: i64,
    /// Counts about it.
    pub counts: AtLine,
    /// Probability of at least so many at it.
    pub p_value: Option<f64>,
}

/// The same test at the fifteen steps on either side whose counts do not overlap with the line's own.
///
/// **Returns**: steps ascending. A line whose p-value is not smaller than most of these is nothing special.
pub fn placebo_lines(counts: &BTreeMap<i64, u64>, curvature: f64) -> Vec<PlaceboLine> {
    (-PLACEBOS..=PLACEBOS)
        .filter(|step| step.abs() > OVERLAP)
        .map(|step| {
            let counts = AtLine::of(counts, step);
            PlaceboLine { step, counts, p_value: counts.excess_p_value(curvature) }
        })
        .collect()
}

/// Shares of groups, drawn towards the share of all by as much as chance alone would scatter them.
///
/// **Input**: successes and trials of each group.
///
/// **Formula**: (x + M·p̄)/(n + M) with p̄ = Σx/Σn and M = (1 − ρ)/ρ, ρ the moment estimate of the correlation within a
/// group, from the weighted sum of squares S = Σ n (x/n − p̄)²: ρ = (S − (k − 1) p̄(1 − p̄))/((N − Σn²/N − k + 1) p̄(1 − p̄)).
///
/// **Returns**: one share a group; p̄ for all where nothing but chance is seen; `None` for a group without trials.
///
/// **Reference**: Kleinman (1973), Journal of the American Statistical Association 68, 46–54.
///
/// **Example**: groups that do not differ are one.
/// ```
/// let found = kaojian::stats::line_heaping::shrunken_shares(&[(3, 10), (6, 20)]);
/// assert!(found.iter().all(|share| (share.unwrap() - 0.3).abs() < 1e-12));
/// ```
pub fn shrunken_shares(groups: &[(u64, u64)]) -> Vec<Option<f64>> {
    let sum = |of: &dyn Fn(&(u64, u64)) -> f64| groups.iter().map(of).sum::<f64>();
    let trials = sum(&|group| group.1 as f64);
    if trials <= 0.0 {
        return vec![None; groups.len()];
    }
    let mean = sum(&|group| group.0 as f64) / trials;
    let counted = groups.iter().filter(|group| group.1 > 0).count() as f64;
    let spread = mean * (1.0 - mean);
    let squares = sum(&|(x, n)| if *n > 0 { *n as f64 * (*x as f64 / *n as f64 - mean).powi(2) } else { 0.0 });
    let room = trials - sum(&|group| (group.1 as f64).powi(2)) / trials - counted + 1.0;
    let correlation = (squares - (counted - 1.0) * spread) / (room * spread);
    groups
        .iter()
        .map(|(x, n)| {
            let share = if correlation.is_nan() || correlation <= 0.0 {
                mean
            } else {
                let strength = (1.0 - correlation.min(1.0)) / correlation.min(1.0);
                (*x as f64 + strength * mean) / (*n as f64 + strength)
            };
            (*n > 0).then_some(share)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_stands_out_from_its_placebos() {
        let counts: BTreeMap<i64, u64> = (-20..=20)
            .map(|step| {
                (
                    step,
                    if step == 0 {
                        180
                    } else if step == -1 {
                        60
                    } else {
                        100
                    },
                )
            })
            .collect();
        let own = AtLine::of(&counts, 0).excess_p_value(0.02).unwrap();
        let placebos = placebo_lines(&counts, 0.02);
        assert_eq!(placebos.len(), 26);
        assert!(placebos.iter().all(|placebo| placebo.p_value.unwrap() > 0.1 && placebo.p_value.unwrap() > own));
    }

    #[test]
    fn shares_are_drawn_together_but_keep_their_order() {
        let found: Vec<f64> =
            shrunken_shares(&[(30, 100), (33, 100), (90, 100), (3, 4), (0, 0)]).into_iter().flatten().collect();
        assert_eq!(found.len(), 4);
        assert!(found[0] > 0.3 && found[2] < 0.9 && found[2] > found[1] && found[3] < 0.75, "{found:?}");
    }
}

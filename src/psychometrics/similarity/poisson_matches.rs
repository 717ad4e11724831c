//! The S indices: identical wrong responses, and right ones by weight, against a Poisson regression on the wrong
//! count.

use crate::psychometrics::similarity::wrong_count_regression::{MeanCurve, SharedResponses, WrongCountGroups};
use crate::stats::poisson;
use crate::stats::tail::Tail;
use std::collections::BTreeMap;

/// Chance of a right response by guessing that the weight of a right match assumes.
const GUESSING: f64 = 0.2;

/// The null of one source.
#[derive(Clone, Copy, Debug)]
pub struct PoissonNull {
    mean: MeanCurve,
}

impl PoissonNull {
    /// Learns the expected matches from everyone but the source.
    ///
    /// **Input**: persons with `matches` = identical wrong responses (S1) or [`WeightedMatches::of`] (S2); number of items of the form.
    ///
    /// **Reference**: Sotaridona, L. S. & Meijer, R. R. (2003). Two new statistics to detect answer copying. Journal
    /// of Educational Measurement 40, 53–69 (S1: log-linear model of the mean; S2 with weighted right matches).
    pub fn new(persons: impl IntoIterator<Item = SharedResponses>, items: usize) -> Self {
        Self { mean: WrongCountGroups::new(persons, items).poisson_mean() }
    }

    /// S1: Σ_{w = m}^{w_s} of Poisson probabilities with the mean at the copier's wrong count.
    ///
    /// **Input**: the copier's wrong count, m identical wrong responses, `most` = w_s (S1) or the number of common
    /// items (S2).
    ///
    /// **Returns**: the truncated upper tail; small is alike.
    ///
    /// **Example**
    /// ```
    /// use kaojian::psychometrics::similarity::poisson_matches::PoissonNull;
    /// use kaojian::psychometrics::similarity::wrong_count_regression::SharedResponses;
    /// // Everybody shares one wrong response, whatever the wrong count: e⁻¹ (1/2 + 1/6) for two or three of three.
    /// let persons = [2, 5].map(|wrong| SharedResponses { wrong, trials: 3, matches: 1.0 });
    /// let tail = PoissonNull::new(persons, 10).tail(4, 2, 3);
    /// assert!((tail.probability - (2.0 / 3.0) * (-1f64).exp()).abs() < 1e-12);
    /// ```
    pub fn tail(&self, wrong: u32, matches: u32, most: u32) -> Tail {
        poisson::between(self.mean.at(wrong), u64::from(matches), u64::from(most))
    }
}

/// Weight of a match on a right response that a share `proportion` of persons like the copier get right.
///
/// **Formula**: δ(P) = d₁ exp(d₂ P) with d₂ = −(1 + g)/g, d₁ = (1 + g)/(1 − g) · exp(−(1 + g)) and g = 0.2, as in
/// the form of Sotaridona & Meijer (2003). Near zero for what everybody knows, largest for what nobody knows.
///
/// **Example**
/// ```
/// use kaojian::psychometrics::similarity::poisson_matches::right_match_weight;
/// assert!(right_match_weight(0.0) > 0.4 && right_match_weight(1.0) < 0.01);
/// ```
pub fn right_match_weight(proportion: f64) -> f64 {
    (1.0 + GUESSING) / (1.0 - GUESSING) * (-(1.0 + GUESSING) * (1.0 + proportion / GUESSING)).exp()
}

/// Right responses of all persons, by wrong count: what the weights of S2 come from.
#[derive(Clone, Debug)]
pub struct WeightedMatches {
    groups: BTreeMap<u32, usize>,
    /// Right and given responses of each group and item.
    right: Vec<u32>,
    answered: Vec<u32>,
    items: usize,
}

impl WeightedMatches {
    /// Counts right responses.
    ///
    /// **Input**: for each person the wrong count and, item by item, `Some(true)` right, `Some(false)` wrong, `None` missing.
    pub fn new<'r>(persons: impl Iterator<Item = (u32, &'r [Option<bool>])> + Clone, items: usize) -> Self {
        let mut groups = BTreeMap::new();
        for (wrong, _) in persons.clone() {
            let next = groups.len();
            groups.entry(wrong).or_insert(next);
        }
        let mut right = vec![0; groups.len() * items];
        let mut answered = right.clone();
        for (wrong, row) in persons {
            let start = groups.get(&wrong).copied().unwrap_or(0) * items;
            for (item, response) in row.iter().enumerate().take(items) {
                answered[start + item] += u32::from(response.is_some());
                right[start + item] += u32::from(*response == Some(true));
            }
        }
        Self { groups, right, answered, items }
    }

    /// Identical wrong responses plus the weights of the right ones both have, rounded up, for one person and
    /// one source, whose own responses are taken out of the shares.
    ///
    /// **Formula**: ⌈m + Σ_g δ(P_rg)⌉ over items both have right, P_rg the share right among persons with the
    /// person's wrong count r.
    pub fn of(
        &self,
        (wrong, row): (u32, &[Option<bool>]),
        (source_wrong, source): (u32, &[Option<bool>]),
        incorrect_matches: u32,
    ) -> f64 {
        let Some(start) = self.groups.get(&wrong).map(|group| group * self.items) else {
            return f64::from(incorrect_matches);
        };
        let taken_out = u32::from(wrong == source_wrong);
        let both = row.iter().zip(source).enumerate().filter(|(_, pair)| *pair == (&Some(true), &Some(true)));
        let weights: f64 = both
            .map(|(item, _)| {
                let right = self.right[start + item].saturating_sub(taken_out);
                let answered = self.answered[start + item].saturating_sub(taken_out);
                right_match_weight(f64::from(right) / f64::from(answered.max(1)))
            })
            .sum();
        (f64::from(incorrect_matches) + weights).ceil()
    }
}

#[cfg(test)]
mod tests {
    use super::{WeightedMatches, right_match_weight};

    #[test]
    fn weights_are_counted_and_the_source_is_left_out() {
        let rows: [[Option<bool>; 2]; 3] = [[Some(true), Some(false)], [Some(true), None], [Some(false), Some(true)]];
        let wrong = [1, 0, 1];
        let weighted = WeightedMatches::new(wrong.into_iter().zip(rows.iter().map(|row| &row[..])), 2);
        // Persons 0 and 1 are both right on the first item, on which one of the two persons with one wrong is right.
        let of = weighted.of((1, &rows[0]), (0, &rows[1]), 3);
        assert_eq!(of, (3.0 + right_match_weight(0.5)).ceil());
        // Nothing shared: no weight.
        assert_eq!(weighted.of((1, &rows[0]), (1, &rows[2]), 0), 0.0);
    }
}

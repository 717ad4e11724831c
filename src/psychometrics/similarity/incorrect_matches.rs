//! The K indices: identical wrong responses against a binomial whose rate comes from persons like the copier.

use crate::psychometrics::similarity::wrong_count_regression::{RateCurve, SharedResponses, WrongCountGroups};
use crate::stats::binomial;
use crate::stats::tail::Tail;

/// The null of one source for all three K indices.
#[derive(Clone, Debug)]
pub struct BinomialNull {
    groups: WrongCountGroups,
    linear: RateCurve,
    quadratic: RateCurve,
}

impl BinomialNull {
    /// Learns the rates from everyone but the source.
    ///
    /// **Input**: persons with `trials` = items the source has wrong and the person answered, `matches` = identical
    /// wrong responses among them; number of items of the form.
    ///
    /// **Reference**: Holland, P. W. (1996). Assessing unusual agreement between the incorrect answers of two
    /// examinees using the K-index (ETS RR-96-7); Sotaridona, L. S. & Meijer, R. R. (2002). Statistical properties of
    /// the K-index for detecting answer copying. Journal of Educational Measurement 39, 115–132, equations 6 and 7.
    pub fn new(persons: impl IntoIterator<Item = SharedResponses>, items: usize) -> Self {
        let groups = WrongCountGroups::new(persons, items);
        let (linear, quadratic) = (groups.polynomial_rate(1), groups.polynomial_rate(2));
        Self { groups, linear, quadratic }
    }

    /// K: P(Bin(w_s, p̂) ≥ m), p̂ the rate among persons with the copier's number of wrong responses.
    ///
    /// **Input**: the copier's wrong count, m identical wrong responses, w_s items on which they could be.
    ///
    /// **Returns**: the exact upper tail; `None` when no person has this wrong count (the copier, who is a person
    /// too, was not among those given).
    pub fn k(&self, wrong: u32, matches: u32, trials: u32) -> Option<Tail> {
        if matches == 0 {
            return Some(Tail::CERTAIN);
        }
        self.groups.group_rate(wrong).map(|rate| tail(matches, trials, rate))
    }

    /// K1: as [`Self::k`], p̂ by linear regression of the rates on the proportion wrong.
    pub fn k1(&self, wrong: u32, matches: u32, trials: u32) -> Tail {
        tail(matches, trials, self.linear.at(wrong))
    }

    /// K2: as [`Self::k`], p̂ by quadratic regression.
    pub fn k2(&self, wrong: u32, matches: u32, trials: u32) -> Tail {
        tail(matches, trials, self.quadratic.at(wrong))
    }
}

fn tail(matches: u32, trials: u32, rate: f64) -> Tail {
    binomial::upper_tail(u64::from(matches), u64::from(trials), rate)
}

#[cfg(test)]
mod tests {
    use super::BinomialNull;
    use crate::psychometrics::similarity::wrong_count_regression::SharedResponses;

    #[test]
    fn counted_by_hand() {
        let persons = [(4, 1.0), (4, 3.0), (8, 4.0)];
        let null = BinomialNull::new(persons.map(|(wrong, matches)| SharedResponses { wrong, trials: 4, matches }), 10);
        // Rate 1/2 among those with four wrong: P(Bin(4, 1/2) ≥ 3) = 5/16.
        assert!((null.k(4, 3, 4).unwrap().probability - 0.3125).abs() < 1e-15);
        assert!(null.k(5, 3, 4).is_none());
        // The line through (4, 1/2) and (8, 1) is 3/4 at six: P(Bin(4, 3/4) ≥ 4) = 81/256.
        assert!((null.k1(6, 4, 4).probability - 0.31640625).abs() < 1e-14);
        assert!((null.k2(6, 4, 4).probability - 0.31640625).abs() < 1e-14);
    }
}

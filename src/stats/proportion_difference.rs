//! Two proportions beside each other: how far they differ, and whether by more than chance.

use crate::stats::exact_tables::TwoByTwo;
use crate::stats::intervals::wilson;
use crate::stats::normal::upper_tail;

/// Own proportion less that of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionDifference {
    /// The difference, −1 to 1.
    pub difference: f64,
    /// Ends of its interval.
    pub interval: (f64, f64),
    /// Standardised difference; positive = the own proportion is the higher.
    pub z: f64,
    /// P(Z ≥ z).
    pub greater: f64,
}

/// The score test of two proportions, with Newcombe's interval of their difference.
///
/// **Input**: hits of the own and the other group; `level` of the interval, such as 0.95.
///
/// **Formula**: z = (p₁ − p₂)/√(p(1 − p)(1/n₁ + 1/n₂)) with the pooled p; the interval joins the score intervals (l, u) of
/// both: d − √((p₁ − l₁)² + (u₂ − p₂)²) to d + √((u₁ − p₁)² + (p₂ − l₂)²).
///
/// **Returns**: `None` for an unsound table or an empty group; z = 0 where everybody or nobody has the property.
///
/// **Reference**: Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in
/// Medicine 17, 873–890, method 10.
///
/// **Example**: 56 of 70 and 48 of 80, the paper's example (a): 0.2000, 0.0524 to 0.3339.
/// ```
/// use kaojian::stats::exact_tables::TwoByTwo;
/// use kaojian::stats::proportion_difference::proportion_difference;
/// let table = TwoByTwo { own_hits: 56, own: 70, other_hits: 48, other: 80 };
/// let found = proportion_difference(&table, 0.95).unwrap();
/// assert!((found.difference - 0.2).abs() < 1e-12);
/// assert!((found.interval.0 - 0.0524).abs() < 5e-5 && (found.interval.1 - 0.3339).abs() < 5e-5);
/// ```
pub fn proportion_difference(table: &TwoByTwo, level: f64) -> Option<ProportionDifference> {
    if table.own_hits > table.own || table.other_hits > table.other || table.own == 0 || table.other == 0 {
        return None;
    }
    let (own, other) = (table.own as f64, table.other as f64);
    let (first, second) = (table.own_hits as f64 / own, table.other_hits as f64 / other);
    let pooled = (table.own_hits + table.other_hits) as f64 / (own + other);
    let difference = first - second;
    let error = (pooled * (1.0 - pooled) * (1.0 / own + 1.0 / other)).sqrt();
    let z = if error > 0.0 { difference / error } else { 0.0 };
    let (low, high) = wilson(table.own_hits, table.own, level);
    let (other_low, other_high) = wilson(table.other_hits, table.other, level);
    let below = (first - low).hypot(other_high - second);
    let above = (high - first).hypot(second - other_low);
    Some(ProportionDifference {
        difference,
        interval: (difference - below, difference + above),
        z,
        greater: upper_tail(z),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_by_hand() {
        // 30 of 40 and 20 of 40: p = 50/80, z = 0.25/√(0.625·0.375·2/40) = 2.3094.
        let found =
            proportion_difference(&TwoByTwo { own_hits: 30, own: 40, other_hits: 20, other: 40 }, 0.95).unwrap();
        assert!((found.z - 0.25 / f64::sqrt(0.625 * 0.375 * 0.05)).abs() < 1e-12);
        assert!(found.interval.0 > 0.0 && found.interval.1 < 0.5 && found.greater < 0.02);
    }

    #[test]
    fn nothing_to_compare_is_none_and_no_variance_is_no_difference() {
        let of = |own_hits, own, other_hits, other| {
            proportion_difference(&TwoByTwo { own_hits, own, other_hits, other }, 0.95)
        };
        assert_eq!(of(0, 0, 1, 2), None);
        assert_eq!(of(3, 2, 1, 2), None);
        let all = of(5, 5, 9, 9).unwrap();
        assert_eq!((all.z, all.difference), (0.0, 0.0));
    }
}

//! How many lots each stratum gets.

use serde::{Deserialize, Serialize};

/// The share of one stratum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The stratum; empty where the list is not divided, or its cell was blank.
    pub stratum: String,
    /// Bodies in it.
    pub bodies: u64,
    /// Whole part of its proportional share.
    pub whole: u64,
    /// What is left of the share, in parts of the whole list's length.
    pub remainder: u64,
    /// Bodies to draw.
    pub drawn: u64,
}

/// Deals `wanted` lots to strata in proportion to their size, by the largest remainder.
///
/// **Input**: strata with their number of bodies; `wanted` is at most the sum of them.
///
/// **Formula**: of a stratum with m of M bodies the share is wanted · m / M. Everyone gets the whole part
/// (wanted · m) div M; the lots left over go one each to the largest remainders (wanted · m) mod M, of equal ones to
/// the stratum first in byte order of its name.
///
/// **Returns** the shares in byte order of the strata. No stratum gets more lots than it has bodies.
///
/// **Reference**: Hamilton's method of apportionment; Balinski and Young (2001), Fair Representation, chapter 3.
///
/// **Example**: 4 of 4 + 3 + 3 bodies are shares of 1.6, 1.2 and 1.2, so 2, 1 and 1.
///
/// ```
/// use kaojian::draw::allocation::allocate;
/// let shares = allocate(4, &[("a", 4), ("b", 3), ("c", 3)].map(|(name, size)| (name.to_owned(), size)));
/// assert_eq!(shares.iter().map(|share| share.drawn).collect::<Vec<_>>(), [2, 1, 1]);
/// ```
pub fn allocate(wanted: u64, strata: &[(String, u64)]) -> Vec<Share> {
    let total: u64 = strata.iter().map(|(_, bodies)| bodies).sum();
    let mut shares: Vec<Share> = (strata.iter())
        .map(|(stratum, bodies)| {
            let parts = u128::from(wanted) * u128::from(*bodies);
            let divisor = u128::from(total.max(1));
            // Both are at most the larger of `wanted` and `total`.
            let [whole, remainder] =
                [parts / divisor, parts % divisor].map(|part| u64::try_from(part).unwrap_or(u64::MAX));
            Share { stratum: stratum.clone(), bodies: *bodies, whole, remainder, drawn: whole }
        })
        .collect();
    shares.sort_by(|a, b| a.stratum.cmp(&b.stratum));
    let left = wanted.saturating_sub(shares.iter().map(|share| share.whole).sum());
    // A stable sort keeps the byte order among equal remainders.
    let mut by_remainder: Vec<&mut Share> = shares.iter_mut().filter(|share| share.remainder > 0).collect();
    by_remainder.sort_by_key(|share| std::cmp::Reverse(share.remainder));
    for share in by_remainder.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        share.drawn += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn(wanted: u64, strata: &[(&str, u64)]) -> Vec<(String, u64, u64, u64)> {
        let strata: Vec<(String, u64)> = strata.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
        let shares = allocate(wanted, &strata).into_iter();
        shares.map(|share| (share.stratum, share.whole, share.remainder, share.drawn)).collect()
    }

    fn expected(rows: &[(&str, u64, u64, u64)]) -> Vec<(String, u64, u64, u64)> {
        rows.iter().map(|(name, a, b, c)| ((*name).to_owned(), *a, *b, *c)).collect()
    }

    #[test]
    fn tables_counted_by_hand() {
        // 5 of 17: 5·9/17 = 2 and 11/17, 5·5/17 = 1 and 8/17, 5·3/17 = 0 and 15/17. Two lots are left.
        assert_eq!(
            drawn(5, &[("large", 9), ("middle", 5), ("small", 3)]),
            expected(&[("large", 2, 11, 3), ("middle", 1, 8, 1), ("small", 0, 15, 1)])
        );
        // Equal remainders: 1 of 3 equal strata goes to the first in byte order, wherever it stands in the list.
        assert_eq!(
            drawn(1, &[("乙", 2), ("B", 2), ("a", 2)]),
            expected(&[("B", 0, 2, 1), ("a", 0, 2, 0), ("乙", 0, 2, 0)])
        );
        // Everyone, and a share without a remainder.
        assert_eq!(drawn(6, &[("a", 2), ("b", 4)]), expected(&[("a", 2, 0, 2), ("b", 4, 0, 4)]));
        assert_eq!(drawn(3, &[("a", 2), ("b", 4)]), expected(&[("a", 1, 0, 1), ("b", 2, 0, 2)]));
        assert_eq!(drawn(2, &[("", 7)]), expected(&[("", 2, 0, 2)]));
    }

    proptest! {
        #[test]
        fn every_lot_is_dealt_and_none_twice(sizes in proptest::collection::vec(1_u64..60, 1..12), part in 0.0_f64..=1.0) {
            let total: u64 = sizes.iter().sum();
            let wanted = ((total as f64) * part).floor() as u64;
            let strata: Vec<(String, u64)> =
                sizes.iter().enumerate().map(|(at, size)| (format!("{at:02}"), *size)).collect();
            let shares = allocate(wanted, &strata);
            prop_assert_eq!(shares.iter().map(|share| share.drawn).sum::<u64>(), wanted);
            for share in &shares {
                prop_assert!(share.drawn <= share.bodies);
                // Within one of the exact share (the quota rule).
                prop_assert!(share.drawn == share.whole || share.drawn == share.whole + 1);
            }
        }
    }
}

//! Who of two persons with like sheets is the likely source: the one nearer to the key where they differ.
//!
//! The rule is one of plausibility. People copy from those they take for abler, and a copier's own work shows on the items
//! on which the two differ. It says nothing when both know as much, when nearly everything was copied, or when a key was
//! shared by both; and it is wrong when somebody copied from a weaker neighbour. It never makes a flag.

use crate::stats::binomial::upper_tail;

/// A source is named at this level of the two-sided sign test only.
pub const SOURCE_LEVEL: f64 = 0.05;

/// What two sheets show of who is nearer to the key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearerToKey {
    /// Items on which the two differ and the first is right.
    pub first_right: u32,
    /// Items on which the two differ and the second is right.
    pub second_right: u32,
    /// Two-sided sign test of the two counts.
    pub p_value: f64,
}

/// Compares two sheets item by item.
///
/// **Input**: codes of both and the key, 0 = missing.
///
/// **Formula**: of n items with exactly one right response, x from the first: p = min(1, 2 P(Bin(n, ½) ≥ max(x, n − x))).
///
/// **Reference**: Dixon, W. J. & Mood, A. M. (1946). The statistical sign test. Journal of the American Statistical
/// Association 41, 557–566.
///
/// **Example**
/// ```
/// use kaojian::detect::similarity::likely_source::nearer_to_key;
/// let found = nearer_to_key(&[1, 1, 1, 1, 2, 0], &[2, 2, 2, 1, 1, 1], &[1; 6]);
/// assert_eq!((found.first_right, found.second_right), (3, 1));
/// assert!((found.p_value - 10.0 / 16.0).abs() < 1e-12); // 2 · (4 + 1)/16
/// ```
pub fn nearer_to_key(first: &[u8], second: &[u8], key: &[u8]) -> NearerToKey {
    let (mut first_right, mut second_right) = (0, 0);
    for ((&a, &b), &key) in first.iter().zip(second).zip(key) {
        if a != 0 && b != 0 && a != b && key != 0 {
            first_right += u32::from(a == key);
            second_right += u32::from(b == key);
        }
    }
    let (trials, most) = (first_right + second_right, first_right.max(second_right));
    let p_value = (2.0 * upper_tail(u64::from(most), u64::from(trials), 0.5).probability).min(1.0);
    NearerToKey { first_right, second_right, p_value }
}

/// The likely source of a cluster: the person nearer to the key than every one of its partners, all counts added up.
///
/// **Input**: flagged pairs by sheet, each with what [`nearer_to_key`] says of (a, b).
///
/// **Returns**: the sheet and the p-value of its added counts; `None` when nobody is ahead of every partner, when
/// somebody outside its pairs is ahead too, or when the added counts are not past [`SOURCE_LEVEL`].
pub fn likely_source(pairs: &[((usize, usize), NearerToKey)]) -> Option<(usize, f64)> {
    let mut persons: Vec<usize> = pairs.iter().flat_map(|((a, b), _)| [*a, *b]).collect();
    persons.sort_unstable();
    persons.dedup();
    let ahead: Vec<(usize, f64)> = persons
        .into_iter()
        .filter_map(|person| {
            let own = pairs.iter().filter_map(|((a, b), found)| match person {
                _ if person == *a => Some((found.first_right, found.second_right)),
                _ if person == *b => Some((found.second_right, found.first_right)),
                _ => None,
            });
            let (mut wins, mut losses) = (0, 0);
            for (own, other) in own {
                if own <= other {
                    return None;
                }
                wins += own;
                losses += other;
            }
            let p_value = 2.0 * upper_tail(u64::from(wins), u64::from(wins + losses), 0.5).probability;
            (p_value <= SOURCE_LEVEL).then_some((person, p_value))
        })
        .collect();
    match ahead[..] {
        [one] => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{NearerToKey, likely_source};

    fn found(first_right: u32, second_right: u32) -> NearerToKey {
        NearerToKey { first_right, second_right, p_value: 1.0 }
    }

    #[test]
    fn a_star_has_its_centre_and_a_tie_nobody() {
        let star = [((1, 5), found(2, 12)), ((2, 5), found(3, 9)), ((5, 8), found(10, 4))];
        assert_eq!(likely_source(&star).map(|(sheet, _)| sheet), Some(5));
        assert_eq!(likely_source(&[((1, 2), found(5, 5))]), None);
        assert_eq!(likely_source(&[((1, 2), found(4, 1))]), None);
        // Two heads of one chain: neither is the one source.
        assert_eq!(likely_source(&[((1, 2), found(20, 2)), ((2, 3), found(2, 20))]), None);
    }
}

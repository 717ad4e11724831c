//! Tables of groups by two outcomes: does the share differ between the groups at all?

use crate::stats::chi_square::upper_tail;
use crate::stats::exact_tables::ln_choose;

/// Tables that the exact test goes through at most.
const MOST_TABLES: f64 = 3e6;

/// Whether shares differ between groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Independence {
    /// Pearson's χ².
    pub chi_square: f64,
    /// Groups − 1.
    pub degrees_of_freedom: usize,
    /// Its p-value; rough when expected counts are below 5.
    pub chi_square_p_value: f64,
    /// Exact p-value; `None` when there are too many tables to go through.
    pub exact_p_value: Option<f64>,
}

/// Tests a table of groups × (hit or not).
///
/// **Input**: (hits, all) of each group, hits ≤ all.
///
/// **Formula**: χ² = Σ(n − e)²/e; exact: with the margins given P = Π C(nᵢ, xᵢ)/C(n, x), the sum over all tables no more
/// probable than the one observed (relative tolerance 1e-7).
///
/// **Returns**: `None` for fewer than two groups with entries, without a hit or with nothing but hits.
///
/// **Reference**: Pearson (1900), Philosophical Magazine 50, 157–175; Freeman & Halton (1951), Biometrika 38, 141–149.
///
/// **Example**: with two groups it is Fisher's test; the lady tasting tea, three of four right: 34/70.
/// ```
/// let found = kaojian::stats::contingency::independence(&[(3, 4), (1, 4)]).unwrap();
/// assert!((found.exact_p_value.unwrap() - 34.0 / 70.0).abs() < 1e-12);
/// assert!((found.chi_square - 2.0).abs() < 1e-12);
/// ```
pub fn independence(groups: &[(u64, u64)]) -> Option<Independence> {
    let groups: Vec<(u64, u64)> = groups.iter().copied().filter(|group| group.1 > 0).collect();
    let hits: u64 = groups.iter().map(|group| group.0).sum();
    let all: u64 = groups.iter().map(|group| group.1).sum();
    if groups.len() < 2 || hits == 0 || hits == all || groups.iter().any(|(hits, all)| hits > all) {
        return None;
    }
    let share = hits as f64 / all as f64;
    let mut chi_square = 0.0;
    for (own_hits, own) in &groups {
        for (count, expected) in
            [(*own_hits as f64, *own as f64 * share), ((own - own_hits) as f64, *own as f64 * (1.0 - share))]
        {
            chi_square += (count - expected).powi(2) / expected;
        }
    }
    let degrees_of_freedom = groups.len() - 1;
    let chi_square_p_value = upper_tail(chi_square, degrees_of_freedom as f64);
    Some(Independence { chi_square, degrees_of_freedom, chi_square_p_value, exact_p_value: exact(&groups, hits, all) })
}

fn exact(groups: &[(u64, u64)], hits: u64, all: u64) -> Option<f64> {
    if count_tables(groups, hits) > MOST_TABLES {
        return None;
    }
    let totals: Vec<u64> = groups.iter().map(|group| group.1).collect();
    let observed: f64 = groups.iter().map(|(hits, all)| ln_choose(*all, *hits)).sum::<f64>() - ln_choose(all, hits);
    // What the groups from each one on can hold.
    let mut room = vec![0; totals.len() + 1];
    for index in (0..totals.len()).rev() {
        room[index] = room[index + 1] + totals[index];
    }
    let walk = Walk { totals, room, limit: observed + 1e-7 };
    Some(walk.sum(0, hits, -ln_choose(all, hits)).min(1.0))
}

/// How many tables have these margins; as a float, since only the order of magnitude counts.
fn count_tables(groups: &[(u64, u64)], hits: u64) -> f64 {
    let hits = hits as usize;
    // Far more hits than any enumeration could go through.
    if hits > 20_000 {
        return f64::INFINITY;
    }
    let mut ways = vec![0.0; hits + 1];
    ways[0] = 1.0;
    for (_, own) in groups {
        let mut before = 0.0;
        let sums: Vec<f64> = ways
            .iter()
            .map(|way| {
                before += way;
                before
            })
            .collect();
        for (total, (way, sum)) in ways.iter_mut().zip(&sums).enumerate() {
            let out = usize::try_from(*own).ok().and_then(|own| total.checked_sub(own + 1));
            *way = sum - out.map_or(0.0, |out| sums[out]);
        }
    }
    ways[hits]
}

struct Walk {
    totals: Vec<u64>,
    room: Vec<u64>,
    limit: f64,
}

impl Walk {
    /// Sum of the probabilities of all tables at or below the limit, from one group on.
    fn sum(&self, index: usize, hits: u64, ln_probability: f64) -> f64 {
        let (own, rest) = (self.totals[index], self.room[index + 1]);
        if index + 1 == self.totals.len() {
            let ln_probability = ln_probability + ln_choose(own, hits);
            return if ln_probability <= self.limit { ln_probability.exp() } else { 0.0 };
        }
        (hits.saturating_sub(rest)..=own.min(hits))
            .map(|here| self.sum(index + 1, hits - here, ln_probability + ln_choose(own, here)))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_counted() {
        // x + y + z = 2 with x ≤ 1, y ≤ 2, z ≤ 2: five ways.
        assert_eq!(count_tables(&[(0, 1), (0, 2), (2, 2)], 2), 5.0);
    }

    #[test]
    fn what_cannot_be_tested_is_not() {
        for groups in [vec![], vec![(1, 2)], vec![(0, 3), (0, 4)], vec![(3, 3), (4, 4)], vec![(1, 2), (0, 0)]] {
            assert!(independence(&groups).is_none(), "{groups:?}");
        }
        let many: Vec<(u64, u64)> = vec![(500, 1000); 12];
        assert_eq!(independence(&many).unwrap().exact_p_value, None);
    }
}

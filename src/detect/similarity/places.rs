//! Whether the flagged pairs crowd in some rooms or centres, beyond what their numbers of sheets explain.
//!
//! Flagged pairs share persons, so that they are not independent draws: the places are dealt out anew among all sheets,
//! and the flagged pairs stay as they are. A draw answers how many flagged pairs would lie within each place if places had
//! nothing to do with them.

use crate::detect::similarity::flag_rule::FlaggedPair;
use crate::detect::similarity::matrix::SheetMatrix;
use crate::model::answer::AnswerSheet;
use crate::stats::multiplicity::holm;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Draws that place tests rest on.
pub const PLACE_DRAWS: u32 = 19_999;
/// Most single places drawn in all, so that very many flagged pairs take no minutes.
const MOST_PLACES_DRAWN: u64 = 200_000_000;

/// One room or centre.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceTest {
    /// Its name, as the data give it.
    pub place: String,
    /// Sheets there.
    pub sheets: u64,
    /// Pairs of sheets within.
    pub pairs: u64,
    /// Flagged pairs within.
    pub flagged: u64,
    /// Flagged pairs expected within, if places had nothing to do with them.
    pub expected: f64,
    /// Share of draws with at least as many, the data counted as one draw.
    pub p_value: f64,
    /// The same by Holm over all places with two sheets or more.
    pub adjusted_p_value: f64,
}

/// All places together, and each.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceTests {
    /// Flagged pairs whose places are both known.
    pub flagged: u64,
    /// Those within one place, whichever.
    pub within: u64,
    /// How many of them are expected.
    pub expected_within: f64,
    /// Share of draws with at least as many within one place.
    pub p_value: f64,
    /// Draws made.
    pub draws: u32,
    /// Places with two sheets or more: most flagged pairs first, then by name.
    pub places: Vec<PlaceTest>,
}

/// Counts the flagged pairs within each place and compares them with places dealt out at random.
///
/// **Input**: the place of each sheet, empty = not known; flagged pairs by sheet.
///
/// **Formula**: p = (1 + draws with at least as many) / (1 + draws): exact whatever the number of draws.
///
/// **Returns**: small p-values say that flagged pairs crowd there; `None` when no two places are known.
///
/// **Reference**: Phipson, B. & Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical Applications
/// in Genetics and Molecular Biology 9, 39.
pub fn place_tests(place_of: &[&str], flags: &[(usize, usize)], draws: u32, seed: u64) -> Option<PlaceTests> {
    let mut sheets: BTreeMap<&str, u64> = BTreeMap::new();
    place_of.iter().filter(|place| !place.is_empty()).for_each(|place| *sheets.entry(place).or_default() += 1);
    if sheets.len() < 2 {
        return None;
    }
    let names: Vec<&str> = sheets.keys().copied().collect();
    let number = |sheet: usize| names.binary_search(place_of.get(sheet)?).ok();
    // Flagged pairs between sheets of known place, the sheets numbered anew.
    let mut involved: BTreeMap<usize, usize> = BTreeMap::new();
    let mut actual = Vec::new();
    let mut pairs = Vec::new();
    for &(a, b) in flags {
        if let (Some(place_a), Some(place_b)) = (number(a), number(b)) {
            let mut new = |sheet: usize, place: usize| {
                *involved.entry(sheet).or_insert_with(|| {
                    actual.push(place);
                    actual.len() - 1
                })
            };
            pairs.push((new(a, place_a), new(b, place_b)));
        }
    }
    let observed = within(&pairs, &actual, names.len());
    let all_within: u64 = observed.iter().sum();
    let draws = u64::from(draws).min(MOST_PLACES_DRAWN / (actual.len() as u64).max(1)).max(1) as u32;
    let mut labels: Vec<usize> =
        sheets.values().enumerate().flat_map(|(place, &count)| std::iter::repeat_n(place, count as usize)).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // A place without a flagged pair always has as many: only the others are counted.
    let (mut as_many, mut as_many_within) = (vec![1u64; names.len()], 1u64);
    let with_pairs: Vec<usize> = (0..names.len()).filter(|&place| observed[place] > 0).collect();
    let mut drawn = vec![0u64; names.len()];
    for _ in 0..draws {
        for place in 0..actual.len() {
            let other = random.random_range(place..labels.len());
            labels.swap(place, other);
        }
        let alike = || pairs.iter().filter(|(a, b)| labels[*a] == labels[*b]).map(|(a, _)| labels[*a]);
        let mut all = 0;
        for place in alike() {
            drawn[place] += 1;
            all += 1;
        }
        as_many_within += u64::from(all >= all_within);
        for &place in &with_pairs {
            as_many[place] += u64::from(drawn[place] >= observed[place]);
        }
        for place in alike() {
            drawn[place] = 0;
        }
    }
    for (count, _) in as_many.iter_mut().zip(&observed).filter(|(_, observed)| **observed == 0) {
        *count += u64::from(draws);
    }
    let share = |count: u64| count as f64 / (f64::from(draws) + 1.0);
    let pairs_of = |count: u64| count * (count - 1) / 2;
    let known: u64 = sheets.values().sum();
    let chance = |pairs: u64| pairs as f64 / pairs_of(known).max(1) as f64;
    let places: Vec<usize> = (0..names.len()).filter(|&place| sheets[names[place]] >= 2).collect();
    let p_values: Vec<f64> = places.iter().map(|&place| share(as_many[place])).collect();
    let adjusted = holm(&p_values);
    let mut tests: Vec<PlaceTest> = places
        .iter()
        .zip(p_values.iter().zip(adjusted))
        .map(|(&place, (&p_value, adjusted_p_value))| {
            let count = sheets[names[place]];
            PlaceTest {
                place: names[place].to_owned(),
                sheets: count,
                pairs: pairs_of(count),
                flagged: observed[place],
                expected: pairs.len() as f64 * chance(pairs_of(count)),
                p_value,
                adjusted_p_value,
            }
        })
        .collect();
    tests.sort_by(|x, y| y.flagged.cmp(&x.flagged).then_with(|| x.place.cmp(&y.place)));
    let within_pairs: u64 = sheets.values().map(|&count| pairs_of(count)).sum();
    Some(PlaceTests {
        flagged: pairs.len() as u64,
        within: all_within,
        expected_within: pairs.len() as f64 * chance(within_pairs),
        p_value: share(as_many_within),
        draws,
        places: tests,
    })
}

/// [`place_tests`] of the rooms of a form; of several batches, rooms are those of a batch.
pub(super) fn flagged_by_place(matrix: &SheetMatrix<'_>, flags: &[FlaggedPair], seed: u64) -> Option<PlaceTests> {
    if flags.is_empty() {
        return None;
    }
    let place = |sheet: &&AnswerSheet| match &sheet.room {
        Some(room) if sheet.batch_id.as_str().is_empty() => room.to_string(),
        Some(room) => format!("{} {room}", sheet.batch_id),
        None => String::new(),
    };
    let places: Vec<String> = matrix.sheets.iter().map(place).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let pairs: Vec<(usize, usize)> = flags.iter().map(|flag| (flag.pair.a, flag.pair.b)).collect();
    place_tests(&places, &pairs, PLACE_DRAWS, seed)
}

/// Pairs within each place.
fn within(pairs: &[(usize, usize)], place_of: &[usize], places: usize) -> Vec<u64> {
    let mut counts = vec![0; places];
    for &(a, b) in pairs {
        if place_of[a] == place_of[b] {
            counts[place_of[a]] += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::place_tests;

    /// Ten rooms of ten.
    fn rooms() -> Vec<String> {
        (0..100).map(|sheet| format!("R{}", sheet / 10)).collect()
    }

    #[test]
    fn one_pair_within_a_room_is_counted_by_hand() {
        let rooms = rooms();
        let places: Vec<&str> = rooms.iter().map(String::as_str).collect();
        let tests = place_tests(&places, &[(0, 1)], 9999, 3).unwrap();
        // One pair lies within its room with probability 9/99; within this room, a tenth of that.
        assert!((tests.p_value - 1.0 / 11.0).abs() < 0.01, "{}", tests.p_value);
        assert!((tests.expected_within - 1.0 / 11.0).abs() < 1e-12);
        assert_eq!((tests.places[0].place.as_str(), tests.places[0].flagged), ("R0", 1));
        assert!((tests.places[0].p_value - 1.0 / 110.0).abs() < 0.004, "{}", tests.places[0].p_value);
        assert_eq!(tests.places[1].p_value, 1.0);
    }

    #[test]
    fn a_crowded_room_is_found_and_spread_pairs_are_not() {
        let rooms = rooms();
        let places: Vec<&str> = rooms.iter().map(String::as_str).collect();
        let crowded = place_tests(&places, &[(0, 1), (2, 3), (4, 5), (30, 71)], 9999, 1).unwrap();
        assert!(crowded.places[0].adjusted_p_value <= 0.01, "{:?}", crowded.places[0]);
        // A star of one person with everybody else's neighbours is one person's doing.
        let spread = place_tests(&places, &[(0, 11), (22, 33), (44, 55), (66, 77)], 9999, 1).unwrap();
        assert_eq!((spread.within, spread.p_value), (0, 1.0));
        assert!(place_tests(&["", "A", "A"], &[(1, 2)], 99, 1).is_none());
    }
}

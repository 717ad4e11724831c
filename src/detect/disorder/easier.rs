//! Items that are easier in a later use than in an earlier one, for people of the same score on the common items.

use crate::detect::disorder::parameters::DisorderParameters;
use crate::detect::item_uses::{Use, pooled, score_strata};
use crate::model::ids::{BatchId, ItemId};
use crate::stats::exact_tables::TwoByTwo;
use crate::stats::mantel_haenszel::mantel_haenszel;
use crate::stats::multiplicity::benjamini_hochberg_in_family;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// One item of one later use beside an earlier one.
#[derive(Clone, Debug)]
pub(super) struct Shift<'a> {
    /// The later batch.
    pub batch_id: &'a BatchId,
    /// The earlier batch.
    pub earlier: &'a BatchId,
    /// Its day.
    pub earlier_day: NaiveDate,
    /// The item.
    pub item_id: &'a ItemId,
    /// Answered as keyed: later, of how many; earlier, of how many.
    pub counts: TwoByTwo,
    /// How much easier, hundredths of the delta scale.
    pub delta_hundredths: i64,
    /// P-value, one-sided.
    p_value: f64,
    /// Adjusted over all tests.
    pub adjusted: f64,
    /// Past both criteria.
    pub is_flagged: bool,
}

/// Compares every use with the earlier one that shares most items with it, of equal ones the latest.
///
/// People who sat the later use may be better all round; that is no sign of anything. So only those with the same
/// number right on the common items are compared (the item itself among them: where responses follow one scale, that
/// number is all that separates the groups), and an item counts as easier where it gained beyond the others. A form
/// that is known as a whole does not show here.
pub(super) fn shifts<'a>(uses: &'a [Use<'a>], parameters: &DisorderParameters) -> Vec<Shift<'a>> {
    let mut users: BTreeMap<&ItemId, Vec<usize>> = BTreeMap::new();
    for (place, one) in uses.iter().enumerate() {
        one.items.iter().for_each(|item| users.entry(item).or_default().push(place));
    }
    let tested: Vec<Vec<Shift<'a>>> = uses
        .par_iter()
        .map(|later| {
            let mut in_common: BTreeMap<usize, usize> = BTreeMap::new();
            for place in later.items.iter().filter_map(|item| users.get(item)).flatten() {
                *in_common.entry(*place).or_default() += 1;
            }
            let earlier = in_common.into_iter().filter_map(|(place, items)| Some((items, uses.get(place)?)));
            let earlier = earlier.filter(|(_, other)| other.day < later.day && other.batch_id != later.batch_id);
            let best = earlier.max_by_key(|(items, other)| (*items, other.day, other.batch_id));
            best.map_or_else(Vec::new, |(_, earlier)| compare(later, earlier, parameters))
        })
        .collect();
    let mut tested: Vec<Shift<'a>> = tested.into_iter().flatten().collect();
    let p_values: Vec<f64> = tested.iter().map(|shift| shift.p_value).collect();
    let adjusted = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
    for (shift, adjusted) in tested.iter_mut().zip(adjusted) {
        shift.adjusted = adjusted;
        shift.is_flagged = adjusted <= parameters.significance_level
            && shift.delta_hundredths >= i64::from(parameters.minimum_delta_hundredths);
    }
    tested
}

/// Places of the items that two uses share, in both.
fn common(a: &Use<'_>, b: &Use<'_>) -> Vec<(usize, usize)> {
    let places = a.items.iter().enumerate();
    places.filter_map(|(place, item)| Some((place, b.items.binary_search(item).ok()?))).collect()
}

fn compare<'a>(later: &'a Use<'a>, earlier: &'a Use<'a>, parameters: &DisorderParameters) -> Vec<Shift<'a>> {
    let common = common(later, earlier);
    if common.len() < parameters.minimum_common_items.max(2) as usize {
        return Vec::new();
    }
    let scores = |rows: &[Vec<bool>], side: fn(&(usize, usize)) -> usize| -> Vec<usize> {
        rows.iter().map(|row| common.iter().filter(|pair| row.get(side(pair)) == Some(&true)).count()).collect()
    };
    let (later_scores, earlier_scores) = (scores(&later.rows, |pair| pair.0), scores(&earlier.rows, |pair| pair.1));
    common
        .iter()
        .filter_map(|(own, other)| {
            let side = |rows: &'a [Vec<bool>], scores: &'_ [usize], place: usize| {
                let right = rows.iter().map(move |row| row.get(place) == Some(&true));
                right.zip(scores.to_vec())
            };
            let strata = score_strata(
                common.len(),
                side(&later.rows, &later_scores, *own),
                side(&earlier.rows, &earlier_scores, *other),
            );
            let found = mantel_haenszel(&strata)?;
            // An odds ratio without an upper end is as large as any; the figure stops at what a report can show.
            let delta = (found.delta() * 100.0).clamp(-99_999.0, 99_999.0);
            Some(Shift {
                batch_id: later.batch_id,
                earlier: earlier.batch_id,
                earlier_day: earlier.day,
                item_id: later.items.get(*own)?,
                counts: pooled(&strata),
                delta_hundredths: delta.floor() as i64,
                p_value: found.greater,
                adjusted: 1.0,
                is_flagged: false,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Rasch responses of two hundred people of a mean ability.
    fn sat<'a>(batch_id: &'a BatchId, day: &str, mean: f64, seed: u64) -> Use<'a> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let items: Vec<ItemId> = (0..40).map(|item| format!("T{item:02}").as_str().into()).collect();
        let rows = (0..200)
            .map(|_| {
                let ability: f64 = mean + (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
                (0..40)
                    .map(|item| {
                        let difficulty = f64::from(item) / 10.0 - 2.0;
                        random.random::<f64>() < 1.0 / (1.0 + (difficulty - ability).exp())
                    })
                    .collect()
            })
            .collect();
        Use { batch_id, day: day.parse().expect("a date"), items, rows }
    }

    fn flagged(uses: &[Use<'_>]) -> Vec<String> {
        let found = shifts(uses, &DisorderParameters::default());
        found.iter().filter(|shift| shift.is_flagged).map(|shift| shift.item_id.to_string()).collect()
    }

    #[test]
    fn better_people_are_no_sign_and_known_items_are() {
        let (first, second) = (BatchId::from("B1"), BatchId::from("B2"));
        let quiet: usize = (0..20)
            .map(|seed| [sat(&first, "2025-05-10", 0.0, seed), sat(&second, "2025-08-09", 0.5, seed + 500)])
            .filter(|uses| !flagged(uses).is_empty())
            .count();
        // One in a hundred is the rate that the criterion allows.
        assert!(quiet <= 1, "{quiet} of 20 honest pairs of uses");
        let mut leaked = [sat(&first, "2025-05-10", 0.0, 1), sat(&second, "2025-08-09", 0.0, 2)];
        // Six items of middling difficulty that four in five know beforehand.
        let mut random = ChaCha8Rng::seed_from_u64(9);
        for row in &mut leaked[1].rows {
            if random.random::<f64>() < 0.8 {
                row[22..28].fill(true);
            }
        }
        let found = flagged(&leaked);
        let known: Vec<String> = (22..28).map(|item| format!("T{item}")).collect();
        assert!(known.iter().all(|item| found.contains(item)), "{found:?}");
        assert!(found.iter().all(|item| known.contains(item)), "{found:?}");
    }

    #[test]
    fn only_an_earlier_day_and_enough_items_are_compared() {
        let (first, second) = (BatchId::from("B1"), BatchId::from("B2"));
        let same_day = [sat(&first, "2025-05-10", 0.0, 1), sat(&second, "2025-05-10", 0.0, 2)];
        assert!(shifts(&same_day, &DisorderParameters::default()).is_empty());
        let mut few = [sat(&first, "2025-05-10", 0.0, 1), sat(&second, "2025-05-11", 0.0, 2)];
        few[1].items = (31..71).map(|item| format!("T{item:02}").as_str().into()).collect();
        assert!(shifts(&few, &DisorderParameters::default()).is_empty(), "nine items in common");
        few[1].items = (30..70).map(|item| format!("T{item:02}").as_str().into()).collect();
        assert_eq!(common(&few[1], &few[0]).len(), 10);
    }
}

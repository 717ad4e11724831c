//! Items that became easier after their first use, for people of the same score on the other items.
//!
//! A later cohort may be better all round: that is no sign of anything, so people are compared within strata of their
//! number right on items that all the uses have in common. Items that are far easier themselves are taken out of that
//! number in a second pass, since a score made of known items would hide them. An item counts as easier where it gained
//! beyond the others: a form that is known as a whole shows in the mean difference alone.

use crate::detect::item_bank::parameters::ItemBankParameters;
use crate::detect::item_uses::{Use, pooled, score_strata};
use crate::model::ids::ItemId;
use crate::model::item_evidence::ItemDrift;
use crate::stats::exact_tables::TwoByTwo;
use crate::stats::mantel_haenszel::{DeltaClass, MantelHaenszel, mantel_haenszel};
use crate::stats::multiplicity::benjamini_hochberg_in_family;
use crate::stats::proportion_difference::proportion_difference;
use chrono::NaiveDate;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Level of the interval that a table shows.
const INTERVAL: f64 = 0.95;

/// The delta scale ends here in figures: an odds ratio may have no end.
const GREATEST_DELTA: f64 = 999.99;

/// One item with what was found, before the adjustment over all items.
struct Tested<'a> {
    item_id: &'a ItemId,
    drift: ItemDrift,
    p_value: f64,
    is_large: bool,
    /// Days after the first on which it was used in a use that was compared: places in the list of uses.
    later: Vec<usize>,
}

/// What became of one item of one group of uses.
pub struct Drifted<'a> {
    /// Which group.
    pub group: usize,
    /// Which item.
    pub item_id: &'a ItemId,
    /// What was found.
    pub drift: ItemDrift,
    /// Places of the later uses in the group.
    pub later: Vec<usize>,
}

/// Compares the first use of every item with its later ones.
///
/// **Input**: groups of uses, each by day: those of one body, occupation and level; the day on which an item was last
/// revised, before which it was another item. **Returns** the items that could be
/// compared, by group and item; adjusted over all of them.
pub fn drifts<'a>(
    groups: &[Vec<&'a Use<'a>>],
    renewed: &BTreeMap<&ItemId, NaiveDate>,
    parameters: &ItemBankParameters,
) -> Vec<Drifted<'a>> {
    let tested: Vec<(usize, Vec<Tested<'a>>)> =
        groups.par_iter().enumerate().map(|(group, uses)| (group, of_group(uses, renewed, parameters))).collect();
    let mut all: Vec<(usize, Tested<'a>)> =
        tested.into_iter().flat_map(|(group, items)| items.into_iter().map(move |item| (group, item))).collect();
    let p_values: Vec<f64> = all.iter().map(|(_, item)| item.p_value).collect();
    let adjusted = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
    for ((_, item), adjusted) in all.iter_mut().zip(adjusted) {
        item.drift.adjusted_p_value = adjusted;
        item.drift.is_flagged =
            item.is_large && adjusted <= parameters.drift_significance_level && item.drift.difference > 0.0;
    }
    all.into_iter()
        .map(|(group, item)| Drifted { group, item_id: item.item_id, drift: item.drift, later: item.later })
        .collect()
}

fn of_group<'a>(
    uses: &[&'a Use<'a>],
    renewed: &BTreeMap<&ItemId, NaiveDate>,
    parameters: &ItemBankParameters,
) -> Vec<Tested<'a>> {
    let mut users: BTreeMap<&ItemId, Vec<usize>> = BTreeMap::new();
    for (place, one) in uses.iter().enumerate() {
        one.items.iter().for_each(|item| users.entry(item).or_default().push(place));
    }
    // Items with the same uses have their scores in common.
    let mut alike: BTreeMap<Vec<usize>, Vec<&'a ItemId>> = BTreeMap::new();
    for (item, mut places) in users {
        places.retain(|place| renewed.get(item).is_none_or(|renewed| uses[*place].day >= *renewed));
        let first = places.first().map(|place| uses[*place].day);
        if places.iter().any(|place| Some(uses[*place].day) > first) {
            alike.entry(places).or_default().push(item);
        }
    }
    let mut found: Vec<Tested<'a>> = alike
        .into_iter()
        .filter_map(|(places, items)| Some(Cohorts::choose(uses, &places, parameters)?.compare(&items, parameters)))
        .flatten()
        .collect();
    found.sort_by(|a, b| a.item_id.cmp(b.item_id));
    found
}

/// Uses that are compared, and the items that all of them have in common.
struct Cohorts<'a> {
    first: Vec<&'a Use<'a>>,
    later: Vec<&'a Use<'a>>,
    later_places: Vec<usize>,
    anchors: BTreeSet<&'a ItemId>,
}

impl<'a> Cohorts<'a> {
    /// The later use that shares most items with the first day, then every other one as long as enough stay in common.
    fn choose(uses: &[&'a Use<'a>], places: &[usize], parameters: &ItemBankParameters) -> Option<Self> {
        let least = parameters.drift_minimum_common_items.max(2) as usize;
        let day = uses[*places.first()?].day;
        let (first, later): (Vec<usize>, Vec<usize>) = places.iter().partition(|place| uses[**place].day == day);
        let items = |place: usize| uses[place].items.iter().collect::<BTreeSet<&'a ItemId>>();
        let reference = *first.iter().max_by_key(|place| (uses[**place].rows.len(), std::cmp::Reverse(**place)))?;
        let mut anchors = items(reference);
        let shared = |anchors: &BTreeSet<&ItemId>, place: usize| {
            uses[place].items.iter().filter(|item| anchors.contains(item)).count()
        };
        let mut order = later;
        order.sort_by_key(|place| (std::cmp::Reverse(shared(&anchors, *place)), *place));
        order.extend(first.iter().filter(|place| **place != reference));
        let mut chosen = Self {
            first: vec![uses[reference]],
            later: Vec::new(),
            later_places: Vec::new(),
            anchors: BTreeSet::new(),
        };
        for place in order {
            if shared(&anchors, place) < least {
                continue;
            }
            let own = items(place);
            anchors.retain(|item| own.contains(item));
            if uses[place].day == day {
                chosen.first.push(uses[place]);
            } else {
                chosen.later.push(uses[place]);
                chosen.later_places.push(place);
            }
        }
        chosen.later_places.sort_unstable();
        chosen.anchors = anchors;
        let sheets = |uses: &[&Use<'_>]| uses.iter().map(|one| one.rows.len()).sum::<usize>();
        let fewest = parameters.drift_minimum_candidates as usize;
        (sheets(&chosen.first) >= fewest && sheets(&chosen.later) >= fewest).then_some(chosen)
    }

    fn compare(&self, items: &[&'a ItemId], parameters: &ItemBankParameters) -> Vec<Tested<'a>> {
        let least = f64::from(parameters.drift_minimum_delta_hundredths) / 100.0;
        let first_pass = self.test(items, &self.anchors);
        let known: BTreeSet<&ItemId> = first_pass
            .iter()
            .filter(|(_, _, found)| found.delta().abs() >= least && found.class() == DeltaClass::C)
            .map(|(item, ..)| *item)
            .collect();
        let clean: BTreeSet<&'a ItemId> = self.anchors.iter().copied().filter(|item| !known.contains(item)).collect();
        let enough = clean.len() >= parameters.drift_minimum_common_items.max(2) as usize;
        let (tested, anchors) =
            if known.is_empty() || !enough { (first_pass, &self.anchors) } else { (self.test(items, &clean), &clean) };
        tested
            .into_iter()
            .filter_map(|(item_id, counts, found)| {
                let plain = proportion_difference(&counts, INTERVAL)?;
                let drift = ItemDrift {
                    first_right: counts.other_hits,
                    first: counts.other,
                    later_right: counts.own_hits,
                    later: counts.own,
                    difference: plain.difference,
                    interval: plain.interval,
                    plain_p_value: plain.greater,
                    delta: found.delta().clamp(-GREATEST_DELTA, GREATEST_DELTA),
                    delta_error: found.delta_error(),
                    class: found.class().as_str(),
                    adjusted_p_value: 1.0,
                    common_items: anchors.len() as u64,
                    is_flagged: false,
                };
                let is_large = found.delta() >= least && (found.class() == DeltaClass::C || least < 1.5);
                Some(Tested { item_id, drift, p_value: found.greater, is_large, later: self.later_places.clone() })
            })
            .collect()
    }

    /// Every item by the score on the anchors; the item itself is part of its score, as Holland and Thayer have it.
    fn test(
        &self,
        items: &[&'a ItemId],
        anchors: &BTreeSet<&'a ItemId>,
    ) -> Vec<(&'a ItemId, TwoByTwo, MantelHaenszel)> {
        let scored = |uses: &[&'a Use<'a>]| -> Vec<(&'a Use<'a>, Vec<usize>)> {
            uses.iter()
                .map(|one| {
                    let columns: Vec<usize> =
                        (0..one.items.len()).filter(|column| anchors.contains(&one.items[*column])).collect();
                    let score =
                        |row: &Vec<bool>| columns.iter().filter(|column| row.get(**column) == Some(&true)).count();
                    (*one, one.rows.iter().map(score).collect())
                })
                .collect()
        };
        let (first, later) = (scored(&self.first), scored(&self.later));
        items
            .iter()
            .filter_map(|item| {
                let is_anchor = anchors.contains(item);
                let side = |uses: &[(&'a Use<'a>, Vec<usize>)]| -> Vec<(bool, usize)> {
                    let mut answered = Vec::new();
                    for (one, scores) in uses {
                        let Ok(column) = one.items.binary_search(item) else { continue };
                        for (row, score) in one.rows.iter().zip(scores) {
                            let right = row.get(column) == Some(&true);
                            answered.push((right, score + usize::from(right && !is_anchor)));
                        }
                    }
                    answered
                };
                let strata = score_strata(anchors.len() + 1, side(&later).into_iter(), side(&first).into_iter());
                Some((*item, pooled(&strata), mantel_haenszel(&strata)?))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::BatchId;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Rasch responses; of the items in `known` a share of people holds the key.
    fn sat<'a>(batch: &'a BatchId, day: &str, mean: f64, known: &[usize], seed: u64) -> Use<'a> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let items: Vec<ItemId> = (0..40).map(|item| format!("T{item:02}").as_str().into()).collect();
        let rows = (0..150)
            .map(|_| {
                let ability: f64 = mean + (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
                let holds = random.random::<f64>() < 0.7;
                let right = |item: usize, random: &mut ChaCha8Rng| {
                    let difficulty = item as f64 / 10.0 - 2.0;
                    random.random::<f64>() < 1.0 / (1.0 + (difficulty - ability).exp())
                };
                (0..40).map(|item| right(item, &mut random) || holds && known.contains(&item)).collect()
            })
            .collect();
        Use { batch_id: batch, day: day.parse().expect("a date"), items, rows }
    }

    fn flagged(uses: &[Use<'_>]) -> Vec<String> {
        let groups = [uses.iter().collect::<Vec<_>>()];
        let found = drifts(&groups, &BTreeMap::new(), &ItemBankParameters::default());
        found.iter().filter(|one| one.drift.is_flagged).map(|one| one.item_id.to_string()).collect()
    }

    /// Four uses; twelve items of middling difficulty are known from the third one on.
    #[test]
    fn items_known_from_a_later_use_on_are_found_and_better_people_are_not() {
        let batches = ["B1", "B2", "B3", "B4"].map(BatchId::from);
        let days = ["2025-01-10", "2025-05-10", "2025-09-10", "2026-01-10"];
        let leaked: Vec<usize> = (20..32).collect();
        let (mut found, mut wrong, mut quiet) = (0, 0, 0);
        for round in 0..10_u64 {
            let city = |known: &[usize], mean: f64| -> Vec<Use<'_>> {
                let use_of = |number: usize| {
                    let known = if number >= 2 { known } else { &[] };
                    sat(&batches[number], days[number], mean * number as f64, known, 1_000 * round + number as u64)
                };
                (0..4).map(use_of).collect()
            };
            let names = flagged(&city(&leaked, 0.0));
            let is_leaked = |name: &&String| leaked.iter().any(|item| **name == format!("T{item}"));
            found += names.iter().filter(is_leaked).count();
            wrong += names.iter().filter(|name| !is_leaked(name)).count();
            quiet += usize::from(flagged(&city(&[], 0.3)).is_empty());
        }
        assert!(found >= 108, "{found} of 120");
        assert!(wrong <= 2, "{wrong}");
        assert!(quiet >= 9, "{quiet} of 10 honest rounds");
    }

    /// Ten sheets of ten items each side, counted by hand on the one item that differs.
    #[test]
    fn counts_are_those_of_the_first_and_all_later_days() {
        let batches = ["B1", "B2", "B3"].map(BatchId::from);
        let items: Vec<ItemId> = (0..12).map(|item| format!("T{item:02}").as_str().into()).collect();
        let rows = |right: usize, all: usize| -> Vec<Vec<bool>> {
            // The first item is right on so many sheets; the others alternate, so that scores do not differ by group.
            (0..all)
                .map(|row| (0..12).map(|item| if item == 0 { row < right } else { (row + item) % 2 == 0 }).collect())
                .collect()
        };
        let day = |text: &str| text.parse().expect("a date");
        let uses = [
            Use { batch_id: &batches[0], day: day("2025-01-10"), items: items.clone(), rows: rows(10, 40) },
            Use { batch_id: &batches[1], day: day("2025-02-10"), items: items.clone(), rows: rows(20, 40) },
            Use { batch_id: &batches[2], day: day("2025-03-10"), items: items.clone(), rows: rows(32, 40) },
        ];
        let groups = [uses.iter().collect::<Vec<_>>()];
        let found = drifts(&groups, &BTreeMap::new(), &ItemBankParameters::default());
        let first = found.iter().find(|one| one.item_id.as_str() == "T00").expect("compared");
        let ItemDrift { first_right, first: of, later_right, later, .. } = first.drift;
        assert_eq!((first_right, of, later_right, later), (10, 40, 52, 80));
        assert!((first.drift.difference - (52.0 / 80.0 - 0.25)).abs() < 1e-12);
        assert!(first.drift.is_flagged && first.drift.class == "C");
        assert_eq!(first.later, [1, 2]);
        // Revised before the second use: the first day is no use of it any more.
        let renewed: BTreeMap<&ItemId, NaiveDate> = [(&items[0], day("2025-02-01"))].into();
        let found = drifts(&groups, &renewed, &ItemBankParameters::default());
        let first = found.iter().find(|one| one.item_id.as_str() == "T00").expect("compared");
        assert_eq!((first.drift.first_right, first.drift.later_right), (20, 32));
        // Too few sheets, too few items in common, one day alone: nothing is compared.
        let strict = ItemBankParameters { drift_minimum_candidates: 41, ..ItemBankParameters::default() };
        assert!(drifts(&groups, &BTreeMap::new(), &strict).is_empty());
        let strict = ItemBankParameters { drift_minimum_common_items: 13, ..ItemBankParameters::default() };
        assert!(drifts(&groups, &BTreeMap::new(), &strict).is_empty());
    }
}

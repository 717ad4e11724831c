//! Each use of a form in a batch, as far as its items were also used on another day.

use crate::detect::similarity::grouping::{FormGroup, form_groups};
use crate::detect::similarity::matrix::build;
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, ItemId};
use crate::stats::exact_tables::TwoByTwo;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The sheets of one form in one batch, on items of more than one day.
#[derive(Clone, Debug)]
pub struct Use<'a> {
    /// The batch.
    pub batch_id: &'a BatchId,
    /// Its day.
    pub day: NaiveDate,
    /// Items in byte order.
    pub items: Vec<ItemId>,
    /// One row a sheet, one entry an item: whether it was answered as keyed.
    pub rows: Vec<Vec<bool>>,
}

/// Tables of one item by the score of those who answered it: own side and the others, each as (answered as keyed, score).
///
/// Scores run from 0 to `highest`; anything above it counts nowhere.
pub fn score_strata(
    highest: usize,
    own: impl Iterator<Item = (bool, usize)>,
    others: impl Iterator<Item = (bool, usize)>,
) -> Vec<TwoByTwo> {
    let mut strata = vec![TwoByTwo { own_hits: 0, own: 0, other_hits: 0, other: 0 }; highest + 1];
    for (right, score) in own {
        if let Some(stratum) = strata.get_mut(score) {
            stratum.own += 1;
            stratum.own_hits += u64::from(right);
        }
    }
    for (right, score) in others {
        if let Some(stratum) = strata.get_mut(score) {
            stratum.other += 1;
            stratum.other_hits += u64::from(right);
        }
    }
    strata
}

/// All strata together.
pub fn pooled(strata: &[TwoByTwo]) -> TwoByTwo {
    let sum = |part: fn(&TwoByTwo) -> u64| strata.iter().map(part).sum();
    TwoByTwo {
        own_hits: sum(|table| table.own_hits),
        own: sum(|table| table.own),
        other_hits: sum(|table| table.other_hits),
        other: sum(|table| table.other),
    }
}

/// Items with an identifier of their own, one key wherever they are listed, and two days of use or more.
fn shared_items(groups: &[FormGroup<'_>], days: &BTreeMap<&BatchId, NaiveDate>) -> BTreeSet<ItemId> {
    let mut seen: BTreeMap<&ItemId, (BTreeSet<&str>, BTreeSet<NaiveDate>)> = BTreeMap::new();
    for group in groups {
        let batches: BTreeSet<&BatchId> = group.sheets.iter().map(|sheet| &sheet.batch_id).collect();
        let of_group: BTreeSet<NaiveDate> = batches.iter().filter_map(|batch| days.get(*batch).copied()).collect();
        for item in &group.form_items {
            let Some((item_id, key)) = item.item_id.as_ref().zip(item.key.as_deref()) else { continue };
            let entry = seen.entry(item_id).or_default();
            entry.0.insert(key);
            entry.1.extend(&of_group);
        }
    }
    let shared = seen.into_iter().filter(|(_, (keys, days))| keys.len() == 1 && days.len() > 1);
    shared.map(|(item_id, _)| item_id.clone()).collect()
}

/// All uses, by day and batch. Empty where no item was used on two days.
pub fn uses(dataset: &Dataset) -> Vec<Use<'_>> {
    let days: BTreeMap<&BatchId, NaiveDate> =
        dataset.batches.iter().filter_map(|batch| Some((&batch.batch_id, batch.exam_date?))).collect();
    let groups = form_groups(dataset);
    let shared = shared_items(&groups, &days);
    let mut found = Vec::new();
    if shared.is_empty() {
        return found;
    }
    for group in &groups {
        let own: BTreeSet<&ItemId> = group.form_items.iter().filter_map(|item| item.item_id.as_ref()).collect();
        if !own.iter().any(|item_id| shared.contains(*item_id)) {
            continue;
        }
        let matrix = build(group, &dataset.answers, 1);
        let mut columns: Vec<usize> = (0..matrix.items.len())
            .filter(|column| shared.contains(&matrix.items[*column].item_id) && matrix.key[*column] > 0)
            .collect();
        columns.sort_by(|a, b| matrix.items[*a].item_id.cmp(&matrix.items[*b].item_id));
        columns.dedup_by(|a, b| matrix.items[*a].item_id == matrix.items[*b].item_id);
        if !matrix.key_given || columns.is_empty() {
            continue;
        }
        let items: Vec<ItemId> = columns.iter().map(|column| matrix.items[*column].item_id.clone()).collect();
        let mut by_batch: BTreeMap<&BatchId, Vec<Vec<bool>>> = BTreeMap::new();
        for (place, sheet) in matrix.sheets.iter().enumerate() {
            let row = matrix.row(place);
            let right = columns.iter().map(|column| row[*column] == matrix.key[*column]).collect();
            by_batch.entry(&sheet.batch_id).or_default().push(right);
        }
        for (batch_id, rows) in by_batch {
            if let Some(day) = days.get(batch_id) {
                found.push(Use { batch_id, day: *day, items: items.clone(), rows });
            }
        }
    }
    found.sort_by(|a, b| (a.day, a.batch_id, &a.items).cmp(&(b.day, b.batch_id, &b.items)));
    found
}

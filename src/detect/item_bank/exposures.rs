//! The items of every body, occupation and level over time.

use crate::detect::item_bank::drift::{Drifted, drifts};
use crate::detect::item_bank::measures::{Examined, renewed_on, whole_months};
use crate::detect::item_bank::parameters::ItemBankParameters;
use crate::detect::item_bank::uses::Uses;
use crate::detect::item_uses::{Use, uses};
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::form::FormItem;
use crate::model::ids::{BatchId, BodyId, ItemId};
use crate::model::item_evidence::{ItemDrift, ItemExposure, ItemHistory, PaperRenewal};
use crate::model::level::Level;
use crate::model::supervision::BankItem;
use chrono::NaiveDate;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Characters of a stem that a table of items shows.
const STEM_SHOWN: usize = 60;

/// Body, occupation (by code, else by name) and level.
type Field<'a> = (&'a BodyId, Option<&'a str>, Option<Level>);

/// Everything about items over time.
#[derive(Default)]
pub(super) struct Exposures {
    /// By body, occupation and level.
    pub found: Vec<ItemExposure>,
    /// Items of each batch that were used before and could be compared, with what was found.
    pub of_batch: BTreeMap<BatchId, Vec<(ItemId, ItemDrift)>>,
    /// Items compared in the data set.
    pub items_compared: usize,
}

fn field(batch: &Batch) -> Option<Field<'_>> {
    Some((batch.body_id.as_ref()?, batch.occupation_code.as_deref().or(batch.occupation.as_deref()), batch.level))
}

/// The items of a data set over time.
pub fn exposures(dataset: &Dataset, parameters: &ItemBankParameters) -> Vec<ItemExposure> {
    look(dataset, &Uses::new(dataset), &latest_rows(dataset), parameters).found
}

/// The bank, one row an item: of several the one revised last.
pub fn latest_rows(dataset: &Dataset) -> BTreeMap<&ItemId, &BankItem> {
    let mut bank: BTreeMap<&ItemId, &BankItem> = BTreeMap::new();
    for row in &dataset.item_bank {
        let newer = |known: &&BankItem| (known.revised_on, known.created_on) < (row.revised_on, row.created_on);
        if bank.get(&row.item_id).is_none_or(newer) {
            bank.insert(&row.item_id, row);
        }
    }
    bank
}

/// Goes through batches, forms and answers.
pub(super) fn look<'a>(
    dataset: &'a Dataset,
    forms: &Uses<'a>,
    bank: &BTreeMap<&'a ItemId, &'a BankItem>,
    parameters: &ItemBankParameters,
) -> Exposures {
    let mut batches: BTreeMap<Field<'a>, Vec<(NaiveDate, &'a Batch)>> = BTreeMap::new();
    for batch in &dataset.batches {
        if let (Some(field), Some(day)) = (field(batch), batch.exam_date) {
            batches.entry(field).or_default().push((day, batch));
        }
    }
    let answered = uses(dataset);
    let mut by_field: BTreeMap<Field<'a>, Vec<&Use<'_>>> = BTreeMap::new();
    for one in &answered {
        if let Some(field) = dataset.batch(one.batch_id).and_then(field) {
            by_field.entry(field).or_default().push(one);
        }
    }
    let (fields, groups): (Vec<Field<'a>>, Vec<Vec<&Use<'_>>>) = by_field.into_iter().unzip();
    // An item that was revised after its first use is another item from then on.
    let renewed: BTreeMap<&ItemId, NaiveDate> =
        bank.iter().filter_map(|(item_id, banked)| Some((*item_id, renewed_on(banked)?))).collect();
    let tested = drifts(&groups, &renewed, parameters);
    let mut exposures = Exposures { items_compared: tested.len(), ..Exposures::default() };
    for one in &tested {
        for place in &one.later {
            let batch_id = groups[one.group][*place].batch_id;
            let of_batch = exposures.of_batch.entry(batch_id.clone()).or_default();
            // A and B forms of one batch are two uses of one item.
            if of_batch.last().is_none_or(|(known, _)| known != one.item_id) {
                of_batch.push((one.item_id.clone(), one.drift));
            }
        }
    }
    let mut drift_of: BTreeMap<Field<'a>, BTreeMap<&ItemId, &Drifted<'_>>> = BTreeMap::new();
    for one in &tested {
        drift_of.entry(fields[one.group]).or_default().insert(one.item_id, one);
    }
    let none = BTreeMap::new();
    for (field, mut days) in batches {
        days.sort_by_key(|(day, batch)| (*day, &batch.batch_id));
        let examined = |batch: &'a Batch| Examined {
            batch: Some(batch),
            items: forms.items(&batch.batch_id),
            bank,
            uses: forms,
            parameters,
        };
        let papers: Vec<PaperRenewal> = days
            .iter()
            .filter_map(|(day, batch)| renewal(&examined(batch), field.0, *day, &batch.batch_id, &days))
            .collect();
        if papers.is_empty() {
            continue;
        }
        let items = histories(&days, forms, bank, drift_of.get(&field).unwrap_or(&none));
        exposures.found.push(summary(field, papers, items, parameters.maximum_items_reported));
    }
    exposures
}

fn renewal<'a>(
    examined: &Examined<'a>,
    body_id: &BodyId,
    day: NaiveDate,
    batch_id: &BatchId,
    days: &[(NaiveDate, &'a Batch)],
) -> Option<PaperRenewal> {
    let items = examined.items?;
    let ages = examined.ages(day);
    let first =
        days.iter().filter(|(_, batch)| examined.uses.items(&batch.batch_id).is_some()).map(|(day, _)| *day).min();
    let new = || items.keys().filter(|item_id| examined.is_new(body_id, item_id, day)).count() as u64;
    Some(PaperRenewal {
        batch_id: batch_id.clone(),
        exam_date: day,
        items: items.len() as u64,
        new_items: first.is_some_and(|first| first < day).then(new),
        items_dated: ages.len() as u64,
        median_age_months: ages.get(ages.len() / 2).copied(),
        oldest_months: ages.last().copied(),
    })
}

fn histories<'a>(
    days: &[(NaiveDate, &'a Batch)],
    forms: &Uses<'a>,
    bank: &BTreeMap<&'a ItemId, &'a BankItem>,
    drifts: &BTreeMap<&ItemId, &Drifted<'_>>,
) -> Vec<ItemHistory> {
    let mut used: BTreeMap<&'a ItemId, (Vec<NaiveDate>, &'a FormItem)> = BTreeMap::new();
    for (day, batch) in days {
        for (item_id, row) in forms.items(&batch.batch_id).into_iter().flatten() {
            used.entry(item_id).or_insert_with(|| (Vec::new(), row)).0.push(*day);
        }
    }
    used.into_iter()
        .filter_map(|(item_id, (days, row))| {
            let (first_used, last_used) = (*days.first()?, *days.last()?);
            let renewed = bank.get(item_id).and_then(|banked| renewed_on(banked));
            Some(ItemHistory {
                item_id: item_id.clone(),
                stem: row.stem.as_deref().unwrap_or_default().chars().take(STEM_SHOWN).collect::<String>().into(),
                batches: days.len() as u64,
                first_used,
                last_used,
                age_months: renewed.map(|renewed| whole_months(renewed, last_used)),
                drift: drifts.get(item_id).map(|one| one.drift),
                source: row.source,
            })
        })
        .collect()
}

fn summary(field: Field<'_>, papers: Vec<PaperRenewal>, mut items: Vec<ItemHistory>, most: usize) -> ItemExposure {
    let differences: Vec<f64> = items.iter().filter_map(|item| item.drift.map(|drift| drift.difference)).collect();
    let (items_used, items_reused) = (items.len(), items.iter().filter(|item| item.batches > 1).count());
    let flagged = |item: &ItemHistory| item.drift.is_some_and(|drift| drift.is_flagged);
    let delta = |item: &ItemHistory| item.drift.map_or(f64::NEG_INFINITY, |drift| drift.delta);
    items.retain(|item| item.batches > 1);
    items.sort_by(|a, b| {
        (Reverse(flagged(a)), Reverse(a.batches))
            .cmp(&(Reverse(flagged(b)), Reverse(b.batches)))
            .then_with(|| delta(b).total_cmp(&delta(a)))
            .then_with(|| a.item_id.cmp(&b.item_id))
    });
    items.truncate(most);
    ItemExposure {
        body_id: Some(field.0.clone()),
        occupation: field.1.map(Into::into),
        level: field.2,
        papers,
        items_used: items_used as u64,
        items_reused: items_reused as u64,
        items,
        items_compared: differences.len() as u64,
        mean_difference: (!differences.is_empty()).then(|| differences.iter().sum::<f64>() / differences.len() as f64),
    }
}

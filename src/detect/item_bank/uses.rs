//! Which items stood in which batch, and when a body used each.

use crate::detect::paper_rows::paper_rows;
use crate::model::dataset::Dataset;
use crate::model::form::FormItem;
use crate::model::ids::{BatchId, BodyId, FormId, ItemId};
use crate::model::level::Level;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What a body examines: its items are used again there.
type Field<'a> = (&'a BodyId, Option<&'a str>, Option<Level>);

/// The items of every batch, and the earlier batches of each body.
pub struct Uses<'a> {
    items: BTreeMap<&'a BatchId, BTreeMap<&'a ItemId, &'a FormItem>>,
    forms: BTreeMap<&'a BatchId, BTreeSet<&'a FormId>>,
    days: BTreeMap<(&'a BodyId, &'a ItemId), Vec<(NaiveDate, &'a BatchId)>>,
    fields: BTreeMap<Field<'a>, NaiveDate>,
}

impl<'a> Uses<'a> {
    /// Goes through sheets and forms once.
    pub fn new(dataset: &'a Dataset) -> Self {
        let mut forms = dataset.sheet_forms();
        let mut items: BTreeMap<&BatchId, BTreeMap<&ItemId, &FormItem>> = BTreeMap::new();
        for (batch_id, rows) in paper_rows(dataset).of_batch {
            forms.entry(batch_id).or_default().extend(rows.keys());
            let rows = rows.values().flatten().filter_map(|place| dataset.form_items.get(*place));
            let found: BTreeMap<&ItemId, &FormItem> =
                rows.filter_map(|item| Some((item.item_id.as_ref()?, item))).collect();
            if !found.is_empty() {
                items.insert(batch_id, found);
            }
        }
        let mut uses = Self { items, forms, days: BTreeMap::new(), fields: BTreeMap::new() };
        for batch in &dataset.batches {
            let (Some(body_id), Some(day)) = (&batch.body_id, batch.exam_date) else { continue };
            let Some(items) = uses.items.get(&batch.batch_id) else { continue };
            for item_id in items.keys() {
                uses.days.entry((body_id, item_id)).or_default().push((day, &batch.batch_id));
            }
            let field = (body_id, batch.occupation_code.as_deref(), batch.level);
            uses.fields.entry(field).and_modify(|first| *first = day.min(*first)).or_insert(day);
        }
        for days in uses.days.values_mut() {
            days.sort();
            days.dedup();
        }
        uses
    }

    /// Items of a batch, each with a row of its form.
    pub fn items(&self, batch_id: &BatchId) -> Option<&BTreeMap<&'a ItemId, &'a FormItem>> {
        self.items.get(batch_id)
    }

    /// Number of forms of a batch.
    pub fn forms(&self, batch_id: &BatchId) -> usize {
        self.forms.get(batch_id).map_or(0, BTreeSet::len)
    }

    /// Whether the body examined the same occupation and level before a day: without an earlier form every item is new,
    /// which says nothing.
    pub fn has_earlier(&self, field: Field<'_>, day: NaiveDate) -> bool {
        self.fields.get(&field).is_some_and(|first| *first < day)
    }

    /// The last day before another on which the body used an item.
    pub fn last_use_before(&self, body_id: &BodyId, item_id: &ItemId, day: NaiveDate) -> Option<NaiveDate> {
        let days = self.days.get(&(body_id, item_id))?;
        let earlier = days.partition_point(|(used, _)| *used < day);
        days[..earlier].last().map(|(used, _)| *used)
    }

    /// In how many batches of the body an item stood up to a day, that day included.
    pub fn exposure(&self, body_id: &BodyId, item_id: &ItemId, day: NaiveDate) -> usize {
        self.days.get(&(body_id, item_id)).map_or(0, |days| days.partition_point(|(used, _)| *used <= day))
    }
}

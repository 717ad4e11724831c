//! Which sheets belong to one form, and which rows of the `forms` table hold its key.

use crate::model::answer::AnswerSheet;
use crate::model::dataset::Dataset;
use crate::model::form::FormItem;
use crate::model::ids::{BatchId, FormId};
use std::collections::{BTreeMap, BTreeSet};

/// The sheets of one form, from every batch that used it.
#[derive(Clone, Debug)]
pub struct FormGroup<'a> {
    /// The form, when the data name one.
    pub form_id: Option<FormId>,
    /// Rows of the `forms` table for it, by item number; empty when there are none.
    pub form_items: Vec<&'a FormItem>,
    /// Sheets by batch, candidate and source.
    pub sheets: Vec<&'a AnswerSheet>,
}

/// What makes two sheets comparable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey {
    form_id: Option<FormId>,
    /// Content of the form where it is known; else what keeps strangers with the same form name apart.
    discriminator: String,
}

/// Rows of the `forms` table by form and by the batch they name.
type FormIndex<'a> = BTreeMap<FormId, BTreeMap<Option<BatchId>, Vec<&'a FormItem>>>;

/// Groups all sheets of the data set by form.
///
/// Sheets with a form identifier are compared across batches when the form is known to be the same: its rows in
/// `forms` agree (items and keys). Without rows a name such as `A` says nothing beyond its batch: two papers of one
/// name, taken for one, would make honest sheets look alike. A sheet that names no form takes the
/// only form listed for its batch (or the only form at all); else it is compared with the sheets of its
/// own batch and column layout.
pub fn form_groups(dataset: &Dataset) -> Vec<FormGroup<'_>> {
    let mut index: FormIndex<'_> = BTreeMap::new();
    for row in &dataset.form_items {
        index.entry(row.form_id.clone()).or_default().entry(row.batch_id.clone()).or_default().push(row);
    }
    // Many sheets share batch, form and layout: each combination is resolved once.
    let mut by_origin: BTreeMap<(&BatchId, Option<&FormId>, u32), Vec<&AnswerSheet>> = BTreeMap::new();
    for sheet in &dataset.answers.sheets {
        by_origin.entry((&sheet.batch_id, sheet.form_id.as_ref(), sheet.layout)).or_default().push(sheet);
    }
    let mut groups: BTreeMap<GroupKey, FormGroup<'_>> = BTreeMap::new();
    for ((batch_id, form_id, layout), sheets) in by_origin {
        let (key, mut form_items) = resolve(&index, batch_id, form_id, layout);
        let group = groups.entry(key).or_insert_with_key(|key| {
            form_items.sort_by(|a, b| (a.item_no, &a.item_id, a.source).cmp(&(b.item_no, &b.item_id, b.source)));
            FormGroup { form_id: key.form_id.clone(), form_items, sheets: Vec::new() }
        });
        group.sheets.extend(sheets);
    }
    let mut groups: Vec<FormGroup<'_>> = groups.into_values().collect();
    for group in &mut groups {
        group
            .sheets
            .sort_by(|a, b| (&a.batch_id, &a.candidate_id, a.source).cmp(&(&b.batch_id, &b.candidate_id, b.source)));
    }
    groups
}

fn resolve<'a>(
    index: &FormIndex<'a>,
    batch_id: &BatchId,
    form_id: Option<&FormId>,
    layout: u32,
) -> (GroupKey, Vec<&'a FormItem>) {
    let form_id = form_id.or_else(|| only_form(index, batch_id));
    let Some(form_id) = form_id else {
        let discriminator = format!("batch {batch_id}\u{1f}layout {layout}");
        return (GroupKey { form_id: None, discriminator }, Vec::new());
    };
    let rows = index.get(form_id).and_then(|by_batch| rows_for(by_batch, batch_id));
    let discriminator = match &rows {
        Some(rows) => content(rows),
        None => format!("batch {batch_id}"),
    };
    (GroupKey { form_id: Some(form_id.clone()), discriminator }, rows.unwrap_or_default())
}

/// The form of a batch whose sheets name none: the only one listed for it, or the only one at all.
fn only_form<'i>(index: &'i FormIndex<'_>, batch_id: &BatchId) -> Option<&'i FormId> {
    let mut of_batch = index.iter().filter(|(_, by_batch)| by_batch.keys().any(|key| key.as_ref() == Some(batch_id)));
    match (of_batch.next(), of_batch.next()) {
        (Some((form_id, _)), None) => Some(form_id),
        (None, _) => {
            let mut unbound = index.iter().filter(|(_, by_batch)| by_batch.contains_key(&None));
            match (unbound.next(), unbound.next()) {
                (Some((form_id, _)), None) => Some(form_id),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Rows for this batch: its own, else those that name no batch, else another batch's when all agree.
fn rows_for<'a>(
    by_batch: &BTreeMap<Option<BatchId>, Vec<&'a FormItem>>,
    batch_id: &BatchId,
) -> Option<Vec<&'a FormItem>> {
    let own = by_batch.get(&Some(batch_id.clone())).or_else(|| by_batch.get(&None));
    if let Some(rows) = own {
        return Some(rows.clone());
    }
    let contents: BTreeSet<String> = by_batch.values().map(|rows| content(rows)).collect();
    if contents.len() == 1 { by_batch.values().next().cloned() } else { None }
}

/// The content of a form as far as comparison of answers needs it: which items, with which key.
fn content(rows: &[&FormItem]) -> String {
    let mut parts: Vec<String> = rows
        .iter()
        .map(|row| {
            let item = row.item_id.as_ref().map_or("", |id| id.as_str());
            let key = row.key.as_deref().unwrap_or("");
            format!("{:08}\u{1f}{item}\u{1f}{key}", row.item_no.unwrap_or(0))
        })
        .collect();
    parts.sort();
    parts.join("\u{1e}")
}

//! Papers: all forms of one batch together, since A and B forms and parallel rooms are one use of one paper.

use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::form::FormItem;
use crate::model::ids::{BatchId, FormId};
use std::collections::{BTreeMap, BTreeSet};

/// One paper.
pub struct Paper<'a> {
    /// The batch that used it; `None` for a form that no batch uses.
    pub batch: Option<&'a Batch>,
    /// The batch as forms and sheets name it, also where the batch itself is not on record.
    pub batch_id: Option<&'a BatchId>,
    /// Its forms.
    pub forms: BTreeSet<&'a FormId>,
    /// Places in `form_items`, in the order of the forms and their numbers.
    pub items: Vec<usize>,
}

/// Every paper, by batch; then the forms that no batch uses, by identifier.
pub fn papers(dataset: &Dataset) -> Vec<Paper<'_>> {
    // A form may be listed once for all batches or again for each of them.
    let mut listed: BTreeMap<(Option<&BatchId>, &FormId), Vec<usize>> = BTreeMap::new();
    for (place, item) in dataset.form_items.iter().enumerate() {
        listed.entry((item.batch_id.as_ref(), &item.form_id)).or_default().push(place);
    }
    for places in listed.values_mut() {
        places.sort_by_key(|place| order(&dataset.form_items[*place]));
    }
    let mut of_batch: BTreeMap<&BatchId, BTreeSet<&FormId>> = BTreeMap::new();
    for (batch_id, form_id) in listed.keys() {
        if let Some(batch_id) = batch_id {
            of_batch.entry(batch_id).or_default().insert(form_id);
        }
    }
    let mut used: BTreeSet<&FormId> = BTreeSet::new();
    for (batch_id, forms) in dataset.sheet_forms() {
        for form_id in forms.into_iter().filter(|form_id| listed.contains_key(&(None, *form_id))) {
            of_batch.entry(batch_id).or_default().insert(form_id);
            used.insert(form_id);
        }
    }
    let mut found: Vec<Paper<'_>> = of_batch
        .into_iter()
        .map(|(batch_id, forms)| {
            let places = |form_id: &&FormId| {
                listed.get(&(Some(batch_id), *form_id)).or_else(|| listed.get(&(None, *form_id))).cloned()
            };
            let items = forms.iter().filter_map(places).flatten().collect();
            Paper { batch: dataset.batch(batch_id), batch_id: Some(batch_id), forms, items }
        })
        .collect();
    for ((batch_id, form_id), items) in &listed {
        if batch_id.is_none() && !used.contains(form_id) {
            found.push(Paper { batch: None, batch_id: None, forms: BTreeSet::from([*form_id]), items: items.clone() });
        }
    }
    found
}

fn order(item: &FormItem) -> (u32, crate::model::provenance::Provenance) {
    (item.item_no.unwrap_or(u32::MAX), item.source)
}

#[cfg(test)]
mod tests {
    use super::papers;
    use crate::model::answer::AnswerSheet;
    use crate::model::dataset::Dataset;
    use crate::model::form::FormItem;

    fn item(form: &str, batch: Option<&str>, no: u32) -> FormItem {
        FormItem { form_id: form.into(), batch_id: batch.map(Into::into), item_no: Some(no), ..FormItem::default() }
    }

    fn sheet(batch: &str, form: &str) -> AnswerSheet {
        AnswerSheet {
            batch_id: batch.into(),
            candidate_id: "C".into(),
            form_id: Some(form.into()),
            layout: 0,
            ..AnswerSheet::default()
        }
    }

    #[test]
    fn forms_of_a_batch_are_one_paper_and_a_form_listed_once_serves_every_batch_that_used_it() {
        let mut dataset = Dataset {
            form_items: vec![
                item("A", Some("B1"), 2),
                item("A", Some("B1"), 1),
                item("B", Some("B1"), 1),
                item("X", None, 1),
                item("Z", None, 1),
            ],
            ..Dataset::default()
        };
        dataset.answers.sheets = vec![sheet("B2", "X"), sheet("B2", "X"), sheet("B3", "X"), sheet("B3", "unknown")];
        let found = papers(&dataset);
        let said: Vec<(Option<&str>, Vec<usize>)> =
            found.iter().map(|paper| (paper.batch_id.map(|id| id.as_str()), paper.items.clone())).collect();
        assert_eq!(said, [(Some("B1"), vec![1, 0, 2]), (Some("B2"), vec![3]), (Some("B3"), vec![3]), (None, vec![4])]);
    }
}

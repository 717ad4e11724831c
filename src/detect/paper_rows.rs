//! Which rows of the `forms` table make the paper of a batch: one rule for everything that counts items of papers.
//!
//! A batch uses the forms that its sheets name and those that are listed for it. Of a form, the rows listed for the batch
//! count where there are any, and else those listed for all batches: a form that is listed for another batch is another
//! form, whatever its name.

use crate::model::dataset::Dataset;
use crate::model::form::FormItem;
use crate::model::ids::{BatchId, FormId};
use std::collections::{BTreeMap, BTreeSet};

/// Places in `form_items` of the rows of one form, by their number.
pub type FormRows<'a> = BTreeMap<&'a FormId, Vec<usize>>;

/// The rows of every paper.
pub struct PaperRows<'a> {
    /// Forms of every batch that has a listed one.
    pub of_batch: BTreeMap<&'a BatchId, FormRows<'a>>,
    /// Listed for all batches, and used by none.
    pub of_none: FormRows<'a>,
}

/// Goes through sheets and forms once.
pub fn paper_rows(dataset: &Dataset) -> PaperRows<'_> {
    let mut listed: BTreeMap<(Option<&BatchId>, &FormId), Vec<usize>> = BTreeMap::new();
    for (place, item) in dataset.form_items.iter().enumerate() {
        listed.entry((item.batch_id.as_ref(), &item.form_id)).or_default().push(place);
    }
    for places in listed.values_mut() {
        places.sort_by_key(|place| order(&dataset.form_items[*place]));
    }
    let mut of_batch: BTreeMap<&BatchId, FormRows<'_>> = BTreeMap::new();
    for ((batch_id, form_id), places) in &listed {
        if let Some(batch_id) = batch_id {
            of_batch.entry(batch_id).or_default().insert(form_id, places.clone());
        }
    }
    let mut used: BTreeSet<&FormId> = BTreeSet::new();
    for (batch_id, forms) in dataset.sheet_forms() {
        for form_id in forms {
            if let Some(places) = listed.get(&(None, form_id)) {
                of_batch.entry(batch_id).or_default().entry(form_id).or_insert_with(|| places.clone());
                used.insert(form_id);
            }
        }
    }
    let for_all = listed.into_iter().filter(|((batch_id, form_id), _)| batch_id.is_none() && !used.contains(form_id));
    let of_none = for_all.map(|((_, form_id), places)| (form_id, places)).collect();
    PaperRows { of_batch, of_none }
}

fn order(item: &FormItem) -> (u32, crate::model::provenance::Provenance) {
    (item.item_no.unwrap_or(u32::MAX), item.source)
}

#[cfg(test)]
mod tests {
    use super::paper_rows;
    use crate::model::answer::AnswerSheet;
    use crate::model::dataset::Dataset;
    use crate::model::form::FormItem;
    use crate::model::ids::BatchId;

    #[test]
    fn own_rows_count_and_else_those_for_all_batches() {
        let item = |form: &str, batch: Option<&str>, no: u32| FormItem {
            form_id: form.into(),
            batch_id: batch.map(Into::into),
            item_no: Some(no),
            ..FormItem::default()
        };
        let sheet = |batch: &str, form: &str| AnswerSheet {
            batch_id: batch.into(),
            candidate_id: "C".into(),
            form_id: Some(form.into()),
            ..AnswerSheet::default()
        };
        let mut dataset = Dataset {
            form_items: vec![
                item("A", None, 1),
                item("A", Some("B1"), 2),
                item("A", Some("B1"), 1),
                item("B", Some("B2"), 1),
                item("Z", None, 1),
            ],
            ..Dataset::default()
        };
        dataset.answers.sheets = vec![sheet("B1", "A"), sheet("B2", "A"), sheet("B3", "B")];
        let found = paper_rows(&dataset);
        let rows = |batch: &str| -> Vec<(&str, Vec<usize>)> {
            let forms = &found.of_batch[&BatchId::from(batch)];
            forms.iter().map(|(form, places)| (form.as_str(), places.clone())).collect()
        };
        // B1 has a list of its own, B2 takes the one for all; the B of B2 is not that of B3.
        assert_eq!(rows("B1"), [("A", vec![2, 1])]);
        assert_eq!(rows("B2"), [("A", vec![0]), ("B", vec![3])]);
        assert_eq!(found.of_batch.len(), 2);
        assert_eq!(found.of_none.into_keys().map(|form| form.as_str()).collect::<Vec<_>>(), ["Z"]);
    }
}

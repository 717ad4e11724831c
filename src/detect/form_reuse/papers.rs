//! Papers: all forms of one batch together, since A and B forms and parallel rooms are one use of one paper.

use crate::detect::paper_rows::paper_rows;
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, FormId};
use std::collections::BTreeSet;

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
    let rows = paper_rows(dataset);
    let of_batch = rows.of_batch.into_iter().map(|(batch_id, forms)| Paper {
        batch: dataset.batch(batch_id),
        batch_id: Some(batch_id),
        forms: forms.keys().copied().collect(),
        items: forms.into_values().flatten().collect(),
    });
    let of_none = rows.of_none.into_iter().map(|(form_id, items)| Paper {
        batch: None,
        batch_id: None,
        forms: BTreeSet::from([form_id]),
        items,
    });
    of_batch.chain(of_none).collect()
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

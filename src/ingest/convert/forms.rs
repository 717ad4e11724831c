//! `forms`: one row an item.

use crate::ingest::clean::{clean_free_text, clean_text, is_missing};
use crate::ingest::convert::item_notes::note_row;
use crate::ingest::row::Row;
use crate::model::form::FormItem;
use crate::model::ids::{BatchId, FormId, ItemId};
use crate::model::text::Bilingual;

/// A row of `forms`. The batch is optional here, since one form may serve several.
pub fn form_item(row: &mut Row<'_>) -> Option<FormItem> {
    let form_id = row.required_id("form_id").map(FormId);
    let item_no = row.integer("item_no");
    let item_id = row.id("item_id").map(ItemId);
    if form_id.is_some() && item_no.is_none() && item_id.is_none() {
        let reason = Bilingual::new(
            "既无题号也无试题编号，无法与答卷对应；提示：请补填其中一项",
            "neither item number nor item id, so no answer can be matched; hint: fill in one of them",
        );
        row.refuse("item_no", "required-value-missing", reason);
        return None;
    }
    let raw = row.raw();
    let option = |column: usize| raw.cell(column).filter(|text| !is_missing(&clean_text(text))).map(clean_free_text);
    let item = FormItem {
        form_id: form_id?,
        batch_id: row.id("batch_id").map(BatchId),
        item_no,
        item_id,
        stem: row.free("stem"),
        options: row
            .plan()
            .options
            .iter()
            .filter_map(|(label, column)| Some((label.clone(), option(*column)?.into())))
            .collect(),
        key: row.label("key"),
        max_score: row.points("max_score"),
        domain: row.text("domain"),
        source: row.source(),
    };
    note_row(row, &item);
    Some(item)
}

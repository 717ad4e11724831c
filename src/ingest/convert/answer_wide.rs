//! Answers with one column an item: the shape of nearly every answer-sheet reader.

use crate::ingest::convert::answer_labels::ColumnLabels;
use crate::ingest::convert::answer_part::{AnswerPart, DraftGroup, draft, header_place};
use crate::ingest::convert::rows::for_each_row;
use crate::ingest::plan::SheetPlan;
use crate::ingest::raw::ReadBlocks;
use crate::ingest::row::PersonsByIdentity;
use crate::model::ids::ItemId;
use crate::model::progress::Progress;
use rayon::prelude::*;

/// Converts the sheet, a block at a time in parallel. Each block has codes of its own until they are merged.
pub fn convert(
    plan: &SheetPlan,
    blocks: &dyn ReadBlocks,
    persons: &PersonsByIdentity,
    progress: &dyn Progress,
) -> AnswerPart {
    let items: Vec<(ItemId, u32)> =
        plan.items.iter().map(|item| (ItemId(item.item_id.clone()), item.item_no)).collect();
    let parts: Vec<AnswerPart> = (0..blocks.count())
        .into_par_iter()
        .map(|index| {
            let block = blocks.read(index);
            let mut part = AnswerPart::default();
            let mut columns = vec![ColumnLabels::default(); items.len()];
            let mut sheets = Vec::with_capacity(block.len());
            part.counts = for_each_row(plan, &block, &mut part.entries, |row| {
                let Some(mut sheet) = draft(row, persons) else { return };
                let raw = row.raw();
                let codes = plan.items.iter().zip(&mut columns);
                sheet.responses =
                    codes.map(|(item, labels)| labels.code(raw.cell(item.column).unwrap_or(""))).collect();
                sheets.push(sheet);
            });
            progress.advance(part.counts.read);
            let labels = columns.into_iter().map(ColumnLabels::into_labels).collect();
            part.groups.push(DraftGroup { header: header_place(plan), items: items.clone(), labels, sheets });
            part
        })
        .collect();
    let mut whole = AnswerPart::default();
    for mut part in parts {
        whole.groups.append(&mut part.groups);
        whole.entries.append(&mut part.entries);
        whole.counts += part.counts;
    }
    whole
}

//! `answers` in three shapes (one column an item, one string a sheet, one row an answer) to one form.

use crate::ingest::convert::answer_part::{AnswerPart, string_column};
use crate::ingest::convert::{answer_long, answer_string, answer_wide};
use crate::ingest::plan::SheetPlan;
use crate::ingest::raw::ReadBlocks;
use crate::ingest::row::PersonsByIdentity;
use crate::model::progress::Progress;

/// How a file holds its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerShape {
    /// One column an item.
    Wide,
    /// One column that holds the answers in a row.
    String,
    /// One row an answer.
    Long,
}

/// The shape that the mapped columns show; `None` when there are no answers in the sheet.
pub fn shape(plan: &SheetPlan) -> Option<AnswerShape> {
    let names_items = plan.has("item_id") || plan.has("item_no");
    if names_items && (plan.column("response").is_some() || plan.column("score").is_some()) {
        Some(AnswerShape::Long)
    } else if !plan.items.is_empty() {
        Some(AnswerShape::Wide)
    } else if string_column(plan).is_some() {
        Some(AnswerShape::String)
    } else {
        None
    }
}

/// Converts a sheet of `answers`.
pub fn convert_answers(
    plan: &SheetPlan,
    shape: AnswerShape,
    blocks: &dyn ReadBlocks,
    persons: &PersonsByIdentity,
    progress: &dyn Progress,
) -> AnswerPart {
    match shape {
        AnswerShape::Wide => answer_wide::convert(plan, blocks, persons, progress),
        AnswerShape::String => answer_string::convert(plan, blocks, persons, progress),
        AnswerShape::Long => answer_long::convert(plan, blocks, persons, progress),
    }
}

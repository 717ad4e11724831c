//! Test forms: the items, their key and their texts (`forms`).

use crate::model::ids::{BatchId, FormId, ItemId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use compact_str::CompactString;

/// One item on one form (one row of `forms`).
#[derive(Clone, Debug, Default)]
pub struct FormItem {
    /// 试卷编号.
    pub form_id: FormId,
    /// Batch the row names, when the form is listed per batch.
    pub batch_id: Option<BatchId>,
    /// 题号, the 1-based position on the form.
    pub item_no: Option<u32>,
    /// 试题编号.
    pub item_id: Option<ItemId>,
    /// 题干.
    pub stem: Option<Box<str>>,
    /// 选项 as (label, text), in the order of the columns: `A`, `B`, ….
    pub options: Vec<(CompactString, Box<str>)>,
    /// 答案: the keyed option label(s); several right labels of a multiple-answer item stand together (`AC`).
    pub key: Option<CompactString>,
    /// 分值.
    pub max_score: Option<Points>,
    /// 知识领域.
    pub domain: Option<CompactString>,
    /// Source row.
    pub source: Provenance,
}

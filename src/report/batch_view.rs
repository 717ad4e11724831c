//! The batches of a run as `run.json` has them: what a history needs to place them in time.

use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::level::Level;
use crate::report::clean::shown;
use serde::Serialize;
use std::collections::BTreeMap;

/// One batch.
#[derive(Debug, Serialize)]
pub struct BatchView {
    /// 批次号.
    pub batch_id: String,
    /// The body that held it.
    pub body_id: Option<String>,
    /// 职业编码.
    pub occupation_code: Option<String>,
    /// 职业名称.
    pub occupation: Option<String>,
    /// Level code.
    pub level: Option<Level>,
    /// 考试日期.
    pub exam_date: Option<String>,
    /// Whether it was held.
    pub held: Option<bool>,
    /// Candidates on the roster; absent without one.
    pub candidates: Option<usize>,
}

/// Every batch that any table names, in byte order.
pub fn batches_view(dataset: &Dataset) -> Vec<BatchView> {
    let mut candidates: BTreeMap<&BatchId, usize> = BTreeMap::new();
    for candidate in &dataset.candidates {
        *candidates.entry(&candidate.batch_id).or_default() += 1;
    }
    let view = |(batch_id, batch): (BatchId, Option<&Batch>)| BatchView {
        candidates: candidates.get(&batch_id).copied(),
        batch_id: shown(batch_id.as_str()),
        body_id: batch.and_then(|batch| batch.body_id.as_ref()).map(|id| shown(id.as_str())),
        occupation_code: batch.and_then(|batch| batch.occupation_code.as_ref()).map(|code| shown(code)),
        occupation: batch.and_then(|batch| batch.occupation.as_ref()).map(|name| shown(name)),
        level: batch.and_then(|batch| batch.level),
        exam_date: batch.and_then(|batch| batch.exam_date).map(|date| date.to_string()),
        held: batch.and_then(|batch| batch.held),
    };
    dataset.batch_ids().into_iter().map(view).collect()
}

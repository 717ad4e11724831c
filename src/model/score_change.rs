//! Changes of scores after they were first recorded (`score_changes`).

use crate::model::component::Component;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use chrono::NaiveDateTime;
use compact_str::CompactString;

/// One change of one score.
#[derive(Clone, Debug)]
pub struct ScoreChange {
    /// Number of the log entry.
    pub change_id: Option<CompactString>,
    /// 批次号.
    pub batch_id: BatchId,
    /// 准考证号.
    pub candidate_id: CandidateId,
    /// Which component.
    pub component: Component,
    /// 修改时间, Asia/Shanghai.
    pub changed_at: Option<NaiveDateTime>,
    /// 原成绩.
    pub old_score: Option<Points>,
    /// 新成绩.
    pub new_score: Option<Points>,
    /// 操作人.
    pub operator: Option<CompactString>,
    /// 审批人.
    pub approver: Option<CompactString>,
    /// 审批文号.
    pub approval_no: Option<CompactString>,
    /// 原因.
    pub reason: Option<CompactString>,
    /// Source row.
    pub source: Provenance,
}

//! Approved pass lines and the log of their changes (`pass_lines`, `pass_line_changes`).

use crate::model::component::Component;
use crate::model::ids::BatchId;
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use chrono::{NaiveDate, NaiveDateTime};
use compact_str::CompactString;

/// The line approved for one component of one batch.
#[derive(Clone, Debug)]
pub struct PassLine {
    /// 批次号.
    pub batch_id: BatchId,
    /// Which component; `None` means every component.
    pub component: Option<Component>,
    /// 批准合格线.
    pub approved_line: Points,
    /// 审批文号.
    pub approval_no: Option<CompactString>,
    /// Date of approval.
    pub approved_on: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

/// One configured change of a line.
#[derive(Clone, Debug)]
pub struct PassLineChange {
    /// 批次号.
    pub batch_id: BatchId,
    /// Which component; `None` means every component.
    pub component: Option<Component>,
    /// 修改时间, Asia/Shanghai.
    pub changed_at: Option<NaiveDateTime>,
    /// 原合格线; many systems log only the new one.
    pub old_line: Option<Points>,
    /// 新合格线.
    pub new_line: Points,
    /// 操作人.
    pub operator: Option<CompactString>,
    /// 审批文号.
    pub approval_no: Option<CompactString>,
    /// Source row.
    pub source: Provenance,
}

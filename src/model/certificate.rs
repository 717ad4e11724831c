//! Certificates that were issued (`certificates`).

use crate::model::ids::{BatchId, CandidateId};
use crate::model::level::Level;
use crate::model::provenance::Provenance;
use chrono::NaiveDate;
use compact_str::CompactString;

/// One certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// 批次号.
    pub batch_id: BatchId,
    /// 准考证号.
    pub candidate_id: CandidateId,
    /// 证书编号.
    pub certificate_no: Option<CompactString>,
    /// 等级.
    pub level: Option<Level>,
    /// 发证日期.
    pub issued_on: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

//! The candidate register (`candidates`).

use crate::model::identity::{IdentityNumber, PersonName};
use crate::model::ids::{BatchId, CandidateId};
use crate::model::level::Level;
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use chrono::NaiveDate;
use compact_str::CompactString;

/// One registration of one person in one batch.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    /// 批次号.
    pub batch_id: BatchId,
    /// 准考证号.
    pub candidate_id: CandidateId,
    /// 姓名.
    pub name: Option<PersonName>,
    /// 身份证号.
    pub id_number: Option<IdentityNumber>,
    /// Birth date as filed (the identity number may hold another).
    pub birth_date: Option<NaiveDate>,
    /// 申报等级.
    pub applied_level: Option<Level>,
    /// 申报条件: the numbered condition applied under, as filed.
    pub condition_no: Option<CompactString>,
    /// 学历.
    pub education: Option<CompactString>,
    /// 原证书编号.
    pub certificate_no: Option<CompactString>,
    /// 原证书等级.
    pub certificate_level: Option<Level>,
    /// 发证日期.
    pub certificate_date: Option<NaiveDate>,
    /// Occupation of the earlier certificate.
    pub certificate_occupation: Option<CompactString>,
    /// 从业年限, years.
    pub work_years: Option<Points>,
    /// 职称.
    pub title: Option<CompactString>,
    /// 审核结果.
    pub review_result: Option<ReviewResult>,
    /// 审核人.
    pub reviewer: Option<CompactString>,
    /// How far the registration went.
    pub status: Option<CandidateStatus>,
    /// Source row.
    pub source: Provenance,
}

/// The recorded outcome of the qualification review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewResult {
    /// 合格.
    Qualified,
    /// 不合格.
    Unqualified,
}

/// How far a registration went. Each later state includes the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CandidateStatus {
    /// 已报名: registered, not admitted.
    Registered,
    /// 已审核: admitted.
    Admitted,
    /// 缺考: admitted, did not sit.
    Absent,
    /// 参考: admitted and sat.
    Sat,
}

impl CandidateStatus {
    /// Whether the candidate was admitted to the examination.
    pub fn is_admitted(self) -> bool {
        self >= Self::Admitted
    }
}

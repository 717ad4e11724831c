//! Tables about the body rather than the papers: staff, archives, complaints, reports, fees,
//! rectification, earlier measures and the item bank.

use crate::model::component::Component;
use crate::model::identity::PersonName;
use crate::model::ids::{BatchId, BodyId, ItemId, StaffId};
use crate::model::level::Level;
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use chrono::{NaiveDate, NaiveDateTime};
use compact_str::CompactString;

/// One person on the roster (`staff`).
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// 人员编号.
    pub person_id: StaffId,
    /// 姓名.
    pub name: Option<PersonName>,
    /// 岗位.
    pub role: Option<StaffRole>,
    /// 资格证号.
    pub certificate_no: Option<CompactString>,
    /// Occupation of the certificate.
    pub certificate_occupation: Option<CompactString>,
    /// Level of the certificate.
    pub certificate_level: Option<Level>,
    /// First day the certificate is valid.
    pub valid_from: Option<NaiveDate>,
    /// Last day the certificate is valid.
    pub valid_to: Option<NaiveDate>,
    /// First day of the contract.
    pub contract_from: Option<NaiveDate>,
    /// Last day of the contract.
    pub contract_to: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

/// What a member of staff does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StaffRole {
    /// 考评员.
    Assessor,
    /// 监考.
    Invigilator,
    /// 阅卷.
    Rater,
    /// 督导.
    Supervisor,
}

/// One person at one session (`assignments`).
#[derive(Clone, Debug)]
pub struct Assignment {
    /// 批次号.
    pub batch_id: BatchId,
    /// 考场.
    pub room: Option<CompactString>,
    /// Start of the session.
    pub session_start: Option<NaiveDateTime>,
    /// End of the session.
    pub session_end: Option<NaiveDateTime>,
    /// The component that was examined in it.
    pub component: Option<Component>,
    /// 人员编号.
    pub person_id: StaffId,
    /// 岗位.
    pub role: Option<StaffRole>,
    /// 是否签到.
    pub signed_in: Option<bool>,
    /// Source row.
    pub source: Provenance,
}

/// One document of a batch's archive (`archives`).
#[derive(Clone, Debug)]
pub struct ArchiveDocument {
    /// 批次号.
    pub batch_id: BatchId,
    /// 材料名称.
    pub document: CompactString,
    /// `Some(true)` electronic, `Some(false)` paper.
    pub electronic: Option<bool>,
    /// 是否归档.
    pub present: Option<bool>,
    /// Date of archiving.
    pub archived_on: Option<NaiveDate>,
    /// Date of destruction.
    pub destroyed_on: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

/// One complaint (`complaints`).
#[derive(Clone, Debug)]
pub struct Complaint {
    /// Number of the complaint.
    pub complaint_id: CompactString,
    /// Against whom.
    pub body_id: BodyId,
    /// 受理日期.
    pub received_on: Option<NaiveDate>,
    /// 属实.
    pub verified: Option<bool>,
    /// Date of verification.
    pub verified_on: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

/// One annual report (`annual_reports`).
#[derive(Clone, Debug)]
pub struct AnnualReport {
    /// Whose report.
    pub body_id: BodyId,
    /// Year reported on.
    pub year: i32,
    /// Date of submission; `None` = not submitted.
    pub submitted_on: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

/// One fee charged (`fees`).
#[derive(Clone, Debug)]
pub struct Fee {
    /// Who charged.
    pub body_id: BodyId,
    /// 职业编码.
    pub occupation_code: Option<CompactString>,
    /// 等级.
    pub level: Option<Level>,
    /// Date of the charge.
    pub date: Option<NaiveDate>,
    /// 公示标准.
    pub published_fee: Option<Points>,
    /// 实收.
    pub charged_fee: Option<Points>,
    /// Source row.
    pub source: Provenance,
}

/// One order to rectify (`rectifications`).
#[derive(Clone, Debug)]
pub struct Rectification {
    /// Who was ordered.
    pub body_id: BodyId,
    /// Date of the order.
    pub ordered_on: Option<NaiveDate>,
    /// 整改期限.
    pub deadline: Option<NaiveDate>,
    /// Date it was closed.
    pub closed_on: Option<NaiveDate>,
    /// What was handed in.
    pub evidence: Option<CompactString>,
    /// Source row.
    pub source: Provenance,
}

/// One measure taken earlier (`measures`).
#[derive(Clone, Debug)]
pub struct MeasureTaken {
    /// Against whom.
    pub body_id: BodyId,
    /// `interview`, `warning` or `ban`.
    pub measure: CompactString,
    /// Article it rested on.
    pub article: Option<CompactString>,
    /// Date of the decision.
    pub decided_on: Option<NaiveDate>,
    /// Date it ended.
    pub ended_on: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

/// One item of the bank (`item_bank`).
#[derive(Clone, Debug)]
pub struct BankItem {
    /// 试题编号.
    pub item_id: ItemId,
    /// Date of creation.
    pub created_on: Option<NaiveDate>,
    /// Date of the last revision.
    pub revised_on: Option<NaiveDate>,
    /// Date it was retired.
    pub retired_on: Option<NaiveDate>,
    /// 职业编码.
    pub occupation_code: Option<CompactString>,
    /// 等级.
    pub level: Option<Level>,
    /// Source row.
    pub source: Provenance,
}

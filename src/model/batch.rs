//! Bodies, their filings and their batches.

use crate::model::ids::{BatchId, BodyId};
use crate::model::level::Level;
use crate::model::provenance::Provenance;
use chrono::NaiveDate;
use compact_str::CompactString;

/// A certification body (`bodies`).
#[derive(Clone, Debug)]
pub struct Body {
    /// 统一社会信用代码 or 机构代码.
    pub body_id: BodyId,
    /// 机构名称.
    pub body_name: Option<CompactString>,
    /// 用人单位 or 社会培训评价组织.
    pub kind: Option<BodyKind>,
    /// 备案日期.
    pub filed_on: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

/// What sort of body it is (Art. 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BodyKind {
    /// 用人单位.
    Employer,
    /// 社会培训评价组织.
    Social,
}

/// One line of a body's filed scope (`filings`).
#[derive(Clone, Debug, Default)]
pub struct Filing {
    /// Whose filing.
    pub body_id: BodyId,
    /// 职业编码.
    pub occupation_code: Option<CompactString>,
    /// 职业名称.
    pub occupation: Option<CompactString>,
    /// 等级.
    pub level: Option<Level>,
    /// 考点.
    pub site: Option<CompactString>,
    /// 地域.
    pub region: Option<CompactString>,
    /// First day in force.
    pub valid_from: Option<NaiveDate>,
    /// Last day in force.
    pub valid_to: Option<NaiveDate>,
    /// Source row.
    pub source: Provenance,
}

/// One filed evaluation event (`batches`).
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// 批次号.
    pub batch_id: BatchId,
    /// The body that held it.
    pub body_id: Option<BodyId>,
    /// 职业编码.
    pub occupation_code: Option<CompactString>,
    /// 职业名称.
    pub occupation: Option<CompactString>,
    /// 等级.
    pub level: Option<Level>,
    /// 考试日期 (not the day of entry).
    pub exam_date: Option<NaiveDate>,
    /// 考点.
    pub site: Option<CompactString>,
    /// 地域.
    pub region: Option<CompactString>,
    /// 成绩公布日期.
    pub published_on: Option<NaiveDate>,
    /// `Some(true)` when it was held, `Some(false)` when cancelled.
    pub held: Option<bool>,
    /// Source row.
    pub source: Provenance,
}

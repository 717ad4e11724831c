//! Records of one simulated batch, before they are laid out as tables.

use crate::model::candidate::{CandidateStatus, ReviewResult};
use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::truth::PlantTruth;
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// One registration.
#[derive(Clone, Debug)]
pub struct CandidateRecord {
    /// 准考证号.
    pub candidate_id: String,
    /// 姓名.
    pub name: String,
    /// 身份证号.
    pub id_number: String,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// 申报条件.
    pub condition_no: &'static str,
    /// 学历.
    pub education: &'static str,
    /// Earlier certificate, if there is one.
    pub certificate: Option<CertificateRecord>,
    /// 从业年限.
    pub work_years: i64,
    /// 审核结果; `None` is blank.
    pub review_result: Option<ReviewResult>,
    /// How far the registration went.
    pub status: CandidateStatus,
    /// Whether the person meets the conditions of the standard in truth.
    pub qualified: bool,
    /// Ability in the theory component, logits.
    pub theta: f64,
    /// Quality in the skill component as share of the maximum.
    pub skill_quality: f64,
    /// 考场, from 1.
    pub room: usize,
    /// 座位号 in the room, from 1.
    pub seat: usize,
}

impl CandidateRecord {
    /// Whether the candidate sat.
    pub fn sat(&self) -> bool {
        self.status == CandidateStatus::Sat
    }
}

/// An earlier certificate.
#[derive(Clone, Debug)]
pub struct CertificateRecord {
    /// 原证书编号.
    pub number: String,
    /// 原证书等级.
    pub level: u8,
    /// 发证日期.
    pub date: NaiveDate,
}

/// One mark.
#[derive(Clone, Debug)]
pub struct RatingRecord {
    /// Index of the candidate.
    pub candidate: usize,
    /// Skill or review.
    pub component: Component,
    /// Index of the criterion.
    pub criterion: usize,
    /// Index in the team.
    pub rater: usize,
    /// 评次.
    pub mark_no: u8,
    /// 得分.
    pub score: Points,
    /// 评分时间.
    pub marked_at: NaiveDateTime,
}

/// The register's line of one candidate.
#[derive(Clone, Debug)]
pub struct ScoreRecord {
    /// Index of the candidate.
    pub candidate: usize,
    /// Mark of each component in order; `None` when absent.
    pub marks: Vec<Option<Points>>,
    /// Whether each component is recorded as passed.
    pub passed: Vec<bool>,
    /// 评定结果.
    pub overall: bool,
}

/// One entry of the log of scores.
#[derive(Clone, Debug)]
pub struct ScoreChangeRecord {
    /// Index of the candidate.
    pub candidate: usize,
    /// Which component.
    pub component: Component,
    /// 修改时间.
    pub changed_at: NaiveDateTime,
    /// 原成绩.
    pub old_score: Points,
    /// 新成绩.
    pub new_score: Points,
    /// 操作人.
    pub operator: String,
    /// 审批人.
    pub approver: Option<String>,
    /// 审批文号.
    pub approval_no: Option<String>,
    /// 原因.
    pub reason: &'static str,
}

/// One entry of the log of pass lines.
#[derive(Clone, Debug)]
pub struct LineChangeRecord {
    /// Which component.
    pub component: Component,
    /// 修改时间.
    pub changed_at: NaiveDateTime,
    /// 原合格线.
    pub old_line: Option<i64>,
    /// 新合格线.
    pub new_line: i64,
    /// 审批文号.
    pub approval_no: Option<String>,
}

/// Everything of one batch.
#[derive(Clone, Debug, Default)]
pub struct BatchExam {
    /// Registrations in the order of their numbers.
    pub candidates: Vec<CandidateRecord>,
    /// Answer codes of each candidate; `None` when there is no sheet.
    pub sheets: Vec<Option<Vec<u8>>>,
    /// Marks of raters, by work, mark number and criterion.
    pub ratings: Vec<RatingRecord>,
    /// The register.
    pub scores: Vec<ScoreRecord>,
    /// The log of scores.
    pub score_changes: Vec<ScoreChangeRecord>,
    /// The log of pass lines.
    pub line_changes: Vec<LineChangeRecord>,
    /// Written answers to one criterion of the skill component, by candidate.
    pub texts: BTreeMap<usize, String>,
    /// What was planted.
    pub plants: Vec<PlantTruth>,
    /// Whether the batch handed in nothing but its roster.
    pub tables_missing: bool,
}

impl BatchExam {
    /// Indices of those who sat, in the order of their seats.
    pub fn sat(&self) -> Vec<usize> {
        (0..self.candidates.len()).filter(|index| self.candidates[*index].sat()).collect()
    }
}

/// Components that a level needs, in the order of the register.
pub fn components(level: u8) -> &'static [Component] {
    const ALL: [Component; 3] = [Component::Theory, Component::Skill, Component::Review];
    if level <= 2 { &ALL } else { &ALL[..2] }
}

//! Marks given by raters (`ratings`).

use crate::model::component::Component;
use crate::model::ids::{BatchId, CandidateId, RaterId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use chrono::NaiveDateTime;
use compact_str::CompactString;

/// One mark by one rater on one criterion.
#[derive(Clone, Debug)]
pub struct Rating {
    /// 批次号.
    pub batch_id: BatchId,
    /// 准考证号.
    pub candidate_id: CandidateId,
    /// 考核项目.
    pub component: Component,
    /// 评分要素; empty when the whole component is marked at once.
    pub criterion: CompactString,
    /// 考评员编号; `None` when the row names no rater.
    pub rater_id: Option<RaterId>,
    /// 评次: 1 first marking, 2 second, 3 third (arbitration), 4 expert.
    pub mark_no: Option<u8>,
    /// 得分; `None` when the cell holds a mark such as 缺考.
    pub score: Option<Points>,
    /// 配分.
    pub max_score: Option<Points>,
    /// 评分时间, Asia/Shanghai.
    pub marked_at: Option<NaiveDateTime>,
    /// 作答内容.
    pub response_text: Option<Box<str>>,
    /// Source row.
    pub source: Provenance,
}

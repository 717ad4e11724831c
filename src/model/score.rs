//! The register of results (`scores`), one component a record (wide files are unfolded).

use crate::model::component::Component;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use compact_str::CompactString;

/// One candidate's recorded result in one component.
#[derive(Clone, Debug)]
pub struct Score {
    /// 批次号.
    pub batch_id: BatchId,
    /// 准考证号.
    pub candidate_id: CandidateId,
    /// Which component.
    pub component: Component,
    /// The recorded mark or what stands in its place.
    pub mark: Mark,
    /// 是否合格 of this component; `None` when not recorded.
    pub passed: Option<bool>,
    /// 评定结果 of the whole evaluation, where the file has one line a candidate.
    pub overall_passed: Option<bool>,
    /// Whether the key skills (★) of this component were passed; `None` when not recorded.
    pub key_skill_passed: Option<bool>,
    /// 作废原因.
    pub void: Option<CompactString>,
    /// Source row.
    pub source: Provenance,
}

/// What a score cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// A number.
    Points(Points),
    /// 缺考.
    Absent,
    /// 免考 (such as a kept single-component pass).
    Exempt,
    /// 作弊, 违纪.
    Void,
    /// 缓考.
    Deferred,
    /// Blank or `-`.
    Missing,
}

impl Mark {
    /// The number, if there is one.
    pub fn points(self) -> Option<Points> {
        match self {
            Self::Points(points) => Some(points),
            _ => None,
        }
    }
}

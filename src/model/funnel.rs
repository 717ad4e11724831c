//! Proportions of many batches beside each other, with exact limits of chance. For looking, not for judging.

use crate::model::component::Component;
use crate::model::ids::{BatchId, BodyId};

/// What is counted in each batch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunnelKind {
    /// Candidates known to be unqualified, of those admitted.
    Unqualified,
    /// Candidates who passed a component, of those with a recorded result.
    Passed(Component),
}

/// One batch.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelPoint {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Counted.
    pub count: u64,
    /// Of so many.
    pub of: u64,
    /// 95 % interval of Clopper and Pearson, rates 0–1.
    pub interval: (f64, f64),
    /// How it lies to the limits.
    pub standing: FunnelStanding,
}

/// How a batch lies to the limits of its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunnelStanding {
    /// Within the inner limits.
    Within,
    /// Between inner and outer limits.
    Between,
    /// Outside the outer limits.
    Outside,
}

impl FunnelStanding {
    /// `within`, `between` or `outside`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Between => "between",
            Self::Outside => "outside",
        }
    }
}

/// Limits of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunnelLimit {
    /// Candidates.
    pub of: u64,
    /// Fewest and most within 95 %.
    pub inner: (u64, u64),
    /// Fewest and most within 99.8 %.
    pub outer: (u64, u64),
}

/// One funnel.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// What is counted.
    pub kind: FunnelKind,
    /// Counted in all batches.
    pub count: u64,
    /// Of so many; the common rate is `count / of`.
    pub of: u64,
    /// Batches by identifier.
    pub points: Vec<FunnelPoint>,
    /// Limits by size, from one candidate to the largest batch.
    pub limits: Vec<FunnelLimit>,
}

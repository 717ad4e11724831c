//! Results about the heaping of scores at the pass line: one entry a body and component.

use crate::model::component::Component;
use crate::model::ids::{BatchId, BodyId};
use crate::model::points::Points;
use crate::model::text::Bilingual;

/// Scores of one body in one component about the pass line.
#[derive(Clone, Debug)]
pub struct LineHeaping {
    /// Which body; `None` when the batches name none.
    pub body_id: Option<BodyId>,
    /// Which component.
    pub component: Component,
    /// Batches whose scores are counted, ascending.
    pub batches: Vec<BatchId>,
    /// Scores counted.
    pub scores: u64,
    /// The line that the steps are counted from: of the first batch, where batches have different ones.
    pub line: Points,
    /// Points of one step: 1, or what a raw mark is worth.
    pub step: f64,
    /// Candidates by step, ascending, empty steps left out; 0 is the lowest step that passes.
    pub counts: Vec<StepCount>,
    /// Steps below the line that may have lost candidates.
    pub window: u32,
    /// What the smooth curve says; `None` below the number of scores it needs.
    pub moved: Option<MovedScores>,
    /// Probability of at least so many at the line.
    pub p_value: Option<f64>,
    /// The same at lines where nothing should happen.
    pub placebos: Vec<PlaceboStep>,
    /// Why the tests were not made.
    pub withheld: Option<Bilingual>,
    /// The body, its batches, rooms and raters: those past the criterion first, then by p-value.
    pub groups: Vec<HeapingGroup>,
}

/// Candidates at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepCount {
    /// Steps from the line.
    pub step: i64,
    /// Candidates.
    pub count: u64,
    /// What the smooth curve expects.
    pub expected: Option<f64>,
}

/// Scores moved up to the line, as estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MovedScores {
    /// At the line beyond the curve.
    pub excess: f64,
    /// Lacking below it.
    pub missing: f64,
    /// Half their sum.
    pub moved: f64,
    /// 95 % bootstrap interval, where it was drawn.
    pub interval: Option<(f64, f64)>,
    /// Moved as share of those the curve has just below, 0–1.
    pub share_of_below: f64,
}

/// The test at a line where nothing should happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceboStep {
    /// Steps from the line.
    pub step: i64,
    /// Probability of at least so many there.
    pub p_value: Option<f64>,
}

/// What a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKind {
    /// A certification body.
    Body,
    /// A batch.
    Batch,
    /// An exam room of a batch.
    Room,
    /// A rater, over the works marked for one body.
    Rater,
}

impl GroupKind {
    /// Stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Batch => "batch",
            Self::Room => "room",
            Self::Rater => "rater",
        }
    }
}

/// One group about the line.
#[derive(Clone, Debug, PartialEq)]
pub struct HeapingGroup {
    /// What it is.
    pub kind: GroupKind,
    /// Its identifier; for a room with its batch.
    pub name: String,
    /// Candidates one step below the line, at it and one above.
    pub counts: [u64; 3],
    /// Probability of at least so many at the line; `None` below the smallest number tested.
    pub p_value: Option<f64>,
    /// After Benjamini–Hochberg over all groups of the kind in the data set.
    pub adjusted_p_value: Option<f64>,
    /// Share at the line, drawn towards that of all groups of the kind.
    pub shrunken_share: Option<f64>,
    /// Past the criterion.
    pub flagged: bool,
}

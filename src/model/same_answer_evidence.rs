//! Results about written answers that are the same and about final marks replayed by the declared rule.

use crate::model::component::Component;
use crate::model::ids::{BatchId, BodyId, CandidateId, RaterId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use compact_str::CompactString;

/// Written answers of one batch that are the same or nearly so.
#[derive(Clone, Debug)]
pub struct SameAnswerGroup {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Answers compared.
    pub answers: u64,
    /// Clusters found, whether or not they are kept in `clusters`.
    pub clusters_found: u64,
    /// Likeness from which answers count as near, per cent.
    pub similarity_percent: u32,
    /// Those that straddle the pass line first, then those past a criterion, then by spread.
    pub clusters: Vec<SameAnswerCluster>,
}

/// Answers to one criterion that are the same or nearly so.
#[derive(Clone, Debug)]
pub struct SameAnswerCluster {
    /// Which component.
    pub component: Component,
    /// Which criterion.
    pub criterion: CompactString,
    /// The most that the criterion gives.
    pub maximum: Points,
    /// Whether all answers are the same, not only nearly so.
    pub exact: bool,
    /// Answers in the cluster, whether or not they are kept in `answers`.
    pub answers_found: u64,
    /// Largest less smallest mean mark of an answer, less the raters' severities, points.
    pub spread: f64,
    /// p-value of the spread; `None` where the marks show too few errors to compare with.
    pub p_value: Option<f64>,
    /// Holm-adjusted over the clusters of the batch.
    pub adjusted_p_value: Option<f64>,
    /// Past the criteria of the spread.
    pub flagged: bool,
    /// One rater gave the same answer marks that differ by the declared difference or more.
    pub one_rater: bool,
    /// The recorded marks of the component lie on both sides of this line.
    pub straddles: Option<Points>,
    /// Highest mean mark first.
    pub answers: Vec<SameAnswer>,
}

/// One answer of a cluster.
#[derive(Clone, Debug)]
pub struct SameAnswer {
    /// Whose.
    pub candidate_id: CandidateId,
    /// Its beginning, as recorded but for identity numbers, which are masked.
    pub text: Box<str>,
    /// Characters of the whole text.
    pub characters: u64,
    /// Likeness to the answer that leads the cluster, 0–1.
    pub likeness: f64,
    /// Marks: rater and points.
    pub marks: Vec<(Option<RaterId>, Points)>,
    /// Recorded mark of the component.
    pub recorded: Option<Points>,
    /// Source row of the first mark.
    pub source: Provenance,
}

/// Final marks of one component of one batch, replayed.
#[derive(Clone, Debug)]
pub struct AdjudicationReplay {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Which component.
    pub component: Component,
    /// The declared rule in words; `None` when none is declared.
    pub rule: Option<Bilingual>,
    /// Final marks replayed.
    pub replayed: u64,
    /// Final marks that the rules differ on: only these tell one rule from another.
    pub telling: u64,
    /// For each rule how many of the telling marks it gives, most first.
    pub given_by_rule: Vec<(Bilingual, u64)>,
    /// Final marks at odds with the declared rule.
    pub differing: Vec<ReplayedMark>,
}

/// One final mark at odds with the declared rule.
#[derive(Clone, Debug)]
pub struct ReplayedMark {
    /// Whose.
    pub candidate_id: CandidateId,
    /// Marks in their order: rater, mark number, total.
    pub marks: Vec<(Option<RaterId>, Option<u8>, Option<Points>)>,
    /// What the declared rule gives; empty where it asks for a mark that is not there.
    pub expected: Vec<CompactString>,
    /// What is recorded.
    pub recorded: Points,
    /// Which part of the rule decides.
    pub step: Bilingual,
    /// The rule that would give the recorded mark; `None` when none does.
    pub other_rule: Option<Bilingual>,
    /// Source row of the recorded mark.
    pub source: Provenance,
}

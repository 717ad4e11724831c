//! The audit of one batch's score changes: changes grouped into acts, and what the tests over them found.

use crate::model::component::Component;
use crate::model::ids::{BatchId, BodyId, CandidateId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use chrono::{NaiveDate, NaiveDateTime};
use compact_str::CompactString;

/// Everything the audit of one batch found.
#[derive(Clone, Debug)]
pub struct ScoreChangeAudit {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Examination date.
    pub exam_date: Option<NaiveDate>,
    /// Date the results were published.
    pub published_on: Option<NaiveDate>,
    /// What was done, changes of one act together, in order of time.
    pub acts: Vec<ScoreChangeAct>,
    /// Which way changes cross the line: a row the counted changes, a row what was set aside.
    pub directions: Vec<ChangeDirections>,
    /// Test of the direction of the counted changes.
    pub direction: Option<DirectionTest>,
    /// One entry an operator of counted changes.
    pub operators: Vec<OperatorChanges>,
    /// Test of all operators together.
    pub operators_overall: Option<OperatorsTest>,
    /// Test of landing on the line.
    pub landing: Option<LandingTest>,
    /// The window in which changes to passed crowd.
    pub burst: Option<BurstTest>,
    /// Counted changes after publication against before.
    pub publication: Option<PublicationRates>,
    /// Family-wise level of each kind of test over the batches of the data set.
    pub significance_level: f64,
    /// Fewest changes that are tested.
    pub minimum_changes: u64,
}

/// What kind of act it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActKind {
    /// A change of one score.
    Single,
    /// A corrected key or another change by equal amounts for many in one run.
    KeyCorrection,
    /// 复核.
    Recheck,
    /// 补考.
    Resit,
    /// 保留单科合格.
    KeptPass,
}

impl ActKind {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::KeyCorrection => "key_correction",
            Self::Recheck => "recheck",
            Self::Resit => "resit",
            Self::KeptPass => "kept_pass",
        }
    }
}

/// One act: one change, or changes that belong together.
#[derive(Clone, Debug)]
pub struct ScoreChangeAct {
    /// What kind.
    pub kind: ActKind,
    /// Taken as one event and left out of the tests.
    pub set_aside: bool,
    /// An approval is on record.
    pub approved: bool,
    /// Which component; `None` when several.
    pub component: Option<Component>,
    /// Whose scores, ascending.
    pub candidates: Vec<CandidateId>,
    /// Log entries.
    pub changes: u64,
    /// First entry.
    pub first_at: Option<NaiveDateTime>,
    /// Last entry.
    pub last_at: Option<NaiveDateTime>,
    /// Before, of a single change.
    pub old_score: Option<Points>,
    /// After, of a single change.
    pub new_score: Option<Points>,
    /// Smallest and largest difference.
    pub differences: Option<(Points, Points)>,
    /// Entries from below the line to it or above.
    pub to_passed: u64,
    /// Entries from the line or above to below.
    pub to_failed: u64,
    /// Entries that land on the line.
    pub on_line: u64,
    /// Who, ascending.
    pub operators: Vec<CompactString>,
    /// 审批人, ascending.
    pub approvers: Vec<CompactString>,
    /// 审批文号, ascending.
    pub approval_numbers: Vec<CompactString>,
    /// Reason of the first entry that has one.
    pub reason: Option<CompactString>,
    /// Entries after publication; `None` when the date is not known.
    pub after_publication: Option<u64>,
    /// Source rows.
    pub sources: Vec<Provenance>,
}

/// Counts of which way changes cross the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeDirections {
    /// Counted in the tests, or set aside as lawful acts.
    pub counted: bool,
    /// Failed before, failed after.
    pub stay_failed: u64,
    /// Failed before, passed after.
    pub to_passed: u64,
    /// Passed before, failed after.
    pub to_failed: u64,
    /// Passed before, passed after.
    pub stay_passed: u64,
}

/// Exact McNemar test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectionTest {
    /// Failed to passed, one a candidate and component.
    pub to_passed: u64,
    /// Passed to failed.
    pub to_failed: u64,
    /// P(at least so many to passed).
    pub p_value: f64,
    /// Two-sided.
    pub two_sided_p_value: f64,
    /// Holm over the batches tested.
    pub adjusted_p_value: f64,
    /// Past its criterion.
    pub flagged: bool,
}

/// One operator against the others of the batch.
#[derive(Clone, Debug)]
pub struct OperatorChanges {
    /// Who.
    pub operator: CompactString,
    /// Counted changes.
    pub changes: u64,
    /// Of these from failed to passed.
    pub to_passed: u64,
    /// Of these from passed to failed.
    pub to_failed: u64,
    /// Of these landing on the line.
    pub on_line: u64,
    /// 95 % Clopper–Pearson interval of the share to passed.
    pub interval: (f64, f64),
    /// Conditional odds ratio against the others with its exact 95 % interval.
    pub odds_ratio: Option<(f64, f64, f64)>,
    /// Test; `None` with too few changes or no other operator.
    pub test: Option<OperatorTest>,
}

/// Whether one operator has more changes to passed than the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OperatorTest {
    /// Fisher, greater.
    pub p_value: f64,
    /// The same with the observed table counting half.
    pub mid_p_value: f64,
    /// Holm over all operators tested in the data set.
    pub adjusted_p_value: f64,
    /// Benjamini–Hochberg over the same.
    pub false_discovery_rate: f64,
    /// Past its criterion.
    pub flagged: bool,
}

/// All operators of a batch together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OperatorsTest {
    /// Pearson's χ².
    pub chi_square: f64,
    /// Degrees of freedom.
    pub degrees_of_freedom: u64,
    /// p-value of χ².
    pub chi_square_p_value: f64,
    /// Exact p-value, where the tables can be gone through.
    pub exact_p_value: Option<f64>,
}

/// Whether changes land on the line beyond what their increments give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LandingTest {
    /// Changes tested.
    pub changes: u64,
    /// On the line or within one step above it.
    pub landed: u64,
    /// Expected when increments are dealt out anew.
    pub expected: f64,
    /// The step.
    pub step: Points,
    /// Drawn p-value.
    pub p_value: f64,
    /// Draws made.
    pub draws: u64,
    /// Holm over the batches tested.
    pub adjusted_p_value: f64,
    /// Past its criterion.
    pub flagged: bool,
}

/// The window in which changes to passed crowd beyond the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurstTest {
    /// Counted changes with a time.
    pub changes: u64,
    /// Of these to passed.
    pub to_passed: u64,
    /// Begin of the window.
    pub from: NaiveDateTime,
    /// End of the window.
    pub to: NaiveDateTime,
    /// Changes in it.
    pub inside: u64,
    /// Of these to passed.
    pub inside_to_passed: u64,
    /// Log-likelihood ratio.
    pub log_ratio: f64,
    /// Drawn p-value.
    pub p_value: f64,
    /// Draws made.
    pub draws: u64,
    /// Holm over the batches tested.
    pub adjusted_p_value: f64,
    /// Past its criterion.
    pub flagged: bool,
}

/// Counted changes a day, after publication against before: a description, no sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublicationRates {
    /// Changes from examination to publication.
    pub before: u64,
    /// Days of it.
    pub days_before: u64,
    /// Changes after publication.
    pub after: u64,
    /// Days from publication to the last entry of the log.
    pub days_after: u64,
    /// Rate after over rate before, infinite without any before.
    pub ratio: f64,
    /// Exact 95 % interval.
    pub interval: (f64, f64),
}

//! Results that tables and charts are drawn from. Filled by detectors, shown by the report; nothing
//! here is judged again.

use crate::model::component::Component;
use crate::model::form_evidence::FormOverlap;
use crate::model::funnel::Funnel;
use crate::model::ids::{BatchId, BodyId, CandidateId, FormId, RaterId};
use crate::model::item_evidence::ItemExposure;
use crate::model::pass_line_evidence::LineHeaping;
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::rater_evidence::{RaterPanel, RemarkQueue};
use crate::model::same_answer_evidence::{AdjudicationReplay, SameAnswerGroup};
use crate::model::score_change_evidence::ScoreChangeAudit;
use crate::model::similarity_evidence::{CalibrationPoint, SimilarityDetail};
use crate::model::text::Bilingual;
use crate::model::written_evidence::WrittenComparison;
use chrono::{NaiveDate, NaiveDateTime};
use compact_str::CompactString;

/// One result of one detector.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// Unqualified candidates of one batch.
    UnqualifiedRatio(UnqualifiedRatio),
    /// One proportion of all batches beside each other.
    Funnel(Box<Funnel>),
    /// Scores of one component of one batch, with the line.
    ScoreDistribution(ScoreDistribution),
    /// The history of one batch's pass line.
    PassLineTimeline(PassLineTimeline),
    /// Scores of one body and component about the pass line.
    LineHeaping(Box<LineHeaping>),
    /// How two raters of one batch agree.
    RaterPair(RaterPair),
    /// One rater against those who marked the same work.
    RaterProfile(RaterProfile),
    /// Raters measured together by the many-facet model.
    RaterPanel(Box<RaterPanel>),
    /// Works whose marking is worth repeating.
    RemarkQueue(RemarkQueue),
    /// Written answers of one batch that are the same or nearly so.
    SameAnswers(SameAnswerGroup),
    /// Final marks of one component of one batch, replayed by the declared rule.
    Adjudication(AdjudicationReplay),
    /// All pairs of sheets compared within one form.
    SimilarityGroup(SimilarityGroup),
    /// Papers of one occupation and level, and the items that they share.
    FormOverlap(Box<FormOverlap>),
    /// Written answers to one question, compared.
    WrittenComparison(Box<WrittenComparison>),
    /// Items of one body, occupation and level over time.
    ItemExposure(Box<ItemExposure>),
    /// Changes of scores in one batch.
    ScoreChangeSummary(ScoreChangeSummary),
    /// Audit of the score changes of one batch.
    ScoreChangeAudit(Box<ScoreChangeAudit>),
}

/// Counts of Art. 20(1) for one batch. `lower` counts candidates known to be unqualified, `upper` adds
/// those whose qualification the data leave open.
#[derive(Clone, Debug)]
pub struct UnqualifiedRatio {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Examination date.
    pub exam_date: Option<NaiveDate>,
    /// One entry a denominator, in the order registered, admitted, sat; those the data allow.
    pub denominators: Vec<DenominatorCount>,
}

/// One denominator of the ratio.
#[derive(Clone, Debug)]
pub struct DenominatorCount {
    /// `registered`, `admitted` or `sat`.
    pub name: &'static str,
    /// Candidates in the denominator.
    pub candidates: u64,
    /// Known to be unqualified.
    pub lower: u64,
    /// Known to be unqualified or open.
    pub upper: u64,
    /// 95 % Wilson interval of lower / candidates, as rates 0–1 (for charts only).
    pub interval: (f64, f64),
}

/// Scores of one component of one batch.
#[derive(Clone, Debug)]
pub struct ScoreDistribution {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Which component.
    pub component: Component,
    /// The approved line.
    pub approved_line: Option<Points>,
    /// Highest score recorded as failed without another cause.
    pub highest_failed: Option<Points>,
    /// Lowest score recorded as passed.
    pub lowest_passed: Option<Points>,
    /// Counts by whole point, ascending; absent scores are left out.
    pub counts: Vec<ScoreCount>,
}

/// Candidates whose score lies in [point, point + 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreCount {
    /// Whole points.
    pub point: i64,
    /// Recorded as passed.
    pub passed: u64,
    /// Recorded as failed.
    pub failed: u64,
    /// Result not recorded.
    pub unrecorded: u64,
}

/// One batch's pass line over time.
#[derive(Clone, Debug)]
pub struct PassLineTimeline {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Examination date.
    pub exam_date: Option<NaiveDate>,
    /// Date the results were published.
    pub published_on: Option<NaiveDate>,
    /// Approved lines.
    pub approved: Vec<ApprovedLine>,
    /// Configured changes in order of time.
    pub events: Vec<PassLineEvent>,
}

/// One approved line.
#[derive(Clone, Debug)]
pub struct ApprovedLine {
    /// Which component; `None` = every.
    pub component: Option<Component>,
    /// The line.
    pub line: Points,
    /// 审批文号.
    pub approval_no: Option<CompactString>,
    /// When.
    pub approved_on: Option<NaiveDate>,
}

/// One configured change.
#[derive(Clone, Debug)]
pub struct PassLineEvent {
    /// Which component; `None` = every.
    pub component: Option<Component>,
    /// When.
    pub changed_at: Option<NaiveDateTime>,
    /// Line before: recorded, or rebuilt from the sequence.
    pub old_line: Option<Points>,
    /// Whether `old_line` was rebuilt.
    pub old_line_rebuilt: bool,
    /// Line after.
    pub new_line: Points,
    /// Who.
    pub operator: Option<CompactString>,
    /// Approval found for it.
    pub approval_no: Option<CompactString>,
    /// Whether the new line equals the approved one or carries an approval.
    pub approved: bool,
    /// Source row.
    pub source: Provenance,
}

/// Agreement of two raters over the marks both gave.
#[derive(Clone, Debug)]
pub struct RaterPair {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch; `None` = over all batches.
    pub batch_id: Option<BatchId>,
    /// First rater (smaller identifier).
    pub rater_a: RaterId,
    /// Second rater.
    pub rater_b: RaterId,
    /// Marks both gave.
    pub n: u64,
    /// Share equal, 0–1.
    pub exact_agreement: f64,
    /// Share equal or one step apart, 0–1.
    pub adjacent_agreement: f64,
    /// Quadratically weighted kappa, −1–1; `None` when not defined (no variance).
    pub weighted_kappa: Option<f64>,
    /// Mean of a − b, points.
    pub mean_difference: f64,
    /// Standard deviation of a − b, points; `None` below two marks.
    pub standard_deviation_of_difference: Option<f64>,
}

/// One rater against the mean of the others on the same work.
#[derive(Clone, Debug)]
pub struct RaterProfile {
    /// Which bodies' batches were marked.
    pub body_id: Option<BodyId>,
    /// Which rater.
    pub rater_id: RaterId,
    /// Marks compared.
    pub n: u64,
    /// Mean of own − others' mark, as share of the maximum mark (− is severe).
    pub mean_deviation_rate: f64,
    /// 95 % interval of it.
    pub interval: (f64, f64),
    /// p-value of no difference, two-sided.
    pub p_value: f64,
    /// Holm-adjusted over all raters.
    pub adjusted_p_value: f64,
    /// Past its criterion as severe or lenient.
    pub severity_flagged: bool,
    /// Trend of the deviation over time (Spearman's rho), if times are known.
    pub drift_rho: Option<f64>,
    /// Holm-adjusted p-value of the trend.
    pub drift_adjusted_p_value: Option<f64>,
    /// Past its criterion as drifting.
    pub drift_flagged: bool,
    /// Batches marked.
    pub batches: Vec<BatchId>,
}

/// All pairs of sheets compared within one form.
#[derive(Clone, Debug)]
pub struct SimilarityGroup {
    /// Form, when the data name one.
    pub form_id: Option<FormId>,
    /// Batches whose sheets are in the group.
    pub batches: Vec<BatchId>,
    /// Sheets compared.
    pub sheets: u64,
    /// Items compared.
    pub items: u64,
    /// Pairs compared: the family of the multiple test.
    pub pairs_compared: u64,
    /// Response model used, such as `nominal`, `wesolowsky`.
    pub model: &'static str,
    /// Why that model, and what it cannot do, for the report.
    pub model_note: Bilingual,
    /// Family-wise level.
    pub significance_level: f64,
    /// Flagged pairs (and identical sheets), most extreme first.
    pub pairs: Vec<SimilarPair>,
    /// Observed against expected: (expected share of pairs with p ≤ x, observed share, x) for charts.
    pub calibration: Vec<CalibrationPoint>,
    /// Sheets that could not be compared, with the reason.
    pub exclusions: Vec<(CandidateId, Bilingual)>,
    /// Items, clusters, places, seats and the control group.
    pub detail: Box<SimilarityDetail>,
}

/// One pair of similar sheets. Both sheets are treated alike.
#[derive(Clone, Debug)]
pub struct SimilarPair {
    /// One sheet (smaller identifier).
    pub a: PairMember,
    /// The other.
    pub b: PairMember,
    /// Items both answered.
    pub items_compared: u32,
    /// Identical responses.
    pub matches: u32,
    /// Identical incorrect responses.
    pub matches_incorrect: u32,
    /// Longest run of identical responses.
    pub longest_identical_run: u32,
    /// Exact upper tail of GBT.
    pub gbt_p_value: f64,
    /// log10 of it (finite also where the p-value underflows).
    pub gbt_log10_p_value: f64,
    /// Holm-adjusted over all pairs compared.
    pub adjusted_p_value: f64,
    /// log10 of the tail of identical incorrect responses given the wrong ones, or `None` without a key.
    pub incorrect_log10_p_value: Option<f64>,
    /// Past its criterion.
    pub flagged: bool,
    /// Every compared response is the same.
    pub identical: bool,
    /// Number of the cluster, 1-based, within the group.
    pub cluster: u32,
    /// Keyed label of each item, `None` without a key.
    pub key: Vec<Option<CompactString>>,
}

/// One sheet of a pair.
#[derive(Clone, Debug)]
pub struct PairMember {
    /// 准考证号.
    pub candidate_id: CandidateId,
    /// 批次号.
    pub batch_id: BatchId,
    /// 考场.
    pub room: Option<CompactString>,
    /// 座位号.
    pub seat: Option<CompactString>,
    /// Responses by item, `None` = missing.
    pub responses: Vec<Option<CompactString>>,
    /// Number of right responses, if there is a key.
    pub correct: Option<u32>,
    /// Source row.
    pub source: Provenance,
}

/// Changes of scores in one batch.
#[derive(Clone, Debug)]
pub struct ScoreChangeSummary {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Each change, in order of time.
    pub changes: Vec<ScoreChangeCase>,
}

/// One change with what was found about it.
#[derive(Clone, Debug)]
pub struct ScoreChangeCase {
    /// Whose score.
    pub candidate_id: CandidateId,
    /// Which component.
    pub component: Component,
    /// When.
    pub changed_at: Option<NaiveDateTime>,
    /// Before.
    pub old_score: Option<Points>,
    /// After.
    pub new_score: Option<Points>,
    /// The line it is held against.
    pub pass_line: Option<Points>,
    /// Who.
    pub operator: Option<CompactString>,
    /// Approval as recorded; `None` = none found.
    pub approval_no: Option<CompactString>,
    /// Reason as recorded.
    pub reason: Option<CompactString>,
    /// Whether an approval is on record.
    pub approved: bool,
    /// Whether results had been published.
    pub after_publication: Option<bool>,
    /// Source row.
    pub source: Provenance,
}

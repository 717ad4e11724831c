//! Results about raters: one panel a fit of the many-facet model, and the queue of works whose marking
//! is worth repeating.

use crate::model::component::Component;
use crate::model::ids::{BatchId, BodyId, CandidateId, RaterId};
use crate::model::points::Points;
use chrono::NaiveDateTime;

/// Raters of one body's component, measured together by the many-facet Rasch model.
#[derive(Clone, Debug)]
pub struct RaterPanel {
    /// Which body; `None` when the batches name none.
    pub body_id: Option<BodyId>,
    /// Which component was marked.
    pub component: Component,
    /// Batches whose marks are in the fit, ascending.
    pub batches: Vec<BatchId>,
    /// Marks in the fit.
    pub ratings: u64,
    /// Persons (one work of one candidate) in the fit.
    pub persons: u64,
    /// Criteria in the fit.
    pub criteria: u64,
    /// Connected subsets of the design; measures compare only within one.
    pub subsets: u64,
    /// Iterations of the estimate.
    pub iterations: u64,
    /// Largest score residual left at the end, in marks.
    pub residual: f64,
    /// Separation of the raters, ≥ 0.
    pub separation: Option<f64>,
    /// Strata (4·separation + 1) / 3.
    pub strata: Option<f64>,
    /// Reliability of the differences between raters, 0–1.
    pub reliability: Option<f64>,
    /// Fixed-effect χ² of equal severity.
    pub fixed_chi_square: Option<f64>,
    /// Its degrees of freedom.
    pub degrees_of_freedom: u64,
    /// Its p-value.
    pub chi_square_p_value: Option<f64>,
    /// Fewest marks a rater needs before anything is said of him or her.
    pub minimum_ratings: u64,
    /// One entry a rater, from the most severe to the most lenient.
    pub raters: Vec<RaterMeasure>,
    /// Control charts of the raters whose marks carry times, in the order of `raters`.
    pub control_charts: Vec<RaterControlChart>,
}

/// One rater of a panel.
#[derive(Clone, Debug)]
pub struct RaterMeasure {
    /// Which rater.
    pub rater_id: RaterId,
    /// Number of the connected subset, 1-based.
    pub subset: u64,
    /// Marks given.
    pub ratings: u64,
    /// Severity in logits, mean zero over the panel; + is severe. `None` when it cannot be estimated.
    pub severity_logit: Option<f64>,
    /// Joint standard error, logits.
    pub standard_error: Option<f64>,
    /// 95 % interval, logits.
    pub interval: Option<(f64, f64)>,
    /// p-value of severity 0, two-sided, Holm-adjusted over the panel.
    pub adjusted_p_value: Option<f64>,
    /// Mark that an average work would get from this rater, points.
    pub fair_average: Option<f64>,
    /// Information-weighted mean square; 1 is expected.
    pub infit: Option<f64>,
    /// Its standardised form.
    pub infit_zstd: Option<f64>,
    /// Unweighted mean square; 1 is expected.
    pub outfit: Option<f64>,
    /// Its standardised form.
    pub outfit_zstd: Option<f64>,
    /// Share of marks equal to another rater's on the same work and criterion, 0–1.
    pub exact_agreement: Option<f64>,
    /// The share that the model expects, 0–1.
    pub expected_agreement: Option<f64>,
    /// Halo: spread of the rater's marks over the criteria of one work against what the model expects, as ratio
    /// to the panel's median of the same, so that what all raters share is taken out. 1 is like the panel, small
    /// is halo.
    pub halo_ratio: Option<f64>,
    /// Holm-adjusted one-sided p-value of a ratio below 1.
    pub halo_adjusted_p_value: Option<f64>,
    /// Centrality: share of marks in the middle categories against the share the model expects, as ratio to the
    /// panel's median of the same. 1 is like the panel, large is centrality.
    pub centrality_ratio: Option<f64>,
    /// Holm-adjusted one-sided p-value of a ratio above 1.
    pub centrality_adjusted_p_value: Option<f64>,
    /// Range restriction: standard deviation of the rater's marks against what the model expects, as ratio to the
    /// panel's median of the same. 1 is like the panel, small is a restricted range.
    pub range_ratio: Option<f64>,
    /// Holm-adjusted one-sided p-value of a ratio below 1.
    pub range_adjusted_p_value: Option<f64>,
    /// Every mark is the same, so nothing else can be said.
    pub constant_marks: bool,
    /// Signs past their criterion: `severe`, `lenient`, `drift`, `halo`, `centrality`, `range_restriction`,
    /// `misfit`; sorted.
    pub signs: Vec<&'static str>,
}

/// Standardised residuals of one rater in the order of marking, with EWMA and CUSUM.
#[derive(Clone, Debug)]
pub struct RaterControlChart {
    /// Which rater.
    pub rater_id: RaterId,
    /// Weight λ of the EWMA.
    pub ewma_weight: f64,
    /// Width of the EWMA limits in standard errors.
    pub ewma_width: f64,
    /// Marks between two false signals of the EWMA, on average.
    pub ewma_run_length: f64,
    /// Reference value k of the CUSUM.
    pub cusum_reference: f64,
    /// Decision interval h of the CUSUM.
    pub cusum_limit: f64,
    /// Marks between two false signals of the CUSUM, on average.
    pub cusum_run_length: f64,
    /// One point a work, in the order of marking.
    pub points: Vec<ControlPoint>,
    /// First work (index into `points`) at which the EWMA is outside its limits.
    pub ewma_signal: Option<usize>,
    /// First work at which the CUSUM is outside its limit.
    pub cusum_signal: Option<usize>,
}

/// One work on a control chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlPoint {
    /// When it was marked.
    pub marked_at: NaiveDateTime,
    /// Standardised residual of the rater's mark; + is lenient.
    pub residual: f64,
    /// EWMA after this work.
    pub ewma: f64,
    /// Limit of the EWMA at this work; the lower one is its negative.
    pub ewma_limit: f64,
    /// Upper CUSUM, ≥ 0.
    pub cusum_upper: f64,
    /// Lower CUSUM, ≤ 0.
    pub cusum_lower: f64,
}

/// Works of one batch ordered by the probability that another marking would turn the decision.
#[derive(Clone, Debug)]
pub struct RemarkQueue {
    /// Which body.
    pub body_id: Option<BodyId>,
    /// Which batch.
    pub batch_id: BatchId,
    /// Works looked at.
    pub works: u64,
    /// Works left out because the model says nothing of them.
    pub left_out: u64,
    /// Most probable first; then by candidate.
    pub entries: Vec<RemarkEntry>,
}

/// One work of the queue.
#[derive(Clone, Debug)]
pub struct RemarkEntry {
    /// Whose work.
    pub candidate_id: CandidateId,
    /// Which component.
    pub component: Component,
    /// Score on record.
    pub score: Points,
    /// The line it is held against.
    pub pass_line: Points,
    /// Score expected from raters of average severity, points.
    pub fair_score: f64,
    /// Standard error of that score for one more marking, points.
    pub standard_error: f64,
    /// Probability that a marking by average raters falls on the other side of the line, 0–1.
    pub probability_of_flip: f64,
    /// Whether the score on record passes.
    pub passes: bool,
    /// Who marked, ascending.
    pub raters: Vec<RaterId>,
}

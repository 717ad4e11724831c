//! Settings of the detectors, resolved and checked before anything runs.

use crate::detect::activity::parameters::ActivityParameters;
use crate::detect::archive::parameters::ArchiveParameters;
use crate::detect::disorder::parameters::DisorderParameters;
use crate::detect::duties::parameters::AnnualReportParameters;
use crate::detect::item_bank::parameters::ItemBankParameters;
use crate::detect::scoring::declared::{AdjudicationRule, SameAnswerParameters};
use crate::detect::similarity::flag_rule::FlagRule;
use crate::detect::staff::parameters::StaffParameters;
use crate::detect::standard::parameters::StandardParameters;
use crate::detect::written::parameters::WrittenParameters;
use crate::model::points::Points;
use chrono::NaiveDate;

/// Settings of all detectors.
#[derive(Clone, Debug, Default)]
pub struct DetectParameters {
    /// Seed of everything random.
    pub seed: u64,
    /// The day up to which the records are judged, set by the pipeline; without it the latest examination on record.
    pub as_of: Option<NaiveDate>,
    /// Answer similarity.
    pub similarity: SimilarityParameters,
    /// Papers used again.
    pub form_reuse: FormReuseParameters,
    /// Written answers that are alike.
    pub written: WrittenParameters,
    /// Scoring by raters.
    pub scoring: ScoringParameters,
    /// Pass lines.
    pub pass_line: PassLineParameters,
    /// Score changes.
    pub score_change: ScoreChangeParameters,
    /// Qualification conditions.
    pub qualification: QualificationParameters,
    /// For which days the batches are all on record.
    pub activity: ActivityParameters,
    /// Annual reports.
    pub annual_report: AnnualReportParameters,
    /// Leaked items and disorder.
    pub disorder: DisorderParameters,
    /// Staff.
    pub staff: StaffParameters,
    /// Archives.
    pub archive: ArchiveParameters,
    /// Components and lines.
    pub standard: StandardParameters,
    /// Item banks.
    pub item_bank: ItemBankParameters,
}

/// Settings of the answer-similarity detector.
#[derive(Clone, Debug)]
pub struct SimilarityParameters {
    /// Family-wise level over all pairs compared within one form.
    pub significance_level: f64,
    /// Fewest items both sheets must have answered for a pair to be compared.
    pub minimum_items: u32,
    /// Which statistics a flag rests on.
    pub rule: FlagRule,
    /// Most flagged pairs of a form kept with both answer strings.
    pub maximum_pairs_reported: usize,
}

impl Default for SimilarityParameters {
    fn default() -> Self {
        Self { significance_level: 0.01, minimum_items: 10, rule: FlagRule::Single, maximum_pairs_reported: 500 }
    }
}

/// Settings of the form-reuse detector.
#[derive(Clone, Debug)]
pub struct FormReuseParameters {
    /// Share of the smaller paper's specific items from which two papers are alike, per cent.
    pub overlap_percent: u32,
    /// Likeness from which two items are near, per cent.
    pub near_percent: u32,
    /// 知识领域 of common knowledge, whose items are counted apart.
    pub common_domains: Vec<String>,
    /// Most items of a group listed with their places.
    pub maximum_items_reported: usize,
}

impl Default for FormReuseParameters {
    fn default() -> Self {
        Self {
            overlap_percent: 80,
            near_percent: 90,
            common_domains: ["职业道德", "基础知识"].map(str::to_owned).into(),
            maximum_items_reported: 500,
        }
    }
}

/// Settings of the scoring detector.
#[derive(Clone, Debug)]
pub struct ScoringParameters {
    /// Raters that every piece of work needs.
    pub required_raters: u8,
    /// Two marks that differ by this share of the maximum or more need a third rater (numerator, denominator).
    pub tolerance_share: (i64, i64),
    /// Smallest step of a mark; marks that are no multiple of it are off the rubric.
    pub mark_step: Points,
    /// Level of the rater tests, after Holm over raters.
    pub significance_level: f64,
    /// Smallest mean deviation, as share of the maximum mark, that is worth a sign.
    pub minimum_deviation_rate: f64,
    /// What is worth a sign beside significance, in the panel of raters.
    pub rater_effects: RaterEffectParameters,
    /// A work stands in the re-mark queue when one more marking would turn its decision with this probability or more,
    /// per cent.
    pub remark_minimum_percent: u32,
    /// Same answer, different mark.
    pub same_answer: SameAnswerParameters,
    /// Declared rules of the final mark; none = nothing declared.
    pub adjudication: Vec<AdjudicationRule>,
}

impl Default for ScoringParameters {
    fn default() -> Self {
        Self {
            required_raters: 2,
            tolerance_share: (20, 100),
            mark_step: Points::from_millionths(500_000),
            significance_level: 0.01,
            minimum_deviation_rate: 0.05,
            rater_effects: RaterEffectParameters::default(),
            remark_minimum_percent: 5,
            same_answer: SameAnswerParameters::default(),
            adjudication: Vec::new(),
        }
    }
}

/// From where an effect of a rater is worth a sign, beside being significant; per cent of what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RaterEffectParameters {
    /// Works that a rater needs before an effect is looked for.
    pub minimum_works: u32,
    /// Spread over the criteria of one work, at most so much of the panel's.
    pub halo_percent: u32,
    /// Share of marks in the middle, at least so much of the panel's.
    pub centrality_percent: u32,
    /// Standard deviation over the works, at most so much of the panel's.
    pub range_percent: u32,
    /// Infit above so much of what the model expects is a misfit.
    pub misfit_percent: u32,
}

impl Default for RaterEffectParameters {
    fn default() -> Self {
        Self { minimum_works: 20, halo_percent: 60, centrality_percent: 125, range_percent: 75, misfit_percent: 150 }
    }
}

/// Settings of the pass-line detectors.
#[derive(Clone, Debug)]
pub struct PassLineParameters {
    /// Line that holds where no approval names another.
    pub default_line: Points,
    /// How far honest counts beside the line may bend, percent.
    pub heaping_curvature_percent: u32,
    /// False discovery rate over the groups of a kind in the data set.
    pub heaping_significance_level: f64,
    /// Fewest candidates at the three scores about the line for a group to be tested.
    pub heaping_minimum: u64,
    /// Scores below the line that may have lost candidates.
    pub heaping_window: u32,
}

impl Default for PassLineParameters {
    fn default() -> Self {
        Self {
            default_line: Points::whole(60),
            heaping_curvature_percent: 2,
            heaping_significance_level: 0.005,
            heaping_minimum: 10,
            heaping_window: 3,
        }
    }
}

/// Settings of the score-change detector.
#[derive(Clone, Debug)]
pub struct ScoreChangeParameters {
    /// Family-wise level of each kind of test (direction, operators, landing, burst) over the data set.
    pub significance_level: f64,
    /// Fewest changes that are tested: line crossings of a batch, changes of an operator, changes of a batch.
    pub minimum_changes: u64,
    /// Fewest candidates of a run of equal changes under one approval that is taken as one correction.
    pub minimum_group: u64,
    /// Whether every change needs an approver on record who is not the operator.
    pub second_person_required: bool,
    /// A change that ends on the line or within this above it lands on the line.
    pub landing_step: Points,
}

impl Default for ScoreChangeParameters {
    fn default() -> Self {
        Self {
            significance_level: 0.01,
            minimum_changes: 5,
            minimum_group: 5,
            second_person_required: false,
            landing_step: Points::from_millionths(500_000),
        }
    }
}

/// Settings of the qualification detector.
#[derive(Clone, Debug)]
pub struct QualificationParameters {
    /// Condition template: `auto` (by exam date), `2018` or `2023`.
    pub template: String,
}

impl Default for QualificationParameters {
    fn default() -> Self {
        Self { template: "auto".to_owned() }
    }
}

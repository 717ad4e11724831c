//! What `kaojian similarity` is asked for, and why it may not be done.

use crate::detect::similarity::flag_rule::FlagRule;
use crate::detect::similarity::screening::ScreenStatistic;
use crate::detect::similarity::significance::Control;
use crate::model::identity::mask_embedded_numbers;
use crate::model::item_parameters::ItemParameters;
use crate::model::text::Bilingual;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// A published index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Index {
    /// Generalised binomial test.
    Gbt,
    /// Omega, unconditional and in both directions.
    Omega,
    /// M4, right and wrong matches apart.
    M4,
    /// K: rate of the copier's group.
    K,
    /// K with a linear regression.
    K1,
    /// K with a quadratic regression.
    K2,
    /// Poisson regression of identical wrong responses.
    S1,
    /// The same with weighted right matches.
    S2,
    /// Wesolowsky's z.
    Wesolowsky,
}

/// Every index, in the order of the output.
pub const INDICES: [Index; 9] =
    [Index::Gbt, Index::Omega, Index::M4, Index::K, Index::K1, Index::K2, Index::S1, Index::S2, Index::Wesolowsky];

impl Index {
    /// Stable name, as typed and as in the columns of the output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gbt => "gbt",
            Self::Omega => "omega",
            Self::M4 => "m4",
            Self::K => "k",
            Self::K1 => "k1",
            Self::K2 => "k2",
            Self::S1 => "s1",
            Self::S2 => "s2",
            Self::Wesolowsky => "wesolowsky",
        }
    }
}

/// Which response model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelChoice {
    /// By the size of the batch.
    #[default]
    Auto,
    /// Nominal response model.
    Nominal,
    /// Two-parameter model of a right response, times shares of the wrong options.
    TwoParameter,
    /// Rasch model of a right response, times shares of the wrong options.
    Rasch,
    /// Wesolowsky's model.
    Wesolowsky,
}

/// Which pairs are compared and put out.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PairChoice {
    /// All are compared, the flagged are put out.
    #[default]
    Flagged,
    /// All are compared and put out.
    All,
    /// These, which are then the family.
    Listed(Vec<(CompactString, CompactString)>),
}

/// What a blank is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blanks {
    /// No response: the item is dropped for the pair.
    #[default]
    Missing,
    /// An option of its own, where it is frequent enough.
    Option,
}

/// Everything a study needs beside the responses.
#[derive(Clone, Debug)]
pub struct StudyParameters {
    /// Response model.
    pub model: ModelChoice,
    /// Given item parameters; the model is then not fitted.
    pub item_parameters: Option<ItemParameters>,
    /// Given abilities, by person; only with given item parameters.
    pub abilities: Option<BTreeMap<CompactString, f64>>,
    /// Indices to put out.
    pub indices: BTreeSet<Index>,
    /// Pairs to compare.
    pub pairs: PairChoice,
    /// Level after multiplicity control.
    pub significance_level: f64,
    /// The p-value that flags rest on; identical responses need identical wrong ones beyond chance beside them.
    pub statistic: ScreenStatistic,
    /// Which statistics a flag rests on; `statistic` is that of a single rule.
    pub rule: FlagRule,
    /// Multiplicity control.
    pub control: Control,
    /// Whether to put out the options of a fitted nominal model with their standard errors.
    pub with_options: bool,
    /// What a blank is.
    pub blanks: Blanks,
    /// Fewest common items of a pair.
    pub minimum_items: u32,
    /// Data sets simulated from the fitted model for the rate of false flags; 0 = none.
    pub bootstrap: u32,
    /// Seed of the bootstrap.
    pub seed: u64,
}

impl Default for StudyParameters {
    fn default() -> Self {
        Self {
            model: ModelChoice::Auto,
            item_parameters: None,
            abilities: None,
            indices: INDICES.into_iter().collect(),
            pairs: PairChoice::Flagged,
            significance_level: 0.01,
            statistic: ScreenStatistic::Identical,
            rule: FlagRule::Single,
            control: Control::Holm,
            with_options: false,
            blanks: Blanks::Missing,
            minimum_items: 1,
            bootstrap: 0,
            seed: 0,
        }
    }
}

/// Why a study is not possible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// Fewer than two sheets with responses.
    #[error("fewer than two persons have responses, or no pair has enough common items: nothing can be compared")]
    TooFewSheets,
    /// The key fits no response: probably the key of another form.
    #[error("no response agrees with the key\n\nhint: is it the key of this form, with the same labels?")]
    KeyFitsNothing,
    /// The level is no probability.
    #[error("the significance level must be between 0 and 1, not {0}")]
    Level(f64),
    /// Abilities without item parameters have no scale.
    #[error("abilities need item parameters on the same scale\n\nhint: --item-parameters FILE")]
    AbilitiesAlone,
    /// The asked model and the kind of parameters disagree.
    #[error("the item parameters given do not belong to the model asked for")]
    ModelMismatch,
    /// Items compared for which no parameters are given.
    #[error("no parameters for items: {}", .0.join(", "))]
    ParametersMissing(Vec<String>),
    /// Responses or options that have no parameters.
    #[error("no parameters for options: {}", .0.join(", "))]
    OptionsMissing(Vec<String>),
    /// Persons without a given ability.
    #[error("no ability for {count} persons, the first: {first}")]
    AbilitiesMissing {
        /// How many.
        count: usize,
        /// One of them.
        first: String,
    },
    /// A listed person who has no sheet, or a person paired with itself.
    #[error("pair {row}: `{person}` has no sheet that could be compared, or is paired with itself")]
    UnknownPerson {
        /// 1-based pair.
        row: usize,
        /// The person.
        person: String,
    },
    /// The model asked for could not be fitted.
    #[error("the {0} model did not converge on these responses\n\nhint: --model auto chooses by the size of the batch")]
    NotConverged(&'static str),
    /// More pairs than a table should hold.
    #[error("{pairs} pairs are too many for one table\n\nhint: --pairs flagged, or a file of pairs")]
    TooManyPairs {
        /// How many.
        pairs: u64,
    },
}

impl StudyError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::TooFewSheets => "有作答的考生不足两人，或没有一对有足够的共同作答，无从比较".to_owned(),
            Self::KeyFitsNothing => "没有任何作答与标准答案相符\n\n提示：这是否为本试卷、同一标签的答案？".to_owned(),
            Self::Level(level) => format!("显著性水平须在 0 与 1 之间，而不是 {level}"),
            Self::AbilitiesAlone => {
                "给定能力值时须同时给定同一尺度的题目参数\n\n提示：--item-parameters 文件".to_owned()
            }
            Self::ModelMismatch => "给定的题目参数与所选模型不符".to_owned(),
            Self::ParametersMissing(items) => format!("这些题没有参数：{}", items.join("、")),
            Self::OptionsMissing(options) => format!("这些选项没有参数：{}", options.join("、")),
            Self::AbilitiesMissing { count, first } => format!("{count} 名考生没有能力值，第一名：{first}"),
            Self::UnknownPerson { row, person } => format!("第 {row} 对：{person} 没有可比较的答卷，或与自身配对"),
            Self::NotConverged(model) => format!("{model} 模型未收敛\n\n提示：--model auto 按批次大小选择"),
            Self::TooManyPairs { pairs } => format!("{pairs} 对超出一张表的容量\n\n提示：--pairs flagged 或配对文件"),
        };
        let masked = |text: String| mask_embedded_numbers(&text).into_owned();
        Bilingual::new(masked(zh), masked(self.to_string()))
    }
}

//! What the user typed after `kaojian similarity`.

use crate::detect::similarity::flag_rule::FlagRule;
use crate::detect::similarity::screening::ScreenStatistic;
use crate::detect::similarity::significance::Control;
use crate::detect::similarity::study_parameters::{Blanks, Index, ModelChoice};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `kaojian similarity`.
#[derive(Debug, Args)]
pub struct SimilarityArguments {
    /// Responses, wide: the first column is the person, every other column an item; blank or NA is missing
    pub responses: PathBuf,
    /// Key with columns item,key [default: the responses are scores, 1 is right]
    #[arg(long)]
    pub key: Option<PathBuf>,
    /// File to write: .csv, .parquet or .json
    #[arg(short, long)]
    pub out: PathBuf,
    /// Response model; auto chooses by the size of the batch
    #[arg(long, value_enum, default_value_t = ModelName::Auto)]
    pub model: ModelName,
    /// Given item parameters: item,option,slope,intercept or item,a,b,c
    #[arg(long)]
    pub item_parameters: Option<PathBuf>,
    /// Given abilities: person,theta (with item parameters)
    #[arg(long)]
    pub abilities: Option<PathBuf>,
    /// Indices to put out, separated by commas [default: all]
    #[arg(long = "index", value_enum, value_delimiter = ',')]
    pub indices: Vec<IndexName>,
    /// flagged: the flagged pairs; all: every pair; or a file with columns person_a,person_b
    #[arg(long, default_value = "flagged")]
    pub pairs: String,
    /// What flags rest on: gbt, identical responses; m4, right and wrong ones counted apart; incorrect, wrong ones only
    #[arg(long, value_enum, default_value_t = StatisticName::Gbt)]
    pub statistic: StatisticName,
    /// single: the statistic above; act: both statistics must be past the level; monitor: one of both is enough
    #[arg(long, value_enum, default_value_t = RuleName::Single)]
    pub rule: RuleName,
    /// Level after the control of many comparisons
    #[arg(long, default_value_t = 0.01)]
    pub significance_level: f64,
    /// Control of many comparisons: holm, the chance of any false flag; bh, the share of false flags
    #[arg(long, value_enum, default_value_t = ControlName::Holm)]
    pub control: ControlName,
    /// missing: an item that one of a pair left blank is dropped for the pair; option: frequent blanks are an option
    #[arg(long, value_enum, default_value_t = BlanksName::Missing)]
    pub blanks: BlanksName,
    /// Fewest items that both persons of a pair answered
    #[arg(long, default_value_t = 1)]
    pub minimum_items: u32,
    /// Column of the responses with the room, centre or body: pairs of different groups are the control group
    #[arg(long)]
    pub group: Option<String>,
    /// Column of the responses with the seat number: row and column, or a running number
    #[arg(long)]
    pub seat: Option<String>,
    /// File for the persons of the clusters: .csv, .parquet or .json
    #[arg(long)]
    pub clusters: Option<PathBuf>,
    /// File for the test of each group: .csv, .parquet or .json
    #[arg(long)]
    pub places: Option<PathBuf>,
    /// File for the options of a fitted nominal model, with standard errors: .csv, .parquet or .json
    #[arg(long)]
    pub options: Option<PathBuf>,
    /// Folder for a report with the pairs side by side, charts and seats
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// Batches to simulate from the fitted model for the rate of false flags
    #[arg(long, default_value_t = 0)]
    pub bootstrap: u32,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
}

/// A response model as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModelName {
    /// By the size of the batch
    Auto,
    /// Nominal response model
    Nominal,
    /// Two-parameter model times shares of the wrong options
    TwoPl,
    /// Rasch model times shares of the wrong options
    Rasch,
    /// Wesolowsky's model
    Wesolowsky,
}

impl From<ModelName> for ModelChoice {
    fn from(name: ModelName) -> Self {
        match name {
            ModelName::Auto => Self::Auto,
            ModelName::Nominal => Self::Nominal,
            ModelName::TwoPl => Self::TwoParameter,
            ModelName::Rasch => Self::Rasch,
            ModelName::Wesolowsky => Self::Wesolowsky,
        }
    }
}

/// An index as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IndexName {
    /// Generalised binomial test
    Gbt,
    /// Omega
    Omega,
    /// M4
    M4,
    /// K
    K,
    /// K1
    K1,
    /// K2
    K2,
    /// S1
    S1,
    /// S2
    S2,
    /// Wesolowsky's z
    Wesolowsky,
}

impl From<IndexName> for Index {
    fn from(name: IndexName) -> Self {
        match name {
            IndexName::Gbt => Self::Gbt,
            IndexName::Omega => Self::Omega,
            IndexName::M4 => Self::M4,
            IndexName::K => Self::K,
            IndexName::K1 => Self::K1,
            IndexName::K2 => Self::K2,
            IndexName::S1 => Self::S1,
            IndexName::S2 => Self::S2,
            IndexName::Wesolowsky => Self::Wesolowsky,
        }
    }
}

/// A statistic as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatisticName {
    /// Identical responses, with wrong ones beyond chance among them
    Gbt,
    /// Identical wrong responses
    Incorrect,
    /// Right and wrong identical responses counted apart, with wrong ones beyond chance
    M4,
}

impl From<StatisticName> for ScreenStatistic {
    fn from(name: StatisticName) -> Self {
        match name {
            StatisticName::Gbt => Self::Identical,
            StatisticName::Incorrect => Self::IdenticalIncorrect,
            StatisticName::M4 => Self::MatchPattern,
        }
    }
}

/// A rule as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RuleName {
    /// One statistic
    Single,
    /// All statistics
    Act,
    /// Any statistic
    Monitor,
}

impl From<RuleName> for FlagRule {
    fn from(name: RuleName) -> Self {
        match name {
            RuleName::Single => Self::Single,
            RuleName::Act => Self::Act,
            RuleName::Monitor => Self::Monitor,
        }
    }
}

/// What a blank is, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BlanksName {
    /// No response
    Missing,
    /// An option of its own
    Option,
}

impl From<BlanksName> for Blanks {
    fn from(name: BlanksName) -> Self {
        match name {
            BlanksName::Missing => Self::Missing,
            BlanksName::Option => Self::Option,
        }
    }
}

/// A control of many comparisons as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ControlName {
    /// Holm
    Holm,
    /// Benjamini–Hochberg
    Bh,
}

impl From<ControlName> for Control {
    fn from(name: ControlName) -> Self {
        match name {
            ControlName::Holm => Self::Holm,
            ControlName::Bh => Self::BenjaminiHochberg,
        }
    }
}

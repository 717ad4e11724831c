//! What the user typed after `kaojian similarity`.

use crate::detect::similarity::screening::ScreenStatistic;
use crate::detect::similarity::study_parameters::{Control, Index, ModelChoice};
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
    /// What flags rest on: gbt, identical responses with wrong ones beyond chance; incorrect, identical wrong responses
    #[arg(long, value_enum, default_value_t = StatisticName::Gbt)]
    pub statistic: StatisticName,
    /// Level after the control of many comparisons
    #[arg(long, default_value_t = 0.01)]
    pub significance_level: f64,
    /// Control of many comparisons: holm, the chance of any false flag; bh, the share of false flags
    #[arg(long, value_enum, default_value_t = ControlName::Holm)]
    pub control: ControlName,
    /// Fewest items that both persons of a pair answered
    #[arg(long, default_value_t = 1)]
    pub minimum_items: u32,
    /// Column of the responses with the room, centre or body; put out with the pairs
    #[arg(long)]
    pub group: Option<String>,
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
    /// Identical responses
    Gbt,
    /// Identical wrong responses
    Incorrect,
}

impl From<StatisticName> for ScreenStatistic {
    fn from(name: StatisticName) -> Self {
        match name {
            StatisticName::Gbt => Self::Identical,
            StatisticName::Incorrect => Self::IdenticalIncorrect,
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

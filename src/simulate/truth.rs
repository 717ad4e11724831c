//! The truth about a simulated city, written beside its files as `truth.json`.

use crate::simulate::body_plant::BodyPlantKind;
use crate::simulate::parameters::PlantKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of the file.
pub const TRUTH_FILE: &str = "truth.json";

/// Everything known about the city that its files do not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityTruth {
    /// Version of this layout.
    pub schema: u32,
    /// Preset it was made from.
    pub preset: String,
    /// Seed.
    pub seed: u64,
    /// Batches in the order of their identifiers.
    pub batches: Vec<BatchTruth>,
    /// Planted cases, lawful ones too, in the order of batches.
    pub plants: Vec<PlantTruth>,
    /// Cases planted in the tables of bodies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body_plants: Vec<BodyPlantTruth>,
    /// Rows or values that no reader can use.
    pub expected_quarantine: Vec<ExpectedQuarantine>,
}

/// What is expected of one batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchTruth {
    /// 批次号.
    pub batch_id: String,
    /// Its body.
    pub body_id: String,
    /// 考试日期.
    pub exam_date: String,
    /// Registrations.
    pub registered: usize,
    /// Of these admitted.
    pub admitted: usize,
    /// Of these sat.
    pub sat: usize,
    /// Registered and not qualified in truth.
    pub registered_unqualified: usize,
    /// Admitted and not qualified in truth.
    pub admitted_unqualified: usize,
    /// Whether no flag of any kind is expected.
    pub honest: bool,
    /// Expected verdict of every article: facts give `MET`, statistical signs `INDICATION`.
    pub verdicts: BTreeMap<String, String>,
}

/// One planted case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlantTruth {
    /// 批次号.
    pub batch_id: String,
    /// What was planted, with its numbers.
    #[serde(flatten)]
    pub kind: PlantKind,
    /// Whether the rules allow it, so that nothing is expected.
    pub lawful: bool,
    /// Candidates, raters or items concerned, in byte order.
    pub subjects: Vec<String>,
    /// Pairs of sheets that share answers, smaller identifier first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub similar_pairs: Vec<(String, String)>,
    /// What should be found.
    pub expected: Vec<ExpectedFinding>,
}

/// One planted case of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyPlantTruth {
    /// 统一社会信用代码.
    pub body_id: String,
    /// What was planted.
    #[serde(flatten)]
    pub kind: BodyPlantKind,
    /// What should be found of the body, or of its batches.
    pub expected: Vec<ExpectedFinding>,
}

/// One finding that should come of a planted case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedFinding {
    /// Article.
    pub article: String,
    /// Verdict this case alone gives.
    pub verdict: String,
    /// `detector.measure` that sees it.
    pub measure: String,
}

/// A row or value that should be refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExpectedQuarantine {
    /// Path relative to the folder, with `/`.
    pub file: String,
    /// Sheet, empty where the format has none.
    pub sheet: String,
    /// 1-based row as a person counts it.
    pub row: u32,
    /// Header of the column.
    pub column: String,
    /// Whether the row is useless without it.
    pub row_refused: bool,
    /// What is wrong.
    pub reason: String,
}

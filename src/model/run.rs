//! What one run was: enough to repeat it. Holds no clock time, so the same input gives the same bytes.

use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::observation::MeasureNames;
use crate::model::quarantine::QuarantineEntry;
use serde::Serialize;
use std::collections::BTreeMap;

/// Identity of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RunRecord {
    /// Version of the program.
    pub version: String,
    /// Every resolved setting by its dotted name.
    pub settings: BTreeMap<String, String>,
    /// Seed of everything random.
    pub seed: u64,
    /// Rule pack used.
    pub rule_pack: String,
    /// SHA-256 over the pack's files.
    pub rule_pack_sha256: String,
}

/// Everything the report is made from.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// What was run.
    pub run: RunRecord,
    /// The tables.
    pub dataset: Dataset,
    /// Refused rows, sorted by source.
    pub quarantine: Vec<QuarantineEntry>,
    /// Sorted by article, body, batch.
    pub findings: Vec<Finding>,
    /// In the order of the detectors.
    pub evidence: Vec<Evidence>,
    /// What each `detector.measure` is called.
    pub measure_names: MeasureNames,
}

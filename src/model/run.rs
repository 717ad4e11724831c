//! What one run was: enough to repeat it. Holds no clock time, so the same input gives the same bytes.

use crate::model::checklist::InspectionItem;
use crate::model::credit::CreditCard;
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::observation::MeasureNames;
use crate::model::quarantine::QuarantineEntry;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
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
    /// Each pack with its dates.
    pub rule_packs: Vec<PackRecord>,
}

/// One rule pack of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PackRecord {
    /// Stable name.
    pub id: String,
    /// Version of the pack.
    pub version: String,
    /// Title of the regulation.
    pub title: Bilingual,
    /// Who issued it.
    pub authority: Bilingual,
    /// The place it holds for; `None` for everywhere.
    pub region: Option<String>,
    /// First day in force, if the text names one.
    pub effective_from: Option<NaiveDate>,
    /// Last day in force, if it has ended.
    pub effective_to: Option<NaiveDate>,
    /// SHA-256 over its files.
    pub sha256: String,
    /// SHA-256 of the regulation's text.
    pub source_sha256: Option<String>,
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
    /// Credit of every body, by body.
    pub credit: Vec<CreditCard>,
    /// What an inspection covers, by rule pack and article.
    pub inspection_items: Vec<InspectionItem>,
}

impl Inspection {
    /// Evidence as the report takes it, without findings.
    pub fn of_evidence(run: RunRecord, evidence: Vec<Evidence>) -> Self {
        Self {
            run,
            dataset: Dataset::default(),
            quarantine: Vec::new(),
            findings: Vec::new(),
            evidence,
            measure_names: MeasureNames::default(),
            credit: Vec::new(),
            inspection_items: Vec::new(),
        }
    }
}

//! Cases planted in the duties of a body towards its supervisor, rather than in a batch.

use crate::model::finding::Verdict;
use serde::{Deserialize, Serialize};

/// What is planted in the tables of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum BodyPlantKind {
    /// The body holds batches at its second site, which it has not on file.
    UnfiledSite,
    /// One fee is a yuan above the one published.
    FeeAbovePublished,
    /// Two complaints within half a year, both verified.
    TwoComplaints,
    /// The report of a year is not handed in, and that of the next year is.
    ReportMissing,
    /// An order to rectify is closed on the day after its deadline.
    RectificationLate,
}

/// A planted case of one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyPlant {
    /// Number of the body, from 0.
    pub body: usize,
    /// What is planted.
    #[serde(flatten)]
    pub kind: BodyPlantKind,
}

impl BodyPlantKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::UnfiledSite, Self::FeeAbovePublished, Self::TwoComplaints, Self::ReportMissing, Self::RectificationLate];

    /// What should be found of the body: article, verdict, measure.
    pub const fn finding(self) -> (&'static str, Verdict, &'static str) {
        match self {
            Self::UnfiledSite => ("16(2)", Verdict::Met, "filing.site"),
            Self::FeeAbovePublished => ("21(5)", Verdict::Met, "fee.differs"),
            Self::TwoComplaints => ("21(3)", Verdict::Met, "complaint.received"),
            Self::ReportMissing => ("21(4)", Verdict::Met, "annual_report.missing"),
            Self::RectificationLate => ("21(7)", Verdict::Met, "rectification.order"),
        }
    }
}

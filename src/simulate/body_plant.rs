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
    /// The body holds batches at its second site, which another body has on file and it has not.
    ForeignSite,
    /// A second row of one occupation, level and site whose term begins while the first runs.
    OverlappingTerms,
    /// A body that holds nothing for twenty-three months up to the last examination, from its filing on.
    IdleYear,
    /// A body that holds nothing for thirty-five months up to the last examination, from its filing on.
    IdleTwoYears,
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
    pub const ALL: [Self; 9] = [
        Self::UnfiledSite,
        Self::FeeAbovePublished,
        Self::TwoComplaints,
        Self::ReportMissing,
        Self::RectificationLate,
        Self::ForeignSite,
        Self::OverlappingTerms,
        Self::IdleYear,
        Self::IdleTwoYears,
    ];

    /// Months without a batch before the last examination, as many as hold one or two whole calendar years on whatever
    /// day they end; a body of this kind is beside those that hold the batches.
    pub const fn idle_months(self) -> Option<u32> {
        match self {
            Self::IdleYear => Some(23),
            Self::IdleTwoYears => Some(35),
            _ => None,
        }
    }

    /// Years that the batches of the city have to span, so that its register shows the idle months.
    pub const fn years(self) -> usize {
        match self {
            Self::IdleYear => 3,
            Self::IdleTwoYears => 4,
            _ => 1,
        }
    }

    /// What should be found of the body: article, verdict, measure.
    pub const fn findings(self) -> &'static [(&'static str, Verdict, &'static str)] {
        match self {
            Self::UnfiledSite => &[("16(2)", Verdict::Met, "filing.site"), ("21(1)", Verdict::Met, "filing.site")],
            Self::FeeAbovePublished => &[("21(5)", Verdict::Met, "fee.differs")],
            Self::TwoComplaints => &[("21(3)", Verdict::Met, "complaint.received")],
            Self::ReportMissing => &[("21(4)", Verdict::Met, "annual_report.missing")],
            Self::RectificationLate => &[("21(7)", Verdict::Met, "rectification.order")],
            Self::ForeignSite => &[
                ("16(2)", Verdict::Met, "filing.site"),
                ("21(1)", Verdict::Met, "filing.site"),
                ("22(4)", Verdict::Indication, "filing.foreign_site"),
            ],
            Self::OverlappingTerms => {
                &[("16(2)", Verdict::Met, "filing.dates"), ("22(1)", Verdict::Indication, "filing.dates")]
            }
            Self::IdleYear => &[("21(2)", Verdict::Met, "activity.held")],
            Self::IdleTwoYears => &[("21(2)", Verdict::Met, "activity.held"), ("22(5)", Verdict::Met, "activity.held")],
        }
    }
}

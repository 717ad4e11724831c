//! Which text was in force on the day that a finding is judged by.

use chrono::NaiveDate;
use serde::Serialize;

/// The rule pack behind one finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// Version of the pack.
    pub version: String,
    /// First day in force, if the text names one.
    pub effective_from: Option<NaiveDate>,
    /// Last day in force, if it has ended.
    pub effective_to: Option<NaiveDate>,
    /// The day that decides: of the examination, or, for a body, the day up to which the records are judged.
    pub judged_on: Option<NaiveDate>,
    /// `false` when no pack was in force on that day: the nearest one is named, and nothing is concluded from it.
    pub in_force: bool,
}

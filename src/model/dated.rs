//! What an observation has on which days: rules that count within windows, measure absences or compare with
//! deadlines read these, and nothing else of a detector.

use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use chrono::NaiveDate;

/// The dated part of an observation; empty where nothing is dated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dated {
    /// What is on record, sorted by date and subject.
    pub events: Vec<DatedEvent>,
    /// The days for which the records are held to be whole: within them, what is not on record did not happen.
    /// `None` when nothing says so; an absence can then not be concluded.
    pub covers: Option<Period>,
}

/// Days from one to another, both included; an absent end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Period {
    /// Whether a day lies within, both ends included.
    ///
    /// ```
    /// use kaojian::model::dated::Period;
    /// let day = |text: &str| text.parse().unwrap();
    /// let year = Period { from: Some(day("2025-01-01")), to: Some(day("2025-12-31")) };
    /// assert!(year.holds(day("2025-12-31")) && !year.holds(day("2026-01-01")));
    /// ```
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// One thing that happened, or had to happen.
///
/// | test of a rule | `date` | `term` |
/// |---|---|---|
/// | count in a window | the day that counts (received, examined) | – |
/// | absence in a window, activity | the day of the activity | – |
/// | absence in a window, counted from | the day of the filing | `to`: last day of the filing |
/// | deadline passed | the day it was done; `None` = not done | `to`: the last day allowed |
/// | date valid | the day of use | first and last day of validity |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatedEvent {
    /// The day; `None` when it is not on record (for a duty: when it was not done).
    pub date: Option<NaiveDate>,
    /// The term that the day is held against, where the test has one.
    pub term: Period,
    /// `false` when the records leave open whether this counts, such as a complaint without a result.
    pub is_certain: bool,
    /// What it is about, such as a complaint or a paper, by identifier. Uses of one paper share a subject.
    pub subject: String,
    /// The source rows.
    pub sources: Vec<Provenance>,
    /// What is seen, in one neutral sentence.
    pub detail: Bilingual,
}

//! Settings of the activity detector.

use chrono::NaiveDate;

/// What somebody who knows the records says of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActivityParameters {
    /// The table of batches is whole from this day on.
    pub whole_from: Option<NaiveDate>,
    /// And up to this day; without it up to the day of judgement.
    pub whole_to: Option<NaiveDate>,
}

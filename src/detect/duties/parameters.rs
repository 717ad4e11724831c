//! Settings of the duties that the regulation names without a day.

use chrono::NaiveDate;

/// Settings of the annual-report detector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnnualReportParameters {
    /// The last day of submission, in the year after the one reported on; none = nobody said which.
    pub deadline: Option<DayOfYear>,
}

/// A month and a day, such as 31 March.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfYear {
    month: u32,
    day: u32,
}

impl DayOfYear {
    /// Reads `03-31`.
    ///
    /// ```
    /// use kaojian::detect::duties::parameters::DayOfYear;
    /// let last = DayOfYear::parse("02-29").unwrap();
    /// assert_eq!(last.of(2024).unwrap().to_string(), "2024-02-29");
    /// assert_eq!(last.of(2025).unwrap().to_string(), "2025-02-28");
    /// assert_eq!(DayOfYear::parse("02-30"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        if month.len() != 2 || day.len() != 2 {
            return None;
        }
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // A leap year has every day.
        NaiveDate::from_ymd_opt(2000, month, day).map(|_| Self { month, day })
    }

    /// That day of a year; 29 February is the 28th where there is none.
    pub fn of(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
            .or_else(|| NaiveDate::from_ymd_opt(year, self.month, self.day.checked_sub(1)?))
    }

    /// As it is written.
    pub fn text(self) -> String {
        format!("{:02}-{:02}", self.month, self.day)
    }
}

//! Settings about bodies rather than papers: how far the register of batches is whole, and days that the regulation
//! leaves to others.

use crate::detect::activity::parameters::ActivityParameters;
use crate::detect::disorder::parameters::DisorderParameters;
use crate::detect::duties::parameters::{AnnualReportParameters, DayOfYear};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A value that is refused: dotted name, what it may be, what it is.
pub(super) type Refused = (&'static str, &'static str, String);

/// `[activity]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ActivitySettings {
    whole_from: Option<String>,
    whole_to: Option<String>,
}

/// `[annual_report]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AnnualReportSettings {
    deadline: Option<String>,
}

/// `[disorder]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DisorderSettings {
    significance_level: Option<f64>,
    minimum_delta_hundredths: Option<u32>,
    minimum_common_items: Option<u32>,
}

fn day(name: &'static str, text: Option<String>) -> Result<Option<NaiveDate>, Refused> {
    text.map(|text| text.parse().map_err(|_| (name, "\"2026-06-30\"", text))).transpose()
}

impl ActivitySettings {
    /// The checked settings.
    pub(super) fn resolve(self) -> Result<ActivityParameters, Refused> {
        let whole_from = day("activity.whole_from", self.whole_from)?;
        let whole_to = day("activity.whole_to", self.whole_to)?;
        if let Some(to) = whole_to.filter(|to| whole_from.is_none_or(|from| *to < from)) {
            return Err(("activity.whole_to", "a day after `activity.whole_from`", to.to_string()));
        }
        Ok(ActivityParameters { whole_from, whole_to })
    }
}

impl AnnualReportSettings {
    /// The checked settings.
    pub(super) fn resolve(self) -> Result<AnnualReportParameters, Refused> {
        let deadline = self
            .deadline
            .map(|text| DayOfYear::parse(&text).ok_or(("annual_report.deadline", "\"03-31\" (month-day)", text)));
        Ok(AnnualReportParameters { deadline: deadline.transpose()? })
    }
}

impl DisorderSettings {
    /// The checked settings.
    pub(super) fn resolve(self) -> Result<DisorderParameters, Refused> {
        let mut parameters = DisorderParameters::default();
        if let Some(level) = self.significance_level {
            if !(level > 0.0 && level < 1.0) {
                return Err(("disorder.significance_level", "> 0, < 1", level.to_string()));
            }
            parameters.significance_level = level;
        }
        if let Some(delta) = self.minimum_delta_hundredths {
            parameters.minimum_delta_hundredths = delta;
        }
        if let Some(items) = self.minimum_common_items {
            if items < 2 {
                return Err(("disorder.minimum_common_items", "≥ 2", items.to_string()));
            }
            parameters.minimum_common_items = items;
        }
        Ok(parameters)
    }
}

/// The settings by their dotted names, for `run.json`.
pub(super) fn settings(
    activity: &ActivityParameters,
    annual_report: &AnnualReportParameters,
    disorder: &DisorderParameters,
) -> BTreeMap<String, String> {
    let none = || "none".to_owned();
    let said = |day: Option<NaiveDate>| day.map_or_else(none, |day| day.to_string());
    [
        ("activity.whole_from", said(activity.whole_from)),
        ("activity.whole_to", said(activity.whole_to)),
        ("annual_report.deadline", annual_report.deadline.map_or_else(none, DayOfYear::text)),
        ("disorder.significance_level", disorder.significance_level.to_string()),
        ("disorder.minimum_delta_hundredths", disorder.minimum_delta_hundredths.to_string()),
        ("disorder.minimum_common_items", disorder.minimum_common_items.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_day_is_refused() {
        let activity = |from: &str, to: &str| {
            let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            ActivitySettings { whole_from: given(from), whole_to: given(to) }.resolve().map_err(|refused| refused.0)
        };
        assert!(activity("2024-01-01", "2024-01-01").is_ok());
        assert_eq!(activity("2024-01-01", "2023-12-31"), Err("activity.whole_to"));
        assert_eq!(activity("", "2023-12-31"), Err("activity.whole_to"));
        assert_eq!(activity("2024-02-30", ""), Err("activity.whole_from"));
        let deadline = |text: &str| AnnualReportSettings { deadline: Some(text.to_owned()) }.resolve();
        assert!(deadline("03-31").is_ok() && deadline("02-29").is_ok());
        assert!(deadline("3-31").is_err() && deadline("13-01").is_err() && deadline("2026-03-31").is_err());
    }
}

//! Settings about bodies rather than papers: how far the register of batches is whole, and days that the regulation
//! leaves to others.

use crate::config::checked::{ConfigError, level, set, within};
use crate::detect::activity::parameters::ActivityParameters;
use crate::detect::disorder::parameters::DisorderParameters;
use crate::detect::duties::parameters::{AnnualReportParameters, DayOfYear};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;

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

fn day(name: &'static str, text: Option<String>) -> Result<Option<NaiveDate>, ConfigError> {
    let parse =
        |text: String| text.parse().map_err(|_| ConfigError::OutOfRange { name, range: "\"2026-06-30\"", value: text });
    text.map(parse).transpose()
}

impl ActivitySettings {
    /// The checked settings.
    pub(super) fn resolve(self) -> Result<ActivityParameters, ConfigError> {
        let whole_from = day("activity.whole_from", self.whole_from)?;
        let whole_to = day("activity.whole_to", self.whole_to)?;
        if let Some(to) = whole_to {
            let range = "a day after `activity.whole_from`";
            within("activity.whole_to", range, to, whole_from.is_some_and(|from| from <= to))?;
        }
        Ok(ActivityParameters { whole_from, whole_to })
    }
}

impl AnnualReportSettings {
    /// The checked settings.
    pub(super) fn resolve(self) -> Result<AnnualReportParameters, ConfigError> {
        let parse = |text: String| {
            let (name, range) = ("annual_report.deadline", "\"03-31\" (month-day)");
            DayOfYear::parse(&text).ok_or(ConfigError::OutOfRange { name, range, value: text })
        };
        Ok(AnnualReportParameters { deadline: self.deadline.map(parse).transpose()? })
    }
}

impl DisorderSettings {
    /// The checked settings.
    pub(super) fn resolve(self) -> Result<DisorderParameters, ConfigError> {
        let mut parameters = DisorderParameters::default();
        set(&mut parameters.significance_level, level("disorder.significance_level", self.significance_level)?);
        set(&mut parameters.minimum_delta_hundredths, self.minimum_delta_hundredths);
        if let Some(items) = self.minimum_common_items {
            parameters.minimum_common_items = within("disorder.minimum_common_items", "≥ 2", items, items >= 2)?;
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
            ActivitySettings { whole_from: given(from), whole_to: given(to) }.resolve().map_err(|error| match error {
                ConfigError::OutOfRange { name, .. } => name,
                other => panic!("{other}"),
            })
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

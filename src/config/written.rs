//! Settings about written answers that are alike.

use crate::config::checked::{ConfigError, within};
use crate::detect::written::parameters::WrittenParameters;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[written]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenSettings {
    passage: Option<u32>,
    given_passage: Option<u32>,
    share_percent: Option<u32>,
    minimum_length: Option<u32>,
    common_percent: Option<u32>,
    common_least: Option<u32>,
    maximum_length: Option<u32>,
    maximum_pairs_reported: Option<u32>,
}

impl WrittenSettings {
    /// The checked settings.
    pub(super) fn resolve(self) -> Result<WrittenParameters, ConfigError> {
        let mut found = WrittenParameters::default();
        let whole = |place: &mut usize, value: u32| *place = value as usize;
        for (name, range, allowed, value, place) in [
            ("written.passage", "8–1000", 8..=1_000, self.passage, &mut found.passage),
            ("written.given_passage", "4–1000", 4..=1_000, self.given_passage, &mut found.given_passage),
            ("written.share_percent", "1–100", 1..=100, self.share_percent, &mut found.share_percent),
            ("written.minimum_length", "8–100000", 8..=100_000, self.minimum_length, &mut found.minimum_length),
            ("written.common_percent", "1–100", 1..=100, self.common_percent, &mut found.common_percent),
            ("written.common_least", "3–100000", 3..=100_000, self.common_least, &mut found.common_least),
        ] {
            if let Some(value) = value {
                *place = within(name, range, value, allowed.contains(&value))?;
            }
        }
        if let Some(value) = self.maximum_length {
            let allowed = (1_000..=10_000_000).contains(&value);
            whole(&mut found.maximum_length, within("written.maximum_length", "1000–10000000", value, allowed)?);
        }
        if let Some(value) = self.maximum_pairs_reported {
            whole(&mut found.maximum_pairs_reported, value);
        }
        Ok(found)
    }
}

/// The settings by their dotted names, for `run.json`.
pub(crate) fn settings(parameters: &WrittenParameters) -> BTreeMap<String, String> {
    [
        ("written.passage", parameters.passage.to_string()),
        ("written.given_passage", parameters.given_passage.to_string()),
        ("written.share_percent", parameters.share_percent.to_string()),
        ("written.minimum_length", parameters.minimum_length.to_string()),
        ("written.common_percent", parameters.common_percent.to_string()),
        ("written.common_least", parameters.common_least.to_string()),
        ("written.maximum_length", parameters.maximum_length.to_string()),
        ("written.maximum_pairs_reported", parameters.maximum_pairs_reported.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

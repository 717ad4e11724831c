//! Settings about papers used again.

use crate::config::checked::{ConfigError, set, within};
use crate::detect::parameters::FormReuseParameters;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[form_reuse]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FormReuseSettings {
    overlap_percent: Option<u32>,
    near_percent: Option<u32>,
    common_domains: Option<Vec<String>>,
    maximum_items_reported: Option<usize>,
}

impl FormReuseSettings {
    /// The checked settings.
    pub(super) fn resolve(self) -> Result<FormReuseParameters, ConfigError> {
        let mut found = FormReuseParameters::default();
        for (name, value, place) in [
            ("form_reuse.overlap_percent", self.overlap_percent, &mut found.overlap_percent),
            ("form_reuse.near_percent", self.near_percent, &mut found.near_percent),
        ] {
            if let Some(value) = value {
                *place = within(name, "1–100", value, (1..=100).contains(&value))?;
            }
        }
        set(&mut found.common_domains, self.common_domains);
        set(&mut found.maximum_items_reported, self.maximum_items_reported);
        Ok(found)
    }
}

/// The settings by their dotted names, for `run.json`.
pub(super) fn settings(parameters: &FormReuseParameters) -> BTreeMap<String, String> {
    [
        ("form_reuse.overlap_percent", parameters.overlap_percent.to_string()),
        ("form_reuse.near_percent", parameters.near_percent.to_string()),
        ("form_reuse.common_domains", parameters.common_domains.join(", ")),
        ("form_reuse.maximum_items_reported", parameters.maximum_items_reported.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

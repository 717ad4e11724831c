//! Settings about papers used again.

use crate::config::bodies::Refused;
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
    pub(super) fn resolve(self) -> Result<FormReuseParameters, Refused> {
        let mut found = FormReuseParameters::default();
        for (name, value, place) in [
            ("form_reuse.overlap_percent", self.overlap_percent, &mut found.overlap_percent),
            ("form_reuse.near_percent", self.near_percent, &mut found.near_percent),
        ] {
            if let Some(value) = value {
                if !(1..=100).contains(&value) {
                    return Err((name, "1–100", value.to_string()));
                }
                *place = value;
            }
        }
        if let Some(domains) = self.common_domains {
            found.common_domains = domains;
        }
        if let Some(most) = self.maximum_items_reported {
            found.maximum_items_reported = most;
        }
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

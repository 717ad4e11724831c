//! Settings of how an examination is held: staff, archive, components, item bank.

use crate::config::checked::{ConfigError, level, set, within};
use crate::detect::archive::parameters::TermStart;
use crate::detect::parameters::DetectParameters;
use crate::detect::staff::parameters::StaffRatio;
use crate::detect::standard::parameters::DeclaredNorm;
use crate::model::component::Component;
use crate::model::points::Points;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[staff]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StaffSettings {
    /// By the beginning of an occupation code, or `every`.
    ratio: BTreeMap<String, RatioSettings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RatioSettings {
    candidates_an_invigilator: Option<usize>,
    invigilators_a_room: Option<usize>,
    candidates_an_assessor: Option<usize>,
    assessors: Option<usize>,
    assessors_odd: Option<bool>,
    reviewers: Option<usize>,
    reviewers_odd: Option<bool>,
}

impl StaffSettings {
    /// Puts what is set in its place.
    ///
    /// # Errors
    /// A ratio that nobody could keep or fall short of.
    pub fn apply(self, detect: &mut DetectParameters) -> Result<(), ConfigError> {
        // Shorter codes first: what a line leaves out is as for the occupations it stands in.
        let mut lines: Vec<(String, RatioSettings)> = self
            .ratio
            .into_iter()
            .map(|(occupation, settings)| (if occupation == "every" { String::new() } else { occupation }, settings))
            .collect();
        lines.sort_by_key(|(occupation, _)| occupation.len());
        for (occupation, settings) in lines {
            let mut ratio = StaffRatio { occupation: occupation.clone(), ..detect.staff.of(Some(&occupation)) };
            for (name, value, place) in [
                (
                    "staff.ratio.candidates_an_invigilator",
                    settings.candidates_an_invigilator,
                    &mut ratio.candidates_an_invigilator,
                ),
                ("staff.ratio.invigilators_a_room", settings.invigilators_a_room, &mut ratio.invigilators_a_room),
                (
                    "staff.ratio.candidates_an_assessor",
                    settings.candidates_an_assessor,
                    &mut ratio.candidates_an_assessor,
                ),
                ("staff.ratio.assessors", settings.assessors, &mut ratio.assessors),
                ("staff.ratio.reviewers", settings.reviewers, &mut ratio.reviewers),
            ] {
                if let Some(value) = value {
                    *place = within(name, "1–1000", value, (1..=1000).contains(&value))?;
                }
            }
            ratio.assessors_odd = settings.assessors_odd.unwrap_or(ratio.assessors_odd);
            ratio.reviewers_odd = settings.reviewers_odd.unwrap_or(ratio.reviewers_odd);
            detect.staff.set(ratio);
        }
        Ok(())
    }
}

/// `[archive]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ArchiveSettings {
    term_start: Option<String>,
    paper_years: Option<u32>,
    electronic_years: Option<u32>,
}

impl ArchiveSettings {
    /// Puts what is set in its place.
    ///
    /// # Errors
    /// A start that is none, or a term that is no number of years.
    pub fn apply(self, detect: &mut DetectParameters) -> Result<(), ConfigError> {
        if let Some(start) = self.term_start {
            let range = "latest | exam_date | archived_on | published_on";
            let known = TermStart::parse(&start);
            detect.archive.term_start =
                known.ok_or(ConfigError::OutOfRange { name: "archive.term_start", range, value: start })?;
        }
        for (name, value, place) in [
            ("archive.paper_years", self.paper_years, &mut detect.archive.paper_years),
            ("archive.electronic_years", self.electronic_years, &mut detect.archive.electronic_years),
        ] {
            if let Some(value) = value {
                *place = within(name, "1–100", value, (1..=100).contains(&value))?;
            }
        }
        Ok(())
    }
}

/// `[standard]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StandardSettings {
    body: BTreeMap<String, NormSettings>,
    occupation: BTreeMap<String, NormSettings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NormSettings {
    components: Option<Vec<String>>,
    line: Option<String>,
    minutes: BTreeMap<String, u32>,
}

impl StandardSettings {
    /// Puts what is set in its place.
    ///
    /// # Errors
    /// A line that is no mark, or a norm without any component.
    pub fn apply(self, detect: &mut DetectParameters) -> Result<(), ConfigError> {
        for (lines, place) in
            [(self.body, &mut detect.standard.bodies), (self.occupation, &mut detect.standard.occupations)]
        {
            for (key, settings) in lines {
                place.insert(key, settings.declared()?);
            }
        }
        Ok(())
    }
}

impl NormSettings {
    fn declared(self) -> Result<DeclaredNorm, ConfigError> {
        let components = self.components.map(|names| names.iter().map(|name| Component::parse(name)).collect());
        let is_empty = components.as_ref().is_some_and(Vec::is_empty);
        within("standard.components", "at least one component", "[]", !is_empty)?;
        let parse = |text: String| {
            Points::parse(&text).ok_or(ConfigError::OutOfRange { name: "standard.line", range: "\"60\"", value: text })
        };
        let line = self.line.map(parse).transpose()?;
        let mut minutes = BTreeMap::new();
        for (component, least) in self.minutes {
            let least = within("standard.minutes", "1–1440", least, (1..=1440).contains(&least))?;
            minutes.insert(Component::parse(&component), least);
        }
        Ok(DeclaredNorm { components, line, minutes })
    }
}

/// `[item_bank]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemBankSettings {
    new_share_percent: Option<u32>,
    maximum_age_months: Option<u32>,
    maximum_exposure: Option<u32>,
    drift_significance_level: Option<f64>,
    drift_minimum_delta_hundredths: Option<u32>,
    drift_minimum_candidates: Option<u32>,
    drift_minimum_common_items: Option<u32>,
    maximum_items_reported: Option<usize>,
}

impl ItemBankSettings {
    /// Puts what is set in its place.
    ///
    /// # Errors
    /// A number that requires nothing, or more than can be.
    pub fn apply(self, detect: &mut DetectParameters) -> Result<(), ConfigError> {
        let bank = &mut detect.item_bank;
        for (name, range, allowed, value, place) in [
            ("item_bank.new_share_percent", "1–100", 1..=100, self.new_share_percent, &mut bank.new_share_percent),
            ("item_bank.maximum_age_months", "1–600", 1..=600, self.maximum_age_months, &mut bank.maximum_age_months),
            ("item_bank.maximum_exposure", "1–1000", 1..=1000, self.maximum_exposure, &mut bank.maximum_exposure),
        ] {
            if let Some(value) = value {
                *place = Some(within(name, range, value, allowed.contains(&value))?);
            }
        }
        let name = "item_bank.drift_significance_level";
        set(&mut bank.drift_significance_level, level(name, self.drift_significance_level)?);
        for (name, range, allowed, value, place) in [
            (
                "item_bank.drift_minimum_delta_hundredths",
                "1–1000",
                1..=1000,
                self.drift_minimum_delta_hundredths,
                &mut bank.drift_minimum_delta_hundredths,
            ),
            (
                "item_bank.drift_minimum_candidates",
                "10–100000",
                10..=100_000,
                self.drift_minimum_candidates,
                &mut bank.drift_minimum_candidates,
            ),
            (
                "item_bank.drift_minimum_common_items",
                "2–1000",
                2..=1000,
                self.drift_minimum_common_items,
                &mut bank.drift_minimum_common_items,
            ),
        ] {
            if let Some(value) = value {
                *place = within(name, range, value, allowed.contains(&value))?;
            }
        }
        set(&mut bank.maximum_items_reported, self.maximum_items_reported);
        Ok(())
    }
}

/// Every setting of this kind that can change a result, by its dotted name.
pub fn shown(detect: &DetectParameters) -> Vec<(&'static str, String)> {
    let ratios: Vec<String> = detect.staff.ratios.iter().map(ratio).collect();
    vec![
        ("staff.ratio", ratios.join("; ")),
        ("archive.term_start", detect.archive.term_start.name().to_owned()),
        ("archive.paper_years", detect.archive.paper_years.to_string()),
        ("archive.electronic_years", detect.archive.electronic_years.to_string()),
        ("standard.body", norms(&detect.standard.bodies)),
        ("standard.occupation", norms(&detect.standard.occupations)),
        ("item_bank.new_share_percent", required(detect.item_bank.new_share_percent)),
        ("item_bank.maximum_age_months", required(detect.item_bank.maximum_age_months)),
        ("item_bank.maximum_exposure", required(detect.item_bank.maximum_exposure)),
        ("item_bank.drift_significance_level", detect.item_bank.drift_significance_level.to_string()),
        ("item_bank.drift_minimum_delta_hundredths", detect.item_bank.drift_minimum_delta_hundredths.to_string()),
        ("item_bank.drift_minimum_candidates", detect.item_bank.drift_minimum_candidates.to_string()),
        ("item_bank.drift_minimum_common_items", detect.item_bank.drift_minimum_common_items.to_string()),
        ("item_bank.maximum_items_reported", detect.item_bank.maximum_items_reported.to_string()),
    ]
}

fn required(number: Option<u32>) -> String {
    number.map_or_else(|| "none".to_owned(), |number| number.to_string())
}

fn norms(declared: &BTreeMap<String, DeclaredNorm>) -> String {
    let one = |(key, norm): (&String, &DeclaredNorm)| {
        let names = norm.components.iter().flatten().map(Component::as_str).collect::<Vec<_>>().join("+");
        let line = norm.line.map_or_else(String::new, |line| format!(" line {line}"));
        let minutes: String =
            norm.minutes.iter().map(|(component, least)| format!(" {} {least} min", component.as_str())).collect();
        format!("{key}: {names}{line}{minutes}")
    };
    let all: Vec<String> = declared.iter().map(one).collect();
    if all.is_empty() { "none".to_owned() } else { all.join("; ") }
}

fn ratio(ratio: &StaffRatio) -> String {
    let occupation = if ratio.occupation.is_empty() { "every" } else { &ratio.occupation };
    let odd = |is_odd: bool| if is_odd { " and odd" } else { "" };
    format!(
        "{occupation}: invigilators 1:{} and {} a room, assessors 1:{} and {}{}, reviewers {}{}",
        ratio.candidates_an_invigilator,
        ratio.invigilators_a_room,
        ratio.candidates_an_assessor,
        ratio.assessors,
        odd(ratio.assessors_odd),
        ratio.reviewers,
        odd(ratio.reviewers_odd),
    )
}

#[cfg(test)]
mod tests {
    use super::{StaffSettings, shown};
    use crate::config::checked::ConfigError;
    use crate::detect::parameters::DetectParameters;

    fn applied(text: &str) -> Result<DetectParameters, String> {
        let settings: StaffSettings = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut detect = DetectParameters::default();
        settings.apply(&mut detect).map_err(|error| match error {
            ConfigError::OutOfRange { name, range, value } => format!("{name} {range} {value}"),
            other => other.to_string(),
        })?;
        Ok(detect)
    }

    #[test]
    fn ratios_of_an_occupation_stand_on_those_it_lies_in() {
        let text = "[ratio.\"6-31\"]\nassessors = 5\n[ratio.every]\ncandidates_an_invigilator = 20\n";
        let detect = applied(text).expect("it is right");
        assert_eq!(
            shown(&detect)[0].1,
            "every: invigilators 1:20 and 2 a room, assessors 1:5 and 3 and odd, reviewers 3 and odd; \
             6-31: invigilators 1:20 and 2 a room, assessors 1:5 and 5 and odd, reviewers 3 and odd"
        );
        assert_eq!(applied("[ratio.every]\nassessors = 0\n").err().as_deref(), Some("staff.ratio.assessors 1–1000 0"));
        assert!(applied("[ratio.every]\nrooms = 1\n").is_err());
    }
}

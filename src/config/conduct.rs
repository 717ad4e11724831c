//! Settings of how an examination is held: staff, archive.

use crate::detect::archive::parameters::TermStart;
use crate::detect::parameters::DetectParameters;
use crate::detect::staff::parameters::StaffRatio;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A value outside its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Dotted name.
    pub name: &'static str,
    /// What it may be.
    pub range: &'static str,
    /// What it is.
    pub value: String,
}

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
    pub fn apply(self, detect: &mut DetectParameters) -> Result<(), Refused> {
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
                    *place = in_range(name, "1–1000", value, 1..=1000)?;
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
    pub fn apply(self, detect: &mut DetectParameters) -> Result<(), Refused> {
        if let Some(start) = self.term_start {
            let range = "latest | exam_date | archived_on | published_on";
            let known = TermStart::parse(&start);
            detect.archive.term_start = known.ok_or(Refused { name: "archive.term_start", range, value: start })?;
        }
        for (name, value, place) in [
            ("archive.paper_years", self.paper_years, &mut detect.archive.paper_years),
            ("archive.electronic_years", self.electronic_years, &mut detect.archive.electronic_years),
        ] {
            if let Some(value) = value {
                *place = in_range(name, "1–100", value, 1..=100)?;
            }
        }
        Ok(())
    }
}

fn in_range<T: PartialOrd + ToString>(
    name: &'static str,
    range: &'static str,
    value: T,
    allowed: std::ops::RangeInclusive<T>,
) -> Result<T, Refused> {
    if allowed.contains(&value) { Ok(value) } else { Err(Refused { name, range, value: value.to_string() }) }
}

/// Every setting of this kind that can change a result, by its dotted name.
pub fn shown(detect: &DetectParameters) -> Vec<(&'static str, String)> {
    let ratios: Vec<String> = detect.staff.ratios.iter().map(ratio).collect();
    vec![
        ("staff.ratio", ratios.join("; ")),
        ("archive.term_start", detect.archive.term_start.name().to_owned()),
        ("archive.paper_years", detect.archive.paper_years.to_string()),
        ("archive.electronic_years", detect.archive.electronic_years.to_string()),
    ]
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
    use crate::detect::parameters::DetectParameters;

    fn applied(text: &str) -> Result<DetectParameters, String> {
        let settings: StaffSettings = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut detect = DetectParameters::default();
        settings
            .apply(&mut detect)
            .map_err(|refused| format!("{} {} {}", refused.name, refused.range, refused.value))?;
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

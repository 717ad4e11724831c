//! Staff that an examination needs, by occupation: data in `ratios.toml`, which settings may add to.

use serde::Deserialize;

/// Settings of the staff detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffParameters {
    /// Ratios by the beginning of an occupation code; `""` is every occupation and always there.
    pub ratios: Vec<StaffRatio>,
    /// Words in the name of a room that make it the room of a review panel.
    pub review_rooms: Vec<String>,
}

/// What the occupations under one code need.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffRatio {
    /// An occupation code or the beginning of one.
    pub occupation: String,
    /// One invigilator for so many candidates of a room.
    pub candidates_an_invigilator: usize,
    /// Fewest invigilators of a room.
    pub invigilators_a_room: usize,
    /// One assessor for so many candidates.
    pub candidates_an_assessor: usize,
    /// Fewest assessors of the skill component.
    pub assessors: usize,
    /// Whether the assessors' number has to be odd.
    pub assessors_odd: bool,
    /// Fewest members of a review panel.
    pub reviewers: usize,
    /// Whether the panel's number has to be odd.
    pub reviewers_odd: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RatioFile {
    review_rooms: Vec<String>,
    #[serde(rename = "ratio")]
    ratios: Vec<StaffRatio>,
}

impl Default for StaffRatio {
    fn default() -> Self {
        Self {
            occupation: String::new(),
            candidates_an_invigilator: 15,
            invigilators_a_room: 2,
            candidates_an_assessor: 5,
            assessors: 3,
            assessors_odd: true,
            reviewers: 3,
            reviewers_odd: true,
        }
    }
}

impl Default for StaffParameters {
    fn default() -> Self {
        // The file is part of the program, and a test reads it.
        let file = toml::from_str(include_str!("ratios.toml"));
        let RatioFile { review_rooms, mut ratios } =
            file.unwrap_or_else(|_| RatioFile { review_rooms: Vec::new(), ratios: Vec::new() });
        if !ratios.iter().any(|ratio| ratio.occupation.is_empty()) {
            ratios.push(StaffRatio::default());
        }
        Self { ratios, review_rooms }
    }
}

impl StaffParameters {
    /// The ratios of an occupation: the longest code that its own begins with.
    ///
    /// ```
    /// use kaojian::detect::staff::parameters::StaffParameters;
    /// assert_eq!(StaffParameters::default().of(Some("6-31-01-03")).candidates_an_invigilator, 15);
    /// ```
    pub fn of(&self, occupation_code: Option<&str>) -> StaffRatio {
        let code = occupation_code.unwrap_or_default();
        let fitting = self.ratios.iter().filter(|ratio| code.starts_with(ratio.occupation.as_str()));
        fitting.max_by_key(|ratio| ratio.occupation.len()).cloned().unwrap_or_default()
    }

    /// Puts a ratio in the place of the one with its code, or beside the others.
    pub fn set(&mut self, ratio: StaffRatio) {
        match self.ratios.iter_mut().find(|known| known.occupation == ratio.occupation) {
            Some(known) => *known = ratio,
            None => self.ratios.push(ratio),
        }
    }

    /// Whether a room is one of a review panel.
    pub fn is_review_room(&self, room: Option<&str>) -> bool {
        room.is_some_and(|room| {
            let room = room.to_lowercase();
            self.review_rooms.iter().any(|word| room.contains(word.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{StaffParameters, StaffRatio};

    #[test]
    fn the_file_is_read_and_the_longest_code_counts() {
        let mut parameters = StaffParameters::default();
        assert_eq!(parameters.ratios, [StaffRatio::default()]);
        assert!(parameters.is_review_room(Some("综合评审室")) && !parameters.is_review_room(Some("技能考核室")));
        parameters.set(StaffRatio { occupation: "6-31".into(), assessors: 5, ..StaffRatio::default() });
        parameters.set(StaffRatio { occupation: "6-31-01-03".into(), assessors: 7, ..StaffRatio::default() });
        let assessors = |code| parameters.of(code).assessors;
        assert_eq!([Some("6-31-01-03"), Some("6-31-02-01"), Some("4-07-05-01"), None].map(assessors), [7, 5, 3, 3]);
    }
}

//! Condition templates: data in `templates/*.toml`, one file a generation of the national standard.

use crate::model::level::Level;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use serde::Deserialize;
use std::sync::OnceLock;

/// Conditions of every level.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Name, as in the settings.
    pub id: String,
    /// First examination date for which `auto` takes it.
    #[serde(deserialize_with = "date")]
    pub in_force_from: NaiveDate,
    /// What it follows.
    pub source: Bilingual,
    #[serde(rename = "level")]
    levels: Vec<LevelConditions>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelConditions {
    level: Level,
    #[serde(rename = "condition")]
    conditions: Vec<Condition>,
}

/// One numbered condition: all of its atoms together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its number in the standard.
    pub number: u32,
    /// Rests on something that no register holds whole (a major, a title's date), so that it can leave
    /// a candidate open but never decide; counts only when the row claims it.
    #[serde(default)]
    pub on_claim: bool,
    /// The atoms.
    pub all: Vec<Atom>,
}

/// One requirement.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Atom {
    /// Whole years of age at the examination.
    Age {
        /// Years.
        at_least: u32,
    },
    /// Years in the occupation, as filed.
    WorkYears {
        /// Years.
        at_least: u32,
    },
    /// An earlier certificate and whole civil years since its date.
    Certificate {
        /// The level it must have (or a higher one).
        level: Level,
        /// Years since; nought = it is enough to hold it.
        years: u32,
    },
    /// A diploma.
    Education {
        /// Which; `vocational` is met by the others too.
        diploma: Education,
    },
    /// A professional title.
    Title {
        /// The least rank.
        at_least: TitleRank,
    },
    /// Years in the occupation after the title: no register holds the title's date.
    YearsAfterTitle {
        /// Years.
        at_least: u32,
    },
    /// Something that the register has no column for.
    NotInRegister {
        /// What.
        what: Bilingual,
    },
}

/// Kinds of diploma that conditions ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Education {
    /// 技工学校、中等及以上职业学校, or any college.
    Vocational,
    /// 高级技工学校、技师学院.
    SeniorTechnicianSchool,
    /// 高等职业学校、专科及以上.
    College,
}

/// Ranks of professional titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TitleRank {
    /// 初级.
    Junior,
    /// 中级.
    Intermediate,
    /// 高级.
    Senior,
}

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| serde::de::Error::custom(format!("not a date: {text}")))
}

impl Template {
    /// The alternatives of a level.
    pub fn conditions(&self, level: Level) -> &[Condition] {
        self.levels.iter().find(|entry| entry.level == level).map_or(&[], |entry| &entry.conditions)
    }
}

/// The templates shipped, oldest first.
pub fn templates() -> &'static [Template] {
    static TEMPLATES: OnceLock<Vec<Template>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let sources = [include_str!("templates/2018.toml"), include_str!("templates/2023.toml")];
        let mut templates: Vec<Template> = sources.iter().filter_map(|source| toml::from_str(source).ok()).collect();
        templates.sort_by_key(|template| template.in_force_from);
        templates
    })
}

/// Names that the setting `qualification.template` may have.
pub fn template_names() -> Vec<&'static str> {
    std::iter::once("auto").chain(templates().iter().map(|template| template.id.as_str())).collect()
}

/// The template of that name; for `auto` the newest in force on the examination date (the oldest for
/// dates before them all). `None` for an unknown name, or for `auto` without a date.
pub fn resolve(name: &str, exam_date: Option<NaiveDate>) -> Option<&'static Template> {
    if name != "auto" {
        return templates().iter().find(|template| template.id == name);
    }
    let date = exam_date?;
    templates().iter().rev().find(|template| template.in_force_from <= date).or(templates().first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_covers_every_level() {
        assert_eq!(template_names(), ["auto", "2018", "2023"]);
        for template in templates() {
            for level in (1..=5).filter_map(Level::new) {
                let numbers: Vec<u32> = template.conditions(level).iter().map(|condition| condition.number).collect();
                assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>(), "{} {level}", template.id);
                assert!(template.conditions(level).iter().any(|condition| !condition.on_claim));
            }
        }
    }

    #[test]
    fn auto_goes_by_the_examination_date() {
        let on = |text: &str| resolve("auto", text.parse().ok()).map(|template| template.id.as_str());
        assert_eq!(on("2023-09-30"), Some("2018"));
        assert_eq!(on("2023-10-01"), Some("2023"));
        assert_eq!(on("2001-01-01"), Some("2018"));
        assert!(resolve("auto", None).is_none());
        assert!(resolve("2030", None).is_none());
        assert!(resolve("2018", None).is_some());
    }
}

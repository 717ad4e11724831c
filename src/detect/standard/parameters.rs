//! Components and lines by level: data in `norms.toml`, and the norms that bodies and occupations declare.

use crate::model::batch::Batch;
use crate::model::component::Component;
use crate::model::level::Level;
use crate::model::points::Points;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Settings of the standard detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandardParameters {
    levels: Vec<LevelNorm>,
    /// Norms that bodies declare, by `body_id`.
    pub bodies: BTreeMap<String, DeclaredNorm>,
    /// Norms of occupations, by a code or the beginning of one.
    pub occupations: BTreeMap<String, DeclaredNorm>,
}

/// What an examination has to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Norm {
    /// Components that are needed.
    pub components: Vec<Component>,
    /// The mark that each needs.
    pub line: Points,
    /// Minutes that a component has to last at least, of those declared.
    pub minutes: BTreeMap<Component, u32>,
    /// Whether it was declared for this body or occupation.
    pub is_declared: bool,
}

/// A norm of one's own; what it leaves out is as in the national standard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredNorm {
    /// Components, where they differ.
    pub components: Option<Vec<Component>>,
    /// The line, where it differs.
    pub line: Option<Points>,
    /// Minutes that a component has to last at least.
    pub minutes: BTreeMap<Component, u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct LevelNorm {
    levels: Vec<Level>,
    components: Vec<Component>,
    line: Points,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NormFile {
    #[serde(rename = "norm")]
    norms: Vec<NormLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NormLine {
    levels: Vec<Level>,
    components: Vec<String>,
    line: String,
}

impl Default for StandardParameters {
    fn default() -> Self {
        // The file is part of the program, and a test reads it.
        let file: NormFile =
            toml::from_str(include_str!("norms.toml")).unwrap_or_else(|_| NormFile { norms: Vec::new() });
        let norm = |line: NormLine| {
            Some(LevelNorm {
                levels: line.levels,
                components: line.components.iter().map(|name| Component::parse(name)).collect(),
                line: Points::parse(&line.line)?,
            })
        };
        Self {
            levels: file.norms.into_iter().filter_map(norm).collect(),
            bodies: BTreeMap::new(),
            occupations: BTreeMap::new(),
        }
    }
}

impl StandardParameters {
    /// The norm of a batch: the body's, else the occupation's (the longest code that fits), else the level's. `None`
    /// where the level is needed and not on record.
    pub fn of(&self, batch: &Batch) -> Option<Norm> {
        let code = batch.occupation_code.as_deref().unwrap_or_default();
        let of_body = batch.body_id.as_ref().and_then(|body_id| self.bodies.get(body_id.as_str()));
        let of_occupation = || {
            let fitting = self.occupations.iter().filter(|(prefix, _)| code.starts_with(prefix.as_str()));
            fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, norm)| norm)
        };
        let declared = of_body.or_else(of_occupation);
        let of_level = batch.level.and_then(|level| self.levels.iter().find(|norm| norm.levels.contains(&level)));
        let components = declared.and_then(|norm| norm.components.clone());
        let line = declared.and_then(|norm| norm.line);
        Some(Norm {
            components: components.or_else(|| of_level.map(|norm| norm.components.clone()))?,
            line: line.or_else(|| of_level.map(|norm| norm.line))?,
            minutes: declared.map(|norm| norm.minutes.clone()).unwrap_or_default(),
            is_declared: declared.is_some_and(|norm| norm.components.is_some() || norm.line.is_some()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{DeclaredNorm, StandardParameters};
    use crate::model::batch::Batch;
    use crate::model::component::Component;
    use crate::model::level::Level;
    use crate::model::points::Points;

    fn batch(level: Option<u8>, body: &str, code: &str) -> Batch {
        Batch {
            batch_id: "B1".into(),
            body_id: Some(body.into()),
            occupation_code: Some(code.into()),
            level: level.and_then(Level::new),
            ..Batch::default()
        }
    }

    #[test]
    fn a_declared_norm_stands_before_the_standard_of_the_level() {
        let mut parameters = StandardParameters::default();
        let number = |parameters: &StandardParameters, batch: &Batch| {
            parameters.of(batch).map(|norm| (norm.components.len(), norm.line.to_string(), norm.is_declared))
        };
        for (level, components) in [(5, 2), (4, 2), (3, 2), (2, 3), (1, 3)] {
            let found = number(&parameters, &batch(Some(level), "X", "6-31-01-03"));
            assert_eq!(found, Some((components, "60".to_owned(), false)), "{level}");
        }
        assert_eq!(number(&parameters, &batch(None, "X", "6-31-01-03")), None);
        let skill = DeclaredNorm { components: Some(vec![Component::Skill]), ..DeclaredNorm::default() };
        parameters.bodies.insert("X".to_owned(), skill);
        let strict = DeclaredNorm { line: Some(Points::whole(70)), ..DeclaredNorm::default() };
        parameters.occupations.insert("6-31".to_owned(), strict);
        assert_eq!(number(&parameters, &batch(Some(1), "X", "6-31-01-03")), Some((1, "60".to_owned(), true)));
        assert_eq!(number(&parameters, &batch(Some(1), "Y", "6-31-01-03")), Some((3, "70".to_owned(), true)));
        assert_eq!(number(&parameters, &batch(Some(4), "Y", "4-07-05-01")), Some((2, "60".to_owned(), false)));
    }
}

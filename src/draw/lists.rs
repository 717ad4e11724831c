//! Who may be drawn, and the list that is published before the draw.

use crate::draw::error::DrawError;
use crate::draw::numbers::{PROCEDURE, sha256};
use crate::model::identity::mask_embedded_numbers;
use crate::model::text::Bilingual;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What is asked of the lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Bodies to draw.
    pub bodies: u64,
    /// Inspectors of each.
    pub inspectors_per_body: u64,
    /// The column that divides the list, if one does.
    pub stratify: Option<String>,
    /// The seed, as published.
    pub seed: String,
}

/// A body on the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedBody {
    /// 统一社会信用代码 or 机构代码.
    pub body_id: String,
    /// 机构名称, as shown; not part of the draw.
    pub body_name: Option<String>,
    /// Its stratum; empty where the list is not divided, or its cell was blank.
    pub stratum: String,
}

/// An inspector on the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedInspector {
    /// 人员编号.
    pub person_id: String,
    /// The name, masked; not part of the draw.
    pub name: Option<String>,
}

/// An inspector who must not inspect a body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Which body.
    pub body_id: String,
    /// Which inspector.
    pub person_id: String,
}

/// The lists, sorted by identifier and checked against the terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lists {
    bodies: Vec<ListedBody>,
    inspectors: Vec<ListedInspector>,
    conflicts: BTreeSet<Conflict>,
}

impl Lists {
    /// Sorts the lists and checks that whatever is drawn can be filled.
    ///
    /// A conflict that names nobody on the lists stays, so that one register of conflicts serves every draw.
    ///
    /// # Errors
    /// A name twice, more bodies than there are, a body that could not be given enough inspectors, a blank seed.
    pub fn new(
        mut bodies: Vec<ListedBody>,
        mut inspectors: Vec<ListedInspector>,
        conflicts: BTreeSet<Conflict>,
        terms: &Terms,
    ) -> Result<Self, DrawError> {
        let is_public = mask_embedded_numbers(&terms.seed) == terms.seed.as_str();
        if terms.seed.trim().is_empty() || terms.seed.contains(char::is_control) || !is_public {
            return Err(DrawError::Seed);
        }
        if terms.bodies == 0 || terms.inspectors_per_body == 0 {
            return Err(DrawError::NothingWanted);
        }
        bodies.sort_by(|a, b| a.body_id.cmp(&b.body_id));
        inspectors.sort_by(|a, b| a.person_id.cmp(&b.person_id));
        let repeated = |ids: Vec<&str>, list: Bilingual| {
            let twice = ids.iter().zip(ids.iter().skip(1)).find(|(a, b)| a == b)?;
            Some(DrawError::Repeated { list, id: (*twice.0).to_owned() })
        };
        let body_ids = bodies.iter().map(|body| body.body_id.as_str()).collect();
        let person_ids = inspectors.iter().map(|person| person.person_id.as_str()).collect();
        if let Some(error) = repeated(body_ids, Bilingual::new("机构", "bodies"))
            .or_else(|| repeated(person_ids, Bilingual::new("检查人员", "inspectors")))
        {
            return Err(error);
        }
        let listed = bodies.len() as u64;
        if terms.bodies > listed {
            return Err(DrawError::TooManyBodies { wanted: terms.bodies, listed });
        }
        let lists = Self { bodies, inspectors, conflicts };
        let short: Vec<(String, u64)> = (lists.bodies.iter())
            .map(|body| (body.body_id.clone(), lists.free(&body.body_id).count() as u64))
            .filter(|(_, free)| *free < terms.inspectors_per_body)
            .collect();
        if !short.is_empty() {
            let listed = lists.inspectors.len() as u64;
            return Err(DrawError::TooFewInspectors { wanted: terms.inspectors_per_body, listed, short });
        }
        Ok(lists)
    }

    /// Bodies by identifier.
    pub fn bodies(&self) -> &[ListedBody] {
        &self.bodies
    }

    /// Inspectors by identifier.
    pub fn inspectors(&self) -> &[ListedInspector] {
        &self.inspectors
    }

    /// Conflicts by body and inspector.
    pub fn conflicts(&self) -> &BTreeSet<Conflict> {
        &self.conflicts
    }

    /// The places, in the list of inspectors, of those who may inspect a body.
    pub fn free<'a>(&'a self, body_id: &'a str) -> impl Iterator<Item = usize> + use<'a> {
        let first = Conflict { body_id: body_id.to_owned(), person_id: String::new() };
        let barred: BTreeSet<&str> = (self.conflicts.range(first..))
            .take_while(|conflict| conflict.body_id == body_id)
            .map(|conflict| conflict.person_id.as_str())
            .collect();
        let places = self.inspectors.iter().enumerate();
        places.filter(move |(_, person)| !barred.contains(person.person_id.as_str())).map(|(place, _)| place)
    }

    /// The list as it is hashed: one line a fact, sorted by bytes within each kind, so that the order of the rows in a
    /// file does not count. It can be published before the seed is known.
    pub fn text(&self, terms: &Terms) -> String {
        let stratify = terms.stratify.as_deref().unwrap_or("-");
        let mut text = format!(
            "{PROCEDURE}\nbodies\t{}\ninspectors\t{}\nstratify\t{stratify}\n",
            terms.bodies, terms.inspectors_per_body
        );
        // Writing to a string cannot fail.
        for body in &self.bodies {
            let _ = writeln!(text, "body\t{}\t{}", body.body_id, body.stratum);
        }
        for person in &self.inspectors {
            let _ = writeln!(text, "inspector\t{}", person.person_id);
        }
        for conflict in &self.conflicts {
            let _ = writeln!(text, "conflict\t{}\t{}", conflict.body_id, conflict.person_id);
        }
        text
    }

    /// SHA-256 of [`Lists::text`].
    pub fn sha256(&self, terms: &Terms) -> String {
        sha256(&self.text(terms))
    }
}

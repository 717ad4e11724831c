//! What is published of a draw: everything that it rests on and everything that came out, in one document.

use crate::draw::allocation::Share;
use crate::draw::error::DrawError;
use crate::draw::lists::{Conflict, ListedBody, ListedInspector, Lists, Terms};
use crate::draw::lots::{Drawn, draw};
use crate::draw::numbers::{PROCEDURE, sha256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Format of the document.
const SCHEMA: u32 = 1;

/// A file that a list was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFile {
    /// `bodies`, `inspectors` or `conflicts`.
    pub list: String,
    /// Last part of its path.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A body that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawnBody {
    /// 1 for the first.
    pub order: u64,
    /// 统一社会信用代码 or 机构代码.
    pub body_id: String,
    /// 机构名称.
    pub body_name: Option<String>,
    /// Its stratum.
    pub stratum: String,
    /// Who inspects it.
    pub inspectors: Vec<ListedInspector>,
}

/// A draw, as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawDocument {
    schema: u32,
    /// Name of the procedure.
    pub procedure: String,
    /// The seed.
    pub seed: String,
    /// Bodies asked for.
    pub bodies: u64,
    /// Inspectors of each.
    pub inspectors_per_body: u64,
    /// The column that divides the list.
    pub stratify: Option<String>,
    /// Files that the lists were read from.
    pub files: Vec<ListFile>,
    /// SHA-256 of the list.
    pub list_sha256: String,
    /// Key of the numbers.
    pub key: String,
    /// Lots of each stratum.
    pub shares: Vec<Share>,
    /// Who was drawn.
    pub drawn: Vec<DrawnBody>,
    /// Bodies on the list.
    pub listed_bodies: Vec<ListedBody>,
    /// Inspectors on the list.
    pub listed_inspectors: Vec<ListedInspector>,
    /// Conflicts on record.
    pub conflicts: Vec<Conflict>,
    /// SHA-256 of this document with nothing in this place.
    content_sha256: String,
}

impl DrawDocument {
    /// Draws and writes down.
    pub fn of(lists: &Lists, terms: &Terms, files: Vec<ListFile>) -> Self {
        let Drawn { key, shares, lots } = draw(lists, terms);
        let person = |place: &usize| lists.inspectors().get(*place).cloned();
        let drawn = lots.iter().zip(1..).filter_map(|(lot, order)| {
            let body = lists.bodies().get(lot.body)?.clone();
            Some(DrawnBody {
                order,
                body_id: body.body_id,
                body_name: body.body_name,
                stratum: body.stratum,
                inspectors: lot.inspectors.iter().filter_map(person).collect(),
            })
        });
        let mut document = Self {
            schema: SCHEMA,
            procedure: PROCEDURE.to_owned(),
            seed: terms.seed.clone(),
            bodies: terms.bodies,
            inspectors_per_body: terms.inspectors_per_body,
            stratify: terms.stratify.clone(),
            files,
            list_sha256: lists.sha256(terms),
            key,
            shares,
            drawn: drawn.collect(),
            listed_bodies: lists.bodies().to_vec(),
            listed_inspectors: lists.inspectors().to_vec(),
            conflicts: lists.conflicts().iter().cloned().collect(),
            content_sha256: String::new(),
        };
        document.content_sha256 = sha256(&document.json());
        document
    }

    /// The document as a file.
    pub fn json(&self) -> String {
        // Only maps with keys that are no texts cannot be written, and there are none.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The SHA-256 of its content.
    pub fn content_sha256(&self) -> &str {
        &self.content_sha256
    }

    /// The same draw done again from what the document says of lists and terms.
    ///
    /// # Errors
    /// Lists that cannot be drawn from.
    pub fn again(&self) -> Result<(Self, Lists, Terms), DrawError> {
        let terms = Terms {
            bodies: self.bodies,
            inspectors_per_body: self.inspectors_per_body,
            stratify: self.stratify.clone(),
            seed: self.seed.clone(),
        };
        let conflicts = self.conflicts.iter().cloned().collect();
        let lists = Lists::new(self.listed_bodies.clone(), self.listed_inspectors.clone(), conflicts, &terms)?;
        let document = Self::of(&lists, &terms, self.files.clone());
        Ok((document, lists, terms))
    }

    /// How many conflicts name no body or no inspector of the lists.
    pub fn idle_conflicts(&self) -> usize {
        let bodies: BTreeSet<&str> = self.listed_bodies.iter().map(|body| body.body_id.as_str()).collect();
        let inspectors: BTreeSet<&str> =
            self.listed_inspectors.iter().map(|person| person.person_id.as_str()).collect();
        let is_listed = |conflict: &&Conflict| {
            bodies.contains(conflict.body_id.as_str()) && inspectors.contains(conflict.person_id.as_str())
        };
        self.conflicts.iter().filter(|conflict| !is_listed(conflict)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> DrawDocument {
        let body = |id: &str, stratum: &str| ListedBody {
            body_id: id.to_owned(),
            body_name: None,
            stratum: stratum.to_owned(),
        };
        let bodies = vec![body("B2", "x"), body("B1", "x"), body("B3", "y")];
        let inspectors = ["P1", "P2", "P3"].map(|id| ListedInspector { person_id: id.to_owned(), name: None });
        let conflicts = BTreeSet::from([Conflict { body_id: "B1".to_owned(), person_id: "P9".to_owned() }]);
        let terms =
            Terms { bodies: 2, inspectors_per_body: 2, stratify: Some("kind".to_owned()), seed: "s".to_owned() };
        let lists = Lists::new(bodies, inspectors.to_vec(), conflicts, &terms).expect("it can be drawn from");
        DrawDocument::of(&lists, &terms, Vec::new())
    }

    #[test]
    fn a_document_draws_itself_again() {
        let document = document();
        let read: DrawDocument = serde_json::from_str(&document.json()).expect("it is JSON");
        assert_eq!(read, document);
        assert_eq!(read.again().expect("the lists are right").0.json(), document.json());
        assert_eq!(document.idle_conflicts(), 1);
        assert_eq!(document.shares.iter().map(|share| share.drawn).collect::<Vec<_>>(), [1, 1]);
    }

    #[test]
    fn no_byte_can_change_unseen() {
        let text = document().json();
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let same = serde_json::from_str::<DrawDocument>(&changed)
                .ok()
                .and_then(|document| Some(document.again().ok()?.0.json() == changed));
            assert_ne!(same, Some(true), "a change at byte {place} goes unseen");
        }
    }
}

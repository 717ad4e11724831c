//! Everyone who signed a batch as one who assesses: by the sign-in list, or by marks given.

use crate::model::ids::{BatchId, StaffId};
use crate::model::provenance::Provenance;
use crate::model::rating::Rating;
use crate::model::supervision::{Assignment, StaffRole};
use std::collections::BTreeMap;

/// One person of one batch.
#[derive(Clone, Debug, Default)]
pub struct Signed {
    /// Number of the person, as written.
    pub number: String,
    /// Whether marks name the person.
    pub gave_marks: bool,
    /// Rows of the sign-in list, then the first row of marks.
    pub sources: Vec<Provenance>,
}

/// Who assessed in one batch, sorted by number: assessors and raters of the list who did not stay away, and everyone
/// whose marks are on record.
pub fn signed(assigned: &[&Assignment], ratings: &[&Rating]) -> Vec<Signed> {
    let mut found: BTreeMap<&str, Signed> = BTreeMap::new();
    for row in assigned {
        let assesses = matches!(row.role, Some(StaffRole::Assessor | StaffRole::Rater));
        if assesses && row.signed_in != Some(false) {
            found.entry(row.person_id.as_str()).or_default().sources.push(row.source);
        }
    }
    let mut first: BTreeMap<&str, Provenance> = BTreeMap::new();
    for rating in ratings {
        let Some(rater) = &rating.rater_id else { continue };
        let row = first.entry(rater.as_str()).or_insert(rating.source);
        *row = (*row).min(rating.source);
    }
    for (rater, row) in first {
        let person = found.entry(rater).or_default();
        person.gave_marks = true;
        person.sources.push(row);
    }
    found.into_iter().map(|(number, person)| Signed { number: number.to_owned(), ..person }).collect()
}

/// Order of a sign-in list that does not depend on the file.
pub fn by_person(row: &Assignment) -> (&BatchId, &StaffId, Option<chrono::NaiveDateTime>, Provenance) {
    (&row.batch_id, &row.person_id, row.session_start, row.source)
}

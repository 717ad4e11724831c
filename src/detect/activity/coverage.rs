//! For which days the table of batches is held to be whole, so that what it does not list did not take place.

use crate::detect::activity::parameters::ActivityParameters;
use crate::model::dataset::Dataset;
use crate::model::dated::Period;
use crate::model::ids::BodyId;
use std::collections::BTreeSet;

/// The days declared, or those that a register covers by itself.
///
/// A folder that somebody put together holds the batches that were looked at, and says nothing of others. Only one
/// thing in the data tells a register from such a folder: a single sheet that lists the batches of several bodies
/// and says of each whether it was held. It speaks for the days from its first to its last examination, and no
/// further; also the time between the filing of a body and the first entry stays open.
pub(super) fn coverage(dataset: &Dataset, parameters: &ActivityParameters) -> Option<Period> {
    if parameters.whole_from.is_some() {
        return Some(Period { from: parameters.whole_from, to: parameters.whole_to });
    }
    let sheets: BTreeSet<(u32, u16)> =
        dataset.batches.iter().map(|batch| (batch.source.file, batch.source.sheet)).collect();
    let bodies: BTreeSet<&BodyId> = dataset.batches.iter().filter_map(|batch| batch.body_id.as_ref()).collect();
    let is_register = sheets.len() == 1
        && bodies.len() > 1
        && dataset.batches.iter().all(|batch| batch.held.and(batch.exam_date).and(batch.body_id.as_ref()).is_some());
    let days = || dataset.batches.iter().filter_map(|batch| batch.exam_date);
    is_register.then(|| Period { from: days().min(), to: days().max() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::batch::Batch;
    use crate::model::provenance::Provenance;

    fn batch(body: &str, day: &str, held: Option<bool>, file: u32) -> Batch {
        Batch {
            batch_id: format!("{body}{day}").as_str().into(),
            body_id: Some(body.into()),
            exam_date: day.parse().ok(),
            held,
            source: Provenance { file, sheet: 0, row: 2 },
            ..Batch::default()
        }
    }

    #[test]
    fn only_a_register_or_a_declaration_covers_days() {
        let covered = |batches: &[Batch], declared: Option<&str>| {
            let dataset = Dataset { batches: batches.to_vec(), ..Dataset::default() };
            let whole_from = declared.and_then(|day| day.parse().ok());
            coverage(&dataset, &ActivityParameters { whole_from, whole_to: None })
        };
        let period = |from: &str, to: &str| Some(Period { from: from.parse().ok(), to: to.parse().ok() });
        let first = batch("A", "2024-03-01", Some(true), 0);
        let second = |held, file| batch("B", "2026-03-01", held, file);
        assert_eq!(covered(std::slice::from_ref(&first), None), None);
        assert_eq!(covered(&[first.clone(), batch("A", "2026-03-01", Some(true), 0)], None), None);
        assert_eq!(covered(&[first.clone(), second(Some(true), 1)], None), None);
        assert_eq!(covered(&[first.clone(), second(None, 0)], None), None);
        assert_eq!(covered(&[first.clone(), second(Some(false), 0)], None), period("2024-03-01", "2026-03-01"));
        assert_eq!(covered(&[first], Some("2023-01-01")), period("2023-01-01", ""));
        assert_eq!(covered(&[], Some("2023-01-01")), period("2023-01-01", ""));
    }
}

//! The day up to which records are judged where nobody says one.

use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// The latest examination on record that can have been held.
///
/// One mistyped or planned date would otherwise move the day for every body of the data: a cancelled batch does not
/// count, nor one dated after its own publication, nor, where others are known to have been held, one that is neither
/// said to be held nor has any result.
pub fn last_examination(dataset: &Dataset) -> Option<NaiveDate> {
    let possible = |batch: &&Batch| {
        batch.held != Some(false) && batch.published_on.is_none_or(|published| batch.exam_date <= Some(published))
    };
    let with_results = with_results(dataset);
    let was_held = |batch: &&Batch| batch.held == Some(true) || with_results.contains(&batch.batch_id);
    let dates = |wanted: &dyn Fn(&&Batch) -> bool| {
        dataset.batches.iter().filter(|batch| wanted(batch)).filter_map(|batch| batch.exam_date).max()
    };
    dates(&|batch| possible(batch) && was_held(batch)).or_else(|| dates(&possible)).or_else(|| dates(&|_| true))
}

/// Batches of which there are answers, ratings or scores.
pub fn with_results(dataset: &Dataset) -> BTreeSet<&BatchId> {
    let mut found = BTreeSet::new();
    let mut previous = None;
    let sheets = dataset.answers.sheets.iter().map(|sheet| &sheet.batch_id);
    let ratings = dataset.ratings.iter().map(|rating| &rating.batch_id);
    // The tables are sorted by batch: only a change of it is looked up.
    for batch_id in sheets.chain(ratings).chain(dataset.scores.iter().map(|score| &score.batch_id)) {
        if previous != Some(batch_id) {
            found.insert(batch_id);
            previous = Some(batch_id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(id: &str, day: &str, published: &str, held: Option<bool>) -> Batch {
        Batch {
            batch_id: id.into(),
            exam_date: day.parse().ok(),
            published_on: published.parse().ok(),
            held,
            ..Batch::default()
        }
    }

    #[test]
    fn a_date_that_cannot_have_come_moves_nothing() {
        let last = |batches: &[Batch]| last_examination(&Dataset { batches: batches.to_vec(), ..Dataset::default() });
        let held = batch("B1", "2026-03-01", "2026-03-15", Some(true));
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        assert_eq!(last(&[held.clone(), batch("B2", "2062-03-01", "2026-04-15", Some(true))]), day("2026-03-01"));
        assert_eq!(last(&[held.clone(), batch("B2", "2026-05-01", "", None)]), day("2026-03-01"));
        assert_eq!(last(&[held.clone(), batch("B2", "2026-05-01", "", Some(false))]), day("2026-03-01"));
        assert_eq!(last(&[held, batch("B2", "2026-05-01", "2026-05-01", Some(true))]), day("2026-05-01"));
        // Where nothing else is on record, the plan is all there is.
        assert_eq!(last(&[batch("B2", "2026-05-01", "", None)]), day("2026-05-01"));
        assert_eq!(last(&[batch("B2", "2026-05-02", "2026-05-01", None)]), day("2026-05-02"));
        assert_eq!(last(&[]), None);
    }
}

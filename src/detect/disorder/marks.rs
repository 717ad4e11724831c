//! Voided marks and absences of each batch beside those of all others.

use crate::detect::batch_rows::BatchRows;
use crate::detect::disorder::parameters::DisorderParameters;
use crate::model::candidate::CandidateStatus;
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::provenance::Provenance;
use crate::model::score::Mark;
use crate::stats::exact_tables::{TwoByTwo, fisher_exact};
use crate::stats::multiplicity::benjamini_hochberg_in_family;
use std::collections::BTreeMap;

/// Who has which mark, by batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks<'a> {
    /// The batches with somebody on record.
    pub batches: BTreeMap<&'a BatchId, Marked<'a>>,
}

/// The marked candidates of a batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Marked<'a> {
    /// Each once, with a row that shows the mark.
    pub people: Vec<(&'a CandidateId, Provenance)>,
    /// Everybody on record.
    pub all: u64,
}

/// One batch beside the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    /// Marked and all, own and of other batches.
    pub counts: TwoByTwo,
    /// Adjusted over all batches.
    pub adjusted: f64,
    /// Whether it is past the criterion.
    pub is_flagged: bool,
}

/// Candidates whose result is void for conduct.
pub(super) fn voided(dataset: &Dataset) -> Marks<'_> {
    let rows = BatchRows::new(&dataset.scores, |row| &row.batch_id, |a, b| a.source.cmp(&b.source));
    gather(&rows, |row| {
        let is_void = row.mark == Mark::Void || row.void.is_some();
        Some((&row.batch_id, &row.candidate_id, is_void, row.source))
    })
}

/// Candidates who were admitted and did not come. Who was turned down or only registered is not counted.
pub(super) fn absent(dataset: &Dataset) -> Marks<'_> {
    let rows = BatchRows::new(&dataset.candidates, |row| &row.batch_id, |a, b| a.source.cmp(&b.source));
    gather(&rows, |row| {
        let is_absent = match row.status? {
            CandidateStatus::Absent => true,
            CandidateStatus::Sat => false,
            _ => return None,
        };
        Some((&row.batch_id, &row.candidate_id, is_absent, row.source))
    })
}

/// What a row says of a candidate of a batch: whether they bear the mark.
type Said<'a> = (&'a BatchId, &'a CandidateId, bool, Provenance);

/// Batch by batch, so that a province of candidates is never held at once. One row that is marked marks a candidate.
fn gather<'a, T>(rows: &BatchRows<'a, T>, said: impl Fn(&'a T) -> Option<Said<'a>>) -> Marks<'a> {
    let mut found = Marks::default();
    for of_batch in rows.batches() {
        let mut people: BTreeMap<&CandidateId, Option<Provenance>> = BTreeMap::new();
        let mut of = None;
        for (batch_id, candidate_id, is_marked, source) in of_batch.iter().filter_map(|row| said(row)) {
            let entry = people.entry(candidate_id).or_default();
            *entry = entry.or(is_marked.then_some(source));
            of = Some(batch_id);
        }
        if let Some(batch_id) = of {
            let all = people.len() as u64;
            let people = people.into_iter().filter_map(|(candidate, source)| Some((candidate, source?))).collect();
            found.batches.insert(batch_id, Marked { people, all });
        }
    }
    found
}

impl<'a> Marks<'a> {
    /// Each batch beside all others of the data set. Without another batch nothing can be compared.
    pub(super) fn shares(&self, parameters: &DisorderParameters) -> BTreeMap<&'a BatchId, Share> {
        let counts: Vec<(&'a BatchId, (u64, u64))> =
            self.batches.iter().map(|(batch_id, own)| (*batch_id, (own.people.len() as u64, own.all))).collect();
        let (hits, all) = counts.iter().fold((0, 0), |sum, (_, (hits, all))| (sum.0 + hits, sum.1 + all));
        if counts.len() < 2 {
            return BTreeMap::new();
        }
        let tables: Vec<TwoByTwo> = counts
            .iter()
            .map(|(_, (own_hits, own))| TwoByTwo {
                own_hits: *own_hits,
                own: *own,
                other_hits: hits - own_hits,
                other: all - own,
            })
            .collect();
        let p_values: Vec<f64> =
            tables.iter().map(|table| fisher_exact(table).map_or(1.0, |found| found.greater)).collect();
        let adjusted = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
        let share = |(counts, adjusted): (TwoByTwo, f64)| Share {
            counts,
            adjusted,
            is_flagged: counts.own_hits > 0 && adjusted <= parameters.significance_level,
        };
        let shares = tables.into_iter().zip(adjusted).map(share);
        counts.iter().map(|(batch_id, _)| *batch_id).zip(shares).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flagged(batches: &[(&str, u64, u64)]) -> Vec<String> {
        let rows: Vec<(BatchId, CandidateId, bool)> = batches
            .iter()
            .flat_map(|(batch, hits, all)| {
                (0..*all).map(|number| ((*batch).into(), format!("C{number:03}").as_str().into(), number < *hits))
            })
            .collect();
        let rows = BatchRows::new(&rows, |row| &row.0, |_, _| std::cmp::Ordering::Equal);
        let marks = gather(&rows, |row| Some((&row.0, &row.1, row.2, Provenance::default())));
        let shares = marks.shares(&DisorderParameters::default());
        shares.iter().filter(|(_, share)| share.is_flagged).map(|(batch_id, _)| batch_id.to_string()).collect()
    }

    #[test]
    fn a_batch_stands_out_by_its_share_not_by_its_size() {
        assert!(flagged(&[("A", 2, 40), ("B", 1, 40), ("C", 2, 40), ("D", 3, 40)]).is_empty());
        assert_eq!(flagged(&[("A", 15, 40), ("B", 1, 40), ("C", 2, 40), ("D", 2, 40)]), ["A"]);
        assert!(flagged(&[("A", 40, 800), ("B", 2, 40), ("C", 2, 40)]).is_empty());
        assert!(flagged(&[("A", 40, 40)]).is_empty());
        assert!(flagged(&[]).is_empty());
    }
}

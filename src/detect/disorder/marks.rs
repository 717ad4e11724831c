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
    gather(dataset.scores.iter().map(|row| &row.batch_id), |batch_id| {
        let rows = rows.of(batch_id).iter();
        rows.map(|row| (&row.candidate_id, row.mark == Mark::Void || row.void.is_some(), row.source)).collect()
    })
}

/// Candidates who were admitted and did not come. Who was turned down or only registered is not counted.
pub(super) fn absent(dataset: &Dataset) -> Marks<'_> {
    let rows = BatchRows::new(&dataset.candidates, |row| &row.batch_id, |a, b| a.source.cmp(&b.source));
    gather(dataset.candidates.iter().map(|row| &row.batch_id), |batch_id| {
        let rows = rows.of(batch_id).iter();
        let came_or_not = rows.filter_map(|row| match row.status {
            Some(CandidateStatus::Absent) => Some((&row.candidate_id, true, row.source)),
            Some(CandidateStatus::Sat) => Some((&row.candidate_id, false, row.source)),
            _ => None,
        });
        came_or_not.collect()
    })
}

/// Batch by batch, so that a province of candidates is never held at once. One row that is marked marks a candidate.
fn gather<'a>(
    batch_ids: impl Iterator<Item = &'a BatchId>,
    rows_of: impl Fn(&'a BatchId) -> Vec<(&'a CandidateId, bool, Provenance)>,
) -> Marks<'a> {
    let mut found = Marks::default();
    for batch_id in batch_ids {
        if found.batches.contains_key(batch_id) {
            continue;
        }
        let mut people: BTreeMap<&CandidateId, Option<Provenance>> = BTreeMap::new();
        for (candidate_id, is_marked, source) in rows_of(batch_id) {
            let entry = people.entry(candidate_id).or_default();
            *entry = entry.or(is_marked.then_some(source));
        }
        if !people.is_empty() {
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
        let ids: Vec<(BatchId, Vec<CandidateId>)> = batches
            .iter()
            .map(|(batch, _, all)| {
                ((*batch).into(), (0..*all).map(|number| format!("C{number:03}").as_str().into()).collect())
            })
            .collect();
        let marks = gather(ids.iter().map(|(batch_id, _)| batch_id), |wanted| {
            let place = ids.iter().position(|(batch_id, _)| batch_id == wanted).expect("it is one of them");
            let rows = ids[place].1.iter().enumerate();
            rows.map(|(row, person)| (person, (row as u64) < batches[place].1, Provenance::default())).collect()
        });
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

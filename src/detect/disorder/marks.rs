//! Voided marks and absences of each batch beside those of all others.

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
    /// Of each batch every candidate: whether the register shows the mark, and the row.
    pub batches: BTreeMap<&'a BatchId, BTreeMap<&'a CandidateId, (bool, Provenance)>>,
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
    let mut found = Marks::default();
    for score in &dataset.scores {
        let is_marked = score.mark == Mark::Void || score.void.is_some();
        found.add(&score.batch_id, &score.candidate_id, is_marked, score.source);
    }
    found
}

/// Candidates who were admitted and did not come. Who was turned down or only registered is not counted.
pub(super) fn absent(dataset: &Dataset) -> Marks<'_> {
    let mut found = Marks::default();
    for candidate in &dataset.candidates {
        let is_absent = match candidate.status {
            Some(CandidateStatus::Absent) => true,
            Some(CandidateStatus::Sat) => false,
            _ => continue,
        };
        found.add(&candidate.batch_id, &candidate.candidate_id, is_absent, candidate.source);
    }
    found
}

impl<'a> Marks<'a> {
    fn add(&mut self, batch_id: &'a BatchId, candidate_id: &'a CandidateId, is_marked: bool, source: Provenance) {
        let entry = self.batches.entry(batch_id).or_default().entry(candidate_id).or_insert((is_marked, source));
        // One component that is void marks the candidate.
        if is_marked && !entry.0 {
            *entry = (true, source);
        }
    }

    /// Each batch beside all others of the data set. Without another batch nothing can be compared.
    pub(super) fn shares(&self, parameters: &DisorderParameters) -> BTreeMap<&'a BatchId, Share> {
        let count = |marks: &BTreeMap<&CandidateId, (bool, Provenance)>| {
            (marks.values().filter(|(is_marked, _)| *is_marked).count() as u64, marks.len() as u64)
        };
        let counts: Vec<(&'a BatchId, (u64, u64))> =
            self.batches.iter().map(|(batch_id, marks)| (*batch_id, count(marks))).collect();
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
        let mut marks = Marks::default();
        for ((batch_id, candidates), (_, hits, _)) in ids.iter().zip(batches) {
            for (place, candidate) in candidates.iter().enumerate() {
                marks.add(batch_id, candidate, (place as u64) < *hits, Provenance::default());
            }
        }
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

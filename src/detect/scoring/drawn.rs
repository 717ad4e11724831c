//! The evidence that charts of raters are drawn from.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::pairs::{Agreement, Pair, agreement};
use crate::detect::scoring::statistics::{RaterStatistics, interval};
use crate::model::dataset::Dataset;
use crate::model::evidence::{Evidence, RaterPair, RaterProfile};
use crate::model::ids::{BatchId, BodyId, RaterId};
use std::collections::BTreeSet;

/// Rater pairs (over all batches, then by batch) and rater profiles, by rater.
pub(super) fn evidence(
    dataset: &Dataset,
    batches: &[PreparedBatch<'_>],
    statistics: &RaterStatistics<'_>,
    parameters: &ScoringParameters,
) -> Vec<Evidence> {
    let mut drawn = Vec::new();
    for pair in &statistics.pairs {
        let by_batch: Vec<(&BatchId, Agreement)> = pair
            .by_batch()
            .filter_map(|works| {
                let batch = batches.get(works.first()?.batch as usize)?;
                Some((&batch.batch_id, agreement(works, parameters.mark_step)?))
            })
            .collect();
        let body = common_body(dataset, by_batch.iter().map(|(batch_id, _)| *batch_id));
        drawn.push(rater_pair(statistics, pair, body, None, pair.overall));
        drawn.extend(by_batch.into_iter().map(|(batch_id, found)| {
            rater_pair(statistics, pair, dataset.body_of(batch_id).cloned(), Some(batch_id.clone()), found)
        }));
    }
    for (index, profile) in statistics.profiles.iter().enumerate() {
        let (Some(rater_id), Some(severity)) = (statistics.panel.raters.get(index), profile.severity) else { continue };
        let batch_ids: Vec<BatchId> = batches
            .iter()
            .filter(|batch| batch.marks.raters.binary_search(rater_id).is_ok())
            .map(|batch| batch.batch_id.clone())
            .collect();
        drawn.push(Evidence::RaterProfile(RaterProfile {
            body_id: common_body(dataset, batch_ids.iter()),
            rater_id: (*rater_id).clone(),
            n: profile.works as u64,
            mean_deviation_rate: severity.estimate,
            interval: interval(&severity),
            p_value: severity.p_value,
            adjusted_p_value: severity.adjusted_p_value,
            severity_flagged: severity.flagged,
            drift_rho: profile.trend.map(|trend| trend.rho),
            drift_adjusted_p_value: profile.drift_adjusted_p_value,
            drift_flagged: profile.drift_flagged,
            batches: batch_ids,
        }));
    }
    drawn
}

/// The body, when all batches are of one.
fn common_body<'a>(dataset: &Dataset, batch_ids: impl Iterator<Item = &'a BatchId>) -> Option<BodyId> {
    let bodies: BTreeSet<Option<&BodyId>> = batch_ids.map(|batch_id| dataset.body_of(batch_id)).collect();
    if bodies.len() == 1 { bodies.first().copied().flatten().cloned() } else { None }
}

fn rater_pair(
    statistics: &RaterStatistics<'_>,
    pair: &Pair,
    body_id: Option<BodyId>,
    batch_id: Option<BatchId>,
    found: Agreement,
) -> Evidence {
    let rater = |number: u32| -> RaterId {
        statistics.panel.raters.get(number as usize).map(|rater| (*rater).clone()).unwrap_or_default()
    };
    Evidence::RaterPair(RaterPair {
        body_id,
        batch_id,
        rater_a: rater(pair.rater_a),
        rater_b: rater(pair.rater_b),
        n: found.n,
        exact_agreement: found.exact as f64 / found.n as f64,
        adjacent_agreement: found.adjacent as f64 / found.n as f64,
        weighted_kappa: found.kappa,
        mean_difference: found.mean_difference,
        standard_deviation_of_difference: found.standard_deviation,
    })
}

//! Batches beside each other: the same proportion of each, and how far it may stray by chance. Shown in charts;
//! no rule counts it.

use crate::model::component::Component;
use crate::model::evidence::{Evidence, ScoreCount};
use crate::model::funnel::{Funnel, FunnelKind, FunnelLimit, FunnelPoint, FunnelStanding};
use crate::model::ids::{BatchId, BodyId};
use crate::stats::funnel::limits;
use crate::stats::intervals::clopper_pearson;
use std::collections::{BTreeMap, BTreeSet};

/// With fewer batches there is nothing to compare.
const FEWEST_BATCHES: usize = 5;
/// Levels of the limits, as usual in funnel plots.
const INNER: f64 = 0.95;
const OUTER: f64 = 0.998;
/// Sizes between one candidate and the largest batch at which limits are drawn.
const SIZES: u64 = 120;

/// One batch before it is held against the others.
type Counted = (Option<BodyId>, BatchId, u64, u64);

/// The funnel of unqualified candidates among those admitted.
pub fn of_ratios(evidence: &[Evidence]) -> Option<Evidence> {
    let counted = evidence.iter().filter_map(|evidence| {
        let Evidence::UnqualifiedRatio(ratio) = evidence else { return None };
        let admitted = ratio.denominators.iter().find(|count| count.name == "admitted")?;
        Some((ratio.body_id.clone(), ratio.batch_id.clone(), admitted.lower, admitted.candidates))
    });
    funnel(FunnelKind::Unqualified, counted.collect())
}

/// The funnels of those who passed, one a component.
pub fn of_distributions(evidence: &[Evidence]) -> Vec<Evidence> {
    let mut by_component: BTreeMap<&Component, Vec<Counted>> = BTreeMap::new();
    for found in evidence {
        let Evidence::ScoreDistribution(found) = found else { continue };
        let sum = |of: fn(&ScoreCount) -> u64| found.counts.iter().map(of).sum::<u64>();
        let (passed, failed) = (sum(|count| count.passed), sum(|count| count.failed));
        let one = (found.body_id.clone(), found.batch_id.clone(), passed, passed.saturating_add(failed));
        by_component.entry(&found.component).or_default().push(one);
    }
    let funnels = by_component.into_iter();
    funnels.filter_map(|(component, counted)| funnel(FunnelKind::Passed(component.clone()), counted)).collect()
}

fn funnel(kind: FunnelKind, mut counted: Vec<Counted>) -> Option<Evidence> {
    counted.retain(|(.., of)| *of > 0);
    let (count, of) = counted.iter().fold((0_u64, 0_u64), |(count, of), (.., one, all)| (count + one, of + all));
    // Where all did or none did, there is no chance to stray.
    if counted.len() < FEWEST_BATCHES || count == 0 || count == of {
        return None;
    }
    let rate = count as f64 / of as f64;
    counted.sort_by(|a, b| a.1.cmp(&b.1));
    let largest = counted.iter().map(|(.., of)| *of).max().unwrap_or(0);
    let grid = (0..=SIZES).map(|step| (step * largest).div_ceil(SIZES).max(1));
    let sizes: BTreeSet<u64> = grid.chain(counted.iter().map(|(.., of)| *of)).collect();
    let limits: BTreeMap<u64, FunnelLimit> = (sizes.into_iter())
        .map(|of| (of, FunnelLimit { of, inner: limits(of, rate, INNER), outer: limits(of, rate, OUTER) }))
        .collect();
    let points = counted.into_iter().map(|(body_id, batch_id, count, of)| FunnelPoint {
        body_id,
        batch_id,
        count,
        of,
        interval: clopper_pearson(count, of, INNER),
        standing: limits.get(&of).map_or(FunnelStanding::Within, |limit| standing(count, limit)),
    });
    let points = points.collect();
    Some(Evidence::Funnel(Box::new(Funnel { kind, count, of, points, limits: limits.into_values().collect() })))
}

fn standing(count: u64, limit: &FunnelLimit) -> FunnelStanding {
    let within = |(low, high): (u64, u64)| (low..=high).contains(&count);
    if within(limit.inner) {
        FunnelStanding::Within
    } else if within(limit.outer) {
        FunnelStanding::Between
    } else {
        FunnelStanding::Outside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evidence::{DenominatorCount, UnqualifiedRatio};

    fn ratios(counts: &[(u64, u64)]) -> Vec<Evidence> {
        let ratio = |(number, (lower, candidates)): (usize, &(u64, u64))| {
            Evidence::UnqualifiedRatio(UnqualifiedRatio {
                body_id: None,
                batch_id: BatchId::from(format!("B{number:02}").as_str()),
                exam_date: None,
                denominators: vec![DenominatorCount {
                    name: "admitted",
                    candidates: *candidates,
                    lower: *lower,
                    upper: *lower,
                    interval: (0.0, 1.0),
                }],
            })
        };
        counts.iter().enumerate().map(ratio).collect()
    }

    #[test]
    fn a_batch_is_told_by_the_limits_of_its_size() {
        // 30 of 600 is 5 %. Of 100, 1 to 10 are within 95 %: P(X ≤ 1) = 0.037, P(X ≥ 10) = 0.028, P(X ≥ 11) = 0.011.
        let ratios = ratios(&[(5, 100), (1, 100), (0, 100), (10, 100), (14, 100), (0, 100), (0, 0)]);
        let Some(Evidence::Funnel(funnel)) = of_ratios(&ratios) else { panic!("there are enough batches") };
        assert_eq!((funnel.count, funnel.of, funnel.points.len()), (30, 600, 6));
        use FunnelStanding::{Between, Outside, Within};
        let standings: Vec<FunnelStanding> = funnel.points.iter().map(|point| point.standing).collect();
        // P(X ≤ 0) = 0.95^100 = 0.0059; P(X ≥ 14) = 0.00049 < 0.001.
        assert_eq!(standings, [Within, Within, Between, Within, Outside, Between]);
        assert!(funnel.limits.windows(2).all(|pair| pair[0].of < pair[1].of));
        assert_eq!(funnel.limits.last().map(|limit| limit.of), Some(100));
    }

    #[test]
    fn few_batches_and_sure_outcomes_have_none() {
        assert!(of_ratios(&ratios(&[(1, 20); 4])).is_none());
        assert!(of_ratios(&ratios(&[(0, 20); 9])).is_none());
    }
}

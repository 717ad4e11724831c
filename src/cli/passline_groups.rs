//! Groups of `kaojian passline`: bodies, batches, rooms and raters about the line.

use crate::cli::passline_steps::Steps;
use crate::ingest::scores_file::{GROUPS, ScoreLine};
use crate::model::identity::mask_embedded_numbers;
use crate::stats::line_heaping::{AtLine, shrunken_shares};
use crate::stats::multiplicity::benjamini_hochberg_in_family;
use serde::Serialize;
use std::collections::BTreeMap;

/// Candidates in the three scores at the line below which a group is not tested.
const FEWEST_IN_GROUP: u64 = 10;

/// One group that was tested.
#[derive(Debug, Serialize)]
struct Group {
    group: String,
    scores: usize,
    below: u64,
    at: u64,
    above: u64,
    n: u64,
    share_at_line_shrunken: Option<f64>,
    p_value_excess: f64,
    p_value_bh: f64,
}

/// Groups of one column.
#[derive(Debug, Serialize)]
pub struct Grouped {
    by: &'static str,
    minimum_n: u64,
    not_tested: usize,
    groups: Vec<Group>,
}

/// Tests the groups of one column; `None` when the file does not have it.
pub fn grouped(scores: &[ScoreLine], column: usize, steps: &Steps, curvature: f64) -> Option<Grouped> {
    let mut members: BTreeMap<&str, (usize, AtLine)> = BTreeMap::new();
    for score in scores {
        if let Some(group) = score.groups.get(column)? {
            let (number, counts) = members.entry(group).or_default();
            *number += 1;
            counts.add(steps.place(score.score));
        }
    }
    if members.is_empty() {
        return None;
    }
    let all = members.len();
    let tested: Vec<(&str, usize, AtLine, f64)> = members
        .into_iter()
        .filter(|(_, (_, counts))| counts.total() >= FEWEST_IN_GROUP)
        .filter_map(|(group, (number, counts))| Some((group, number, counts, counts.excess_p_value(curvature)?)))
        .collect();
    let p_values: Vec<f64> = tested.iter().map(|group| group.3).collect();
    let adjusted = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
    let shares = shrunken_shares(&tested.iter().map(|group| (group.2.at, group.2.total())).collect::<Vec<_>>());
    let groups: Vec<Group> = tested
        .iter()
        .zip(adjusted)
        .zip(shares)
        .map(|(((group, scores, counts, p_value), adjusted), share)| Group {
            group: mask_embedded_numbers(group).into_owned(),
            scores: *scores,
            below: counts.below,
            at: counts.at,
            above: counts.above,
            n: counts.total(),
            share_at_line_shrunken: share,
            p_value_excess: *p_value,
            p_value_bh: adjusted,
        })
        .collect();
    Some(Grouped { by: GROUPS.get(column)?, minimum_n: FEWEST_IN_GROUP, not_tested: all - groups.len(), groups })
}

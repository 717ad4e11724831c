//! One profile a rater: severity and drift from one fit each, over all batches.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::contrast::{Contrast, step_down};
use crate::detect::scoring::joint::{Subset, connected_subsets, fit};
use crate::detect::scoring::panel::{MINIMUM_TIMED_WORKS, Panel, PanelMark};
use crate::stats::multiplicity::holm;
use crate::stats::spearman::{Spearman, spearman};
use rayon::prelude::*;

/// Share of the level that tests the trend; the control charts have the rest.
const SHARE_OF_TREND: f64 = 0.8;

/// What is known of one rater.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    /// Works shared with others.
    pub(super) works: usize,
    /// Number of the connected subset, from 1; `None` for a rater who shares no work.
    pub(super) subset: Option<usize>,
    /// Raters in the subset.
    pub(super) subset_size: usize,
    /// Severity against the reference raters.
    pub(super) severity: Option<Contrast>,
    /// Movement from first to last work against the reference raters.
    pub(super) movement: Option<Contrast>,
    /// Rank correlation of the own deviation with the order of marking.
    pub(super) trend: Option<Spearman>,
    /// Own severity in the model with movement.
    pub(super) level: f64,
    /// Own movement from first to last work beside the common one.
    pub(super) slope: f64,
    /// Past the criteria of a trend.
    pub(super) trend_flagged: bool,
    /// A stretch in which the rater stood elsewhere: its mean shift, adjusted p-value and works charted.
    pub(super) excursion: Option<(f64, f64, usize)>,
    /// The smaller adjusted p-value of trend (the larger of its two p-values) and charts.
    pub(super) drift_adjusted_p_value: Option<f64>,
    /// Past the criteria of a trend or of a chart.
    pub(super) drift_flagged: bool,
}

/// What a mark leaves when the own severity and the partners' severity and movement are taken out, and how many
/// partners there are.
pub(super) fn unexplained(panel: &Panel<'_>, profiles: &[Profile], index: u32) -> (f64, usize) {
    let mark = &panel.marks[index as usize];
    let others = || panel.work_of(index).iter().filter(|other| other.rater != mark.rater);
    let n = others().count();
    let expected = |other: &PanelMark| {
        let profile = &profiles[other.rater as usize];
        profile.level + profile.slope * other.position.unwrap_or(0.0)
    };
    let partners = others().map(|other| other.rate - expected(other)).sum::<f64>() / n.max(1) as f64;
    (mark.rate - profiles[mark.rater as usize].level - partners, n)
}

/// Profiles of all raters of the panel, in its order.
pub(super) fn profiles(panel: &Panel<'_>, parameters: &ScoringParameters) -> Vec<Profile> {
    let mut profiles: Vec<Profile> =
        panel.by_rater.iter().map(|indices| Profile { works: indices.len(), ..Profile::default() }).collect();
    let subsets = connected_subsets(&panel.marks, panel.raters.len());
    let mut place = vec![(0usize, 0usize); panel.raters.len()];
    for (subset, raters) in subsets.iter().enumerate() {
        for (local, rater) in raters.iter().enumerate() {
            place[*rater as usize] = (subset, local);
            let profile = &mut profiles[*rater as usize];
            profile.subset = Some(subset + 1);
            profile.subset_size = raters.len();
        }
    }
    let mut works: Vec<Vec<&[PanelMark]>> = vec![Vec::new(); subsets.len()];
    for work in panel.marks.chunk_by(|a, b| a.work == b.work) {
        works[place[work[0].rater as usize].0].push(work);
    }
    let fit_all = |moves: bool| -> Vec<Subset> {
        subsets
            .par_iter()
            .zip(&works)
            .map(|(raters, works)| fit(raters, works, |rater| place[rater as usize].1, moves))
            .collect()
    };
    let (level, minimum) = (parameters.significance_level, parameters.minimum_deviation_rate);
    let still = fit_all(false);
    let contrasts = step_down(&still.iter().map(|subset| &subset.severity).collect::<Vec<_>>(), level, minimum);
    for (subset, contrasts) in still.iter().zip(contrasts) {
        for (rater, contrast) in subset.raters.iter().zip(contrasts) {
            profiles[*rater as usize].severity = contrast;
        }
    }
    if panel.marks.iter().any(|mark| mark.position.is_some()) {
        add_drift(panel, &fit_all(true), parameters, &mut profiles);
    }
    profiles
}

/// A drift needs both: the movement in the joint model, and the rank correlation of the deviations
/// from which the partners' own severity and movement have been taken. The larger p-value counts, so
/// that neither a few outlying marks nor a partner's drift is enough.
fn add_drift(panel: &Panel<'_>, subsets: &[Subset], parameters: &ScoringParameters, profiles: &mut [Profile]) {
    let movements: Vec<_> = subsets.iter().filter_map(|subset| subset.movement.as_ref()).collect();
    let (level, minimum) = (parameters.significance_level, parameters.minimum_deviation_rate);
    let contrasts = step_down(&movements, level, minimum);
    // The common movement of the reference raters is not anyone's drift.
    let level_of: Vec<f64> = movements
        .iter()
        .zip(&contrasts)
        .map(|(movement, contrasts)| {
            let reference = || {
                movement.values.iter().zip(contrasts).filter(|(_, contrast)| contrast.is_some_and(|c| c.in_reference))
            };
            reference().map(|(value, _)| value).sum::<f64>() / reference().count().max(1) as f64
        })
        .collect();
    for (number, subset) in subsets.iter().enumerate() {
        for (local, rater) in subset.raters.iter().enumerate() {
            let profile = &mut profiles[*rater as usize];
            profile.level = subset.severity.values[local];
            if let Some(movement) = movements.get(number).filter(|movement| movement.estimable[local]) {
                profile.slope = movement.values[local] - level_of[number];
            }
        }
    }
    let trends: Vec<Option<Spearman>> = panel
        .by_rater
        .par_iter()
        .map(|indices| {
            let (mut positions, mut deviations) = (Vec::new(), Vec::new());
            for index in indices {
                let mark = &panel.marks[*index as usize];
                let Some(position) = mark.position else { continue };
                positions.push(position);
                deviations.push(unexplained(panel, profiles, *index).0);
            }
            if positions.len() < MINIMUM_TIMED_WORKS { None } else { spearman(&positions, &deviations) }
        })
        .collect();
    for (subset, contrasts) in subsets.iter().zip(contrasts) {
        for (rater, contrast) in subset.raters.iter().zip(contrasts) {
            let profile = &mut profiles[*rater as usize];
            profile.trend = trends[*rater as usize];
            profile.movement = contrast.filter(|_| profile.trend.is_some());
        }
    }
    let tested = || profiles.iter().filter_map(|profile| Some((profile.movement?, profile.trend?)));
    let p_values: Vec<f64> = tested().map(|(movement, trend)| movement.p_value.max(trend.p_value)).collect();
    let adjusted = holm(&p_values);
    let with_drift = profiles.iter_mut().filter(|profile| profile.movement.is_some() && profile.trend.is_some());
    for (profile, adjusted) in with_drift.zip(adjusted) {
        let adjusted = (adjusted / SHARE_OF_TREND).min(1.0);
        profile.drift_adjusted_p_value = Some(adjusted);
        profile.trend_flagged = adjusted < level && profile.movement.is_some_and(|movement| movement.flagged);
        profile.drift_flagged = profile.trend_flagged;
    }
}

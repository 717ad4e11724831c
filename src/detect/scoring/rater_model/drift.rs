//! The charts of all raters, which of them signal, and how that joins the test of a trend.
//!
//! A trend from the first work to the last and a stretch in which a rater stood elsewhere are two questions. The
//! trend has four fifths of the level, the charts one fifth; each is stepped down over all raters by Holm's method,
//! so that both together keep the level over all raters (Bonferroni between the two, Holm inside each).

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::panel::{MINIMUM_TIMED_WORKS, Panel};
use crate::detect::scoring::profile::{Profile, unexplained};
use crate::detect::scoring::rater_model::charts::{Standardised, standardise};
use crate::detect::scoring::rater_model::design::Groups;
use crate::stats::multiplicity::holm;
use std::collections::BTreeMap;

/// Share of the level that tests the charts; the trend has the rest.
pub const SHARE_OF_CHARTS: f64 = 0.2;

/// One rater's chart of one component of one body.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Number of the group.
    pub group: usize,
    /// Number over all raters.
    pub rater: u32,
    /// Marks of the panel, in order of time.
    pub marks: Vec<u32>,
    /// Their values.
    pub standard: Standardised,
    /// Probability of the CUSUM's height, Holm-adjusted over all charts, over the charts' share of the level.
    pub adjusted_p_value: f64,
    /// Past the criteria, and it can be told who moved.
    pub flagged: bool,
}

/// Charts of all raters with enough timed works, by group and rater.
///
/// Where a chart signals, the works of that rater are taken out of the partners' charts and these are drawn again,
/// so that a partner does not signal for somebody else's drift.
pub fn charts(
    panel: &Panel<'_>,
    profiles: &[Profile],
    groups: &Groups,
    batches: &[PreparedBatch<'_>],
    parameters: &ScoringParameters,
) -> Vec<Chart> {
    let mut charts = Vec::new();
    for (rater, marks) in panel.by_rater.iter().enumerate() {
        let mut by_group: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for index in marks.iter().filter(|index| panel.marks[**index as usize].time.is_some()) {
            let mark = &panel.marks[*index as usize];
            let work = batches.get(mark.batch as usize).and_then(|b| b.marks.works.get(mark.work_in_batch as usize));
            let Some(group) = work.and_then(|work| groups.number(mark.batch, work.component)) else { continue };
            by_group.entry(group).or_default().push(*index);
        }
        for (group, mut marks) in by_group {
            let time = |index: &u32| panel.marks[*index as usize].time.unwrap_or_default();
            marks.sort_by(|a, b| time(a).total_cmp(&time(b)).then(a.cmp(b)));
            if let Some(standard) = chart_of(panel, profiles, &marks) {
                let (rater, adjusted_p_value, flagged) = (rater as u32, 1.0, false);
                charts.push(Chart { group, rater, marks, standard, adjusted_p_value, flagged });
            }
        }
    }
    charts.sort_by_key(|chart| (chart.group, chart.rater));
    step_down(panel, profiles, &mut charts, parameters);
    charts
}

/// Flags the highest chart, takes its works out of the others, and goes on until none is past the criteria.
fn step_down(panel: &Panel<'_>, profiles: &[Profile], charts: &mut [Chart], parameters: &ScoringParameters) {
    loop {
        let p_values: Vec<f64> = charts.iter().map(|chart| chart.standard.p_value).collect();
        for (chart, adjusted) in charts.iter_mut().zip(holm(&p_values)) {
            chart.adjusted_p_value = (adjusted / SHARE_OF_CHARTS).min(1.0);
        }
        let past = |chart: &&mut Chart| {
            !chart.flagged
                && chart.adjusted_p_value < parameters.significance_level
                && chart.standard.shift.abs() >= parameters.minimum_deviation_rate
                && has_two_partners(panel, chart)
        };
        let highest = charts.iter_mut().filter(past).max_by(|a, b| {
            let places = (b.group, b.rater).cmp(&(a.group, a.rater));
            a.standard.height.total_cmp(&b.standard.height).then(places)
        });
        let Some(found) = highest else { return };
        found.flagged = true;
        let apart = found.rater;
        for chart in charts.iter_mut().filter(|chart| !chart.flagged) {
            let alone = |index: &u32| panel.work_of(*index).iter().all(|other| other.rater != apart);
            let left: Vec<u32> = chart.marks.iter().copied().filter(alone).collect();
            if left.len() == chart.marks.len() {
                continue;
            }
            match chart_of(panel, profiles, &left) {
                Some(standard) => {
                    chart.standard = standard;
                    chart.marks = left;
                }
                None => chart.standard.p_value = 1.0,
            }
        }
    }
}

/// With one partner only, nobody can say which of the two moved.
fn has_two_partners(panel: &Panel<'_>, chart: &Chart) -> bool {
    let mut first = None;
    chart.marks.iter().flat_map(|index| panel.work_of(*index)).filter(|mark| mark.rater != chart.rater).any(|mark| {
        let known = *first.get_or_insert(mark.rater);
        known != mark.rater
    })
}

fn chart_of(panel: &Panel<'_>, profiles: &[Profile], marks: &[u32]) -> Option<Standardised> {
    if marks.len() < MINIMUM_TIMED_WORKS {
        return None;
    }
    let values: Vec<f64> = marks
        .iter()
        .map(|index| {
            let (value, partners) = unexplained(panel, profiles, *index);
            // One mark against the mean of n: the difference has the variance 1 + 1/n of one mark; two raters a
            // work are the usual case and the unit.
            value * (2.0 / (1.0 + 1.0 / partners.max(1) as f64)).sqrt()
        })
        .collect();
    standardise(&values)
}

/// Joins charts and trend in the profiles: the smaller adjusted p-value, and either flag.
pub fn join(profiles: &mut [Profile], charts: &[Chart]) {
    for (rater, profile) in profiles.iter_mut().enumerate() {
        let own = || charts.iter().filter(|chart| chart.rater as usize == rater);
        profile.excursion = own()
            .filter(|chart| chart.flagged)
            .max_by(|a, b| a.standard.height.total_cmp(&b.standard.height))
            .map(|chart| (chart.standard.shift, chart.adjusted_p_value, chart.marks.len()));
        let smallest = own().map(|chart| chart.adjusted_p_value).min_by(f64::total_cmp);
        profile.drift_adjusted_p_value = match (profile.drift_adjusted_p_value, smallest) {
            (Some(trend), Some(chart)) => Some(trend.min(chart)),
            (trend, chart) => trend.or(chart),
        };
        profile.drift_flagged |= profile.excursion.is_some();
    }
}

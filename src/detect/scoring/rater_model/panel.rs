//! One fit as evidence: every rater's measure, and the control charts.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::panel::Panel;
use crate::detect::scoring::profile::Profile;
use crate::detect::scoring::rater_model::charts::{CUSUM_LIMIT, CUSUM_REFERENCE, EWMA_WEIGHT, EWMA_WIDTH};
use crate::detect::scoring::rater_model::design::Groups;
use crate::detect::scoring::rater_model::drift::Chart;
use crate::detect::scoring::rater_model::effects::{EffectKind, EffectTest};
use crate::detect::scoring::rater_model::fitted::{GroupFit, RATER};
use crate::model::ids::{BatchId, RaterId};
use crate::model::rater_evidence::{ControlPoint, RaterControlChart, RaterMeasure, RaterPanel};
use crate::psychometrics::facets::summary::facet_summary;
use crate::stats::chi_square;
use crate::stats::control_charts::{cusum, cusum_two_sided_run_length, ewma, ewma_run_length};
use crate::stats::multiplicity::holm;
use crate::stats::normal::upper_tail;
use chrono::DateTime;

/// Marks below which nothing is said of a rater.
pub const MINIMUM_RATINGS: u64 = 30;

/// Half the width of a 95 % interval in standard errors.
const INTERVAL: f64 = 1.959_963_984_540_054;

/// What the evidence of one fit is written from.
pub struct PanelSources<'a> {
    /// Body and component of the fits.
    pub groups: &'a Groups,
    /// All raters.
    pub panel: &'a Panel<'a>,
    /// Their profiles.
    pub profiles: &'a [Profile],
    /// All charts.
    pub charts: &'a [Chart],
    /// All effects.
    pub effects: &'a [EffectTest],
    /// All batches.
    pub batch_ids: &'a [&'a BatchId],
}

/// The evidence of one fit.
pub fn rater_panel(
    sources: &PanelSources<'_>,
    number: usize,
    group: &GroupFit,
    parameters: &ScoringParameters,
) -> Option<RaterPanel> {
    let (body_id, component) = sources.groups.list.get(number)?.clone();
    let measures: Vec<(f64, f64)> = (0..group.design.raters.len())
        .filter_map(|rater| Some((group.severity(rater)?, group.fitted.severity_error(RATER, rater)?)))
        .filter(|(_, error)| *error > 0.0)
        .collect();
    let summary = facet_summary(&measures, false);
    let mut raters = measures_of(sources, number, group, parameters);
    raters.sort_by(|a, b| {
        let severity = |rater: &RaterMeasure| rater.severity_logit.unwrap_or(f64::NEG_INFINITY);
        severity(b).total_cmp(&severity(a)).then_with(|| a.rater_id.cmp(&b.rater_id))
    });
    let control_charts = raters
        .iter()
        .filter_map(|rater| {
            let name = |chart: &&Chart| {
                chart.group == number && sources.panel.raters.get(chart.rater as usize) == Some(&&rater.rater_id)
            };
            sources.charts.iter().find(name).and_then(|chart| control_chart(sources, chart))
        })
        .collect();
    let subsets = group.fitted.design.subsets[RATER].iter().flatten().max().map_or(0, |highest| highest + 1);
    Some(RaterPanel {
        body_id,
        component,
        batches: sources.groups.batches[number]
            .iter()
            .filter_map(|batch| sources.batch_ids.get(*batch as usize).map(|id| (*id).clone()))
            .collect(),
        ratings: group.fitted.design.kept.len() as u64,
        persons: group.fitted.abilities.iter().flatten().count() as u64,
        criteria: group.design.criteria.len() as u64,
        subsets: subsets as u64,
        iterations: group.fitted.iterations as u64,
        residual: group.fitted.residual,
        separation: summary.map(|summary| summary.separation),
        strata: summary.map(|summary| summary.strata),
        reliability: summary.map(|summary| summary.reliability),
        fixed_chi_square: summary.map(|summary| summary.fixed_chi_square),
        degrees_of_freedom: summary.map_or(0, |summary| summary.degrees_of_freedom as u64),
        chi_square_p_value: summary
            .map(|summary| chi_square::upper_tail(summary.fixed_chi_square, summary.degrees_of_freedom as f64)),
        minimum_ratings: MINIMUM_RATINGS,
        raters,
        control_charts,
    })
}

/// A rater without anything known.
fn blank(rater_id: RaterId, ratings: u64) -> RaterMeasure {
    RaterMeasure {
        rater_id,
        subset: 0,
        ratings,
        severity_logit: None,
        standard_error: None,
        interval: None,
        adjusted_p_value: None,
        fair_average: None,
        infit: None,
        infit_zstd: None,
        outfit: None,
        outfit_zstd: None,
        exact_agreement: None,
        expected_agreement: None,
        halo_ratio: None,
        halo_adjusted_p_value: None,
        centrality_ratio: None,
        centrality_adjusted_p_value: None,
        range_ratio: None,
        range_adjusted_p_value: None,
        constant_marks: false,
        signs: Vec::new(),
    }
}

fn measures_of(
    sources: &PanelSources<'_>,
    number: usize,
    group: &GroupFit,
    parameters: &ScoringParameters,
) -> Vec<RaterMeasure> {
    let name = |rater: u32| -> RaterId {
        sources.panel.raters.get(rater as usize).map(|rater| (*rater).clone()).unwrap_or_default()
    };
    let mut marks = vec![0u64; group.design.raters.len()];
    group.design.input.level.chunks(2).for_each(|levels| marks[levels[RATER]] += 1);
    // Where the raters' totals of one work differ by more than the model expects, its errors are too small.
    let inflation = group.dispersion.max(1.0).sqrt();
    let mut found: Vec<RaterMeasure> = Vec::new();
    let mut severities: Vec<(usize, f64)> = Vec::new();
    let mut misfits: Vec<(usize, f64)> = Vec::new();
    for (local, (rater, ratings)) in group.design.raters.iter().zip(marks).enumerate() {
        let mut measure = blank(name(*rater), ratings);
        measure.subset = group.fitted.design.subsets[RATER][local].map_or(0, |subset| subset as u64 + 1);
        let error = group.fitted.severity_error(RATER, local);
        if let (Some(severity), Some(error)) = (group.severity(local), error.filter(|error| *error > 0.0)) {
            let half = INTERVAL * error * inflation;
            measure.severity_logit = Some(severity);
            measure.standard_error = Some(error);
            measure.interval = Some((severity - half, severity + half));
            measure.fair_average = Some(group.fair_average(severity));
            if ratings >= MINIMUM_RATINGS {
                severities.push((found.len(), 2.0 * upper_tail((severity / (error * inflation)).abs())));
            }
        }
        if let Some(fit) = group.statistics[local] {
            measure.infit = Some(fit.infit);
            measure.infit_zstd = Some(fit.infit_zstd);
            measure.outfit = Some(fit.outfit);
            measure.outfit_zstd = Some(fit.outfit_zstd);
            if ratings >= MINIMUM_RATINGS {
                misfits.push((found.len(), upper_tail(fit.infit_zstd)));
            }
        }
        let agreement = group.agreement[local];
        if agreement.pairs > 0 {
            measure.exact_agreement = Some(agreement.exact as f64 / agreement.pairs as f64);
            measure.expected_agreement = Some(agreement.expected / agreement.pairs as f64);
        }
        add_signs(sources, number, *rater, &mut measure);
        found.push(measure);
    }
    for ((place, _), adjusted) in severities.iter().zip(holm(&p_values(&severities))) {
        found[*place].adjusted_p_value = Some(adjusted);
    }
    let noticeable = f64::from(parameters.rater_effects.misfit_percent) / 100.0;
    for ((place, _), adjusted) in misfits.iter().zip(holm(&p_values(&misfits))) {
        if adjusted < parameters.significance_level && found[*place].infit.is_some_and(|infit| infit > noticeable) {
            found[*place].signs.push("misfit");
        }
    }
    for (rater, marks) in &group.design.constant {
        found.push(RaterMeasure { constant_marks: true, ..blank(name(*rater), *marks) });
    }
    found.iter_mut().for_each(|measure| measure.signs.sort_unstable());
    found
}

fn p_values(tested: &[(usize, f64)]) -> Vec<f64> {
    tested.iter().map(|(_, p_value)| *p_value).collect()
}

/// The signs that the other measures raise, so that the panel never says something else than they do.
fn add_signs(sources: &PanelSources<'_>, number: usize, rater: u32, measure: &mut RaterMeasure) {
    let Some(profile) = sources.profiles.get(rater as usize) else { return };
    if let Some(contrast) = profile.severity.filter(|contrast| contrast.flagged) {
        measure.signs.push(if contrast.estimate < 0.0 { "severe" } else { "lenient" });
    }
    let by_trend = profile.trend_flagged;
    let by_chart = sources.charts.iter().any(|chart| chart.flagged && chart.group == number && chart.rater == rater);
    if by_trend || by_chart {
        measure.signs.push("drift");
    }
    for test in sources.effects.iter().filter(|test| test.group == number && test.rater == rater) {
        let (ratio, p_value) = (Some(test.ratio), Some(test.adjusted_p_value));
        match test.kind {
            EffectKind::Halo => (measure.halo_ratio, measure.halo_adjusted_p_value) = (ratio, p_value),
            EffectKind::Centrality => {
                (measure.centrality_ratio, measure.centrality_adjusted_p_value) = (ratio, p_value);
            }
            EffectKind::RangeRestriction => (measure.range_ratio, measure.range_adjusted_p_value) = (ratio, p_value),
        }
        if test.flagged {
            measure.signs.push(test.kind.as_str());
        }
    }
}

fn control_chart(sources: &PanelSources<'_>, chart: &Chart) -> Option<RaterControlChart> {
    let values = &chart.standard.values;
    let averages = ewma(values, 1.0, EWMA_WEIGHT, EWMA_WIDTH);
    let sums = cusum(values, 1.0, CUSUM_REFERENCE, CUSUM_LIMIT)?;
    let points: Option<Vec<ControlPoint>> = chart
        .marks
        .iter()
        .zip(values)
        .zip(averages.iter().zip(&sums))
        .map(|((mark, residual), (average, sum))| {
            let time = sources.panel.marks.get(*mark as usize)?.time?;
            Some(ControlPoint {
                marked_at: DateTime::from_timestamp_micros(time as i64)?.naive_utc(),
                residual: *residual,
                ewma: average.value,
                ewma_limit: average.limit,
                cusum_upper: sum.up,
                cusum_lower: sum.down,
            })
        })
        .collect();
    Some(RaterControlChart {
        rater_id: sources.panel.raters.get(chart.rater as usize).map(|rater| (*rater).clone())?,
        ewma_weight: EWMA_WEIGHT,
        ewma_width: EWMA_WIDTH,
        ewma_run_length: ewma_run_length(EWMA_WEIGHT, EWMA_WIDTH, 0.0)?,
        cusum_reference: CUSUM_REFERENCE,
        cusum_limit: CUSUM_LIMIT,
        cusum_run_length: cusum_two_sided_run_length(CUSUM_REFERENCE, CUSUM_LIMIT, 0.0)?,
        points: points?,
        ewma_signal: averages.iter().position(|point| point.alarm),
        cusum_signal: sums.iter().position(|point| point.alarm),
    })
}

//! The tables of `kaojian raters`: one row a level, person, step, interaction.

use crate::cli::error::CliError;
use crate::cli::raters_input::Coded;
use crate::cli::written::shown_path;
use crate::model::identity::mask_embedded_numbers;
use crate::psychometrics::facets::effects::{RaterEffect, centrality, halo, range_restriction};
use crate::psychometrics::facets::elements::fair_average;
use crate::psychometrics::facets::estimate::FacetsFit;
use crate::psychometrics::facets::extremes::{extreme_level, extreme_person};
use crate::psychometrics::facets::fit::FitStatistics;
use crate::psychometrics::facets::interaction::{Interaction, interactions, interactions_with};
use crate::psychometrics::facets::summary::facet_summary;
use crate::stats::multiplicity::benjamini_hochberg_in_family;
use serde::Serialize;
use std::path::Path;

#[derive(Debug, Serialize)]
pub(super) struct LevelRow {
    pub level: String,
    pub n: usize,
    pub severity_logit: Option<f64>,
    pub se: Option<f64>,
    pub infit: Option<f64>,
    pub infit_zstd: Option<f64>,
    pub outfit: Option<f64>,
    pub outfit_zstd: Option<f64>,
    pub fair_average: Option<f64>,
    pub subset: Option<usize>,
    pub extreme: bool,
    pub constant: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct PersonRow {
    pub person: String,
    pub n: usize,
    pub ability_logit: Option<f64>,
    pub se: Option<f64>,
    pub infit: Option<f64>,
    pub infit_zstd: Option<f64>,
    pub outfit: Option<f64>,
    pub outfit_zstd: Option<f64>,
    pub extreme: bool,
    pub eap_logit: Option<f64>,
    pub eap_sd: Option<f64>,
}

#[derive(Debug, Serialize)]
pub(super) struct StepRow {
    pub group: String,
    pub score: f64,
    pub step_logit: f64,
    pub se: f64,
    pub n: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct InteractionRow {
    pub rater: String,
    pub facet: String,
    pub level: String,
    pub n: usize,
    pub bias_logit: f64,
    pub se: f64,
    pub p_value: f64,
    pub p_value_bh: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct FacetJson {
    pub facet: String,
    pub elements: usize,
    pub subsets: usize,
    pub mean: f64,
    pub standard_deviation: f64,
    pub root_mean_square_error: f64,
    pub separation: f64,
    pub strata: f64,
    pub reliability: f64,
    pub fixed_chi_square: f64,
    pub degrees_of_freedom: usize,
    pub random_chi_square: f64,
    pub random_degrees_of_freedom: usize,
}

type EffectCell = (Option<f64>, Option<f64>, Option<f64>);

/// Ratio, standard error and p-value of halo, centrality and restricted range.
#[derive(Debug, Serialize)]
pub(super) struct EffectCells(EffectCell, EffectCell, EffectCell);

/// The columns of [`EffectCells`].
const EFFECT_COLUMNS: [&str; 9] = [
    "halo_ratio",
    "halo_se",
    "halo_p_value",
    "centrality_ratio",
    "centrality_se",
    "centrality_p_value",
    "range_ratio",
    "range_se",
    "range_p_value",
];

/// A fit with what the tables need.
pub(super) struct Results<'a> {
    pub coded: &'a Coded,
    pub fitted: &'a FacetsFit,
    /// Posterior mean and standard deviation of each person, of the marginal estimator.
    pub expected: &'a [Option<(f64, f64)>],
    /// (L − 1)/L, or 1.
    pub shrink: f64,
    pub persons: Vec<Option<FitStatistics>>,
    pub levels: Vec<Vec<Option<FitStatistics>>>,
}

impl Results<'_> {
    pub fn level_rows(&self, facet: usize) -> Vec<LevelRow> {
        let input = &self.coded.input;
        let mut counts = vec![0usize; input.levels[facet]];
        let mut ranges = vec![(i64::MAX, i64::MIN); input.levels[facet]];
        for rating in 0..input.ratings() {
            let level = input.levels_of(rating)[facet];
            counts[level] += 1;
            let range = &mut ranges[level];
            *range = (range.0.min(input.score[rating]), range.1.max(input.score[rating]));
        }
        (0..input.levels[facet])
            .map(|level| {
                let fit = self.levels[facet][level];
                let extreme = extreme_level(input, self.fitted, facet, level);
                let measure = self.fitted.severity(facet, level).or(extreme.map(|found| found.measure));
                let error = self.fitted.severity_error(facet, level).or(extreme.map(|found| found.standard_error));
                LevelRow {
                    level: mask_embedded_numbers(&self.coded.facets[facet].1.names[level]).into_owned(),
                    n: counts[level],
                    severity_logit: measure.map(|value| value * self.shrink),
                    se: error.map(|value| value * self.shrink),
                    infit: fit.map(|fit| fit.infit),
                    infit_zstd: fit.map(|fit| fit.infit_zstd),
                    outfit: fit.map(|fit| fit.outfit),
                    outfit_zstd: fit.map(|fit| fit.outfit_zstd),
                    fair_average: fair_average(input, self.fitted, facet, level).map(|value| value * self.coded.unit),
                    subset: self.fitted.design.subsets[facet][level].map(|subset| subset + 1),
                    extreme: self.fitted.severity(facet, level).is_none(),
                    constant: counts[level] > 1 && ranges[level].0 == ranges[level].1,
                }
            })
            .collect()
    }

    pub fn person_rows(&self) -> Vec<PersonRow> {
        let input = &self.coded.input;
        let mut counts = vec![0usize; input.persons];
        input.person.iter().for_each(|person| counts[*person] += 1);
        (0..input.persons)
            .map(|person| {
                let fit = self.persons[person];
                let known = self.fitted.abilities[person];
                let extreme = if known.is_none() { extreme_person(input, self.fitted, person) } else { None };
                PersonRow {
                    person: mask_embedded_numbers(&self.coded.persons.names[person]).into_owned(),
                    n: counts[person],
                    ability_logit: known.or(extreme.map(|found| found.measure)).map(|value| value * self.shrink),
                    se: self.fitted.ability_errors[person]
                        .or(extreme.map(|found| found.standard_error))
                        .map(|value| value * self.shrink),
                    infit: fit.map(|fit| fit.infit),
                    infit_zstd: fit.map(|fit| fit.infit_zstd),
                    outfit: fit.map(|fit| fit.outfit),
                    outfit_zstd: fit.map(|fit| fit.outfit_zstd),
                    extreme: known.is_none(),
                    eap_logit: self.expected.get(person).copied().flatten().map(|found| found.0),
                    eap_sd: self.expected.get(person).copied().flatten().map(|found| found.1),
                }
            })
            .collect()
    }

    pub fn step_rows(&self) -> Vec<StepRow> {
        let (input, design, layout) = (&self.coded.input, &self.fitted.design, &self.fitted.layout);
        let mut rows = Vec::new();
        for group in 0..input.groups() {
            let name = match input.step_facet {
                Some(facet) => self.coded.facets[facet].1.names[group].clone(),
                None => "all".to_owned(),
            };
            for (step, value) in self.fitted.steps(group).iter().enumerate() {
                let at = layout.groups[group] + step;
                let variance = self.fitted.covariance[at * (layout.size + 1)].max(0.0);
                rows.push(StepRow {
                    group: name.clone(),
                    score: design.categories[group][step + 1] as f64 * self.coded.unit,
                    step_logit: value * self.shrink,
                    se: variance.sqrt() * self.shrink,
                    n: design.kept.iter().filter(|kept| kept.group == group && kept.category == step + 1).count(),
                });
            }
        }
        rows
    }

    pub fn interaction_rows(&self) -> Vec<InteractionRow> {
        let input = &self.coded.input;
        let modelled = self.coded.facets.iter().enumerate().skip(1).map(|(facet, (name, levels))| {
            self.cells(name, &levels.names, &interactions(input, self.fitted, 0, facet))
        });
        let crossed = self.coded.crossed.iter().map(|crossed| {
            self.cells(&crossed.name, &crossed.names.names, &interactions_with(input, self.fitted, 0, &crossed.level))
        });
        modelled.chain(crossed).flatten().collect()
    }

    fn cells(&self, facet: &str, levels: &[String], found: &[Interaction]) -> Vec<InteractionRow> {
        let p_values: Vec<f64> = found.iter().map(|cell| cell.p_value).collect();
        let adjusted = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
        let rows = found.iter().zip(adjusted).map(|(cell, adjusted)| InteractionRow {
            rater: mask_embedded_numbers(&self.coded.facets[0].1.names[cell.first]).into_owned(),
            facet: facet.to_owned(),
            level: mask_embedded_numbers(&levels[cell.second]).into_owned(),
            n: cell.ratings,
            bias_logit: cell.bias,
            se: cell.standard_error,
            p_value: cell.p_value,
            p_value_bh: adjusted,
        });
        rows.collect()
    }

    pub fn facet_json(&self) -> Vec<FacetJson> {
        let input = &self.coded.input;
        let people: Vec<(f64, f64)> = self
            .fitted
            .abilities
            .iter()
            .zip(&self.fitted.ability_errors)
            .filter_map(|(ability, error)| Some((ability.as_ref()? * self.shrink, error.as_ref()? * self.shrink)))
            .collect();
        let mut facets = vec![("person".to_owned(), people, 1)];
        for (facet, (name, _)) in self.coded.facets.iter().enumerate() {
            let measures = (0..input.levels[facet]).filter_map(|level| {
                let error = self.fitted.severity_error(facet, level)?;
                Some((self.fitted.severity(facet, level)? * self.shrink, error * self.shrink)).filter(|row| row.1 > 0.0)
            });
            let subsets = self.fitted.design.subsets[facet].iter().flatten().max().map_or(0, |highest| highest + 1);
            facets.push((name.clone(), measures.collect(), subsets));
        }
        let summarised = facets.into_iter().filter_map(|(facet, measures, subsets)| {
            let found = facet_summary(&measures, true)?;
            Some(FacetJson {
                facet,
                elements: found.elements,
                subsets,
                mean: found.mean,
                standard_deviation: found.standard_deviation,
                root_mean_square_error: found.root_mean_square_error,
                separation: found.separation,
                strata: found.strata,
                reliability: found.reliability,
                fixed_chi_square: found.fixed_chi_square,
                degrees_of_freedom: found.degrees_of_freedom,
                random_chi_square: found.random_chi_square,
                random_degrees_of_freedom: found.random_degrees_of_freedom,
            })
        });
        summarised.collect()
    }

    /// Effects of each rater, in the order of the levels.
    pub fn effect_rows(&self) -> Vec<EffectCells> {
        let input = &self.coded.input;
        let found = [halo, centrality, range_restriction].map(|effect| effect(input, self.fitted, 0));
        (0..input.levels[0])
            .map(|level| {
                let cells = |at: usize| {
                    let effect: Option<RaterEffect> = found[at][level];
                    (effect.map(|e| e.ratio), effect.map(|e| e.standard_error), effect.map(|e| e.p_value))
                };
                EffectCells(cells(0), cells(1), cells(2))
            })
            .collect()
    }
}

/// Writes rows with their names as a heading.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write_csv<T: Serialize>(path: &Path, rows: &[T]) -> Result<(), CliError> {
    let refused = |error: csv::Error| CliError::Write { path: shown_path(path), source: std::io::Error::other(error) };
    let mut writer = csv::Writer::from_path(path).map_err(refused)?;
    for row in rows {
        writer.serialize(row).map_err(refused)?;
    }
    writer.flush().map_err(|error| refused(error.into()))
}

/// Levels under the name of their facet.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write_levels(
    path: &Path,
    facet: &str,
    rows: &[LevelRow],
    effects: Option<&[EffectCells]>,
) -> Result<(), CliError> {
    let refused = |error: csv::Error| CliError::Write { path: shown_path(path), source: std::io::Error::other(error) };
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_path(path).map_err(refused)?;
    let rest = [
        "n",
        "severity_logit",
        "se",
        "infit",
        "infit_zstd",
        "outfit",
        "outfit_zstd",
        "fair_average",
        "subset",
        "extreme",
        "constant",
    ];
    let further = EFFECT_COLUMNS.into_iter().filter(|_| effects.is_some());
    writer.write_record(std::iter::once(facet).chain(rest).chain(further)).map_err(refused)?;
    for (at, row) in rows.iter().enumerate() {
        match effects.and_then(|effects| effects.get(at)) {
            Some(effects) => writer.serialize((row, effects)),
            None => writer.serialize(row),
        }
        .map_err(refused)?;
    }
    writer.flush().map_err(|error| refused(error.into()))
}

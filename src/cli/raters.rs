//! `kaojian raters`: the many-facet Rasch model of a long table of ratings.

use crate::cli::arguments::{RatersArguments, StepModel};
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::written::{LeftOut, Numbered, scale, write_json};
use crate::ingest::long_file::{WantedColumn, read_long_file};
use crate::ingest::ratings_file::{FURTHER_FACETS, RatingLine, read_ratings};
use crate::model::identity::mask_embedded_numbers;
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::psychometrics::facets::design::FacetsError;
use crate::psychometrics::facets::elements::fair_average;
use crate::psychometrics::facets::estimate::{FacetsFit, fit};
use crate::psychometrics::facets::extremes::{extreme_level, extreme_person};
use crate::psychometrics::facets::fit::{FitStatistics, element_fit, residuals};
use crate::psychometrics::facets::input::FacetsInput;
use crate::psychometrics::facets::interaction::interactions;
use crate::psychometrics::facets::summary::facet_summary;
use crate::stats::multiplicity::benjamini_hochberg_in_family;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

#[derive(Debug, Serialize)]
struct LevelRow {
    level: String,
    n: usize,
    severity_logit: Option<f64>,
    se: Option<f64>,
    infit: Option<f64>,
    infit_zstd: Option<f64>,
    outfit: Option<f64>,
    outfit_zstd: Option<f64>,
    fair_average: Option<f64>,
    subset: Option<usize>,
    extreme: bool,
    constant: bool,
}

#[derive(Debug, Serialize)]
struct PersonRow {
    person: String,
    n: usize,
    ability_logit: Option<f64>,
    se: Option<f64>,
    infit: Option<f64>,
    infit_zstd: Option<f64>,
    outfit: Option<f64>,
    outfit_zstd: Option<f64>,
    extreme: bool,
}

#[derive(Debug, Serialize)]
struct StepRow {
    group: String,
    score: f64,
    step_logit: f64,
    se: f64,
    n: usize,
}

#[derive(Debug, Serialize)]
struct InteractionRow {
    rater: String,
    facet: String,
    level: String,
    n: usize,
    bias_logit: f64,
    se: f64,
    p_value: f64,
    p_value_bh: f64,
}

#[derive(Debug, Serialize)]
struct FacetJson {
    facet: String,
    elements: usize,
    subsets: usize,
    mean: f64,
    standard_deviation: f64,
    root_mean_square_error: f64,
    separation: f64,
    strata: f64,
    reliability: f64,
    fixed_chi_square: f64,
    degrees_of_freedom: usize,
}

#[derive(Debug, Serialize)]
struct Summary {
    schema: u32,
    model: &'static str,
    estimator: &'static str,
    bias_correction: Option<f64>,
    ratings: usize,
    ratings_estimated: usize,
    persons: usize,
    persons_estimated: usize,
    log_likelihood: f64,
    residual: f64,
    iterations: usize,
    facets: Vec<FacetJson>,
    raters_with_constant_scores: Vec<String>,
    warnings: Vec<BTreeMap<&'static str, String>>,
    left_out: Vec<LeftOut>,
}

/// The ratings in numbers, and the names of the numbers.
struct Coded {
    input: FacetsInput,
    persons: Numbered,
    facets: Vec<(String, Numbered)>,
    /// Points of one unit of score.
    unit: f64,
}

fn code(lines: &[RatingLine], further: &[String], partial_credit: bool) -> Coded {
    let persons = Numbered::new(lines.iter().map(|line| &*line.person));
    let mut facets = vec![("rater".to_owned(), Numbered::new(lines.iter().map(|line| &*line.rater)))];
    let criteria = Numbered::new(lines.iter().map(|line| &*line.criterion));
    facets.push(("criterion".to_owned(), criteria));
    for (at, name) in further.iter().enumerate() {
        facets.push((name.clone(), Numbered::new(lines.iter().map(|line| &*line.further[at]))));
    }
    // Scores in half points and the like become whole numbers of their common step.
    let step = lines.iter().fold(0i64, |step, line| greatest_divisor(step, line.score.millionths().abs())).max(1);
    let mut input = FacetsInput {
        persons: persons.names.len(),
        levels: facets.iter().map(|(_, names)| names.names.len()).collect(),
        step_facet: partial_credit.then_some(1),
        ..FacetsInput::default()
    };
    for line in lines {
        input.person.push(persons.number(&line.person));
        input.level.push(facets[0].1.number(&line.rater));
        input.level.push(facets[1].1.number(&line.criterion));
        input.level.extend(line.further.iter().zip(&facets[2..]).map(|(name, (_, names))| names.number(name)));
        input.score.push(line.score.millionths() / step);
    }
    Coded { input, persons, facets, unit: Points::from_millionths(step).to_f64() }
}

fn greatest_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_divisor(b, a % b) }
}

fn anchors(path: &Path, coded: &Coded) -> Result<Vec<(usize, usize, f64)>, CliError> {
    let wanted = [
        ("facet", &["facet", "分面"][..]),
        ("level", &["level", "水平", "编号"]),
        ("severity_logit", &["severity_logit", "宽严"]),
    ]
    .map(|(name, headers)| WantedColumn { name, headers, required: true });
    let file = read_long_file(path, &wanted)?;
    let mut found = Vec::new();
    for row in file.rows {
        let read = || {
            let [Some(facet), Some(level), Some(severity)] = &row.cells[..] else { return None };
            let facet = coded.facets.iter().position(|(name, _)| name == facet)?;
            let level = coded.facets[facet].1.names.iter().position(|name| name == level)?;
            Some((facet, level, severity.parse::<f64>().ok().filter(|value| value.is_finite())?))
        };
        let anchor = read().ok_or_else(|| {
            CliError::Data(Bilingual::new(
                format!("锚定表第 {} 行：没有这样的分面或水平，或宽严不是数字", row.row),
                format!("anchors, row {}: no such facet or level, or the severity is no number", row.row),
            ))
        })?;
        found.push(anchor);
    }
    Ok(found)
}

/// Names what the model could not separate.
fn refused(error: &FacetsError, coded: &Coded) -> CliError {
    let (zh, en) = match error {
        FacetsError::Constant => ("所有评分都相同，宽严无法估计".to_owned(), error.to_string()),
        FacetsError::Confounded { facet, level } => {
            let (facet, names) = &coded.facets[*facet];
            let level = &names.names[*level];
            (
                format!("分面 {facet} 的水平 {level} 与其他分面无法区分（例如每名考评员只在一个考场）"),
                format!(
                    "level {level} of facet {facet} cannot be told from the other facets (such as raters who stay in one room)"
                ),
            )
        }
        FacetsError::NothingLeft => ("除去全部最低或最高分的考生与考评员后没有评分".to_owned(), error.to_string()),
        _ => (format!("模型无法估计：{error}"), error.to_string()),
    };
    CliError::Data(Bilingual::new(zh, en))
}

fn write_csv<T: Serialize>(path: &Path, rows: &[T]) -> Result<(), CliError> {
    let refused = |error: csv::Error| CliError::Write {
        path: path.to_string_lossy().replace('\\', "/"),
        source: std::io::Error::other(error),
    };
    let mut writer = csv::Writer::from_path(path).map_err(refused)?;
    for row in rows {
        writer.serialize(row).map_err(refused)?;
    }
    writer.flush().map_err(|error| refused(error.into()))
}

struct Results<'a> {
    coded: &'a Coded,
    fitted: &'a FacetsFit,
    /// (L − 1)/L, or 1.
    shrink: f64,
    persons: Vec<Option<FitStatistics>>,
    levels: Vec<Vec<Option<FitStatistics>>>,
}

impl Results<'_> {
    fn level_rows(&self, facet: usize) -> Vec<LevelRow> {
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

    fn person_rows(&self) -> Vec<PersonRow> {
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
                }
            })
            .collect()
    }

    fn step_rows(&self) -> Vec<StepRow> {
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

    fn interaction_rows(&self) -> Vec<InteractionRow> {
        let mut rows = Vec::new();
        for facet in 1..self.coded.facets.len() {
            let found = interactions(&self.coded.input, self.fitted, 0, facet);
            let p_values: Vec<f64> = found.iter().map(|cell| cell.p_value).collect();
            let adjusted = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
            let (name, levels) = &self.coded.facets[facet];
            rows.extend(found.iter().zip(adjusted).map(|(cell, adjusted)| InteractionRow {
                rater: mask_embedded_numbers(&self.coded.facets[0].1.names[cell.first]).into_owned(),
                facet: name.clone(),
                level: mask_embedded_numbers(&levels.names[cell.second]).into_owned(),
                n: cell.ratings,
                bias_logit: cell.bias,
                se: cell.standard_error,
                p_value: cell.p_value,
                p_value_bh: adjusted,
            }));
        }
        rows
    }

    fn facet_json(&self) -> Vec<FacetJson> {
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
            })
        });
        summarised.collect()
    }
}

/// Fits the model and writes its tables.
///
/// # Errors
/// A file that cannot be read or lacks columns; one rater only; constant scores; facets that cannot be told apart; a
/// folder that cannot be written.
pub fn raters(arguments: &RatersArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    if let Some(unknown) = arguments.facets.iter().find(|facet| !FURTHER_FACETS.contains(&facet.as_str())) {
        let known = FURTHER_FACETS.join(", ");
        return Err(CliError::Data(Bilingual::new(
            format!("没有这样的分面：{unknown}\n\n提示：可选 {known}"),
            format!("no such facet: {unknown}\n\nhint: one of {known}"),
        )));
    }
    let further: Vec<&str> = arguments.facets.iter().map(String::as_str).collect();
    let file = read_ratings(&arguments.ratings, &further, scale(arguments.scale.as_deref())?)?;
    let coded = code(&file.ratings, &arguments.facets, arguments.model == StepModel::PartialCredit);
    if coded.input.levels[0] < 2 {
        return Err(CliError::Data(Bilingual::new(
            format!("只有 {} 名考评员，宽严无从比较", coded.input.levels[0]),
            format!("severity needs two raters or more; the file has {}", coded.input.levels[0]),
        )));
    }
    let anchored = arguments.anchors.as_deref().map_or_else(|| Ok(Vec::new()), |path| anchors(path, &coded))?;
    let fitted = fit(&coded.input, &anchored).map_err(|error| refused(&error, &coded))?;
    let rows = residuals(&coded.input, &fitted);
    let (persons, levels) = element_fit(&coded.input, &rows);
    let persons_estimated = fitted.abilities.iter().flatten().count();
    let per_person = fitted.design.kept.len() as f64 / persons_estimated.max(1) as f64;
    let shrink = if arguments.bias_correction { (per_person - 1.0) / per_person } else { 1.0 };
    let results = Results { coded: &coded, fitted: &fitted, shrink, persons, levels };
    std::fs::create_dir_all(&arguments.out)
        .map_err(|source| CliError::Write { path: arguments.out.to_string_lossy().replace('\\', "/"), source })?;
    let mut constant = Vec::new();
    let mut warnings = Vec::new();
    for (facet, (name, _)) in coded.facets.iter().enumerate() {
        let rows = results.level_rows(facet);
        if facet == 0 {
            constant = rows.iter().filter(|row| row.constant).map(|row| row.level.clone()).collect();
        }
        let subsets = rows.iter().filter_map(|row| row.subset).max().unwrap_or(0);
        if subsets > 1 {
            let words = [
                ("zh", format!("分面 {name} 分为 {subsets} 个互不相连的子集；不同子集之间的宽严不可比较")),
                (
                    "en",
                    format!(
                        "facet {name} falls into {subsets} disconnected subsets; severities of different subsets cannot be compared"
                    ),
                ),
            ];
            warnings.push(BTreeMap::from(words));
        }
        let stem = match name.as_str() {
            "rater" => "raters".to_owned(),
            "criterion" => "criteria".to_owned(),
            _ => format!("{name}s"),
        };
        write_levels(&arguments.out.join(format!("{stem}.csv")), name, &rows)?;
    }
    write_csv(&arguments.out.join("persons.csv"), &results.person_rows())?;
    write_csv(&arguments.out.join("steps.csv"), &results.step_rows())?;
    write_csv(&arguments.out.join("interactions.csv"), &results.interaction_rows())?;
    let summary = Summary {
        schema: 1,
        model: if coded.input.step_facet.is_some() { "partial-credit" } else { "rating-scale" },
        estimator: "jml",
        bias_correction: arguments.bias_correction.then_some(shrink),
        ratings: coded.input.ratings(),
        ratings_estimated: fitted.design.kept.len(),
        persons: coded.input.persons,
        persons_estimated,
        log_likelihood: fitted.log_likelihood,
        residual: fitted.residual,
        iterations: fitted.iterations,
        facets: results.facet_json(),
        raters_with_constant_scores: constant,
        warnings,
        left_out: LeftOut::list(&file.left_out),
    };
    write_json(&arguments.out.join("summary.json"), &summary)?;
    let (ratings, raters, left_out) = (summary.ratings, coded.input.levels[0], summary.left_out.len());
    let (residual, iterations) = (summary.residual, summary.iterations);
    match language {
        Language::Chinese => {
            writeln!(
                output,
                "评分 {ratings} 条，考评员 {raters} 名，未用 {left_out} 行；{iterations} 次迭代，残差 {residual:.1e}"
            )?;
        }
        Language::English => writeln!(
            output,
            "{ratings} ratings by {raters} raters, {left_out} rows left out; {iterations} iterations, residual {residual:.1e}"
        )?,
    }
    for warning in &summary.warnings {
        let key = if language == Language::Chinese { "zh" } else { "en" };
        writeln!(output, "{}", warning.get(key).map_or("", String::as_str))?;
    }
    Ok(CLEAN)
}

/// Levels under the name of their facet.
fn write_levels(path: &Path, facet: &str, rows: &[LevelRow]) -> Result<(), CliError> {
    let refused = |error: csv::Error| CliError::Write {
        path: path.to_string_lossy().replace('\\', "/"),
        source: std::io::Error::other(error),
    };
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
    writer.write_record(std::iter::once(facet).chain(rest)).map_err(refused)?;
    for row in rows {
        writer.serialize(row).map_err(refused)?;
    }
    writer.flush().map_err(|error| refused(error.into()))
}

//! `kaojian raters`: the many-facet Rasch model of a long table of ratings.

use crate::cli::arguments::{RatersArguments, RatersEstimator, StepModel};
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::raters_drift::{ChartsJson, control_charts};
use crate::cli::raters_input::{anchors, code, refused};
use crate::cli::raters_tables::{FacetJson, Results, write_csv, write_levels};
use crate::cli::raters_time::{TimeBins, bin_times};
use crate::cli::written::{LeftOut, scale, shown_path, write_json};
use crate::ingest::ratings_file::{FURTHER_FACETS, RatingLine, read_ratings};
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::psychometrics::facets::estimate::fit;
use crate::psychometrics::facets::fit::{element_fit, residuals};
use crate::psychometrics::facets::marginal::fit_marginal;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

#[derive(Debug, Serialize)]
struct Summary {
    schema: u32,
    model: &'static str,
    estimator: &'static str,
    population: Option<PopulationJson>,
    bias_correction: Option<f64>,
    ratings: usize,
    ratings_estimated: usize,
    persons: usize,
    persons_estimated: usize,
    log_likelihood: f64,
    residual: f64,
    iterations: usize,
    facets: Vec<FacetJson>,
    time_bins: Option<TimeBins>,
    control_charts: Option<ChartsJson>,
    raters_with_constant_scores: Vec<String>,
    warnings: Vec<BTreeMap<&'static str, String>>,
    left_out: Vec<LeftOut>,
}

/// The distribution of abilities of the marginal estimator.
#[derive(Debug, Serialize)]
struct PopulationJson {
    mean: f64,
    mean_se: f64,
    variance: f64,
    variance_se: f64,
    eap_reliability: f64,
    parameters: usize,
    deviance: f64,
}

type Warning = BTreeMap<&'static str, String>;

fn said_of_constant(rater: &str) -> Warning {
    BTreeMap::from([
        ("zh", format!("考评员 {rater} 的评分全部相同：其宽严不能说明其与他人的差别")),
        ("en", format!("rater {rater} gave one and the same score throughout: the severity says little of this rater")),
    ])
}

/// Says where scores are not whole: each is a category of its own, which a slip of the pen should not make.
fn odd_scores(lines: &[RatingLine]) -> Vec<Warning> {
    let whole = Points::whole(1).millionths();
    let rows: Vec<u32> =
        lines.iter().filter(|line| line.score.millionths() % whole != 0).map(|line| line.row).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let first: Vec<String> = rows.iter().take(5).map(u32::to_string).collect();
    let (count, named) = (rows.len(), first.join(", "));
    vec![BTreeMap::from([
        ("zh", format!("{count} 行的分数不是整数（第 {named} 行等）；每个不同的分数各为量表的一级")),
        (
            "en",
            format!(
                "{count} rows have a score that is not whole (rows {named}, …); each different score is a category of the scale"
            ),
        ),
    ])]
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
    if arguments.bias_correction && arguments.estimator == RatersEstimator::Mml {
        return Err(CliError::Data(Bilingual::new(
            "--bias-correction 只用于联合估计（jml）；边际估计没有这种偏差",
            "--bias-correction belongs to the joint estimator (jml); the marginal one has no such bias",
        )));
    }
    // Raters are crossed with every facet anyway; what is no facet is crossed without a severity of its own.
    let mut crossed: Vec<String> = Vec::new();
    for pair in &arguments.interaction {
        let other = pair.trim_start_matches("rater:");
        if other != "criterion" && arguments.facets.iter().chain(&crossed).all(|known| known != other) {
            crossed.push(other.to_owned());
        }
    }
    let further: Vec<&str> = arguments.facets.iter().chain(&crossed).map(String::as_str).collect();
    let mut file = read_ratings(&arguments.ratings, &further, scale(arguments.scale.as_deref())?)?;
    let time = further.iter().position(|name| *name == "time");
    let bins = time.map(|at| bin_times(&mut file, at, usize::from(arguments.time_bins))).transpose()?;
    // Two marks may differ in nothing but the moment: within a bin, or without a facet of time, they are duplicates.
    file.set_duplicates_aside(arguments.facets.len());
    let coded = code(&file.ratings, &arguments.facets, &crossed, arguments.model == StepModel::PartialCredit);
    if coded.input.levels[0] < 2 {
        return Err(CliError::Data(Bilingual::new(
            format!("只有 {} 名考评员，宽严无从比较", coded.input.levels[0]),
            format!("severity needs two raters or more; the file has {}", coded.input.levels[0]),
        )));
    }
    let anchored = arguments.anchors.as_deref().map_or_else(|| Ok(Vec::new()), |path| anchors(path, &coded))?;
    let marginal = match arguments.estimator {
        RatersEstimator::Mml => Some(fit_marginal(&coded.input, &anchored).map_err(|error| refused(&error, &coded))?),
        RatersEstimator::Jml => None,
    };
    let joint = match marginal {
        None => Some(fit(&coded.input, &anchored).map_err(|error| refused(&error, &coded))?),
        Some(_) => None,
    };
    let Some(fitted) = marginal.as_ref().map(|found| &found.fit).or(joint.as_ref()) else {
        return Err(CliError::Data(Bilingual::new("没有估计", "there is no estimate")));
    };
    let rows_of_residuals = residuals(&coded.input, fitted);
    let (persons, levels) = element_fit(&coded.input, &rows_of_residuals);
    let persons_estimated = fitted.abilities.iter().flatten().count();
    let per_person = fitted.design.kept.len() as f64 / persons_estimated.max(1) as f64;
    let shrink = if arguments.bias_correction { (per_person - 1.0) / per_person } else { 1.0 };
    let expected = marginal.as_ref().map_or(&[][..], |found| &found.expected_abilities);
    let results = Results { coded: &coded, fitted, expected, shrink, persons, levels };
    std::fs::create_dir_all(&arguments.out)
        .map_err(|source| CliError::Write { path: shown_path(&arguments.out), source })?;
    let mut constant: Vec<String> = Vec::new();
    let mut warnings = odd_scores(&file.ratings);
    for (facet, (name, _)) in coded.facets.iter().enumerate() {
        let rows = results.level_rows(facet);
        if facet == 0 {
            constant = rows.iter().filter(|row| row.constant).map(|row| row.level.clone()).collect();
            warnings.extend(constant.iter().map(|rater| said_of_constant(rater)));
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
        let effects = (facet == 0).then(|| results.effect_rows());
        write_levels(&arguments.out.join(format!("{stem}.csv")), name, &rows, effects.as_deref())?;
    }
    write_csv(&arguments.out.join("persons.csv"), &results.person_rows())?;
    write_csv(&arguments.out.join("steps.csv"), &results.step_rows())?;
    write_csv(&arguments.out.join("interactions.csv"), &results.interaction_rows())?;
    let (charts, refused_times) = control_charts(&coded, &rows_of_residuals, &file.ratings, &arguments.out)?;
    warnings.extend(refused_times);
    let summary = Summary {
        schema: 1,
        model: if coded.input.step_facet.is_some() { "partial-credit" } else { "rating-scale" },
        estimator: if marginal.is_some() { "mml" } else { "jml" },
        population: marginal.as_ref().map(|found| PopulationJson {
            mean: found.mean,
            mean_se: found.mean_error,
            variance: found.variance,
            variance_se: found.variance_error,
            eap_reliability: found.reliability,
            parameters: found.parameters,
            deviance: -2.0 * found.fit.log_likelihood,
        }),
        bias_correction: arguments.bias_correction.then_some(shrink),
        ratings: coded.input.ratings(),
        ratings_estimated: fitted.design.kept.len(),
        persons: coded.input.persons,
        persons_estimated,
        log_likelihood: fitted.log_likelihood,
        residual: fitted.residual,
        iterations: fitted.iterations,
        facets: results.facet_json(),
        time_bins: bins,
        control_charts: charts,
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

//! `kaojian agreement`: every coefficient of agreement of a long table of ratings.

use crate::cli::arguments::AgreementArguments;
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::written::{LeftOut, Numbered, scale, write_json};
use crate::ingest::ratings_file::{RatingLine, read_ratings};
use crate::model::text::{Bilingual, Language};
use crate::psychometrics::agreement::brennan_prediger::brennan_prediger;
use crate::psychometrics::agreement::coefficient::{AgreementUndefined, Coefficient};
use crate::psychometrics::agreement::cohen::{
    AgreementTable, AgreementWeights, adjacent_agreement as adjacent_pairs, cohen_kappa, exact_agreement,
};
use crate::psychometrics::agreement::conger::conger_kappa;
use crate::psychometrics::agreement::fleiss::{fleiss_kappa, fleiss_null};
use crate::psychometrics::agreement::gwet::gwet_ac;
use crate::psychometrics::agreement::icc::{IccForm, icc, mean_squares};
use crate::psychometrics::agreement::kendall::kendall_w;
use crate::psychometrics::agreement::krippendorff::{Metric, krippendorff_alpha};
use crate::psychometrics::agreement::light::light_kappa;
use crate::psychometrics::agreement::percent::{adjacent_agreement, percent_agreement};
use crate::psychometrics::agreement::table::RatingTable;
use crate::psychometrics::agreement::weights::CategoryWeights;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

/// Pairs of raters that are listed one by one; the coefficients use all.
const MOST_PAIRS: usize = 5_000;

#[derive(Debug, Default, Serialize)]
struct Named {
    name: &'static str,
    kind: &'static str,
    value: Option<f64>,
    observed: Option<f64>,
    expected: Option<f64>,
    standard_error: Option<f64>,
    null_standard_error: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    units: usize,
    units_compared: usize,
    p_value: Option<f64>,
    undefined: Option<String>,
}

#[derive(Debug, Serialize)]
struct Block {
    ratings: usize,
    units: usize,
    units_rated_by_all: usize,
    raters: usize,
    categories: Vec<f64>,
    coefficients: Vec<Named>,
}

#[derive(Debug, Serialize)]
struct Pair {
    rater_a: String,
    rater_b: String,
    units: u64,
    exact_agreement: Option<f64>,
    adjacent_agreement: Option<f64>,
    kappa: Option<f64>,
    kappa_standard_error: Option<f64>,
    linear_kappa: Option<f64>,
    linear_kappa_standard_error: Option<f64>,
    quadratic_kappa: Option<f64>,
    quadratic_kappa_standard_error: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Output {
    schema: u32,
    confidence: f64,
    overall: Block,
    by_criterion: BTreeMap<String, Block>,
    pairs: Vec<Pair>,
    pairs_left_out: usize,
    left_out: Vec<LeftOut>,
}

fn named(name: &'static str, kind: &'static str, found: Result<Coefficient, AgreementUndefined>) -> Named {
    match found {
        Ok(found) => Named {
            name,
            kind,
            value: Some(found.value),
            observed: Some(found.observed),
            expected: Some(found.expected),
            standard_error: found.standard_error,
            lower: found.lower,
            upper: found.upper,
            units: found.units,
            units_compared: found.units_compared,
            ..Named::default()
        },
        Err(why) => undefined(name, kind, why),
    }
}

fn undefined(name: &'static str, kind: &'static str, why: AgreementUndefined) -> Named {
    Named { name, kind, undefined: Some(why.to_string()), ..Named::default() }
}

fn coefficients(table: &RatingTable) -> Vec<Named> {
    let identity = CategoryWeights::Identity;
    let mut found = vec![
        named("exact_agreement", "identity", percent_agreement(table, identity)),
        named("adjacent_agreement", "one step", adjacent_agreement(table)),
    ];
    for weights in CategoryWeights::ALL {
        let kind = weights.name();
        let mut fleiss = named("fleiss_kappa", kind, fleiss_kappa(table, weights));
        if weights == identity {
            fleiss.null_standard_error = fleiss_null(table).ok().map(|null| null.standard_error);
        }
        found.push(fleiss);
        found.push(named("conger_kappa", kind, conger_kappa(table, weights)));
        let name = if weights == identity { "gwet_ac1" } else { "gwet_ac2" };
        found.push(named(name, kind, gwet_ac(table, weights)));
        found.push(named("brennan_prediger", kind, brennan_prediger(table, weights)));
    }
    found.push(named("light_kappa", "identity", light_kappa(table)));
    found.extend(
        Metric::ALL.map(|metric| named("krippendorff_alpha", metric.name(), krippendorff_alpha(table, metric))),
    );
    let squares = mean_squares(table);
    for form in IccForm::ALL {
        let value = match squares {
            Ok(squares) => icc(&squares, form).ok_or(AgreementUndefined::NoVariance).map(|found| (squares, found)),
            Err(why) => Err(why),
        };
        found.push(match value {
            Ok((squares, found)) => Named {
                name: "icc",
                kind: form.name(),
                value: Some(found.value),
                lower: Some(found.lower),
                upper: Some(found.upper),
                p_value: Some(found.p_value),
                units: squares.units,
                units_compared: squares.units,
                ..Named::default()
            },
            Err(why) => undefined("icc", form.name(), why),
        });
    }
    found.push(match kendall_w(table) {
        Ok(kendall) => Named {
            name: "kendall_w",
            kind: "tie-corrected",
            value: Some(kendall.w),
            p_value: Some(kendall.p_value),
            units: kendall.units,
            units_compared: kendall.units,
            ..Named::default()
        },
        Err(why) => undefined("kendall_w", "tie-corrected", why),
    });
    found
}

/// A table of the given lines; raters are numbered among these lines only, so that nobody without a rating counts.
fn table(lines: &[&RatingLine]) -> Result<(RatingTable, Vec<String>), CliError> {
    let units: BTreeMap<(&str, &str), usize> =
        lines.iter().map(|line| ((&*line.person, &*line.criterion), 0)).collect();
    let units: BTreeMap<(&str, &str), usize> =
        units.into_keys().enumerate().map(|(number, key)| (key, number)).collect();
    let raters = Numbered::new(lines.iter().map(|line| &*line.rater));
    let cells: Vec<(usize, usize, f64)> = lines
        .iter()
        .map(|line| {
            let unit = units.get(&(&*line.person, &*line.criterion)).copied().unwrap_or(0);
            (unit, raters.number(&line.rater), line.score.to_f64())
        })
        .collect();
    let table = RatingTable::new(&cells, None)
        .map_err(|error| CliError::Data(Bilingual::new(format!("评分无法成表：{error}"), error.to_string())))?;
    Ok((table, raters.names))
}

fn block(table: &RatingTable) -> Block {
    Block {
        ratings: table.ratings(),
        units: table.units(),
        units_rated_by_all: table.by_unit().filter(|unit| unit.len() == table.raters()).count(),
        raters: table.raters(),
        categories: table.categories().to_vec(),
        coefficients: coefficients(table),
    }
}

fn pairs(table: &RatingTable, names: &[String]) -> (Vec<Pair>, usize) {
    let mut shared: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for unit in table.by_unit() {
        for (at, a) in unit.iter().enumerate() {
            for b in &unit[at + 1..] {
                shared.entry((a.rater, b.rater)).or_default().push((a.category, b.category));
            }
        }
    }
    let left_out = shared.len().saturating_sub(MOST_PAIRS);
    let listed = shared.into_iter().take(MOST_PAIRS).filter_map(|((a, b), marks)| {
        let counts = AgreementTable::from_pairs(table.categories().len(), &marks)?;
        let kappa = |weights| cohen_kappa(&counts, weights);
        let (plain, linear, quadratic) =
            (kappa(AgreementWeights::Identity), kappa(AgreementWeights::Linear), kappa(AgreementWeights::Quadratic));
        Some(Pair {
            rater_a: names[a].clone(),
            rater_b: names[b].clone(),
            units: counts.n(),
            exact_agreement: exact_agreement(&counts),
            adjacent_agreement: adjacent_pairs(&counts, 1),
            kappa: plain.map(|found| found.kappa),
            kappa_standard_error: plain.map(|found| found.standard_error),
            linear_kappa: linear.map(|found| found.kappa),
            linear_kappa_standard_error: linear.map(|found| found.standard_error),
            quadratic_kappa: quadratic.map(|found| found.kappa),
            quadratic_kappa_standard_error: quadratic.map(|found| found.standard_error),
        })
    });
    (listed.collect(), left_out)
}

/// Computes and writes the coefficients, overall and by criterion, and the kappas of pairs.
///
/// # Errors
/// A file that cannot be read or lacks columns; one rater only; a result that cannot be written.
pub fn agreement(arguments: &AgreementArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let file = read_ratings(&arguments.ratings, &[], scale(arguments.scale.as_deref())?)?;
    let lines: Vec<&RatingLine> = file.ratings.iter().collect();
    let (whole, names) = table(&lines)?;
    if names.len() < 2 {
        return Err(CliError::Data(Bilingual::new(
            format!("只有 {} 名考评员，无从比较", names.len()),
            format!("agreement needs two raters or more; the file has {}", names.len()),
        )));
    }
    let mut criteria: BTreeMap<&str, Vec<&RatingLine>> = BTreeMap::new();
    for line in &lines {
        criteria.entry(&line.criterion).or_default().push(line);
    }
    let mut by_criterion = BTreeMap::new();
    if criteria.len() > 1 {
        for (criterion, lines) in criteria {
            by_criterion.insert(criterion.to_owned(), block(&table(&lines)?.0));
        }
    }
    let (pairs, pairs_left_out) = pairs(&whole, &names);
    let overall = block(&whole);
    let told = overall.coefficients.iter().find(|found| found.name == "krippendorff_alpha" && found.kind == "interval");
    let alpha = told.and_then(|found| found.value).map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    let (ratings, raters, left_out) = (overall.ratings, overall.raters, file.left_out.len());
    let written = Output {
        schema: 1,
        confidence: crate::psychometrics::agreement::coefficient::CONFIDENCE,
        overall,
        by_criterion,
        pairs,
        pairs_left_out,
        left_out: LeftOut::list(&file.left_out),
    };
    write_json(&arguments.out, &written)?;
    match language {
        Language::Chinese => writeln!(
            output,
            "评分 {ratings} 条，考评员 {raters} 名，未用 {left_out} 行；Krippendorff alpha（等距）= {alpha}"
        )?,
        Language::English => writeln!(
            output,
            "{ratings} ratings by {raters} raters, {left_out} rows left out; Krippendorff's alpha (interval) = {alpha}"
        )?,
    }
    Ok(CLEAN)
}

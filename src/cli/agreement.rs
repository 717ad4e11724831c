//! `kaojian agreement`: every coefficient of agreement of a long table of ratings.

use crate::cli::arguments::AgreementArguments;
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::written::{LeftOut, Numbered, scale, write_json};
use crate::ingest::ratings_file::{RatingLine, read_ratings};
use crate::model::identity::mask_embedded_numbers;
use crate::model::text::{Bilingual, Language};
use crate::psychometrics::agreement::brennan_prediger::brennan_prediger;
use crate::psychometrics::agreement::coefficient::{AgreementUndefined, CONFIDENCE, Coefficient};
use crate::psychometrics::agreement::cohen::{
    AgreementTable, AgreementWeights, Kappa, adjacent_agreement as adjacent_pairs, cohen_kappa, exact_agreement,
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
use crate::stats::normal::quantile;
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
    f: Option<f64>,
    chi_square: Option<f64>,
    degrees_of_freedom: Option<Vec<f64>>,
    p_value: Option<f64>,
    /// Why there is no value.
    undefined: Option<Words>,
    /// Why there is a value without a standard error.
    no_standard_error: Option<Words>,
    /// Why there is a value without an interval.
    no_interval: Option<Words>,
}

/// A text in both languages.
#[derive(Clone, Debug, Serialize)]
struct Words {
    zh: String,
    en: String,
}

impl Words {
    fn new(zh: &str, en: &str) -> Self {
        Self { zh: zh.to_owned(), en: en.to_owned() }
    }
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
    kappa_lower: Option<f64>,
    kappa_upper: Option<f64>,
    linear_kappa: Option<f64>,
    linear_kappa_standard_error: Option<f64>,
    linear_kappa_lower: Option<f64>,
    linear_kappa_upper: Option<f64>,
    quadratic_kappa: Option<f64>,
    quadratic_kappa_standard_error: Option<f64>,
    quadratic_kappa_lower: Option<f64>,
    quadratic_kappa_upper: Option<f64>,
    no_standard_error: Option<Words>,
}

#[derive(Debug, Serialize)]
struct Output {
    schema: u32,
    confidence: f64,
    overall: Block,
    by_criterion: BTreeMap<String, Block>,
    pairs: Vec<Pair>,
    pairs_left_out: usize,
    raters_with_constant_scores: Vec<String>,
    warnings: Vec<Words>,
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
            no_standard_error: found.standard_error.is_none().then(single_unit),
            no_interval: found.lower.is_none().then(single_unit),
            ..Named::default()
        },
        Err(why) => undefined(name, kind, why),
    }
}

fn single_unit() -> Words {
    Words::new("只有一个被评单位", "there is one unit only")
}

fn undefined(name: &'static str, kind: &'static str, why: AgreementUndefined) -> Named {
    let zh = match why {
        AgreementUndefined::NothingCompared => "没有一个单位由两名考评员评分",
        AgreementUndefined::NoVariance => "所有评分相同，无从判断超出偶然的一致",
        AgreementUndefined::NoCompleteUnits => "由全部考评员评分的单位不足两个",
        AgreementUndefined::NegativeScore => "等比度量要求分数不为负",
    };
    Named { name, kind, undefined: Some(Words::new(zh, &why.to_string())), ..Named::default() }
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
                f: Some(found.f),
                degrees_of_freedom: Some(vec![found.degrees_of_freedom.0, found.degrees_of_freedom.1]),
                p_value: Some(found.p_value),
                units: squares.units,
                units_compared: squares.units,
                no_standard_error: Some(Words::new(
                    "ICC 没有通用的标准误；区间由 F 分布得出（Shrout 与 Fleiss 1979，McGraw 与 Wong 1996）",
                    "the ICC has no standard error in general use; the interval is that of F (Shrout & Fleiss 1979, \
                     McGraw & Wong 1996)",
                )),
                ..Named::default()
            },
            Err(why) => undefined("icc", form.name(), why),
        });
    }
    found.extend(concordance(table));
    found
}

/// Kendall's W with and without the correction for ties.
fn concordance(table: &RatingTable) -> Vec<Named> {
    let kendall = kendall_w(table);
    ["tie-corrected", "uncorrected"]
        .map(|kind| match kendall {
            Ok(found) => {
                let corrected = (found.w, found.chi_square, found.p_value);
                let (w, chi_square, p_value) = if kind == "tie-corrected" { corrected } else { found.uncorrected };
                let why = Words::new(
                    "W 没有通用的标准误与区间；检验为自由度 n - 1 的卡方",
                    "W has neither a standard error nor an interval in general use; its test is chi-square with n - 1 \
                     degrees of freedom",
                );
                Named {
                    name: "kendall_w",
                    kind,
                    value: Some(w),
                    chi_square: Some(chi_square),
                    degrees_of_freedom: Some(vec![found.degrees_of_freedom as f64]),
                    p_value: Some(p_value),
                    units: found.units,
                    units_compared: found.units,
                    no_standard_error: Some(why.clone()),
                    no_interval: Some(why),
                    ..Named::default()
                }
            }
            Err(why) => undefined("kendall_w", kind, why),
        })
        .into()
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
        // The large-sample interval of Fleiss, Cohen and Everitt; kappa is at most 1.
        let half = quantile(0.5 + 0.5 * CONFIDENCE);
        // Beside a rater with one score kappa is 0 whatever the other does, and its error says nothing.
        let varied = [0, 1].map(|side| {
            let score = |mark: &(usize, usize)| if side == 0 { mark.0 } else { mark.1 };
            marks.windows(2).any(|two| score(&two[0]) != score(&two[1]))
        });
        let told = varied == [true, true];
        let error = |found: Kappa| told.then_some(found.standard_error);
        let lower = |found: Kappa| error(found).map(|error| found.kappa - half * error);
        let upper = |found: Kappa| error(found).map(|error| (found.kappa + half * error).min(1.0));
        let (plain, linear, quadratic) =
            (kappa(AgreementWeights::Identity), kappa(AgreementWeights::Linear), kappa(AgreementWeights::Quadratic));
        Some(Pair {
            rater_a: mask_embedded_numbers(&names[a]).into_owned(),
            rater_b: mask_embedded_numbers(&names[b]).into_owned(),
            units: counts.n(),
            exact_agreement: exact_agreement(&counts),
            adjacent_agreement: adjacent_pairs(&counts, 1),
            kappa: plain.map(|found| found.kappa),
            kappa_standard_error: plain.and_then(error),
            kappa_lower: plain.and_then(lower),
            kappa_upper: plain.and_then(upper),
            linear_kappa: linear.map(|found| found.kappa),
            linear_kappa_standard_error: linear.and_then(error),
            linear_kappa_lower: linear.and_then(lower),
            linear_kappa_upper: linear.and_then(upper),
            quadratic_kappa: quadratic.map(|found| found.kappa),
            quadratic_kappa_standard_error: quadratic.and_then(error),
            quadratic_kappa_lower: quadratic.and_then(lower),
            quadratic_kappa_upper: quadratic.and_then(upper),
            no_standard_error: (!told).then(|| {
                Words::new(
                    "至少一名考评员对共同评分的单位只给了同一个分数，kappa 不能说明一致与否",
                    "one of the raters gave one and the same score to the units they share: kappa says nothing of them",
                )
            }),
        })
    });
    (listed.collect(), left_out)
}

/// Raters with two ratings or more, all the same.
fn constant_raters(table: &RatingTable, names: &[String]) -> Vec<String> {
    let mut seen: Vec<(usize, Option<usize>, bool)> = vec![(0, None, true); names.len()];
    for cell in table.by_unit().flatten() {
        let own = &mut seen[cell.rater];
        own.0 += 1;
        own.2 &= own.1.is_none_or(|known| known == cell.category);
        own.1 = Some(cell.category);
    }
    let constant = names.iter().zip(seen).filter(|(_, own)| own.0 > 1 && own.2);
    constant.map(|(name, _)| mask_embedded_numbers(name).into_owned()).collect()
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
            by_criterion.insert(mask_embedded_numbers(criterion).into_owned(), block(&table(&lines)?.0));
        }
    }
    let (pairs, pairs_left_out) = pairs(&whole, &names);
    let overall = block(&whole);
    let constant = constant_raters(&whole, &names);
    let warnings: Vec<Words> = constant
        .iter()
        .map(|rater| {
            Words::new(
                &format!("考评员 {rater} 的评分全部相同：与其有关的系数不能说明一致与否"),
                &format!(
                    "rater {rater} gave one and the same score throughout: coefficients with this rater say little"
                ),
            )
        })
        .collect();
    let told = overall.coefficients.iter().find(|found| found.name == "krippendorff_alpha" && found.kind == "interval");
    let alpha = told.and_then(|found| found.value).map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    let (ratings, raters, left_out) = (overall.ratings, overall.raters, file.left_out.len());
    let written = Output {
        schema: 1,
        confidence: CONFIDENCE,
        overall,
        by_criterion,
        pairs,
        pairs_left_out,
        raters_with_constant_scores: constant,
        warnings,
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
    for warning in &written.warnings {
        writeln!(output, "{}", if language == Language::Chinese { &warning.zh } else { &warning.en })?;
    }
    Ok(CLEAN)
}

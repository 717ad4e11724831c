//! `kaojian passline`: the line as applied, heaping at it, and marks that were moved.

use crate::cli::arguments::PasslineArguments;
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::passline_density::{Densities, densities};
use crate::cli::passline_groups::{Grouped, grouped};
use crate::cli::passline_shape::{Digits, Mass, digits, mass};
use crate::cli::passline_steps::{Grid, Steps};
use crate::cli::written::{LeftOut, write_json};
use crate::ingest::scores_file::{GROUPS, ScoreLine, read_scores};
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::stats::frandsen::{frandsen, frandsen_excess};
use crate::stats::line_heaping::{AtLine, placebo_lines};
use serde::Serialize;
use std::io::Write;

/// Bends of the honest frequencies that are reported beside each other.
const CURVATURES: [f64; 5] = [0.0, 0.01, 0.02, 0.05, 0.1];
/// The bend that groups and placebo lines are tested with.
const USUAL_CURVATURE: f64 = 0.02;

#[derive(Debug, Serialize)]
struct Recovered {
    judged: usize,
    highest_failed: Option<f64>,
    lowest_passed: Option<f64>,
    consistent_with_one_line: Option<bool>,
    contains_the_line: Option<bool>,
    passed_below_line: usize,
    failed_at_or_above_line: usize,
    passed_with_zero: usize,
    passed_by_rounding: usize,
}

#[derive(Debug, Serialize)]
struct Exact {
    curvature: f64,
    p_value: Option<f64>,
    p_value_excess: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Placebo {
    line: f64,
    below: u64,
    at: u64,
    above: u64,
    p_value_excess: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Output {
    schema: u32,
    line: f64,
    scores: usize,
    fractional_scores: usize,
    grid: Grid,
    recovered: Recovered,
    at_line: [u64; 3],
    frandsen: Vec<Exact>,
    moved_mass: Option<Mass>,
    #[serde(flatten)]
    densities: Densities,
    terminal_digits: Option<Digits>,
    placebo_lines: Vec<Placebo>,
    placebo_lines_smaller: usize,
    groups: Vec<Grouped>,
    left_out: Vec<LeftOut>,
}

fn recovered(scores: &[ScoreLine], line: Points) -> Recovered {
    let judged: Vec<(Points, bool)> = scores.iter().filter_map(|s| Some((s.score, s.passed?))).collect();
    let highest_failed = judged.iter().filter(|row| !row.1).map(|row| row.0).max();
    let lowest_passed = judged.iter().filter(|row| row.1).map(|row| row.0).min();
    let both = highest_failed.zip(lowest_passed);
    let count = |test: &dyn Fn(&(Points, bool)) -> bool| judged.iter().filter(|row| test(row)).count();
    let half = Points::from_millionths(Points::SCALE / 2);
    Recovered {
        judged: judged.len(),
        highest_failed: highest_failed.map(Points::to_f64),
        lowest_passed: lowest_passed.map(Points::to_f64),
        consistent_with_one_line: both.map(|(failed, passed)| failed < passed),
        contains_the_line: both.map(|(failed, passed)| failed < line && line <= passed),
        passed_below_line: count(&|row| row.1 && row.0 < line),
        failed_at_or_above_line: count(&|row| !row.1 && row.0 >= line),
        passed_with_zero: count(&|row| row.1 && row.0 == Points::ZERO && line > Points::ZERO),
        passed_by_rounding: count(&|row| row.1 && row.0 < line && row.0 + half >= line),
    }
}

/// Tests the scores around a line and writes what was found.
///
/// # Errors
/// A file that cannot be read or has no scores; a line that is no number; a result that cannot be written.
pub fn passline(arguments: &PasslineArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let line = Points::parse(&arguments.line).ok_or_else(|| {
        CliError::Data(Bilingual::new(
            format!("合格线不是数字：{}", arguments.line),
            format!("the pass line is no number: {}", arguments.line),
        ))
    })?;
    let file = read_scores(&arguments.scores)?;
    if file.scores.is_empty() {
        return Err(CliError::Data(Bilingual::new("文件中没有成绩", "the file has no scores")));
    }
    let steps = Steps::new(&file.scores, line);
    let grid = steps.grid();
    // A gap or a doubled score at the line would make every one of these tests see a heap.
    let tested = grid.withheld.is_none();
    let AtLine { below, at, above } = steps.at_line();
    let exact = CURVATURES.map(|curvature| Exact {
        curvature,
        p_value: frandsen(below, at, above, curvature),
        p_value_excess: frandsen_excess(below, at, above, curvature),
    });
    let usual = frandsen_excess(below, at, above, USUAL_CURVATURE).filter(|_| tested);
    let placebos: Vec<Placebo> = placebo_lines(&steps.counts, USUAL_CURVATURE)
        .into_iter()
        .map(|placebo| Placebo {
            line: steps.score(placebo.step),
            below: placebo.counts.below,
            at: placebo.counts.at,
            above: placebo.counts.above,
            p_value_excess: placebo.p_value,
        })
        .collect();
    let smaller = placebos.iter().filter(|placebo| placebo.p_value_excess.zip(usual).is_some_and(|(a, b)| a <= b));
    let fractional = |score: &&ScoreLine| (score.score - line).millionths().rem_euclid(Points::SCALE) != 0;
    let fractional_scores = file.scores.iter().filter(fractional).count();
    // Whole scores need bins of whole points; the author's bins are for continuous ones.
    let bin = (fractional_scores * 2 < file.scores.len()).then_some(1.0);
    let values: Vec<f64> = file.scores.iter().map(|score| score.score.to_f64()).collect();
    let wanted =
        |column: &usize| arguments.group.is_empty() || arguments.group.iter().any(|name| name == GROUPS[*column]);
    let result = Output {
        schema: 2,
        line: line.to_f64(),
        scores: file.scores.len(),
        fractional_scores,
        densities: densities(&values, line.to_f64(), bin),
        recovered: recovered(&file.scores, line),
        at_line: [below, at, above],
        frandsen: if tested { exact.into() } else { Vec::new() },
        moved_mass: mass(&steps, arguments.below, arguments.seed).filter(|_| tested),
        terminal_digits: digits(&steps).filter(|_| tested),
        placebo_lines_smaller: smaller.count(),
        placebo_lines: placebos,
        groups: (0..GROUPS.len())
            .filter(|column| tested && wanted(column))
            .filter_map(|column| grouped(&file.scores, column, &steps, USUAL_CURVATURE))
            .collect(),
        grid,
        left_out: LeftOut::list(&file.left_out),
    };
    write_json(&arguments.out, &result)?;
    let p_value = usual.map_or_else(|| "-".to_owned(), |value| format!("{value:.3e}"));
    let moved = result.moved_mass.as_ref().map_or_else(|| "-".to_owned(), |mass| format!("{:.1}", mass.moved));
    let scores = result.scores;
    match language {
        Language::Chinese => writeln!(
            output,
            "成绩 {scores} 个；线下一分、线上、线上一分：{below}、{at}、{above}；线上堆积 p = {p_value}；估计被提高 {moved} 人（仅为迹象，由人判断）"
        )?,
        Language::English => writeln!(
            output,
            "{scores} scores; just below, at, just above the line: {below}, {at}, {above}; excess at the line p = {p_value}; estimated moved: {moved} (an indication, for a person to decide)"
        )?,
    }
    Ok(CLEAN)
}

//! `kaojian passline`: the line as applied, heaping at it, and marks that were moved.

use crate::cli::arguments::PasslineArguments;
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::written::{LeftOut, write_json};
use crate::ingest::scores_file::{GROUPS, ScoreLine, read_scores};
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::stats::density::mccrary;
use crate::stats::exact_tables::goodness_of_fit;
use crate::stats::excess_mass::{MassWindow, choose_degree, moved_mass, smooth_counts};
use crate::stats::frandsen::{frandsen, frandsen_excess};
use crate::stats::multiplicity::benjamini_hochberg_in_family;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

/// Bends of the honest frequencies that are reported beside each other.
const CURVATURES: [f64; 5] = [0.0, 0.01, 0.02, 0.05, 0.1];
/// The bend that groups and placebo lines are tested with.
const USUAL_CURVATURE: f64 = 0.02;
/// Candidates in the three scores at the line below which a group is not tested.
const FEWEST_IN_GROUP: u64 = 10;
/// Bootstrap samples of the moved mass.
const SAMPLES: usize = 500;
/// Placebo lines on either side of the line.
const PLACEBOS: i64 = 15;

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
struct Mass {
    degree: usize,
    lowest: i64,
    highest: i64,
    below: u32,
    excess: f64,
    missing: f64,
    moved: f64,
    moved_lower: Option<f64>,
    moved_upper: Option<f64>,
    share_of_below: f64,
    samples: usize,
}

#[derive(Debug, Serialize)]
struct Digits {
    counts: Vec<u64>,
    expected: Vec<f64>,
    chi_square: f64,
    degrees_of_freedom: usize,
    p_value: f64,
    standardised_residuals: Vec<f64>,
}

#[derive(Debug, Serialize)]
struct Jump {
    log_difference: f64,
    standard_error: f64,
    z: f64,
    p_value: f64,
    bin: f64,
    bandwidth: f64,
}

#[derive(Debug, Serialize)]
struct Placebo {
    line: i64,
    below: u64,
    at: u64,
    above: u64,
    p_value_excess: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Group {
    group: String,
    scores: usize,
    below: u64,
    at: u64,
    above: u64,
    p_value_excess: f64,
    p_value_bh: f64,
}

#[derive(Debug, Serialize)]
struct Grouped {
    by: &'static str,
    not_tested: usize,
    groups: Vec<Group>,
}

#[derive(Debug, Serialize)]
struct Output {
    schema: u32,
    line: f64,
    scores: usize,
    fractional_scores: usize,
    gaps: Vec<i64>,
    recovered: Recovered,
    at_line: [u64; 3],
    frandsen: Vec<Exact>,
    moved_mass: Option<Mass>,
    density_jump: Option<Jump>,
    terminal_digits: Option<Digits>,
    placebo_lines: Vec<Placebo>,
    placebo_lines_smaller: usize,
    groups: Vec<Grouped>,
    left_out: Vec<LeftOut>,
}

/// Candidates by whole points above the line, so that 59.5 against a line of 60 stands just below it.
fn bin(score: Points, line: Points) -> i64 {
    (score - line).millionths().div_euclid(Points::SCALE)
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

/// Draws a Poisson number: by inversion in pieces small enough for the exponential.
fn poisson(rate: f64, random: &mut ChaCha8Rng) -> u64 {
    const PIECE: f64 = 30.0;
    let mut left = rate;
    let mut total = 0;
    while left > 0.0 {
        let piece = left.min(PIECE);
        left -= piece;
        let limit = (-piece).exp();
        let mut product: f64 = rand::RngExt::random::<f64>(random);
        while product > limit {
            total += 1;
            product *= rand::RngExt::random::<f64>(random);
        }
    }
    total
}

/// Moved candidates with a parametric bootstrap: counts are drawn around the curve, with the moved ones moved.
fn mass(counts: &BTreeMap<i64, u64>, below: u32, seed: u64, line: i64) -> Option<Mass> {
    let lowest = *counts.keys().next()?;
    let highest = *counts.keys().next_back()?;
    let list: Vec<u64> = (lowest..=highest).map(|score| counts.get(&score).copied().unwrap_or(0)).collect();
    let window = MassWindow { lowest, highest, line: 0, below, above: 0, degree: 4 };
    let degree = choose_degree(&list, &window, 4..=7)?;
    let window = MassWindow { degree, ..window };
    let found = moved_mass(&list, &window)?;
    let curve = smooth_counts(&list, &window)?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut samples = Vec::with_capacity(SAMPLES);
    let inside = |score: i64| score >= -i64::from(below) && score <= 0;
    for _ in 0..SAMPLES {
        // Inside the window the counts observed are the best guess of their own rates.
        let drawn: Vec<u64> = list
            .iter()
            .zip(&curve)
            .enumerate()
            .map(|(i, (count, rate))| {
                let rate = if inside(lowest + i as i64) { *count as f64 } else { *rate };
                poisson(rate, &mut random)
            })
            .collect();
        samples.extend(moved_mass(&drawn, &window).map(|found| found.moved));
    }
    samples.sort_by(f64::total_cmp);
    let at = |share: f64| samples.get(((samples.len() as f64 - 1.0) * share).round() as usize).copied();
    Some(Mass {
        degree,
        lowest: lowest + line,
        highest: highest + line,
        below,
        excess: found.excess,
        missing: found.missing,
        moved: found.moved,
        moved_lower: at(0.025),
        moved_upper: at(0.975),
        share_of_below: found.share_of_below,
        samples: samples.len(),
    })
}

/// Last digits of whole scores against what the smooth curve of the same scores gives them.
fn digits(counts: &BTreeMap<i64, u64>, line: i64) -> Option<Digits> {
    let lowest = *counts.keys().next()?;
    let highest = *counts.keys().next_back()?;
    let list: Vec<u64> = (lowest..=highest).map(|score| counts.get(&score).copied().unwrap_or(0)).collect();
    let window = MassWindow { lowest, highest, line: 0, below: 0, above: 0, degree: 4 };
    let degree = choose_degree(&list, &window, 4..=7)?;
    let curve = smooth_counts(&list, &MassWindow { degree, ..window })?;
    let (mut seen, mut expected) = (vec![0u64; 10], vec![0.0; 10]);
    for (i, (count, rate)) in list.iter().zip(&curve).enumerate() {
        let digit = usize::try_from((lowest + i as i64 + line).rem_euclid(10)).unwrap_or(0);
        seen[digit] += count;
        expected[digit] += rate;
    }
    let found = goodness_of_fit(&seen, &expected)?;
    let (total, whole) = (seen.iter().sum::<u64>() as f64, expected.iter().sum::<f64>());
    Some(Digits {
        counts: seen,
        expected: expected.iter().map(|value| value / whole * total).collect(),
        chi_square: found.chi_square,
        degrees_of_freedom: found.degrees_of_freedom,
        p_value: found.p_value,
        standardised_residuals: found.standardised_residuals,
    })
}

fn around(counts: &BTreeMap<i64, u64>, line: i64) -> (u64, u64, u64) {
    let at = |score: i64| counts.get(&score).copied().unwrap_or(0);
    (at(line - 1), at(line), at(line + 1))
}

fn count(scores: &[&ScoreLine], line: Points) -> BTreeMap<i64, u64> {
    let mut counts = BTreeMap::new();
    for score in scores {
        *counts.entry(bin(score.score, line)).or_default() += 1;
    }
    counts
}

fn grouped(scores: &[ScoreLine], column: usize, line: Points) -> Option<Grouped> {
    let mut members: BTreeMap<&str, Vec<&ScoreLine>> = BTreeMap::new();
    for score in scores {
        if let Some(group) = &score.groups[column] {
            members.entry(group).or_default().push(score);
        }
    }
    if members.is_empty() {
        return None;
    }
    let all = members.len();
    let mut groups: Vec<Group> = members
        .into_iter()
        .filter_map(|(group, members)| {
            let (below, at, above) = around(&count(&members, line), 0);
            let tested = below + at + above >= FEWEST_IN_GROUP;
            let p_value = frandsen_excess(below, at, above, USUAL_CURVATURE).filter(|_| tested)?;
            let group = crate::model::identity::mask_embedded_numbers(group).into_owned();
            Some(Group { group, scores: members.len(), below, at, above, p_value_excess: p_value, p_value_bh: p_value })
        })
        .collect();
    let p_values: Vec<f64> = groups.iter().map(|group| group.p_value_excess).collect();
    let adjusted = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
    groups.iter_mut().zip(adjusted).for_each(|(group, adjusted)| group.p_value_bh = adjusted);
    Some(Grouped { by: GROUPS[column], not_tested: all - groups.len(), groups })
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
    let all: Vec<&ScoreLine> = file.scores.iter().collect();
    let counts = count(&all, line);
    let shift = line.millionths().div_euclid(Points::SCALE);
    let (below, at, above) = around(&counts, 0);
    let tested = CURVATURES.map(|curvature| Exact {
        curvature,
        p_value: frandsen(below, at, above, curvature),
        p_value_excess: frandsen_excess(below, at, above, curvature),
    });
    let placebo_lines: Vec<Placebo> = (-PLACEBOS..=PLACEBOS)
        // Lines next to the true one share counts with it.
        .filter(|placebo| placebo.abs() > 2)
        .map(|placebo| {
            let (below, at, above) = around(&counts, placebo);
            let p_value_excess = frandsen_excess(below, at, above, USUAL_CURVATURE);
            Placebo { line: placebo + shift, below, at, above, p_value_excess }
        })
        .collect();
    let usual = frandsen_excess(below, at, above, USUAL_CURVATURE);
    let smaller = placebo_lines.iter().filter(|placebo| placebo.p_value_excess.zip(usual).is_some_and(|(a, b)| a <= b));
    // A score that nobody has between scores that many have is a gap of a conversion, and its neighbours spike.
    let gaps: Vec<i64> = counts
        .keys()
        .zip(counts.keys().skip(1))
        .flat_map(|(a, b)| (a + 1)..*b)
        .filter(|gap| around(&counts, *gap).0 + around(&counts, *gap).2 >= 2 * FEWEST_IN_GROUP)
        .map(|gap| gap + shift)
        .collect();
    let fractional = |score: &&ScoreLine| (score.score - line).millionths().rem_euclid(Points::SCALE) != 0;
    let fractional_scores = file.scores.iter().filter(fractional).count();
    // Whole scores need bins of whole points; the author's bins are for continuous ones.
    let bin = (fractional_scores * 2 < file.scores.len()).then_some(1.0);
    let values: Vec<f64> = file.scores.iter().map(|score| score.score.to_f64()).collect();
    let density_jump = mccrary(&values, line.to_f64(), bin, None).map(|found| Jump {
        log_difference: found.log_difference,
        standard_error: found.standard_error,
        z: found.z,
        p_value: found.p_value,
        bin: found.bin,
        bandwidth: found.bandwidth,
    });
    let result = Output {
        schema: 1,
        line: line.to_f64(),
        scores: file.scores.len(),
        fractional_scores,
        density_jump,
        gaps,
        recovered: recovered(&file.scores, line),
        at_line: [below, at, above],
        frandsen: tested.into(),
        moved_mass: mass(&counts, arguments.below, arguments.seed, shift),
        terminal_digits: digits(&counts, shift),
        placebo_lines_smaller: smaller.count(),
        placebo_lines,
        groups: (0..GROUPS.len()).filter_map(|column| grouped(&file.scores, column, line)).collect(),
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

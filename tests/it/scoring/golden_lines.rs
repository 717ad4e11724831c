//! Pass-line tests, exact tests and control charts against other programs.

use kaojian::stats::contingency::independence;
use kaojian::stats::control_charts::{cusum, cusum_run_length, cusum_two_sided_run_length, ewma, ewma_run_length};
use kaojian::stats::density::mccrary;
use kaojian::stats::exact_tables::{TwoByTwo, fisher_exact, goodness_of_fit, mcnemar_exact, odds_ratio, rate_ratio};
use kaojian::stats::excess_mass::{MassWindow, moved_mass, moved_mass_least_squares};
use kaojian::stats::frandsen::frandsen;
use kaojian::stats::multiplicity::{benjamini_hochberg_in_family, holm};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const TOLERANCE: f64 = 1e-6;

#[allow(clippy::print_stderr)]
pub fn folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAOJIAN_GOLDEN")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden"), PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: golden folder {name} is absent");
    None
}

pub fn records(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

pub fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

pub fn column(path: PathBuf, name: &str) -> Vec<f64> {
    records(&path).iter().map(|row| number(&row[name])).collect()
}

pub fn near(found: f64, expected: f64, what: &str) {
    let tolerance = TOLERANCE * expected.abs().clamp(1e-30, 1.0);
    let close = (found - expected).abs() <= tolerance.max(TOLERANCE * expected.abs());
    assert!(close || (expected == 0.0 && found.abs() < 1e-12), "{what}: {found:e} expected {expected:e}");
}

/// The reference searches the level by ten bisections of regions that are not nested: it resolves 2⁻¹¹, and for
/// six of its sixty values (three pairs of data and k) it falls as k rises, which no test of a wider null can.
#[test]
fn frandsen_equals_the_program_as_far_as_it_resolves() {
    let Some(folder) = folder("g09_frandsen_discrete") else { return };
    let (mut equal, mut all) = (0, 0);
    for row in records(&folder.join("out_rddisttest.csv")) {
        let count = |name: &str| row[name].parse::<u64>().unwrap();
        let found = frandsen(count("n_below"), count("n_at"), count("n_above"), number(&row["K"])).unwrap();
        let distance = (found - number(&row["p_bisect10"])).abs();
        assert!(distance < 0.03, "{row:?}: {found}");
        equal += usize::from(distance < 6e-4);
        all += 1;
    }
    assert_eq!((equal, all), (54, 60));
}

#[test]
fn moved_mass_equals_the_reference() {
    let Some(folder) = folder("g11_passmark_excess_missing") else { return };
    let scores = records(&folder.join("in_exam_integer_scores.csv"));
    let mut checked = 0;
    for row in &records(&folder.join("out_excess_missing.csv")) {
        let whole = |name: &str| row[name].parse::<i64>().unwrap();
        let (lowest, highest) = (whole("lo"), whole("hi"));
        let mut counts = vec![0u64; usize::try_from(highest - lowest + 1).unwrap()];
        for score in &scores {
            let score: i64 = score[&row["scores"]].parse().unwrap();
            if (lowest..=highest).contains(&score) {
                counts[usize::try_from(score - lowest).unwrap()] += 1;
            }
        }
        let window = MassWindow {
            lowest,
            highest,
            line: 60,
            below: row["L"].parse().unwrap(),
            above: row["R"].parse().unwrap(),
            degree: row["degree"].parse().unwrap(),
        };
        let estimate = if row["family"] == "poisson" { moved_mass } else { moved_mass_least_squares };
        let found = estimate(&counts, &window).unwrap();
        let what = format!("{row:?}");
        near(found.excess, number(&row["excess"]), &what);
        near(found.missing, number(&row["missing"]), &what);
        near(found.moved, number(&row["moved"]), &what);
        near(found.share_of_below, number(&row["share_of_below"]), &what);
        checked += 1;
    }
    assert_eq!(checked, 72);
}

#[test]
fn exact_tests_equal_r() {
    let Some(folder) = folder("g16_score_change_exact_tests") else { return };
    let operators = records(&folder.join("in_operator_changes.csv"));
    let count = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<u64>().unwrap();
    let changes: u64 = operators.iter().map(|row| count(row, "changes")).sum();
    let hits: u64 = operators.iter().map(|row| count(row, "fail_to_pass")).sum();
    let mut p_values = Vec::new();
    let expected = records(&folder.join("out_operator_tests.csv"));
    for (row, expected) in operators.iter().zip(&expected) {
        let (own_hits, own) = (count(row, "fail_to_pass"), count(row, "changes"));
        let table = TwoByTwo { own_hits, own, other_hits: hits - own_hits, other: changes - own };
        let found = fisher_exact(&table).unwrap();
        near(found.greater, number(&expected["fisher_greater"]), &row["operator"]);
        near(found.two_sided, number(&expected["fisher_two"]), &row["operator"]);
        near(found.greater_mid_p, number(&expected["hyper_midp_greater"]), &row["operator"]);
        let (estimate, lower, upper) = odds_ratio(&table, 0.95).unwrap();
        // R searches these roots with a tolerance of 1e-4 of a unit interval.
        for (found, name) in [(estimate, "or_cond_mle"), (lower, "or_lo"), (upper, "or_hi")] {
            let expected = number(&expected[name]);
            assert!((found / expected - 1.0).abs() < 1e-3, "{} {name}: {found} {expected}", row["operator"]);
        }
        p_values.push(found.greater);
    }
    let adjusted = holm(&p_values);
    let false_rate = benjamini_hochberg_in_family(&p_values, p_values.len() as u64);
    for ((row, holm), bh) in expected.iter().zip(adjusted).zip(false_rate) {
        near(holm, number(&row["holm_fisher_greater"]), "holm");
        near(bh, number(&row["bh_fisher_greater"]), "bh");
    }
    let groups: Vec<(u64, u64)> =
        operators.iter().map(|row| (count(row, "fail_to_pass"), count(row, "changes"))).collect();
    let overall = independence(&groups).unwrap();
    let expected = records(&folder.join("out_overall.csv"));
    near(overall.chi_square, number(&expected[0]["stat"]), "overall chi-square");
    assert_eq!(overall.degrees_of_freedom.to_string(), expected[0]["df"]);
    near(overall.chi_square_p_value, number(&expected[0]["p"]), "overall chi-square p");
    near(overall.exact_p_value.unwrap(), number(&expected[1]["p"]), "overall exact p");
    for row in records(&folder.join("out_mcnemar.csv")) {
        let (greater, two_sided) = mcnemar_exact(count(&row, "fail_to_pass"), count(&row, "pass_to_fail"));
        near(greater, number(&row["exact_greater"]), "mcnemar greater");
        near(two_sided, number(&row["mcnemar_exact_two"]), "mcnemar");
    }
    for row in records(&folder.join("out_poisson_rate.csv")) {
        let (night, day) = (count(&row, "night"), count(&row, "day"));
        let found = rate_ratio((night, number(&row["night_h"])), (day, number(&row["day_h"])), 0.95).unwrap();
        for (found, name) in
            [(found.ratio, "rate_ratio"), (found.p_value, "p"), (found.lower, "lo"), (found.upper, "hi")]
        {
            near(found, number(&row[name]), name);
        }
    }
    let counts: Vec<u64> =
        records(&folder.join("in_terminal_digits.csv")).iter().map(|row| count(row, "count")).collect();
    let found = goodness_of_fit(&counts, &[0.1; 10]).unwrap();
    let row = &records(&folder.join("out_terminal_digits.csv"))[0];
    near(found.chi_square, number(&row["stat"]), "digits");
    near(found.p_value, number(&row["p"]), "digits p");
    near(found.standardised_residuals[0], number(&row["std_resid_0"]), "digit 0");
    near(found.standardised_residuals[5], number(&row["std_resid_5"]), "digit 5");
}

#[test]
fn control_charts_equal_the_reference() {
    let Some(folder) = folder("g17_control_charts") else { return };
    let values: Vec<f64> =
        records(&folder.join("in_rater_batches.csv")).iter().map(|row| number(&row["diff"])).collect();
    let smoothed = ewma(&values, 0.12, 0.2, 3.0);
    let summed = cusum(&values, 0.12, 0.5, 5.0).unwrap();
    for ((row, smoothed), summed) in records(&folder.join("out_charts.csv")).iter().zip(&smoothed).zip(&summed) {
        let what = &row["batch"];
        assert!((smoothed.value - number(&row["ewma"])).abs() < TOLERANCE, "{what}");
        assert!((smoothed.limit - number(&row["ewma_ucl"])).abs() < TOLERANCE, "{what}");
        assert!((summed.up - number(&row["cusum_pos"])).abs() < TOLERANCE, "{what}");
        assert!((summed.down - number(&row["cusum_neg"])).abs() < TOLERANCE, "{what}");
    }
    assert_eq!(smoothed.iter().position(|point| point.alarm), Some(31));
    assert_eq!(summed.iter().position(|point| point.alarm), Some(31));
    for row in records(&folder.join("out_arl_spc.csv")) {
        let shift = number(&row["shift"]);
        let check = |found: Option<f64>, name: &str| {
            let expected = number(&row[name]);
            let found = found.unwrap();
            assert!((found / expected - 1.0).abs() < TOLERANCE, "{name} {shift}: {found} {expected}");
        };
        check(ewma_run_length(0.1, 2.814, shift), "ewma_l01_c2814");
        check(ewma_run_length(0.2, 2.962, shift), "ewma_l02_c2962");
        check(ewma_run_length(0.05, 2.615, shift), "ewma_l005_c2615");
        check(cusum_run_length(0.5, 4.0, shift), "cusum_k05_h4_one");
        check(cusum_two_sided_run_length(0.5, 5.0, shift), "cusum_k05_h5_two");
        check(cusum_two_sided_run_length(0.25, 8.0, shift), "cusum_k025_h8_two");
    }
}

#[test]
fn density_jump_equals_rdd() {
    let Some(folder) = folder("g08_mccrary") else { return };
    let Some(scores) = self::folder("g07_rddensity") else { return };
    let senate = column(scores.join("in_senate_margin.csv"), "margin");
    let clean = column(scores.join("in_exam_integer_scores.csv"), "score_clean");
    let moved = column(scores.join("in_exam_integer_scores.csv"), "score_manip");
    let example = column(folder.join("in_rdd_help_example.csv"), "x");
    let rows = records(&folder.join("out_dcdensity.csv"));
    assert_eq!(rows.len(), 7);
    for row in rows {
        let case = row["case"].as_str();
        let (scores, line) = match case {
            _ if case.starts_with("senate") => (&senate, 0.0),
            _ if case.starts_with("rdd") => (&example, 0.0),
            _ if case.starts_with("exam_clean") => (&clean, 60.0),
            _ => (&moved, 60.0),
        };
        let bin = case.contains("bin1").then_some(1.0);
        let bandwidth = match case {
            "senate_bin1_bw20" => Some(20.0),
            _ if case.ends_with("_bw10") => Some(10.0),
            _ => None,
        };
        let found = mccrary(scores, line, bin, bandwidth).unwrap();
        for (found, name) in [
            (found.log_difference, "theta"),
            (found.standard_error, "se"),
            (found.z, "z"),
            (found.p_value, "p"),
            (found.bin, "bin"),
            (found.bandwidth, "bw"),
        ] {
            near(found, number(&row[name]), &format!("{case} {name}"));
        }
    }
}

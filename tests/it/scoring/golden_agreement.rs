//! Coefficients of agreement against R (irr, irrCAC, psych) and Python (krippendorff).

use kaojian::psychometrics::agreement::brennan_prediger::brennan_prediger;
use kaojian::psychometrics::agreement::coefficient::Coefficient;
use kaojian::psychometrics::agreement::cohen::{AgreementTable, AgreementWeights, cohen_kappa};
use kaojian::psychometrics::agreement::conger::conger_kappa;
use kaojian::psychometrics::agreement::fleiss::{fleiss_kappa, fleiss_null};
use kaojian::psychometrics::agreement::gwet::gwet_ac;
use kaojian::psychometrics::agreement::icc::{IccForm, icc, mean_squares};
use kaojian::psychometrics::agreement::krippendorff::{Metric, krippendorff_alpha};
use kaojian::psychometrics::agreement::light::light_kappa;
use kaojian::psychometrics::agreement::percent::percent_agreement;
use kaojian::psychometrics::agreement::table::RatingTable;
use kaojian::psychometrics::agreement::weights::CategoryWeights;
use std::path::{Path, PathBuf};

const TOLERANCE: f64 = 1e-6;

#[allow(clippy::print_stderr)]
fn folder(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAOJIAN_GOLDEN")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden"), PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: golden folder {name} is absent");
    None
}

fn records(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A file with a row for every unit (or every rater) and a first column of names.
fn table(path: &Path, rows_are_raters: bool) -> RatingTable {
    let mut cells = Vec::new();
    for (row, record) in records(path).iter().enumerate() {
        for (column, text) in record.iter().skip(1).enumerate() {
            if let Ok(score) = text.parse::<f64>() {
                let (unit, rater) = if rows_are_raters { (column, row) } else { (row, column) };
                cells.push((unit, rater, score));
            }
        }
    }
    RatingTable::new(&cells, None).unwrap()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= TOLERANCE, "{what}: {found} expected {expected}");
}

fn check(found: Coefficient, value: &str, error: &str, what: &str) {
    near(found.value, number(value), what);
    near(found.standard_error.unwrap(), number(error), what);
}

/// Standard error of Cohen's kappa by categories that are evenly spaced.
fn cohen_error(table: &RatingTable, weights: &str) -> f64 {
    let pairs: Vec<(usize, usize)> = table.by_unit().map(|unit| (unit[0].category, unit[1].category)).collect();
    let weights = match weights {
        "unweighted" => AgreementWeights::Identity,
        "linear" => AgreementWeights::Linear,
        _ => AgreementWeights::Quadratic,
    };
    let counts = AgreementTable::from_pairs(table.categories().len(), &pairs).unwrap();
    cohen_kappa(&counts, weights).unwrap().standard_error
}

#[test]
fn two_raters_equal_irrcac() {
    let Some(folder) = folder("g01_kappa_two_raters") else { return };
    let mut checked = 0;
    for row in records(&folder.join("out_irrcac_tables.csv")) {
        let table = table(&folder.join(format!("in_{}.csv", row[0])), false);
        let weights = match row[1].as_str() {
            "unweighted" => CategoryWeights::Identity,
            "linear" => CategoryWeights::Linear,
            _ => CategoryWeights::Quadratic,
        };
        let found = match row[2].as_str() {
            "Cohen's Kappa" => conger_kappa(&table, weights),
            "Scott's Pi" => fleiss_kappa(&table, weights),
            "Gwet's AC1" | "Gwet's AC2" => gwet_ac(&table, weights),
            "Brennan-Prediger" => brennan_prediger(&table, weights),
            "Krippendorff's Alpha" => {
                krippendorff_alpha(&table, if row[1] == "unweighted" { Metric::Nominal } else { Metric::Interval })
            }
            _ => percent_agreement(&table, weights),
        };
        // Linear weights are no metric of Krippendorff's.
        if row[2] == "Krippendorff's Alpha" && row[1] == "linear" {
            continue;
        }
        checked += 1;
        if row[2] == "Cohen's Kappa" {
            // The reference's standard error for two raters is the large-sample one, over n.
            near(found.unwrap().value, number(&row[3]), &format!("{row:?}"));
            near(cohen_error(&table, &row[1]), number(&row[4]), &format!("{row:?}"));
        } else {
            // The reference divides by n for tables of two raters, and by n − 1 for raw ratings, as here.
            let found = found.unwrap();
            let n = found.units as f64;
            near(found.value, number(&row[3]), &format!("{row:?}"));
            let error = found.standard_error.unwrap() * ((n - 1.0) / n).sqrt();
            near(error, number(&row[4]), &format!("{row:?}"));
        }
    }
    assert_eq!(checked, 119);
}

#[test]
fn many_raters_equal_irr_and_irrcac() {
    let Some(folder) = folder("g02_multirater_nominal") else { return };
    let table = table(&folder.join("in_diagnoses.csv"), false);
    for row in records(&folder.join("out_irrcac_raw.csv")) {
        let identity = CategoryWeights::Identity;
        let found = match row[0].as_str() {
            "fleiss.kappa.raw" => fleiss_kappa(&table, identity),
            "conger.kappa.raw" => conger_kappa(&table, identity),
            "gwet.ac1.raw" => gwet_ac(&table, identity),
            "bp.coeff.raw" => brennan_prediger(&table, identity),
            "krippen.alpha.raw" => krippendorff_alpha(&table, Metric::Nominal),
            _ => percent_agreement(&table, identity),
        }
        .unwrap();
        near(found.observed, number(&row[2]), &row[0]);
        near(found.expected, number(&row[3]), &row[0]);
        check(found, &row[4], &row[5], &row[0]);
        let (lower, upper) = row[6].trim_matches(['(', ')']).split_once(',').unwrap();
        near(found.lower.unwrap(), number(lower), &row[0]);
        near(found.upper.unwrap(), number(upper), &row[0]);
    }
    let null = fleiss_null(&table).unwrap();
    let fleiss = fleiss_kappa(&table, CategoryWeights::Identity).unwrap().value;
    for row in records(&folder.join("out_irr.csv")) {
        match row[0].as_str() {
            "fleiss" => {
                near(fleiss, number(&row[1]), "fleiss");
                near(fleiss / null.standard_error, number(&row[2]), "fleiss z");
            }
            "light" => near(light_kappa(&table).unwrap().value, number(&row[1]), "light"),
            _ => {}
        }
    }
    for (row, found) in records(&folder.join("out_fleiss_categorywise_3dp.csv")).iter().zip(&null.categories) {
        let kappa = found.kappa.unwrap();
        assert!((kappa - number(&row[1])).abs() < 5.001e-4, "{row:?}: {found:?}");
        assert!((kappa / null.category_standard_error - number(&row[2])).abs() < 5.001e-4, "{row:?}: {found:?}");
    }
}

#[test]
fn alpha_equals_python() {
    let Some(folder) = folder("g03_krippendorff") else { return };
    let mut checked = 0;
    for row in records(&folder.join("out_py_krippendorff.csv")) {
        let table = table(&folder.join(format!("in_{}.csv", row[0])), true);
        let metric = Metric::ALL.into_iter().find(|metric| metric.name() == row[1]).unwrap();
        near(krippendorff_alpha(&table, metric).unwrap().value, number(&row[2]), &format!("{row:?}"));
        checked += 1;
    }
    assert_eq!(checked, 24);
}

#[test]
fn icc_equals_psych() {
    let Some(folder) = folder("g05_icc") else { return };
    for row in records(&folder.join("out_anova_ms.csv")) {
        let squares = mean_squares(&table(&folder.join(format!("in_{}.csv", row[0])), false)).unwrap();
        let found = [squares.between_units, squares.between_raters, squares.residual, squares.within_units];
        found.iter().zip(&row[1..]).for_each(|(found, expected)| near(*found, number(expected), &row[0]));
    }
    let mut checked = 0;
    for row in records(&folder.join("out_psych_icc.csv")) {
        let squares = mean_squares(&table(&folder.join(format!("in_{}.csv", row[0])), false)).unwrap();
        let form = match row[1].as_str() {
            "ICC1" => IccForm::OneWaySingle,
            "ICC2" => IccForm::TwoWayRandomSingle,
            "ICC3" => IccForm::TwoWayMixedSingle,
            "ICC1k" => IccForm::OneWayAverage,
            "ICC2k" => IccForm::TwoWayRandomAverage,
            _ => IccForm::TwoWayMixedAverage,
        };
        let found = icc(&squares, form).unwrap();
        let (between, within) = found.degrees_of_freedom;
        for (found, expected) in
            [found.value, found.f, between, within, found.p_value, found.lower, found.upper].iter().zip(&row[2..])
        {
            near(*found, number(expected), &format!("{row:?}"));
        }
        checked += 1;
    }
    assert_eq!(checked, 18);
}

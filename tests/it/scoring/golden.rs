//! Kappa against R: irr 0.84.1 (kappa, null z) and psych (large-sample variance, unweighted).

use kaojian::psychometrics::agreement::cohen::{AgreementTable, AgreementWeights, cohen_kappa, quadratic_kappa};
use std::path::{Path, PathBuf};

/// Agreement with the reference values.
const TOLERANCE: f64 = 1e-6;

fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("KAOJIAN_GOLDEN")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden"), PathBuf::from);
    let folder = root.join("g01_kappa_two_raters");
    folder.is_dir().then_some(folder)
}

fn records(path: PathBuf) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn levels_and_pairs(data: &str, folder: &Path) -> (Vec<i64>, Vec<(i64, i64)>) {
    let rows = records(folder.join(format!("in_{data}.csv")));
    let pairs: Vec<(i64, i64)> = rows.iter().map(|row| (row[1].parse().unwrap(), row[2].parse().unwrap())).collect();
    let mut levels: Vec<i64> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    levels.sort_unstable();
    levels.dedup();
    (levels, pairs)
}

fn table(levels: &[i64], pairs: &[(i64, i64)]) -> AgreementTable {
    let code = |mark: i64| levels.binary_search(&mark).unwrap();
    let coded: Vec<(usize, usize)> = pairs.iter().map(|(a, b)| (code(*a), code(*b))).collect();
    AgreementTable::from_pairs(levels.len(), &coded).unwrap()
}

#[test]
#[allow(clippy::print_stderr)]
fn kappa_of_two_raters_equals_r() {
    let Some(folder) = folder() else {
        eprintln!("SKIPPED: golden folder g01_kappa_two_raters is absent");
        return;
    };
    let mut checked = 0;
    for row in records(folder.join("out_cohen_kappa.csv")) {
        let (levels, pairs) = levels_and_pairs(&row[0], &folder);
        let weights = match row[2].as_str() {
            "unweighted" => AgreementWeights::Identity,
            "equal" => AgreementWeights::Linear,
            "squared" => AgreementWeights::Quadratic,
            other => panic!("unknown weights {other}"),
        };
        let found = cohen_kappa(&table(&levels, &pairs), weights).unwrap();
        let kappa: f64 = row[4].parse().unwrap();
        assert!((found.kappa - kappa).abs() < TOLERANCE, "{row:?}: {found:?}");
        assert_eq!(found.n.to_string(), row[3]);
        if let Ok(z) = row[5].parse::<f64>() {
            assert!((found.kappa / found.null_standard_error - z).abs() < TOLERANCE, "{row:?}: {found:?}");
        }
        let evenly_spaced = levels.windows(2).all(|pair| pair[1] == pair[0] + 1);
        if weights == AgreementWeights::Quadratic && evenly_spaced {
            assert!((quadratic_kappa(&pairs).unwrap() - kappa).abs() < TOLERANCE, "{row:?}");
        }
        checked += 1;
    }
    assert_eq!(checked, 35, "every row of the reference");
    for row in records(folder.join("out_psych_kappa_var_ci.csv")) {
        // The reference's weighted variances are those of another estimator (0.46 for 20 subjects, 0 for
        // 100): only the unweighted ones are the large-sample variance of Fleiss, Cohen and Everitt.
        if row[1] == "unweighted" {
            let (levels, pairs) = levels_and_pairs(&row[0], &folder);
            let found = cohen_kappa(&table(&levels, &pairs), AgreementWeights::Identity).unwrap();
            let variance: f64 = row[2].parse().unwrap();
            assert!((found.standard_error.powi(2) - variance).abs() < TOLERANCE, "{row:?}: {found:?}");
        }
    }
}

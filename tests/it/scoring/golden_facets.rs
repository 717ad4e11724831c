//! Many-facet Rasch, joint estimates: against a reference at machine precision (Guilford 1954, ratings1, immer07).

use kaojian::psychometrics::facets::estimate::{FacetsFit, fit};
use kaojian::psychometrics::facets::fit::{FitStatistics, element_fit, residuals};
use kaojian::psychometrics::facets::input::FacetsInput;
use kaojian::psychometrics::facets::summary::facet_summary;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const TOLERANCE: f64 = 1e-6;

#[allow(clippy::print_stderr)]
fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("KAOJIAN_GOLDEN")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden"), PathBuf::from);
    let folder = root.join("g12_mfrm_jml_reference");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: golden folder g12_mfrm_jml_reference is absent");
    None
}

fn records(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn near(found: f64, expected: &str, what: &str) {
    let expected = number(expected);
    assert!((found - expected).abs() <= TOLERANCE * expected.abs().max(1.0), "{what}: {found} expected {expected}");
}

/// Names in the order of their numbers.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn number(&mut self, name: &str) -> usize {
        self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        })
    }
}

fn read(folder: &Path, data: &str, partial_credit: bool) -> (FacetsInput, [Names; 3]) {
    let mut names: [Names; 3] = Default::default();
    let mut input = FacetsInput { step_facet: partial_credit.then_some(1), ..FacetsInput::default() };
    for row in records(&folder.join(format!("in_{data}.csv"))) {
        input.person.push(names[0].number(&row["person"]));
        input.level.push(names[1].number(&row["rater"]));
        input.level.push(names[2].number(&row["item"]));
        input.score.push(row["score"].parse().unwrap());
    }
    input.persons = names[0].0.len();
    input.levels = vec![names[1].0.len(), names[2].0.len()];
    (input, names)
}

fn check_fit(found: &FitStatistics, row: &BTreeMap<String, String>, what: &str) {
    assert_eq!(found.ratings.to_string(), row["count"], "{what}");
    near(1.0 / found.information.sqrt(), &row["se"], what);
    near(found.infit, &row["infit"], what);
    near(found.infit_zstd, &row["infit_z"], what);
    near(found.outfit, &row["outfit"], what);
    near(found.outfit_zstd, &row["outfit_z"], what);
}

fn check_levels(
    folder: &Path,
    case: &str,
    facet: usize,
    names: &Names,
    fitted: &FacetsFit,
    fits: &[Option<FitStatistics>],
) {
    let name = ["rater", "item"][facet];
    let rows = records(&folder.join(format!("out_{case}_{name}.csv")));
    assert_eq!(rows.len(), names.0.len(), "{case}");
    for row in rows {
        let what = format!("{case} {name} {}", row["element"]);
        let level = names.0.iter().position(|name| *name == row["element"]).unwrap();
        near(fitted.severity(facet, level).unwrap(), &row["measure"], &what);
        near(fitted.severity_error(facet, level).unwrap(), &row["se_joint"], &what);
        check_fit(fits[level].as_ref().unwrap(), &row, &what);
    }
}

fn check_summary(folder: &Path, case: &str, facets: &[(&str, Vec<(f64, f64)>)]) {
    for row in records(&folder.join(format!("out_{case}_facet_summary.csv"))) {
        let what = format!("{case} {}", row["facet"]);
        let measures = &facets.iter().find(|(name, _)| *name == row["facet"]).unwrap().1;
        for (suffix, sample) in [("pop", false), ("sample", true)] {
            let found = facet_summary(measures, sample).unwrap();
            near(found.standard_deviation, &row[&format!("sd_{suffix}")], &what);
            near(found.adjusted_deviation, &row[&format!("adj_sd_{suffix}")], &what);
            near(found.separation, &row[&format!("separation_{suffix}")], &what);
            near(found.strata, &row[&format!("strata_{suffix}")], &what);
            near(found.reliability, &row[&format!("reliability_{suffix}")], &what);
            near(found.root_mean_square_error, &row["rmse"], &what);
            near(found.fixed_chi_square, &row["fixed_chi2"], &what);
            assert_eq!(found.degrees_of_freedom.to_string(), row["fixed_df"], "{what}");
            near(found.random_chi_square, &row["random_chi2"], &what);
            assert_eq!(found.random_degrees_of_freedom.to_string(), row["random_df"], "{what}");
        }
    }
}

#[test]
fn joint_estimates_equal_the_reference() {
    let Some(folder) = folder() else { return };
    for (data, model) in
        [("guilford", "rsm"), ("immer07", "rsm"), ("immer07", "pcm"), ("ratings1", "rsm"), ("ratings1", "pcm")]
    {
        let case = format!("{data}_{model}");
        let (input, names) = read(&folder, data, model == "pcm");
        let fitted = fit(&input, &[]).unwrap();
        let info: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(folder.join(format!("out_{case}_info.json"))).unwrap())
                .unwrap();
        near(fitted.log_likelihood, &info["loglik"].to_string(), &case);
        assert!(fitted.residual < 1e-9, "{case}: {}", fitted.residual);
        assert_eq!(fitted.design.kept.len() as u64, info["n_obs"].as_u64().unwrap(), "{case}");
        let residuals = residuals(&input, &fitted);
        let (persons, levels) = element_fit(&input, &residuals);
        check_levels(&folder, &case, 0, &names[1], &fitted, &levels[0]);
        check_levels(&folder, &case, 1, &names[2], &fitted, &levels[1]);
        let rows = records(&folder.join(format!("out_{case}_person.csv")));
        assert_eq!(rows.len(), fitted.abilities.iter().flatten().count(), "{case}");
        for row in rows {
            let what = format!("{case} person {}", row["element"]);
            let person = names[0].0.iter().position(|name| *name == row["element"]).unwrap();
            near(fitted.abilities[person].unwrap(), &row["measure"], &what);
            check_fit(persons[person].as_ref().unwrap(), &row, &what);
        }
        for row in records(&folder.join(format!("out_{case}_steps.csv"))) {
            let group = if model == "pcm" { names[2].0.iter().position(|n| *n == row["group"]).unwrap() } else { 0 };
            let score: i64 = row["category"].parse().unwrap();
            let step = fitted.design.categories[group].iter().position(|known| *known == score).unwrap();
            near(fitted.steps(group)[step - 1], &row["tau"], &format!("{case} step {row:?}"));
        }
        // The reference's summaries use the errors that take everything else as known.
        let measured = |fits: &[Option<FitStatistics>], measure: &dyn Fn(usize) -> Option<f64>| {
            let rows = fits.iter().enumerate().filter_map(|(index, fit)| Some((measure(index)?, (*fit)?)));
            rows.map(|(measure, fit)| (measure, 1.0 / fit.information.sqrt())).collect::<Vec<_>>()
        };
        let facets = [
            ("person", measured(&persons, &|person| fitted.abilities[person])),
            ("rater", measured(&levels[0], &|level| fitted.severity(0, level))),
            ("item", measured(&levels[1], &|level| fitted.severity(1, level))),
        ];
        check_summary(&folder, &case, &facets);
    }
}

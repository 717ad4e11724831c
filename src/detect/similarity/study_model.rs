//! The response model of a study: fitted as asked, or put together from given parameters.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::response_model::{
    CLASSES_PER_LOGIT, ModelKind, ResponseModel, SCREEN_TOLERANCE, calibration_sample, cell_probabilities, classes,
    estimate_from, nominal_model, smoothed_wrong_shares, wesolowsky,
};
use crate::detect::similarity::study_parameters::{ModelChoice, StudyError, StudyParameters};
use crate::model::item_parameters::{ItemParameters, LogisticParameters, OptionParameters};
use crate::psychometrics::ability::posterior_mode;
use crate::psychometrics::dichotomous::{DichotomousModel, DichotomousSettings, fit};
use crate::psychometrics::dichotomous_item::DichotomousItem;
use crate::psychometrics::nominal::NominalSettings;
use crate::psychometrics::nominal_ability::abilities;
use crate::psychometrics::nominal_item::NominalItem;
use rayon::prelude::*;

/// Up to so many persons, each given ability is used as it is; beyond, in steps that a screen can tabulate.
const MOST_EXACT_ABILITIES: usize = 2000;

/// A response model and where it comes from.
#[derive(Clone, Debug)]
pub struct StudyModel {
    /// Probabilities of all responses.
    pub responses: ResponseModel,
    /// Whether the parameters were given, so that nothing is fitted.
    pub given: bool,
    /// Marginal log-likelihood, where one was maximised here.
    pub log_likelihood: Option<f64>,
}

/// The model that the parameters ask for, learned from the sheets marked in `kept`; a nominal model from the items of
/// an earlier fit on, where there is one.
///
/// # Errors
/// Parameters that do not match the form, or a model that does not converge.
pub fn study_model(
    matrix: &SheetMatrix<'_>,
    kept: &[bool],
    before: &[NominalItem],
    parameters: &StudyParameters,
) -> Result<StudyModel, StudyError> {
    let fitted =
        |responses: ResponseModel| StudyModel { log_likelihood: responses.log_likelihood, responses, given: false };
    let kept_sheets = calibration_sample(matrix.sheets.len(), |sheet| kept.get(sheet).copied().unwrap_or(true));
    match (&parameters.item_parameters, parameters.model) {
        (Some(ItemParameters::Nominal(rows)), ModelChoice::Auto | ModelChoice::Nominal) => {
            given_nominal(matrix, rows, parameters)
        }
        (Some(ItemParameters::Logistic(rows)), ModelChoice::Auto | ModelChoice::TwoParameter | ModelChoice::Rasch) => {
            given_logistic(matrix, rows, parameters)
        }
        (Some(_), _) => Err(StudyError::ModelMismatch),
        (None, _) if parameters.abilities.is_some() => Err(StudyError::AbilitiesAlone),
        (None, ModelChoice::Auto) => Ok(fitted(estimate_from(matrix, kept, before))),
        (None, ModelChoice::Nominal) => {
            let settings = NominalSettings { relative_tolerance: SCREEN_TOLERANCE, ..NominalSettings::default() };
            let model = nominal_model(matrix, &kept_sheets, before, &settings);
            model.map(fitted).ok_or(StudyError::NotConverged("nominal"))
        }
        (None, ModelChoice::Wesolowsky) => Ok(fitted(wesolowsky(matrix, &kept_sheets, ModelKind::Wesolowsky))),
        (None, ModelChoice::TwoParameter) => dichotomous(matrix, &kept_sheets, DichotomousModel::TwoParameter),
        (None, ModelChoice::Rasch) => dichotomous(matrix, &kept_sheets, DichotomousModel::Rasch),
    }
}

/// Right, wrong or missing, item by item.
pub fn scored(row: &[u8], key: &[u8]) -> Vec<Option<bool>> {
    row.iter().zip(key).map(|(code, key)| (*code > 0).then_some(code == key)).collect()
}

fn dichotomous(
    matrix: &SheetMatrix<'_>,
    kept_sheets: &[usize],
    model: DichotomousModel,
) -> Result<StudyModel, StudyError> {
    let (kind, name) = match model {
        DichotomousModel::TwoParameter => (ModelKind::Logistic, "two-pl"),
        DichotomousModel::Rasch => (ModelKind::Rasch, "rasch"),
    };
    let responses: Vec<Option<bool>> =
        kept_sheets.iter().flat_map(|&sheet| scored(matrix.row(sheet), &matrix.key)).collect();
    let fitted = fit(&responses, matrix.items.len(), &DichotomousSettings::new(model))
        .ok()
        .filter(|fitted| fitted.converged)
        .ok_or(StudyError::NotConverged(name))?;
    let thetas: Vec<f64> = (0..matrix.sheets.len())
        .into_par_iter()
        .map(|sheet| {
            posterior_mode(&fitted.items, &scored(matrix.row(sheet), &matrix.key), fitted.theta_deviation.max(0.05)).0
        })
        .collect();
    let shares = wrong_shares(matrix, kept_sheets);
    let cells = |theta: f64| logistic_cells(&fitted.items, &shares, &matrix.key, theta);
    let mut responses = on_classes(matrix, kind, &thetas, false, &cells);
    responses.fitted_sheets = kept_sheets.len();
    responses.iterations = fitted.iterations;
    Ok(StudyModel { responses, given: false, log_likelihood: Some(fitted.log_likelihood) })
}

/// Shares of the wrong options of each item.
fn wrong_shares(matrix: &SheetMatrix<'_>, kept_sheets: &[usize]) -> Vec<Vec<f64>> {
    let mut counts: Vec<Vec<f64>> = matrix.options().into_iter().map(|options| vec![0.0; options]).collect();
    for &sheet in kept_sheets {
        for (code, counts) in matrix.row(sheet).iter().zip(&mut counts) {
            if let Some(count) = usize::from(*code).checked_sub(1).and_then(|option| counts.get_mut(option)) {
                *count += 1.0;
            }
        }
    }
    let keyed = matrix.key.iter().map(|key| usize::from(*key).checked_sub(1));
    counts.iter().zip(keyed).map(|(counts, key)| smoothed_wrong_shares(counts, key)).collect()
}

fn logistic_cells(items: &[DichotomousItem], shares: &[Vec<f64>], key: &[u8], theta: f64) -> Vec<f64> {
    let mut cells = Vec::new();
    for ((item, shares), &key) in items.iter().zip(shares).zip(key) {
        let right = item.probability(theta);
        let of_option = |(option, share): (usize, &f64)| {
            if option + 1 == usize::from(key) { right } else { (1.0 - right) * share }
        };
        cells.extend(shares.iter().enumerate().map(of_option));
    }
    cells
}

/// One class a distinct ability: the value itself, or in steps.
fn on_classes(
    matrix: &SheetMatrix<'_>,
    kind: ModelKind,
    thetas: &[f64],
    exact: bool,
    cells: &(dyn Fn(f64) -> Vec<f64> + Sync),
) -> ResponseModel {
    let (class_of, values): (Vec<u32>, Vec<f64>) = if exact {
        let mut values = thetas.to_vec();
        values.sort_by(f64::total_cmp);
        values.dedup();
        (thetas.iter().map(|theta| values.partition_point(|value| value < theta) as u32).collect(), values)
    } else {
        let steps: Vec<i64> = thetas.iter().map(|theta| (theta * CLASSES_PER_LOGIT).round() as i64).collect();
        let (class_of, steps) = classes(&steps);
        (class_of, steps.into_iter().map(|step| step as f64 / CLASSES_PER_LOGIT).collect())
    };
    let table: Vec<f64> = values.par_iter().flat_map_iter(|&theta| cells(theta)).collect();
    ResponseModel::from_classes(kind, &matrix.options(), class_of, table)
}

/// Given abilities in the order of the sheets.
fn abilities_of(matrix: &SheetMatrix<'_>, parameters: &StudyParameters) -> Result<Option<Vec<f64>>, StudyError> {
    let Some(given) = &parameters.abilities else { return Ok(None) };
    let found: Vec<Option<f64>> =
        matrix.sheets.iter().map(|sheet| given.get(sheet.candidate_id.as_str()).copied()).collect();
    let missing: Vec<usize> = (0..found.len()).filter(|&sheet| found[sheet].is_none()).collect();
    match missing.first() {
        Some(&first) => Err(StudyError::AbilitiesMissing {
            count: missing.len(),
            first: matrix.sheets[first].candidate_id.as_str().to_owned(),
        }),
        None => Ok(Some(found.into_iter().flatten().collect())),
    }
}

fn given_model(
    matrix: &SheetMatrix<'_>,
    kind: ModelKind,
    thetas: &[f64],
    exact: bool,
    cells: &(dyn Fn(f64) -> Vec<f64> + Sync),
) -> StudyModel {
    let exact = exact && matrix.sheets.len() <= MOST_EXACT_ABILITIES;
    let mut responses = on_classes(matrix, kind, thetas, exact, cells);
    responses.fitted_sheets = 0;
    StudyModel { responses, given: true, log_likelihood: None }
}

fn given_nominal(
    matrix: &SheetMatrix<'_>,
    rows: &[OptionParameters],
    parameters: &StudyParameters,
) -> Result<StudyModel, StudyError> {
    let (mut items, mut lost_items, mut lost_options) = (Vec::new(), Vec::new(), Vec::new());
    for item in &matrix.items {
        let own: Vec<&OptionParameters> =
            rows.iter().filter(|row| row.item.eq_ignore_ascii_case(item.item_id.as_str())).collect();
        if own.is_empty() {
            lost_items.push(item.item_id.as_str().to_owned());
            continue;
        }
        let of_label = |label: &str| own.iter().find(|row| row.option.eq_ignore_ascii_case(label));
        lost_options.extend(
            item.labels
                .iter()
                .filter(|label| of_label(label).is_none())
                .map(|label| format!("{} {label}", item.item_id.as_str())),
        );
        let found: Vec<&&OptionParameters> = item.labels.iter().filter_map(|label| of_label(label)).collect();
        items.push(NominalItem {
            slopes: found.iter().map(|row| row.slope).collect(),
            intercepts: found.iter().map(|row| row.intercept).collect(),
        });
    }
    if !lost_items.is_empty() {
        return Err(StudyError::ParametersMissing(lost_items));
    }
    if !lost_options.is_empty() {
        return Err(StudyError::OptionsMissing(lost_options));
    }
    let given = abilities_of(matrix, parameters)?;
    let exact = given.is_some();
    let thetas = given.unwrap_or_else(|| {
        let estimated = abilities(&items, &matrix.codes, &NominalSettings::default());
        estimated.into_iter().map(|(theta, _)| theta).collect()
    });
    Ok(given_model(matrix, ModelKind::Nominal, &thetas, exact, &|theta| cell_probabilities(&items, theta)))
}

fn given_logistic(
    matrix: &SheetMatrix<'_>,
    rows: &[LogisticParameters],
    parameters: &StudyParameters,
) -> Result<StudyModel, StudyError> {
    let (mut items, mut lost) = (Vec::new(), Vec::new());
    for item in &matrix.items {
        match rows.iter().find(|row| row.item.eq_ignore_ascii_case(item.item_id.as_str())) {
            Some(row) => items.push(DichotomousItem::from_difficulty(row.discrimination, row.difficulty, row.guessing)),
            None => lost.push(item.item_id.as_str().to_owned()),
        }
    }
    if !lost.is_empty() {
        return Err(StudyError::ParametersMissing(lost));
    }
    let given = abilities_of(matrix, parameters)?;
    let exact = given.is_some();
    let thetas = given.unwrap_or_else(|| {
        let mode = |sheet| posterior_mode(&items, &scored(matrix.row(sheet), &matrix.key), 1.0).0;
        (0..matrix.sheets.len()).map(mode).collect()
    });
    let all: Vec<usize> = (0..matrix.sheets.len()).collect();
    let shares = wrong_shares(matrix, &all);
    let cells = |theta: f64| logistic_cells(&items, &shares, &matrix.key, theta);
    Ok(given_model(matrix, ModelKind::Logistic, &thetas, exact, &cells))
}

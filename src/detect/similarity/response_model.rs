//! How probable each response is for each person: the null model that pairs are held against.
//!
//! Persons of nearly equal ability share one row of probabilities (a class), so that critical counts can be
//! tabulated for pairs of classes. The p-values are those of the class, in the screen and after it alike.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::psychometrics::nominal::{self, NominalSettings};
use crate::psychometrics::nominal_ability::abilities;
use crate::psychometrics::nominal_item::NominalItem;
use crate::psychometrics::wesolowsky::{probability_correct, solve_ability};
use rayon::prelude::*;

/// From this many sheets on the nominal response model is tried.
pub const NOMINAL_MINIMUM_SHEETS: usize = 500;
/// Of more sheets than this, every so many-th is enough to learn the parameters from: their sampling error is then
/// far below what the model itself leaves open.
pub const MOST_FITTED_SHEETS: usize = 20_000;
/// Classes per logit of theta: far finer than the standard error of theta, about 0.2 to 0.4.
pub(crate) const CLASSES_PER_LOGIT: f64 = 32.0;
/// Classes per score point for sheets with blanks; complete sheets have whole scores and lose nothing.
const CLASSES_PER_POINT: f64 = 4.0;
/// The log-likelihood of a form of 2,000 sheets then rises by less than about 0.2 in an iteration: far below
/// what sampling leaves open in hundreds of parameters, at half the iterations of a tolerance ten times smaller.
pub(crate) const SCREEN_TOLERANCE: f64 = 1e-6;
/// Weight, in answers, of the uniform prior on the shares of an item's wrong options.
const WRONG_SHARE_PRIOR: f64 = 1.0;

/// Which model was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// Nominal response model, marginal maximum likelihood.
    Nominal,
    /// Wesolowsky's model with smoothed shares of the wrong options, by size of the batch.
    Wesolowsky,
    /// The same, because the nominal model did not converge.
    WesolowskyAfterNominal,
    /// Two- or three-parameter model of a right response, with smoothed shares of the wrong options.
    Logistic,
    /// Rasch model of a right response, with smoothed shares of the wrong options.
    Rasch,
}

impl ModelKind {
    /// Stable name for figures and evidence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Wesolowsky | Self::WesolowskyAfterNominal => "wesolowsky",
            Self::Logistic => "logistic",
            Self::Rasch => "rasch",
        }
    }
}

/// Probabilities of all responses for all persons.
#[derive(Clone, Debug)]
pub struct ResponseModel {
    /// Which model.
    pub kind: ModelKind,
    /// Sheets that the parameters were estimated from.
    pub fitted_sheets: usize,
    /// EM iterations of a nominal model.
    pub iterations: usize,
    /// The items of a nominal model that was fitted here.
    pub nominal_items: Vec<NominalItem>,
    /// The maximised marginal log-likelihood, where there is one.
    pub log_likelihood: Option<f64>,
    /// Class of each person.
    pub class_of: Vec<u32>,
    /// First cell (item, option) of each item.
    offsets: Vec<usize>,
    cells: usize,
    /// Probability of each cell, class by class.
    table: Vec<f64>,
}

impl ResponseModel {
    /// Puts a model together from one row of cell probabilities a class (item by item, option by option).
    pub fn from_classes(kind: ModelKind, options: &[usize], class_of: Vec<u32>, table: Vec<f64>) -> Self {
        let mut offsets = Vec::with_capacity(options.len());
        let mut cells = 0;
        for &count in options {
            offsets.push(cells);
            cells += count;
        }
        Self {
            kind,
            fitted_sheets: class_of.len(),
            iterations: 0,
            nominal_items: Vec::new(),
            log_likelihood: None,
            class_of,
            offsets,
            cells,
            table,
        }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.table.len().checked_div(self.cells).unwrap_or(0)
    }

    /// Probabilities of the options of one item in one class.
    pub fn options_of(&self, class: usize, item: usize) -> &[f64] {
        let start = class * self.cells + self.offsets[item];
        let end = class * self.cells + self.offsets.get(item + 1).copied().unwrap_or(self.cells);
        &self.table[start..end]
    }

    /// Probability that two persons of these classes respond alike to an item: Σ_k P_k P′_k.
    pub fn match_probability(&self, class_a: usize, class_b: usize, item: usize) -> f64 {
        let both = self.options_of(class_a, item).iter().zip(self.options_of(class_b, item));
        both.map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0)
    }

    /// Probability that two persons of these classes both give the response `key` (1-based; 0 = none).
    pub fn correct_match_probability(&self, class_a: usize, class_b: usize, item: usize, key: u8) -> f64 {
        let keyed = |class: usize| {
            let option = usize::from(key).checked_sub(1);
            option.and_then(|option| self.options_of(class, item).get(option)).copied().unwrap_or(0.0)
        };
        keyed(class_a) * keyed(class_b)
    }

    /// The part of [`Self::match_probability`] that does not come from the option `key` (1-based; 0 = none).
    pub fn incorrect_match_probability(&self, class_a: usize, class_b: usize, item: usize, key: u8) -> f64 {
        let both = self.options_of(class_a, item).iter().zip(self.options_of(class_b, item)).enumerate();
        let wrong = both.filter(|(option, _)| option + 1 != usize::from(key));
        wrong.map(|(_, (a, b))| a * b).sum::<f64>().clamp(0.0, 1.0)
    }
}

/// Learns the model from the sheets marked in `kept`, and places every person in it.
///
/// About [`NOMINAL_MINIMUM_SHEETS`] sheets and more: the nominal response model. Fewer, or no convergence:
/// Wesolowsky's model, wrong options smoothed. `kept` shorter than the sheets keeps the rest.
pub fn estimate(matrix: &SheetMatrix<'_>, kept: &[bool]) -> ResponseModel {
    estimate_from(matrix, kept, &[])
}

/// As [`estimate`], a nominal model from the items of an earlier fit on.
pub(crate) fn estimate_from(matrix: &SheetMatrix<'_>, kept: &[bool], before: &[NominalItem]) -> ResponseModel {
    let settings = NominalSettings { relative_tolerance: SCREEN_TOLERANCE, ..NominalSettings::default() };
    estimate_with(matrix, kept, before, &settings)
}

/// As [`estimate`], with the items to start a nominal model from, where there are any, and its settings.
pub fn estimate_with(
    matrix: &SheetMatrix<'_>,
    kept: &[bool],
    before: &[NominalItem],
    settings: &NominalSettings,
) -> ResponseModel {
    let sample = calibration_sample(matrix.sheets.len(), |sheet| kept.get(sheet).copied().unwrap_or(true));
    if sample.len() < NOMINAL_MINIMUM_SHEETS {
        return wesolowsky(matrix, &sample, ModelKind::Wesolowsky);
    }
    nominal_model(matrix, &sample, before, settings)
        .unwrap_or_else(|| wesolowsky(matrix, &sample, ModelKind::WesolowskyAfterNominal))
}

/// The nominal model, learned from the sheets kept, from the items of an earlier fit on where there is one; `None` when
/// it does not converge.
pub(crate) fn nominal_model(
    matrix: &SheetMatrix<'_>,
    kept_sheets: &[usize],
    before: &[NominalItem],
    settings: &NominalSettings,
) -> Option<ResponseModel> {
    let options = matrix.options();
    let responses: Vec<u8> = kept_sheets.iter().flat_map(|&sheet| matrix.row(sheet)).copied().collect();
    let fitted = if before.is_empty() {
        let start: Vec<f64> = kept_sheets.iter().map(|&sheet| share_right(matrix.row(sheet), &matrix.key)).collect();
        nominal::fit(&responses, &options, &start, settings)
    } else {
        nominal::fit_again(&responses, before, settings)
    };
    let fitted = fitted.ok().filter(|fitted| fitted.converged)?;
    let abilities = abilities(&fitted.items, &matrix.codes, settings);
    let steps: Vec<i64> = abilities.iter().map(|(theta, _)| (theta * CLASSES_PER_LOGIT).round() as i64).collect();
    let (class_of, values) = classes(&steps);
    let table: Vec<f64> = values
        .par_iter()
        .flat_map_iter(|&step| cell_probabilities(&fitted.items, step as f64 / CLASSES_PER_LOGIT))
        .collect();
    let model = ResponseModel::from_classes(ModelKind::Nominal, &options, class_of, table);
    Some(ResponseModel {
        fitted_sheets: kept_sheets.len(),
        iterations: fitted.iterations,
        nominal_items: fitted.items,
        log_likelihood: Some(fitted.log_likelihood),
        ..model
    })
}

/// Those kept among [`MOST_FITTED_SHEETS`] of all sheets, evenly spaced in their order; every one of fewer sheets.
///
/// The sample does not depend on what is kept, so leaving out sheets that are not in it changes no estimate.
pub(crate) fn calibration_sample(sheets: usize, kept: impl Fn(usize) -> bool) -> Vec<usize> {
    let wanted = sheets.min(MOST_FITTED_SHEETS);
    (0..wanted).map(|place| place * sheets / wanted).filter(|&sheet| kept(sheet)).collect()
}

/// Probabilities of all cells at one theta.
pub fn cell_probabilities(items: &[NominalItem], theta: f64) -> Vec<f64> {
    let mut cells = Vec::new();
    for item in items {
        let start = cells.len();
        cells.resize(start + item.slopes.len(), 0.0);
        item.probabilities_into(theta, &mut cells[start..]);
    }
    cells
}

pub(crate) fn wesolowsky(matrix: &SheetMatrix<'_>, kept_sheets: &[usize], kind: ModelKind) -> ResponseModel {
    let options = matrix.options();
    let mut counts: Vec<Vec<f64>> = options.iter().map(|&count| vec![0.0; count]).collect();
    for &sheet in kept_sheets {
        for (code, counts) in matrix.row(sheet).iter().zip(&mut counts) {
            if let Some(count) = usize::from(*code).checked_sub(1).and_then(|option| counts.get_mut(option)) {
                *count += 1.0;
            }
        }
    }
    let keyed: Vec<Option<usize>> = matrix.key.iter().map(|key| usize::from(*key).checked_sub(1)).collect();
    let proportions: Vec<f64> = counts
        .iter()
        .zip(&keyed)
        .map(|(counts, key)| {
            let right = key.and_then(|key| counts.get(key)).copied().unwrap_or(0.0);
            // Half an answer each way: an item that all of a small batch got right is not sure to be.
            (right + 0.5) / (counts.iter().sum::<f64>() + 1.0)
        })
        .collect();
    let expected_score = |ability: f64| proportions.iter().map(|&r| probability_correct(r, ability)).sum::<f64>();
    let steps: Vec<i64> = (0..matrix.sheets.len())
        .map(|sheet| {
            let row = matrix.row(sheet);
            let right = row.iter().zip(&matrix.key).filter(|(code, key)| **code > 0 && code == key).count();
            let score = if row.iter().all(|code| *code > 0) {
                right as f64
            } else {
                let answered = row.iter().zip(&proportions).filter(|(code, _)| **code > 0);
                let answered: Vec<f64> = answered.map(|(_, proportion)| *proportion).collect();
                expected_score(solve_ability(&answered, right as f64))
            };
            (score * CLASSES_PER_POINT).round() as i64
        })
        .collect();
    let (class_of, values) = classes(&steps);
    let shares: Vec<Vec<f64>> =
        counts.iter().zip(&keyed).map(|(counts, key)| smoothed_wrong_shares(counts, *key)).collect();
    let table: Vec<f64> = values
        .par_iter()
        .flat_map_iter(|&step| {
            let ability = solve_ability(&proportions, step as f64 / CLASSES_PER_POINT);
            let mut cells = Vec::new();
            for ((shares, key), &r) in shares.iter().zip(&keyed).zip(&proportions) {
                let right = probability_correct(r, ability);
                cells.extend(
                    shares.iter().enumerate().map(
                        |(option, share)| {
                            if Some(option) == *key { right } else { (1.0 - right) * share }
                        },
                    ),
                );
            }
            cells
        })
        .collect();
    let model = ResponseModel::from_classes(kind, &options, class_of, table);
    ResponseModel { fitted_sheets: kept_sheets.len(), ..model }
}

/// Shares of the wrong options among wrong answers, pulled a little towards equality.
///
/// **Input**: answers counted by option; the keyed option (0-based), `None` without.
///
/// **Formula**: w_k = (n_k + κ/K) / (n + κ) over the K wrong options, κ = 1 answer.
///
/// **Returns**: one share an option, summing to one over the wrong ones; 0 for the keyed option.
///
/// **Example**
/// ```
/// use kaojian::detect::similarity::response_model::smoothed_wrong_shares;
/// assert_eq!(smoothed_wrong_shares(&[9.0, 1.0, 0.0], Some(0)), [0.0, 0.75, 0.25]);
/// ```
pub fn smoothed_wrong_shares(counts: &[f64], key: Option<usize>) -> Vec<f64> {
    let is_wrong = |option: usize| Some(option) != key;
    let wrong_options = (0..counts.len()).filter(|&option| is_wrong(option)).count().max(1) as f64;
    let wrong: f64 = counts.iter().enumerate().filter(|(option, _)| is_wrong(*option)).map(|(_, count)| count).sum();
    counts
        .iter()
        .enumerate()
        .map(|(option, count)| {
            let share = (count + WRONG_SHARE_PRIOR / wrong_options) / (wrong + WRONG_SHARE_PRIOR);
            if is_wrong(option) { share } else { 0.0 }
        })
        .collect()
}

/// Classes in ascending order of their step, and the class of each person.
pub(crate) fn classes(steps: &[i64]) -> (Vec<u32>, Vec<i64>) {
    let mut values = steps.to_vec();
    values.sort_unstable();
    values.dedup();
    let class_of = steps.iter().map(|step| values.partition_point(|value| value < step) as u32).collect();
    (class_of, values)
}

fn share_right(row: &[u8], key: &[u8]) -> f64 {
    let answered = row.iter().filter(|code| **code > 0).count().max(1);
    let right = row.iter().zip(key).filter(|(code, key)| **code > 0 && code == key).count();
    right as f64 / answered as f64
}

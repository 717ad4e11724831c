//! How often an honest batch like this one would show a pair as extreme: simulated from the fitted model, its
//! parameters estimated again each time.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::response_model::ResponseModel;
use crate::detect::similarity::screen::retained_pairs;
use crate::detect::similarity::study_model::study_model;
use crate::detect::similarity::study_parameters::StudyParameters;
use crate::kernels::dispatch::Path;
use crate::model::progress::{Progress, Silent};
use crate::stats::intervals::clopper_pearson;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Confidence of the interval.
const CONFIDENCE: f64 = 0.95;

/// Rate of batches with a false flag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FalseFlags {
    /// Batches simulated and fitted.
    pub batches: u32,
    /// Batches whose smallest p-value is at or below level / pairs, Holm's first step.
    pub with_false_flag: u32,
    /// Exact 95 % interval of the rate.
    pub interval: (f64, f64),
    /// The level-quantile of the smallest p-value, log10: the threshold a pair would have to pass for the family-wise
    /// rate to be the level; `None` when there are too few batches for it.
    pub calibrated_log10_p: Option<f64>,
}

/// Parametric bootstrap of the smallest p-value over all pairs; `None` when none was asked for.
///
/// **Formula**: in each batch every person answers every item they answered, from the fitted model at their ability; the model is
/// fitted to it as to the real batch, and its smallest GBT p-value is kept. A given model is used as given.
///
/// **Reference**: Efron, B. & Tibshirani, R. J. (1993). An introduction to the bootstrap, chapter 16.
pub fn false_flags(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    parameters: &StudyParameters,
    progress: &dyn Progress,
) -> Option<FalseFlags> {
    if parameters.bootstrap == 0 {
        return None;
    }
    progress.begin("bootstrap", u64::from(parameters.bootstrap));
    let sheets = matrix.sheets.len() as f64;
    let pairs = sheets * (sheets - 1.0) / 2.0;
    let mut smallest = Vec::new();
    for batch in 0..parameters.bootstrap {
        let simulated = simulated(matrix, model, parameters.seed.wrapping_add(u64::from(batch) << 20));
        progress.advance(1);
        let Ok(fitted) = study_model(&simulated, &[], &[], parameters) else { continue };
        // Some pair out of all is below one over their number about two times in three; none at all counts as one.
        let retention = (10.0 / pairs).min(1.0);
        let path = Path::fastest();
        let retained =
            retained_pairs(&simulated, &fitted.responses, parameters.minimum_items, retention, path, &Silent);
        smallest.push(retained.iter().map(|pair| pair.gbt.log10).reduce(f64::min).unwrap_or(0.0));
    }
    smallest.sort_by(f64::total_cmp);
    let batches = smallest.len() as u32;
    let criterion = (parameters.significance_level / pairs).log10();
    let with_false_flag = smallest.iter().filter(|log10| **log10 <= criterion).count() as u32;
    // The k-th smallest of B is passed by a new honest batch with a chance of k/(B + 1).
    let rank = (parameters.significance_level * f64::from(batches + 1)).floor() as usize;
    Some(FalseFlags {
        batches,
        with_false_flag,
        interval: clopper_pearson(u64::from(with_false_flag), u64::from(batches), CONFIDENCE),
        calibrated_log10_p: rank.checked_sub(1).and_then(|place| smallest.get(place)).copied(),
    })
}

/// A batch from the model, blank where the real one is.
fn simulated<'a>(matrix: &SheetMatrix<'a>, model: &ResponseModel, seed: u64) -> SheetMatrix<'a> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = matrix.clone();
    let width = matrix.items.len();
    for (place, code) in drawn.codes.iter_mut().enumerate() {
        if *code == 0 {
            continue;
        }
        let options = model.options_of(model.class_of[place / width] as usize, place % width);
        let mut left: f64 = random.random();
        let chosen = options.iter().position(|p| {
            left -= p;
            left < 0.0
        });
        *code = u8::try_from(chosen.unwrap_or(options.len().saturating_sub(1)) + 1).unwrap_or(*code);
    }
    drawn
}

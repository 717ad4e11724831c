//! One form from sheets to judged pairs: model, screen, significance, refit without the flagged, clusters.

use crate::detect::parameters::SimilarityParameters;
use crate::detect::similarity::calibration::calibration_points;
use crate::detect::similarity::crowds::equal_pairs;
use crate::detect::similarity::grouping::FormGroup;
use crate::detect::similarity::matrix::{SheetMatrix, build};
use crate::detect::similarity::pair_clusters::PairClusters;
use crate::detect::similarity::pair_family::pairs_compared;
use crate::detect::similarity::pair_tails::{gbt, identical_incorrect};
use crate::detect::similarity::response_model::{ResponseModel, estimate};
use crate::detect::similarity::screen::retained_pairs;
use crate::detect::similarity::screening::RetainedPair;
use crate::kernels::dispatch::Path;
use crate::kernels::plain::compare;
use crate::model::answer::AnswerTable;
use crate::model::evidence::CalibrationPoint;
use crate::model::ids::FormId;
use crate::model::progress::{Progress, Silent};
use crate::stats::multiplicity::holm_in_family;
use crate::stats::tail::Tail;
use std::collections::BTreeMap;

/// A flag needs identical *wrong* responses that are themselves this improbable (one pair, not adjusted): two
/// able persons agree on right answers without any other cause, and no model makes that evidence.
pub const INCORRECT_EVIDENCE_LEVEL: f64 = 0.05;
/// From this many sheets on the model can say that identical sheets are to be expected by chance.
pub const MODEL_SPEAKS_MINIMUM_SHEETS: usize = 20;
/// So many identical wrong responses, and no other difference, do not come about among honest sheets; short of it,
/// equal sheets of an easy or short test are part of what the model has to learn.
const MANY_WRONG: usize = 8;
/// Pairs expected to be retained when nothing is wrong: enough to see the tail, few enough to be cheap.
pub(super) const PAIRS_RETAINED_BY_CHANCE: f64 = 100.0;

/// A pair that is flagged or identical.
#[derive(Clone, Debug)]
pub struct JudgedPair {
    /// Which sheets, what was counted, the exact tail.
    pub pair: RetainedPair,
    /// Holm-adjusted over all pairs compared.
    pub adjusted_p_value: f64,
    /// Tail of the identical incorrect responses.
    pub incorrect: Tail,
    /// Past its criterion.
    pub flagged: bool,
    /// The same in every response and blank, and not right throughout.
    pub identical: bool,
    /// Identical, but the model expects that among so many pairs.
    pub identical_by_chance: bool,
    /// Both sheets carry the same candidate number in the same batch.
    pub same_candidate: bool,
    /// Number of the cluster, 1-based.
    pub cluster: u32,
}

/// What was found in one form.
#[derive(Clone, Debug)]
pub struct FormAnalysis<'a> {
    /// The form, when the data name one.
    pub form_id: Option<FormId>,
    /// Sheets, items, codes.
    pub matrix: SheetMatrix<'a>,
    /// The null model; `None` when there is no pair to compare.
    pub model: Option<ResponseModel>,
    /// The family: all pairs with enough common items.
    pub pairs_compared: u64,
    /// Flagged and identical pairs, most extreme first.
    pub pairs: Vec<JudgedPair>,
    /// Pairs whose GBT is significant only through right answers.
    pub pairs_without_incorrect_evidence: u64,
    /// Smallest log10 p-value; `None` when all are above the screening level.
    pub smallest_log10_p_value: Option<f64>,
    /// Observed against expected.
    pub calibration: Vec<CalibrationPoint>,
}

/// Compares all pairs of sheets of one form.
///
/// The model is fitted (of equal sheets with many wrong responses on the first only), pairs are judged; when some are flagged the model is fitted once more without them (one
/// sheet of each cluster stays, so that what it shares with nobody else still counts), and all pairs are judged
/// again: this second judgment is returned.
pub fn analyse<'a>(
    group: &FormGroup<'a>,
    answers: &AnswerTable,
    parameters: &SimilarityParameters,
    progress: &dyn Progress,
) -> FormAnalysis<'a> {
    let matrix = build(group, answers, parameters.minimum_items);
    let family = pairs_compared(&matrix, parameters.minimum_items);
    if family == 0 {
        progress.advance(group.sheets.len() as u64);
        return FormAnalysis {
            form_id: group.form_id.clone(),
            matrix,
            model: None,
            pairs_compared: 0,
            pairs: Vec::new(),
            pairs_without_incorrect_evidence: 0,
            smallest_log10_p_value: None,
            calibration: Vec::new(),
        };
    }
    let first_of_equals = first_of_equals(&matrix);
    let mut model = estimate(&matrix, &first_of_equals);
    let mut judged = judge(&matrix, &model, family, parameters, progress);
    if judged.pairs.iter().any(|pair| pair.flagged) {
        let flagged = judged.pairs.iter().filter(|pair| pair.flagged).map(|pair| (pair.pair.a, pair.pair.b));
        let kept: Vec<bool> = PairClusters::new(matrix.sheets.len(), flagged)
            .one_of_each()
            .into_iter()
            .zip(first_of_equals)
            .map(|(of_cluster, of_equals)| of_cluster && of_equals)
            .collect();
        model = estimate(&matrix, &kept);
        judged = judge(&matrix, &model, family, parameters, &Silent);
    }
    progress.advance(matrix.exclusions.len() as u64);
    let calibration = calibration_points(&matrix, &model, parameters.minimum_items, &judged.retained, judged.retention);
    FormAnalysis {
        form_id: group.form_id.clone(),
        pairs_compared: family,
        smallest_log10_p_value: judged.retained.iter().map(|pair| pair.gbt.log10).reduce(f64::min),
        pairs: judged.pairs,
        pairs_without_incorrect_evidence: judged.without_incorrect_evidence,
        calibration,
        model: Some(model),
        matrix,
    }
}

/// Which sheets the first model may learn from: of sheets that are all the same, with many wrong responses, only the
/// first. Hundreds of copies of one sheet would otherwise teach the model that such sheets are common.
fn first_of_equals(matrix: &SheetMatrix<'_>) -> Vec<bool> {
    let mut kept = vec![true; matrix.sheets.len()];
    for (_, later) in equal_pairs(matrix) {
        let row = matrix.row(later).iter().zip(&matrix.key);
        if row.filter(|(code, key)| **code > 0 && code != key).count() >= MANY_WRONG {
            kept[later] = false;
        }
    }
    kept
}

struct Judged {
    pairs: Vec<JudgedPair>,
    retained: Vec<RetainedPair>,
    retention: f64,
    without_incorrect_evidence: u64,
}

fn judge(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    family: u64,
    parameters: &SimilarityParameters,
    progress: &dyn Progress,
) -> Judged {
    let level = parameters.significance_level;
    let mut retention = level.min(PAIRS_RETAINED_BY_CHANCE / family as f64);
    let minimum_items = parameters.minimum_items;
    let mut retained = retained_pairs(matrix, model, minimum_items, retention, Path::fastest(), progress);
    let adjust = |retained: &[RetainedPair]| {
        let p_values: Vec<f64> = retained.iter().map(|pair| pair.gbt.probability).collect();
        holm_in_family(&p_values, family)
    };
    let mut adjusted = adjust(&retained);
    let significant = adjusted.iter().filter(|p| **p <= level).count() as u64;
    // Holm's next step would test at level / (family − significant): all p-values up to there must be at hand.
    if level / family.saturating_sub(significant).max(1) as f64 > retention {
        retention = level;
        retained = retained_pairs(matrix, model, minimum_items, retention, Path::fastest(), &Silent);
        adjusted = adjust(&retained);
    }
    let mut without_incorrect_evidence = 0;
    let mut found: BTreeMap<(usize, usize), JudgedPair> = BTreeMap::new();
    for (pair, adjusted_p_value) in retained.iter().zip(adjusted).filter(|(_, adjusted)| *adjusted <= level) {
        let incorrect = identical_incorrect(matrix, model, pair.a, pair.b, pair.counts.matches_incorrect);
        if incorrect.probability > INCORRECT_EVIDENCE_LEVEL {
            without_incorrect_evidence += 1;
            continue;
        }
        found.insert((pair.a, pair.b), judged(matrix, *pair, adjusted_p_value, incorrect, true));
    }
    for (a, b) in equal_pairs(matrix) {
        let entry = found.entry((a, b)).or_insert_with(|| {
            let counts = compare(matrix.row(a), matrix.row(b), &matrix.key);
            let gbt = gbt(matrix, model, a, b, counts.matches);
            let incorrect = identical_incorrect(matrix, model, a, b, counts.matches_incorrect);
            // A lower bound of Holm's value for a pair that may not be among the retained.
            let adjusted = (gbt.probability * family.saturating_sub(significant) as f64).min(1.0);
            let p_value = gbt.probability;
            judged(matrix, RetainedPair { a, b, counts, gbt, p_value }, adjusted, incorrect, false)
        });
        entry.identical = true;
        entry.identical_by_chance = !entry.same_candidate
            && matrix.sheets.len() >= MODEL_SPEAKS_MINIMUM_SHEETS
            && entry.adjusted_p_value > level;
    }
    let mut pairs: Vec<JudgedPair> = found.into_values().collect();
    pairs.sort_by(|x, y| {
        let place = |pair: &JudgedPair| (pair.pair.a, pair.pair.b);
        x.pair.gbt.log10.total_cmp(&y.pair.gbt.log10).then(place(x).cmp(&place(y)))
    });
    number_clusters(matrix.sheets.len(), &mut pairs);
    Judged { pairs, retained, retention, without_incorrect_evidence }
}

fn judged(
    matrix: &SheetMatrix<'_>,
    pair: RetainedPair,
    adjusted_p_value: f64,
    incorrect: Tail,
    flagged: bool,
) -> JudgedPair {
    let (a, b) = (matrix.sheets[pair.a], matrix.sheets[pair.b]);
    JudgedPair {
        pair,
        adjusted_p_value,
        incorrect,
        flagged,
        identical: false,
        identical_by_chance: false,
        same_candidate: a.batch_id == b.batch_id && a.candidate_id == b.candidate_id,
        cluster: 0,
    }
}

/// Numbers the clusters by their most extreme pair.
fn number_clusters(sheets: usize, pairs: &mut [JudgedPair]) {
    let clusters = PairClusters::new(sheets, pairs.iter().map(|pair| (pair.pair.a, pair.pair.b)));
    let numbers = clusters.numbers(pairs.iter().map(|pair| pair.pair.a));
    for (pair, number) in pairs.iter_mut().zip(numbers) {
        pair.cluster = number;
    }
}

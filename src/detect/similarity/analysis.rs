//! One form from sheets to judged pairs: model, screen, significance, refit without the flagged, clusters.

use crate::detect::parameters::SimilarityParameters;
use crate::detect::similarity::calibration::{calibration_points, sampled_pairs};
use crate::detect::similarity::cluster_kinds::{Cluster, cluster_of, clusters};
use crate::detect::similarity::control_pairs::ControlPairs;
use crate::detect::similarity::crowds::equal_pairs;
use crate::detect::similarity::flag_rule::{FlagRule, FlaggedPair, flagged, has_incorrect_evidence};
use crate::detect::similarity::grouping::FormGroup;
use crate::detect::similarity::matrix::{SheetMatrix, build};
use crate::detect::similarity::pair_clusters::PairClusters;
use crate::detect::similarity::pair_family::pairs_compared;
use crate::detect::similarity::pair_tails::{gbt, identical_incorrect};
use crate::detect::similarity::places::{PlaceTests, flagged_by_place};
use crate::detect::similarity::response_model::{ResponseModel, calibration_sample, estimate};
use crate::detect::similarity::screening::{RetainedPair, ScreenStatistic};
use crate::detect::similarity::significance::{Control, Family, Screened};
use crate::kernels::plain::compare;
use crate::model::answer::AnswerTable;
use crate::model::ids::FormId;
use crate::model::progress::{Progress, Silent};
use crate::model::similarity_evidence::CalibrationPoint;
use crate::stats::tail::Tail;
use std::collections::BTreeMap;

/// From this many sheets on the model can say that identical sheets are to be expected by chance.
pub const MODEL_SPEAKS_MINIMUM_SHEETS: usize = 20;
/// So many identical wrong responses, and no other difference, do not come about among honest sheets; short of it,
/// equal sheets of an easy or short test are part of what the model has to learn.
const MANY_WRONG: usize = 8;

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
    /// What the clusters of flagged pairs look like.
    pub clusters: Vec<Cluster>,
    /// Whether flagged pairs crowd in rooms, where rooms are known and pairs are flagged.
    pub places: Option<PlaceTests>,
    /// Pairs of different rooms.
    pub control: Option<ControlPairs>,
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
    seed: u64,
    progress: &dyn Progress,
) -> FormAnalysis<'a> {
    let matrix = build(group, answers, parameters.minimum_items);
    let family = Family {
        pairs: pairs_compared(&matrix, parameters.minimum_items),
        level: parameters.significance_level,
        control: Control::Holm,
        minimum_items: parameters.minimum_items,
    };
    if family.pairs == 0 {
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
            clusters: Vec::new(),
            places: None,
            control: None,
        };
    }
    let first_of_equals = first_of_equals(&matrix);
    let mut model = estimate(&matrix, &first_of_equals);
    let mut judged = judge(&matrix, &model, &family, parameters.rule, progress);
    if judged.pairs.iter().any(|pair| pair.flagged) {
        let flagged = judged.pairs.iter().filter(|pair| pair.flagged).map(|pair| (pair.pair.a, pair.pair.b));
        let kept: Vec<bool> = PairClusters::new(matrix.sheets.len(), flagged)
            .one_of_each()
            .into_iter()
            .zip(&first_of_equals)
            .map(|(of_cluster, of_equals)| of_cluster && *of_equals)
            .collect();
        let sample = |kept: &[bool]| calibration_sample(kept.len(), |sheet| kept[sheet]);
        // From the same sheets the same model would be learned, and the same pairs found.
        if sample(&kept) != sample(&first_of_equals) {
            model = estimate(&matrix, &kept);
            judged = judge(&matrix, &model, &family, parameters.rule, &Silent);
        }
    }
    progress.advance(matrix.exclusions.len() as u64);
    let first = judged.first.as_ref();
    let sample = first.map(|first| sampled_pairs(&matrix, &model, first.statistic, parameters.minimum_items));
    let sample = sample.unwrap_or_default();
    let calibration = first.map(|first| calibration_points(&matrix, first, &sample));
    let control = first.and_then(|first| ControlPairs::new(&matrix, first, &sample));
    FormAnalysis {
        form_id: group.form_id.clone(),
        pairs_compared: family.pairs,
        smallest_log10_p_value: first
            .and_then(|first| first.retained.iter().map(|(pair, _)| pair.gbt.log10).reduce(f64::min)),
        clusters: judged.clusters,
        places: flagged_by_place(&matrix, &judged.flags, seed),
        control,
        pairs: judged.pairs,
        pairs_without_incorrect_evidence: judged.without_incorrect_evidence,
        calibration: calibration.unwrap_or_default(),
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
    clusters: Vec<Cluster>,
    flags: Vec<FlaggedPair>,
    /// What the first statistic of the rule says.
    first: Option<Screened>,
    without_incorrect_evidence: u64,
}

fn judge(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    family: &Family,
    rule: FlagRule,
    progress: &dyn Progress,
) -> Judged {
    let level = family.level;
    let screened: Vec<Screened> = rule
        .statistics(ScreenStatistic::Identical)
        .into_iter()
        .enumerate()
        .map(|(place, statistic)| {
            let progress = if place == 0 { progress } else { &Silent };
            family.screened(matrix, model, statistic, progress)
        })
        .collect();
    let flags = flagged(matrix, model, &screened, rule, level);
    let mut found: BTreeMap<(usize, usize), JudgedPair> = BTreeMap::new();
    for flag in &flags {
        let pair = flag.pair;
        let incorrect = identical_incorrect(matrix, model, pair.a, pair.b, pair.counts.matches_incorrect);
        found.insert((pair.a, pair.b), judged(matrix, pair, flag.adjusted_p_value, incorrect, true));
    }
    let first = screened.into_iter().next();
    let significant = first.iter().flat_map(|first| first.significant(level)).count() as u64;
    let without_incorrect_evidence = first
        .iter()
        .flat_map(|first| first.significant(level))
        .filter(|(pair, _)| !has_incorrect_evidence(matrix, model, pair))
        .count() as u64;
    for (a, b) in equal_pairs(matrix) {
        let entry = found.entry((a, b)).or_insert_with(|| {
            let counts = compare(matrix.row(a), matrix.row(b), &matrix.key);
            let gbt = gbt(matrix, model, a, b, counts.matches);
            let incorrect = identical_incorrect(matrix, model, a, b, counts.matches_incorrect);
            // A lower bound of Holm's value for a pair that may not be among the retained.
            let adjusted = (gbt.probability * family.pairs.saturating_sub(significant) as f64).min(1.0);
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
    let clusters = clusters(matrix, &flags);
    number_clusters(matrix.sheets.len(), &clusters, &mut pairs);
    Judged { pairs, clusters, flags, first, without_incorrect_evidence }
}

pub(super) fn judged(
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

/// Gives each pair the number of its cluster of flagged pairs; equal sheets of no such cluster are numbered after them, by
/// their most extreme pair.
fn number_clusters(sheets: usize, clusters: &[Cluster], pairs: &mut [JudgedPair]) {
    let flagged = cluster_of(clusters);
    let of_pair = |pair: &JudgedPair| {
        [pair.pair.a, pair.pair.b].into_iter().filter_map(|sheet| flagged.get(&sheet)).min().copied()
    };
    let mut others: Vec<&mut JudgedPair> = Vec::new();
    for pair in pairs {
        match of_pair(pair) {
            Some(number) => pair.cluster = number,
            None => others.push(pair),
        }
    }
    let components = PairClusters::new(sheets, others.iter().map(|pair| (pair.pair.a, pair.pair.b)));
    let numbers = components.numbers(others.iter().map(|pair| pair.pair.a));
    for (pair, number) in others.into_iter().zip(numbers) {
        pair.cluster = number + clusters.len() as u32;
    }
}

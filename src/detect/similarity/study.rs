//! A study of one form's responses: every index asked for, for the pairs asked for, from one model.

use crate::detect::similarity::analysis::{FormAnalysis, JudgedPair, judged};
use crate::detect::similarity::bootstrap::{FalseFlags, false_flags};
use crate::detect::similarity::calibration::{calibration_points, sampled_pairs};
use crate::detect::similarity::cluster_kinds::{Cluster, cluster_of, clusters};
use crate::detect::similarity::control_pairs::ControlPairs;
use crate::detect::similarity::evidence::similarity_group;
use crate::detect::similarity::flag_rule::{FlaggedPair, flagged};
use crate::detect::similarity::grouping::FormGroup;
use crate::detect::similarity::matrix::{SheetMatrix, build};
use crate::detect::similarity::pair_clusters::PairClusters;
use crate::detect::similarity::pair_family::pairs_compared;
use crate::detect::similarity::pair_tails::identical_incorrect;
use crate::detect::similarity::places::flagged_by_place;
use crate::detect::similarity::response_model::{ModelKind, ResponseModel, calibration_sample, wesolowsky};
use crate::detect::similarity::significance::{Family, Screened};
use crate::detect::similarity::study_model::{StudyModel, study_model};
use crate::detect::similarity::study_parameters::{Blanks, Index, PairChoice, StudyError, StudyParameters};
use crate::detect::similarity::study_scores::{Basis, ScoredPair, pair_table};
use crate::detect::similarity::study_tables::{cluster_table, option_table, place_table};
use crate::kernels::plain::compare;
use crate::model::answer::AnswerTable;
use crate::model::evidence::SimilarityGroup;
use crate::model::form::FormItem;
use crate::model::pair_table::PairTable;
use crate::model::progress::Progress;
use crate::model::text::Bilingual;
use std::collections::BTreeMap;

/// More pairs than this are not put out as one table.
const MOST_PAIRS: u64 = 20_000_000;
/// Flagged pairs that a report holds with both answer strings.
const MOST_PAIRS_IN_REPORT: usize = 500;
/// What a study found.
#[derive(Clone, Debug)]
pub struct Study {
    /// One row a pair.
    pub table: PairTable,
    /// Sheets compared.
    pub sheets: usize,
    /// Items compared.
    pub items: usize,
    /// The family of the multiplicity control.
    pub pairs_compared: u64,
    /// Pairs past the criterion.
    pub flagged: usize,
    /// Clusters of flagged pairs.
    pub clusters: usize,
    /// One row a person of a cluster.
    pub cluster_table: PairTable,
    /// One row a group, where groups are known and pairs are flagged.
    pub place_table: PairTable,
    /// One row an option of a fitted nominal model, when asked for.
    pub option_table: PairTable,
    /// Stable name of the response model.
    pub model: &'static str,
    /// Sheets that its parameters were estimated from; 0 when they were given.
    pub fitted_sheets: usize,
    /// Iterations until it converged, where it was fitted by iteration.
    pub iterations: usize,
    /// Its marginal log-likelihood, where it was maximised here.
    pub log_likelihood: Option<f64>,
    /// Persons not compared, with the reason.
    pub exclusions: Vec<(String, Bilingual)>,
    /// What the bootstrap says, when one was asked for.
    pub false_flags: Option<FalseFlags>,
    /// What a report is drawn from.
    pub evidence: SimilarityGroup,
}

/// Compares the sheets of one form.
///
/// The model is fitted, pairs are judged by GBT, and when some are flagged a fitted model is fitted once more with one sheet
/// of each cluster, and all are judged again. A flag needs identical wrong responses beyond chance beside the GBT.
///
/// **Input**: one row an item with its key; sheets in any order.
///
/// **Returns**: pairs in the order asked for (listed pairs), else by place; flagged pairs most extreme first.
///
/// # Errors
/// [`StudyError`].
pub fn study(
    answers: &AnswerTable,
    form_items: &[FormItem],
    parameters: &StudyParameters,
    progress: &dyn Progress,
) -> Result<Study, StudyError> {
    let level = parameters.significance_level;
    if !(level > 0.0 && level < 1.0) {
        return Err(StudyError::Level(level));
    }
    let group =
        FormGroup { form_id: None, form_items: form_items.iter().collect(), sheets: answers.sheets.iter().collect() };
    let mut matrix = build(&group, answers, parameters.minimum_items);
    if parameters.blanks == Blanks::Option {
        matrix.blanks_as_option();
    }
    if matrix.sheets.len() < 2 {
        return Err(StudyError::TooFewSheets);
    }
    if !matrix.key_given {
        return Err(StudyError::KeyFitsNothing);
    }
    let listed = listed_pairs(&matrix, &parameters.pairs)?;
    let family = match &listed {
        Some(pairs) => pairs.iter().filter(|(a, b)| enough(&matrix, *a, *b, parameters.minimum_items)).count() as u64,
        None => pairs_compared(&matrix, parameters.minimum_items),
    };
    if family == 0 {
        return Err(StudyError::TooFewSheets);
    }
    if parameters.pairs == PairChoice::All && family > MOST_PAIRS {
        return Err(StudyError::TooManyPairs { pairs: family });
    }
    progress.begin("similarity", matrix.sheets.len() as u64);
    let family = Family { pairs: family, level, control: parameters.control, minimum_items: parameters.minimum_items };
    let look = |model: &ResponseModel| -> Vec<Screened> {
        let statistics = parameters.rule.statistics(parameters.statistic).into_iter();
        let of_one = |statistic| match &listed {
            Some(pairs) => family.listed(&matrix, model, statistic, pairs),
            None => family.screened(&matrix, model, statistic, progress),
        };
        statistics.map(of_one).collect()
    };
    let mut model = study_model(&matrix, &[], &[], parameters)?;
    let mut screened = look(&model.responses);
    let mut flags = flagged(&matrix, &model.responses, &screened, parameters.rule, level);
    let mut learned_from: Vec<bool> = Vec::new();
    let kept = one_of_each_cluster(&matrix, &flags);
    if !model.given && learns_from(&kept) < learns_from(&vec![true; kept.len()]) {
        model = study_model(&matrix, &kept, &model.responses.nominal_items, parameters)?;
        let again = screened.iter().map(|before| before.again(&matrix, &model.responses, &family)).collect();
        screened = Option::<Vec<Screened>>::unwrap_or_else(again, || look(&model.responses));
        flags = flagged(&matrix, &model.responses, &screened, parameters.rule, level);
        learned_from = kept;
    }
    let own = wesolowsky_model(&matrix, &model, &flags, parameters);
    let clusters = clusters(&matrix, &flags);
    let first = screened.first();
    let sample = first
        .map(|first| sampled_pairs(&matrix, &model.responses, first.statistic, parameters.minimum_items))
        .unwrap_or_default();
    let control = first.and_then(|first| ControlPairs::new(&matrix, first, &sample));
    let basis = Basis {
        matrix: &matrix,
        model: &model.responses,
        wesolowsky: own.as_ref(),
        indices: &parameters.indices,
        clusters: &clusters,
        first,
        control: control.as_ref(),
    };
    let table = pair_table(&basis, &scored_pairs(&matrix, &flags, &clusters, listed.as_deref(), &parameters.pairs));
    let places = flagged_by_place(&matrix, &flags, parameters.seed);
    let false_flags = false_flags(&matrix, &model.responses, parameters, progress);
    progress.finish();
    let calibration = first.map(|first| calibration_points(&matrix, first, &sample));
    let exclusions = matrix
        .exclusions
        .iter()
        .map(|(sheet, reason)| (sheet.candidate_id.as_str().to_owned(), reason.clone()))
        .collect();
    let cluster_table = cluster_table(&matrix, &clusters, &flags);
    let option_table = if parameters.with_options {
        option_table(&matrix, &model.responses, &learned_from)
    } else {
        PairTable::default()
    };
    let place_table = places.as_ref().map(place_table).unwrap_or_default();
    let (sheets, items, log_likelihood) = (matrix.sheets.len(), matrix.items.len(), model.log_likelihood);
    let (kind, iterations, fitted_sheets) =
        (model.responses.kind.as_str(), model.responses.iterations, model.responses.fitted_sheets);
    let cluster_of = cluster_of(&clusters);
    let analysis = FormAnalysis {
        form_id: None,
        pairs: flags.iter().map(|flag| flagged_pair(&matrix, &model.responses, flag, &cluster_of)).collect(),
        pairs_compared: family.pairs,
        pairs_without_incorrect_evidence: 0,
        smallest_log10_p_value: None,
        calibration: calibration.unwrap_or_default(),
        clusters,
        places,
        control,
        model: Some(model.responses),
        matrix,
    };
    Ok(Study {
        table,
        sheets,
        items,
        pairs_compared: family.pairs,
        flagged: flags.len(),
        clusters: analysis.clusters.len(),
        cluster_table,
        place_table,
        option_table,
        model: kind,
        fitted_sheets,
        iterations,
        log_likelihood,
        exclusions,
        false_flags,
        evidence: similarity_group(&analysis, parameters.rule, level, MOST_PAIRS_IN_REPORT),
    })
}

/// A flagged pair as the report tells it.
fn flagged_pair(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    flag: &FlaggedPair,
    cluster_of: &BTreeMap<usize, u32>,
) -> JudgedPair {
    let pair = flag.pair;
    let incorrect = identical_incorrect(matrix, model, pair.a, pair.b, pair.counts.matches_incorrect);
    JudgedPair {
        identical: matrix.row(pair.a) == matrix.row(pair.b),
        cluster: cluster_of.get(&pair.a).copied().unwrap_or(0),
        ..judged(matrix, pair, flag.adjusted_p_value, incorrect, true)
    }
}

/// Places of the listed persons; `None` when no list was given.
fn listed_pairs(matrix: &SheetMatrix<'_>, choice: &PairChoice) -> Result<Option<Vec<(usize, usize)>>, StudyError> {
    let PairChoice::Listed(pairs) = choice else { return Ok(None) };
    let places: BTreeMap<&str, usize> =
        matrix.sheets.iter().enumerate().map(|(place, sheet)| (sheet.candidate_id.as_str(), place)).collect();
    let mut found = Vec::with_capacity(pairs.len());
    for (row, (a, b)) in pairs.iter().enumerate() {
        let unknown = |person: &str| StudyError::UnknownPerson { row: row + 1, person: person.to_owned() };
        let place = |person: &str| places.get(person).copied().ok_or_else(|| unknown(person));
        if a == b {
            return Err(unknown(a));
        }
        found.push((place(a)?, place(b)?));
    }
    Ok(Some(found))
}

fn enough(matrix: &SheetMatrix<'_>, a: usize, b: usize, minimum_items: u32) -> bool {
    compare(matrix.row(a), matrix.row(b), &matrix.key).common >= minimum_items
}

/// Every sheet in no flagged pair, and the first of each cluster.
fn one_of_each_cluster(matrix: &SheetMatrix<'_>, flags: &[FlaggedPair]) -> Vec<bool> {
    PairClusters::new(matrix.sheets.len(), flags.iter().map(|flag| (flag.pair.a, flag.pair.b))).one_of_each()
}

/// How many of the sheets kept a model is fitted to.
fn learns_from(kept: &[bool]) -> usize {
    calibration_sample(kept.len(), |sheet| kept[sheet]).len()
}

/// The pairs to put out.
fn scored_pairs(
    matrix: &SheetMatrix<'_>,
    flags: &[FlaggedPair],
    clusters: &[Cluster],
    listed: Option<&[(usize, usize)]>,
    choice: &PairChoice,
) -> Vec<ScoredPair> {
    let cluster_of = cluster_of(clusters);
    let flagged: BTreeMap<(usize, usize), u32> = flags
        .iter()
        .map(|flag| ((flag.pair.a, flag.pair.b), cluster_of.get(&flag.pair.a).copied().unwrap_or(0)))
        .collect();
    let scored = |(a, b): (usize, usize)| {
        let cluster = flagged.get(&(a.min(b), a.max(b))).copied();
        ScoredPair { a, b, flagged: cluster.is_some(), cluster: cluster.unwrap_or(0) }
    };
    let sheets = matrix.sheets.len();
    match (listed, choice) {
        (Some(pairs), _) => pairs.iter().copied().map(scored).collect(),
        (None, PairChoice::All) => (0..sheets).flat_map(|a| (a + 1..sheets).map(move |b| (a, b))).map(scored).collect(),
        (None, _) => flags.iter().map(|flag| scored((flag.pair.a, flag.pair.b))).collect(),
    }
}

/// Wesolowsky's model for the index of that name, when it is asked for.
fn wesolowsky_model(
    matrix: &SheetMatrix<'_>,
    model: &StudyModel,
    flags: &[FlaggedPair],
    parameters: &StudyParameters,
) -> Option<ResponseModel> {
    if !parameters.indices.contains(&Index::Wesolowsky) {
        return None;
    }
    if model.responses.kind == ModelKind::Wesolowsky {
        return Some(model.responses.clone());
    }
    let kept = one_of_each_cluster(matrix, flags);
    let kept_sheets: Vec<usize> = (0..kept.len()).filter(|&sheet| kept[sheet]).collect();
    Some(wesolowsky(matrix, &kept_sheets, ModelKind::Wesolowsky))
}

//! A study of one form's responses: every index asked for, for the pairs asked for, from one model.

use crate::detect::similarity::analysis::{INCORRECT_EVIDENCE_LEVEL, PAIRS_RETAINED_BY_CHANCE};
use crate::detect::similarity::bootstrap::{FalseFlags, false_flags};
use crate::detect::similarity::candidates::Candidates;
use crate::detect::similarity::grouping::FormGroup;
use crate::detect::similarity::matrix::{SheetMatrix, build};
use crate::detect::similarity::pair_clusters::PairClusters;
use crate::detect::similarity::pair_family::pairs_compared;
use crate::detect::similarity::pair_tails::identical_incorrect;
use crate::detect::similarity::response_model::{ModelKind, ResponseModel, calibration_sample, wesolowsky};
use crate::detect::similarity::screen::{critical_counts, screened_candidates, screened_pairs_plain};
use crate::detect::similarity::screening::{RetainedPair, Screening};
use crate::detect::similarity::study_model::{StudyModel, study_model};
use crate::detect::similarity::study_parameters::{Control, Index, PairChoice, StudyError, StudyParameters};
use crate::detect::similarity::study_scores::{Basis, ScoredPair, pair_table};
use crate::kernels::dispatch::Path;
use crate::kernels::plain::compare;
use crate::model::answer::AnswerTable;
use crate::model::form::FormItem;
use crate::model::pair_table::PairTable;
use crate::model::progress::Progress;
use crate::model::text::Bilingual;
use crate::stats::multiplicity::{benjamini_hochberg_in_family, holm_in_family};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// More pairs than this are not put out as one table.
const MOST_PAIRS: u64 = 20_000_000;
/// A screen for Holm keeps pairs up to so many times the level of its first step.
const HOLM_RETENTION: f64 = 100.0;
/// After the model has been fitted once more, pairs are kept up to the retention divided by this: so much may the new
/// model make pairs less probable before all have to be looked at again.
const RESCREENING_MARGIN: f64 = 10.0;
/// More classes than this are not tabulated for a screen: the plain loop is then faster.
const MOST_SCREENED_CLASSES: usize = 400;

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
    /// Stable name of the response model.
    pub model: &'static str,
    /// Its marginal log-likelihood, where it was maximised here.
    pub log_likelihood: Option<f64>,
    /// Persons not compared, with the reason.
    pub exclusions: Vec<(String, Bilingual)>,
    /// What the bootstrap says, when one was asked for.
    pub false_flags: Option<FalseFlags>,
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
    let matrix = build(&group, answers, parameters.minimum_items);
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
    let mut model = study_model(&matrix, &[], &[], parameters)?;
    let mut judged = flagged(&matrix, &model.responses, listed.as_deref(), family, parameters, progress);
    let kept = one_of_each_cluster(&matrix, &judged.flags);
    if !model.given && learns_from(&kept) < learns_from(&vec![true; kept.len()]) {
        model = study_model(&matrix, &kept, &model.responses.nominal_items, parameters)?;
        judged = match rescreened(&matrix, &model.responses, &judged, family, parameters) {
            Some(flags) => Judged { flags, screened: None },
            None => flagged(&matrix, &model.responses, listed.as_deref(), family, parameters, progress),
        };
    }
    let flags = judged.flags;
    let (clusters, scored) = scored_pairs(&matrix, &flags, listed, &parameters.pairs);
    let own = wesolowsky_model(&matrix, &model, &flags, parameters);
    let basis =
        Basis { matrix: &matrix, model: &model.responses, wesolowsky: own.as_ref(), indices: &parameters.indices };
    let with_groups = matrix.sheets.iter().any(|sheet| sheet.room.is_some());
    let table = pair_table(&basis, &scored, with_groups);
    let false_flags = false_flags(&matrix, &model.responses, parameters, progress);
    progress.finish();
    Ok(Study {
        table,
        sheets: matrix.sheets.len(),
        items: matrix.items.len(),
        pairs_compared: family,
        flagged: flags.len(),
        clusters,
        model: model.responses.kind.as_str(),
        log_likelihood: model.log_likelihood,
        exclusions: matrix
            .exclusions
            .iter()
            .map(|(sheet, reason)| (sheet.candidate_id.as_str().to_owned(), reason.clone()))
            .collect(),
        false_flags,
    })
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

/// Flagged pairs, and what a screen remembers of the way to them.
struct Judged {
    /// With a < b, most extreme first.
    flags: Vec<(usize, usize)>,
    screened: Option<(Candidates, f64)>,
}

fn flagged(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    listed: Option<&[(usize, usize)]>,
    family: u64,
    parameters: &StudyParameters,
    progress: &dyn Progress,
) -> Judged {
    let (significant, screened) = match listed {
        Some(pairs) => (controlled(chosen(matrix, model, pairs, parameters), family, parameters), None),
        None => screened(matrix, model, family, parameters, progress),
    };
    Judged { flags: with_wrong_responses(matrix, model, significant), screened }
}

/// Those whose identical wrong responses are beyond chance too, most extreme first.
fn with_wrong_responses(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    mut significant: Vec<RetainedPair>,
) -> Vec<(usize, usize)> {
    significant.retain(|pair| {
        let wrong = identical_incorrect(matrix, model, pair.a, pair.b, pair.counts.matches_incorrect);
        wrong.probability <= INCORRECT_EVIDENCE_LEVEL
    });
    significant.sort_by(|x, y| x.gbt.log10.total_cmp(&y.gbt.log10).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut pairs: Vec<(usize, usize)> = significant.into_iter().map(|pair| (pair.a, pair.b)).collect();
    pairs.dedup();
    pairs
}

/// The listed pairs with enough common items.
fn chosen(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    pairs: &[(usize, usize)],
    parameters: &StudyParameters,
) -> Vec<RetainedPair> {
    pairs
        .par_iter()
        .map(|&(a, b)| ((a.min(b), a.max(b)), compare(matrix.row(a), matrix.row(b), &matrix.key)))
        .filter(|(_, counts)| counts.common >= parameters.minimum_items)
        .map(|(pair, counts)| parameters.statistic.pair(matrix, model, pair, counts))
        .collect()
}

/// Those at or below the level after the control of all pairs compared.
fn controlled(tested: Vec<RetainedPair>, family: u64, parameters: &StudyParameters) -> Vec<RetainedPair> {
    let p_values: Vec<f64> = tested.iter().map(|pair| pair.p_value).collect();
    let adjusted = match parameters.control {
        Control::Holm => holm_in_family(&p_values, family),
        Control::BenjaminiHochberg => benjamini_hochberg_in_family(&p_values, family),
    };
    let both = tested.into_iter().zip(adjusted);
    both.filter(|(_, adjusted)| *adjusted <= parameters.significance_level).map(|(pair, _)| pair).collect()
}

/// The significant pairs of all, from a screen whose retention is raised until the control's cut-off lies below it.
fn screened(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    family: u64,
    parameters: &StudyParameters,
    progress: &dyn Progress,
) -> (Vec<RetainedPair>, Option<(Candidates, f64)>) {
    let level = parameters.significance_level;
    let mut retention = match parameters.control {
        Control::Holm => level.min(HOLM_RETENTION * level / family as f64),
        Control::BenjaminiHochberg => level.min(PAIRS_RETAINED_BY_CHANCE / family as f64),
    };
    loop {
        let screening = screening(retention, parameters);
        let (retained, candidates) = if model.classes() > MOST_SCREENED_CLASSES {
            (screened_pairs_plain(matrix, model, &screening), None)
        } else {
            screened_candidates(matrix, model, &screening, progress)
        };
        let significant = controlled(retained, family, parameters);
        if retention >= level || cut_off(significant.len(), family, parameters) < retention {
            return (significant, candidates.map(|candidates| (candidates, retention)));
        }
        retention = (retention * 10.0).min(level);
    }
}

fn screening(retention: f64, parameters: &StudyParameters) -> Screening {
    let (statistic, minimum_items, path) = (parameters.statistic, parameters.minimum_items, Path::fastest());
    Screening { statistic, minimum_items, retention, path }
}

/// Where the control would test the pair after the significant ones: all p-values up to there must be at hand.
fn cut_off(significant: usize, family: u64, parameters: &StudyParameters) -> f64 {
    let level = parameters.significance_level;
    match parameters.control {
        Control::Holm => level / family.saturating_sub(significant as u64).max(1) as f64,
        Control::BenjaminiHochberg => level * (significant + 1) as f64 / family as f64,
    }
}

/// The flagged pairs under a model fitted once more, from the pairs that the first screen remembers.
///
/// `None` when the first screen may have passed over a pair that could be kept now: then all must be looked at again.
fn rescreened(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    judged: &Judged,
    family: u64,
    parameters: &StudyParameters,
) -> Option<Vec<(usize, usize)>> {
    let (candidates, retention) = judged.screened.as_ref()?;
    let screening = screening(retention / RESCREENING_MARGIN, parameters);
    if model.classes() > MOST_SCREENED_CLASSES {
        return None;
    }
    if !candidates.cover(&model.class_of, &critical_counts(matrix, model, &screening)) {
        return None;
    }
    let significant = controlled(candidates.kept(matrix, model, &screening), family, parameters);
    let enough = cut_off(significant.len(), family, parameters) < screening.retention;
    enough.then(|| with_wrong_responses(matrix, model, significant))
}

/// Every sheet in no flagged pair, and the first of each cluster.
fn one_of_each_cluster(matrix: &SheetMatrix<'_>, flags: &[(usize, usize)]) -> Vec<bool> {
    PairClusters::new(matrix.sheets.len(), flags.iter().copied()).one_of_each()
}

/// How many of the sheets kept a model is fitted to.
fn learns_from(kept: &[bool]) -> usize {
    calibration_sample(kept.len(), |sheet| kept[sheet]).len()
}

/// Number of clusters, and the pairs to put out.
fn scored_pairs(
    matrix: &SheetMatrix<'_>,
    flags: &[(usize, usize)],
    listed: Option<Vec<(usize, usize)>>,
    choice: &PairChoice,
) -> (usize, Vec<ScoredPair>) {
    let clusters = PairClusters::new(matrix.sheets.len(), flags.iter().copied());
    let numbers = clusters.numbers(flags.iter().map(|(a, _)| *a));
    let count = numbers.iter().max().map_or(0, |&most| most as usize);
    let clusters: BTreeMap<(usize, usize), u32> = flags.iter().copied().zip(numbers).collect();
    let scored = |(a, b): (usize, usize)| {
        let cluster = clusters.get(&(a.min(b), a.max(b))).copied();
        ScoredPair { a, b, flagged: cluster.is_some(), cluster: cluster.unwrap_or(0) }
    };
    let sheets = matrix.sheets.len();
    let pairs = match (listed, choice) {
        (Some(pairs), _) => pairs.into_iter().map(scored).collect(),
        (None, PairChoice::All) => (0..sheets).flat_map(|a| (a + 1..sheets).map(move |b| (a, b))).map(scored).collect(),
        (None, _) => flags.iter().copied().map(scored).collect(),
    };
    (count, pairs)
}

/// Wesolowsky's model for the index of that name, when it is asked for.
fn wesolowsky_model(
    matrix: &SheetMatrix<'_>,
    model: &StudyModel,
    flags: &[(usize, usize)],
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

//! Exact p-values of one pair of sheets.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::response_model::ResponseModel;
use crate::kernels::plain::PairCounts;
use crate::psychometrics::similarity::match_pattern::m4;
use crate::stats::poisson_binomial::upper_tail;
use crate::stats::tail::Tail;

/// The generalised binomial test of a pair: the chance of at least `matches` identical responses.
///
/// **Input**: sheets by place in the matrix; identical responses among the items both answered. Items that
/// either left blank are dropped for this pair.
///
/// **Formula**: P(Σ_g Bernoulli(Σ_k P_gk(θ_a) P_gk(θ_b)) ≥ M).
///
/// **Returns**: a small value means more alike than independent work explains.
///
/// **Reference**: van der Linden & Sotaridona (2006), see [`upper_tail`].
pub fn gbt(matrix: &SheetMatrix<'_>, model: &ResponseModel, a: usize, b: usize, matches: u32) -> Tail {
    let (class_a, class_b) = (model.class_of[a] as usize, model.class_of[b] as usize);
    let probabilities: Vec<f64> =
        common_items(matrix, a, b).map(|item| model.match_probability(class_a, class_b, item)).collect();
    upper_tail(&probabilities, matches as usize)
}

/// The chance of at least `matches_incorrect` identical responses other than the keyed ones.
///
/// **Formula**: as [`gbt`], with the sum over k without the key.
///
/// **Returns**: says whether the likeness rests on wrong answers too: two sheets that are both right agree
/// without any other cause.
pub fn identical_incorrect(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    a: usize,
    b: usize,
    matches_incorrect: u32,
) -> Tail {
    let (class_a, class_b) = (model.class_of[a] as usize, model.class_of[b] as usize);
    let probabilities: Vec<f64> = common_items(matrix, a, b)
        .map(|item| model.incorrect_match_probability(class_a, class_b, item, matrix.key[item]))
        .collect();
    upper_tail(&probabilities, matches_incorrect as usize)
}

/// The M4 test of a pair: right and wrong matches counted apart, over the items that both answered.
///
/// **Returns**: see [`m4`].
pub fn match_pattern(matrix: &SheetMatrix<'_>, model: &ResponseModel, a: usize, b: usize, counts: PairCounts) -> Tail {
    let (class_a, class_b) = (model.class_of[a] as usize, model.class_of[b] as usize);
    let (right, wrong): (Vec<f64>, Vec<f64>) = common_items(matrix, a, b)
        .map(|item| {
            let key = matrix.key[item];
            let wrong = model.incorrect_match_probability(class_a, class_b, item, key);
            (model.correct_match_probability(class_a, class_b, item, key), wrong)
        })
        .unzip();
    let incorrect = counts.matches_incorrect as usize;
    m4(&right, &wrong, counts.matches as usize - incorrect, incorrect)
}

/// Items that both answered.
pub(super) fn common_items<'m>(matrix: &'m SheetMatrix<'_>, a: usize, b: usize) -> impl Iterator<Item = usize> + 'm {
    let both = matrix.row(a).iter().zip(matrix.row(b)).enumerate();
    both.filter(|(_, (left, right))| **left > 0 && **right > 0).map(|(item, _)| item)
}

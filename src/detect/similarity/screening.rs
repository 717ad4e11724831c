//! What a screen is asked for, and what it gives of one pair.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::pair_tails::{gbt, identical_incorrect, match_pattern};
use crate::detect::similarity::response_model::ResponseModel;
use crate::kernels::dispatch::Path;
use crate::kernels::plain::{PairCounts, compare};
use crate::stats::tail::Tail;

/// The p-value that a pair is kept by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScreenStatistic {
    /// Identical responses: the generalised binomial test.
    #[default]
    Identical,
    /// Identical responses other than the keyed ones.
    IdenticalIncorrect,
    /// Right and wrong matches counted apart: M4.
    MatchPattern,
}

impl ScreenStatistic {
    /// The p-value of a pair whose responses have been counted.
    pub fn p_value(
        self,
        matrix: &SheetMatrix<'_>,
        model: &ResponseModel,
        (a, b): (usize, usize),
        counts: PairCounts,
    ) -> f64 {
        match self {
            Self::Identical => gbt(matrix, model, a, b, counts.matches).probability,
            Self::IdenticalIncorrect => identical_incorrect(matrix, model, a, b, counts.matches_incorrect).probability,
            Self::MatchPattern => match_pattern(matrix, model, a, b, counts).probability,
        }
    }
}

/// A pair whose p-value is at or below the retention level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetainedPair {
    /// Place of one sheet in the matrix.
    pub a: usize,
    /// Place of the other; `a < b`.
    pub b: usize,
    /// What was counted.
    pub counts: PairCounts,
    /// Exact upper tail of the number of identical responses.
    pub gbt: Tail,
    /// The p-value that the pair is kept by.
    pub p_value: f64,
}

impl RetainedPair {
    pub(super) fn new(
        matrix: &SheetMatrix<'_>,
        model: &ResponseModel,
        (a, b): (usize, usize),
        counts: PairCounts,
        p_value: f64,
    ) -> Self {
        Self { a, b, counts, gbt: gbt(matrix, model, a, b, counts.matches), p_value }
    }
}

/// What is asked of a screen.
#[derive(Clone, Copy, Debug)]
pub struct Screening {
    /// Which p-value.
    pub statistic: ScreenStatistic,
    /// Fewest items both sheets of a pair answered.
    pub minimum_items: u32,
    /// Pairs with a p-value at or below this are kept.
    pub retention: f64,
    /// How the counting is done.
    pub path: Path,
}

impl Screening {
    /// Counts a pair exactly, `a < b`, and computes its tail; `None` when it is not kept.
    pub(super) fn look(
        &self,
        matrix: &SheetMatrix<'_>,
        model: &ResponseModel,
        (a, b): (usize, usize),
    ) -> Option<RetainedPair> {
        let counts = compare(matrix.row(a), matrix.row(b), &matrix.key);
        if counts.common < self.minimum_items {
            return None;
        }
        let p_value = self.statistic.p_value(matrix, model, (a, b), counts);
        (p_value <= self.retention).then(|| RetainedPair::new(matrix, model, (a, b), counts, p_value))
    }
}

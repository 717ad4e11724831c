//! What a screen is asked for, and what it gives of one pair.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::pair_tails::{gbt, identical_incorrect};
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
}

impl ScreenStatistic {
    /// A pair whose responses have been counted, with its tails; `a < b`.
    pub fn pair(
        self,
        matrix: &SheetMatrix<'_>,
        model: &ResponseModel,
        (a, b): (usize, usize),
        counts: PairCounts,
    ) -> RetainedPair {
        let gbt = gbt(matrix, model, a, b, counts.matches);
        let p_value = match self {
            Self::Identical => gbt.probability,
            Self::IdenticalIncorrect => identical_incorrect(matrix, model, a, b, counts.matches_incorrect).probability,
        };
        RetainedPair { a, b, counts, gbt, p_value }
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
        Some(self.statistic.pair(matrix, model, (a, b), counts)).filter(|pair| pair.p_value <= self.retention)
    }
}

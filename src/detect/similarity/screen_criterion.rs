//! What two sheets have to reach for the p-value asked for to be small enough, by their classes.

use crate::detect::similarity::critical_counts::CriticalCounts;
use crate::detect::similarity::critical_patterns::CriticalPatterns;
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::response_model::ResponseModel;
use crate::detect::similarity::screening::{ScreenStatistic, Screening};
use crate::kernels::plain::{count_not_different, count_not_different_incorrect};

/// What two sheets have to reach, blanks counted as agreement. No pair that is to be kept falls short of it.
pub(super) enum Criterion<'m> {
    /// So many identical responses.
    Total(CriticalCounts),
    /// So many identical wrong responses.
    Incorrect(CriticalCounts),
    /// So many identical wrong responses beside the right ones.
    Pattern(CriticalPatterns<'m>),
}

/// What is known of a row and the columns of a tile before anything is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Class of the row.
    pub(super) class: usize,
    /// First and last class of the columns.
    pub(super) classes: (usize, usize),
    /// Most items that both have right, or the row has right and a column left blank.
    pub(super) right_in_row: u32,
    /// Blanks of the row.
    pub(super) blank: u32,
    /// Most blanks of a column.
    pub(super) blank_in_column: u32,
}

impl<'m> Criterion<'m> {
    pub(super) fn new(matrix: &'m SheetMatrix<'_>, model: &'m ResponseModel, screening: &Screening) -> Self {
        let counts = |chance: &(dyn Fn(usize, usize, usize) -> f64 + Sync)| {
            CriticalCounts::new(model.classes(), matrix.items.len(), screening.retention, chance)
        };
        match screening.statistic {
            ScreenStatistic::Identical => Self::Total(counts(&|a, b, item| model.match_probability(a, b, item))),
            ScreenStatistic::IdenticalIncorrect => {
                Self::Incorrect(counts(&|a, b, item| model.incorrect_match_probability(a, b, item, matrix.key[item])))
            }
            ScreenStatistic::MatchPattern => {
                Self::Pattern(CriticalPatterns::new(model, &matrix.key, screening.retention))
            }
        }
    }

    /// What the scan has to count: identical wrong responses, blanks of the row, and blanks of the column where the
    /// row is not right.
    pub(super) fn threshold(&self, known: Known) -> u32 {
        let (lowest, not_counted) = match self {
            Self::Total(counts) => (counts.lowest(known.class, known.classes), known.right_in_row),
            Self::Incorrect(counts) => (counts.lowest(known.class, known.classes), known.blank_in_column),
            Self::Pattern(patterns) => {
                let right = known.right_in_row + known.blank + known.blank_in_column;
                (patterns.lowest(known.class, known.classes, right as usize), known.blank_in_column)
            }
        };
        (lowest as u32).saturating_sub(not_counted)
    }

    /// Whether a pair reaches it: codes of both sheets, and the key.
    pub(super) fn reached(&self, class_a: usize, class_b: usize, a: &[u8], b: &[u8], key: &[u8]) -> bool {
        match self {
            Self::Total(counts) => count_not_different(a, b) as usize >= counts.of(class_a, class_b),
            Self::Incorrect(counts) => count_not_different_incorrect(a, b, key) as usize >= counts.of(class_a, class_b),
            Self::Pattern(patterns) => {
                let (all, incorrect) = (count_not_different(a, b), count_not_different_incorrect(a, b, key));
                // A dropped item could have been a match of either sort.
                let dropped = a.iter().zip(b).filter(|(a, b)| **a == 0 || **b == 0).count();
                let right = (all - incorrect) as usize + dropped;
                patterns.reached(class_a, class_b, right, incorrect as usize)
            }
        }
    }

    /// The counts that another model's can be held against; `None` for patterns.
    pub(super) fn counts(&self) -> Option<&CriticalCounts> {
        match self {
            Self::Total(counts) | Self::Incorrect(counts) => Some(counts),
            Self::Pattern(_) => None,
        }
    }

    /// The same, the criterion given up.
    pub(super) fn into_counts(self) -> Option<CriticalCounts> {
        match self {
            Self::Total(counts) | Self::Incorrect(counts) => Some(counts),
            Self::Pattern(_) => None,
        }
    }
}

//! The empirical nulls of the K and S indices: what everyone shares with one source.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::study_model::scored;
use crate::psychometrics::similarity::incorrect_matches::BinomialNull;
use crate::psychometrics::similarity::poisson_matches::{PoissonNull, WeightedMatches};
use crate::psychometrics::similarity::wrong_count_regression::SharedResponses;

/// Scores of all persons, counted once.
#[derive(Clone, Debug)]
pub struct Scores {
    scored: Vec<Vec<Option<bool>>>,
    /// Number of wrong responses of each person; blanks are not wrong.
    wrong: Vec<u32>,
    weighted: WeightedMatches,
}

/// One pair as the K and S indices see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectedCounts {
    /// The copier's wrong count.
    pub wrong: u32,
    /// Identical wrong responses.
    pub incorrect_matches: u32,
    /// Items that the source has wrong and the copier answered.
    pub trials: u32,
    /// Identical wrong responses and the weights of right ones, rounded up.
    pub weighted_matches: u32,
    /// Items that both answered.
    pub common: u32,
}

/// The nulls of one source.
#[derive(Clone, Debug)]
pub struct SourceNull {
    /// K, K1, K2.
    pub binomial: BinomialNull,
    /// S1.
    pub poisson: PoissonNull,
    /// S2.
    pub weighted: PoissonNull,
}

impl Scores {
    /// Counts right and wrong responses.
    pub fn new(matrix: &SheetMatrix<'_>) -> Self {
        let scored: Vec<Vec<Option<bool>>> =
            (0..matrix.sheets.len()).map(|sheet| scored(matrix.row(sheet), &matrix.key)).collect();
        let wrong: Vec<u32> =
            scored.iter().map(|row| row.iter().filter(|right| **right == Some(false)).count() as u32).collect();
        let persons = wrong.iter().copied().zip(scored.iter().map(Vec::as_slice));
        let weighted = WeightedMatches::new(persons, matrix.items.len());
        Self { scored, wrong, weighted }
    }

    /// Counts of a copier and a source.
    pub fn directed(&self, matrix: &SheetMatrix<'_>, copier: usize, source: usize) -> DirectedCounts {
        let (mut incorrect_matches, mut trials, mut common) = (0, 0, 0);
        let codes = matrix.row(copier).iter().zip(matrix.row(source));
        for ((copied, given), right) in codes.zip(&self.scored[source]) {
            if *copied == 0 || *given == 0 {
                continue;
            }
            common += 1;
            if *right == Some(false) {
                trials += 1;
                incorrect_matches += u32::from(copied == given);
            }
        }
        let row = |person: usize| (self.wrong[person], self.scored[person].as_slice());
        let weighted_matches = self.weighted.of(row(copier), row(source), incorrect_matches) as u32;
        DirectedCounts { wrong: self.wrong[copier], incorrect_matches, trials, weighted_matches, common }
    }

    /// What everyone else shares with one source.
    pub fn null_of(&self, matrix: &SheetMatrix<'_>, source: usize) -> SourceNull {
        let others: Vec<DirectedCounts> = (0..matrix.sheets.len())
            .filter(|person| *person != source)
            .map(|person| self.directed(matrix, person, source))
            .collect();
        let items = matrix.items.len();
        let incorrect = || {
            others.iter().map(|counts| SharedResponses {
                wrong: counts.wrong,
                trials: counts.trials,
                matches: f64::from(counts.incorrect_matches),
            })
        };
        let weighted = others.iter().map(|counts| SharedResponses {
            wrong: counts.wrong,
            trials: counts.common,
            matches: f64::from(counts.weighted_matches),
        });
        SourceNull {
            binomial: BinomialNull::new(incorrect(), items),
            poisson: PoissonNull::new(incorrect(), items),
            weighted: PoissonNull::new(weighted, items),
        }
    }
}

//! From all pairs to the significant ones: a screen, the control of all comparisons, and the same again after another fit.

use crate::detect::similarity::candidates::Candidates;
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::response_model::ResponseModel;
use crate::detect::similarity::screen::{screened_candidates, screened_pairs_plain};
use crate::detect::similarity::screen_criterion::Criterion;
use crate::detect::similarity::screening::{RetainedPair, ScreenStatistic, Screening};
use crate::kernels::dispatch::Path;
use crate::kernels::plain::compare;
use crate::model::progress::Progress;
use crate::stats::multiplicity::{benjamini_hochberg_in_family, holm_in_family};
use rayon::prelude::*;

/// Pairs expected to be retained when nothing is wrong: enough to see the tail, few enough to be cheap.
const PAIRS_RETAINED_BY_CHANCE: f64 = 100.0;
/// A screen of very many pairs for Holm keeps those up to so many times the level of its first step: the looser a screen,
/// the longer it takes.
const HOLM_RETENTION: f64 = 100.0;
/// Families from this size on are very many pairs.
const MANY_PAIRS: u64 = 1_000_000_000;
/// After the model has been fitted once more, pairs are kept up to the retention divided by this: so much may the new
/// model make pairs less probable before all have to be looked at again.
const RESCREENING_MARGIN: f64 = 10.0;
/// More classes than this are not tabulated for a screen: the plain loop is then faster.
const MOST_SCREENED_CLASSES: usize = 400;

/// How the number of comparisons is accounted for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Control {
    /// Holm: the chance of one false flag or more.
    #[default]
    Holm,
    /// Benjamini–Hochberg: the expected share of false flags among the flags.
    BenjaminiHochberg,
}

/// The comparisons that are controlled together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Family {
    /// Pairs compared.
    pub pairs: u64,
    /// Level after the control.
    pub level: f64,
    /// How.
    pub control: Control,
    /// Fewest common items of a pair.
    pub minimum_items: u32,
}

/// What one statistic says of a family.
pub struct Screened {
    /// Which.
    pub statistic: ScreenStatistic,
    /// Every pair with a p-value up to `retention`, each with its p-value after the control.
    pub retained: Vec<(RetainedPair, f64)>,
    /// All pairs up to here are at hand.
    pub retention: f64,
    candidates: Option<Candidates>,
}

impl Screened {
    /// Pairs at or below the level after the control.
    pub fn significant(&self, level: f64) -> impl Iterator<Item = &(RetainedPair, f64)> {
        self.retained.iter().filter(move |(_, adjusted)| *adjusted <= level)
    }

    /// The same under a model fitted once more, from the pairs that reached their critical count.
    ///
    /// `None` when a pair may have been passed over that could be kept now: then all must be looked at again.
    pub(super) fn again(&self, matrix: &SheetMatrix<'_>, model: &ResponseModel, family: &Family) -> Option<Self> {
        let candidates = self.candidates.as_ref().filter(|_| model.classes() <= MOST_SCREENED_CLASSES)?;
        let screening = family.screening(self.statistic, self.retention / RESCREENING_MARGIN);
        if !candidates.cover(&model.class_of, Criterion::new(matrix, model, &screening).counts()?) {
            return None;
        }
        let retained = family.controlled(candidates.kept(matrix, model, &screening));
        let found = Self { statistic: self.statistic, retained, retention: screening.retention, candidates: None };
        (family.cut_off(found.significant(family.level).count()) < screening.retention).then_some(found)
    }
}

impl Family {
    fn screening(&self, statistic: ScreenStatistic, retention: f64) -> Screening {
        Screening { statistic, minimum_items: self.minimum_items, retention, path: Path::fastest() }
    }

    fn controlled(&self, retained: Vec<RetainedPair>) -> Vec<(RetainedPair, f64)> {
        let p_values: Vec<f64> = retained.iter().map(|pair| pair.p_value).collect();
        let adjusted = match self.control {
            Control::Holm => holm_in_family(&p_values, self.pairs),
            Control::BenjaminiHochberg => benjamini_hochberg_in_family(&p_values, self.pairs),
        };
        retained.into_iter().zip(adjusted).collect()
    }

    /// Where the control would test the pair after the significant ones: all p-values up to there must be at hand.
    fn cut_off(&self, significant: usize) -> f64 {
        match self.control {
            Control::Holm => self.level / self.pairs.saturating_sub(significant as u64).max(1) as f64,
            Control::BenjaminiHochberg => self.level * (significant + 1) as f64 / self.pairs as f64,
        }
    }

    /// The listed pairs, a and b by place, that have enough common items.
    pub(super) fn listed(
        &self,
        matrix: &SheetMatrix<'_>,
        model: &ResponseModel,
        statistic: ScreenStatistic,
        pairs: &[(usize, usize)],
    ) -> Screened {
        let found: Vec<RetainedPair> = pairs
            .par_iter()
            .map(|&(a, b)| ((a.min(b), a.max(b)), compare(matrix.row(a), matrix.row(b), &matrix.key)))
            .filter(|(_, counts)| counts.common >= self.minimum_items)
            .map(|(pair, counts)| {
                let p_value = statistic.p_value(matrix, model, pair, counts);
                RetainedPair::new(matrix, model, pair, counts, p_value)
            })
            .collect();
        Screened { statistic, retained: self.controlled(found), retention: 1.0, candidates: None }
    }

    /// A screen of all pairs, its retention raised until the control's cut-off lies below it.
    pub(super) fn screened(
        &self,
        matrix: &SheetMatrix<'_>,
        model: &ResponseModel,
        statistic: ScreenStatistic,
        progress: &dyn Progress,
    ) -> Screened {
        let wanted = match self.control {
            Control::Holm if self.pairs >= MANY_PAIRS => HOLM_RETENTION * self.level,
            Control::Holm | Control::BenjaminiHochberg => PAIRS_RETAINED_BY_CHANCE,
        };
        let mut retention = self.level.min(wanted / self.pairs as f64);
        loop {
            let screening = self.screening(statistic, retention);
            let is_tabulated = statistic == ScreenStatistic::MatchPattern || model.classes() <= MOST_SCREENED_CLASSES;
            let (retained, candidates) = if !is_tabulated {
                (screened_pairs_plain(matrix, model, &screening), None)
            } else {
                screened_candidates(matrix, model, &screening, progress)
            };
            let found = Screened { statistic, retained: self.controlled(retained), retention, candidates };
            if retention >= self.level || self.cut_off(found.significant(self.level).count()) < retention {
                return found;
            }
            retention = (retention * 10.0).min(self.level);
        }
    }
}

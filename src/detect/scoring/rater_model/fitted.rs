//! One fit with what is read off it: fit statistics and agreement of each rater, marks in points, dispersion.

use crate::detect::scoring::rater_model::design::{GroupDesign, NoFit};
use crate::psychometrics::facets::categories::Categories;
use crate::psychometrics::facets::design::FacetsError;
use crate::psychometrics::facets::estimate::{FacetsFit, fit};
use crate::psychometrics::facets::fit::{FitStatistics, element_fit, residuals};

/// Facet of the raters.
pub const RATER: usize = 0;
/// Facet of the criteria.
pub const CRITERION: usize = 1;

/// How often a rater gives the mark that another rater gives to the same work and criterion.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MarkAgreement {
    /// Pairs of marks.
    pub pairs: u64,
    /// Pairs in one category.
    pub exact: u64,
    /// How many the model expects.
    pub expected: f64,
}

/// A fit.
#[derive(Debug)]
pub struct GroupFit {
    /// What went in.
    pub design: GroupDesign,
    /// What came out.
    pub fitted: FacetsFit,
    /// Fit of each rater.
    pub statistics: Vec<Option<FitStatistics>>,
    /// Agreement of each rater.
    pub agreement: Vec<MarkAgreement>,
    /// Mean ability of the works in the fit.
    pub average_ability: f64,
    /// Mean maximum of one marking, points.
    pub maximum: f64,
    /// Marks of each criterion times its maximum.
    weights: Vec<f64>,
    /// Spread of the raters' totals of one work over the spread the model expects. The model takes the criteria of
    /// a work for independent given its quality; what hangs together, or is a trait of the work rather than of the
    /// marking, shows here, and the error of a marking is corrected by it (McCullagh & Nelder 1989, chapter 9).
    pub dispersion: f64,
}

/// A total in points under the model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ExpectedTotal {
    /// Expectation.
    pub mean: f64,
    /// Variance, criteria independent.
    pub variance: f64,
}

impl GroupFit {
    /// Fits a design.
    pub fn new(design: GroupDesign) -> Result<Self, NoFit> {
        let fitted = fit(&design.input, &[]).map_err(|error| match error {
            FacetsError::Constant | FacetsError::NothingLeft => NoFit::NoVariation,
            _ => NoFit::NoEstimate,
        })?;
        let (_, mut levels) = element_fit(&design.input, &residuals(&design.input, &fitted));
        let known: Vec<f64> = fitted.abilities.iter().flatten().copied().collect();
        let raters = design.raters.len();
        let markings = design.input.person.iter().zip(design.input.level.chunks(2));
        let mut seen: Vec<(usize, usize)> = markings.map(|(person, levels)| (*person, levels[RATER])).collect();
        seen.dedup();
        let mut weights = vec![0.0; design.criteria.len()];
        for levels in design.input.level.chunks(2) {
            weights[levels[CRITERION]] += design.criteria[levels[CRITERION]].maximum;
        }
        let whole: f64 = weights.iter().sum();
        let mut group = Self {
            statistics: std::mem::take(&mut levels[RATER]),
            agreement: vec![MarkAgreement::default(); raters],
            average_ability: known.iter().sum::<f64>() / known.len().max(1) as f64,
            maximum: whole / seen.len().max(1) as f64,
            weights,
            dispersion: 1.0,
            design,
            fitted,
        };
        group.compare_marks();
        Ok(group)
    }

    /// Severity of a rater in logits, when there is one to compare with others.
    pub fn severity(&self, rater: usize) -> Option<f64> {
        let subset = self.fitted.design.subsets[RATER].get(rater).copied().flatten()?;
        let others = self.fitted.design.subsets[RATER].iter().filter(|other| **other == Some(subset)).count();
        self.fitted.severity(RATER, rater).filter(|_| others > 1)
    }

    /// Mean and variance of a mark's share of the maximum on a criterion; `None` when it has no steps.
    pub fn expected_share(
        &self,
        criterion: usize,
        ability: f64,
        severity: f64,
        room: &mut Categories,
    ) -> Option<(f64, f64)> {
        let group = if self.design.input.step_facet.is_some() { criterion } else { 0 };
        let steps = self.fitted.steps(group);
        if steps.is_empty() {
            return None;
        }
        room.compute(ability - severity - self.fitted.severity(CRITERION, criterion)?, steps);
        let shares = &self.design.scale(criterion).shares;
        let worth = |score: &i64| shares.get(*score as usize).copied().unwrap_or_default();
        let occurring = &self.fitted.design.categories[group];
        let mean: f64 = room.probabilities.iter().zip(occurring).map(|(p, score)| p * worth(score)).sum();
        let square: f64 = room.probabilities.iter().zip(occurring).map(|(p, score)| p * worth(score).powi(2)).sum();
        Some((mean, (square - mean * mean).max(0.0)))
    }

    /// Total of some criteria from a rater of this severity.
    pub fn expected_total(
        &self,
        criteria: impl Iterator<Item = usize>,
        ability: f64,
        severity: f64,
        room: &mut Categories,
    ) -> ExpectedTotal {
        let mut total = ExpectedTotal::default();
        for criterion in criteria {
            let maximum = self.design.criteria[criterion].maximum;
            if let Some((mean, variance)) = self.expected_share(criterion, ability, severity, room) {
                total.mean += maximum * mean;
                total.variance += maximum * maximum * variance;
            }
        }
        total
    }

    /// Mark that an average work would get from a rater: the expected share of the maximum over all criteria, by
    /// their marks and maxima, times the maximum of a marking.
    pub fn fair_average(&self, severity: f64) -> f64 {
        let mut room = Categories::default();
        let (mut sum, mut weight) = (0.0, 0.0);
        for (criterion, own) in self.weights.iter().enumerate() {
            if let Some((mean, _)) = self.expected_share(criterion, self.average_ability, severity, &mut room) {
                sum += own * mean;
                weight += own;
            }
        }
        if weight > 0.0 { self.maximum * sum / weight } else { 0.0 }
    }

    /// Agreement of the raters of each work, and the dispersion of their totals.
    fn compare_marks(&mut self) {
        let input = &self.design.input;
        let mut room = Categories::default();
        let mut probabilities: Vec<Vec<f64>> = Vec::new();
        let (mut squares, mut variances) = (0.0, 0.0);
        let mut totals: Vec<(usize, f64, f64, usize)> = Vec::new();
        for person in 0..input.persons {
            let Some(ability) = self.fitted.abilities[person] else { continue };
            let kept = self.fitted.design.of_person(person);
            probabilities.resize(probabilities.len().max(kept.len()), Vec::new());
            totals.clear();
            for (place, one) in kept.iter().enumerate() {
                let levels = input.levels_of(one.rating);
                let (rater, criterion) = (levels[RATER], levels[CRITERION]);
                let severity = self.fitted.severity(RATER, rater).unwrap_or(0.0);
                let Some((mean, variance)) = self.expected_share(criterion, ability, severity, &mut room) else {
                    continue;
                };
                probabilities[place].clear();
                probabilities[place].extend_from_slice(&room.probabilities);
                let maximum = self.design.criteria[criterion].maximum;
                let (residual, variance) =
                    (maximum * (self.design.shares[one.rating] - mean), maximum * maximum * variance);
                match totals.iter_mut().find(|total| total.0 == rater) {
                    Some(total) => {
                        total.1 += residual;
                        total.2 += variance;
                        total.3 += 1;
                    }
                    None => totals.push((rater, residual, variance, 1)),
                }
                for (earlier, other) in kept.iter().enumerate().take(place) {
                    let theirs = input.levels_of(other.rating);
                    if theirs[CRITERION] != criterion || theirs[RATER] == rater {
                        continue;
                    }
                    let same = u64::from(one.category == other.category);
                    let expected: f64 =
                        probabilities[place].iter().zip(&probabilities[earlier]).map(|(p, q)| p * q).sum();
                    for rater in [rater, theirs[RATER]] {
                        let agreement = &mut self.agreement[rater];
                        agreement.pairs += 1;
                        agreement.exact += same;
                        agreement.expected += expected;
                    }
                }
            }
            let n = totals.len() as f64;
            if totals.len() >= 2 && totals.iter().all(|total| total.3 == totals[0].3) {
                let mean = totals.iter().map(|total| total.1).sum::<f64>() / n;
                squares += totals.iter().map(|total| (total.1 - mean).powi(2)).sum::<f64>();
                variances += (1.0 - 1.0 / n) * totals.iter().map(|total| total.2).sum::<f64>();
            }
        }
        if squares > 0.0 && variances > 0.0 {
            self.dispersion = squares / variances;
        }
    }
}

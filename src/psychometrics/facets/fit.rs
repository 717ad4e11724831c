//! Do the ratings of a person, rater or criterion vary as the model says?

use crate::psychometrics::facets::categories::Categories;
use crate::psychometrics::facets::estimate::FacetsFit;
use crate::psychometrics::facets::input::FacetsInput;

/// One rating against the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatingResidual {
    /// Number of the rating in the input.
    pub rating: usize,
    /// Expected category.
    pub expected: f64,
    /// Category minus expectation.
    pub residual: f64,
    /// Variance under the model.
    pub variance: f64,
    /// Fourth central moment under the model.
    pub fourth_moment: f64,
}

impl RatingResidual {
    /// The residual in standard deviations of the model; 0 where the model leaves no variance.
    pub fn standardised(&self) -> f64 {
        if self.variance > 0.0 { self.residual / self.variance.sqrt() } else { 0.0 }
    }
}

/// Residuals of all ratings that took part, by person.
pub fn residuals(input: &FacetsInput, fitted: &FacetsFit) -> Vec<RatingResidual> {
    let mut categories = Categories::default();
    let mut found = Vec::with_capacity(fitted.design.kept.len());
    for kept in &fitted.design.kept {
        let Some(ability) = fitted.abilities[input.person[kept.rating]] else { continue };
        categories.compute(ability - fitted.severities(input, kept.rating), fitted.steps(kept.group));
        found.push(RatingResidual {
            rating: kept.rating,
            expected: categories.expected,
            residual: kept.category as f64 - categories.expected,
            variance: categories.variance,
            fourth_moment: categories.fourth_moment(),
        });
    }
    found
}

/// Mean squares of an element's residuals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FitStatistics {
    /// Ratings.
    pub ratings: usize,
    /// Σr²/ΣV; 1 as expected, above noisy, below too regular.
    pub infit: f64,
    /// Infit as a normal deviate.
    pub infit_zstd: f64,
    /// Mean of r²/V.
    pub outfit: f64,
    /// Outfit as a normal deviate.
    pub outfit_zstd: f64,
    /// ΣV, the information about this element alone.
    pub information: f64,
}

/// Sums towards [`FitStatistics`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FitSums {
    ratings: usize,
    squares: f64,
    variance: f64,
    standardised: f64,
    infit_variance: f64,
    outfit_variance: f64,
}

impl FitSums {
    /// Adds a rating.
    pub fn add(&mut self, rating: &RatingResidual) {
        if rating.variance <= 0.0 {
            return;
        }
        self.ratings += 1;
        self.squares += rating.residual.powi(2);
        self.variance += rating.variance;
        self.standardised += rating.residual.powi(2) / rating.variance;
        self.infit_variance += rating.fourth_moment - rating.variance.powi(2);
        self.outfit_variance += rating.fourth_moment / rating.variance.powi(2) - 1.0;
    }

    /// Infit, outfit and their standardised forms.
    ///
    /// **Formula**: infit = Σr²/ΣV, q² = Σ(C − V²)/(ΣV)²; outfit = Σ(r²/V)/N, q² = Σ(C/V² − 1)/N², C the fourth
    /// moment; ZSTD = (MS^⅓ − 1)(3/q) + q/3.
    ///
    /// **Returns**: `None` without ratings.
    ///
    /// **Reference**: Wright & Masters (1982), Rating Scale Analysis, table 5.3a and section 5.3.
    ///
    /// **Example**: one rating as far off as expected: both mean squares are 1.
    /// ```
    /// use kaojian::psychometrics::facets::fit::{FitSums, RatingResidual};
    /// let mut sums = FitSums::default();
    /// sums.add(&RatingResidual { rating: 0, expected: 0.5, residual: 0.5, variance: 0.25, fourth_moment: 0.1 });
    /// let found = sums.statistics().unwrap();
    /// assert_eq!((found.infit, found.outfit), (1.0, 1.0));
    /// ```
    pub fn statistics(&self) -> Option<FitStatistics> {
        if self.ratings == 0 {
            return None;
        }
        let n = self.ratings as f64;
        let infit = self.squares / self.variance;
        let outfit = self.standardised / n;
        Some(FitStatistics {
            ratings: self.ratings,
            infit,
            infit_zstd: standardise(infit, self.infit_variance.max(0.0).sqrt() / self.variance),
            outfit,
            outfit_zstd: standardise(outfit, self.outfit_variance.max(0.0).sqrt() / n),
            information: self.variance,
        })
    }
}

/// Wilson and Hilferty's cube root.
fn standardise(mean_square: f64, deviation: f64) -> f64 {
    if deviation > 0.0 { (mean_square.cbrt() - 1.0) * 3.0 / deviation + deviation / 3.0 } else { 0.0 }
}

/// Fit of every person, and of every level of every facet.
pub fn element_fit(
    input: &FacetsInput,
    residuals: &[RatingResidual],
) -> (Vec<Option<FitStatistics>>, Vec<Vec<Option<FitStatistics>>>) {
    let mut persons = vec![FitSums::default(); input.persons];
    let mut levels: Vec<Vec<FitSums>> = input.levels.iter().map(|count| vec![FitSums::default(); *count]).collect();
    for residual in residuals {
        persons[input.person[residual.rating]].add(residual);
        for (facet, level) in input.levels_of(residual.rating).iter().enumerate() {
            levels[facet][*level].add(residual);
        }
    }
    let close = |sums: &Vec<FitSums>| sums.iter().map(FitSums::statistics).collect::<Vec<_>>();
    (close(&persons), levels.iter().map(close).collect())
}

//! A rater's works one by one against the model: what control charts watch.

use crate::psychometrics::facets::fit::RatingResidual;
use crate::psychometrics::facets::input::FacetsInput;
use std::collections::BTreeMap;

/// One work (a person's ratings by one rater) against the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorkResidual {
    /// Level of the facet (the rater).
    pub level: usize,
    /// Whose work.
    pub person: usize,
    /// Ratings.
    pub ratings: usize,
    /// Σ residuals in standard deviations; + is more lenient than the rater's own severity says.
    pub residual: f64,
}

/// Standardised residuals of all works.
///
/// **Input**: a fit with its residuals; `facet` is the raters' facet.
///
/// **Formula**: R/√(V(1 − V/H)), R = Σr and V = ΣV over the work, H = ΣV over all ratings of the person. The ability was
/// estimated from the same ratings, so a part V/H of the variance is gone from the residual.
///
/// **Returns**: by level and person. Works that are all there is of a person say nothing and are left out.
///
/// **Reference**: residuals after estimation: Cook & Weisberg (1982), Residuals and Influence in Regression, section 2.1;
/// drift of raters: Myford & Wolfe (2009), Journal of Educational Measurement 46, 371–389.
///
/// **Example**: two raters of one person pull the other way by the same amount.
/// ```
/// use kaojian::psychometrics::facets::{drift::work_residuals, estimate::fit, fit::residuals, input::FacetsInput};
/// let input = FacetsInput { persons: 4, levels: vec![2], step_facet: None, person: vec![0, 0, 1, 1, 2, 2, 3, 3],
///     level: vec![0, 1, 0, 1, 0, 1, 0, 1], score: vec![0, 1, 1, 0, 1, 2, 2, 1] };
/// let fitted = fit(&input, &[]).unwrap();
/// let works = work_residuals(&input, &residuals(&input, &fitted), 0);
/// assert_eq!(works.len(), 8);
/// assert!((works[0].residual + works[4].residual).abs() < 1e-6);
/// ```
pub fn work_residuals(input: &FacetsInput, residuals: &[RatingResidual], facet: usize) -> Vec<WorkResidual> {
    let mut works: BTreeMap<(usize, usize), (usize, f64, f64)> = BTreeMap::new();
    let mut persons = vec![0.0; input.persons];
    for residual in residuals {
        let person = input.person[residual.rating];
        let Some(&level) = input.levels_of(residual.rating).get(facet) else { continue };
        let work = works.entry((level, person)).or_default();
        work.0 += 1;
        work.1 += residual.residual;
        work.2 += residual.variance;
        persons[person] += residual.variance;
    }
    works
        .into_iter()
        .filter_map(|((level, person), (ratings, sum, variance))| {
            let left = variance * (1.0 - variance / persons[person]);
            // Below this the work is all there is of the person, and rounding speaks.
            (left > 1e-9).then(|| WorkResidual { level, person, ratings, residual: sum / left.sqrt() })
        })
        .collect()
}

//! Is a rater harsher on one criterion, room or day than elsewhere?

use crate::psychometrics::facets::categories::Categories;
use crate::psychometrics::facets::estimate::FacetsFit;
use crate::psychometrics::facets::input::FacetsInput;
use crate::stats::student::two_sided_p_value;
use std::collections::BTreeMap;

/// Bias of one cell of two facets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interaction {
    /// Level of the first facet.
    pub first: usize,
    /// Level of the second.
    pub second: usize,
    /// Ratings in the cell.
    pub ratings: usize,
    /// Extra severity in logits, + is harsher than the two levels together.
    pub bias: f64,
    /// Its standard error, the main effects held.
    pub standard_error: f64,
    /// Two-sided p-value (t with ratings − 1 degrees of freedom), not adjusted.
    pub p_value: f64,
}

/// Bias of every cell of two facets.
///
/// **Input**: a fit; `first` and `second` are facets. Cells with one rating or an extreme sum are left out.
///
/// **Formula**: the b with Σ(x − E(η − b)) = 0 over the cell, se = 1/√ΣV at b.
///
/// **Returns**: by first, then second level. The main effects are held, so the errors are a little too small.
///
/// **Reference**: Linacre (1989), Many-Facet Rasch Measurement, chapter 10; Myford & Wolfe (2003), Journal of Applied
/// Measurement 4, 386–422.
pub fn interactions(input: &FacetsInput, fitted: &FacetsFit, first: usize, second: usize) -> Vec<Interaction> {
    type Row = (f64, usize, usize);
    let mut cells: BTreeMap<(usize, usize), Vec<Row>> = BTreeMap::new();
    for kept in &fitted.design.kept {
        let Some(ability) = fitted.abilities[input.person[kept.rating]] else { continue };
        let levels = input.levels_of(kept.rating);
        let row = (ability - fitted.severities(input, kept.rating), kept.group, kept.category);
        cells.entry((levels[first], levels[second])).or_default().push(row);
    }
    let mut categories = Categories::default();
    let mut found = Vec::new();
    for ((first, second), rows) in cells {
        let sum: usize = rows.iter().map(|row| row.2).sum();
        let most: usize = rows.iter().map(|row| fitted.design.steps(row.1)).sum();
        if rows.len() < 2 || sum == 0 || sum == most {
            continue;
        }
        let (mut bias, mut variance) = (0.0f64, 0.0);
        for _ in 0..100 {
            let (mut score, mut information) = (0.0, 0.0);
            for &(location, group, category) in &rows {
                categories.compute(location - bias, fitted.steps(group));
                score += category as f64 - categories.expected;
                information += categories.variance;
            }
            variance = information;
            let step = (score / information).clamp(-1.0, 1.0);
            bias -= step;
            if step.abs() < 1e-12 {
                break;
            }
        }
        let standard_error = 1.0 / variance.sqrt();
        let p_value = two_sided_p_value(bias / standard_error, (rows.len() - 1) as f64);
        found.push(Interaction { first, second, ratings: rows.len(), bias, standard_error, p_value });
    }
    found
}

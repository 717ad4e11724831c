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

/// Bias of every cell of two facets, as [`interactions_with`].
pub fn interactions(input: &FacetsInput, fitted: &FacetsFit, first: usize, second: usize) -> Vec<Interaction> {
    let levels: Vec<usize> = (0..input.ratings()).map(|rating| input.levels_of(rating)[second]).collect();
    interactions_with(input, fitted, first, &levels)
}

/// Bias of every cell of a facet and a grouping of the ratings, which need not be a facet of the model.
///
/// **Input**: a fit; `first` is a facet, `second` the group of each rating, in the order of the input. A grouping that
/// is no facet has no severity of its own: what all raters do in a group stays in its cells. Cells with one rating or an
/// extreme sum are left out.
///
/// **Formula**: the b with Σ(x − E(η − b)) = 0 over the cell, se = 1/√ΣV at b.
///
/// **Returns**: by first, then second level. The main effects are held, so the errors are a little too small.
///
/// **Reference**: Linacre (1989), Many-Facet Rasch Measurement, chapter 10; Myford & Wolfe (2003), Journal of Applied
/// Measurement 4, 386–422.
///
/// **Example**: rater 1 is harsh on the second half of the persons only.
/// ```
/// use kaojian::psychometrics::facets::{estimate::fit, input::FacetsInput, interaction::interactions_with};
/// let mut input = FacetsInput { persons: 20, levels: vec![2, 3], ..FacetsInput::default() };
/// for person in 0..20 {
///     for rater in 0..2 {
///         for criterion in 0..3 {
///             let harsh = if rater == 1 && person >= 10 { 3 } else { 0 };
///             input.person.push(person);
///             input.level.extend([rater, criterion]);
///             input.score.push(((person + rater * 2 + criterion * 3) % 4 + person % 3 + 3 - harsh) as i64);
///         }
///     }
/// }
/// let half: Vec<usize> = input.person.iter().map(|person| person / 10).collect();
/// let found = interactions_with(&input, &fit(&input, &[]).unwrap(), 0, &half);
/// let harsh = found.iter().find(|cell| (cell.first, cell.second) == (1, 1)).unwrap();
/// assert_eq!(harsh.ratings, 30);
/// assert!(harsh.bias > 0.3 && harsh.p_value < 0.05, "{harsh:?}");
/// ```
pub fn interactions_with(input: &FacetsInput, fitted: &FacetsFit, first: usize, second: &[usize]) -> Vec<Interaction> {
    type Row = (f64, usize, usize);
    let mut cells: BTreeMap<(usize, usize), Vec<Row>> = BTreeMap::new();
    for kept in &fitted.design.kept {
        let Some(ability) = fitted.abilities[input.person[kept.rating]] else { continue };
        let Some(&group) = second.get(kept.rating) else { continue };
        let row = (ability - fitted.severities(input, kept.rating), kept.group, kept.category);
        cells.entry((input.levels_of(kept.rating)[first], group)).or_default().push(row);
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

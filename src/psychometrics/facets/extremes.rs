//! Measures for persons and levels with only lowest or only highest scores.

use crate::psychometrics::facets::categories::Categories;
use crate::psychometrics::facets::estimate::FacetsFit;
use crate::psychometrics::facets::input::FacetsInput;

/// Part of a score point that an extreme sum is moved inward.
pub const ADJUSTMENT: f64 = 0.3;

/// A measure that is set by convention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExtremeMeasure {
    /// In logits; for a level + is severe.
    pub measure: f64,
    /// 1/√ΣV at the measure.
    pub standard_error: f64,
    /// Ratings it rests on: those whose other elements have estimates.
    pub ratings: usize,
}

/// The measure of an extreme person.
///
/// **Formula**: the θ with Σ E = Σ x moved by 0.3 of a point towards the middle, levels and steps as estimated.
///
/// **Returns**: `None` when the person took part, or no rating has estimated levels.
///
/// **Reference**: Linacre (2023), A User's Guide to FACETS, "Xtreme = 0.3"; Wright (1998), Rasch Measurement
/// Transactions 12(2), 632–633.
pub fn extreme_person(input: &FacetsInput, fitted: &FacetsFit, person: usize) -> Option<ExtremeMeasure> {
    if fitted.abilities.get(person).copied().flatten().is_some() {
        return None;
    }
    let known = (0..input.ratings()).filter(|rating| input.person[*rating] == person);
    solve(input, fitted, known, 1.0, |rating| {
        let all = (0..input.levels.len()).all(|f| fitted.severity(f, input.levels_of(rating)[f]).is_some());
        all.then(|| -fitted.severities(input, rating))
    })
}

/// The measure of an extreme level; as [`extreme_person`], from ratings of estimated persons.
pub fn extreme_level(input: &FacetsInput, fitted: &FacetsFit, facet: usize, level: usize) -> Option<ExtremeMeasure> {
    if fitted.severity(facet, level).is_some() {
        return None;
    }
    let known = (0..input.ratings()).filter(|rating| input.levels_of(*rating)[facet] == level);
    solve(input, fitted, known, -1.0, |rating| {
        let others = (0..input.levels.len()).filter(|other| *other != facet);
        let severities: Option<f64> =
            others.map(|other| fitted.severity(other, input.levels_of(rating)[other])).sum::<Option<f64>>();
        Some(fitted.abilities[input.person[rating]]? - severities?)
    })
}

/// Finds the measure m with Σ E(offset + sign·m) = adjusted Σ x.
fn solve(
    input: &FacetsInput,
    fitted: &FacetsFit,
    ratings: impl Iterator<Item = usize>,
    sign: f64,
    offset: impl Fn(usize) -> Option<f64>,
) -> Option<ExtremeMeasure> {
    let mut rows: Vec<(f64, usize)> = Vec::new();
    let (mut sum, mut most) = (0.0, 0.0);
    for rating in ratings {
        let group = input.group_of(rating);
        let scores = &fitted.design.categories[group];
        let steps = fitted.design.steps(group);
        let Some(offset) = offset(rating).filter(|_| steps > 0) else { continue };
        sum += scores.partition_point(|score| *score < input.score[rating]).min(steps) as f64;
        most += steps as f64;
        rows.push((offset, group));
    }
    if rows.is_empty() {
        return None;
    }
    let target = sum.clamp(ADJUSTMENT, most - ADJUSTMENT);
    let mut categories = Categories::default();
    let mut at = |location: f64| {
        rows.iter().fold((0.0, 0.0), |(expected, variance), (offset, group)| {
            categories.compute(offset + location, fitted.steps(*group));
            (expected + categories.expected, variance + categories.variance)
        })
    };
    // E rises with the location, so halving is safe where Newton overshoots.
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if at(middle).0 < target { low = middle } else { high = middle }
    }
    let location = 0.5 * (low + high);
    let variance = at(location).1;
    (variance > 0.0).then(|| ExtremeMeasure {
        measure: sign * location,
        standard_error: 1.0 / variance.sqrt(),
        ratings: rows.len(),
    })
}

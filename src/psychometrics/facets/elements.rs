//! What a level's severity means in marks: the fair average.

use crate::psychometrics::facets::categories::Categories;
use crate::psychometrics::facets::estimate::FacetsFit;
use crate::psychometrics::facets::input::FacetsInput;

/// The mark that an average person would get from this level, all else being average.
///
/// **Formula**: mean over the step groups of Σ_k score_k P(k; θ̄ − α_level − δ), θ̄ the mean ability of the persons who
/// took part, δ the severity of the group's own level (partial credit) and 0 for all other facets. For a level of
/// the step facet only its own steps count.
///
/// **Returns**: in the unit of the scores; `None` for a level without an estimate.
///
/// **Reference**: Linacre (1989), Many-Facet Rasch Measurement, "fair average"; Linacre (2023), A User's Guide to FACETS,
/// table 7.
pub fn fair_average(input: &FacetsInput, fitted: &FacetsFit, facet: usize, level: usize) -> Option<f64> {
    let severity = fitted.severity(facet, level)?;
    let known: Vec<f64> = fitted.abilities.iter().flatten().copied().collect();
    let ability = known.iter().sum::<f64>() / known.len().max(1) as f64;
    let mut categories = Categories::default();
    let (mut sum, mut groups) = (0.0, 0usize);
    for group in (0..input.groups()).filter(|group| fitted.design.steps(*group) > 0) {
        let of_group = match input.step_facet {
            Some(step_facet) if step_facet == facet && group != level => continue,
            Some(step_facet) if step_facet != facet => fitted.severity(step_facet, group).unwrap_or(0.0),
            _ => 0.0,
        };
        categories.compute(ability - severity - of_group, fitted.steps(group));
        let scores = &fitted.design.categories[group];
        sum += categories.probabilities.iter().zip(scores).map(|(p, score)| p * *score as f64).sum::<f64>();
        groups += 1;
    }
    (groups > 0).then(|| sum / groups as f64)
}

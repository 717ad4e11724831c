//! Ability of one person by Warm's weighted likelihood: finite for everybody, nearly without bias.

use crate::psychometrics::facets::categories::Categories;

/// An ability with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedAbility {
    /// In logits.
    pub ability: f64,
    /// 1/√ΣV there.
    pub standard_error: f64,
}

/// Weighted-likelihood estimate of an ability.
///
/// **Input**: for each rating the Σ of its severities, its steps, and its category; levels and steps count as known.
///
/// **Formula**: the θ with Σ(x − E) + ΣM/(2ΣV) = 0, M the third central moment of each rating.
///
/// **Returns**: `None` without a rating that has a step.
///
/// **Reference**: Warm (1989), Psychometrika 54, 427–450; for ordered categories Penfield & Bergeron (2005), Applied
/// Psychological Measurement 29, 218–233.
///
/// **Example**: one of two equal items solved is the middle; both solved is still finite.
/// ```
/// use kaojian::psychometrics::facets::weighted::weighted_ability;
/// let steps: &[f64] = &[0.0];
/// let half = weighted_ability(&[(0.0, steps, 1), (0.0, steps, 0)]).unwrap();
/// assert!(half.ability.abs() < 1e-12 && (half.standard_error - 2f64.sqrt()).abs() < 1e-12);
/// let all = weighted_ability(&[(0.0, steps, 1), (0.0, steps, 1)]).unwrap();
/// assert!((all.ability - 5f64.ln()).abs() < 1e-9);
/// ```
pub fn weighted_ability(ratings: &[(f64, &[f64], usize)]) -> Option<WeightedAbility> {
    let mut categories = Categories::default();
    let mut at = |ability: f64| {
        let (mut score, mut information, mut third) = (0.0, 0.0, 0.0);
        for (severity, steps, category) in ratings {
            categories.compute(ability - severity, steps);
            score += *category as f64 - categories.expected;
            information += categories.variance;
            third += categories.third_moment();
        }
        (score + 0.5 * third / information, information)
    };
    // The estimating function falls from plus to minus; halving needs no derivative and cannot overshoot.
    let centre = ratings.iter().map(|row| row.0).sum::<f64>() / ratings.len().max(1) as f64;
    let (mut low, mut high) = (centre - 20.0, centre + 20.0);
    if !(at(low).0 > 0.0 && at(high).0 < 0.0) {
        return None;
    }
    // Regula falsi (Illinois) inside the bracket.
    let (mut f_low, mut f_high) = (at(low).0, at(high).0);
    let mut ability = 0.5 * (low + high);
    for round in 0..200 {
        ability = if round < 6 { 0.5 * (low + high) } else { (low * f_high - high * f_low) / (f_high - f_low) };
        let value = at(ability).0;
        if value > 0.0 {
            (low, f_low) = (ability, value);
            f_high *= if round < 6 { 1.0 } else { 0.5 };
        } else {
            (high, f_high) = (ability, value);
            f_low *= if round < 6 { 1.0 } else { 0.5 };
        }
        if value.abs() < 1e-13 || high - low < 1e-14 * (1.0 + ability.abs()) {
            break;
        }
    }
    let information = at(ability).1;
    (information > 0.0).then(|| WeightedAbility { ability, standard_error: 1.0 / information.sqrt() })
}

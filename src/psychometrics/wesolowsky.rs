//! Wesolowsky's model of matching answers: needs no item response theory, so it serves batches of a few
//! dozen sheets. When several hundred sheets are there, [`crate::psychometrics::nominal`] knows more:
//! here every person chooses among the wrong options alike.

/// Bounds of ln a between which the ability is sought.
const LN_ABILITY_BOUND: f64 = 12.0;

/// Probability that a person of ability a answers right.
///
/// **Input**: `proportion_correct` r of the item 0–1, `ability` a > 0 (1 = average; 0 and ∞ are limits).
///
/// **Formula**: (1 − (1 − r)ᵃ)^(1/a).
///
/// **Returns**: 0–1, rising in both arguments.
///
/// **Reference**: Wesolowsky, G. O. (2000). Detecting excessive similarity in answers on multiple choice
/// exams. Journal of Applied Statistics 27, 909–921.
///
/// **Example**
/// ```
/// use kaojian::psychometrics::wesolowsky::probability_correct;
/// assert!((probability_correct(0.75, 1.0) - 0.75).abs() < 1e-15);
/// assert!((probability_correct(0.75, 2.0) - (1.0f64 - 0.0625).sqrt()).abs() < 1e-15);
/// ```
pub fn probability_correct(proportion_correct: f64, ability: f64) -> f64 {
    if proportion_correct <= 0.0 || ability <= 0.0 {
        return 0.0;
    }
    if proportion_correct >= 1.0 || ability == f64::INFINITY {
        return 1.0;
    }
    let all_wrong = ability * (-proportion_correct).ln_1p();
    ((-all_wrong.exp_m1()).ln() / ability).exp()
}

/// The ability at which the expected number of right answers is the observed one.
///
/// **Input**: proportion correct of each item that the person answered; the person's number right.
///
/// **Formula**: the root in a of Σ_g (1 − (1 − r_g)ᵃ)^(1/a) = score.
///
/// **Returns**: a > 0; ∞ when every answerable item is right, 0 when none is; NaN for no items.
///
/// **Reference**: as [`probability_correct`].
///
/// **Example**
/// ```
/// use kaojian::psychometrics::wesolowsky::solve_ability;
/// // An average score is ability one.
/// assert!((solve_ability(&[0.5, 0.7, 0.9], 2.1) - 1.0).abs() < 1e-9);
/// assert_eq!(solve_ability(&[0.5, 0.7], 2.0), f64::INFINITY);
/// ```
pub fn solve_ability(proportions_correct: &[f64], score: f64) -> f64 {
    if proportions_correct.is_empty() {
        return f64::NAN;
    }
    let excess = |ln_ability: f64| -> f64 {
        let ability = ln_ability.exp();
        proportions_correct.iter().map(|&r| probability_correct(r, ability)).sum::<f64>() - score
    };
    let (mut low, mut high) = (-LN_ABILITY_BOUND, LN_ABILITY_BOUND);
    let (mut at_low, mut at_high) = (excess(low), excess(high));
    // Rounding of the sum must not keep a full score from being recognised.
    if at_high <= 1e-9 {
        return f64::INFINITY;
    }
    if at_low >= -1e-9 || score <= 0.0 {
        return 0.0;
    }
    // False position with the Illinois correction: brackets always, converges faster than halving.
    let mut ln_ability = 0.0;
    for _ in 0..200 {
        ln_ability = (low * at_high - high * at_low) / (at_high - at_low);
        let here = excess(ln_ability);
        if here == 0.0 || high - low < 1e-13 {
            break;
        }
        if here < 0.0 {
            low = ln_ability;
            at_low = here;
            at_high *= 0.5;
        } else {
            high = ln_ability;
            at_high = here;
            at_low *= 0.5;
        }
        if here.abs() < 1e-12 {
            break;
        }
    }
    ln_ability.exp()
}

/// Probability that two persons give the same response to an item.
///
/// **Input**: their probabilities of a right answer, and Σ_k w_k² over the shares w_k of the wrong options
/// among wrong answers.
///
/// **Formula**: p p′ + (1 − p)(1 − p′) Σ w².
///
/// **Example**
/// ```
/// // Two coin tossers with two equally attractive wrong options: 1/4 + 1/4 · 1/2.
/// assert_eq!(kaojian::psychometrics::wesolowsky::match_probability(0.5, 0.5, 0.5), 0.375);
/// ```
pub fn match_probability(correct_a: f64, correct_b: f64, sum_of_squared_shares: f64) -> f64 {
    correct_a * correct_b + (1.0 - correct_a) * (1.0 - correct_b) * sum_of_squared_shares
}

/// Standardised number of matches with continuity correction.
///
/// **Input**: match probabilities of the items both answered; matches counted.
///
/// **Formula**: (M − ½ − Σp) / √Σp(1 − p).
///
/// **Returns**: large is alike; NaN when the variance is zero. A statistic only: its normal tail is wrong by
/// decades far out, so significance is taken from the exact tail.
///
/// **Example**
/// ```
/// // Four items at one half, all match: (4 − ½ − 2) / 1.
/// assert_eq!(kaojian::psychometrics::wesolowsky::standardised_matches(&[0.5; 4], 4), 1.5);
/// ```
pub fn standardised_matches(match_probabilities: &[f64], matches: usize) -> f64 {
    let mean: f64 = match_probabilities.iter().sum();
    let variance: f64 = match_probabilities.iter().map(|p| p * (1.0 - p)).sum();
    (matches as f64 - 0.5 - mean) / variance.sqrt()
}

#[cfg(test)]
mod tests {
    use super::{probability_correct, solve_ability};

    #[test]
    fn the_solved_ability_gives_the_score() {
        let proportions: Vec<f64> = (1..60).map(|i| f64::from(i) / 60.0).collect();
        for score in [1.0, 10.0, 30.0, 50.0, 58.0] {
            let ability = solve_ability(&proportions, score);
            let expected: f64 = proportions.iter().map(|&r| probability_correct(r, ability)).sum();
            assert!((expected - score).abs() < 1e-9, "{score} {expected}");
        }
    }

    #[test]
    fn limits() {
        assert_eq!(solve_ability(&[0.5, 0.2], 0.0), 0.0);
        assert!(solve_ability(&[], 0.0).is_nan());
        assert_eq!(probability_correct(0.3, f64::INFINITY), 1.0);
        assert_eq!(probability_correct(0.0, 2.0), 0.0);
    }
}

//! Tails of the Poisson distribution, also truncated above and far out.

use crate::stats::tail::Tail;

/// Σ of Poisson probabilities from `from` up to and including `to`.
///
/// **Input**: mean μ ≥ 0 (events), first and last count.
///
/// **Formula**: Σ_{w = from}^{to} e^{−μ} μʷ / w!, summed outward from its largest term, so that nothing cancels.
///
/// **Returns**: the sum with log10, exact also where doubles underflow; impossible when `from` > `to`; NaN for a
/// negative or missing mean.
///
/// **Example**
/// ```
/// use kaojian::stats::poisson::between;
/// // e⁻¹ (1 + 1 + 1/2).
/// assert!((between(1.0, 0, 2).probability - 2.5 * (-1f64).exp()).abs() < 1e-15);
/// ```
pub fn between(mean: f64, from: u64, to: u64) -> Tail {
    if mean.is_nan() || mean < 0.0 {
        return Tail { probability: f64::NAN, log10: f64::NAN };
    }
    if from > to {
        return Tail::IMPOSSIBLE;
    }
    if mean == 0.0 {
        return if from == 0 { Tail::CERTAIN } else { Tail::IMPOSSIBLE };
    }
    let largest = (mean.floor() as u64).clamp(from, to);
    let ln_factorial: f64 = (2..=largest).map(|count| (count as f64).ln()).sum();
    let ln_largest = largest as f64 * mean.ln() - mean - ln_factorial;
    let mut sum = 1.0;
    let mut term = 1.0;
    for count in largest + 1..=to {
        term *= mean / count as f64;
        sum += term;
        if term < sum * 1e-18 {
            break;
        }
    }
    term = 1.0;
    for count in (from + 1..=largest).rev() {
        term *= count as f64 / mean;
        sum += term;
        if term < sum * 1e-18 {
            break;
        }
    }
    Tail::from_ln(ln_largest + sum.ln())
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn edges() {
        assert_eq!(between(0.0, 0, 3).probability, 1.0);
        assert_eq!(between(0.0, 1, 3).probability, 0.0);
        assert_eq!(between(2.0, 3, 2).probability, 0.0);
        assert!(between(f64::NAN, 0, 1).probability.is_nan());
    }

    #[test]
    fn parts_add_up() {
        for mean in [0.3, 4.0, 77.7] {
            let sum = between(mean, 0, 20).probability + between(mean, 21, 400).probability;
            assert!((sum - 1.0).abs() < 1e-13, "{mean}: {sum}");
        }
    }

    #[test]
    fn deeper_than_a_double() {
        // One term: −1e-3 + 200 ln 1e-3 − ln 200!, the next is 1e-5 of it; ln 200! = 863.23198719… (tables).
        let tail = between(1e-3, 200, 200);
        let expected = (-1e-3 - 200.0 * 1000f64.ln() - 863.231_987_192_405_4) / std::f64::consts::LN_10;
        assert!((tail.log10 - expected).abs() < 1e-9, "{tail:?}");
    }
}

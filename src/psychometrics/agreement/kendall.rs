//! Kendall's W: do raters put the units in the same order?

use crate::psychometrics::agreement::coefficient::AgreementUndefined;
use crate::psychometrics::agreement::table::RatingTable;
use crate::stats::chi_square::upper_tail;
use crate::stats::spearman::midranks;

/// Concordance with its test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kendall {
    /// W, 0 (no common order) to 1 (the same order).
    pub w: f64,
    /// m(n − 1)W.
    pub chi_square: f64,
    /// n − 1.
    pub degrees_of_freedom: usize,
    /// P(χ² at least so large) without a common order; rough below about eight units.
    pub p_value: f64,
    /// The same without the correction for ties: W, χ² and its p-value. Never larger than the corrected W.
    pub uncorrected: (f64, f64, f64),
    /// Units that every rater rated, n.
    pub units: usize,
    /// Raters, m.
    pub raters: usize,
}

/// Kendall's coefficient of concordance, corrected for ties.
///
/// **Input**: the units that every one of m ≥ 2 raters rated; others are left out.
///
/// **Formula**: W = 12 Σ(R_i − R̄)²/(m²(n³ − n) − mT), T = Σ over raters and tied groups of t³ − t; T = 0 without the
/// correction. χ² = m(n − 1)W with n − 1 degrees of freedom.
///
/// **Returns**: W with its test. There is no standard error and no interval: the literature gives W's distribution
/// without a common order (the test), but no standard error around another W that is in general use.
///
/// **Errors**: fewer than two complete units; a rater for whom all units tie with everyone else doing so too.
///
/// **Reference**: Kendall & Babington Smith (1939), Annals of Mathematical Statistics 10, 275–287; ties: Siegel &
/// Castellan (1988), Nonparametric Statistics, section 9.7.
///
/// **Example**: two raters, the same order: 1; opposite order: 0.
/// ```
/// use kaojian::psychometrics::agreement::kendall::kendall_w;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// let same: Vec<_> = (0..5).flat_map(|u| [(u, 0, u as f64), (u, 1, u as f64)]).collect();
/// assert_eq!(kendall_w(&RatingTable::new(&same, None).unwrap()).unwrap().w, 1.0);
/// let opposite: Vec<_> = (0..5).flat_map(|u| [(u, 0, u as f64), (u, 1, 5.0 - u as f64)]).collect();
/// assert_eq!(kendall_w(&RatingTable::new(&opposite, None).unwrap()).unwrap().w, 0.0);
/// ```
pub fn kendall_w(table: &RatingTable) -> Result<Kendall, AgreementUndefined> {
    let m = table.raters();
    let complete: Vec<_> = table.by_unit().filter(|unit| unit.len() == m).collect();
    let n = complete.len();
    if n < 2 || m < 2 {
        return Err(AgreementUndefined::NoCompleteUnits);
    }
    let mut sums = vec![0.0; n];
    let mut ties = 0.0;
    for rater in 0..m {
        let scores: Vec<f64> = complete.iter().map(|unit| unit[rater].category as f64).collect();
        let ranks = midranks(&scores);
        sums.iter_mut().zip(&ranks).for_each(|(sum, rank)| *sum += rank);
        let mut sorted = scores;
        sorted.sort_by(f64::total_cmp);
        ties +=
            sorted.chunk_by(|a, b| a == b).map(|group| (group.len() as f64).powi(3) - group.len() as f64).sum::<f64>();
    }
    let (units, raters) = (n as f64, m as f64);
    let mean = raters * (units + 1.0) / 2.0;
    let spread: f64 = sums.iter().map(|sum| (sum - mean).powi(2)).sum();
    let most = raters * raters * (units.powi(3) - units) - raters * ties;
    if most <= 0.0 {
        return Err(AgreementUndefined::NoVariance);
    }
    let tested = |most: f64| {
        let w = 12.0 * spread / most;
        let chi_square = raters * (units - 1.0) * w;
        (w, chi_square, upper_tail(chi_square, units - 1.0))
    };
    let (w, chi_square, p_value) = tested(most);
    let uncorrected = tested(raters * raters * (units.powi(3) - units));
    Ok(Kendall { w, chi_square, degrees_of_freedom: n - 1, p_value, uncorrected, units: n, raters: m })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_corrected() {
        // Two raters agreeing on two groups of two: without the correction W would be 0.8.
        let cells: Vec<_> = (0..4).flat_map(|u| [(u, 0, (u / 2) as f64), (u, 1, (u / 2) as f64)]).collect();
        let found = kendall_w(&RatingTable::new(&cells, None).unwrap()).unwrap();
        assert!((found.w - 1.0).abs() < 1e-15, "{found:?}");
        assert!((found.p_value - 0.111_610_225_094_712_6).abs() < 1e-12, "{found:?}");
        assert!((found.uncorrected.0 - 0.8).abs() < 1e-15 && found.uncorrected.2 > found.p_value, "{found:?}");
    }

    #[test]
    fn constant_raters_have_no_order() {
        let cells: Vec<_> = (0..4).flat_map(|u| [(u, 0, 1.0), (u, 1, 1.0)]).collect();
        assert_eq!(kendall_w(&RatingTable::new(&cells, None).unwrap()), Err(AgreementUndefined::NoVariance));
    }
}

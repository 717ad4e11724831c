//! Light's kappa: the mean of Cohen's kappa over all pairs of raters.

use crate::psychometrics::agreement::coefficient::{AgreementUndefined, Coefficient, with_interval};
use crate::psychometrics::agreement::table::RatingTable;

/// Units two raters must share for their kappa to count.
const FEWEST_SHARED: usize = 2;

/// Light's kappa over the pairs of raters that share units and vary on them.
///
/// **Input**: any table; a pair of raters is compared on the units both rated.
///
/// **Formula**: mean over pairs of κ = (p_o − p_e)/(1 − p_e); the variance sums every unit's influence over all
/// pairs it enters, u_i = Σ_pairs \[(a_i − p_o)(1 − p_e) − (1 − p_o)(b_i − 2p_e)\]/((1 − p_e)² n_pair)/pairs with
/// a_i = 1 when both agree and b_i = p_2(x_1) + p_1(x_2), var = Σ u_i².
///
/// **Returns**: at most 1; `observed` and `expected` are means over pairs.
///
/// **Errors**: no pair with two shared units; no pair that varies.
///
/// **Reference**: Light (1971), Psychological Bulletin 76, 365–377. The variance is the delta method over units
/// (infinitesimal jackknife): pairs share units, so their variances do not simply add. The z of R's `irr` is not
/// followed: its variance is that of no published estimator.
///
/// **Example**: three raters, the third opposite to the two others: (1 − 1 − 1)/3.
/// ```
/// use kaojian::psychometrics::agreement::light::light_kappa;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// let cells: Vec<_> = (0..4).flat_map(|u| (0..3).map(move |r| (u, r, ((u + r / 2) % 2) as f64))).collect();
/// let found = light_kappa(&RatingTable::new(&cells, None).unwrap()).unwrap();
/// assert!((found.value + 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn light_kappa(table: &RatingTable) -> Result<Coefficient, AgreementUndefined> {
    let mut pairs: Vec<(usize, usize, usize, usize, usize)> = Vec::new();
    for (index, unit) in table.by_unit().enumerate() {
        for (at, a) in unit.iter().enumerate() {
            pairs.extend(unit[at + 1..].iter().map(|b| (a.rater, b.rater, index, a.category, b.category)));
        }
    }
    if pairs.is_empty() {
        return Err(AgreementUndefined::NothingCompared);
    }
    pairs.sort_unstable();
    let q = table.categories().len();
    let mut influence = vec![0.0; table.units()];
    let (mut kappas, mut observed, mut expected, mut count) = (0.0, 0.0, 0.0, 0usize);
    for shared in pairs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|shared| shared.len() >= FEWEST_SHARED) {
        let n = shared.len() as f64;
        let (mut first, mut second, mut same) = (vec![0.0; q], vec![0.0; q], 0.0);
        for &(_, _, _, a, b) in shared {
            first[a] += 1.0 / n;
            second[b] += 1.0 / n;
            same += if a == b { 1.0 / n } else { 0.0 };
        }
        let chance: f64 = first.iter().zip(&second).map(|(a, b)| a * b).sum();
        let beyond = 1.0 - chance;
        if beyond < 1e-12 {
            continue;
        }
        kappas += (same - chance) / beyond;
        observed += same;
        expected += chance;
        count += 1;
        for &(_, _, unit, a, b) in shared {
            let agrees = if a == b { 1.0 } else { 0.0 };
            let own = (agrees - same) * beyond - (1.0 - same) * (second[a] + first[b] - 2.0 * chance);
            influence[unit] += own / (beyond * beyond * n);
        }
    }
    if count == 0 {
        return Err(AgreementUndefined::NoVariance);
    }
    let number = count as f64;
    let n = table.units() as f64;
    let variance: f64 = influence.iter().map(|own| (own / number).powi(2)).sum();
    let compared = table.by_unit().filter(|unit| unit.len() > 1).count();
    let spread = variance * n * (n - 1.0);
    Ok(with_interval(kappas / number, observed / number, expected / number, spread, table.units(), compared))
}

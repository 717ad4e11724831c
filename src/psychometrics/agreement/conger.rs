//! Conger's exact kappa: chance from every rater's own margins; with two raters Cohen's kappa.

use crate::psychometrics::agreement::coefficient::{AgreementUndefined, Coefficient, chance_corrected, weighted};
use crate::psychometrics::agreement::table::{Cell, RatingTable};
use crate::psychometrics::agreement::weights::CategoryWeights;

/// Conger's kappa, plain or weighted, with missing ratings.
///
/// **Input**: any table; raters without a rating must not be numbered.
///
/// **Formula**: (p_a − p_e)/(1 − p_e), p_e = Σ_kl w_kl(p̄_k p̄_l − s²_kl/r), p̄ the mean over the r raters of their
/// own shares p_gk, s² the covariance of those shares.
///
/// **Returns**: at most 1.
///
/// **Errors**: no unit with two ratings; every rater always gives the same mark.
///
/// **Reference**: Conger (1980), Psychological Bulletin 88, 322–328; weights, missing ratings and variance:
/// Gwet (2014), chapters 2, 4 and 5.
///
/// **Example**: with two raters it is Cohen's kappa: 20 + 15 of 50 agree, κ = 0.4.
/// ```
/// use kaojian::psychometrics::agreement::conger::conger_kappa;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// use kaojian::psychometrics::agreement::weights::CategoryWeights;
/// let pair = |unit: usize| match unit { 0..20 => (0.0, 0.0), 20..25 => (0.0, 1.0), 25..35 => (1.0, 0.0), _ => (1.0, 1.0) };
/// let cells: Vec<_> = (0..50).flat_map(|unit| [(unit, 0, pair(unit).0), (unit, 1, pair(unit).1)]).collect();
/// let table = RatingTable::new(&cells, None).unwrap();
/// assert!((conger_kappa(&table, CategoryWeights::Identity).unwrap().value - 0.4).abs() < 1e-14);
/// ```
pub fn conger_kappa(table: &RatingTable, weights: CategoryWeights) -> Result<Coefficient, AgreementUndefined> {
    let matrix = weights.matrix(table.categories());
    let (q, r, n) = (table.categories().len(), table.raters(), table.units() as f64);
    if r < 2 {
        return Err(AgreementUndefined::NothingCompared);
    }
    let mut shares = vec![0.0; r * q];
    let mut rated = vec![0.0; r];
    for cell in table.cells() {
        shares[cell.rater * q + cell.category] += 1.0;
        rated[cell.rater] += 1.0;
    }
    for (rater, row) in shares.chunks_mut(q.max(1)).enumerate() {
        row.iter_mut().for_each(|share| *share /= f64::max(rated[rater], 1.0));
    }
    let raters = r as f64;
    let mean: Vec<f64> = (0..q).map(|k| (0..r).map(|rater| shares[rater * q + k]).sum::<f64>() / raters).collect();
    let quadratic = |row: &[f64]| -> f64 { row.iter().zip(weighted(&matrix, row)).map(|(a, b)| a * b).sum() };
    let of_mean = quadratic(&mean);
    let of_raters: f64 = shares.chunks(q.max(1)).map(quadratic).sum();
    // Σ w_kl s²_kl with s² = (Σ_g p_gk p_gl − r p̄_k p̄_l)/(r − 1).
    let expected = of_mean - (of_raters - raters * of_mean) / (raters - 1.0) / raters;
    // What a rating by rater g in category l adds to chance agreement: Σ_k w_kl(r p̄_k − p_gk).
    let mut pull = vec![0.0; r * q];
    let mut level = vec![0.0; r];
    for rater in 0..r {
        let others: Vec<f64> = (0..q).map(|k| raters * mean[k] - shares[rater * q + k]).collect();
        let row = weighted(&matrix, &others);
        level[rater] = row.iter().zip(&shares[rater * q..]).map(|(a, b)| a * b).sum();
        pull[rater * q..(rater + 1) * q].copy_from_slice(&row);
    }
    let base: f64 = level.iter().sum();
    chance_corrected(table, &matrix, expected, |unit: &[Cell]| {
        let own: f64 = unit
            .iter()
            .map(|cell| n / rated[cell.rater] * (pull[cell.rater * q + cell.category] - level[cell.rater]))
            .sum();
        (own + base) / (raters * (raters - 1.0))
    })
}

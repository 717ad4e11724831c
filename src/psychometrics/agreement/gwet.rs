//! Gwet's AC1 and AC2: chance agreement only where rating is hard, so that rare categories do not sink it.

use crate::psychometrics::agreement::coefficient::{AgreementUndefined, Coefficient, chance_corrected};
use crate::psychometrics::agreement::table::{Cell, RatingTable};
use crate::psychometrics::agreement::weights::CategoryWeights;

/// AC1 (identity weights) or AC2 (any other weights).
///
/// **Input**: any table; the number of categories q matters.
///
/// **Formula**: (p_a − p_e)/(1 − p_e), p_e = Σ_kl w_kl · Σ_k π_k(1 − π_k)/(q(q − 1)), π_k the mean share of
/// category k over the units.
///
/// **Returns**: at most 1.
///
/// **Errors**: no unit with two ratings, or one category only.
///
/// **Reference**: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29–48, eqs. 9–10;
/// weights and missing ratings: Gwet (2014), chapter 4.
///
/// **Example**: agreement 1/2 with both categories equally used: p_e = 1/2, AC1 = 0.
/// ```
/// use kaojian::psychometrics::agreement::gwet::gwet_ac;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// use kaojian::psychometrics::agreement::weights::CategoryWeights;
/// let cells = [(0, 0, 1.0), (0, 1, 1.0), (1, 0, 2.0), (1, 1, 2.0), (2, 0, 1.0), (2, 1, 2.0), (3, 0, 2.0), (3, 1, 1.0)];
/// let table = RatingTable::new(&cells, None).unwrap();
/// assert_eq!(gwet_ac(&table, CategoryWeights::Identity).unwrap().value, 0.0);
/// ```
pub fn gwet_ac(table: &RatingTable, weights: CategoryWeights) -> Result<Coefficient, AgreementUndefined> {
    let matrix = weights.matrix(table.categories());
    let shares = table.mean_shares();
    let q = shares.len() as f64;
    if shares.len() < 2 {
        return Err(AgreementUndefined::NoVariance);
    }
    let scale = matrix.iter().sum::<f64>() / (q * (q - 1.0));
    let expected = scale * shares.iter().map(|share| share * (1.0 - share)).sum::<f64>();
    chance_corrected(table, &matrix, expected, |unit: &[Cell]| {
        scale * unit.iter().map(|cell| 1.0 - shares[cell.category]).sum::<f64>() / unit.len() as f64
    })
}

//! Brennan and Prediger: chance as if every category of the scale were equally likely.

use crate::psychometrics::agreement::coefficient::{AgreementUndefined, Coefficient, chance_corrected};
use crate::psychometrics::agreement::table::RatingTable;
use crate::psychometrics::agreement::weights::CategoryWeights;

/// Brennan–Prediger coefficient.
///
/// **Input**: any table; the number of categories q matters, so give the scale where it is known.
///
/// **Formula**: (p_a − p_e)/(1 − p_e), p_e = Σ_kl w_kl/q².
///
/// **Returns**: −1/(q − 1) to 1.
///
/// **Errors**: no unit with two ratings, or one category only.
///
/// **Reference**: Brennan & Prediger (1981), Educational and Psychological Measurement 41, 687–699; variance:
/// Gwet (2014), chapter 5.
///
/// **Example**: full agreement is 1 whatever the scale.
/// ```
/// use kaojian::psychometrics::agreement::brennan_prediger::brennan_prediger;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// use kaojian::psychometrics::agreement::weights::CategoryWeights;
/// let table = RatingTable::new(&[(0, 0, 1.0), (0, 1, 1.0), (1, 0, 2.0), (1, 1, 2.0)], None).unwrap();
/// assert_eq!(brennan_prediger(&table, CategoryWeights::Identity).unwrap().value, 1.0);
/// ```
pub fn brennan_prediger(table: &RatingTable, weights: CategoryWeights) -> Result<Coefficient, AgreementUndefined> {
    let matrix = weights.matrix(table.categories());
    let expected = matrix.iter().sum::<f64>() / matrix.len().max(1) as f64;
    chance_corrected(table, &matrix, expected, |_| expected)
}

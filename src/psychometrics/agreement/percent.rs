//! Plain agreement of pairs of raters, without correction for chance.

use crate::psychometrics::agreement::coefficient::{AgreementUndefined, Coefficient, chance_corrected};
use crate::psychometrics::agreement::table::RatingTable;
use crate::psychometrics::agreement::weights::CategoryWeights;

/// Share of agreeing pairs of ratings, averaged over the units.
///
/// **Input**: any table; units with one rating do not count.
///
/// **Formula**: p_a = (1/n₂) Σ_i Σ_k r_ik(Σ_l w_kl r_il − 1)/(r_i(r_i − 1)).
///
/// **Returns**: 0–1 with standard error and interval; `expected` is 0.
///
/// **Errors**: no unit with two ratings.
///
/// **Reference**: Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapter 2.
///
/// **Example**: of three raters two agree: one pair of three.
/// ```
/// use kaojian::psychometrics::agreement::percent::percent_agreement;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// use kaojian::psychometrics::agreement::weights::CategoryWeights;
/// let table = RatingTable::new(&[(0, 0, 1.0), (0, 1, 1.0), (0, 2, 2.0)], None).unwrap();
/// let found = percent_agreement(&table, CategoryWeights::Identity).unwrap();
/// assert!((found.value - 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn percent_agreement(table: &RatingTable, weights: CategoryWeights) -> Result<Coefficient, AgreementUndefined> {
    chance_corrected(table, &weights.matrix(table.categories()), 0.0, |_| 0.0)
}

/// Share of pairs of ratings at most one step of the scale apart, averaged over the units.
///
/// **Input**: any table; neighbours are neighbours in [`RatingTable::categories`].
///
/// **Returns**, **Errors**: as [`percent_agreement`].
///
/// **Example**:
/// ```
/// use kaojian::psychometrics::agreement::percent::adjacent_agreement;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// let table = RatingTable::new(&[(0, 0, 1.0), (0, 1, 2.0), (1, 0, 1.0), (1, 1, 3.0)], None).unwrap();
/// assert_eq!(adjacent_agreement(&table).unwrap().value, 0.5);
/// ```
pub fn adjacent_agreement(table: &RatingTable) -> Result<Coefficient, AgreementUndefined> {
    let q = table.categories().len();
    let weights: Vec<f64> = (0..q * q).map(|at| if (at / q).abs_diff(at % q) <= 1 { 1.0 } else { 0.0 }).collect();
    chance_corrected(table, &weights, 0.0, |_| 0.0)
}

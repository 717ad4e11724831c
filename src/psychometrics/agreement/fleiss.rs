//! Fleiss' kappa: chance from the shares of the categories over all raters together.

use crate::psychometrics::agreement::coefficient::{AgreementUndefined, Coefficient, chance_corrected, weighted};
use crate::psychometrics::agreement::table::{Cell, RatingTable};
use crate::psychometrics::agreement::weights::CategoryWeights;

/// Fleiss' generalised kappa, plain or weighted; with two raters Scott's pi.
///
/// **Input**: any table, also with missing ratings.
///
/// **Formula**: (p_a − p_e)/(1 − p_e), p_e = Σ_kl w_kl π_k π_l, π_k the mean share of category k.
///
/// **Returns**: at most 1.
///
/// **Errors**: no unit with two ratings; all ratings the same.
///
/// **Reference**: Fleiss (1971), Psychological Bulletin 76, 378–382; Scott (1955), Public Opinion Quarterly 19,
/// 321–325; missing ratings and variance: Gwet (2014), chapters 2 and 5.
///
/// **Example**: Two units, the first agreed and the second not: p_a = 1/2, π = (3/4, 1/4), p_e = 5/8, κ = −1/3.
/// ```
/// use kaojian::psychometrics::agreement::fleiss::fleiss_kappa;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// use kaojian::psychometrics::agreement::weights::CategoryWeights;
/// let table = RatingTable::new(&[(0, 0, 1.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 2.0)], None).unwrap();
/// let found = fleiss_kappa(&table, CategoryWeights::Identity).unwrap();
/// assert!((found.value + 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn fleiss_kappa(table: &RatingTable, weights: CategoryWeights) -> Result<Coefficient, AgreementUndefined> {
    let matrix = weights.matrix(table.categories());
    let shares = table.mean_shares();
    let means = weighted(&matrix, &shares);
    let expected = shares.iter().zip(&means).map(|(share, mean)| share * mean).sum();
    chance_corrected(table, &matrix, expected, |unit: &[Cell]| {
        unit.iter().map(|cell| means[cell.category]).sum::<f64>() / unit.len() as f64
    })
}

/// Kappa of one category against all others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CategoryKappa {
    /// The score.
    pub category: f64,
    /// Share of all ratings in it.
    pub share: f64,
    /// Its kappa; `None` when nobody or everybody used it.
    pub kappa: Option<f64>,
}

/// Fleiss' kappa by category with the standard errors under no agreement beyond chance.
#[derive(Clone, Debug, PartialEq)]
pub struct FleissNull {
    /// Standard error of the overall kappa under the null, for the z test.
    pub standard_error: f64,
    /// Standard error of every category's kappa under the null.
    pub category_standard_error: f64,
    /// By category, ascending.
    pub categories: Vec<CategoryKappa>,
}

/// The large-sample null variance and the kappas by category.
///
/// **Input**: the same number m ≥ 2 of ratings for each of n units; who gave them does not matter.
///
/// **Formula**: with S = Σ p_j q_j, q_j = 1 − p_j: SE₀ = √(2/(nm(m − 1))) · √(S² − Σ p_j q_j(q_j − p_j))/S;
/// κ_j = 1 − Σ_i x_ij(m − x_ij)/(nm(m − 1)p_j q_j) with SE₀ = √(2/(nm(m − 1))).
///
/// **Errors**: units with different numbers of ratings, fewer than two, or no variance.
///
/// **Reference**: Fleiss, Nee & Landis (1979), Psychological Bulletin 86, 974–977.
///
/// **Example**: two raters, four units: SE₀ of a category is √(2/8) = 1/2.
/// ```
/// use kaojian::psychometrics::agreement::fleiss::fleiss_null;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// let cells: Vec<(usize, usize, f64)> = (0..8).map(|i| (i / 2, i % 2, (i / 3) as f64)).collect();
/// let found = fleiss_null(&RatingTable::new(&cells, None).unwrap()).unwrap();
/// assert_eq!(found.category_standard_error, 0.5);
/// ```
pub fn fleiss_null(table: &RatingTable) -> Result<FleissNull, AgreementUndefined> {
    let m = table.unit(0).len();
    if m < 2 || table.by_unit().any(|unit| unit.len() != m) {
        return Err(AgreementUndefined::NoCompleteUnits);
    }
    let shares = table.mean_shares();
    let comparisons = table.units() as f64 * (m * (m - 1)) as f64;
    let mut disagreements = vec![0.0; shares.len()];
    for unit in table.by_unit() {
        for a in unit {
            let others = unit.iter().filter(|b| b.category != a.category).count();
            disagreements[a.category] += others as f64;
        }
    }
    let spread: f64 = shares.iter().map(|p| p * (1.0 - p)).sum();
    if spread <= 0.0 {
        return Err(AgreementUndefined::NoVariance);
    }
    let skew: f64 = shares.iter().map(|p| p * (1.0 - p) * (1.0 - 2.0 * p)).sum();
    let unit_error = (2.0 / comparisons).sqrt();
    let categories = table
        .categories()
        .iter()
        .zip(&shares)
        .zip(&disagreements)
        .map(|((&category, &share), disagreement)| {
            let chance = comparisons * share * (1.0 - share);
            CategoryKappa { category, share, kappa: (chance > 0.0).then(|| 1.0 - disagreement / chance) }
        })
        .collect();
    Ok(FleissNull {
        standard_error: unit_error * (spread * spread - skew).max(0.0).sqrt() / spread,
        category_standard_error: unit_error,
        categories,
    })
}

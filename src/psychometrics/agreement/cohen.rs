//! Agreement of two raters: how often, and how much more often than by chance, do they give the same mark?
//!
//! Not for more than two raters at once, and not a test of who is right: two raters can agree and both be
//! severe. With marks that hardly vary kappa is low though raters agree; read it beside the exact agreement.

/// Marks of two raters counted by category: rows the first rater, columns the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementTable {
    categories: usize,
    counts: Vec<u64>,
    n: u64,
}

impl AgreementTable {
    /// Counts pairs of category numbers.
    ///
    /// **Input**: `categories` k ≥ 1; pairs (first rater, second rater) of numbers 0..k.
    ///
    /// **Returns**: `None` when k is 0 or a number is not below k.
    ///
    /// **Example**:
    /// ```
    /// use kaojian::psychometrics::agreement::cohen::AgreementTable;
    /// let table = AgreementTable::from_pairs(2, &[(0, 0), (1, 1), (0, 1)]).unwrap();
    /// assert_eq!((table.n(), table.count(0, 1)), (3, 1));
    /// ```
    pub fn from_pairs(categories: usize, pairs: &[(usize, usize)]) -> Option<Self> {
        let mut counts = vec![0; categories.checked_mul(categories).filter(|cells| *cells > 0)?];
        for &(row, column) in pairs {
            if row >= categories || column >= categories {
                return None;
            }
            counts[row * categories + column] += 1;
        }
        Some(Self { categories, counts, n: pairs.len() as u64 })
    }

    /// Pairs counted.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Number of categories.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// Pairs with these categories; 0 outside the table.
    pub fn count(&self, row: usize, column: usize) -> u64 {
        if column >= self.categories {
            return 0;
        }
        self.counts.get(row * self.categories + column).copied().unwrap_or(0)
    }

    fn share(&self, row: usize, column: usize) -> f64 {
        self.count(row, column) as f64 / self.n() as f64
    }

    fn margins(&self) -> (Vec<f64>, Vec<f64>) {
        let k = self.categories;
        let rows = (0..k).map(|row| (0..k).map(|column| self.share(row, column)).sum()).collect();
        let columns = (0..k).map(|column| (0..k).map(|row| self.share(row, column)).sum()).collect();
        (rows, columns)
    }
}

/// How much a disagreement counts, by the distance of the categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgreementWeights {
    /// Every disagreement counts fully: Cohen's kappa.
    Identity,
    /// 1 − |i − j|/(k − 1).
    Linear,
    /// 1 − (i − j)²/(k − 1)².
    Quadratic,
}

impl AgreementWeights {
    /// Weight of agreement, 0–1, of two of `categories` category numbers.
    pub fn weight(self, row: usize, column: usize, categories: usize) -> f64 {
        if row == column {
            return 1.0;
        }
        let distance = row.abs_diff(column) as f64 / categories.saturating_sub(1).max(1) as f64;
        match self {
            Self::Identity => 0.0,
            Self::Linear => 1.0 - distance,
            Self::Quadratic => 1.0 - distance * distance,
        }
    }
}

/// Kappa with what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kappa {
    /// Pairs of marks.
    pub n: u64,
    /// Weighted observed agreement, 0–1.
    pub observed: f64,
    /// Weighted agreement expected by chance from the margins, 0–1.
    pub expected: f64,
    /// (observed − expected)/(1 − expected), at most 1.
    pub kappa: f64,
    /// Large-sample standard error of kappa, for intervals.
    pub standard_error: f64,
    /// Standard error under no agreement beyond chance, for the z test.
    pub null_standard_error: f64,
}

/// Share of pairs with the same category.
///
/// **Returns**: 0–1; `None` without pairs.
///
/// **Example**:
/// ```
/// use kaojian::psychometrics::agreement::cohen::{AgreementTable, exact_agreement};
/// let table = AgreementTable::from_pairs(3, &[(0, 0), (1, 2), (2, 2), (0, 2)]).unwrap();
/// assert_eq!(exact_agreement(&table), Some(0.5));
/// ```
pub fn exact_agreement(table: &AgreementTable) -> Option<f64> {
    adjacent_agreement(table, 0)
}

/// Share of pairs at most `distance` categories apart.
///
/// **Returns**: 0–1; `None` without pairs.
///
/// **Example**:
/// ```
/// use kaojian::psychometrics::agreement::cohen::{AgreementTable, adjacent_agreement};
/// let table = AgreementTable::from_pairs(3, &[(0, 0), (1, 2), (2, 2), (0, 2)]).unwrap();
/// assert_eq!(adjacent_agreement(&table, 1), Some(0.75));
/// ```
pub fn adjacent_agreement(table: &AgreementTable, distance: usize) -> Option<f64> {
    let n = table.n();
    if n == 0 {
        return None;
    }
    let mut close = 0;
    for row in 0..table.categories {
        for column in 0..table.categories {
            if row.abs_diff(column) <= distance {
                close += table.count(row, column);
            }
        }
    }
    Some(close as f64 / n as f64)
}

/// Cohen's kappa, plain or weighted: agreement beyond what the two raters' margins give by chance.
///
/// **Input**: a table of k × k counts; the categories are ordered and evenly spaced for linear and
/// quadratic weights. A category that nobody used but that exists on the scale does not change kappa.
///
/// **Formula**: κ = (p_o − p_e)/(1 − p_e) with p_o = Σ w_ij p_ij, p_e = Σ w_ij p_i. p_.j. With
/// w̄_i. = Σ_j p_.j w_ij and w̄_.j = Σ_i p_i. w_ij,
/// var(κ) = \[Σ p_ij (w_ij(1 − p_e) − (w̄_i. + w̄_.j)(1 − p_o))² − (p_o p_e − 2p_e + p_o)²\] / (n(1 − p_e)⁴),
/// null variance = \[Σ p_i. p_.j (w_ij − w̄_i. − w̄_.j)² − p_e²\] / (n(1 − p_e)²).
///
/// **Returns**: kappa −∞–1, where 1 is perfect and 0 is chance. `None` without pairs, or when chance
/// agreement is 1 (both raters gave one and the same category throughout).
///
/// **Reference**: Cohen (1960), Educational and Psychological Measurement 20, 37–46; Cohen (1968),
/// Psychological Bulletin 70, 213–220; standard errors: Fleiss, Cohen & Everitt (1969), Psychological
/// Bulletin 72, 323–327, eqs. 8 and 9 (null) and 13.
///
/// **Example**: 20 + 15 of 50 on the diagonal, margins 25/25 and 30/20: κ = (0.7 − 0.5)/(1 − 0.5) = 0.4.
/// ```
/// use kaojian::psychometrics::agreement::cohen::{AgreementTable, AgreementWeights, cohen_kappa};
/// let mut pairs = vec![(0, 0); 20];
/// pairs.extend([(0, 1); 5]);
/// pairs.extend([(1, 0); 10]);
/// pairs.extend([(1, 1); 15]);
/// let table = AgreementTable::from_pairs(2, &pairs).unwrap();
/// let found = cohen_kappa(&table, AgreementWeights::Identity).unwrap();
/// assert!((found.kappa - 0.4).abs() < 1e-12);
/// ```
pub fn cohen_kappa(table: &AgreementTable, weights: AgreementWeights) -> Option<Kappa> {
    let n = table.n();
    if n == 0 {
        return None;
    }
    let k = table.categories;
    let (rows, columns) = table.margins();
    let weight = |row: usize, column: usize| weights.weight(row, column, k);
    let row_means: Vec<f64> =
        (0..k).map(|row| (0..k).map(|column| columns[column] * weight(row, column)).sum()).collect();
    let column_means: Vec<f64> = (0..k).map(|column| (0..k).map(|row| rows[row] * weight(row, column)).sum()).collect();
    let expected: f64 = (0..k).map(|row| rows[row] * row_means[row]).sum();
    let mut observed = 0.0;
    for row in 0..k {
        for column in 0..k {
            observed += weight(row, column) * table.share(row, column);
        }
    }
    let beyond = 1.0 - expected;
    if beyond < 1e-12 {
        return None;
    }
    let (mut spread, mut null_spread) = (0.0, 0.0);
    for row in 0..k {
        for column in 0..k {
            let both = row_means[row] + column_means[column];
            let w = weight(row, column);
            spread += table.share(row, column) * (w * beyond - both * (1.0 - observed)).powi(2);
            null_spread += rows[row] * columns[column] * (w - both).powi(2);
        }
    }
    let variance = (spread - (observed * expected - 2.0 * expected + observed).powi(2)) / beyond.powi(4);
    let null_variance = (null_spread - expected.powi(2)) / beyond.powi(2);
    Some(Kappa {
        n,
        observed,
        expected,
        kappa: (observed - expected) / beyond,
        standard_error: (variance.max(0.0) / n as f64).sqrt(),
        null_standard_error: (null_variance.max(0.0) / n as f64).sqrt(),
    })
}

/// Quadratically weighted kappa of marks on an evenly spaced scale, without a table of categories.
///
/// **Input**: pairs of marks as whole steps of the scale (of any size), none missing.
///
/// **Formula**: κ = 1 − Σ(a − b)² / Σ_i Σ_j (a_i − b_j)²/n, which equals [`cohen_kappa`] with
/// [`AgreementWeights::Quadratic`] on the scale's categories. All sums are exact integers.
///
/// **Returns**: −1–1; `None` without pairs, when both raters gave one and the same mark throughout, or
/// when the sums leave 128 bits.
///
/// **Reference**: Fleiss & Cohen (1973), Educational and Psychological Measurement 33, 613–619.
///
/// **Example**: marks (1,1) (2,3) (3,2): Σ(a − b)² = 2; the nine crossings give 12, a third of it is 4; κ = 1 − 2/4.
/// ```
/// let found = kaojian::psychometrics::agreement::cohen::quadratic_kappa(&[(1, 1), (2, 3), (3, 2)]);
/// assert_eq!(found, Some(0.5));
/// ```
pub fn quadratic_kappa(pairs: &[(i64, i64)]) -> Option<f64> {
    let n = i128::try_from(pairs.len()).ok().filter(|n| *n > 0)?;
    // Distances do not change when both marks are shifted, and small numbers keep the sums in range.
    let origin = i128::from(pairs.first()?.0);
    let (mut sum_a, mut sum_b, mut squares, mut differences) = (0i128, 0i128, 0i128, 0i128);
    for &(a, b) in pairs {
        let (a, b) = (i128::from(a) - origin, i128::from(b) - origin);
        sum_a += a;
        sum_b += b;
        squares = squares.checked_add(a.checked_mul(a)?)?.checked_add(b.checked_mul(b)?)?;
        differences = differences.checked_add((a - b).checked_mul(a - b)?)?;
    }
    // Σ_i Σ_j (a_i − b_j)² = n Σ(a² + b²) − 2 Σa Σb.
    let crossed = n.checked_mul(squares)?.checked_sub(sum_a.checked_mul(sum_b)?.checked_mul(2)?)?;
    (crossed > 0).then(|| 1.0 - n as f64 * differences as f64 / crossed as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_without_variance() {
        let table = AgreementTable::from_pairs(3, &[(1, 1); 8]).unwrap();
        assert_eq!(cohen_kappa(&table, AgreementWeights::Quadratic), None);
        assert_eq!(quadratic_kappa(&[(7, 7); 8]), None);
        assert_eq!(quadratic_kappa(&[]), None);
        assert!(AgreementTable::from_pairs(2, &[(2, 0)]).is_none());
        assert!(AgreementTable::from_pairs(0, &[]).is_none());
    }

    #[test]
    fn one_constant_rater_is_chance() {
        assert_eq!(quadratic_kappa(&[(3, 1), (3, 3), (3, 5)]), Some(0.0));
    }

    #[test]
    fn marks_and_table_agree() {
        let pairs: Vec<(i64, i64)> = (0..50).map(|i| ((i * 7) % 11, (i * 7 + i % 3) % 11)).collect();
        let indexed: Vec<(usize, usize)> = pairs.iter().map(|&(a, b)| (a as usize, b as usize)).collect();
        let table = AgreementTable::from_pairs(11, &indexed).unwrap();
        let by_table = cohen_kappa(&table, AgreementWeights::Quadratic).unwrap().kappa;
        let shifted: Vec<(i64, i64)> = pairs.iter().map(|&(a, b)| (a * 500_000 + 9, b * 500_000 + 9)).collect();
        assert!((quadratic_kappa(&shifted).unwrap() - by_table).abs() < 1e-12);
    }
}

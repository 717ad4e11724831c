//! Rank correlation: do two quantities rise together, whatever the shape?
//!
//! Not for values that come in clusters: reduce each cluster to one value first.

use crate::stats::student::two_sided_p_value;

/// Ranks from 1, equal values sharing the mean of their ranks.
///
/// **Input**: values; NaN sorts above everything.
///
/// **Returns**: one rank a value, in the order of the input.
///
/// **Example**:
/// ```
/// assert_eq!(kaojian::stats::spearman::midranks(&[10.0, 20.0, 10.0]), vec![1.5, 3.0, 1.5]);
/// ```
pub fn midranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && values[order[end]] == values[order[start]] {
            end += 1;
        }
        let rank = 0.5 * (start + 1 + end) as f64;
        for index in &order[start..end] {
            ranks[*index] = rank;
        }
        start = end;
    }
    ranks
}

/// Spearman's rho with its test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spearman {
    /// Pairs of values.
    pub n: usize,
    /// The correlation of the ranks, −1–1; positive when both rise together.
    pub rho: f64,
    /// Two-sided p-value of no association.
    pub p_value: f64,
}

/// Measures whether two quantities rise together, by their ranks.
///
/// **Input**: two slices of equal length, none missing; ties allowed.
///
/// **Formula**: Pearson correlation of midranks; t = ρ √((n − 2)/(1 − ρ²)) with n − 2 degrees of freedom.
///
/// **Returns**: `None` for different lengths, below three pairs, or when one side is constant.
///
/// **Reference**: Spearman (1904), American Journal of Psychology 15, 72–101; the t approximation in
/// Kendall & Stuart (1973), The Advanced Theory of Statistics 2, 31.19.
///
/// **Example**: ranks (1 2 3 4 5) against (2 1 4 3 5): ρ = 1 − 6·4/(5·24) = 0.8.
/// ```
/// let found = kaojian::stats::spearman::spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 1.0, 4.0, 3.0, 5.0]).unwrap();
/// assert!((found.rho - 0.8).abs() < 1e-12);
/// ```
pub fn spearman(x: &[f64], y: &[f64]) -> Option<Spearman> {
    let n = x.len();
    if n != y.len() || n < 3 {
        return None;
    }
    let (x, y) = (midranks(x), midranks(y));
    let mean = 0.5 * (n + 1) as f64;
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(&y) {
        xx += (a - mean).powi(2);
        yy += (b - mean).powi(2);
        xy += (a - mean) * (b - mean);
    }
    if xx == 0.0 || yy == 0.0 {
        return None;
    }
    let rho = (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0);
    let rest = 1.0 - rho * rho;
    let t = if rest > 0.0 { rho * ((n - 2) as f64 / rest).sqrt() } else { rho * f64::INFINITY };
    Some(Spearman { n, rho, p_value: two_sided_p_value(t, (n - 2) as f64) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfect_and_undefined() {
        let up: Vec<f64> = (0..10).map(f64::from).collect();
        let down: Vec<f64> = up.iter().map(|value| -value).collect();
        assert_eq!(spearman(&up, &down).map(|found| (found.rho, found.p_value)), Some((-1.0, 0.0)));
        assert_eq!(spearman(&up, &[1.0; 10]), None);
        assert_eq!(spearman(&up, &up[..9]), None);
    }

    /// Ten intelligence quotients against hours of television, the worked example found in most
    /// textbooks: ρ = −29/165, p = 0.627188 by the t approximation.
    #[test]
    fn textbook_example() {
        let quotient = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
        let hours = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
        let found = spearman(&quotient, &hours).unwrap();
        assert!((found.rho + 29.0 / 165.0).abs() < 1e-12);
        assert!((found.p_value - 0.627_188_3).abs() < 1e-5);
    }
}

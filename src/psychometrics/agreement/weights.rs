//! How much a disagreement counts, for many raters: the weightings of Gwet.

use std::f64::consts::PI;

/// A weighting of pairs of categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CategoryWeights {
    /// Only the same category counts.
    Identity,
    /// 1 − |x − y|/range.
    Linear,
    /// 1 − (x − y)²/range².
    Quadratic,
    /// 1 − C(d + 1, 2)/C(q, 2) with d the difference of ranks. This is not Krippendorff's ordinal metric.
    Ordinal,
    /// 1 − √|x − y|/√range.
    Radical,
    /// 1 − ((x − y)/(x + y))² / ((max − min)/(max + min))².
    Ratio,
    /// 1 − sin²(180°·(x − y)/(range + 1)), scaled so that the farthest pair has 0.
    Circular,
    /// 1 − (x − y)²/((x + y − 2 min)(2 max − x − y)), scaled so that the farthest pair has 0.
    Bipolar,
}

impl CategoryWeights {
    /// Every weighting.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Linear,
        Self::Quadratic,
        Self::Ordinal,
        Self::Radical,
        Self::Ratio,
        Self::Circular,
        Self::Bipolar,
    ];

    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Linear => "linear",
            Self::Quadratic => "quadratic",
            Self::Ordinal => "ordinal",
            Self::Radical => "radical",
            Self::Ratio => "ratio",
            Self::Circular => "circular",
            Self::Bipolar => "bipolar",
        }
    }

    /// The weights of all pairs of categories.
    ///
    /// **Input**: q ascending, different scores.
    ///
    /// **Returns**: q × q values, row-major, symmetric, 1 on the diagonal, 0 for the pair farthest apart
    /// (identity: all pairs).
    ///
    /// **Reference**: Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th edition, chapter 4.
    ///
    /// **Example**:
    /// ```
    /// use kaojian::psychometrics::agreement::weights::CategoryWeights;
    /// let weights = CategoryWeights::Linear.matrix(&[1.0, 2.0, 3.0]);
    /// assert_eq!(weights, [1.0, 0.5, 0.0, 0.5, 1.0, 0.5, 0.0, 0.5, 1.0]);
    /// ```
    pub fn matrix(self, categories: &[f64]) -> Vec<f64> {
        let q = categories.len();
        let (low, high) = (categories.first().copied().unwrap_or(0.0), categories.last().copied().unwrap_or(0.0));
        let range = high - low;
        let distance = |i: usize, j: usize| {
            let (x, y) = (categories[i], categories[j]);
            let gap = (x - y).abs();
            match self {
                Self::Identity => 1.0,
                Self::Linear => gap,
                Self::Quadratic => gap * gap,
                Self::Ordinal => {
                    let ranks = (i.abs_diff(j) + 1) as f64;
                    ranks * (ranks - 1.0) / 2.0
                }
                Self::Radical => gap.sqrt(),
                Self::Ratio => squared_share(gap, x + y),
                Self::Circular => (PI * gap / (range + 1.0)).sin().powi(2),
                Self::Bipolar => gap * gap / ((x + y - 2.0 * low) * (2.0 * high - x - y)),
            }
        };
        let mut weights = vec![0.0; q * q];
        let mut farthest = 0.0f64;
        for i in 0..q {
            for j in 0..q {
                if i != j {
                    weights[i * q + j] = distance(i, j);
                    farthest = farthest.max(weights[i * q + j]);
                }
            }
        }
        for weight in &mut weights {
            *weight = if farthest > 0.0 { 1.0 - *weight / farthest } else { 1.0 };
        }
        weights
    }
}

/// (difference/sum)², and 0 where both are 0: two noughts are the same.
pub(super) fn squared_share(difference: f64, sum: f64) -> f64 {
    if sum == 0.0 { 0.0 } else { (difference / sum).powi(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weighting_is_a_similarity() {
        let categories = [0.0, 1.0, 2.0, 5.0];
        for weights in CategoryWeights::ALL {
            let matrix = weights.matrix(&categories);
            for i in 0..4 {
                assert_eq!(matrix[i * 4 + i], 1.0, "{weights:?}");
                for j in 0..4 {
                    assert!((0.0..=1.0).contains(&matrix[i * 4 + j]), "{weights:?} {i} {j}: {matrix:?}");
                    assert_eq!(matrix[i * 4 + j], matrix[j * 4 + i]);
                }
            }
            assert!(matrix.contains(&0.0), "{weights:?}");
        }
    }

    #[test]
    fn ordinal_counts_the_pairs_between() {
        // Four categories: C(2,2)/6, C(3,2)/6, C(4,2)/6.
        let matrix = CategoryWeights::Ordinal.matrix(&[1.0, 2.0, 3.0, 4.0]);
        assert!((matrix[1] - 5.0 / 6.0).abs() < 1e-15 && (matrix[2] - 0.5).abs() < 1e-15 && matrix[3] == 0.0);
    }
}

//! Local polynomials of the distribution function on both sides of a line: their slopes are the densities.

use crate::stats::cholesky::Cholesky;
use crate::stats::density_kernel::{Column, DensityKernel, SideCurves, columns, gram, place, spread};

/// How the error of a density is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DensityErrors {
    /// Leave one out: follows the scores as they are.
    Jackknife,
    /// The large-sample formula with the estimated densities in it.
    PlugIn,
}

/// What all fits of one test share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DensityModel {
    /// Weights.
    pub kernel: DensityKernel,
    /// What the sides share.
    pub curves: SideCurves,
    /// Errors.
    pub errors: DensityErrors,
}

/// Scores about a line at 0, in order, with their empirical distribution function.
#[derive(Clone, Debug)]
pub struct CentredScores {
    values: Vec<f64>,
    function: Vec<f64>,
    /// Whether scores that repeat are one step of the function.
    tied: bool,
}

impl CentredScores {
    /// Sorts scores about the line; `None` with fewer than two, one that is not finite, or all on one side.
    ///
    /// With `mass_points`, equal scores share the height of the last of them.
    pub fn new(scores: &[f64], line: f64, mass_points: bool) -> Option<Self> {
        let mut values: Vec<f64> = scores.iter().map(|score| score - line).collect();
        values.sort_by(f64::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        if !(first.is_finite() && last.is_finite() && first < 0.0 && last >= 0.0) {
            return None;
        }
        let of = (values.len() - 1) as f64;
        let mut function: Vec<f64> = (0..values.len()).map(|i| i as f64 / of).collect();
        if mass_points {
            for i in (0..values.len() - 1).rev() {
                if values[i] == values[i + 1] {
                    function[i] = function[i + 1];
                }
            }
        }
        Some(Self { values, function, tied: mass_points })
    }

    /// The scores less the line, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Scores below the line.
    pub fn below(&self) -> usize {
        self.values.partition_point(|value| *value < 0.0)
    }

    /// Distances from the line of one side, nearest first; each value once if `distinct`.
    pub fn distances(&self, left: bool, distinct: bool) -> Vec<f64> {
        let (below, above) = self.values.split_at(self.below());
        let mut found: Vec<f64> = if left { below.iter().rev().map(|value| -value).collect() } else { above.to_vec() };
        if distinct {
            found.dedup();
        }
        found
    }
}

/// A local polynomial.
#[derive(Clone, Debug)]
pub struct LocalFit {
    columns: Vec<Column>,
    coefficients: Vec<f64>,
    covariance: Vec<f64>,
    bandwidths: [f64; 2],
    /// Scores within the bandwidth below and above.
    pub effective: [usize; 2],
}

impl LocalFit {
    /// Fits the polynomial of that order; bandwidths below and above the line.
    ///
    /// **Formula**: weighted least squares of F̂(x) on powers of x/h; the jackknife covariance is
    /// S⁻¹ (Σᵢ Lᵢ Lᵢ′)/(n − 1)² S⁻¹ with Lᵢ = Σ r(xⱼ) K(xⱼ) over the other scores xⱼ ≥ xᵢ within the bandwidth.
    ///
    /// **Returns**: `None` when too few different scores are within the bandwidths.
    ///
    /// **Reference**: Cattaneo, Jansson & Ma (2020), Journal of the American Statistical Association 115, 1449–1455,
    /// sections 2 and 4.
    pub fn new(scores: &CentredScores, bandwidths: [f64; 2], order: usize, model: &DensityModel) -> Option<Self> {
        if bandwidths.iter().any(|h| !(h.is_finite() && *h > 0.0)) {
            return None;
        }
        let columns = columns(order, model.curves);
        let p = columns.len();
        let from = scores.values.partition_point(|value| *value < -bandwidths[0]);
        let to = scores.values.partition_point(|value| *value <= bandwidths[1]);
        let (inside, heights) = (scores.values.get(from..to)?, scores.function.get(from..to)?);
        let n = (scores.values.len() - 1) as f64;
        let (mut gram, mut right) = (vec![0.0; p * p], vec![0.0; p]);
        let mut rows = Vec::with_capacity(inside.len() * p);
        for (value, height) in inside.iter().zip(heights) {
            let h = bandwidths[usize::from(*value >= 0.0)];
            let u = value / h;
            let weight = model.kernel.weight(u) / h;
            let row: Vec<f64> = columns.iter().map(|column| column.value(u)).collect();
            for i in 0..p {
                right[i] += weight * row[i] * height;
                for j in 0..=i {
                    gram[i * p + j] += weight * row[i] * row[j];
                }
            }
            rows.extend(row.iter().map(|value| weight * value));
        }
        let factor = Cholesky::new(&gram, p).ok()?;
        let coefficients = factor.solve(&right);
        let below = inside.partition_point(|value| *value < 0.0);
        let mut fit = Self {
            columns,
            coefficients,
            covariance: Vec::new(),
            bandwidths,
            effective: [below, inside.len() - below],
        };
        fit.covariance = match model.errors {
            DensityErrors::Jackknife => {
                sandwich(&factor.inverse(), &leave_one_out(inside, &rows, p, scores.tied, n), p)
            }
            DensityErrors::PlugIn => fit.plug_in(model.kernel, scores.values.len() as f64)?,
        };
        Some(fit)
    }

    /// S⁻¹ (f₋ G₋/(n h₋) + f₊ G₊/(n h₊)) S⁻¹, in units of the columns.
    fn plug_in(&self, kernel: DensityKernel, n: f64) -> Option<Vec<f64>> {
        let p = self.columns.len();
        let inverse = Cholesky::new(&gram(&self.columns, kernel), p).ok()?.inverse();
        let mut middle = vec![0.0; p * p];
        for (left, h) in [(true, self.bandwidths[0]), (false, self.bandwidths[1])] {
            let scale = self.derivative(left, 1)?.max(0.0) * h / n;
            for (sum, value) in middle.iter_mut().zip(spread(&self.columns, kernel, left)) {
                *sum += scale * value;
            }
        }
        Some(sandwich(&inverse, &middle, p))
    }

    /// Derivative of the distribution function at the line from one side; the first is the density.
    pub fn derivative(&self, left: bool, degree: usize) -> Option<f64> {
        let factorial: f64 = (1..=degree).map(|k| k as f64).product();
        let h = self.bandwidths[usize::from(!left)];
        Some(self.coefficients.get(place(&self.columns, left, degree)?)? * factorial / h.powi(degree as i32))
    }

    /// Variances of the density below and above, and their covariance.
    pub fn density_variances(&self) -> Option<[f64; 3]> {
        let p = self.columns.len();
        let (left, right) = (place(&self.columns, true, 1)?, place(&self.columns, false, 1)?);
        let [below, above] = self.bandwidths;
        Some([
            self.covariance[left * p + left] / (below * below),
            self.covariance[right * p + right] / (above * above),
            self.covariance[left * p + right] / (below * above),
        ])
    }
}

/// Σ Lᵢ Lᵢ′ / (n − 1)².
fn leave_one_out(inside: &[f64], rows: &[f64], p: usize, tied: bool, n: f64) -> Vec<f64> {
    let mut middle = vec![0.0; p * p];
    let mut above = vec![0.0; p];
    let mut end = inside.len();
    while end > 0 {
        let last = end - 1;
        let mut start = last;
        while tied && start > 0 && inside[start - 1] == inside[last] {
            start -= 1;
        }
        // The equal scores have equal rows, so that all but one's own is their number less one.
        let row = &rows[last * p..end * p];
        let count = (end - start) as f64;
        let own: Vec<f64> = above.iter().zip(row).map(|(above, value)| (above + (count - 1.0) * value) / n).collect();
        for i in 0..p {
            for j in 0..p {
                middle[i * p + j] += count * own[i] * own[j];
            }
        }
        above.iter_mut().zip(row).for_each(|(above, value)| *above += count * value);
        end = start;
    }
    middle
}

fn sandwich(outer: &[f64], middle: &[f64], p: usize) -> Vec<f64> {
    let product = |a: &[f64], b: &[f64]| -> Vec<f64> {
        (0..p * p).map(|cell| (0..p).map(|k| a[cell / p * p + k] * b[k * p + cell % p]).sum()).collect()
    };
    product(&product(outer, middle), outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_spread_has_one_density() {
        let scores: Vec<f64> = (0..400).map(|i| f64::from(i) / 100.0 - 2.0 + 0.005).collect();
        let model = DensityModel {
            kernel: DensityKernel::Triangular,
            curves: SideCurves::Separate,
            errors: DensityErrors::PlugIn,
        };
        let centred = CentredScores::new(&scores, 0.0, true).unwrap();
        let fit = LocalFit::new(&centred, [1.0, 1.0], 2, &model).unwrap();
        assert_eq!(fit.effective, [100, 100]);
        for left in [true, false] {
            assert!((fit.derivative(left, 1).unwrap() - 100.0 / 399.0).abs() < 1e-9);
        }
        assert!(CentredScores::new(&scores, 5.0, true).is_none());
        assert!(LocalFit::new(&centred, [0.01, 1.0], 2, &model).is_none());
    }
}

//! Does the density of scores jump at the line? The local-polynomial test, with its bandwidths.
//!
//! For scores that take many values. On whole marks the bandwidth cannot be smaller than some twenty marks a side,
//! and the exact test of [`crate::stats::frandsen`] is the better one.

use crate::stats::cholesky::Cholesky;
use crate::stats::density_kernel::{Column, DensityKernel, SideCurves, bias_moments, columns, gram, place, spread};
use crate::stats::local_density::{CentredScores, DensityErrors, DensityModel, LocalFit};
use crate::stats::normal::{density, upper_tail};

/// Scores, and different scores, that a bandwidth must reach on each side beside the order of the polynomial and one.
const LEAST_SCORES: usize = 20;

/// Which bandwidth is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DensityBandwidth {
    /// The median, on each side, of that side's own, that of the difference and that of the sum; where the sides share
    /// their bends, the smaller of the latter two on both.
    Combined,
    /// Each side's own.
    EachSide,
    /// Best for the difference of the densities.
    Difference,
    /// Best for their sum.
    Sum,
    /// Set by hand: below, above.
    Fixed([f64; 2]),
}

/// How the test is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DensityTestSettings {
    /// Order p of the polynomial the bandwidth is best for, 1–3; the test uses p + 1, so that bias does not count.
    pub order: usize,
    /// Weights, sides and errors.
    pub model: DensityModel,
    /// Bandwidths.
    pub bandwidth: DensityBandwidth,
    /// Scores that repeat are one step of the distribution function.
    pub mass_points: bool,
    /// Bandwidths reach at least so many scores as the order needs, and stay within the data.
    pub regularised: bool,
}

impl Default for DensityTestSettings {
    fn default() -> Self {
        Self {
            order: 2,
            model: DensityModel {
                kernel: DensityKernel::Triangular,
                curves: SideCurves::Separate,
                errors: DensityErrors::Jackknife,
            },
            bandwidth: DensityBandwidth::Combined,
            mass_points: true,
            regularised: true,
        }
    }
}

/// Bandwidths with what they follow from, each for below, above, the difference and the sum of the densities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bandwidths {
    /// The bandwidths.
    pub bandwidths: [f64; 4],
    /// Variance, times n·h.
    pub variances: [f64; 4],
    /// Squared bias, over h to the power 2p.
    pub squared_biases: [f64; 4],
}

/// Densities on both sides and their difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DensityContrast {
    /// Densities below and above.
    pub densities: [f64; 2],
    /// Their standard errors.
    pub standard_errors: [f64; 2],
    /// Above less below.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Difference over error; + is more at and above the line.
    pub t: f64,
    /// Two-sided.
    pub p_value: f64,
}

/// What the test found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DensityTest {
    /// Bandwidths below and above.
    pub bandwidths: [f64; 2],
    /// Scores below the line, and at or above it.
    pub scores: [usize; 2],
    /// Of these within the bandwidths.
    pub effective: [usize; 2],
    /// With the polynomial one order higher: the test to report.
    pub robust: DensityContrast,
    /// With the polynomial the bandwidth is best for: its bias counts.
    pub conventional: DensityContrast,
}

/// Local-polynomial test of a jump of the density.
///
/// **Input**: scores, none missing; `line` within them: a score at the line is above it.
///
/// **Formula**: f̂₋ and f̂₊ are the slopes at the line of polynomials of order p + 1 fitted to the distribution function;
/// T = (f̂₊ − f̂₋)/se with [`LocalFit`]'s errors.
///
/// **Returns**: `None` when a side has no score, or too few different ones for the polynomial.
///
/// **Reference**: Cattaneo, Jansson & Ma (2020), Journal of the American Statistical Association 115, 1449–1455;
/// (2018), Stata Journal 18, 234–261.
///
/// **Example**: an even spread has no jump.
/// ```
/// use kaojian::stats::density_test::{DensityTestSettings, density_test};
/// let scores: Vec<f64> = (0..2000).map(|i| f64::from(i) / 100.0 - 10.0 + 0.005).collect();
/// let found = density_test(&scores, 0.0, &DensityTestSettings::default()).unwrap();
/// assert!(found.robust.difference.abs() < 1e-6 && found.robust.p_value > 0.99);
/// ```
pub fn density_test(scores: &[f64], line: f64, settings: &DensityTestSettings) -> Option<DensityTest> {
    let centred = CentredScores::new(scores, line, settings.mass_points)?;
    let bandwidths = chosen(&centred, settings)?;
    let (below, all) = (centred.below(), centred.values().len());
    let fit = |order: usize| LocalFit::new(&centred, bandwidths, order, &settings.model);
    let robust = fit(settings.order + 1)?;
    Some(DensityTest {
        bandwidths,
        scores: [below, all - below],
        effective: robust.effective,
        robust: contrast(&robust)?,
        conventional: contrast(&fit(settings.order)?)?,
    })
}

fn contrast(fit: &LocalFit) -> Option<DensityContrast> {
    let densities = [fit.derivative(true, 1)?, fit.derivative(false, 1)?];
    let [below, above, both] = fit.density_variances()?;
    let difference = densities[1] - densities[0];
    let standard_error = (below + above - 2.0 * both).sqrt();
    let t = difference / standard_error;
    t.is_finite().then(|| DensityContrast {
        densities,
        standard_errors: [below.sqrt(), above.sqrt()],
        difference,
        standard_error,
        t,
        p_value: 2.0 * upper_tail(t.abs()),
    })
}

fn chosen(scores: &CentredScores, settings: &DensityTestSettings) -> Option<[f64; 2]> {
    let median = |a: f64, b: f64, c: f64| a.max(b).min(a.min(b).max(c));
    if let DensityBandwidth::Fixed(bandwidths) = settings.bandwidth {
        return Some(bandwidths);
    }
    let [below, above, difference, sum] = bandwidths_of(scores, settings)?.bandwidths;
    Some(match settings.bandwidth {
        DensityBandwidth::EachSide => [below, above],
        DensityBandwidth::Difference => [difference; 2],
        DensityBandwidth::Sum => [sum; 2],
        _ if settings.model.curves == SideCurves::SameBends => [difference.min(sum); 2],
        _ => [median(below, difference, sum), median(above, difference, sum)],
    })
}

/// The bandwidths that make the mean squared errors of the densities smallest.
///
/// **Input**: as [`density_test`].
///
/// **Formula**: h = (V/(2p B² n))^(1/(2p + 1)); V from a fit of order p, B from the (p + 1)th density derivative of a fit
/// of order p + 2, whose own bandwidths come from the normal distribution with the scores' mean and deviation.
///
/// **Returns**: `None` as [`density_test`].
///
/// **Reference**: Cattaneo, Jansson & Ma (2020), section 4 and supplement.
pub fn density_bandwidths(scores: &[f64], line: f64, settings: &DensityTestSettings) -> Option<Bandwidths> {
    bandwidths_of(&CentredScores::new(scores, line, settings.mass_points)?, settings)
}

fn bandwidths_of(scores: &CentredScores, settings: &DensityTestSettings) -> Option<Bandwidths> {
    let (p, model) = (settings.order, &settings.model);
    let values = scores.values();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let z = -mean / deviation;
    // Normal reference: best bandwidths for a derivative at an end of the data, with even weights.
    let (order, power) = (p as f64, (2 * p + 1) as f64);
    let bend = normal_ratio(z, p + 2) * end_ratio(p + 2, p + 1)?;
    let slope = normal_ratio(z, p) * end_ratio(p, 1)?;
    let mut bend_bandwidth = (power / 4.0 * bend / n).powf(1.0 / (power + 4.0)) * deviation;
    let mut slope_bandwidth = (slope / (2.0 * order) / n).powf(1.0 / power) * deviation;
    let range = values.first()?.abs().max(values.last()?.abs());
    let least = |left: bool, order: usize| {
        let needed = LEAST_SCORES + order + 1;
        let reach = |distances: Vec<f64>| distances.get(needed.min(distances.len()).saturating_sub(1)).copied();
        Some(reach(scores.distances(left, false))?.max(reach(scores.distances(left, true))?))
    };
    if settings.regularised {
        for (bandwidth, order) in [(&mut bend_bandwidth, p + 2), (&mut slope_bandwidth, p)] {
            *bandwidth = bandwidth.min(range).max(least(true, order)?).max(least(false, order)?);
        }
    }
    let bends = LocalFit::new(scores, [bend_bandwidth; 2], p + 2, model)?;
    let slopes = LocalFit::new(scores, [slope_bandwidth; 2], p, model)?;
    let [below, above, both] = slopes.density_variances()?.map(|variance| variance * n * slope_bandwidth);
    let design = columns(p, model.curves);
    let biases = Cholesky::new(&gram(&design, model.kernel), design.len()).ok()?.solve(&bias_moments_of(
        &design,
        model.kernel,
        p + 1,
        [bends.derivative(true, p + 1)?, bends.derivative(false, p + 1)?],
    ));
    let factorial: f64 = (1..=p + 1).map(|k| k as f64).product();
    let bias = |left: bool| Some(biases.get(place(&design, left, 1)?)? / factorial);
    let (bias_below, bias_above) = (bias(true)?, bias(false)?);
    let variances = [below, above, below + above - 2.0 * both, below + above + 2.0 * both];
    let squared_biases =
        [bias_below, bias_above, bias_above - bias_below, bias_above + bias_below].map(|bias| bias * bias);
    let mut bandwidths: [f64; 4] =
        std::array::from_fn(|i| (variances[i] / squared_biases[i] / (2.0 * order) / n).powf(1.0 / power));
    if settings.regularised {
        let (left, right) = (least(true, p)?, least(false, p)?);
        for (bandwidth, least) in bandwidths.iter_mut().zip([left, right, left.max(right), left.max(right)]) {
            *bandwidth = bandwidth.min(range).max(least);
        }
    }
    bandwidths.iter().all(|h| !h.is_nan()).then_some(Bandwidths { bandwidths, variances, squared_biases })
}

/// Moments of the bias where the derivative differs between the sides.
fn bias_moments_of(design: &[Column], kernel: DensityKernel, power: usize, derivatives: [f64; 2]) -> Vec<f64> {
    let only = |left: bool| -> Vec<Column> {
        design
            .iter()
            .map(|column| Column { left: column.left && left, right: column.right && !left, ..*column })
            .collect()
    };
    let (below, above) = (bias_moments(&only(true), kernel, power), bias_moments(&only(false), kernel, power));
    below.iter().zip(above).map(|(below, above)| derivatives[0] * below + derivatives[1] * above).collect()
}

/// φ(z)/(φ⁽ᵏ⁾(z))² of the normal density, by Hermite polynomials.
fn normal_ratio(z: f64, derivative: usize) -> f64 {
    let (mut previous, mut hermite) = (0.0, 1.0);
    for k in 0..derivative {
        (previous, hermite) = (hermite, z * hermite - k as f64 * previous);
    }
    1.0 / (hermite * hermite * density(z))
}

/// Variance over squared bias of a derivative of the distribution function at an end of the data, even weights.
fn end_ratio(order: usize, derivative: usize) -> Option<f64> {
    let one_side: Vec<Column> = (0..=order).map(|degree| Column { left: false, right: true, degree }).collect();
    let size = one_side.len();
    let kernel = DensityKernel::Uniform;
    let inverse = Cholesky::new(&gram(&one_side, kernel), size).ok()?.inverse();
    let row = &inverse[derivative * size..(derivative + 1) * size];
    let middle = spread(&one_side, kernel, false);
    let variance: f64 = (0..size * size).map(|cell| row[cell / size] * middle[cell] * row[cell % size]).sum();
    let factorial: f64 = (1..=order + 1).map(|k| k as f64).product();
    let bias: f64 = row.iter().zip(bias_moments(&one_side, kernel, order + 1)).map(|(a, b)| a * b).sum();
    Some(variance / (bias / factorial).powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_ratios_by_hand() {
        // Order 1: variance 6/5, bias 1/2; order 2: 548 4/7.
        assert!((end_ratio(1, 1).unwrap() - 4.8).abs() < 1e-9);
        assert!((end_ratio(2, 1).unwrap() - 3840.0 / 7.0).abs() < 1e-6);
    }

    #[test]
    fn hermite_ratios_by_hand() {
        // The second derivative of the normal density at 0 is −φ(0).
        assert!((normal_ratio(0.0, 2) * density(0.0) - 1.0).abs() < 1e-12);
        assert!((normal_ratio(2.0, 2) * density(2.0) * 9.0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_on_one_side_is_no_test() {
        assert!(density_test(&[1.0, 2.0, 3.0], 0.5, &DensityTestSettings::default()).is_none());
        assert!(density_test(&[1.0, 2.0, 3.0], 2.0, &DensityTestSettings::default()).is_none());
    }
}

//! Does a rater drift? Charts that remember earlier values: EWMA and CUSUM.
//!
//! Values come in time order; each is a batch's mean difference from what was expected, with a known spread.

use crate::stats::normal::{density, upper_tail};

/// One point of an EWMA chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EwmaPoint {
    /// The smoothed value.
    pub value: f64,
    /// Upper limit at this time; the lower is its negative.
    pub limit: f64,
    /// Outside the limits.
    pub alarm: bool,
}

/// Exponentially weighted moving average with exact, widening limits.
///
/// **Input**: differences in time order, centred at 0 when nothing drifts; `sigma` > 0 their standard deviation;
/// `smoothing` λ in (0, 1]; `width` L in standard deviations.
///
/// **Formula**: z_t = λx_t + (1 − λ)z_{t−1}, z_0 = 0; limit Lσ√(λ/(2 − λ)·(1 − (1 − λ)^{2t})).
///
/// **Reference**: Roberts (1959), Technometrics 1, 239–250; Lucas & Saccucci (1990), Technometrics 32, 1–12.
///
/// **Example**: λ = 0.2, L = 3: the first limit is 3·0.2 standard deviations.
/// ```
/// let chart = kaojian::stats::control_charts::ewma(&[1.0, 0.0], 1.0, 0.2, 3.0);
/// assert!((chart[0].value - 0.2).abs() < 1e-15 && (chart[0].limit - 0.6).abs() < 1e-12);
/// assert!((chart[1].value - 0.16).abs() < 1e-15);
/// ```
pub fn ewma(values: &[f64], sigma: f64, smoothing: f64, width: f64) -> Vec<EwmaPoint> {
    let (mut value, mut left) = (0.0, 1.0);
    values
        .iter()
        .map(|x| {
            value = smoothing * x + (1.0 - smoothing) * value;
            left *= (1.0 - smoothing).powi(2);
            let limit = width * sigma * (smoothing / (2.0 - smoothing) * (1.0 - left)).sqrt();
            EwmaPoint { value, limit, alarm: value.abs() > limit }
        })
        .collect()
}

/// One point of a CUSUM chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CusumPoint {
    /// Cumulated excess upward, ≥ 0, in standard deviations.
    pub up: f64,
    /// Cumulated excess downward, ≤ 0.
    pub down: f64,
    /// Past the decision interval.
    pub alarm: bool,
}

/// Two-sided tabular CUSUM.
///
/// **Input**: as [`ewma`]; `reference` k and `decision` h in standard deviations (0.5 and 5 look for a shift of 1).
///
/// **Formula**: u = x/σ; C⁺ = max(0, C⁺ + u − k), C⁻ = min(0, C⁻ + u + k); alarm when C⁺ > h or C⁻ < −h.
///
/// **Reference**: Page (1954), Biometrika 41, 100–115; Montgomery (2013), Introduction to Statistical Quality Control,
/// section 9.1.
///
/// **Example**:
/// ```
/// let chart = kaojian::stats::control_charts::cusum(&[2.0, 2.0, 2.0, 2.0], 1.0, 0.5, 5.0);
/// let alarms: Vec<bool> = chart.unwrap().iter().map(|point| point.alarm).collect();
/// assert_eq!(alarms, [false, false, false, true]);
/// ```
pub fn cusum(values: &[f64], sigma: f64, reference: f64, decision: f64) -> Option<Vec<CusumPoint>> {
    let (mut up, mut down) = (0.0f64, 0.0f64);
    (sigma > 0.0).then(|| {
        values
            .iter()
            .map(|x| {
                let u = x / sigma;
                up = (up + u - reference).max(0.0);
                down = (down + u + reference).min(0.0);
                CusumPoint { up, down, alarm: up > decision || down < -decision }
            })
            .collect()
    })
}

/// Mean number of values until a one-sided CUSUM alarms.
///
/// **Input**: `reference` k, `decision` h, `shift` of the mean, all in standard deviations.
///
/// **Formula**: the integral equation L(s) = 1 + L(0)Φ(k − s) + ∫_0^h L(x)φ(x − s + k) dx, solved by Gauss–Legendre
/// collocation; normal values with mean `shift`.
///
/// **Returns**: the zero-start run length; `None` when the equations cannot be solved.
///
/// **Reference**: Page (1954); Goel & Wu (1971), Technometrics 13, 221–230; Brook & Evans (1972), Biometrika 59, 539–549.
///
/// **Example**: k = 0.5, h = 4 alarms once in 335 values without a shift.
/// ```
/// let run_length = kaojian::stats::control_charts::cusum_run_length(0.5, 4.0, 0.0).unwrap();
/// assert!((run_length - 335.3676).abs() < 1e-3, "{run_length}");
/// ```
pub fn cusum_run_length(reference: f64, decision: f64, shift: f64) -> Option<f64> {
    let (nodes, weights) = gauss_legendre(NODES, 0.0, decision);
    let n = NODES + 1;
    // Unknowns: L at nought, then at the nodes.
    let points: Vec<f64> = std::iter::once(0.0).chain(nodes.iter().copied()).collect();
    let mut matrix = vec![0.0; n * n];
    for (i, start) in points.iter().enumerate() {
        matrix[i * n + i] += 1.0;
        matrix[i * n] -= upper_tail(start + shift - reference);
        for j in 0..NODES {
            matrix[i * n + j + 1] -= weights[j] * density(nodes[j] - start + reference - shift);
        }
    }
    solve_general(&matrix, &vec![1.0; n], n).map(|solution| solution[0])
}

/// Mean number of values until a two-sided CUSUM alarms: 1/L = 1/L⁺ + 1/L⁻.
///
/// **Reference**: Kemp (1961), Journal of the Royal Statistical Society B 23, 149–153; exact for h ≥ k-sized steps.
///
/// **Example**:
/// ```
/// let run_length = kaojian::stats::control_charts::cusum_two_sided_run_length(0.5, 5.0, 0.0).unwrap();
/// assert!((run_length - 465.4435).abs() < 1e-3, "{run_length}");
/// ```
pub fn cusum_two_sided_run_length(reference: f64, decision: f64, shift: f64) -> Option<f64> {
    let up = cusum_run_length(reference, decision, shift)?;
    let down = cusum_run_length(reference, decision, -shift)?;
    Some(1.0 / (1.0 / up + 1.0 / down))
}

/// Probability that a two-sided CUSUM reaches a height within so many values, nothing having shifted.
///
/// **Input**: `values` how many; `height` the largest of C⁺ and −C⁻, `reference` k > 0, in standard deviations.
///
/// **Formula**: 1 − exp(−n/L), 2L = (e^{2kb} − 2kb − 1)/(2k²), b = height + 1.166: run lengths are nearly exponential.
///
/// **Returns**: 0–1; a little too large for few values, since a chart that starts at nought has to climb first.
///
/// **Reference**: Siegmund (1985), Sequential Analysis, section 2.6 and chapter X; Montgomery (2013), Introduction to
/// Statistical Quality Control, equation 9.6.
///
/// **Example**: h = 5 within 50 values: the run length is 469 (exactly 465.4).
/// ```
/// let p = kaojian::stats::control_charts::cusum_signal_probability(50, 5.0, 0.5);
/// assert!((p - 0.1011).abs() < 5e-4, "{p}");
/// ```
pub fn cusum_signal_probability(values: usize, height: f64, reference: f64) -> f64 {
    /// Mean overshoot of a normal random walk past both boundaries, twice 0.583.
    const OVERSHOOT: f64 = 1.166;
    let exponent = 2.0 * reference * (height + OVERSHOOT);
    let one_sided = (exponent.exp() - exponent - 1.0) / (2.0 * reference * reference);
    -(-2.0 * values as f64 / one_sided).exp_m1()
}

/// Mean number of values until a two-sided EWMA with constant limits alarms.
///
/// **Input**: λ, L and the shift in standard deviations, as [`ewma`].
///
/// **Formula**: L(z) = 1 + (1/λ)∫ L(x)φ((x − (1 − λ)z)/λ − shift) dx over ±L√(λ/(2 − λ)).
///
/// **Reference**: Crowder (1987), Technometrics 29, 401–407.
///
/// **Example**: λ = 0.2, L = 2.962 alarms once in 500 values without a shift.
/// ```
/// let run_length = kaojian::stats::control_charts::ewma_run_length(0.2, 2.962, 0.0).unwrap();
/// assert!((run_length - 499.735).abs() < 1e-2, "{run_length}");
/// ```
pub fn ewma_run_length(smoothing: f64, width: f64, shift: f64) -> Option<f64> {
    if !(smoothing > 0.0 && smoothing <= 1.0 && width > 0.0) {
        return None;
    }
    let limit = width * (smoothing / (2.0 - smoothing)).sqrt();
    let (nodes, weights) = gauss_legendre(NODES, -limit, limit);
    let kernel = |x: f64, z: f64| density((x - (1.0 - smoothing) * z) / smoothing - shift) / smoothing;
    let mut matrix = vec![0.0; NODES * NODES];
    for i in 0..NODES {
        matrix[i * NODES + i] += 1.0;
        for j in 0..NODES {
            matrix[i * NODES + j] -= weights[j] * kernel(nodes[j], nodes[i]);
        }
    }
    let solution = solve_general(&matrix, &[1.0; NODES], NODES)?;
    Some(1.0 + (0..NODES).map(|j| weights[j] * solution[j] * kernel(nodes[j], 0.0)).sum::<f64>())
}

/// Points of the quadrature; the run lengths of usual designs have eight digits with them.
const NODES: usize = 60;

/// Nodes and weights of Gauss–Legendre quadrature on an interval, by Newton on the polynomial's roots.
fn gauss_legendre(n: usize, low: f64, high: f64) -> (Vec<f64>, Vec<f64>) {
    let half = 0.5 * (high - low);
    let middle = 0.5 * (high + low);
    (0..n)
        .map(|i| {
            let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..100 {
                let (mut p, mut before) = (1.0, 0.0);
                for j in 0..n {
                    let order = j as f64;
                    let next = ((2.0 * order + 1.0) * x * p - order * before) / (order + 1.0);
                    (before, p) = (p, next);
                }
                slope = n as f64 * (x * p - before) / (x * x - 1.0);
                let step = p / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            (middle - half * x, 2.0 * half / ((1.0 - x * x) * slope * slope))
        })
        .unzip()
}

/// A x = b by elimination with partial pivoting (Golub & Van Loan (2013), algorithm 3.4.1).
fn solve_general(matrix: &[f64], right: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut a = matrix.to_vec();
    let mut x = right.to_vec();
    for column in 0..n {
        let size = |row: &usize| a[row * n + column].abs();
        let pivot = (column..n).max_by(|i, j| size(i).total_cmp(&size(j)))?;
        if a[pivot * n + column].is_nan() || a[pivot * n + column].abs() < 1e-300 {
            return None;
        }
        for k in 0..n {
            a.swap(column * n + k, pivot * n + k);
        }
        x.swap(column, pivot);
        for row in column + 1..n {
            let factor = a[row * n + column] / a[column * n + column];
            for k in column..n {
                a[row * n + k] -= factor * a[column * n + k];
            }
            x[row] -= factor * x[column];
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|k| a[row * n + k] * x[k]).sum();
        x[row] = (x[row] - known) / a[row * n + row];
    }
    Some(x)
}

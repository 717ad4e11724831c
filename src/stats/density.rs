//! Does the density of scores jump at the pass line? McCrary's test, for continuous scores.
//!
//! Whole scores need bins of whole points, and with them the exact test of [`crate::stats::frandsen`] is the better
//! one: this one smooths over many scores and reacts to any bend of the distribution.

use crate::stats::cholesky::Cholesky;
use crate::stats::normal::upper_tail;

/// The jump of the density at the line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DensityJump {
    /// ln of the density just above over that just below; + is heaping above.
    pub log_difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Difference over error.
    pub z: f64,
    /// Two-sided.
    pub p_value: f64,
    /// Width of the bins.
    pub bin: f64,
    /// Bandwidth of the local lines.
    pub bandwidth: f64,
}

/// McCrary's test of a jump of the density.
///
/// **Input**: scores, none missing; `line` within their range. `bin` and `bandwidth` in points; `None` for the
/// author's choices (2·SD/√n, and the mean of both sides' fourth-degree rule of thumb). Scores on a grid need a
/// bin of the grid's step.
///
/// **Formula**: a histogram with no bin across the line; a triangular-weighted line on each side gives f⁻ and f⁺;
/// θ = ln f⁺ − ln f⁻, se = √(24/(5nh)·(1/f⁺ + 1/f⁻)).
///
/// **Returns**: `None` when a side is empty within the bandwidth, a density at the line is not above 0, or nothing
/// varies.
///
/// **Reference**: McCrary (2008), Journal of Econometrics 142, 698–714, sections 3.1–3.2.
///
/// **Example**: an even spread has no jump.
/// ```
/// let scores: Vec<f64> = (0..2000).map(|i| f64::from(i) / 100.0 - 10.0 + 0.005).collect();
/// let found = kaojian::stats::density::mccrary(&scores, 0.0, Some(0.5), Some(5.0)).unwrap();
/// assert!(found.log_difference.abs() < 1e-9 && found.p_value > 0.99);
/// ```
pub fn mccrary(scores: &[f64], line: f64, bin: Option<f64>, bandwidth: Option<f64>) -> Option<DensityJump> {
    let n = scores.len() as f64;
    if scores.len() < 2 || scores.iter().any(|score| !score.is_finite()) {
        return None;
    }
    let lowest = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if line <= lowest || line >= highest {
        return None;
    }
    let mean = scores.iter().sum::<f64>() / n;
    let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let bin = bin.unwrap_or(2.0 * variance.sqrt() / n.sqrt());
    if bin.is_nan() || bin <= 0.0 || (highest - lowest) / bin > 1e7 {
        return None;
    }
    let middle = |place: f64| place * bin + 0.5 * bin + line;
    let place = |score: f64| ((score - line) / bin).floor();
    let (first, last) = (place(lowest), place(highest));
    let cells = ((highest - lowest) / bin).floor() as usize + 2;
    let mut heights = vec![0.0; cells];
    for score in scores {
        let cell = (place(*score) - first) as usize;
        if let Some(height) = heights.get_mut(cell) {
            *height += 1.0 / (n * bin);
        }
    }
    let middles: Vec<f64> = (0..cells).map(|cell| middle(first + cell as f64)).collect();
    let split = middles.partition_point(|x| *x < line);
    let bandwidth = match bandwidth {
        Some(bandwidth) => bandwidth,
        None => {
            let left = rule_of_thumb(&middles[..split], &heights[..split], line - middle(first))?;
            let right = rule_of_thumb(&middles[split..], &heights[split..], middle(last) - line)?;
            0.5 * (left + right)
        }
    };
    if bandwidth.is_nan() || bandwidth <= 0.0 {
        return None;
    }
    // Empty bins beyond the ends are part of the density.
    let padding = (bandwidth / bin).ceil() as usize;
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for i in (1..=padding).rev() {
        xs.push(middle(first) - i as f64 * bin);
        ys.push(0.0);
    }
    xs.extend(&middles);
    ys.extend(&heights);
    for i in 1..=padding {
        xs.push(middle(last) + i as f64 * bin);
        ys.push(0.0);
    }
    let below = local_line(&xs, &ys, line, bandwidth, |x| x < line)?;
    let above = local_line(&xs, &ys, line, bandwidth, |x| x >= line)?;
    if below <= 0.0 || above <= 0.0 {
        return None;
    }
    let log_difference = above.ln() - below.ln();
    let standard_error = (24.0 / 5.0 / (n * bandwidth) * (1.0 / above + 1.0 / below)).sqrt();
    let z = log_difference / standard_error;
    Some(DensityJump { log_difference, standard_error, z, p_value: 2.0 * upper_tail(z.abs()), bin, bandwidth })
}

/// 3.348·(σ²·range/Σ f''²)^(1/5) of a fourth-degree polynomial; McCrary (2008), section 3.2.
fn rule_of_thumb(xs: &[f64], ys: &[f64], range: f64) -> Option<f64> {
    const DEGREE: usize = 4;
    let p = DEGREE + 1;
    let (low, high) = (*xs.first()?, *xs.last()?);
    let half = 0.5 * (high - low);
    if xs.len() <= p || half <= 0.0 {
        return None;
    }
    // Scaled to −1..1, so that the powers stay apart.
    let scaled: Vec<f64> = xs.iter().map(|x| (x - low) / half - 1.0).collect();
    let row = |t: f64| -> [f64; DEGREE + 1] { [1.0, t, t * t, t.powi(3), t.powi(4)] };
    let (mut matrix, mut right) = (vec![0.0; p * p], vec![0.0; p]);
    for (t, y) in scaled.iter().zip(ys) {
        let row = row(*t);
        for i in 0..p {
            right[i] += row[i] * y;
            for j in 0..=i {
                matrix[i * p + j] += row[i] * row[j];
            }
        }
    }
    let b = Cholesky::new(&matrix, p).ok()?.solve(&right);
    let predict = |t: f64| row(t).iter().zip(&b).map(|(x, b)| x * b).sum::<f64>();
    let squares: f64 = scaled.iter().zip(ys).map(|(t, y)| (y - predict(*t)).powi(2)).sum();
    let variance = squares / (xs.len() - p) as f64;
    let bends: f64 =
        scaled.iter().map(|t| ((2.0 * b[2] + 6.0 * b[3] * t + 12.0 * b[4] * t * t) / (half * half)).powi(2)).sum();
    Some(3.348 * (variance * range / bends).powf(0.2))
}

/// Height at the line of a triangular-weighted least-squares line through one side.
fn local_line(xs: &[f64], ys: &[f64], line: f64, bandwidth: f64, side: impl Fn(f64) -> bool) -> Option<f64> {
    let (mut w, mut wx, mut wxx, mut wy, mut wxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (x, y) in xs.iter().zip(ys).filter(|(x, _)| side(**x)) {
        let distance = x - line;
        let weight = 1.0 - (distance / bandwidth).abs();
        if weight > 0.0 {
            w += weight;
            wx += weight * distance;
            wxx += weight * distance * distance;
            wy += weight * y;
            wxy += weight * distance * y;
        }
    }
    let determinant = w * wxx - wx * wx;
    (determinant > 1e-12 * w * wxx).then(|| (wxx * wy - wx * wxy) / determinant)
}

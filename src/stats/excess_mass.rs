//! How many scores were moved up to the pass line: mass missing just below against mass in excess at it.
//!
//! For whole scores of some hundred candidates and more. Estimators made for tax thresholds do not see marks that
//! are lifted inside their excluded window.

use crate::stats::cholesky::Cholesky;

/// Where marks may have been moved, and what the smooth curve is fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MassWindow {
    /// Lowest score of the fit.
    pub lowest: i64,
    /// Highest score of the fit.
    pub highest: i64,
    /// The pass line.
    pub line: i64,
    /// Scores just below the line that may have lost candidates.
    pub below: u32,
    /// Scores above the line, beside the line itself, that may have gained some.
    pub above: u32,
    /// Degree of the polynomial in the logarithm of the frequency.
    pub degree: usize,
}

/// Excess, missing and moved candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MovedMass {
    /// Candidates at the line and above it in the window beyond the smooth curve.
    pub excess: f64,
    /// Candidates lacking below.
    pub missing: f64,
    /// (excess + missing)/2.
    pub moved: f64,
    /// Moved of those that the curve has just below the line.
    pub share_of_below: f64,
    /// The curve's candidates just below the line.
    pub expected_below: f64,
    /// The curve's candidates at the line and above in the window.
    pub expected_above: f64,
}

/// Fits the smooth curve around the window and compares.
///
/// **Input**: `counts[i]` candidates with score `window.lowest + i`, for every score of the fit.
///
/// **Formula**: counts ~ Poisson(exp(Σ_j b_j x^j)) outside the window (a dummy for each score inside is the same as
/// leaving it out); excess = Σ(n − λ) over line..=line + above, missing = Σ(λ − n) over line − below..line.
///
/// **Returns**: `None` when fewer scores than coefficients are outside the window, the window is not inside the fit,
/// or the fit fails.
///
/// **Reference**: after Dee, Dobbie, Jacob & Rockoff (2019), American Economic Journal: Applied Economics 11(3),
/// 382–423, section III; Chetty, Friedman, Olsen & Pistaferri (2011), Quarterly Journal of Economics 126, 749–804.
///
/// **Example**: level counts of 100, with 30 moved from 59 to 60.
/// ```
/// use kaojian::stats::excess_mass::{MassWindow, moved_mass};
/// let window = MassWindow { lowest: 40, highest: 80, line: 60, below: 1, above: 0, degree: 2 };
/// let counts: Vec<u64> = (40..=80).map(|s| match s { 59 => 70, 60 => 130, _ => 100 }).collect();
/// let found = moved_mass(&counts, &window).unwrap();
/// assert!((found.moved - 30.0).abs() < 1e-6 && (found.share_of_below - 0.3).abs() < 1e-8);
/// ```
pub fn moved_mass(counts: &[u64], window: &MassWindow) -> Option<MovedMass> {
    let values: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    compare(&values, &smooth(&values, window, &|_| false)?, window)
}

/// The smooth curve over every score of the fit; as [`moved_mass`].
pub fn smooth_counts(counts: &[u64], window: &MassWindow) -> Option<Vec<f64>> {
    let values: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    smooth(&values, window, &|_| false)
}

fn compare(values: &[f64], curve: &[f64], window: &MassWindow) -> Option<MovedMass> {
    let line = usize::try_from(window.line - window.lowest).ok()?;
    let first = line.checked_sub(window.below as usize)?;
    let last = line + window.above as usize;
    if last >= values.len() {
        return None;
    }
    let sum = |values: &[f64], from: usize, to: usize| values[from..to].iter().sum::<f64>();
    let (expected_below, expected_above) = (sum(curve, first, line), sum(curve, line, last + 1));
    let excess = sum(values, line, last + 1) - expected_above;
    let missing = expected_below - sum(values, first, line);
    let moved = 0.5 * (excess + missing);
    Some(MovedMass { excess, missing, moved, share_of_below: moved / expected_below, expected_below, expected_above })
}

/// Legendre polynomials of the score scaled to −1..1: the same curve as powers, without their collinearity.
fn legendre(x: f64, degree: usize) -> Vec<f64> {
    let mut row = vec![1.0, x];
    for n in 1..degree {
        let order = n as f64;
        row.push(((2.0 * order + 1.0) * x * row[n] - order * row[n - 1]) / (order + 1.0));
    }
    row.truncate(degree + 1);
    row
}

/// The polynomial's values at every score of the fit, and the scores it is fitted to: those outside the window that
/// are not left out.
struct Design {
    rows: Vec<Vec<f64>>,
    used: Vec<usize>,
}

fn design(values: &[f64], window: &MassWindow, left_out: &dyn Fn(usize) -> bool) -> Option<Design> {
    let span = window.highest.checked_sub(window.lowest).filter(|span| *span > 0)?;
    if values.len() != usize::try_from(span).ok()?.checked_add(1)? {
        return None;
    }
    let rows: Vec<Vec<f64>> =
        (0..values.len()).map(|i| legendre(2.0 * i as f64 / span as f64 - 1.0, window.degree)).collect();
    let outside = |i: usize| {
        let score = window.lowest + i as i64;
        score < window.line - i64::from(window.below) || score > window.line + i64::from(window.above)
    };
    let used: Vec<usize> = (0..values.len()).filter(|i| outside(*i) && !left_out(*i)).collect();
    (used.len() > window.degree + 1).then_some(Design { rows, used })
}

/// Fits the smooth curve to the counts themselves by least squares and compares.
///
/// **Input**, **Returns**, **Reference**: as [`moved_mass`]. **Formula**: counts = Σ_j b_j x^j outside the window, each
/// score with equal weight. The Poisson curve of [`moved_mass`] is never below nought and weighs by frequency: this one
/// is for comparison.
///
/// **Example**: level counts of 100, with 30 moved from 59 to 60.
/// ```
/// use kaojian::stats::excess_mass::{MassWindow, moved_mass_least_squares};
/// let window = MassWindow { lowest: 40, highest: 80, line: 60, below: 1, above: 0, degree: 2 };
/// let counts: Vec<u64> = (40..=80).map(|s| match s { 59 => 70, 60 => 130, _ => 100 }).collect();
/// assert!((moved_mass_least_squares(&counts, &window).unwrap().moved - 30.0).abs() < 1e-6);
/// ```
pub fn moved_mass_least_squares(counts: &[u64], window: &MassWindow) -> Option<MovedMass> {
    let values: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let Design { rows, used } = design(&values, window, &|_| false)?;
    let p = window.degree + 1;
    let (mut information, mut right) = (vec![0.0; p * p], vec![0.0; p]);
    for &i in &used {
        for r in 0..p {
            right[r] += rows[i][r] * values[i];
            for c in 0..=r {
                information[r * p + c] += rows[i][r] * rows[i][c];
            }
        }
    }
    let b = Cholesky::new(&information, p).ok()?.solve(&right);
    let curve: Vec<f64> = rows.iter().map(|row| row.iter().zip(&b).map(|(x, b)| x * b).sum()).collect();
    compare(&values, &curve, window)
}

/// The curve fitted to the scores outside the window that are not left out.
fn smooth(values: &[f64], window: &MassWindow, left_out: &dyn Fn(usize) -> bool) -> Option<Vec<f64>> {
    let Design { rows, used } = design(values, window, left_out)?;
    let p = window.degree + 1;
    let mean = used.iter().map(|i| values[*i]).sum::<f64>() / used.len() as f64;
    if mean <= 0.0 {
        return None;
    }
    let predict =
        |b: &[f64], i: usize| rows[i].iter().zip(b).map(|(x, b)| x * b).sum::<f64>().clamp(-700.0, 700.0).exp();
    let likelihood = |b: &[f64]| {
        used.iter()
            .map(|&i| {
                let rate = predict(b, i);
                values[i] * rate.ln() - rate
            })
            .sum::<f64>()
    };
    let mut b = vec![0.0; p];
    b[0] = mean.ln();
    let mut current = likelihood(&b);
    for _ in 0..200 {
        let (mut gradient, mut information) = (vec![0.0; p], vec![0.0; p * p]);
        for &i in &used {
            let rate = predict(&b, i);
            for r in 0..p {
                gradient[r] += rows[i][r] * (values[i] - rate);
                for c in 0..=r {
                    information[r * p + c] += rows[i][r] * rows[i][c] * rate;
                }
            }
        }
        let step = Cholesky::new(&information, p).ok()?.solve(&gradient);
        let mut share = 1.0;
        loop {
            let trial: Vec<f64> = b.iter().zip(&step).map(|(b, step)| b + share * step).collect();
            let found = likelihood(&trial);
            if found >= current - 1e-12 * current.abs() || share < 1e-8 {
                (b, current) = (trial, found);
                break;
            }
            share *= 0.5;
        }
        if step.iter().all(|step| step.abs() < 1e-12) {
            break;
        }
    }
    Some((0..values.len()).map(|i| predict(&b, i)).collect())
}

/// Degree of the polynomial that predicts left-out scores best.
///
/// **Input**: as [`moved_mass`]; `degrees` to choose from.
///
/// **Formula**: every fifth score outside the window is left out in turn; the degree with the smallest Poisson
/// deviance on the scores left out. Ties go to the lower degree.
///
/// **Returns**: `None` when no degree can be fitted.
///
/// **Reference**: Stone (1974), Journal of the Royal Statistical Society B 36, 111–147.
pub fn choose_degree(counts: &[u64], window: &MassWindow, degrees: std::ops::RangeInclusive<usize>) -> Option<usize> {
    const FOLDS: usize = 5;
    let values: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let mut best: Option<(f64, usize)> = None;
    for degree in degrees {
        let window = MassWindow { degree, ..*window };
        let mut deviance = 0.0;
        let mut fitted = true;
        for fold in 0..FOLDS {
            let Some(curve) = smooth(&values, &window, &|i| i % FOLDS == fold) else {
                fitted = false;
                break;
            };
            for i in (fold..values.len()).step_by(FOLDS) {
                let score = window.lowest + i as i64;
                let inside =
                    score >= window.line - i64::from(window.below) && score <= window.line + i64::from(window.above);
                if !inside {
                    let term = if values[i] > 0.0 { values[i] * (values[i] / curve[i]).ln() } else { 0.0 };
                    deviance += 2.0 * (term - (values[i] - curve[i]));
                }
            }
        }
        if fitted && best.is_none_or(|(least, _)| deviance < least) {
            best = Some((deviance, degree));
        }
    }
    best.map(|(_, degree)| degree)
}

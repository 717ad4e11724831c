//! Which raters stand apart from the others: contrasts of joint estimates, stepped down.
//!
//! Each rater is compared with the mean of the reference raters of the same subset. At first all are
//! reference; the one that stands out most leaves the reference, and all are compared again, so that
//! the rater who is apart does not make the others look apart in the other direction.

use crate::detect::scoring::joint::Estimates;
use crate::stats::multiplicity::holm;
use crate::stats::student::p_value_of_estimate;

/// Works below which a rater is not tested.
pub(super) const MINIMUM_WORKS: usize = 10;

/// One rater against the reference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contrast {
    /// Own estimate minus the mean of the reference raters; + is lenient.
    pub(super) estimate: f64,
    /// The larger of the classical and the robust standard error.
    pub(super) standard_error: f64,
    /// Degrees of freedom of the t test.
    pub(super) degrees_of_freedom: f64,
    /// Two-sided p-value of no difference.
    pub(super) p_value: f64,
    /// Holm-adjusted over all raters of all subsets.
    pub(super) adjusted_p_value: f64,
    /// Significant after Holm, and large enough.
    pub(super) flagged: bool,
    /// Whether others were compared with this rater at the end.
    pub(super) in_reference: bool,
    /// Would be flagged, but only two raters are left to compare: which of them is apart cannot be told.
    pub(super) ambiguous: bool,
}

/// Compares the raters of every subset; `None` where a rater cannot be tested.
pub(super) fn step_down(subsets: &[&Estimates], level: f64, minimum: f64) -> Vec<Vec<Option<Contrast>>> {
    let mut reference: Vec<Vec<bool>> = subsets.iter().map(|estimates| estimates.estimable.clone()).collect();
    loop {
        let mut contrasts: Vec<Vec<Option<Contrast>>> =
            subsets.iter().zip(&reference).map(|(estimates, reference)| compare(estimates, reference)).collect();
        adjust(&mut contrasts);
        let mut removed = false;
        for (found, reference) in contrasts.iter_mut().zip(&mut reference) {
            let left = reference.iter().filter(|in_reference| **in_reference).count();
            let mut worst: Option<(usize, f64)> = None;
            for (rater, contrast) in found.iter_mut().enumerate() {
                let Some(contrast) = contrast else { continue };
                let apart = contrast.adjusted_p_value < level && contrast.estimate.abs() >= minimum;
                contrast.in_reference = reference[rater];
                contrast.ambiguous = apart && reference[rater] && left <= 2;
                contrast.flagged = apart && !contrast.ambiguous;
                let distance = contrast.estimate.abs() / contrast.standard_error.max(f64::MIN_POSITIVE);
                if contrast.flagged && reference[rater] && worst.is_none_or(|(_, farthest)| distance > farthest) {
                    worst = Some((rater, distance));
                }
            }
            if let Some((rater, _)) = worst {
                reference[rater] = false;
                removed = true;
            }
        }
        if !removed {
            return contrasts;
        }
    }
}

fn compare(estimates: &Estimates, reference: &[bool]) -> Vec<Option<Contrast>> {
    let m = estimates.values.len();
    let members = || (0..m).filter(|rater| reference[*rater]);
    let row_sum = |matrix: &ndarray::Array2<f64>, rater: usize| members().map(|s| matrix[[rater, s]]).sum::<f64>();
    let classical_sums: Vec<f64> = (0..m).map(|rater| row_sum(&estimates.classical, rater)).collect();
    let robust_sums: Vec<f64> = (0..m).map(|rater| row_sum(&estimates.robust, rater)).collect();
    let value_sum: f64 = members().map(|rater| estimates.values[rater]).sum();
    let size = members().count();
    // Variance of own − mean of the reference without oneself, from sums over the covariance matrix.
    let variance = |matrix: &ndarray::Array2<f64>, sums: &[f64], rater: usize, others: f64| {
        let own = matrix[[rater, rater]];
        let whole: f64 = members().map(|s| sums[s]).sum();
        let (with_others, among_others) =
            if reference[rater] { (sums[rater] - own, whole - 2.0 * sums[rater] + own) } else { (sums[rater], whole) };
        own - 2.0 * with_others / others + among_others / (others * others)
    };
    (0..m)
        .map(|rater| {
            let others = size - usize::from(reference[rater]);
            let degrees_of_freedom = estimates.degrees_of_freedom[rater];
            if others == 0 || !estimates.estimable[rater] || estimates.works[rater] < MINIMUM_WORKS {
                return None;
            }
            let own = if reference[rater] { estimates.values[rater] } else { 0.0 };
            let estimate = estimates.values[rater] - (value_sum - own) / others as f64;
            let classical = variance(&estimates.classical, &classical_sums, rater, others as f64);
            let robust = variance(&estimates.robust, &robust_sums, rater, others as f64);
            let standard_error = classical.max(robust).max(0.0).sqrt();
            Some(Contrast {
                estimate,
                standard_error,
                degrees_of_freedom,
                p_value: p_value_of_estimate(estimate, standard_error, degrees_of_freedom),
                adjusted_p_value: 1.0,
                flagged: false,
                in_reference: reference[rater],
                ambiguous: false,
            })
        })
        .collect()
}

fn adjust(contrasts: &mut [Vec<Option<Contrast>>]) {
    let p_values: Vec<f64> = contrasts.iter().flatten().flatten().map(|contrast| contrast.p_value).collect();
    for (contrast, adjusted) in contrasts.iter_mut().flatten().flatten().zip(holm(&p_values)) {
        contrast.adjusted_p_value = adjusted;
    }
}

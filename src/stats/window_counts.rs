//! Counts just below and just above a line in windows that grow: a check of a density test that needs no curve.

use crate::stats::binomial::lower_tail;

/// Scores that the smallest window must hold on each side.
const LEAST_IN_WINDOW: usize = 20;
/// Windows.
const WINDOWS: usize = 10;

/// One window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowCount {
    /// Reach below and above the line.
    pub reach: [f64; 2],
    /// Scores below, and at or above.
    pub counts: [usize; 2],
    /// Exact two-sided p-value of an even split.
    pub p_value: f64,
}

/// Ten windows about the line.
///
/// **Input**: scores, none missing; `bandwidths` below and above, beyond which windows do not grow if they can help it.
///
/// **Formula**: the smallest window w reaches 20 scores on each side; each next one is wider by w, or by less so that the
/// tenth reaches the bandwidth. p = min(1, 2 P(X ≤ smaller count)) with X of Bin(n, 1/2).
///
/// **Returns**: smallest window first; empty when a side has no score. An even split is what a flat density gives: on a
/// slope, wide windows differ without any move.
///
/// **Reference**: Cattaneo, Jansson & Ma (2018), Stata Journal 18, 234–261, section 2.5.
///
/// **Example**:
/// ```
/// let scores: Vec<f64> = (-40..40).map(|x| f64::from(x) + 0.5).collect();
/// let found = kaojian::stats::window_counts::window_counts(&scores, 0.0, [30.0, 30.0]);
/// assert_eq!((found[0].counts, found[0].p_value), ([20, 20], 1.0));
/// ```
pub fn window_counts(scores: &[f64], line: f64, bandwidths: [f64; 2]) -> Vec<WindowCount> {
    let side = |left: bool| {
        let distances = scores.iter().map(|score| score - line).filter(|x| x.is_finite() && (*x < 0.0) == left);
        let mut distances: Vec<f64> = distances.map(f64::abs).collect();
        distances.sort_by(f64::total_cmp);
        distances
    };
    let sides = [side(true), side(false)];
    let reach = |distances: &[f64]| distances.get(LEAST_IN_WINDOW.min(distances.len()).saturating_sub(1)).copied();
    let Some(smallest) = reach(&sides[0]).zip(reach(&sides[1])).map(|(a, b)| a.max(b)) else { return Vec::new() };
    let steps = bandwidths.map(|h| {
        let even = (h - smallest) / (WINDOWS - 1) as f64;
        if even > 0.0 { even.min(smallest) } else { smallest }
    });
    (0..WINDOWS)
        .map(|window| {
            let reach = steps.map(|step| smallest + step * window as f64);
            // A window that is a whole number of marks wide must hold the marks at its ends.
            let within = |i: usize| sides[i].partition_point(|x| *x <= reach[i] * (1.0 + 1e-12));
            let counts = [within(0), within(1)];
            let all = (counts[0] + counts[1]) as u64;
            let tail = lower_tail(counts[0].min(counts[1]) as u64, all, 0.5).probability;
            WindowCount { reach, counts, p_value: (2.0 * tail).min(1.0) }
        })
        .collect()
}

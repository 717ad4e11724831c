//! Density tests of `kaojian passline`, for scores that take many values.

use crate::cli::passline_steps::Text;
use crate::model::text::Bilingual;
use crate::stats::density::mccrary;
use crate::stats::density_test::{DensityContrast, DensityTestSettings, density_test};
use crate::stats::window_counts::{WindowCount, window_counts};
use serde::Serialize;
use std::collections::BTreeSet;

/// Different scores that a side needs: twenty and the order of the polynomial and one.
const LEAST_DISTINCT: usize = 23;

/// McCrary's test.
#[derive(Debug, Serialize)]
pub struct Jump {
    log_difference: f64,
    standard_error: f64,
    z: f64,
    p_value: f64,
    bin: f64,
    bandwidth: f64,
}

/// One fit of the local-polynomial test.
#[derive(Debug, Serialize)]
struct Contrast {
    densities: [f64; 2],
    standard_errors: [f64; 2],
    difference: f64,
    standard_error: f64,
    t: f64,
    p_value: f64,
}

impl From<DensityContrast> for Contrast {
    fn from(found: DensityContrast) -> Self {
        let DensityContrast { densities, standard_errors, difference, standard_error, t, p_value } = found;
        Self { densities, standard_errors, difference, standard_error, t, p_value }
    }
}

#[derive(Debug, Serialize)]
struct Window {
    reach: [f64; 2],
    counts: [usize; 2],
    p_value: f64,
}

impl From<WindowCount> for Window {
    fn from(found: WindowCount) -> Self {
        Self { reach: found.reach, counts: found.counts, p_value: found.p_value }
    }
}

/// The local-polynomial test.
#[derive(Debug, Serialize)]
struct Polynomial {
    bandwidths: [f64; 2],
    scores: [usize; 2],
    effective: [usize; 2],
    robust: Contrast,
    conventional: Contrast,
    windows: Vec<Window>,
}

/// Both density tests, and why the second was not made.
#[derive(Debug, Serialize)]
pub struct Densities {
    /// McCrary's.
    pub density_jump: Option<Jump>,
    local_polynomial: Option<Polynomial>,
    local_polynomial_refused: Option<Text>,
}

/// Tests the density at the line; `bin` in points for scores on a grid.
pub fn densities(values: &[f64], line: f64, bin: Option<f64>) -> Densities {
    let density_jump = mccrary(values, line, bin, None).map(|found| Jump {
        log_difference: found.log_difference,
        standard_error: found.standard_error,
        z: found.z,
        p_value: found.p_value,
        bin: found.bin,
        bandwidth: found.bandwidth,
    });
    let distinct: BTreeSet<u64> = values.iter().map(|value| value.to_bits()).collect();
    let above = distinct.iter().filter(|value| f64::from_bits(**value) >= line).count();
    let below = distinct.len() - above;
    if below < LEAST_DISTINCT || above < LEAST_DISTINCT {
        let refused = Bilingual::new(
            format!(
                "局部多项式密度检验未作：合格线下、线上不同的成绩为 {below}、{above} 个，每侧至少要 {LEAST_DISTINCT} 个；整数分请看精确检验"
            ),
            format!(
                "the local-polynomial test was not made: {below} and {above} different scores below the line and from it up, each side needs {LEAST_DISTINCT}; for whole marks see the exact test"
            ),
        );
        return Densities { density_jump, local_polynomial: None, local_polynomial_refused: Some(refused.into()) };
    }
    let found = density_test(values, line, &DensityTestSettings::default());
    let refused = found.is_none().then(|| {
        Bilingual::new(
            "局部多项式密度检验未作：带宽内成绩太少",
            "the local-polynomial test was not made: too few scores within the bandwidth",
        )
    });
    Densities {
        density_jump,
        local_polynomial: found.map(|found| Polynomial {
            bandwidths: found.bandwidths,
            scores: found.scores,
            effective: found.effective,
            robust: found.robust.into(),
            conventional: found.conventional.into(),
            windows: window_counts(values, line, found.bandwidths).into_iter().map(Window::from).collect(),
        }),
        local_polynomial_refused: refused.map(Text::from),
    }
}

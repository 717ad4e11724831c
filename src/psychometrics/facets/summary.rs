//! How well a facet's elements are told apart.

/// Spread of measures against their errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FacetSummary {
    /// Measures.
    pub elements: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation (over n, or n − 1 as asked).
    pub standard_deviation: f64,
    /// √mean of squared standard errors.
    pub root_mean_square_error: f64,
    /// √(SD² − RMSE²), at least 0.
    pub adjusted_deviation: f64,
    /// G = adjusted deviation / RMSE: spread in units of error.
    pub separation: f64,
    /// (4G + 1)/3: levels that can be told apart.
    pub strata: f64,
    /// G²/(1 + G²). For raters, high means that they are not equally severe.
    pub reliability: f64,
    /// Σ w(d − d̄)², w = 1/se²: are all equal?
    pub fixed_chi_square: f64,
    /// n − 1.
    pub degrees_of_freedom: usize,
    /// Σ w(d − d̄)², w = 1/(se² + s²) with s² the variance over n − 1 less the mean squared error: are the measures a
    /// sample from a normal distribution?
    pub random_chi_square: f64,
    /// n − 2.
    pub random_degrees_of_freedom: usize,
}

/// Separation, strata, reliability and the test of equality.
///
/// **Input**: measures with standard errors above 0; `sample` divides by n − 1 instead of n.
///
/// **Returns**: `None` below two measures.
///
/// **Reference**: Wright & Masters (1982), Rating Scale Analysis, pp. 92, 106; fixed and random χ²: Linacre (1989),
/// Many-Facet Rasch Measurement, after Hedges & Olkin (1985), chapters 6 and 9.
///
/// **Example**: −1 and 1 with errors of 0.5: SD 1, adjusted √0.75, G = √3, strata (4√3 + 1)/3, reliability 0.75.
/// ```
/// let found = kaojian::psychometrics::facets::summary::facet_summary(&[(-1.0, 0.5), (1.0, 0.5)], false).unwrap();
/// assert!((found.reliability - 0.75).abs() < 1e-12 && (found.fixed_chi_square - 8.0).abs() < 1e-12);
/// ```
pub fn facet_summary(measures: &[(f64, f64)], sample: bool) -> Option<FacetSummary> {
    let elements = measures.len();
    if elements < 2 {
        return None;
    }
    let n = elements as f64;
    let mean = measures.iter().map(|(measure, _)| measure).sum::<f64>() / n;
    let squares: f64 = measures.iter().map(|(measure, _)| (measure - mean).powi(2)).sum();
    let variance = squares / if sample { n - 1.0 } else { n };
    let error = measures.iter().map(|(_, error)| error * error).sum::<f64>() / n;
    let adjusted = (variance - error).max(0.0).sqrt();
    let separation = adjusted / error.sqrt();
    let between = (squares / (n - 1.0) - error).max(0.0);
    Some(FacetSummary {
        elements,
        mean,
        standard_deviation: variance.sqrt(),
        root_mean_square_error: error.sqrt(),
        adjusted_deviation: adjusted,
        separation,
        strata: (4.0 * separation + 1.0) / 3.0,
        reliability: separation * separation / (1.0 + separation * separation),
        fixed_chi_square: weighted_squares(measures, 0.0),
        degrees_of_freedom: elements - 1,
        random_chi_square: weighted_squares(measures, between),
        random_degrees_of_freedom: elements - 2,
    })
}

/// Σ w(d − d̄)² about the weighted mean, w = 1/(se² + `between`).
fn weighted_squares(measures: &[(f64, f64)], between: f64) -> f64 {
    let weight = |error: f64| 1.0 / (error * error + between);
    let weights: f64 = measures.iter().map(|(_, error)| weight(*error)).sum();
    let weighted: f64 = measures.iter().map(|(measure, error)| measure * weight(*error)).sum();
    let centre = weighted / weights;
    measures.iter().map(|(measure, error)| (measure - centre).powi(2) * weight(*error)).sum()
}

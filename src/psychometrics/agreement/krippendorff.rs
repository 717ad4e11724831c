//! Krippendorff's alpha: disagreement observed against disagreement expected when all values are shuffled.

use crate::psychometrics::agreement::coefficient::{AgreementUndefined, Coefficient, unit_agreement, with_interval};
use crate::psychometrics::agreement::table::RatingTable;
use crate::psychometrics::agreement::weights::squared_share;

/// How far apart two scores are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Same or not.
    Nominal,
    /// (Σ of the values between, half of both ends)²: ranks by how often the values occur.
    Ordinal,
    /// (x − y)².
    Interval,
    /// ((x − y)/(x + y))², for scores of nought or more.
    Ratio,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 4] = [Self::Nominal, Self::Ordinal, Self::Interval, Self::Ratio];

    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval => "interval",
            Self::Ratio => "ratio",
        }
    }
}

/// Krippendorff's alpha.
///
/// **Input**: any table with missing ratings; units with one rating are left out, as the definition says.
///
/// **Formula**: α = 1 − D_o/D_e with coincidences o_ck = Σ_units (pairs c, k)/(r − 1), n_c = Σ_k o_ck,
/// D_o = Σ o_ck δ_ck/n, D_e = Σ n_c n_k δ_ck/(n(n − 1)).
///
/// **Returns**: at most 1. `observed` and `expected` are 1 − D/δ_max. The standard error is Gwet's linearised one,
/// which takes the metric as given (ordinal distances depend on the margins).
///
/// **Errors**: nothing compared, no variance, a score below nought under the ratio metric.
///
/// **Reference**: Krippendorff (2004), Content Analysis, 2nd edition, section 11.3; metrics: Krippendorff (2011),
/// Computing Krippendorff's alpha-reliability; variance: Gwet (2014), chapter 5. R's `irr` 0.84.1 counts pairs wrongly when
/// there is no missing rating and more than two raters; it is not followed.
///
/// **Example**: units (1,1) and (1,2): D_o = 1/2, D_e = 2·3·1/(4·3) = 1/2, α = 0.
/// ```
/// use kaojian::psychometrics::agreement::krippendorff::{Metric, krippendorff_alpha};
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// let table = RatingTable::new(&[(0, 0, 1.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 2.0)], None).unwrap();
/// assert!(krippendorff_alpha(&table, Metric::Nominal).unwrap().value.abs() < 1e-15);
/// ```
pub fn krippendorff_alpha(table: &RatingTable, metric: Metric) -> Result<Coefficient, AgreementUndefined> {
    let categories = table.categories();
    let q = categories.len();
    if metric == Metric::Ratio && categories.first().is_some_and(|lowest| *lowest < 0.0) {
        return Err(AgreementUndefined::NegativeScore);
    }
    let mut values = vec![0.0; q];
    let mut units = 0usize;
    for unit in table.by_unit().filter(|unit| unit.len() > 1) {
        units += 1;
        unit.iter().for_each(|cell| values[cell.category] += 1.0);
    }
    if units == 0 {
        return Err(AgreementUndefined::NothingCompared);
    }
    let total: f64 = values.iter().sum();
    let distances = distances(categories, &values, metric);
    let farthest = distances.iter().copied().fold(0.0, f64::max);
    if farthest <= 0.0 || values.iter().filter(|count| **count > 0.0).count() < 2 {
        return Err(AgreementUndefined::NoVariance);
    }
    // With weights 1 − δ/δ_max alpha is a kappa; its expected agreement has the small-sample factor in p_a.
    let weights: Vec<f64> = distances.iter().map(|distance| 1.0 - distance / farthest).collect();
    let shares: Vec<f64> = values.iter().map(|count| count / total).collect();
    let means: Vec<f64> = (0..q).map(|k| (0..q).map(|l| weights[k * q + l] * shares[l]).sum()).collect();
    let expected: f64 = shares.iter().zip(&means).map(|(share, mean)| share * mean).sum();
    let beyond = 1.0 - expected;
    let n = units as f64;
    let mean_ratings = total / n;
    let compared = || table.by_unit().filter(|unit| unit.len() > 1);
    let agreements: Vec<f64> = compared().map(|unit| unit_agreement(unit, &weights, q) * unit.len() as f64).collect();
    let plain = agreements.iter().sum::<f64>() / total;
    let observed = (1.0 - 1.0 / total) * plain + 1.0 / total;
    let value = (observed - expected) / beyond;
    let plain_value = (plain - expected) / beyond;
    let spread: f64 = compared()
        .zip(&agreements)
        .map(|(unit, agreement)| {
            let size = (unit.len() as f64 - mean_ratings) / mean_ratings;
            let own_observed = agreement / mean_ratings - plain * size;
            let own_expected =
                unit.iter().map(|cell| means[cell.category]).sum::<f64>() / mean_ratings - expected * size;
            let own =
                (own_observed - expected) / beyond - 2.0 * (1.0 - plain_value) * (own_expected - expected) / beyond;
            (own - plain_value).powi(2)
        })
        .sum();
    Ok(with_interval(value, observed, expected, spread, units, units))
}

fn distances(categories: &[f64], values: &[f64], metric: Metric) -> Vec<f64> {
    let q = categories.len();
    // Values up to and with each category, for the sums between two of them.
    let running: Vec<f64> = values
        .iter()
        .scan(0.0, |sum, count| {
            *sum += count;
            Some(*sum)
        })
        .collect();
    (0..q * q)
        .map(|at| {
            let (i, j) = ((at / q).min(at % q), (at / q).max(at % q));
            // A category that nobody used has no place among the ranks and takes part in no sum.
            if i == j || values[i] == 0.0 || values[j] == 0.0 {
                return 0.0;
            }
            match metric {
                Metric::Nominal => 1.0,
                Metric::Ordinal => (running[j] - running[i] + values[i] - 0.5 * (values[i] + values[j])).powi(2),
                Metric::Interval => (categories[j] - categories[i]).powi(2),
                Metric::Ratio => squared_share(categories[j] - categories[i], categories[j] + categories[i]),
            }
        })
        .collect()
}

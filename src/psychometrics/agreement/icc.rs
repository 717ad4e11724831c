//! Intraclass correlation: which share of the variance of marks is between the units?

use crate::psychometrics::agreement::coefficient::{AgreementUndefined, CONFIDENCE};
use crate::psychometrics::agreement::table::RatingTable;
use crate::stats::variance_ratio::{critical_value, upper_tail};

/// The six forms of Shrout and Fleiss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IccForm {
    /// ICC(1,1): each unit by its own raters, one rating.
    OneWaySingle,
    /// ICC(2,1): raters are a sample, absolute agreement, one rating.
    TwoWayRandomSingle,
    /// ICC(3,1): these raters only, consistency, one rating.
    TwoWayMixedSingle,
    /// ICC(1,k): as ICC(1,1), mean of k raters.
    OneWayAverage,
    /// ICC(2,k): as ICC(2,1), mean of k raters.
    TwoWayRandomAverage,
    /// ICC(3,k): as ICC(3,1), mean of k raters.
    TwoWayMixedAverage,
}

impl IccForm {
    /// Every form.
    pub const ALL: [Self; 6] = [
        Self::OneWaySingle,
        Self::TwoWayRandomSingle,
        Self::TwoWayMixedSingle,
        Self::OneWayAverage,
        Self::TwoWayRandomAverage,
        Self::TwoWayMixedAverage,
    ];

    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneWaySingle => "icc_1_1",
            Self::TwoWayRandomSingle => "icc_2_1",
            Self::TwoWayMixedSingle => "icc_3_1",
            Self::OneWayAverage => "icc_1_k",
            Self::TwoWayRandomAverage => "icc_2_k",
            Self::TwoWayMixedAverage => "icc_3_k",
        }
    }
}

/// Mean squares of a complete table of units by raters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSquares {
    /// Units n.
    pub units: usize,
    /// Raters k.
    pub raters: usize,
    /// Between units.
    pub between_units: f64,
    /// Between raters.
    pub between_raters: f64,
    /// Residual.
    pub residual: f64,
    /// Within units (raters and residual together).
    pub within_units: f64,
    /// Units left out because not every rater rated them.
    pub incomplete_units: usize,
}

/// Analysis of variance of the units that every rater rated.
///
/// **Input**: n ≥ 2 complete units, k ≥ 2 raters; incomplete units are left out and counted.
///
/// **Errors**: fewer than two complete units; a single rater.
///
/// **Reference**: Shrout & Fleiss (1979), Psychological Bulletin 86, 420–428, table 1.
///
/// **Example**: two units, two raters, marks 1, 2 and 3, 4: units are 2 apart, raters 1, nothing is left.
/// ```
/// use kaojian::psychometrics::agreement::icc::mean_squares;
/// use kaojian::psychometrics::agreement::table::RatingTable;
/// let table = RatingTable::new(&[(0, 0, 1.0), (0, 1, 2.0), (1, 0, 3.0), (1, 1, 4.0)], None).unwrap();
/// let found = mean_squares(&table).unwrap();
/// assert_eq!((found.between_units, found.between_raters, found.residual), (4.0, 1.0, 0.0));
/// ```
pub fn mean_squares(table: &RatingTable) -> Result<MeanSquares, AgreementUndefined> {
    let k = table.raters();
    let complete = || table.by_unit().filter(|unit| unit.len() == k);
    let n = complete().count();
    if n < 2 || k < 2 {
        return Err(AgreementUndefined::NoCompleteUnits);
    }
    let score = |category: usize| table.categories()[category];
    let (units, raters) = (n as f64, k as f64);
    let mut rater_sums = vec![0.0; k];
    let mut total = 0.0;
    for cell in complete().flatten() {
        rater_sums[cell.rater] += score(cell.category);
        total += score(cell.category);
    }
    let mean = total / (units * raters);
    let rater_squares: f64 = rater_sums.iter().map(|sum| (sum / units - mean).powi(2)).sum::<f64>() * units;
    let (mut unit_squares, mut within) = (0.0, 0.0);
    for unit in complete() {
        let own = unit.iter().map(|cell| score(cell.category)).sum::<f64>() / raters;
        unit_squares += raters * (own - mean).powi(2);
        within += unit.iter().map(|cell| (score(cell.category) - own).powi(2)).sum::<f64>();
    }
    Ok(MeanSquares {
        units: n,
        raters: k,
        between_units: unit_squares / (units - 1.0),
        between_raters: rater_squares / (raters - 1.0),
        residual: (within - rater_squares).max(0.0) / ((units - 1.0) * (raters - 1.0)),
        within_units: within / (units * (raters - 1.0)),
        incomplete_units: table.units() - n,
    })
}

/// An intraclass correlation with its test and interval. It has no standard error: its distribution is skewed, and
/// the papers give the interval from F instead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Icc {
    /// The coefficient, at most 1.
    pub value: f64,
    /// F of no correlation.
    pub f: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: (f64, f64),
    /// Its p-value.
    pub p_value: f64,
    /// Lower end of the 95 % interval.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// One of the six intraclass correlations.
///
/// **Formula**: with mean squares R between units, C between raters, E residual, W within: ICC(1,1) =
/// (R − W)/(R + (k − 1)W); ICC(2,1) = (R − E)/(R + (k − 1)E + k(C − E)/n); ICC(3,1) = (R − E)/(R + (k − 1)E);
/// averages (R − W)/R, (R − E)/(R + (C − E)/n), (R − E)/R. Intervals from F; for ICC(2,·) with Satterthwaite's
/// degrees of freedom, computed from ICC(2,1) for both forms.
///
/// **Returns**: `None` when nothing varies. The interval is that of F, not symmetric about the value; a standard error
/// is not given, for none of these papers has one.
///
/// **Reference**: Shrout & Fleiss (1979), Psychological Bulletin 86, 420–428; McGraw & Wong (1996), Psychological
/// Methods 1, 30–46, table 7.
///
/// **Example**: the published table of Shrout and Fleiss gives .17, .29, .71, .44, .62, .91.
/// ```
/// use kaojian::psychometrics::agreement::icc::{IccForm, MeanSquares, icc};
/// let squares = MeanSquares { units: 6, raters: 4, between_units: 11.2416666666667, between_raters: 32.4861111111111,
///     residual: 1.01944444444444, within_units: 6.26388888888889, incomplete_units: 0 };
/// let values = IccForm::ALL.map(|form| (icc(&squares, form).unwrap().value * 100.0).round());
/// assert_eq!(values, [17.0, 29.0, 71.0, 44.0, 62.0, 91.0]);
/// ```
pub fn icc(squares: &MeanSquares, form: IccForm) -> Option<Icc> {
    let (n, k) = (squares.units as f64, squares.raters as f64);
    let (r, c, e, w) = (squares.between_units, squares.between_raters, squares.residual, squares.within_units);
    let level = 0.5 * (1.0 - CONFIDENCE);
    let between = n - 1.0;
    let (error, within) = match form {
        IccForm::OneWaySingle | IccForm::OneWayAverage => (w, n * (k - 1.0)),
        _ => (e, (n - 1.0) * (k - 1.0)),
    };
    let single = match form {
        IccForm::TwoWayRandomSingle | IccForm::TwoWayRandomAverage => (r - e) / (r + (k - 1.0) * e + k * (c - e) / n),
        _ => (r - error) / (r + (k - 1.0) * error),
    };
    let f = r / error;
    if !single.is_finite() {
        return None;
    }
    let (lower, upper) = match form {
        IccForm::TwoWayRandomSingle | IccForm::TwoWayRandomAverage => {
            let a = k * single / (n * (1.0 - single));
            let b = 1.0 + k * single * (n - 1.0) / (n * (1.0 - single));
            let freedom =
                (a * c + b * e).powi(2) / ((a * c).powi(2) / (k - 1.0) + (b * e).powi(2) / ((n - 1.0) * (k - 1.0)));
            let low = critical_value(level, between, freedom);
            let high = critical_value(level, freedom, between);
            let rest = k * c + (k * n - k - n) * e;
            (n * (r - low * e) / (low * rest + n * r), n * (high * r - e) / (rest + n * high * r))
        }
        _ => {
            let low = f / critical_value(level, between, within);
            let high = f * critical_value(level, within, between);
            ((low - 1.0) / (low + k - 1.0), (high - 1.0) / (high + k - 1.0))
        }
    };
    let average = matches!(form, IccForm::OneWayAverage | IccForm::TwoWayRandomAverage | IccForm::TwoWayMixedAverage);
    // Spearman–Brown takes a single rating to the mean of k, and is monotone, so it also takes the ends.
    let lift = |value: f64| if average { k * value / (1.0 + (k - 1.0) * value) } else { value };
    Some(Icc {
        value: lift(single),
        f,
        degrees_of_freedom: (between, within),
        p_value: upper_tail(f, between, within),
        lower: lift(lower),
        upper: lift(upper),
    })
}

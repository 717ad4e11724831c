//! Exact tests of small tables of counts: does one operator raise more often, do changes run one way?

use crate::stats::binomial::{lower_tail, upper_tail};
use crate::stats::chi_square;
use statrs::function::gamma::ln_gamma;

/// A 2 × 2 table: of `own` changes `own_hits` had the property, of all others `other_hits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoByTwo {
    /// Hits of the one looked at.
    pub own_hits: u64,
    /// All of the one looked at.
    pub own: u64,
    /// Hits of the others.
    pub other_hits: u64,
    /// All of the others.
    pub other: u64,
}

impl TwoByTwo {
    fn lowest(&self) -> u64 {
        (self.own_hits + self.other_hits).saturating_sub(self.other)
    }

    fn highest(&self) -> u64 {
        self.own.min(self.own_hits + self.other_hits)
    }

    /// ln C(own, x) C(other, hits − x).
    fn ln_ways(&self, x: u64) -> f64 {
        let hits = self.own_hits + self.other_hits;
        ln_choose(self.own, x) + ln_choose(self.other, hits - x)
    }

    /// Point probabilities of x own hits at an odds ratio, from the lowest possible x.
    fn points(&self, ln_odds: f64) -> Vec<f64> {
        let logs: Vec<f64> = (self.lowest()..=self.highest()).map(|x| self.ln_ways(x) + x as f64 * ln_odds).collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|value| (value - top).exp()).sum();
        logs.iter().map(|value| (value - top).exp() / sum).collect()
    }

    fn is_sound(&self) -> bool {
        self.own_hits <= self.own && self.other_hits <= self.other
    }
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
}

/// Fisher's exact test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FisherExact {
    /// P(own hits at least so many).
    pub greater: f64,
    /// As `greater`, the table observed counting half: less conservative for small counts.
    pub greater_mid_p: f64,
    /// Sum over all tables no more probable than the one observed.
    pub two_sided: f64,
}

/// Fisher's exact test of a 2 × 2 table.
///
/// **Formula**: hypergeometric P(x) = C(own, x)C(other, hits − x)/C(all, hits).
///
/// **Returns**: `None` when hits exceed their totals.
///
/// **Reference**: Fisher (1935), Journal of the Royal Statistical Society 98, 39–54; mid-p: Lancaster (1961), Journal of
/// the American Statistical Association 56, 223–234.
///
/// **Example**: the lady tasting tea, three of four right: 17/70.
/// ```
/// use kaojian::stats::exact_tables::{TwoByTwo, fisher_exact};
/// let found = fisher_exact(&TwoByTwo { own_hits: 3, own: 4, other_hits: 1, other: 4 }).unwrap();
/// assert!((found.greater - 17.0 / 70.0).abs() < 1e-12);
/// ```
pub fn fisher_exact(table: &TwoByTwo) -> Option<FisherExact> {
    if !table.is_sound() {
        return None;
    }
    let points = table.points(0.0);
    let at = (table.own_hits - table.lowest()) as usize;
    // Smallest terms first, so that a far tail keeps its digits.
    let greater: f64 = points[at..].iter().rev().sum();
    let limit = points[at] * (1.0 + 1e-7);
    let two_sided: f64 = points.iter().filter(|point| **point <= limit).sum();
    Some(FisherExact {
        greater: greater.min(1.0),
        greater_mid_p: greater - 0.5 * points[at],
        two_sided: two_sided.min(1.0),
    })
}

/// Conditional maximum-likelihood odds ratio with its exact interval.
///
/// **Input**: `confidence` such as 0.95.
///
/// **Formula**: the odds at which the noncentral hypergeometric mean equals the own hits; ends where each tail has
/// (1 − confidence)/2.
///
/// **Returns**: (estimate, lower, upper), 0 and ∞ at the ends of what is possible; `None` for an unsound table.
///
/// **Reference**: Cornfield (1956), Proceedings of the Third Berkeley Symposium 4, 135–148.
///
/// **Example**:
/// ```
/// use kaojian::stats::exact_tables::{TwoByTwo, odds_ratio};
/// let (estimate, lower, upper) = odds_ratio(&TwoByTwo { own_hits: 2, own: 4, other_hits: 2, other: 4 }, 0.95).unwrap();
/// assert!((estimate - 1.0).abs() < 1e-9 && (lower * upper - 1.0).abs() < 1e-6);
/// ```
pub fn odds_ratio(table: &TwoByTwo, confidence: f64) -> Option<(f64, f64, f64)> {
    if !table.is_sound() {
        return None;
    }
    let each = 0.5 * (1.0 - confidence);
    let (low, high, own) = (table.lowest(), table.highest(), table.own_hits);
    let at = (own - low) as usize;
    let search = |is_below: &dyn Fn(&[f64]) -> bool| {
        let (mut from, mut to) = (-60.0f64, 60.0f64);
        for _ in 0..200 {
            let middle = 0.5 * (from + to);
            if is_below(&table.points(middle)) { from = middle } else { to = middle }
        }
        (0.5 * (from + to)).exp()
    };
    let mean = |points: &[f64]| points.iter().enumerate().map(|(i, p)| (low + i as u64) as f64 * p).sum::<f64>();
    let estimate = match own {
        _ if own == low => 0.0,
        _ if own == high => f64::INFINITY,
        _ => search(&|points| mean(points) < own as f64),
    };
    let lower = if own == low { 0.0 } else { search(&|points| points[at..].iter().sum::<f64>() < each) };
    let upper = if own == high { f64::INFINITY } else { search(&|points| points[..=at].iter().sum::<f64>() > each) };
    Some((estimate, lower, upper))
}

/// McNemar's exact test of changes that go one way or the other.
///
/// **Input**: changes from failed to passed, and from passed to failed.
///
/// **Formula**: Bin(n, 1/2).
///
/// **Returns**: (P(at least so many up), two-sided); (1, 1) without changes.
///
/// **Reference**: McNemar (1947), Psychometrika 12, 153–157; exact: Mosteller (1952), Biometrics 8, 220–226.
///
/// **Example**: five up, none down: 1/32 and 1/16.
/// ```
/// assert_eq!(kaojian::stats::exact_tables::mcnemar_exact(5, 0), (0.03125, 0.0625));
/// ```
pub fn mcnemar_exact(up: u64, down: u64) -> (f64, f64) {
    let n = up + down;
    let greater = upper_tail(up, n, 0.5).probability;
    let smaller = lower_tail(up.min(down), n, 0.5).probability;
    (greater, (2.0 * smaller).min(1.0))
}

/// Ratio of two rates of events with its exact interval and test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateRatio {
    /// (events/exposure) of the first over that of the second.
    pub ratio: f64,
    /// Lower end of the exact interval.
    pub lower: f64,
    /// Upper end; infinite when the second has no event.
    pub upper: f64,
    /// Two-sided p-value of equal rates: all splits no more probable than the one observed.
    pub p_value: f64,
}

/// Compares two Poisson rates, such as changes by night and by day.
///
/// **Input**: events and exposures > 0 (hours, logs) of both.
///
/// **Formula**: given the sum, the first is Bin(n, t₁/(t₁ + t₂)) under equal rates; Clopper–Pearson ends of that share
/// become ends of the ratio.
///
/// **Returns**: `None` without events or with an exposure not above 0.
///
/// **Reference**: Przyborowski & Wilenski (1940), Biometrika 31, 313–323.
///
/// **Example**: equal rates have the ratio 1 and p = 1.
/// ```
/// let found = kaojian::stats::exact_tables::rate_ratio((10, 1.0), (20, 2.0), 0.95).unwrap();
/// assert!(found.ratio == 1.0 && found.p_value > 1.0 - 1e-12);
/// ```
pub fn rate_ratio(first: (u64, f64), second: (u64, f64), confidence: f64) -> Option<RateRatio> {
    let n = first.0 + second.0;
    if n == 0 || !(first.1 > 0.0 && second.1 > 0.0) {
        return None;
    }
    let share = first.1 / (first.1 + second.1);
    let (low, high) = crate::stats::intervals::clopper_pearson(first.0, n, confidence);
    let to_ratio = |share: f64| share / (1.0 - share) * second.1 / first.1;
    let ratio = if second.0 == 0 { f64::INFINITY } else { first.0 as f64 / second.0 as f64 * (second.1 / first.1) };
    Some(RateRatio {
        ratio,
        lower: to_ratio(low),
        upper: if second.0 == 0 { f64::INFINITY } else { to_ratio(high) },
        p_value: binomial_two_sided(first.0, n, share),
    })
}

/// Sum of all point probabilities no larger than the one observed.
fn binomial_two_sided(successes: u64, trials: u64, share: f64) -> f64 {
    let point = |x: u64| crate::stats::binomial::ln_point_probability(x, trials, share).exp();
    let limit = point(successes) * (1.0 + 1e-7);
    (0..=trials).map(point).filter(|value| *value <= limit).sum::<f64>().min(1.0)
}

/// Pearson's χ² of counts against expected shares.
#[derive(Clone, Debug, PartialEq)]
pub struct GoodnessOfFit {
    /// Σ(n − e)²/e.
    pub chi_square: f64,
    /// Cells − 1.
    pub degrees_of_freedom: usize,
    /// Its p-value.
    pub p_value: f64,
    /// (n − e)/√(e(1 − share)) of each cell.
    pub standardised_residuals: Vec<f64>,
}

/// Compares counts with expected shares, such as terminal digits with what smooth scores give.
///
/// **Input**: counts, and shares above 0 (scaled to sum to 1) of the same length, two cells or more.
///
/// **Returns**: `None` for lengths that differ, shares not above 0 or no counts. Expected counts below 5 make the
/// p-value rough.
///
/// **Reference**: Pearson (1900), Philosophical Magazine 50, 157–175; residuals: Haberman (1973), Biometrics 29, 205–220.
///
/// **Example**: 10 and 20 against equal shares: (5² + 5²)/15.
/// ```
/// let found = kaojian::stats::exact_tables::goodness_of_fit(&[10, 20], &[0.5, 0.5]).unwrap();
/// assert!((found.chi_square - 50.0 / 15.0).abs() < 1e-12);
/// ```
pub fn goodness_of_fit(counts: &[u64], shares: &[f64]) -> Option<GoodnessOfFit> {
    let n: u64 = counts.iter().sum();
    let whole: f64 = shares.iter().sum();
    if n == 0
        || counts.len() != shares.len()
        || counts.len() < 2
        || shares.iter().any(|share| share.is_nan() || *share <= 0.0)
    {
        return None;
    }
    let (mut chi_square, mut standardised_residuals) = (0.0, Vec::with_capacity(counts.len()));
    for (count, share) in counts.iter().zip(shares) {
        let share = share / whole;
        let expected = n as f64 * share;
        let difference = *count as f64 - expected;
        chi_square += difference * difference / expected;
        standardised_residuals.push(difference / (expected * (1.0 - share)).sqrt());
    }
    let degrees_of_freedom = counts.len() - 1;
    let p_value = chi_square::upper_tail(chi_square, degrees_of_freedom as f64);
    Some(GoodnessOfFit { chi_square, degrees_of_freedom, p_value, standardised_residuals })
}

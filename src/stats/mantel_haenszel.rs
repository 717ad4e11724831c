//! One odds ratio over many 2 × 2 tables: does a group do better once people of equal score are compared?

use crate::stats::exact_tables::TwoByTwo;
use crate::stats::normal::upper_tail;

/// Factor from the logarithm of an odds ratio to the delta scale.
const DELTA: f64 = 2.35;

/// Size of a large difference on the delta scale, and of a negligible one.
const LARGE: f64 = 1.5;
const NEGLIGIBLE: f64 = 1.0;

/// Normal quantiles of 5 %: one-sided and two-sided.
const ONE_SIDED: f64 = 1.644_853_626_951_472_7;
const TWO_SIDED: f64 = 1.959_963_984_540_054;

/// Least distance of the expected count from either end of what is possible for the normal tail to hold.
const MANTEL_FLEISS: f64 = 5.0;

/// The common odds ratio and the test that it is above one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MantelHaenszel {
    /// Common odds ratio, own over others; 0 or ∞ where one side never differs.
    pub odds_ratio: f64,
    /// Standardised difference with continuity correction; positive = more own hits than expected.
    pub z: f64,
    /// P(Z ≥ z).
    pub greater: f64,
    /// Standard error of the logarithm of the odds ratio; not finite where one side never differs.
    pub ln_error: f64,
}

/// How large a difference is, by the classes in use for test items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeltaClass {
    /// Negligible: less than 1 on the delta scale, or not different from 0 at 5 %.
    A,
    /// Between the two.
    B,
    /// Large: 1.5 or more, and more than 1 at 5 %.
    C,
}

impl DeltaClass {
    /// `A`, `B` or `C`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

impl MantelHaenszel {
    /// The difference on the delta scale, 2.35 times the logarithm of the odds ratio: positive = the own group finds the
    /// item easier. The sign is the opposite of MH D-DIF, which is −2.35 times the logarithm.
    ///
    /// **Reference**: Holland & Thayer (1988), Differential item performance and the Mantel–Haenszel procedure, in Wainer &
    /// Braun (eds.), Test Validity, 129–145.
    pub fn delta(&self) -> f64 {
        DELTA * self.odds_ratio.ln()
    }

    /// Its standard error.
    pub fn delta_error(&self) -> f64 {
        DELTA * self.ln_error
    }

    /// The class of the difference.
    ///
    /// **Reference**: Zieky (1993), Practical questions in the use of DIF statistics in test development, in Holland &
    /// Wainer (eds.), Differential Item Functioning, 337–347.
    pub fn class(&self) -> DeltaClass {
        let (size, error) = (self.delta().abs(), self.delta_error());
        // An odds ratio without an end has no error; the test against 0 stands for it.
        let exceeds_one = if error.is_finite() { (size - NEGLIGIBLE) / error > ONE_SIDED } else { true };
        if size < NEGLIGIBLE || self.z.abs() <= TWO_SIDED {
            DeltaClass::A
        } else if size >= LARGE && exceeds_one {
            DeltaClass::C
        } else {
            DeltaClass::B
        }
    }
}

/// Mantel–Haenszel test over strata.
///
/// **Input**: one table a stratum; strata in which everybody or nobody has the property, or with one group only, say
/// nothing and may be there.
///
/// **Formula**: with a own hits of row total n₁ and column total m₁ in a stratum of N, E = n₁m₁/N and
/// V = n₁n₀m₁m₀/(N²(N − 1)): z = (Σ(a − E) ∓ ½)/√ΣV, the correction towards 0 and no further. The odds ratio is
/// Σ(ad/N)/Σ(bc/N) = R/S; with P = (a + d)/N and Q = (b + c)/N of a stratum the variance of its logarithm is
/// ΣP(ad/N)/2R² + Σ(P(bc/N) + Q(ad/N))/2RS + ΣQ(bc/N)/2S².
///
/// **Returns**: `None` for an unsound table, without any variance, or where the expected count lies within 5 of its
/// lowest or highest possible value, so that the normal tail cannot be trusted.
///
/// **Reference**: Mantel & Haenszel (1959), Journal of the National Cancer Institute 22, 719–748; the criterion of use:
/// Mantel & Fleiss (1980), American Journal of Epidemiology 112, 129–134; the variance: Robins, Breslow & Greenland (1986),
/// Biometrics 42, 311–323.
///
/// **Example**: admissions to six departments, men and women (as in R's `UCBAdmissions`).
/// ```
/// use kaojian::stats::exact_tables::TwoByTwo;
/// use kaojian::stats::mantel_haenszel::mantel_haenszel;
/// let table = |own_hits, own_misses, other_hits, other_misses| TwoByTwo {
///     own_hits, own: own_hits + own_misses, other_hits, other: other_hits + other_misses,
/// };
/// let departments = [
///     table(512, 313, 89, 19), table(353, 207, 17, 8), table(120, 205, 202, 391),
///     table(138, 279, 131, 244), table(53, 138, 94, 299), table(22, 351, 24, 317),
/// ];
/// let found = mantel_haenszel(&departments).unwrap();
/// // mantelhaen.test(UCBAdmissions): X-squared = 1.4269, common odds ratio 0.9046968.
/// assert!((found.z * found.z - 1.4269).abs() < 5e-5 && found.z < 0.0);
/// assert!((found.odds_ratio - 0.904_696_8).abs() < 5e-8);
/// // Its 95 percent confidence interval: 0.7719074 1.0603298.
/// let end = |z: f64| (found.odds_ratio.ln() + z * found.ln_error).exp();
/// assert!((end(-1.959_964) - 0.771_907_4).abs() < 5e-7 && (end(1.959_964) - 1.060_329_8).abs() < 5e-7);
/// ```
pub fn mantel_haenszel(strata: &[TwoByTwo]) -> Option<MantelHaenszel> {
    let (mut difference, mut variance) = (0.0, 0.0);
    let (mut above, mut below) = (0.0, 0.0);
    let (mut agree_above, mut mixed, mut differ_below) = (0.0, 0.0, 0.0);
    let (mut expected, mut lowest, mut highest) = (0.0, 0.0, 0.0);
    for table in strata {
        if table.own_hits > table.own || table.other_hits > table.other {
            return None;
        }
        let all = (table.own + table.other) as f64;
        if table.own == 0 || table.other == 0 {
            continue;
        }
        let hits = (table.own_hits + table.other_hits) as f64;
        let (own, other, misses) = (table.own as f64, table.other as f64, all - hits);
        let mean = own * hits / all;
        difference += table.own_hits as f64 - mean;
        variance += own * other * hits * misses / (all * all * (all - 1.0));
        let (own_misses, other_misses) = (own - table.own_hits as f64, other - table.other_hits as f64);
        let ratio = table.own_hits as f64 * other_misses / all;
        let inverse = own_misses * table.other_hits as f64 / all;
        let agree = (table.own_hits as f64 + other_misses) / all;
        above += ratio;
        below += inverse;
        agree_above += agree * ratio;
        mixed += agree * inverse + (1.0 - agree) * ratio;
        differ_below += (1.0 - agree) * inverse;
        expected += mean;
        lowest += (hits - other).max(0.0);
        highest += own.min(hits);
    }
    let is_wide = (expected - lowest).min(highest - expected) >= MANTEL_FLEISS;
    if !is_wide || variance <= 0.0 {
        return None;
    }
    let corrected = difference.signum() * (difference.abs() - 0.5).max(0.0);
    let z = corrected / f64::sqrt(variance);
    let ln_variance =
        agree_above / (2.0 * above * above) + mixed / (2.0 * above * below) + differ_below / (2.0 * below * below);
    Some(MantelHaenszel { odds_ratio: above / below, z, greater: upper_tail(z), ln_error: ln_variance.sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(own_hits: u64, own: u64, other_hits: u64, other: u64) -> TwoByTwo {
        TwoByTwo { own_hits, own, other_hits, other }
    }

    #[test]
    fn one_stratum_is_the_corrected_difference() {
        // By hand: 20 of 30 against 10 of 30. E = 15, V = 30·30·30·30/(60²·59) = 3.8136, z = 4.5/1.95283.
        let found = mantel_haenszel(&[table(20, 30, 10, 30)]).expect("wide enough");
        assert!((found.z - 4.5 / f64::sqrt(810_000.0 / 212_400.0)).abs() < 1e-12);
        assert!((found.odds_ratio - 4.0).abs() < 1e-12);
        // A stratum with one group alone, or without a miss, changes nothing.
        let more = [table(20, 30, 10, 30), table(7, 9, 0, 0), table(0, 0, 3, 5)];
        assert_eq!(mantel_haenszel(&more), Some(found));
    }

    #[test]
    fn what_is_too_small_or_unsound_is_not_tested() {
        assert_eq!(mantel_haenszel(&[]), None);
        assert_eq!(mantel_haenszel(&[table(3, 2, 1, 2)]), None);
        assert_eq!(mantel_haenszel(&[table(4, 5, 1, 5)]), None);
        assert_eq!(mantel_haenszel(&[table(30, 30, 30, 30)]), None);
        let even = mantel_haenszel(&[table(15, 30, 15, 30)]).expect("wide enough");
        assert_eq!((even.z, even.greater), (0.0, 0.5));
    }

    /// A common shift between groups is taken up by the strata, not by the odds ratio.
    #[test]
    fn strata_take_up_what_separates_the_groups() {
        let strata = [table(80, 100, 16, 20), table(4, 20, 20, 100)];
        let found = mantel_haenszel(&strata).expect("wide enough");
        assert!((found.odds_ratio - 1.0).abs() < 1e-12 && found.z.abs() < 1e-12);
    }

    /// One stratum by hand: the variance is Woolf's, 1/a + 1/b + 1/c + 1/d.
    #[test]
    fn classes_take_size_and_error() {
        let of = |own_hits, other_hits, all| mantel_haenszel(&[table(own_hits, all, other_hits, all)]).expect("wide");
        let found = of(80, 60, 100);
        let woolf = f64::sqrt(1.0 / 80.0 + 1.0 / 20.0 + 1.0 / 60.0 + 1.0 / 40.0);
        assert!((found.ln_error - woolf).abs() < 1e-12);
        // ln(80·40/(20·60)) = ln(8/3) = 0.98083; × 2.35 = 2.30495; (2.30495 − 1)/(2.35 · 0.32275) = 1.7206 > 1.645.
        assert!((found.delta() - 2.304_95).abs() < 1e-4);
        assert_eq!(found.class(), DeltaClass::C);
        // As large, of fewer people: different from 0, but not above 1 with certainty.
        assert_eq!(of(48, 36, 60).class(), DeltaClass::B);
        // Large, and within chance of 0; small, and far from chance.
        assert_eq!(of(16, 12, 20).class(), DeltaClass::A);
        assert_eq!(of(62_000, 60_000, 100_000).class(), DeltaClass::A);
        // Harder is as large a difference as easier.
        assert_eq!(of(60, 80, 100).class(), DeltaClass::C);
    }
}

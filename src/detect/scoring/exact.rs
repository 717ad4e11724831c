//! Marks as exact fractions, and the two rounding rules in use.

use crate::model::figure::Figures;
use crate::model::points::Points;

/// A mark as a fraction of millionths of a point; the denominator is above 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exact {
    numerator: i128,
    denominator: i128,
}

impl Exact {
    /// `numerator / denominator` millionths; `None` unless the denominator is above 0.
    pub(super) fn new(numerator: i128, denominator: i128) -> Option<Self> {
        (denominator > 0).then_some(Self { numerator, denominator })
    }

    /// A recorded mark.
    pub(super) fn of(points: Points) -> Self {
        Self { numerator: i128::from(points.millionths()), denominator: 1 }
    }

    /// The mean of marks; `None` for no marks.
    pub(super) fn mean(marks: &[Points]) -> Option<Self> {
        let sum = marks.iter().map(|mark| i128::from(mark.millionths())).sum();
        Self::new(sum, i128::try_from(marks.len()).ok()?)
    }

    /// recorded − self in a comparable form: numerator over this denominator.
    pub(super) fn excess_of(self, recorded: Points) -> i128 {
        i128::from(recorded.millionths()) * self.denominator - self.numerator
    }

    /// recorded − self as a fraction.
    pub(super) fn difference(self, recorded: Points) -> Self {
        Self { numerator: self.excess_of(recorded), denominator: self.denominator }
    }

    /// self · numerator / denominator; `None` unless the denominator is above 0.
    pub(super) fn scaled(self, numerator: Points, denominator: Points) -> Option<Self> {
        Self::new(
            self.numerator.checked_mul(i128::from(numerator.millionths()))?,
            self.denominator.checked_mul(i128::from(denominator.millionths()))?,
        )
    }

    /// The mark in whole millionths, rounded half up; the second value says whether that is exact.
    fn to_points(self) -> (Points, bool) {
        let (rounded, exact) = round(self.numerator, self.denominator, Rounding::HalfUp);
        (Points::from_millionths(i64::try_from(rounded).unwrap_or(i64::MAX)), exact)
    }

    /// Whether the mark is a whole number of points.
    fn is_whole(self) -> bool {
        self.numerator % (self.denominator * i128::from(Points::SCALE)) == 0
    }

    /// Rounds to so many decimals (at most 6).
    pub(super) fn rounded(self, decimals: u32, rounding: Rounding) -> Points {
        let unit = i128::from(10_i64.pow(6 - decimals.min(6)));
        let (rounded, _) = round(self.numerator, self.denominator * unit, rounding);
        Points::from_millionths(i64::try_from(rounded * unit).unwrap_or(i64::MAX))
    }
}

impl std::fmt::Display for Exact {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.to_points() {
            (points, true) => write!(formatter, "{points}"),
            (points, false) => write!(formatter, "≈{points}"),
        }
    }
}

/// What happens to halves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    /// Up.
    HalfUp,
    /// To the even neighbour.
    HalfEven,
}

/// Nearest whole number of a fraction, and whether nothing had to be rounded.
fn round(numerator: i128, denominator: i128, rounding: Rounding) -> (i128, bool) {
    let (floor, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    let up = match (2 * rest).cmp(&denominator) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => rounding == Rounding::HalfUp || floor % 2 != 0,
    };
    (floor + i128::from(up), rest == 0)
}

/// How a recorded mark stands to the recomputed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// Equal as it stands.
    Equal,
    /// Equal after rounding to the decimals that the recorded mark has, under both rules.
    EitherRounding,
    /// Equal only when halves are rounded up (office software).
    HalfUp,
    /// Equal only when halves are rounded to even (GB/T 8170).
    HalfEven,
    /// Neither.
    Differs,
}

/// Compares a recorded with a recomputed mark.
pub(super) fn compare(recorded: Points, recomputed: Exact) -> Likeness {
    if recomputed.excess_of(recorded) == 0 {
        return Likeness::Equal;
    }
    let decimals = decimals_of(recorded);
    let up = recomputed.rounded(decimals, Rounding::HalfUp) == recorded;
    let even = recomputed.rounded(decimals, Rounding::HalfEven) == recorded;
    match (up, even) {
        (true, true) => Likeness::EitherRounding,
        (true, false) => Likeness::HalfUp,
        (false, true) => Likeness::HalfEven,
        (false, false) => Likeness::Differs,
    }
}

fn decimals_of(points: Points) -> u32 {
    let mut rest = points.millionths() % Points::SCALE;
    let mut decimals = 0;
    while rest != 0 {
        rest = rest * 10 % Points::SCALE;
        decimals += 1;
    }
    decimals
}

/// Which rounding rule a batch follows, from the marks that show it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RoundingTally {
    unrounded: i64,
    either: i64,
    half_up: i64,
    half_even: i64,
}

impl RoundingTally {
    /// Counts one comparison. A whole recomputed mark shows no rule.
    pub(super) fn add(&mut self, likeness: Likeness, recomputed: Exact) {
        match likeness {
            Likeness::Equal if !recomputed.is_whole() => self.unrounded += 1,
            Likeness::EitherRounding => self.either += 1,
            Likeness::HalfUp => self.half_up += 1,
            Likeness::HalfEven => self.half_even += 1,
            Likeness::Equal | Likeness::Differs => {}
        }
    }

    /// Writes the rule and the counts it rests on.
    pub(super) fn write(self, figures: &mut Figures) {
        let rounded = self.either + self.half_up + self.half_even;
        let rule = match self {
            _ if self.unrounded == 0 && rounded == 0 => "not_shown",
            _ if rounded == 0 => "unrounded",
            _ if self.unrounded > 0 || (self.half_up > 0 && self.half_even > 0) => "mixed",
            _ if self.half_up > 0 => "half_up",
            _ if self.half_even > 0 => "half_even",
            _ => "half_up_or_half_even",
        };
        figures.insert("rounding_rule".to_owned(), rule.into());
        figures.insert("recorded_unrounded".to_owned(), self.unrounded.into());
        figures.insert("recorded_rounded".to_owned(), rounded.into());
        figures.insert("rounded_half_up_only".to_owned(), self.half_up.into());
        figures.insert("rounded_half_even_only".to_owned(), self.half_even.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(text: &str) -> Points {
        Points::parse(text).unwrap()
    }

    fn check(recorded: &str, recomputed: &str, expected: Likeness) {
        assert_eq!(compare(points(recorded), Exact::of(points(recomputed))), expected, "{recorded} {recomputed}");
    }

    #[test]
    fn halves() {
        check("59.5", "59.5", Likeness::Equal);
        check("60", "59.5", Likeness::EitherRounding);
        check("59", "58.5", Likeness::HalfUp);
        check("58", "58.5", Likeness::HalfEven);
        check("59", "59.5", Likeness::Differs);
        check("60", "59.499999", Likeness::Differs);
        check("66.3", "66.25", Likeness::HalfUp);
        check("66.2", "66.25", Likeness::HalfEven);
        check("66.25", "66.3", Likeness::Differs);
    }

    #[test]
    fn thirds() {
        let two_thirds = Exact::new(200_000_000, 3).unwrap();
        assert_eq!(compare(points("66.67"), two_thirds), Likeness::EitherRounding);
        assert_eq!(compare(points("67"), two_thirds), Likeness::EitherRounding);
        assert_eq!(compare(points("66.66"), two_thirds), Likeness::Differs);
        assert_eq!(two_thirds.to_string(), "≈66.666667");
        assert_eq!(Exact::mean(&[points("79"), points("80")]).unwrap().to_string(), "79.5");
    }

    #[test]
    fn rule_of_a_batch() {
        let rule = |pairs: &[(&str, &str)]| {
            let mut tally = RoundingTally::default();
            for (recorded, recomputed) in pairs {
                let recomputed = Exact::of(points(recomputed));
                tally.add(compare(points(recorded), recomputed), recomputed);
            }
            let mut figures = Figures::new();
            tally.write(&mut figures);
            figures["rounding_rule"].clone()
        };
        assert_eq!(rule(&[("60", "60")]), "not_shown".into());
        assert_eq!(rule(&[("60.5", "60.5")]), "unrounded".into());
        assert_eq!(rule(&[("61", "60.5"), ("62", "61.5")]), "half_up".into());
        assert_eq!(rule(&[("60", "60.5"), ("62", "61.5")]), "half_even".into());
        assert_eq!(rule(&[("62", "61.5")]), "half_up_or_half_even".into());
        assert_eq!(rule(&[("60", "60.5"), ("61", "60.5")]), "mixed".into());
    }
}

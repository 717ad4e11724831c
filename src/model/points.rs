//! Marks as exact decimals, so that no verdict hangs on binary rounding.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

/// A mark, an item score or a pass line in millionths of a point.
///
/// Range: ± 9.2e12 points. Arithmetic saturates: it never wraps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

impl Points {
    /// Millionths in one point.
    pub const SCALE: i64 = 1_000_000;
    /// Nought points.
    pub const ZERO: Self = Self(0);

    /// Whole points.
    pub const fn whole(points: i64) -> Self {
        Self(points.saturating_mul(Self::SCALE))
    }

    /// From millionths of a point.
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// In millionths of a point.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The nearest mark to a binary number, half away from zero; `None` when it is not finite or out of range.
    pub fn from_f64(value: f64) -> Option<Self> {
        let scaled = (value * Self::SCALE as f64).round();
        (scaled.is_finite() && scaled.abs() < 9.0e18).then_some(Self(scaled as i64))
    }

    /// As a binary number, for statistics only, never for a threshold.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }

    /// Parses a plain decimal such as `59.5`, `-3`, `.5`; digits past the sixth decimal are rounded half up.
    ///
    /// ```
    /// use kaojian::model::points::Points;
    /// assert_eq!(Points::parse("59.5"), Some(Points::from_millionths(59_500_000)));
    /// assert_eq!(Points::parse("66.6666667"), Some(Points::from_millionths(66_666_667)));
    /// assert_eq!(Points::parse("6O"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty()
            || whole.len() > 12
            || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        let mut value: i64 = 0;
        for byte in whole.bytes() {
            value = value * 10 + i64::from(byte - b'0');
        }
        for position in 0..6 {
            let digit = fraction.as_bytes().get(position).map_or(0, |byte| byte - b'0');
            value = value * 10 + i64::from(digit);
        }
        if fraction.as_bytes().get(6).is_some_and(|byte| *byte >= b'5') {
            value += 1;
        }
        Some(Self(if negative { -value } else { value }))
    }
}

impl fmt::Display for Points {
    /// Shortest decimal: `60`, `59.5`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (magnitude / Self::SCALE as u64, magnitude % Self::SCALE as u64);
        if fraction == 0 {
            write!(formatter, "{sign}{whole}")
        } else {
            let digits = format!("{fraction:06}");
            write!(formatter, "{sign}{whole}.{}", digits.trim_end_matches('0'))
        }
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(marks: I) -> Self {
        marks.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::Points;

    #[test]
    fn prints_what_it_read() {
        for text in ["0", "60", "59.5", "-3.25", "100", "0.000001"] {
            assert_eq!(Points::parse(text).map(|mark| mark.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn refuses_what_is_not_a_decimal() {
        for text in ["", ".", "-", "1e3", "六十", "1.2.3", "NaN", "9999999999999"] {
            assert_eq!(Points::parse(text), None, "{text}");
        }
    }
}

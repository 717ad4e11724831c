//! Numbers as the page writes them.

use crate::model::figure::Figure;
use crate::model::points::Points;
use crate::report::clean::shown;
use chrono::{NaiveDate, NaiveDateTime};

/// A count with commas every three digits.
///
/// ```
/// assert_eq!(kaojian::report::page::numbers::count(1234567), "1,234,567");
/// ```
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut output = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            output.push(',');
        }
        output.push(digit);
    }
    output
}

/// A signed whole number with commas.
pub fn whole(value: i64) -> String {
    format!("{}{}", if value < 0 { "−" } else { "" }, count(value.unsigned_abs()))
}

/// A statistic: about four significant digits, powers of ten where it is very small or large.
///
/// ```
/// use kaojian::report::page::numbers::real;
/// assert_eq!((real(0.12345), real(-12.0), real(3.2e-9)), ("0.1235".into(), "−12".into(), "3.2e−9".into()));
/// ```
pub fn real(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs();
    let text = if magnitude != 0.0 && !(1e-4..1e6).contains(&magnitude) {
        let scientific = format!("{value:.2e}");
        match scientific.split_once('e') {
            Some((mantissa, exponent)) => format!("{}e{exponent}", without_trailing_zeros(mantissa)),
            None => scientific,
        }
    } else {
        let decimals = if magnitude >= 100.0 {
            1
        } else if magnitude >= 1.0 {
            2
        } else {
            4
        };
        without_trailing_zeros(&format!("{value:.decimals$}")).to_owned()
    };
    signed(&text)
}

fn without_trailing_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A statistic that may be absent.
pub fn real_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), real)
}

/// A statistic with two decimals, so that a column of them lines up.
pub fn two_decimals(value: f64) -> String {
    if value.is_finite() { signed(&format!("{value:.2}")) } else { "—".to_owned() }
}

/// A statistic with two decimals that may be absent.
pub fn two_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), two_decimals)
}

/// An interval of rates 0–1 as `[−1.2, 3.4] %`.
///
/// ```
/// assert_eq!(kaojian::report::page::numbers::interval((-0.012, 0.034)), "[−1.2, 3.4] %");
/// ```
pub fn interval((low, high): (f64, f64)) -> String {
    if !low.is_finite() || !high.is_finite() {
        return "—".to_owned();
    }
    let one = |rate: f64| signed(&format!("{:.1}", rate * 100.0));
    format!("[{}, {}] %", one(low), one(high))
}

/// A true minus sign, and none before a nought.
fn signed(text: &str) -> String {
    let nought = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if nought { text.trim_start_matches('-').to_owned() } else { text.replace('-', "−") }
}

/// A rate 0–1 as a percentage with one decimal, for descriptive statistics only.
pub fn percent(rate: f64) -> String {
    if rate.is_finite() { format!("{} %", signed(&format!("{:.1}", rate * 100.0))) } else { "—".to_owned() }
}

/// A share of counts as a percentage **cut** to two decimals, so that nothing below a threshold is shown
/// as reaching it.
///
/// ```
/// use kaojian::report::page::numbers::share_cut;
/// assert_eq!(share_cut(1, 20), "5.00 %");
/// assert_eq!(share_cut(4999, 100_000), "4.99 %");
/// assert_eq!(share_cut(1, 0), "—");
/// ```
pub fn share_cut(part: u64, of: u64) -> String {
    if of == 0 {
        return "—".to_owned();
    }
    let hundredths = u128::from(part) * 10_000 / u128::from(of);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// A mark that may be absent.
pub fn points_or_dash(points: Option<Points>) -> String {
    points.map_or_else(|| "—".to_owned(), |points| points.to_string().replace('-', "−"))
}

/// A date that may be absent.
pub fn date_or_dash(date: Option<NaiveDate>) -> String {
    date.map_or_else(|| "—".to_owned(), |date| date.format("%Y-%m-%d").to_string())
}

/// A time that may be absent.
pub fn time_or_dash(time: Option<NaiveDateTime>) -> String {
    time.map_or_else(|| "—".to_owned(), |time| time.format("%Y-%m-%d %H:%M").to_string())
}

/// A figure of a finding.
pub fn figure(figure: &Figure) -> String {
    match figure {
        Figure::Integer(value) => whole(*value),
        Figure::Real(value) => real(*value),
        Figure::Text(text) => shown(text),
    }
}

//! Binary numbers and dates as people read them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use std::fmt::Write;

/// A number of a spreadsheet: the shortest decimal among at most fifteen significant digits, which is
/// all a spreadsheet keeps and shows. No exponent where a person would write none.
pub(super) fn write_number(output: &mut String, value: f64) {
    const EXACT: f64 = 1e15;
    if value == 0.0 {
        output.push('0');
    } else if value.fract() == 0.0 && value.abs() < EXACT {
        let _ = write!(output, "{value}");
    } else if value.is_finite() {
        // Rounding to fifteen digits first turns 0.1 + 0.2 into 0.3, as on the screen.
        let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
        if (1e-9..1e21).contains(&rounded.abs()) {
            let _ = write!(output, "{rounded}");
        } else {
            let _ = write!(output, "{rounded:e}");
        }
    }
}

/// `YYYY-MM-DD`, with ` HH:MM:SS` unless it is midnight.
pub(super) fn write_date_time(output: &mut String, value: NaiveDateTime) {
    write_date(output, value.date());
    if value.time() != NaiveTime::MIN {
        output.push(' ');
        write_time(output, value.time());
    }
}

/// `YYYY-MM-DD`.
pub(super) fn write_date(output: &mut String, value: NaiveDate) {
    let _ = write!(output, "{:04}-{:02}-{:02}", value.year(), value.month(), value.day());
}

/// `HH:MM:SS`.
pub(super) fn write_time(output: &mut String, value: NaiveTime) {
    let _ = write!(output, "{:02}:{:02}:{:02}", value.hour(), value.minute(), value.second());
}

/// A span of time as `H:MM:SS`, hours past 24 and a sign where needed.
pub(super) fn write_seconds(output: &mut String, seconds: i64) {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    let _ = write!(output, "{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// A date-time to the nearest second: spreadsheets keep it as a fraction of a day, which is seldom exact.
pub(super) fn to_nearest_second(value: NaiveDateTime) -> NaiveDateTime {
    let half = chrono::TimeDelta::milliseconds(500);
    let shifted = value.checked_add_signed(half).unwrap_or(value);
    shifted.with_nanosecond(0).unwrap_or(shifted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64) -> String {
        let mut output = String::new();
        write_number(&mut output, value);
        output
    }

    #[test]
    fn numbers_as_a_spreadsheet_shows_them() {
        let cases = [
            (59.5, "59.5"),
            (60.0, "60"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (17.9 + 41.6, "59.5"),
            (1.0 / 3.0, "0.333333333333333"),
            (202605010000000.0, "202605010000000"),
            (110105194912310021.0, "110105194912310000"),
            (-12.25, "-12.25"),
            (0.000001, "0.000001"),
            (1e300, "1e300"),
            (f64::NAN, ""),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn dates_and_times() {
        let day = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
        let mut output = String::new();
        write_date_time(&mut output, day.and_hms_opt(0, 0, 0).unwrap());
        output.push('|');
        write_date_time(&mut output, to_nearest_second(day.and_hms_milli_opt(9, 29, 59, 999).unwrap()));
        output.push('|');
        write_seconds(&mut output, 90_061);
        assert_eq!(output, "2026-05-01|2026-05-01 09:30:00|25:01:01");
    }
}

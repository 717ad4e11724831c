//! Dates and times in the forms people write them.

use crate::ingest::clean::clean_text;
use crate::ingest::raw::CellKind;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// Spreadsheet serial numbers taken for dates: 1954-10-03 to 2119-01-10. Outside, a number is something else.
const SERIAL_RANGE: std::ops::RangeInclusive<f64> = 20_000.0..=80_000.0;

/// Hours that local time in China is ahead of UTC.
const LOCAL_OFFSET_MINUTES: i64 = 8 * 60;

/// Reads a date: `2026-05-01`, `2026/5/1`, `2026.5.1`, `2026年5月1日`, `20260501`, a date-time, or the serial
/// number of a number cell. `长期` (no end) is the last day of the year 9999.
///
/// ```
/// use kaojian::ingest::dates::parse_date;
/// use kaojian::ingest::raw::CellKind;
/// let date = chrono::NaiveDate::from_ymd_opt(2026, 5, 1);
/// assert_eq!(parse_date("２０２６年５月１日", CellKind::Text), date);
/// assert_eq!(parse_date("46143", CellKind::Number), date);
/// assert_eq!(parse_date("2026-05", CellKind::Text), None);
/// ```
pub fn parse_date(text: &str, kind: CellKind) -> Option<NaiveDate> {
    let cleaned = clean_text(text);
    if matches!(&*cleaned, "长期" | "永久" | "长期有效" | "无固定期限") {
        return NaiveDate::from_ymd_opt(9999, 12, 31);
    }
    parse(&cleaned, kind).map(|moment| moment.date())
}

/// Reads a date-time in the same forms; a date alone is midnight. A time with a zone becomes China's local time.
///
/// ```
/// use kaojian::ingest::dates::parse_date_time;
/// use kaojian::ingest::raw::CellKind;
/// assert_eq!(parse_date_time("2026/5/1 9:05", CellKind::Text).unwrap().to_string(), "2026-05-01 09:05:00");
/// assert_eq!(parse_date_time("2026-05-01T01:05:00Z", CellKind::Text).unwrap().to_string(), "2026-05-01 09:05:00");
/// ```
pub fn parse_date_time(text: &str, kind: CellKind) -> Option<NaiveDateTime> {
    parse(&clean_text(text), kind)
}

fn parse(cleaned: &str, kind: CellKind) -> Option<NaiveDateTime> {
    if cleaned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        if let Some(moment) = compact(cleaned.strip_suffix(".0").unwrap_or(cleaned)) {
            return Some(moment);
        }
        if kind == CellKind::Number {
            return serial(cleaned);
        }
    }
    let mut rest = cleaned;
    let year = number(&mut rest, 4, 4)?;
    separator(&mut rest, &['-', '/', '.', '年'])?;
    let month = number(&mut rest, 1, 2)?;
    separator(&mut rest, &['-', '/', '.', '月'])?;
    let day = number(&mut rest, 1, 2)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let rest = rest.trim_start_matches(['日', '号', 'T', ' ']);
    if rest.is_empty() { date.and_hms_opt(0, 0, 0) } else { time(rest, date) }
}

/// `20260501`, `202605010905`, `20260501090500`.
fn compact(digits: &str) -> Option<NaiveDateTime> {
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |text| text.parse::<u32>().ok());
    let date = NaiveDate::from_ymd_opt(i32::try_from(part(0, 4)?).ok()?, part(4, 6)?, part(6, 8)?)?;
    date.and_hms_opt(part(8, 10)?, part(10, 12)?, part(12, 14)?)
}

fn serial(text: &str) -> Option<NaiveDateTime> {
    let value: f64 = text.parse().ok()?;
    if !SERIAL_RANGE.contains(&value) {
        return None;
    }
    // Day 60 of a spreadsheet is a 29 February 1900 that never was; from there on the base is 30 December 1899.
    let base = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let date = base.checked_add_days(Days::new(value.floor() as u64))?;
    let seconds = (value.fract() * 86_400.0).round() as i64;
    date.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::seconds(seconds))
}

fn time(text: &str, date: NaiveDate) -> Option<NaiveDateTime> {
    let mut rest = text.trim_start();
    let hour = number(&mut rest, 1, 2)?;
    separator(&mut rest, &[':', '时', '点'])?;
    let minute = if rest.is_empty() { 0 } else { number(&mut rest, 1, 2)? };
    rest = rest.trim_start_matches('分');
    let mut second = 0;
    let after_colon = rest.strip_prefix(':');
    if after_colon.is_some() || rest.starts_with(|character: char| character.is_ascii_digit()) {
        rest = after_colon.unwrap_or(rest);
        second = number(&mut rest, 1, 2)?;
        rest = rest.trim_start_matches('秒');
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = fraction.trim_start_matches(|character: char| character.is_ascii_digit());
        }
    }
    let moment = date.and_time(NaiveTime::from_hms_opt(hour, minute, second)?);
    match rest.trim() {
        "" => Some(moment),
        zone => moment.checked_add_signed(TimeDelta::minutes(LOCAL_OFFSET_MINUTES - offset_minutes(zone)?)),
    }
}

/// Minutes ahead of UTC of `Z`, `+08:00`, `+0800`, `-5`.
fn offset_minutes(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") || zone.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let (sign, mut rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let hours = number(&mut rest, 1, 2)?;
    rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = if rest.is_empty() { 0 } else { number(&mut rest, 2, 2)? };
    (rest.is_empty() && hours <= 14 && minutes < 60).then(|| sign * i64::from(hours * 60 + minutes))
}

fn number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (head, tail) = rest.split_at(digits);
    *rest = tail;
    head.parse().ok()
}

fn separator(rest: &mut &str, accepted: &[char]) -> Option<()> {
    let trimmed = rest.trim_start();
    *rest = trimmed.strip_prefix(accepted)?.trim_start();
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_form_is_the_same_day() {
        let day = NaiveDate::from_ymd_opt(2026, 5, 1);
        for text in [
            "2026-05-01",
            "2026/5/1",
            "2026.5.1",
            "2026年5月1日",
            "2026 年 5 月 1 日",
            "２０２６－０５－０１",
            "20260501",
            "2026-05-01 00:00:00",
            "2026-05-01T09:30:00.123",
            "2026年5月1日9时30分",
            "20260501093000",
        ] {
            assert_eq!(parse_date(text, CellKind::Text), day, "{text}");
        }
        assert_eq!(parse_date("20260501.0", CellKind::Number), day);
        assert_eq!(parse_date("46143", CellKind::Text), None);
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in ["", "2026-13-01", "2026-02-30", "2026-05", "05/01/2026", "明天", "2026-05-01x", "1"] {
            assert_eq!(parse_date(text, CellKind::Text), None, "{text}");
        }
        assert_eq!(parse_date("3", CellKind::Number), None);
    }

    #[test]
    fn reads_times() {
        let check = |text: &str, kind, expected: &str| {
            assert_eq!(
                parse_date_time(text, kind).map(|moment| moment.to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        };
        check("2026-5-1 9时", CellKind::Text, "2026-05-01 09:00:00");
        check("2026年5月1日 9时5分7秒", CellKind::Text, "2026-05-01 09:05:07");
        check("2026-05-01 09:05:07 +00:00", CellKind::Text, "2026-05-01 17:05:07");
        check("46143.5", CellKind::Number, "2026-05-01 12:00:00");
    }
}

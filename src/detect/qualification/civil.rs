//! Civil years, with the end-of-month clamp: 29 February and one year is 28 February.

use chrono::{Datelike, Months, NaiveDate};

/// The day some whole years after a day; `None` past the calendar's end.
///
/// ```
/// use chrono::NaiveDate;
/// use kaojian::detect::qualification::civil::add_years;
/// let day = NaiveDate::from_ymd_opt(2020, 2, 29).unwrap();
/// assert_eq!(add_years(day, 1), NaiveDate::from_ymd_opt(2021, 2, 28));
/// assert_eq!(add_years(day, 4), NaiveDate::from_ymd_opt(2024, 2, 29));
/// ```
pub fn add_years(day: NaiveDate, years: u32) -> Option<NaiveDate> {
    day.checked_add_months(Months::new(years.checked_mul(12)?))
}

/// Whole civil years from one day to another: the largest number of years whose anniversary has been
/// reached. Nought when `to` is the earlier day.
///
/// ```
/// use chrono::NaiveDate;
/// use kaojian::detect::qualification::civil::whole_years;
/// let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
/// assert_eq!(whole_years(day(2022, 5, 10), day(2026, 5, 9)), 3);
/// assert_eq!(whole_years(day(2022, 5, 10), day(2026, 5, 10)), 4);
/// ```
pub fn whole_years(from: NaiveDate, to: NaiveDate) -> u32 {
    let guess = u32::try_from(to.year() - from.year()).unwrap_or(0);
    match add_years(from, guess) {
        Some(anniversary) if anniversary <= to => guess,
        _ => guess.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use super::{add_years, whole_years};
    use chrono::{Datelike, NaiveDate};

    /// Whether a day is the anniversary of another: the same month and day, or, in a year without it,
    /// the last day of that month.
    fn is_anniversary(from: NaiveDate, day: NaiveDate) -> bool {
        let last_of_month = day.succ_opt().unwrap().month() != day.month();
        day.year() > from.year()
            && day.month() == from.month()
            && (day.day() == from.day() || (last_of_month && day.day() < from.day()))
    }

    #[test]
    fn agrees_with_walking_day_by_day() {
        let starts =
            [(2020, 2, 28), (2020, 2, 29), (2020, 3, 1), (2019, 2, 28), (2020, 12, 31), (2021, 1, 1), (2096, 2, 29)];
        for (year, month, day) in starts {
            let from = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            let (mut to, mut years) = (from, 0);
            for _ in 0..3_700 {
                years += u32::from(is_anniversary(from, to));
                assert_eq!(whole_years(from, to), years, "{from} {to}");
                for asked in 0..12 {
                    assert_eq!(add_years(from, asked).unwrap() <= to, years >= asked, "{from} {to} {asked}");
                }
                to = to.succ_opt().unwrap();
            }
            assert_eq!(years, 10);
        }
    }

    #[test]
    fn no_years_backwards_and_none_past_the_calendar() {
        let day = NaiveDate::from_ymd_opt(2026, 5, 2).unwrap();
        assert_eq!(whole_years(day, NaiveDate::from_ymd_opt(2020, 5, 2).unwrap()), 0);
        assert_eq!(whole_years(day, day), 0);
        assert_eq!(add_years(day, u32::MAX), None);
    }
}

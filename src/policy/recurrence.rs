//! How often something happened within any closed window of civil months.

use chrono::{Months, NaiveDate};

/// The closed window of `months` civil months with the most dates that also holds `date`: its first day, and the number
/// of dates in it; of equal ones the earliest. `None` where no window that begins on one of the dates holds `date`.
///
/// A window runs from a day to the same day so many months later, that day included; where the later
/// month has no such day, its last day ends the window (29 February + 12 months = 28 February).
///
/// ```
/// use chrono::NaiveDate;
/// use kaojian::policy::recurrence::fullest_window;
/// let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let dates = [day("2025-05-01"), day("2026-05-01"), day("2026-05-02")];
/// assert_eq!(fullest_window(&dates, dates[0], 12), Some((dates[0], 2))); // exactly 12 months apart
/// assert_eq!(fullest_window(&dates[..1], dates[0], 12), Some((dates[0], 1)));
/// ```
pub fn fullest_window(dates: &[NaiveDate], date: NaiveDate, months: u32) -> Option<(NaiveDate, usize)> {
    let end = |start: NaiveDate| start.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
    let within = |start: NaiveDate| dates.iter().filter(|other| start <= **other && **other <= end(start)).count();
    let starts = dates.iter().copied().filter(|start| *start <= date && date <= end(*start));
    starts.map(|start| (start, within(start))).max_by_key(|(start, times)| (*times, std::cmp::Reverse(*start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;
    use proptest::prelude::*;

    fn most_within_window(dates: &[NaiveDate], date: NaiveDate, months: u32) -> usize {
        fullest_window(dates, date, months).map_or(0, |(_, times)| times)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn windows_are_closed_and_clamped() {
        let leap = [day("2024-02-29"), day("2025-02-28"), day("2025-03-01")];
        assert_eq!(most_within_window(&leap[..2], leap[0], 12), 2);
        assert_eq!(most_within_window(&[leap[0], leap[2]], leap[0], 12), 1);
        assert_eq!(most_within_window(&[day("2025-01-01"), day("2026-01-02")], day("2025-01-01"), 12), 1);
    }

    /// Steps through every day and finds the window's end by the calendar, without month arithmetic.
    fn day_by_day(dates: &[NaiveDate], date: NaiveDate, months: u32) -> usize {
        let end = |start: NaiveDate| {
            let index = start.year() * 12 + start.month0() as i32 + months as i32;
            let (year, month) = (index.div_euclid(12), index.rem_euclid(12) as u32 + 1);
            (1..=start.day()).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).expect("a day")
        };
        let first = *dates.iter().min().expect("not empty");
        let last = *dates.iter().max().expect("not empty");
        first
            .iter_days()
            .take_while(|start| *start <= last)
            .filter(|start| *start <= date && date <= end(*start))
            .map(|start| dates.iter().filter(|other| start <= **other && **other <= end(start)).count())
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn equals_the_day_by_day_count(offsets in prop::collection::vec(0_u64..900, 1..7), months in 1_u32..25) {
            let origin = day("2023-12-15");
            let dates: Vec<NaiveDate> = offsets.iter().map(|offset| origin + chrono::Days::new(*offset)).collect();
            for date in &dates {
                prop_assert_eq!(most_within_window(&dates, *date, months), day_by_day(&dates, *date, months));
            }
        }
    }
}

//! Time without activity: rolling stretches of civil months, or whole calendar years.

use crate::model::dated::{DatedEvent, Period};
use crate::model::finding::Verdict;
use crate::policy::rule::Years;
use crate::policy::windows::last_day;
use chrono::{Datelike, NaiveDate};

/// What is known of a body's activity.
#[derive(Clone, Debug, Default)]
pub struct Activity<'a> {
    /// The filings: the count starts on `date`, and ends with `term.to`.
    pub filings: Vec<&'a DatedEvent>,
    /// The activities.
    pub activities: Vec<&'a DatedEvent>,
    /// The days for which the list of activities is held to be whole.
    pub covers: Option<Period>,
    /// The day up to which the records are judged; that day itself is not over.
    pub as_of: Option<NaiveDate>,
}

/// A stretch without activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The day of the last activity or of the filing before it, or 1 January of the first year.
    pub from: NaiveDate,
    /// Its last day, when the condition was fulfilled.
    pub to: NaiveDate,
}

/// Whether a stretch of so many civil months passed without activity, and the first one.
///
/// A stretch that begins with an activity or a filing on a day ends on the same day so many months later, that day
/// included: an activity on that last day still breaks it.
pub fn absence(activity: &Activity<'_>, months: u32, years: Years) -> (Verdict, Option<Stretch>) {
    let undetermined = (Verdict::Undetermined, None);
    let Some((covers, as_of)) = activity.covers.zip(activity.as_of) else { return undetermined };
    let sure: Vec<NaiveDate> = dates(&activity.activities, |event| event.is_certain);
    let all: Vec<NaiveDate> = dates(&activity.activities, |_| true);
    let has_undated = activity.activities.iter().any(|event| event.date.is_none());
    let mut is_open = activity.filings.iter().any(|filing| filing.date.is_none());
    let mut found: Option<Stretch> = None;
    for filing in &activity.filings {
        let Some(filed_on) = filing.date else { continue };
        let from = covers.from.map_or(filed_on, |from| from.max(filed_on));
        let last = [covers.to, filing.term.to].into_iter().flatten().min();
        // The first day that is not yet over, or no longer counts.
        let end = last.and_then(|day| day.succ_opt()).map_or(as_of, |day| day.min(as_of));
        // The verdict speaks for the days on record; where these are less than one stretch, they say nothing.
        is_open |= from > filed_on && last_day(from, months) >= end;
        // Where the records end before the day of judgement, a stretch may go on that they do not show.
        let judged = filing.term.to.and_then(|day| day.succ_opt()).map_or(as_of, |day| day.min(as_of));
        is_open |= end < judged && stretch(&all, (from, judged), months, years).is_some();
        let first = stretch(&all, (from, end), months, years);
        match first {
            Some(first) if !has_undated && filing.is_certain => {
                found = Some(found.map_or(first, |earlier| if first.to < earlier.to { first } else { earlier }));
            }
            Some(_) => is_open = true,
            None => is_open |= stretch(&sure, (from, end), months, years).is_some(),
        }
    }
    match found {
        Some(stretch) => (Verdict::Met, Some(stretch)),
        None if is_open || activity.filings.is_empty() => undetermined,
        None => (Verdict::NotMet, None),
    }
}

fn dates(events: &[&DatedEvent], wanted: impl Fn(&DatedEvent) -> bool) -> Vec<NaiveDate> {
    let mut dates: Vec<NaiveDate> =
        events.iter().filter(|event| wanted(event)).filter_map(|event| event.date).collect();
    dates.sort();
    dates
}

/// The first stretch without any of the (sorted) dates between `from` and the day before `end`.
fn stretch(
    activities: &[NaiveDate],
    (from, end): (NaiveDate, NaiveDate),
    months: u32,
    years: Years,
) -> Option<Stretch> {
    match years {
        Years::Rolling => {
            let within = activities.iter().copied().filter(|day| from <= *day && *day < end);
            let starts: Vec<NaiveDate> = std::iter::once(from).chain(within).collect();
            starts.iter().enumerate().find_map(|(index, start)| {
                let to = last_day(*start, months);
                let next = starts.get(index + 1).copied().unwrap_or(end);
                // An activity on the first day itself lies before the stretch.
                (to < next && to < end).then_some(Stretch { from: *start, to })
            })
        }
        Years::Calendar => {
            let number = i32::try_from(months / 12).unwrap_or(i32::MAX);
            (from.year()..=end.year()).find_map(|year| {
                let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
                let to = NaiveDate::from_ymd_opt(year.checked_add(number)?.checked_sub(1)?, 12, 31)?;
                let is_free = !activities.iter().any(|day| first <= *day && *day <= to);
                (from <= first && to < end && is_free).then_some(Stretch { from: first, to })
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn event(date: Option<NaiveDate>, is_certain: bool) -> DatedEvent {
        DatedEvent { date, is_certain, ..DatedEvent::default() }
    }

    fn judged(filed: &str, active: &[&str], as_of: &str, months: u32, years: Years) -> (Verdict, Option<Stretch>) {
        let filing = event(Some(day(filed)), true);
        let active: Vec<DatedEvent> = active.iter().map(|date| event(Some(day(date)), true)).collect();
        let activity = Activity {
            filings: vec![&filing],
            activities: active.iter().collect(),
            covers: Some(Period::default()),
            as_of: Some(day(as_of)),
        };
        absence(&activity, months, years)
    }

    #[test]
    fn a_year_passes_only_after_its_last_day() {
        use Verdict::{Met, NotMet};
        use Years::{Calendar, Rolling};
        for (filed, active, as_of, months, years, expected) in [
            ("2024-05-01", &[][..], "2025-05-01", 12, Rolling, NotMet),
            ("2024-05-01", &[], "2025-05-02", 12, Rolling, Met),
            ("2024-05-01", &["2025-05-01"], "2025-12-01", 12, Rolling, NotMet),
            ("2024-05-01", &["2025-05-02"], "2025-12-01", 12, Rolling, Met),
            ("2024-02-29", &[], "2025-02-28", 12, Rolling, NotMet),
            ("2024-02-29", &[], "2025-03-01", 12, Rolling, Met),
            ("2023-12-31", &[], "2025-01-01", 12, Calendar, Met),
            ("2024-01-01", &[], "2024-12-31", 12, Calendar, NotMet),
            ("2024-01-01", &[], "2025-01-01", 12, Calendar, Met),
            ("2024-01-02", &[], "2025-12-31", 12, Calendar, NotMet),
            ("2023-06-01", &["2023-07-01", "2025-06-30"], "2025-12-01", 12, Calendar, Met),
            ("2023-06-01", &["2023-07-01", "2024-12-31"], "2025-12-01", 12, Calendar, NotMet),
            ("2022-01-01", &[], "2023-12-31", 24, Calendar, NotMet),
            ("2022-01-01", &[], "2024-01-01", 24, Calendar, Met),
            ("2022-01-01", &["2023-12-31"], "2024-12-01", 24, Rolling, NotMet),
            ("2022-01-01", &["2024-01-02"], "2024-12-01", 24, Rolling, Met),
        ] {
            assert_eq!(judged(filed, active, as_of, months, years).0, expected, "{filed} {active:?} {as_of} {years:?}");
        }
    }

    #[test]
    fn what_the_records_leave_open_stays_open() {
        let filing = event(Some(day("2020-01-01")), true);
        let (sure, open, undated) =
            (event(Some(day("2025-06-01")), true), event(Some(day("2025-01-15")), false), event(None, true));
        let verdict = |activities: Vec<&DatedEvent>, covers: Option<Period>, as_of: Option<&str>| {
            let activity = Activity { filings: vec![&filing], activities, covers, as_of: as_of.map(day) };
            absence(&activity, 12, Years::Rolling).0
        };
        let since = |from: &str| Some(Period { from: Some(day(from)), to: None });
        assert_eq!(verdict(vec![&sure], None, Some("2026-01-01")), Verdict::Undetermined);
        assert_eq!(verdict(vec![&sure], since("2024-03-01"), None), Verdict::Undetermined);
        assert_eq!(verdict(vec![&sure], since("2024-03-01"), Some("2026-01-01")), Verdict::Met);
        // An activity that may have been held would break the stretch.
        assert_eq!(verdict(vec![&sure, &open], since("2024-03-01"), Some("2026-01-01")), Verdict::Undetermined);
        assert_eq!(verdict(vec![&sure, &undated], since("2024-03-01"), Some("2026-01-01")), Verdict::Undetermined);
        // Half a year of records says nothing about a year.
        assert_eq!(verdict(vec![&sure], since("2025-05-01"), Some("2025-11-01")), Verdict::Undetermined);
        assert_eq!(verdict(vec![&sure], since("2024-12-01"), Some("2026-01-01")), Verdict::NotMet);
        // What came after the end of the records is not known, and matters once a year has passed.
        let until = |to: &str| Some(Period { from: Some(day("2024-12-01")), to: Some(day(to)) });
        assert_eq!(verdict(vec![&sure], until("2025-12-31"), Some("2026-06-01")), Verdict::NotMet);
        assert_eq!(verdict(vec![&sure], until("2025-12-31"), Some("2026-06-02")), Verdict::Undetermined);
    }

    #[test]
    fn a_filing_that_ended_ends_the_count() {
        let mut filing = event(Some(day("2024-01-01")), true);
        filing.term.to = Some(day("2024-12-31"));
        let mut activity = Activity {
            filings: vec![&filing],
            activities: Vec::new(),
            covers: Some(Period::default()),
            as_of: Some(day("2026-01-01")),
        };
        assert_eq!(absence(&activity, 12, Years::Rolling).0, Verdict::NotMet);
        assert_eq!(absence(&activity, 12, Years::Calendar).0, Verdict::Met);
        activity.filings.clear();
        assert_eq!(absence(&activity, 12, Years::Calendar).0, Verdict::Undetermined);
    }

    /// Tries every day as a start and walks the stretch day by day.
    fn day_by_day(filed: NaiveDate, active: &[NaiveDate], as_of: NaiveDate, months: u32) -> bool {
        let end = |start: NaiveDate| {
            let index = start.year() * 12 + start.month0() as i32 + months as i32;
            let (year, month) = (index.div_euclid(12), index.rem_euclid(12) as u32 + 1);
            (1..=start.day()).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).expect("a day")
        };
        filed.iter_days().take_while(|start| *start < as_of).any(|start| {
            let last = end(start);
            let mut days = start.succ_opt().expect("a day").iter_days().take_while(|day| *day <= last);
            last < as_of && days.all(|day| !active.contains(&day))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn equals_the_day_by_day_walk(offsets in prop::collection::vec(0_u64..1100, 0..6), length in 1_u64..1200, months in 1_u32..25) {
            let filed = day("2023-12-15");
            let as_of = filed + Days::new(length);
            let active: Vec<NaiveDate> = offsets.iter().map(|offset| filed + Days::new(*offset)).collect();
            let events: Vec<DatedEvent> = active.iter().map(|date| event(Some(*date), true)).collect();
            let filing = event(Some(filed), true);
            let activity = Activity {
                filings: vec![&filing],
                activities: events.iter().collect(),
                covers: Some(Period::default()),
                as_of: Some(as_of),
            };
            let before: Vec<NaiveDate> = active.iter().copied().filter(|day| *day < as_of).collect();
            let expected = if day_by_day(filed, &before, as_of, months) { Verdict::Met } else { Verdict::NotMet };
            prop_assert_eq!(absence(&activity, months, Years::Rolling).0, expected);
        }
    }
}

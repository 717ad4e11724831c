//! Counting dated events within closed windows of civil months, with a lower and an upper count.

use crate::model::dated::DatedEvent;
use crate::model::finding::Verdict;
use crate::policy::rule::Count;
use chrono::{Months, NaiveDate};
use std::collections::BTreeMap;

/// The last day of a closed window of civil months: the same day so many months later, or the last day of that
/// month where it has no such day (29 February + 12 months = 28 February).
///
/// ```
/// use kaojian::policy::windows::last_day;
/// assert_eq!(last_day("2024-02-29".parse().unwrap(), 12), "2025-02-28".parse().unwrap());
/// ```
pub fn last_day(first: NaiveDate, months: u32) -> NaiveDate {
    first.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The fullest window, and what might still be added to the count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fullest<'a> {
    /// So many certainly fall into one window.
    pub certain: usize,
    /// So many at most, when everything open counts and every undated event falls into the window.
    pub possible: usize,
    /// The certain events of the window.
    pub events: Vec<&'a DatedEvent>,
}

impl Fullest<'_> {
    /// `MET` when the certain count reaches it, `NOT_MET` when even the possible one does not.
    pub fn verdict(&self, times: u32, is_whole: bool) -> Verdict {
        if self.certain >= times as usize {
            Verdict::Met
        } else if is_whole && self.possible < times as usize {
            Verdict::NotMet
        } else {
            Verdict::Undetermined
        }
    }
}

/// The closed window of `months` civil months with the most of `events`; where `holding` is given, only windows
/// with that day. Of equal windows the earliest.
pub fn fullest<'a>(events: &[&'a DatedEvent], months: u32, holding: Option<NaiveDate>, count: Count) -> Fullest<'a> {
    let mut dated: Vec<(NaiveDate, &'a DatedEvent)> =
        events.iter().filter_map(|event| Some((event.date?, *event))).collect();
    dated.sort_by(|a, b| (a.0, &a.1.subject, &a.1.sources).cmp(&(b.0, &b.1.subject, &b.1.sources)));
    let undated = events.iter().filter(|event| event.date.is_none()).count();
    let mut best = Fullest { possible: undated, ..Fullest::default() };
    for (index, (first, _)) in dated.iter().enumerate() {
        let last = last_day(*first, months);
        if holding.is_some_and(|day| day < *first || last < day) {
            continue;
        }
        let within: Vec<&'a DatedEvent> =
            dated[index..].iter().take_while(|(date, _)| *date <= last).map(|(_, event)| *event).collect();
        let certain: Vec<&'a DatedEvent> = within.iter().copied().filter(|event| event.is_certain).collect();
        // An undated event may be of any subject: it adds one to whichever count.
        best.possible = best.possible.max(counted(&within, count).0 + undated);
        let (number, of_count) = counted(&certain, count);
        if number > best.certain {
            best.certain = number;
            best.events = of_count;
        }
    }
    best
}

/// How many of the events count, and which events stand behind the number.
fn counted<'a>(events: &[&'a DatedEvent], count: Count) -> (usize, Vec<&'a DatedEvent>) {
    if count == Count::Events {
        return (events.len(), events.to_vec());
    }
    let mut subjects: BTreeMap<&str, Vec<&'a DatedEvent>> = BTreeMap::new();
    for event in events {
        subjects.entry(&event.subject).or_default().push(event);
    }
    if count == Count::Repetitions {
        subjects.retain(|_, uses| uses.len() > 1);
        let number = subjects.values().map(|uses| uses.len() - 1).sum();
        return (number, subjects.into_values().flatten().collect());
    }
    // Of equal subjects the first by name.
    let most = subjects.into_values().rev().max_by_key(Vec::len).unwrap_or_default();
    (most.len(), most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Days};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn event(date: Option<NaiveDate>, subject: &str, is_certain: bool) -> DatedEvent {
        DatedEvent { date, subject: subject.to_owned(), is_certain, ..DatedEvent::default() }
    }

    fn on(dates: &[&str]) -> Vec<DatedEvent> {
        dates.iter().map(|date| event(Some(day(date)), "s", true)).collect()
    }

    fn most(events: &[DatedEvent], months: u32) -> usize {
        fullest(&events.iter().collect::<Vec<_>>(), months, None, Count::Events).certain
    }

    #[test]
    fn the_last_day_of_a_window_counts() {
        for (first, second, months, expected) in [
            ("2025-05-01", "2026-05-01", 12, 2),
            ("2025-05-01", "2026-05-02", 12, 1),
            ("2024-02-29", "2025-02-28", 12, 2),
            ("2024-02-29", "2025-03-01", 12, 1),
            ("2025-08-31", "2026-02-28", 6, 2),
            ("2025-08-31", "2026-03-01", 6, 1),
            ("2025-03-15", "2025-03-15", 6, 2),
            ("2023-12-31", "2024-06-30", 6, 2),
        ] {
            assert_eq!(most(&on(&[first, second]), months), expected, "{first} {second} {months}");
        }
    }

    #[test]
    fn what_is_open_decides_only_when_it_can() {
        let verdict = |certain: usize, open: usize, undated: usize, whole: bool| {
            let mut events: Vec<DatedEvent> = (0..certain).map(|_| event(Some(day("2026-01-01")), "a", true)).collect();
            events.extend((0..open).map(|_| event(Some(day("2026-02-01")), "a", false)));
            events.extend((0..undated).map(|_| event(None, "a", true)));
            fullest(&events.iter().collect::<Vec<_>>(), 6, None, Count::Events).verdict(2, whole)
        };
        assert_eq!(verdict(2, 0, 0, true), Verdict::Met);
        assert_eq!(verdict(2, 0, 0, false), Verdict::Met);
        assert_eq!(verdict(1, 0, 0, true), Verdict::NotMet);
        assert_eq!(verdict(1, 0, 0, false), Verdict::Undetermined);
        assert_eq!(verdict(1, 1, 0, true), Verdict::Undetermined);
        assert_eq!(verdict(1, 0, 1, true), Verdict::Undetermined);
        assert_eq!(verdict(0, 1, 0, true), Verdict::NotMet);
        assert_eq!(verdict(0, 0, 2, true), Verdict::Undetermined);
        assert_eq!(verdict(0, 0, 0, true), Verdict::NotMet);
    }

    #[test]
    fn two_sittings_with_one_paper_are_one_repetition() {
        let mut events = on(&["2026-01-01", "2026-03-01"]);
        events.push(event(Some(day("2026-02-01")), "other", true));
        let events: Vec<&DatedEvent> = events.iter().collect();
        let number = |count| fullest(&events, 12, None, count).certain;
        assert_eq!((number(Count::Events), number(Count::OneSubject), number(Count::Repetitions)), (3, 2, 1));
        let behind = fullest(&events, 12, None, Count::Repetitions).events;
        assert!(behind.len() == 2 && behind.iter().all(|event| event.subject == "s"));
    }

    #[test]
    fn a_window_that_must_hold_a_day_holds_it() {
        let events = on(&["2024-01-01", "2024-06-01", "2026-01-01"]);
        let events: Vec<&DatedEvent> = events.iter().collect();
        assert_eq!(fullest(&events, 12, Some(day("2026-01-01")), Count::Events).certain, 1);
        assert_eq!(fullest(&events, 12, Some(day("2024-06-01")), Count::Events).certain, 2);
    }

    /// Steps through every day and finds the window's end by the calendar, without month arithmetic.
    fn day_by_day(dates: &[NaiveDate], months: u32) -> usize {
        let end = |start: NaiveDate| {
            let index = start.year() * 12 + start.month0() as i32 + months as i32;
            let (year, month) = (index.div_euclid(12), index.rem_euclid(12) as u32 + 1);
            (1..=start.day()).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).expect("a day")
        };
        let Some((first, last)) = dates.iter().min().zip(dates.iter().max()) else { return 0 };
        let starts = first.iter_days().take_while(|start| start <= last);
        let counts = starts.map(|start| dates.iter().filter(|date| start <= **date && **date <= end(start)).count());
        counts.max().unwrap_or(0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn equals_the_day_by_day_count(offsets in prop::collection::vec((0_u64..900, any::<bool>()), 0..8), months in 1_u32..25) {
            let origin = day("2023-12-15");
            let dates: Vec<(NaiveDate, bool)> =
                offsets.iter().map(|(offset, certain)| (origin + Days::new(*offset), *certain)).collect();
            let events: Vec<DatedEvent> = dates.iter().map(|(date, certain)| event(Some(*date), "s", *certain)).collect();
            let found = fullest(&events.iter().collect::<Vec<_>>(), months, None, Count::Events);
            let certain: Vec<NaiveDate> = dates.iter().filter(|(_, certain)| *certain).map(|(date, _)| *date).collect();
            let all: Vec<NaiveDate> = dates.iter().map(|(date, _)| *date).collect();
            prop_assert_eq!(found.certain, day_by_day(&certain, months));
            prop_assert_eq!(found.possible, day_by_day(&all, months));
            prop_assert_eq!(found.events.len(), found.certain);
        }
    }
}

//! Which annual reports a body owes, and what becomes of each.

use crate::detect::duties::parameters::DayOfYear;
use crate::model::dated::Period;
use crate::model::provenance::Provenance;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// What is known of the report of one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Handed in by the day prescribed, or, where none is known, handed in.
    Submitted,
    /// Handed in after the day prescribed.
    Late,
    /// Not on record, and it can no longer come in time.
    Missing,
    /// Not on record, and it may still come.
    Awaited,
}

/// The reports of one body: for each year the earliest day of submission, and its rows.
pub(super) type Reports = BTreeMap<i32, (Option<NaiveDate>, Vec<Provenance>)>;

/// Years for which a report is due: those that the filing covers from 1 January to 31 December, from the first year
/// that the register of reports speaks of, and over on the day of judgement.
pub(super) fn years_due(on_file: &[Period], first_on_record: i32, as_of: NaiveDate) -> Vec<i32> {
    let covered = |year: i32| {
        let (first, last) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31));
        first.zip(last).is_some_and(|(first, last)| {
            on_file.iter().any(|term| term.from.is_some() && term.holds(first) && term.holds(last))
        })
    };
    // No year before the filing is covered, whatever years a register names.
    let first = on_file.iter().filter_map(|term| term.from).map(|from| from.year()).min();
    let Some(first) = first.map(|first| first.max(first_on_record)) else { return Vec::new() };
    (first..as_of.year()).filter(|year| covered(*year)).collect()
}

/// What became of the report of a year.
///
/// With a deadline, the day after it decides. Without one, a report is held to be missing only when that is beyond
/// doubt: the report of a later year was handed in, or the whole year after the one reported on has passed.
pub(super) fn state(year: i32, reports: &Reports, deadline: Option<DayOfYear>, as_of: NaiveDate) -> State {
    let submitted = reports.get(&year).and_then(|(day, _)| *day);
    let last = deadline.and_then(|day| day.of(year.checked_add(1)?));
    match (submitted, last) {
        (Some(day), Some(last)) if last < day => State::Late,
        (Some(_), _) => State::Submitted,
        (None, Some(last)) => {
            if last < as_of {
                State::Missing
            } else {
                State::Awaited
            }
        }
        (None, None) => {
            let later = reports.iter().any(|(other, (day, _))| year < *other && day.is_some_and(|day| day <= as_of));
            if later || year.checked_add(1).is_some_and(|next| next < as_of.year()) {
                State::Missing
            } else {
                State::Awaited
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn reports(rows: &[(i32, &str)]) -> Reports {
        rows.iter().map(|(year, day)| (*year, (day.parse().ok(), Vec::new()))).collect()
    }

    #[test]
    fn only_whole_years_under_the_filing_are_due() {
        let term = |from: &str, to: &str| Period { from: from.parse().ok(), to: to.parse().ok() };
        let due = |terms: &[Period], as_of: &str| years_due(terms, 2021, day(as_of));
        assert_eq!(due(&[term("2023-01-01", "")], "2026-04-01"), [2023, 2024, 2025]);
        assert_eq!(due(&[term("2023-01-02", "")], "2026-01-01"), [2024, 2025]);
        assert_eq!(due(&[term("2023-01-02", "")], "2025-12-31"), [2024]);
        assert_eq!(due(&[term("2022-05-01", "2024-12-31")], "2026-04-01"), [2023, 2024]);
        assert_eq!(due(&[term("2022-05-01", "2024-12-30")], "2026-04-01"), [2023]);
        assert_eq!(due(&[term("2010-01-01", "")], "2023-04-01"), [2021, 2022]);
        assert_eq!(due(&[term("", "")], "2023-04-01"), Vec::<i32>::new());
    }

    #[test]
    fn a_deadline_decides_on_the_day_after_it() {
        let deadline = DayOfYear::parse("03-31");
        let of_2025 = |submitted: &str, as_of: &str| state(2025, &reports(&[(2025, submitted)]), deadline, day(as_of));
        assert_eq!(of_2025("2026-03-31", "2026-05-01"), State::Submitted);
        assert_eq!(of_2025("2026-04-01", "2026-05-01"), State::Late);
        assert_eq!(of_2025("", "2026-03-31"), State::Awaited);
        assert_eq!(of_2025("", "2026-04-01"), State::Missing);
        let leap = DayOfYear::parse("02-29");
        assert_eq!(state(2024, &reports(&[(2024, "2025-02-28")]), leap, day("2025-05-01")), State::Submitted);
        assert_eq!(state(2024, &reports(&[(2024, "2025-03-01")]), leap, day("2025-05-01")), State::Late);
    }

    #[test]
    fn without_a_deadline_only_what_is_beyond_doubt_is_missing() {
        let of = |year: i32, rows: &[(i32, &str)], as_of: &str| state(year, &reports(rows), None, day(as_of));
        assert_eq!(of(2024, &[], "2025-12-31"), State::Awaited);
        assert_eq!(of(2024, &[], "2026-01-01"), State::Missing);
        assert_eq!(of(2024, &[(2025, "2026-01-10")], "2026-02-01"), State::Missing);
        assert_eq!(of(2025, &[(2024, "2025-01-10")], "2026-02-01"), State::Awaited);
        assert_eq!(of(2025, &[(2024, "2025-01-10"), (2025, "")], "2026-12-31"), State::Awaited);
        assert_eq!(of(2024, &[(2024, "2026-08-01")], "2026-12-31"), State::Submitted);
    }
}

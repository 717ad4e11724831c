//! Single days held against a term: duties with a last day, and validity on the day of use.

use crate::model::dated::DatedEvent;
use crate::model::finding::Verdict;
use chrono::NaiveDate;

/// Whether a duty was not done by its last day: done after it, or not done and the day is over.
///
/// `as_of` is the day up to which the records are judged; that day itself is not over.
pub fn missed(duty: &DatedEvent, as_of: Option<NaiveDate>) -> Verdict {
    let (Some(last), true) = (duty.term.to, duty.is_certain) else { return Verdict::Undetermined };
    match (duty.date, as_of) {
        (Some(done), _) if done > last => Verdict::Met,
        (Some(_), _) => Verdict::NotMet,
        (None, Some(as_of)) if as_of > last => Verdict::Met,
        (None, Some(_)) => Verdict::NotMet,
        (None, None) => Verdict::Undetermined,
    }
}

/// Whether a day of use lies outside the term of validity. An end that is not on record is open, and a term without
/// either end is no term on record.
pub fn outside(use_of: &DatedEvent) -> Verdict {
    let is_on_record = use_of.term.from.is_some() || use_of.term.to.is_some();
    match use_of.date {
        Some(day) if use_of.is_certain && is_on_record => {
            if use_of.term.holds(day) {
                Verdict::NotMet
            } else {
                Verdict::Met
            }
        }
        _ => Verdict::Undetermined,
    }
}

/// One case meets; only all settled without a case settle the contrary.
pub fn any(verdicts: impl Iterator<Item = Verdict>, is_whole: bool) -> Verdict {
    let mut result = if is_whole { Verdict::NotMet } else { Verdict::Undetermined };
    for verdict in verdicts {
        match verdict {
            Verdict::Met => return Verdict::Met,
            Verdict::NotMet => {}
            _ => result = Verdict::Undetermined,
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dated::Period;
    use Verdict::{Met, NotMet, Undetermined};

    fn day(text: &str) -> Option<NaiveDate> {
        (!text.is_empty()).then(|| text.parse().expect("a date"))
    }

    fn event(date: &str, from: &str, to: &str) -> DatedEvent {
        let term = Period { from: day(from), to: day(to) };
        DatedEvent { date: day(date), term, is_certain: true, ..DatedEvent::default() }
    }

    #[test]
    fn the_last_day_of_a_duty_is_in_time() {
        for (done, last, as_of, expected) in [
            ("2026-03-31", "2026-03-31", "2026-05-01", NotMet),
            ("2026-04-01", "2026-03-31", "2026-05-01", Met),
            ("", "2026-03-31", "2026-03-31", NotMet),
            ("", "2026-03-31", "2026-04-01", Met),
            ("", "2026-03-31", "", Undetermined),
            ("", "", "2026-04-01", Undetermined),
            ("2026-04-01", "", "2026-04-01", Undetermined),
            ("2026-04-01", "2026-03-31", "", Met),
        ] {
            assert_eq!(missed(&event(done, "", last), day(as_of)), expected, "{done} {last} {as_of}");
        }
        let mut open = event("2026-04-01", "", "2026-03-31");
        open.is_certain = false;
        assert_eq!(missed(&open, None), Undetermined);
    }

    #[test]
    fn both_ends_of_a_term_are_valid() {
        for (used, from, to, expected) in [
            ("2026-05-01", "2026-05-01", "2027-04-30", NotMet),
            ("2027-04-30", "2026-05-01", "2027-04-30", NotMet),
            ("2026-04-30", "2026-05-01", "2027-04-30", Met),
            ("2027-05-01", "2026-05-01", "2027-04-30", Met),
            ("2027-05-01", "2026-05-01", "", NotMet),
            ("2026-04-30", "", "2026-04-29", Met),
            ("2026-05-01", "", "", Undetermined),
            ("", "2026-05-01", "2027-04-30", Undetermined),
        ] {
            assert_eq!(outside(&event(used, from, to)), expected, "{used} in {from}..{to}");
        }
    }

    #[test]
    fn any_is_three_valued() {
        assert_eq!(any([NotMet, Undetermined, Met].into_iter(), false), Met);
        assert_eq!(any([NotMet, Undetermined].into_iter(), true), Undetermined);
        assert_eq!(any([NotMet].into_iter(), true), NotMet);
        assert_eq!(any([NotMet].into_iter(), false), Undetermined);
        assert_eq!(any([].into_iter(), true), NotMet);
    }
}

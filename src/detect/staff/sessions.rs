//! Sessions of a room: who of a sign-in list was there at one time.

use crate::model::supervision::Assignment;
use chrono::NaiveDateTime;
use std::collections::BTreeSet;

/// One stretch of time in one room, of entries whose times run into one another.
#[derive(Clone, Debug)]
pub struct Session<'a> {
    /// Entries in the order of their persons.
    pub entries: Vec<&'a Assignment>,
    /// Most persons that were there at one time.
    pub people: usize,
}

/// The sessions of one room. Entries without both times stand in one session of their own: when they were there is not
/// on record, so they count as together.
///
/// Entries that only touch (one ends as the next begins) are two sessions; a person who takes over from another counts
/// once.
pub fn sessions<'a>(entries: &[&'a Assignment]) -> Vec<Session<'a>> {
    let (mut timed, untimed): (Vec<_>, Vec<_>) = entries.iter().copied().partition(|entry| times(entry).is_some());
    timed.sort_by_key(|entry| (times(entry), &entry.person_id, entry.source));
    let mut groups: Vec<Vec<&Assignment>> = Vec::new();
    let mut end: Option<NaiveDateTime> = None;
    for entry in timed {
        let Some((from, to)) = times(entry) else { continue };
        match groups.last_mut().filter(|_| end.is_some_and(|end| from < end)) {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
        end = end.max(Some(to));
    }
    if !untimed.is_empty() {
        groups.push(untimed);
    }
    groups.into_iter().map(|entries| Session { people: most_at_once(&entries), entries }).collect()
}

/// Begin and end, where both are on record and in order.
pub fn times(entry: &Assignment) -> Option<(NaiveDateTime, NaiveDateTime)> {
    entry.session_start.zip(entry.session_end).filter(|(from, to)| from < to)
}

fn most_at_once(entries: &[&Assignment]) -> usize {
    let people = |present: &dyn Fn(&Assignment) -> bool| -> usize {
        entries.iter().filter(|entry| present(entry)).map(|entry| &entry.person_id).collect::<BTreeSet<_>>().len()
    };
    let starts: BTreeSet<NaiveDateTime> = entries.iter().filter_map(|entry| Some(times(entry)?.0)).collect();
    if starts.is_empty() {
        return people(&|_| true);
    }
    // The number changes upwards only where somebody comes.
    let at =
        |moment: NaiveDateTime| people(&|entry| times(entry).is_some_and(|(from, to)| from <= moment && moment < to));
    starts.into_iter().map(at).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::sessions;
    use crate::model::provenance::Provenance;
    use crate::model::supervision::Assignment;
    use chrono::NaiveDateTime;

    fn entry(person: &str, from: &str, to: &str) -> Assignment {
        let time = |text: &str| NaiveDateTime::parse_from_str(&format!("2026-05-02 {text}"), "%Y-%m-%d %H:%M").ok();
        Assignment {
            batch_id: "B1".into(),
            room: Some("1".into()),
            session_start: time(from),
            session_end: time(to),
            component: None,
            person_id: person.into(),
            role: None,
            signed_in: None,
            source: Provenance::default(),
        }
    }

    fn counts(entries: &[(&str, &str, &str)]) -> Vec<(usize, usize)> {
        let entries: Vec<Assignment> = entries.iter().map(|(person, from, to)| entry(person, from, to)).collect();
        let entries: Vec<&Assignment> = entries.iter().collect();
        sessions(&entries).iter().map(|session| (session.entries.len(), session.people)).collect()
    }

    #[test]
    fn touching_times_are_two_sessions_and_a_relief_counts_once() {
        assert_eq!(counts(&[("A", "09:00", "10:30"), ("B", "09:00", "10:30")]), [(2, 2)]);
        assert_eq!(counts(&[("A", "09:00", "10:30"), ("A", "10:30", "12:00")]), [(1, 1), (1, 1)]);
        // B takes over from A while C stays: three rows, two at a time.
        assert_eq!(counts(&[("A", "09:00", "10:00"), ("B", "10:00", "11:00"), ("C", "09:00", "11:00")]), [(3, 2)]);
        assert_eq!(counts(&[("A", "", ""), ("B", "", ""), ("B", "", "")]), [(3, 2)]);
        assert_eq!(counts(&[]), []);
    }
}

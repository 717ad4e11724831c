//! One person at overlapping times in two places: within a batch, over batches, and over bodies.

use crate::detect::change_log::{quoted, quoted_or_dash};
use crate::detect::staff::roster::{Identity, Roster};
use crate::detect::staff::sessions::times;
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, BodyId};
use crate::model::observation::ObservedCase;
use crate::model::supervision::{Assignment, StaffRole};
use crate::model::text::Bilingual;
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// Cases by batch. A case of two batches stands under both.
#[derive(Default)]
pub struct Clashes {
    /// Of one body, or of several joined by a certificate number.
    pub sure: BTreeMap<BatchId, Vec<ObservedCase>>,
    /// Of several bodies joined by the person's number alone, which each of them may have given to somebody of its own.
    pub by_number: BTreeMap<BatchId, Vec<ObservedCase>>,
}

/// Who somebody is taken to be: joined over bodies as far as the roster allows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Person<'a> {
    Certificate(&'a str),
    Number(&'a str),
    OfBody(Option<&'a BodyId>, Option<&'a BatchId>, &'a str),
}

struct Entry<'a> {
    row: &'a Assignment,
    batch: Option<&'a Batch>,
    from: NaiveDateTime,
    to: NaiveDateTime,
}

/// Everyone who is on the sign-in lists at overlapping times in different places. A supervisor goes from room to room,
/// and somebody who stayed away was in no place; entries without both times are not compared.
pub fn clashes<'a>(dataset: &'a Dataset, roster: &'a Roster<'a>) -> Clashes {
    let mut people: BTreeMap<Person<'a>, Vec<Entry<'a>>> = BTreeMap::new();
    for row in &dataset.assignments {
        if row.signed_in == Some(false) || row.role == Some(StaffRole::Supervisor) {
            continue;
        }
        let Some((from, to)) = times(row) else { continue };
        let batch = dataset.batch(&row.batch_id);
        let body = batch.and_then(|batch| batch.body_id.as_ref());
        let person = match roster.identity(row.person_id.as_str()) {
            Identity::Certificate(number) => Person::Certificate(number),
            Identity::Person(number) => Person::Number(number),
            Identity::Unknown(number) => Person::OfBody(body, body.is_none().then_some(&row.batch_id), number),
        };
        people.entry(person).or_default().push(Entry { row, batch, from, to });
    }
    let mut found = Clashes::default();
    for (person, entries) in &mut people {
        entries.sort_by_key(|entry| (entry.from, entry.to, &entry.row.batch_id, entry.row.source));
        for (place, first) in entries.iter().enumerate() {
            let mut later = entries.iter().skip(place + 1).take_while(|second| second.from < first.to);
            // One other place for each entry is enough: all pairs of a number that many share would be no list.
            let Some(second) = later.find(|second| are_apart(first, second)) else { continue };
            let by_number = by_number_alone(*person, first, second);
            let cases = if by_number { &mut found.by_number } else { &mut found.sure };
            let case = case(first, second);
            cases.entry(first.row.batch_id.clone()).or_default().push(case.clone());
            if first.row.batch_id != second.row.batch_id {
                cases.entry(second.row.batch_id.clone()).or_default().push(case);
            }
        }
    }
    found
}

/// Whether two entries are in different places, as far as both say: another room of one site, or another site.
fn are_apart(first: &Entry<'_>, second: &Entry<'_>) -> bool {
    let site = |entry: &Entry<'_>| entry.batch.and_then(|batch| batch.site.clone());
    let differ =
        |one: Option<&str>, other: Option<&str>| one.zip(other).is_some_and(|(one, other)| one.trim() != other.trim());
    let rooms_differ = differ(first.row.room.as_deref(), second.row.room.as_deref());
    if first.row.batch_id == second.row.batch_id {
        return rooms_differ;
    }
    let (one, other) = (site(first), site(second));
    differ(one.as_deref(), other.as_deref()) || (rooms_differ && one.is_some() && other.is_some())
}

/// Whether nothing but the number of the person joins entries of two bodies: two numbers that lead to one person were
/// joined by the certificate, and so was a number that is the certificate's.
fn by_number_alone(person: Person<'_>, first: &Entry<'_>, second: &Entry<'_>) -> bool {
    let body = |entry: &Entry<'_>| entry.batch.and_then(|batch| batch.body_id.clone());
    let number = &first.row.person_id;
    body(first) != body(second) && *number == second.row.person_id && person != Person::Certificate(number.as_str())
}

fn case(first: &Entry<'_>, second: &Entry<'_>) -> ObservedCase {
    let place = |entry: &Entry<'_>| {
        let site = quoted_or_dash(entry.batch.and_then(|batch| batch.site.as_deref()));
        let room = quoted_or_dash(entry.row.room.as_deref());
        let batch = quoted(entry.row.batch_id.as_str());
        let (from, to) = (entry.from.format("%Y-%m-%d %H:%M"), entry.to.format("%H:%M"));
        format!("{batch} · {site} · {room} · {from}–{to}")
    };
    let (one, other) = (place(first), place(second));
    let mut subjects = vec![quoted(first.row.person_id.as_str()), quoted(second.row.person_id.as_str())];
    subjects.dedup();
    let who = subjects.join(" = ");
    ObservedCase {
        subjects,
        sources: vec![first.row.source, second.row.source],
        detail: Bilingual::new(
            format!("{who} 在重叠的时间出现在两处：{one}；{other}。"),
            format!("{who} is in two places at overlapping times: {one}; {other}."),
        ),
    }
}

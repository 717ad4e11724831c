//! One test of one rule on one subject.

use crate::model::batch::Batch;
use crate::model::dated::DatedEvent;
use crate::model::figure::{Figure, Figures};
use crate::model::finding::{FindingCase, Verdict};
use crate::model::ids::BodyId;
use crate::model::missing::MissingFact;
use crate::model::observation::Nature;
use crate::model::text::Bilingual;
use crate::policy::absence::{Activity, absence};
use crate::policy::observed::Subject;
use crate::policy::phrases;
use crate::policy::place::Place;
use crate::policy::ratio;
use crate::policy::records::Records;
use crate::policy::recurrence::fullest_window;
use crate::policy::repeat::repeated;
use crate::policy::rule::{Count, Rule, Test};
use crate::policy::terms::{any, missed, outside};
use crate::policy::windows::{fullest, last_day};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What a test gives beside its verdict.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// Figures of the test itself.
    pub figures: Figures,
    /// Parts of the sentence.
    pub phrases: BTreeMap<&'static str, Bilingual>,
    /// What is missing beyond what detectors said.
    pub missing: Vec<MissingFact>,
    /// Dated events behind the verdict.
    pub cases: Vec<FindingCase>,
    /// The day on which the condition was fulfilled, where it has one.
    pub day: Option<NaiveDate>,
}

impl Outcome {
    fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            figures: Figures::new(),
            phrases: BTreeMap::new(),
            missing: Vec::new(),
            cases: Vec::new(),
            day: None,
        }
    }

    fn figure(&mut self, name: &str, value: impl Into<Figure>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// The window that was counted, both days included.
    fn window(&mut self, first: NaiveDate, months: u32) {
        self.figure("window_from", first.to_string());
        self.figure("window_to", last_day(first, months).to_string());
    }
}

/// Evaluates one reading.
pub fn evaluate(rule: &Rule, test: &Test, place: &Place<'_>, records: &Records<'_>) -> Outcome {
    match test {
        Test::Ratio { .. } => by_ratio(test, place, records),
        Test::AnyCase { met_by, indicated_by, supported_by, settled_by } => {
            let mut outcome = by_cases(met_by, indicated_by, settled_by, place, records);
            outcome.phrases.insert("support", phrases::support(supported_by, place.subject, records));
            outcome
        }
        Test::Recurrence { indicated_by, window_months, times, .. } => {
            by_recurrence(indicated_by, &test.settling(), (*window_months, *times), place, records)
        }
        Test::CountInWindow { counted, count, window_months, times } => {
            by_count(counted, *count, (*window_months, *times), place, records)
        }
        Test::AbsenceInWindow { activity, counted_from, window_months, years } => {
            let earlier = earlier_activities(place.body_id, records);
            let observed = records.observed.get(place.subject, activity);
            let known = Activity {
                filings: records.observed.events(place.subject, counted_from),
                activities: records.observed.events(place.subject, activity).into_iter().chain(&earlier).collect(),
                covers: observed.iter().filter(|seen| seen.evaluated).find_map(|seen| seen.dated.covers),
                as_of: records.as_of,
            };
            let (verdict, stretch) = absence(&known, *window_months, *years);
            let mut outcome = Outcome::of(verdict);
            if let Some(stretch) = stretch {
                outcome.figure("absent_from", stretch.from.to_string());
                outcome.figure("absent_to", stretch.to.to_string());
                outcome.day = Some(stretch.to);
            }
            // What would settle it is a register that is whole for longer, or a day.
            if verdict == Verdict::Undetermined || known.as_of.is_none() {
                outcome.missing.push(MissingFact::column("batches", "exam_date"));
            }
            let phrase = phrases::absence(stretch, known.covers, records.as_of);
            outcome.phrases.insert("absence", phrase);
            let filings = events(std::slice::from_ref(counted_from), place.subject, records);
            outcome.cases = cases_of(&filings, place, records, |_| verdict == Verdict::Met);
            outcome
        }
        Test::DeadlinePassed { duties } => {
            let as_of = records.as_of;
            let last = |event: &DatedEvent| event.term.to;
            by_terms(duties, place, records, &|event| missed(event, as_of), &last)
        }
        Test::DateValid { uses } => {
            let day = |event: &DatedEvent| event.date;
            by_terms(uses, place, records, &outside, &day)
        }
        Test::RepeatAfter { after, articles } => {
            let found = repeated(*after, articles, place, records);
            let mut outcome = Outcome::of(found.verdict);
            outcome.phrases.insert("repeat", found.phrase);
            outcome.missing = found.missing;
            outcome.cases = found.cases;
            outcome
        }
        Test::Human => {
            let lacking = lacking(rule, records);
            let verdict = if lacking.is_empty() { Verdict::Human } else { Verdict::Undetermined };
            let mut outcome = Outcome::of(verdict);
            outcome.missing = lacking;
            outcome
        }
    }
}

/// Those of the tables and columns a rule needs that the data do not have.
pub fn lacking(rule: &Rule, records: &Records<'_>) -> Vec<MissingFact> {
    let facts = rule.needs.iter().flat_map(|name| match name.split_once('.') {
        Some((table, column)) => records.dataset.missing(table, &[column]),
        None => records.dataset.missing(name, &[]),
    });
    let mut facts: Vec<MissingFact> = facts.collect();
    facts.sort();
    facts.dedup();
    facts
}

fn by_ratio(test: &Test, place: &Place<'_>, records: &Records<'_>) -> Outcome {
    let Test::Ratio { observation, denominator, lower, upper, share } = test else {
        return Outcome::of(Verdict::Undetermined);
    };
    let seen = records.observed.get(place.subject, observation).first().filter(|seen| seen.evaluated);
    let figure = |name: &str| seen.and_then(|seen| seen.figures.get(name)).and_then(Figure::integer);
    let counts = (figure(denominator), figure(lower), figure(upper));
    let verdict = match counts {
        (Some(total), Some(lower), Some(upper)) => ratio::verdict(lower, upper, total, *share),
        _ => Verdict::Undetermined,
    };
    let mut outcome = Outcome::of(verdict);
    // The integers are written out with the count that decided.
    let count = if verdict == Verdict::NotMet { counts.2 } else { counts.1 };
    if let Some((total, count)) = counts.0.zip(count) {
        outcome.figure("comparison", ratio::comparison(count, total, *share));
    }
    let figures = seen.map(|seen| seen.figures.clone()).unwrap_or_default();
    outcome.phrases.insert("bounds", phrases::bounds(test, &figures));
    outcome
}

/// Three-valued "or": one case settles it, and only a full look without a case settles the contrary.
fn by_cases(
    met_by: &[String],
    indicated_by: &[String],
    settled_by: &[String],
    place: &Place<'_>,
    records: &Records<'_>,
) -> Outcome {
    let (subject, observed) = (place.subject, &records.observed);
    let both = || met_by.iter().chain(indicated_by);
    let verdict = if met_by.iter().any(|name| observed.has_fact(subject, name)) {
        Verdict::Met
    } else if both().any(|name| observed.has_case(subject, name)) {
        Verdict::Indication
    } else if settled_by.iter().all(|name| observed.is_evaluated(subject, name)) {
        Verdict::NotMet
    } else {
        Verdict::Undetermined
    };
    let mut outcome = Outcome::of(verdict);
    let mut counts = [0_usize; 2];
    let mut lists: [Vec<Bilingual>; 2] = [Vec::new(), Vec::new()];
    for name in both().filter(|name| observed.has_case(subject, name)) {
        let kind = usize::from(!(observed.has_fact(subject, name) && met_by.contains(name)));
        let cases = observed.cases(subject, name);
        counts[kind] += cases;
        let said = phrases::called(name, records);
        lists[kind].push(Bilingual::new(format!("{} {cases}", said.zh), format!("{} {cases}", said.en)));
    }
    outcome.figure("fact_cases", counts[0]);
    outcome.figure("sign_cases", counts[1]);
    outcome.phrases.insert("facts", phrases::joined(&lists[0]));
    outcome.phrases.insert("signs", phrases::joined(&lists[1]));
    outcome.phrases.insert("gap", phrases::gap(settled_by.iter(), subject, records));
    outcome
}

fn by_recurrence(
    indicated_by: &[String],
    settled_by: &[&str],
    (months, times): (u32, u32),
    place: &Place<'_>,
    records: &Records<'_>,
) -> Outcome {
    let (subject, observed) = (place.subject, &records.observed);
    let verdict = if indicated_by.iter().any(|name| observed.has_case(subject, name)) {
        Verdict::Indication
    } else if settled_by.iter().all(|name| observed.is_evaluated(subject, name)) {
        Verdict::NotMet
    } else {
        Verdict::Undetermined
    };
    let mut outcome = Outcome::of(verdict);
    outcome.figure("times_required", i64::from(times));
    let dates = place.body_id.and_then(|body_id| place.dates.get(body_id));
    match dates.zip(place.batch.and_then(|batch| batch.exam_date)) {
        Some((dates, date)) => {
            let window = fullest_window(dates, date, months);
            let most = window.map_or(0, |(_, times)| times);
            outcome.figure("times_within_window", most);
            if let Some((first, _)) = window {
                outcome.window(first, months);
            }
            outcome.phrases.insert("window", phrases::recurrence(most, months, times));
        }
        None => {
            outcome.phrases.insert("window", phrases::no_window(months));
            if verdict == Verdict::Indication {
                outcome.missing = undated(place.batch);
            }
        }
    }
    outcome
}

/// Dated events of the body; of a batch only windows that hold its own day. Facts and signs are counted apart, since a
/// sign may tell of the same days in a wider sense: facts meet the condition, signs indicate it.
fn by_count(counted: &[String], count: Count, term: (u32, u32), place: &Place<'_>, records: &Records<'_>) -> Outcome {
    let subject = place.body_id.map_or(place.subject, Subject::Body);
    if matches!(place.subject, Subject::Batch(_)) && place.batch.and_then(|batch| batch.exam_date).is_none() {
        let mut outcome = Outcome::of(Verdict::Undetermined);
        outcome.missing = undated(place.batch);
        outcome.phrases.insert("window", phrases::no_window(term.0));
        return outcome;
    }
    let (signs, facts): (Vec<String>, Vec<String>) =
        counted.iter().cloned().partition(|name| records.observed.is_sign(subject, name));
    let by_facts = count_within(&facts, count, term, place, records);
    if signs.is_empty() || by_facts.verdict == Verdict::Met {
        return by_facts;
    }
    let mut by_signs = count_within(&signs, count, term, place, records);
    match by_signs.verdict {
        Verdict::Met => {
            by_signs.verdict = Verdict::Indication;
            by_signs
        }
        _ if facts.is_empty() => by_signs,
        Verdict::NotMet => by_facts,
        _ => Outcome { verdict: Verdict::Undetermined, ..by_facts },
    }
}

fn count_within(
    names: &[String],
    count: Count,
    (months, times): (u32, u32),
    place: &Place<'_>,
    records: &Records<'_>,
) -> Outcome {
    let subject = place.body_id.map_or(place.subject, Subject::Body);
    let events = events(names, subject, records);
    let plain: Vec<&DatedEvent> = events.iter().map(|(_, event)| *event).collect();
    let holding = place.batch.and_then(|batch| batch.exam_date).filter(|_| matches!(place.subject, Subject::Batch(_)));
    let found = fullest(&plain, months, holding, count);
    let is_whole = names.iter().all(|name| records.observed.is_evaluated(subject, name));
    let mut outcome = Outcome::of(found.verdict(times, is_whole));
    outcome.figure("times_required", i64::from(times));
    outcome.figure("times_within_window", found.certain);
    outcome.figure("times_possible", found.possible);
    let days: Vec<NaiveDate> = found.events.iter().filter_map(|event| event.date).collect();
    let span = days.iter().min().copied().zip(days.iter().max().copied());
    outcome.day = span.map(|(_, last)| last);
    if let Some((first, _)) = span {
        outcome.window(first, months);
    }
    outcome.phrases.insert("window", phrases::window(found.certain, found.possible, months, times, span));
    let is_within = |event: &DatedEvent| found.events.iter().any(|within| std::ptr::eq(*within, event));
    outcome.cases = cases_of(&events, place, records, is_within);
    outcome
}

fn by_terms(
    names: &[String],
    place: &Place<'_>,
    records: &Records<'_>,
    test: &dyn Fn(&DatedEvent) -> Verdict,
    day: &dyn Fn(&DatedEvent) -> Option<NaiveDate>,
) -> Outcome {
    let events = events(names, place.subject, records);
    let is_whole = names.iter().all(|name| records.observed.is_evaluated(place.subject, name));
    let judged: Vec<(&DatedEvent, Verdict)> = events.iter().map(|(_, event)| (*event, test(event))).collect();
    let verdict = any(judged.iter().map(|(_, verdict)| *verdict), is_whole);
    let mut outcome = Outcome::of(softened(verdict, names, place.subject, records));
    let number = |wanted: Verdict| judged.iter().filter(|(_, verdict)| *verdict == wanted).count();
    outcome.figure("terms_outside", number(Verdict::Met));
    outcome.figure("terms_open", number(Verdict::Undetermined));
    outcome.day =
        judged.iter().filter(|(_, verdict)| *verdict == Verdict::Met).filter_map(|(event, _)| day(event)).max();
    outcome.cases = cases_of(&events, place, records, |event| test(event) == Verdict::Met);
    outcome
}

/// Events of signs give an indication at most.
fn softened(verdict: Verdict, names: &[String], subject: Subject<'_>, records: &Records<'_>) -> Verdict {
    let rests_on_signs = names.iter().any(|name| records.observed.is_sign(subject, name));
    if verdict == Verdict::Met && rests_on_signs { Verdict::Indication } else { verdict }
}

fn events<'a>(names: &[String], subject: Subject<'_>, records: &Records<'a>) -> Vec<(String, &'a DatedEvent)> {
    let mut found = Vec::new();
    for name in names {
        found.extend(records.observed.events(subject, name).into_iter().map(|event| (name.clone(), event)));
    }
    found
}

fn cases_of(
    events: &[(String, &DatedEvent)],
    place: &Place<'_>,
    records: &Records<'_>,
    wanted: impl Fn(&DatedEvent) -> bool,
) -> Vec<FindingCase> {
    let wanted = events.iter().filter(|(_, event)| wanted(event));
    let is_sign = |name: &str| {
        let subject = place.body_id.map_or(place.subject, Subject::Body);
        records.observed.is_sign(subject, name)
    };
    wanted
        .map(|(name, event)| FindingCase {
            measure: name.clone(),
            nature: if is_sign(name) { Nature::Sign } else { Nature::Fact },
            subjects: vec![event.subject.clone()],
            detail: event.detail.clone(),
            sources: event.sources.clone(),
        })
        .collect()
}

/// Batches of earlier runs that were not called off.
fn earlier_activities(body_id: Option<&BodyId>, records: &Records<'_>) -> Vec<DatedEvent> {
    let held = records.history.batches.iter().filter(|batch| {
        body_id.is_some() && batch.body_id.as_ref() == body_id && batch.held != Some(false) && batch.exam_date.is_some()
    });
    held.map(|batch| DatedEvent {
        date: batch.exam_date,
        is_certain: true,
        subject: batch.batch_id.to_string(),
        ..DatedEvent::default()
    })
    .collect()
}

/// What keeps a batch out of its body's window.
fn undated(batch: Option<&Batch>) -> Vec<MissingFact> {
    match batch {
        None => vec![MissingFact::table("batches")],
        Some(batch) => [("body_id", batch.body_id.is_none()), ("exam_date", batch.exam_date.is_none())]
            .into_iter()
            .filter(|(_, absent)| *absent)
            .map(|(column, _)| MissingFact::column("batches", column))
            .collect(),
    }
}

//! Holds what was observed against each rule of the packs in force.

use crate::model::basis::Basis;
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::figure::Figure;
use crate::model::finding::{Finding, FindingCase, Verdict};
use crate::model::history::History;
use crate::model::ids::{BatchId, BodyId};
use crate::model::missing::MissingFact;
use crate::model::observation::{MeasureNames, Nature, Observation};
use crate::model::text::Bilingual;
use crate::policy::evaluate::{Outcome, evaluate, lacking};
use crate::policy::observed::Subject;
use crate::policy::pack::{RulePack, article_order};
use crate::policy::packs::{Chosen, RulePacks};
use crate::policy::phrases;
use crate::policy::place::{Place, Repeated};
use crate::policy::records::{DatesByBody, Records};
use crate::policy::rule::{Rule, Scope, Test};
use crate::policy::sentence::fill;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Every rule on every batch, body or data set it applies to, sorted by article, body and batch. Pure: the same data,
/// the same findings.
///
/// `names` says each `detector.measure` in words. Batches are judged by the pack in force on their examination date;
/// bodies and the data set as a whole by the one in force on `as_of`, which is the latest examination date where it
/// is not given.
pub fn judge(
    packs: &RulePacks,
    dataset: &Dataset,
    observations: &[Observation],
    names: &MeasureNames,
    history: &History,
    as_of: Option<NaiveDate>,
) -> Vec<Finding> {
    let records = Records::new(dataset, observations, names, history, as_of);
    let batches = dataset.batch_ids();
    let bodies = dataset.body_ids();
    let chosen: Vec<(&BatchId, Option<&Batch>, Chosen<'_>)> =
        batches.iter().filter_map(|(batch_id, batch)| Some((batch_id, *batch, packs.for_batch(*batch)?))).collect();
    let mut bench = Bench { records: &records, done: Vec::new(), said: BTreeMap::new() };
    for pack in packs.all() {
        let own: Vec<_> = chosen.iter().filter(|(_, _, chosen)| std::ptr::eq(chosen.pack, pack)).collect();
        for rule in pack.rules.iter().filter(|rule| rule.scope == Scope::Batch) {
            let dates = if own.is_empty() { DatesByBody::new() } else { records.dates_by_body(&pack.id, rule) };
            for (batch_id, batch, chosen) in &own {
                let body_id = batch.and_then(|batch| batch.body_id.as_ref());
                let place = Seat { subject: Subject::Batch(batch_id), batch: *batch, body_id, dates: &dates };
                bench.judge(pack, &chosen.basis, rule, &place);
            }
        }
    }
    let region_of = regions(dataset);
    let dates = DatesByBody::new();
    // Repeats look back at what all other rules say.
    for repeats in [false, true] {
        if repeats {
            bench.remember();
        }
        for body_id in &bodies {
            let Some(chosen) = packs.on(region_of.get(body_id).copied(), records.as_of) else { continue };
            let rules = chosen.pack.rules.iter().filter(|rule| rule.scope == Scope::Body && is_repeat(rule) == repeats);
            for rule in rules {
                let place =
                    Seat { subject: Subject::Body(body_id), batch: None, body_id: Some(body_id), dates: &dates };
                bench.judge(chosen.pack, &chosen.basis, rule, &place);
            }
        }
    }
    if !batches.is_empty() || !bodies.is_empty() {
        let region = region_of.values().next().copied();
        if let Some(chosen) = packs.on(region, records.as_of) {
            let place = Seat { subject: Subject::DataSet, batch: None, body_id: None, dates: &dates };
            for rule in chosen.pack.rules.iter().filter(|rule| rule.scope == Scope::DataSet) {
                bench.judge(chosen.pack, &chosen.basis, rule, &place);
            }
        }
    }
    let mut findings: Vec<Finding> = bench.done.into_iter().map(|(finding, _)| finding).collect();
    findings.sort_by_cached_key(|finding| {
        (article_order(&finding.article), finding.body_id.clone(), finding.batch_id.clone(), finding.id.clone())
    });
    findings
}

/// The region of each body, as its earliest batch with one names it.
fn regions(dataset: &Dataset) -> BTreeMap<&BodyId, &str> {
    let mut found = BTreeMap::new();
    for batch in &dataset.batches {
        if let Some((body_id, region)) = batch.body_id.as_ref().zip(batch.region.as_deref()) {
            found.entry(body_id).or_insert(region);
        }
    }
    found
}

fn is_repeat(rule: &Rule) -> bool {
    rule.readings.iter().any(|reading| matches!(reading.test, Test::RepeatAfter { .. }))
}

/// A subject, before the rules judged so far are added.
struct Seat<'a> {
    subject: Subject<'a>,
    batch: Option<&'a Batch>,
    body_id: Option<&'a BodyId>,
    dates: &'a DatesByBody<'a>,
}

/// Where findings gather, each with the day on which its condition was fulfilled.
struct Bench<'a> {
    records: &'a Records<'a>,
    done: Vec<(Finding, Option<NaiveDate>)>,
    /// What the rules judged before the repeats say of each body.
    said: BTreeMap<BodyId, Vec<Repeated>>,
}

impl Bench<'_> {
    fn judge(&mut self, pack: &RulePack, basis: &Basis, rule: &Rule, seat: &Seat<'_>) {
        let said = seat.body_id.and_then(|body_id| self.said.get(body_id));
        let place = Place {
            subject: seat.subject,
            batch: seat.batch,
            body_id: seat.body_id,
            dates: seat.dates,
            rules: &pack.rules,
            said: said.map_or(&[], Vec::as_slice),
        };
        let one = if basis.in_force {
            finding(pack, basis, rule, &place, self.records)
        } else {
            (not_in_force(pack, basis, rule, &place), None)
        };
        self.done.push(one);
    }

    /// Sorts what was said so far by body, once.
    fn remember(&mut self) {
        for (finding, day) in &self.done {
            let Some(body_id) = &finding.body_id else { continue };
            self.said.entry(body_id.clone()).or_default().push(Repeated {
                article: finding.article.clone(),
                day: *day,
                verdict: finding.verdict,
                finding_id: finding.id.clone(),
                sources: match finding.verdict {
                    Verdict::Met | Verdict::Indication => {
                        finding.cases.iter().flat_map(|case| case.sources.iter().copied()).collect()
                    }
                    _ => Vec::new(),
                },
            });
        }
    }
}

fn id_of(rule: &Rule, place: &Place<'_>) -> String {
    let batch = match place.subject {
        Subject::Batch(batch_id) => batch_id.as_str(),
        _ => "-",
    };
    let body = place.body_id.map_or("-", BodyId::as_str);
    format!("{}:{body}:{batch}:{}", rule.article, rule.readings.first().map_or("-", |reading| reading.id.as_str()))
}

fn batch_of(place: &Place<'_>) -> Option<BatchId> {
    match place.subject {
        Subject::Batch(batch_id) => Some(batch_id.clone()),
        _ => None,
    }
}

/// A rule of the nearest pack, which was not in force: nothing is concluded.
fn not_in_force(pack: &RulePack, basis: &Basis, rule: &Rule, place: &Place<'_>) -> Finding {
    Finding {
        id: id_of(rule, place),
        rule_pack: pack.id.clone(),
        basis: basis.clone(),
        article: rule.article.clone(),
        detector: String::new(),
        verdict: Verdict::Undetermined,
        body_id: place.body_id.cloned(),
        batch_id: batch_of(place),
        subjects: Vec::new(),
        figures: BTreeMap::new(),
        threshold: rule.threshold.clone(),
        missing: Vec::new(),
        measure: rule.measure,
        text: phrases::not_in_force(&pack.title, basis.judged_on),
        article_text: rule.text.clone(),
        human_element: rule.human.clone(),
        readings: Vec::new(),
        cases: Vec::new(),
    }
}

fn finding(
    pack: &RulePack,
    basis: &Basis,
    rule: &Rule,
    place: &Place<'_>,
    records: &Records<'_>,
) -> (Finding, Option<NaiveDate>) {
    let mut names: Vec<&str> = Vec::new();
    for name in rule.readings.iter().flat_map(|reading| reading.test.observations()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let outcomes: Vec<Outcome> =
        rule.readings.iter().map(|reading| evaluate(rule, &reading.test, place, records)).collect();
    let readings: Vec<(Bilingual, Verdict)> =
        rule.readings.iter().zip(&outcomes).map(|(reading, outcome)| (reading.name.clone(), outcome.verdict)).collect();
    let observed = &records.observed;
    let mut figures = observed.figures(place.subject, &names);
    let settling: Vec<&str> = rule.readings.iter().flat_map(|reading| reading.test.settling()).collect();
    let mut missing = observed.missing(place.subject, &settling);
    let mut phrases = BTreeMap::from([("needs", needs_phrase(rule))]);
    let mut cases: Vec<FindingCase> = Vec::new();
    let (mut verdict, mut day) = (Verdict::Human, None);
    if let Some(primary) = outcomes.into_iter().next() {
        verdict = primary.verdict;
        day = primary.day;
        figures.extend(primary.figures);
        missing.extend(primary.missing);
        phrases.extend(primary.phrases);
        cases.extend(primary.cases);
    }
    for name in &names {
        cases.extend(
            observed.get(place.subject, name).iter().flat_map(|seen| cases_of(name, seen, counts_as(rule, name, seen))),
        );
    }
    if verdict == Verdict::Undetermined && missing.is_empty() {
        missing = lacking(rule, records);
    }
    let mut text = fill(rule.says.for_verdict(verdict).unwrap_or(&rule.threshold), &figures, &phrases);
    let is_dated = pack.effective_from.is_some() || pack.effective_to.is_some();
    if let (Subject::Batch(_), None, true) = (place.subject, basis.judged_on, is_dated) {
        let note = phrases::undated(&pack.version);
        text = Bilingual::new(text.zh + &note.zh, text.en + &note.en);
        missing.push(MissingFact::column("batches", "exam_date"));
    }
    missing.sort();
    missing.dedup();
    let mut subjects: Vec<String> = cases.iter().flat_map(|case| case.subjects.iter().cloned()).collect();
    subjects.sort();
    subjects.dedup();
    let mut detectors: Vec<&str> = names.iter().filter_map(|name| name.split('.').next()).collect();
    detectors.dedup();
    if let Some(as_of) = basis.judged_on.filter(|_| matches!(place.subject, Subject::Body(_))) {
        figures.insert("judged_on".to_owned(), Figure::from(as_of.to_string()));
    }
    let exam_date = place.batch.and_then(|batch| batch.exam_date);
    let finding = Finding {
        id: id_of(rule, place),
        rule_pack: pack.id.clone(),
        basis: basis.clone(),
        article: rule.article.clone(),
        detector: detectors.join("+"),
        verdict,
        body_id: place.body_id.cloned(),
        batch_id: batch_of(place),
        subjects,
        text,
        figures,
        threshold: rule.threshold.clone(),
        missing,
        measure: rule.measure,
        article_text: rule.text.clone(),
        human_element: rule.human.clone(),
        readings,
        cases,
    };
    (finding, day.or(exam_date))
}

/// What a person should look at, by table and column.
fn needs_phrase(rule: &Rule) -> Bilingual {
    let facts: Vec<MissingFact> = rule
        .needs
        .iter()
        .map(|name| match name.split_once('.') {
            Some((table, column)) => MissingFact::column(table, column),
            None => MissingFact::table(name),
        })
        .collect();
    phrases::needs(&facts)
}

/// A fact that the rule lists among its signs counts as a sign.
fn counts_as(rule: &Rule, name: &str, observation: &Observation) -> Nature {
    let mut lists = rule.readings.iter().filter_map(|reading| match &reading.test {
        Test::AnyCase { met_by, supported_by, .. } => Some(met_by.iter().chain(supported_by)),
        _ => None,
    });
    let Some(first) = lists.next() else { return observation.nature };
    let is_listed = std::iter::once(first).chain(lists).flatten().any(|fact| fact == name);
    if is_listed { observation.nature } else { Nature::Sign }
}

fn cases_of<'a>(
    name: &'a str,
    observation: &'a Observation,
    nature: Nature,
) -> impl Iterator<Item = FindingCase> + use<'a> {
    observation.cases.iter().map(move |case| FindingCase {
        measure: name.to_owned(),
        nature,
        subjects: case.subjects.clone(),
        detail: case.detail.clone(),
        sources: case.sources.clone(),
    })
}

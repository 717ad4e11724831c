//! Whether the documents of a batch agree: roster ⊇ sign-in ⊇ sheets ⊇ marks ⊇ passes ⊇ certificates, candidate by candidate.

use crate::detect::change_log::{component_name, quoted};
use crate::model::answer::{AnswerSheet, MISSING};
use crate::model::candidate::{Candidate, CandidateStatus};
use crate::model::certificate::Certificate;
use crate::model::component::Component;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::rating::Rating;
use crate::model::score::{Mark, Score};
use crate::model::text::Bilingual;
use std::collections::{BTreeMap, BTreeSet};

/// The documents of one batch.
pub struct Documents<'a> {
    /// Roster.
    pub candidates: &'a [&'a Candidate],
    /// Answer sheets.
    pub sheets: &'a [&'a AnswerSheet],
    /// Marks of raters.
    pub ratings: &'a [&'a Rating],
    /// Register of results.
    pub scores: &'a [&'a Score],
    /// Certificates issued.
    pub certificates: &'a [&'a Certificate],
    /// Whether no row of the roster can be lacking.
    pub is_roster_whole: bool,
    /// Whether no sheet can be lacking.
    pub are_sheets_whole: bool,
}

/// What the batch has of one candidate number.
#[derive(Default)]
struct Person<'a> {
    listed: Vec<&'a Candidate>,
    /// A sheet with at least one response; a blank one may be scanned of somebody who did not come.
    sheet: Option<Provenance>,
    rated: Option<Provenance>,
    scores: Vec<&'a Score>,
    certificate: Option<Provenance>,
}

impl Person<'_> {
    fn status(&self) -> Option<CandidateStatus> {
        // Of several registrations under one number the furthest counts.
        self.listed.iter().filter_map(|row| row.status).max()
    }

    fn marks(&self) -> impl Iterator<Item = (&Component, Mark)> {
        self.scores.iter().map(|score| (&score.component, score.mark))
    }

    /// Rows of work and of the register.
    fn work(&self) -> impl Iterator<Item = Provenance> {
        self.sheet.into_iter().chain(self.rated).chain(self.scores.iter().map(|score| score.source))
    }

    fn case(&self, number: &str, detail: Bilingual) -> ObservedCase {
        let mut sources: Vec<Provenance> =
            self.listed.iter().map(|row| row.source).chain(self.work()).chain(self.certificate).collect();
        sources.sort();
        sources.dedup();
        ObservedCase { subjects: vec![number.to_owned()], sources, detail }
    }
}

/// Everyone whom any document of the batch names, by number.
pub struct People<'a>(BTreeMap<&'a str, Person<'a>>);

impl<'a> People<'a> {
    /// Gathers them.
    pub fn new(documents: &Documents<'a>) -> Self {
        let mut people: BTreeMap<&str, Person<'a>> = BTreeMap::new();
        for row in documents.candidates {
            people.entry(row.candidate_id.as_str()).or_default().listed.push(row);
        }
        for sheet in documents.sheets {
            let person = people.entry(sheet.candidate_id.as_str()).or_default();
            if sheet.responses.iter().any(|response| *response != MISSING) {
                person.sheet = first(person.sheet, sheet.source);
            }
        }
        for rating in documents.ratings.iter().filter(|rating| rating.score.is_some()) {
            let person = people.entry(rating.candidate_id.as_str()).or_default();
            person.rated = first(person.rated, rating.source);
        }
        for score in documents.scores {
            people.entry(score.candidate_id.as_str()).or_default().scores.push(score);
        }
        for certificate in documents.certificates {
            let person = people.entry(certificate.candidate_id.as_str()).or_default();
            person.certificate = first(person.certificate, certificate.source);
        }
        Self(people)
    }

    fn each(&self, wanted: impl Fn(&Person<'a>) -> Option<Bilingual>) -> Vec<ObservedCase> {
        let of = |(number, person): (&&str, &Person<'a>)| {
            let number = quoted(number);
            let said = wanted(person)?;
            let detail =
                Bilingual::new(format!("考生 {number}：{}", said.zh), format!("Candidate {number}: {}", said.en));
            Some(person.case(&number, detail))
        };
        self.0.iter().filter_map(of).collect()
    }
}

/// Work or results of somebody whom the roster does not name.
pub fn not_on_roster(blank: Observation, documents: &Documents<'_>, people: &People<'_>) -> Observation {
    if documents.candidates.is_empty() {
        return blank.seen(Vec::new(), vec![MissingFact::table("candidates")]);
    }
    let number = people.0.len();
    let found = people.each(|person| {
        let has_work = person.sheet.is_some() || person.rated.is_some() || !person.scores.is_empty();
        (person.listed.is_empty() && has_work).then(|| {
            let (zh, en) = named(person);
            Bilingual::new(format!("{zh}有其记录，花名册中没有。"), format!("named by {en}, not by the roster."))
        })
    });
    // Where no number of the work is on the roster, the two are numbered differently, and nothing can be compared.
    let is_joined = people.0.values().any(|person| !person.listed.is_empty() && person.work().next().is_some());
    let missing = match (found.is_empty(), is_joined && documents.is_roster_whole) {
        (false, false) => vec![MissingFact::column("candidates", "candidate_id")],
        _ => Vec::new(),
    };
    let cases = if missing.is_empty() { found } else { Vec::new() };
    blank.seen(cases, missing).with("people", number)
}

/// The earlier of the rows.
fn first(known: Option<Provenance>, row: Provenance) -> Option<Provenance> {
    Some(known.map_or(row, |known| known.min(row)))
}

fn named(person: &Person<'_>) -> (String, String) {
    let parts: Vec<(&str, &str)> = [
        (person.sheet.is_some(), ("答题卡", "answer sheets")),
        (person.rated.is_some(), ("评分记录", "marks of raters")),
        (!person.scores.is_empty(), ("成绩册", "the register of results")),
    ]
    .into_iter()
    .filter_map(|(is_there, words)| is_there.then_some(words))
    .collect();
    let zh: Vec<&str> = parts.iter().map(|(zh, _)| *zh).collect();
    let en: Vec<&str> = parts.iter().map(|(_, en)| *en).collect();
    (zh.join("、"), en.join(", "))
}

/// Work of somebody who by the roster was not admitted or did not come. A mark in one component alone may be of
/// somebody who was absent from the other, so that only marks in all of them count.
pub fn without_sitting(blank: Observation, documents: &Documents<'_>, people: &People<'_>) -> Observation {
    if documents.candidates.is_empty() {
        return blank.seen(Vec::new(), vec![MissingFact::table("candidates")]);
    }
    if documents.candidates.iter().all(|row| row.status.is_none()) {
        return blank.seen(Vec::new(), vec![MissingFact::column("candidates", "status")]);
    }
    let cases = people.each(|person| {
        let all_marked = person.marks().next().is_some()
            && person.marks().all(|(_, mark)| mark.points().is_some_and(|points| points > Points::ZERO));
        let has_work = person.sheet.is_some() || all_marked;
        let (zh, en) = match person.status()? {
            CandidateStatus::Registered => ("未获准参考", "not admitted"),
            CandidateStatus::Absent => ("缺考", "absent"),
            _ => return None,
        };
        has_work.then(|| {
            let what = if person.sheet.is_some() {
                ("有答题卡", "there is an answer sheet")
            } else {
                ("各科均有成绩", "there are marks in every component")
            };
            Bilingual::new(format!("花名册记为{zh}，而{}。", what.0), format!("{en} by the roster, while {}.", what.1))
        })
    });
    blank.seen(cases, Vec::new()).with("people", people.0.len())
}

/// A theory mark without an answer sheet, where the batch has sheets. A pass kept from an earlier batch has none
/// either, so that this is for a person to look into.
pub fn marks_without_sheets(blank: Observation, documents: &Documents<'_>, people: &People<'_>) -> Observation {
    let mut missing = Vec::new();
    if documents.sheets.is_empty() {
        missing.push(MissingFact::table("answers"));
    }
    if documents.scores.is_empty() {
        missing.push(MissingFact::table("scores"));
    }
    if !missing.is_empty() {
        return blank.seen(Vec::new(), missing);
    }
    let theory = |person: &Person<'_>| {
        person.marks().filter(|(component, _)| **component == Component::Theory).find_map(|(_, mark)| mark.points())
    };
    let found = people.each(|person| {
        let mark = theory(person).filter(|mark| *mark > Points::ZERO && person.sheet.is_none())?;
        Some(Bilingual::new(
            format!("理论成绩 {mark}，没有答题卡。"),
            format!("a theory mark of {mark} without an answer sheet."),
        ))
    });
    let marked = people.0.values().filter(|person| theory(person).is_some()).count();
    let is_joined = people.0.values().any(|person| person.sheet.is_some() && theory(person).is_some());
    let missing = match (found.is_empty(), is_joined && documents.are_sheets_whole) {
        (false, false) => vec![MissingFact::column("answers", "candidate_id")],
        _ => Vec::new(),
    };
    let cases = if missing.is_empty() { found } else { Vec::new() };
    blank.seen(cases, missing).with("theory_marks", marked)
}

/// A pass without the mark it rests on: of a component, or of the whole evaluation.
pub fn passes_without_marks(blank: Observation, documents: &Documents<'_>, people: &People<'_>) -> Observation {
    if documents.scores.is_empty() {
        return blank.seen(Vec::new(), vec![MissingFact::table("scores")]);
    }
    let has_results = |score: &&Score| score.passed.is_some() || score.overall_passed.is_some();
    if !documents.scores.iter().any(has_results) {
        return blank.seen(Vec::new(), vec![MissingFact::column("scores", "passed")]);
    }
    let cases = people.each(|person| {
        let lacking: BTreeSet<&Component> = person
            .scores
            .iter()
            .filter(|score| {
                let is_passed = score.passed == Some(true) || score.overall_passed == Some(true);
                is_passed && matches!(score.mark, Mark::Absent | Mark::Missing | Mark::Void | Mark::Deferred)
            })
            .map(|score| &score.component)
            .collect();
        (!lacking.is_empty()).then(|| {
            let names: Vec<Bilingual> = lacking.iter().map(|component| component_name(Some(component))).collect();
            let zh: Vec<&str> = names.iter().map(|name| name.zh.as_str()).collect();
            let en: Vec<&str> = names.iter().map(|name| name.en.as_str()).collect();
            Bilingual::new(
                format!("评定合格，而{}没有成绩。", zh.join("、")),
                format!("passed, without a mark in {}.", en.join(", ")),
            )
        })
    });
    blank.seen(cases, Vec::new()).with("results", documents.scores.len())
}

/// A certificate of somebody who by the register did not pass, or whom it does not name.
pub fn certificates_without_pass(blank: Observation, documents: &Documents<'_>, people: &People<'_>) -> Observation {
    if documents.certificates.is_empty() {
        return blank.seen(Vec::new(), vec![MissingFact::table("certificates")]);
    }
    let has_results = |score: &&&Score| score.passed.is_some() || score.overall_passed.is_some();
    if !documents.scores.iter().any(|score| has_results(&score)) {
        return blank.seen(Vec::new(), vec![MissingFact::column("scores", "passed")]);
    }
    // Where no number of the certificates is in the register, the two are numbered differently.
    if !people.0.values().any(|person| person.certificate.is_some() && !person.scores.is_empty()) {
        return blank.seen(Vec::new(), vec![MissingFact::column("certificates", "candidate_id")]);
    }
    let found = people.each(|person| {
        person.certificate?;
        // The result of the whole speaks where there is one; else every component has to be passed.
        let overall = person.scores.iter().filter_map(|score| score.overall_passed).max();
        let has_failed = person.scores.iter().any(|score| score.passed == Some(false));
        let (zh, en) = match overall {
            _ if person.scores.is_empty() => {
                ("成绩册中没有该考生", "the register of results does not name the candidate")
            }
            Some(false) => ("总评记为不合格", "the whole is recorded as failed"),
            None if has_failed => ("有一科记为不合格", "a component is recorded as failed"),
            _ => return None,
        };
        Some(Bilingual::new(format!("已发证书，而{zh}。"), format!("a certificate was issued, and {en}.")))
    });
    blank.seen(found, Vec::new()).with("certificates", documents.certificates.len())
}

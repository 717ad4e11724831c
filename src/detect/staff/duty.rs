//! Whether those who assessed are on the roster, under contract and qualified on the day of the examination.

use crate::detect::change_log::{or_dash, quoted, quoted_or_dash};
use crate::detect::staff::roster::{
    Holds, Roster, certificate_term, contract_term, for_level, for_occupation, has_certificate, within,
};
use crate::detect::staff::signed::Signed;
use crate::model::batch::Batch;
use crate::model::dated::{Dated, DatedEvent, Period};
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::provenance::Provenance;
use crate::model::supervision::StaffMember;
use crate::model::text::Bilingual;
use chrono::NaiveDate;

/// What the roster is worth as a whole.
#[derive(Clone, Copy, Debug)]
pub struct RosterState {
    /// Whether there is a roster at all.
    pub is_there: bool,
    /// Whether no row of it can be lacking.
    pub is_whole: bool,
    /// Whether anybody of this body is found on it: without one, its roster was evidently not handed in.
    pub knows_body: bool,
    /// Whether any row of it has a certificate.
    pub has_certificates: bool,
}

/// What one measure gathers.
#[derive(Default)]
struct Gathered {
    cases: Vec<ObservedCase>,
    missing: Vec<MissingFact>,
    open: usize,
    events: Vec<DatedEvent>,
}

impl Gathered {
    fn open(&mut self, table: &str, column: &str) {
        self.open += 1;
        self.missing.push(MissingFact::column(table, column));
    }

    fn observation(self, blank: Observation, people: usize) -> Observation {
        let (cases, open) = (self.cases.len(), self.open);
        let mut seen = blank.seen(self.cases, self.missing);
        seen.dated = Dated { events: self.events, covers: None };
        seen.with("people_checked", people).with("people_open", open).with("people_differing", cases)
    }
}

/// The measures of one batch.
pub fn duty(
    name: &'static str,
    batch_id: &BatchId,
    batch: Option<&Batch>,
    people: &[Signed],
    roster: &Roster<'_>,
    state: RosterState,
) -> Vec<Observation> {
    let body_id = batch.and_then(|batch| batch.body_id.as_ref());
    let blank = |measure| Observation::new(name, measure, Nature::Fact).of_batch(batch_id, body_id);
    let measures = ["certificate_not_recorded", "certificate_scope", "certificate_term", "contract", "not_on_roster"];
    if !state.is_there || people.is_empty() {
        let mut missing = Vec::new();
        if !state.is_there {
            missing.push(MissingFact::table("staff"));
        }
        if people.is_empty() {
            missing.push(MissingFact::table("assignments"));
        }
        return measures.map(|measure| blank(measure).seen(Vec::new(), missing.clone())).into();
    }
    let exam_date = batch.and_then(|batch| batch.exam_date);
    let mut found: [Gathered; 5] = Default::default();
    for person in people {
        judge(person, roster.rows(&person.number), (batch, exam_date), (roster, state), &mut found);
    }
    let number = people.len();
    measures.into_iter().zip(found).map(|(measure, found)| found.observation(blank(measure), number)).collect()
}

fn judge(
    person: &Signed,
    rows: &[&StaffMember],
    (batch, exam_date): (Option<&Batch>, Option<NaiveDate>),
    (roster, state): (&Roster<'_>, RosterState),
    found: &mut [Gathered; 5],
) {
    let [unrecorded, scope, term, contract, absent] = found;
    let who = quoted(&person.number);
    if rows.is_empty() {
        if roster.is_name(&person.number) {
            absent.open("ratings", "rater_id");
        } else if state.is_whole && state.knows_body {
            absent.cases.push(case(person, &[], on_no_roster(&who, person.gave_marks)));
        } else {
            absent.open("staff", "person_id");
        }
        // Of somebody who is not on the roster nothing more can be said.
        return;
    }
    let certificates: Vec<&StaffMember> = rows.iter().copied().filter(|row| has_certificate(row)).collect();
    match certificates.is_empty() {
        true if state.has_certificates => unrecorded.cases.push(case(person, rows, no_certificate(&who))),
        true => unrecorded.open("staff", "certificate_no"),
        false => {}
    }
    let Some(day) = exam_date else {
        for gathered in [scope, term, contract] {
            gathered.open("batches", "exam_date");
        }
        return;
    };
    let (holds, last) = within(rows.iter().map(|row| contract_term(row)), day);
    match holds {
        Holds::Yes => {}
        Holds::Open => contract.open("staff", "contract_from"),
        Holds::No => contract.cases.push(case(person, rows, no_contract(&who, day, last))),
    }
    if certificates.is_empty() {
        term.open("staff", "valid_from");
        return;
    }
    let (holds, last) = within(certificates.iter().map(|row| certificate_term(row)), day);
    term.events.push(DatedEvent {
        date: Some(day),
        term: last,
        is_certain: true,
        subject: who.clone(),
        sources: sources(person, &certificates),
        detail: certificate_on_the_day(&who, day, last, holds),
    });
    match holds {
        Holds::Yes => {}
        Holds::Open => term.open("staff", "valid_to"),
        Holds::No => {
            term.cases.push(case(person, &certificates, certificate_on_the_day(&who, day, last, holds)));
            return;
        }
    }
    let valid: Vec<&StaffMember> = certificates
        .into_iter()
        .filter(|row| within(std::iter::once(certificate_term(row)), day).0 != Holds::No)
        .collect();
    let (code, name) =
        batch.map_or((None, None), |batch| (batch.occupation_code.as_deref(), batch.occupation.as_deref()));
    let level = batch.and_then(|batch| batch.level);
    // A level that is on no record is no reason to leave the occupation open.
    let reaches = |row: &StaffMember| match for_occupation(row, code, name) {
        Holds::Yes if for_level(row, level) == Holds::No => Holds::No,
        holds => holds,
    };
    match valid.iter().map(|row| reaches(row)).min() {
        Some(Holds::No) => scope.cases.push(case(person, &valid, out_of_scope(&who, &valid, batch))),
        Some(Holds::Open) => scope.open(
            if code.is_none() && name.is_none() { "batches" } else { "staff" },
            if code.is_none() && name.is_none() { "occupation" } else { "certificate_occupation" },
        ),
        _ => {}
    }
}

fn sources(person: &Signed, rows: &[&StaffMember]) -> Vec<Provenance> {
    person.sources.iter().copied().chain(rows.iter().map(|row| row.source)).collect()
}

fn case(person: &Signed, rows: &[&StaffMember], detail: Bilingual) -> ObservedCase {
    ObservedCase { subjects: vec![quoted(&person.number)], sources: sources(person, rows), detail }
}

fn on_no_roster(who: &str, gave_marks: bool) -> Bilingual {
    let (zh, en) = if gave_marks { ("评分记录", "the marks") } else { ("签到表", "the sign-in list") };
    Bilingual::new(
        format!("{zh}中的 {who} 不在考务人员名册上（按人员编号与资格证号核对）。"),
        format!("{who}, named by {en}, is not on the roster of staff (looked up by person and certificate number)."),
    )
}

fn no_contract(who: &str, day: NaiveDate, term: Period) -> Bilingual {
    let (zh, en) = span(term);
    Bilingual::new(
        format!("{who} 的合同期（{zh}）不含考试日期 {day}。"),
        format!("The contract of {who} ({en}) does not hold the examination day, {day}."),
    )
}

fn no_certificate(who: &str) -> Bilingual {
    Bilingual::new(
        format!("名册上 {who} 没有资格证号和有效期，同一名册上其他人有。"),
        format!("The roster has no certificate number and no term for {who}, while it has them for others."),
    )
}

fn certificate_on_the_day(who: &str, day: NaiveDate, term: Period, holds: Holds) -> Bilingual {
    let (zh, en) = span(term);
    let (zh_verb, en_verb) = match holds {
        Holds::Yes => ("含", "holds"),
        Holds::No => ("不含", "does not hold"),
        Holds::Open => {
            return Bilingual::new(
                format!("{who} 的资格证有效期未载明。"),
                format!("The term of {who}'s certificate is not on record."),
            );
        }
    };
    Bilingual::new(
        format!("{who} 的资格证有效期（{zh}）{zh_verb}考试日期 {day}。"),
        format!("The term of {who}'s certificate ({en}) {en_verb} the examination day, {day}."),
    )
}

fn out_of_scope(who: &str, rows: &[&StaffMember], batch: Option<&Batch>) -> Bilingual {
    let held: Vec<String> = rows
        .iter()
        .map(|row| {
            let occupation = quoted_or_dash(row.certificate_occupation.as_deref());
            row.certificate_level.map_or_else(|| occupation.clone(), |level| format!("{occupation} {level}"))
        })
        .collect();
    let occupation = batch.and_then(|batch| batch.occupation.as_deref().or(batch.occupation_code.as_deref()));
    let level = batch.and_then(|batch| batch.level).map_or_else(String::new, |level| format!(" {level}"));
    let needed = format!("{}{level}", quoted_or_dash(occupation));
    let held = held.join("; ");
    Bilingual::new(
        format!("{who} 的资格证为 {held}，本批次为 {needed}（职业与等级代码；数字越小等级越高）。"),
        format!(
            "The certificate of {who} is for {held}; the batch is {needed} (occupation and level code; a smaller code is a higher level)."
        ),
    )
}

/// A term in words; an end that is not on record is open.
fn span(term: Period) -> (String, String) {
    (
        format!("{} 至 {}", or_dash(term.from), or_dash(term.to)),
        format!("{} to {}", or_dash(term.from), or_dash(term.to)),
    )
}

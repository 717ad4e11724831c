//! Candidates: persons whose age, certificates and years of work meet the conditions of their level under
//! the templates of 2018 and 2023 alike, a few who were rejected, and a few who stayed away.

use crate::model::candidate::{CandidateStatus, ReviewResult};
use crate::simulate::exam::{CandidateRecord, CertificateRecord};
use crate::simulate::identity::{certificate_number, identity_number};
use crate::simulate::names::person_name;
use crate::simulate::parameters::PlantKind;
use crate::simulate::plan::{BatchPlan, CityPlan, ROOM_SEATS};
use crate::simulate::random::{Purpose, Random};
use chrono::{Datelike, Days, NaiveDate};

/// Batches at least this large have someone absent and someone rejected: in smaller ones a boundary of the
/// 5 % would move.
const SIZE_WITH_ABSENT: usize = 30;

/// Registrations of a batch, in the order of their numbers.
pub fn candidates(plan: &CityPlan, batch: &BatchPlan) -> Vec<CandidateRecord> {
    let mut random = Random::new(plan.parameters.seed, Purpose::People, batch.index);
    let level = plan.level(batch);
    let tables_missing = batch.plants.contains(&PlantKind::MissingTables);
    let large = batch.candidates >= SIZE_WITH_ABSENT && !tables_missing;
    let rejected = usize::from(large);
    // Where a rater is planted, every work counts.
    let absent = if large && !batch.has_rater_plant() { 1 + random.below(2) } else { 0 };
    let absent_from = random.below(batch.candidates.saturating_sub(absent).max(1));
    let mut people = Vec::with_capacity(batch.candidates + rejected);
    for number in 0..batch.candidates + rejected {
        let mut person = qualified_person(batch, level, number, &mut random);
        if number >= batch.candidates {
            make_unqualified(&mut person, batch, level, &mut random);
            person.review_result = Some(ReviewResult::Unqualified);
            person.status = CandidateStatus::Registered;
        } else if (absent_from..absent_from + absent).contains(&number) {
            person.status = CandidateStatus::Absent;
        }
        if tables_missing {
            person.review_result = None;
            person.status = CandidateStatus::Admitted;
        }
        people.push(person);
    }
    people
}

fn qualified_person(batch: &BatchPlan, level: u8, number: usize, random: &mut Random) -> CandidateRecord {
    let exam_date = batch.exam_date;
    // (years of work, years since the earlier certificate, condition of the 2023 template)
    let (work_years, certificate_years, condition_no) = match level {
        5 => (random.between(1, 6), None, "1"),
        4 if random.chance(0.3) => (random.between(6, 15), None, "1"),
        4 => (random.between(7, 14), Some(random.between(4, 6)), "2"),
        3 => (random.between(11, 20), Some(random.between(5, 8)), "2"),
        2 => (random.between(15, 25), Some(random.between(5, 9)), "1"),
        _ => (random.between(20, 30), Some(random.between(5, 8)), "1"),
    };
    let age_days = (18 + work_years) * 366 + random.between(40, 8 * 365);
    let birth_date = days_before(exam_date, age_days);
    let certificate = certificate_years.map(|years| {
        certificate(batch, level + 1, days_before(exam_date, years * 366 + random.between(20, 300)), number, random)
    });
    let education = match random.below(10) {
        0 => "初中",
        1..=4 => "高中",
        5..=7 => "大专",
        _ => "本科",
    };
    CandidateRecord {
        candidate_id: format!("{}{:05}{:04}", exam_date.format("%y%m%d"), (batch.index + 1) % 100_000, number + 1),
        name: person_name(random),
        id_number: identity_number(batch.index + 1, birth_date, number),
        birth_date,
        condition_no,
        education,
        certificate,
        work_years,
        review_result: Some(ReviewResult::Qualified),
        status: CandidateStatus::Sat,
        qualified: true,
        theta: random.normal(0.6, 1.0).clamp(-2.5, 3.5),
        skill_quality: random.normal(0.77, 0.09).clamp(0.45, 0.97),
        room: number / ROOM_SEATS + 1,
        seat: number % ROOM_SEATS + 1,
    }
}

/// Changes a person's data so that no condition of the level is met under either template.
pub fn make_unqualified(person: &mut CandidateRecord, batch: &BatchPlan, level: u8, random: &mut Random) {
    let exam_date = batch.exam_date;
    person.qualified = false;
    person.education = "初中";
    let number = person.seat - 1 + (person.room - 1) * ROOM_SEATS;
    let (work_years, certificate_years) = match level {
        5 => (0, None),
        4 => (random.between(2, 3), Some(1)),
        3 => (random.between(3, 4), Some(random.between(1, 2))),
        2 => (random.between(5, 7), Some(random.between(1, 2))),
        _ => (random.between(7, 9), Some(random.between(1, 2))),
    };
    person.work_years = work_years;
    let age_days =
        if level == 5 { 15 * 365 + random.between(0, 200) } else { (17 + work_years) * 366 + random.between(10, 900) };
    person.birth_date = days_before(exam_date, age_days);
    person.id_number = identity_number(batch.index + 1, person.birth_date, number);
    person.certificate = certificate_years.map(|years| {
        certificate(batch, level + 1, days_before(exam_date, years * 365 + random.between(10, 200)), number, random)
    });
}

fn certificate(batch: &BatchPlan, level: u8, date: NaiveDate, number: usize, random: &mut Random) -> CertificateRecord {
    let body = 1 + random.below(400);
    let number = certificate_number(body, batch.index + 1, date.year(), level, number + 1);
    CertificateRecord { number, level, date }
}

fn days_before(date: NaiveDate, days: i64) -> NaiveDate {
    date.checked_sub_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::parameters::SimulateParameters;
    use chrono::Months;

    /// The conditions of both templates, as DOMAIN gives them, written down a second time.
    fn meets_both(person: &CandidateRecord, level: u8, exam_date: NaiveDate) -> bool {
        let since = |wanted: u8, years: u32| {
            person.certificate.as_ref().is_some_and(|certificate| {
                certificate.level == wanted
                    && certificate.date.checked_add_months(Months::new(12 * years)).expect("date") <= exam_date
            })
        };
        let age = |years: u32| person.birth_date + Months::new(12 * years) <= exam_date;
        match level {
            5 => person.work_years >= 1 && age(16),
            4 => (since(5, 4) || person.work_years >= 6) && (person.work_years >= 5 || since(5, 3)),
            3 => since(4, 5),
            2 => since(3, 5),
            _ => since(2, 5),
        }
    }

    #[test]
    fn admitted_people_meet_the_conditions_and_rejected_ones_do_not() {
        let plan = CityPlan::new(&SimulateParameters::honest(3, 60, 40, 60)).expect("plan");
        let mut rejected = 0;
        for batch in &plan.batches {
            let level = plan.level(batch);
            for person in candidates(&plan, batch) {
                assert_eq!(person.qualified, meets_both(&person, level, batch.exam_date), "{person:?}");
                assert_eq!(person.qualified, person.status.is_admitted());
                assert!(person.birth_date + Months::new(12 * 15) <= batch.exam_date);
                if let Some(certificate) = &person.certificate {
                    assert!(person.birth_date + Months::new(12 * 16) <= certificate.date, "{person:?}");
                }
                rejected += usize::from(!person.qualified);
            }
        }
        assert_eq!(rejected, plan.batches.len());
    }
}

//! Tables about bodies rather than papers: scope, staff, sign-ins, archives, complaints, reports, fees and the
//! item bank. All of it is in order, but for the cases planted in bodies.

use crate::model::batch::BodyKind;
use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::body_plant::BodyPlantKind;
use crate::simulate::exam::{BatchExam, components};
use crate::simulate::parameters::PlantKind;
use crate::simulate::plan::{BatchPlan, CityPlan, INVIGILATORS_A_ROOM, StaffPlan, TEAM, first_day, has_expired};
use crate::simulate::plant::chosen_items;
use crate::simulate::random::{Purpose, Random};
use crate::simulate::room::room_name;
use crate::simulate::table::Table;
use crate::simulate::test_form::TestForm;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::BTreeSet;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// `bodies`.
pub fn bodies(plan: &CityPlan) -> Table {
    let mut table = Table::new("bodies", &["body_id", "body_name", "kind", "filed_on"]);
    for body in &plan.bodies {
        let kind = match body.kind {
            BodyKind::Employer => "employer",
            BodyKind::Social => "social",
        };
        table.rows.push(vec![
            body.body_id.as_str().into(),
            body.name.as_str().into(),
            kind.into(),
            body.filed_on.into(),
        ]);
    }
    table
}

/// Occupations and levels that a body examines: (body, occupation, level).
fn scope(plan: &CityPlan) -> BTreeSet<(usize, usize, u8)> {
    let held = plan.batches.iter().map(|batch| (batch.body, batch.form));
    // What an idle body has on file is as the first form of the city.
    let idle = (plan.parameters.bodies..plan.bodies.len()).map(|body| (body, 0));
    held.chain(idle).map(|(body, form)| (body, plan.forms[form].occupation, plan.forms[form].level)).collect()
}

/// `filings`: every occupation and level at every site of the body.
pub fn filings(plan: &CityPlan) -> Table {
    let columns = ["body_id", "occupation_code", "occupation", "level", "site", "region", "valid_from", "valid_to"];
    let mut table = Table::new("filings", &columns);
    let mut overlapping = BTreeSet::new();
    for (number, occupation, level) in scope(plan) {
        let (body, occupation) = (&plan.bodies[number], &plan.occupations[occupation]);
        let holds_elsewhere = [BodyPlantKind::UnfiledSite, BodyPlantKind::ForeignSite];
        let is_planted = holds_elsewhere.into_iter().any(|kind| plan.has_body_plant(number, kind));
        let filed = if is_planted { 1 } else { body.sites.len() };
        let overlap = plan.has_body_plant(number, BodyPlantKind::OverlappingTerms) && overlapping.insert(number);
        let renewed = overlap.then(|| (&body.sites[0], body.filed_on + Days::new(100)));
        let rows = body.sites.iter().take(filed).map(|site| (site, body.filed_on)).chain(renewed);
        for (site, valid_from) in rows {
            table.rows.push(vec![
                body.body_id.as_str().into(),
                occupation.code.as_str().into(),
                occupation.name.as_str().into(),
                level.to_string().into(),
                site.as_str().into(),
                body.region.as_str().into(),
                valid_from.into(),
                plan.last_term().into(),
            ]);
        }
    }
    table
}

/// `batches`.
pub fn batches(plan: &CityPlan) -> Table {
    let columns = [
        "batch_id",
        "body_id",
        "occupation_code",
        "occupation",
        "level",
        "exam_date",
        "site",
        "region",
        "published_on",
        "activity",
    ];
    let mut table = Table::new("batches", &columns);
    for batch in &plan.batches {
        let (body, occupation) = (&plan.bodies[batch.body], plan.occupation(batch));
        table.rows.push(vec![
            batch.batch_id.as_str().into(),
            body.body_id.as_str().into(),
            occupation.code.as_str().into(),
            occupation.name.as_str().into(),
            plan.level(batch).to_string().into(),
            batch.exam_date.into(),
            batch.site.as_str().into(),
            body.region.as_str().into(),
            batch.published_on.into(),
            "held".into(),
        ]);
    }
    table
}

/// `staff`: the rosters of the bodies, then teams that worked for one batch only.
pub fn staff(plan: &CityPlan) -> Table {
    let columns = [
        "person_id",
        "name",
        "role",
        "certificate_no",
        "certificate_occupation",
        "certificate_level",
        "valid_from",
        "valid_to",
        "contract_from",
        "contract_to",
    ];
    let mut table = Table::new("staff", &columns);
    let last = plan.last_term();
    let mut push = |person: &StaffPlan, role: &str, occupation: &str, since: NaiveDate, valid_to: NaiveDate| {
        let assessor = role == "assessor";
        table.rows.push(vec![
            person.person_id.as_str().into(),
            person.name.as_str().into(),
            role.into(),
            assessor.then(|| format!("KP99{}", person.person_id)).into(),
            assessor.then_some(occupation).into(),
            assessor.then_some("1").into(),
            assessor.then_some(since).into(),
            assessor.then_some(valid_to).into(),
            since.into(),
            last.into(),
        ]);
    };
    for (number, body) in plan.bodies.iter().enumerate() {
        let names: BTreeSet<&str> = scope(plan)
            .into_iter()
            .filter(|(owner, _, _)| *owner == number)
            .map(|(_, occupation, _)| plan.occupations[occupation].name.as_str())
            .collect();
        let occupations = names.into_iter().collect::<Vec<_>>().join("、");
        for person in &body.assessors {
            push(person, "assessor", &occupations, body.filed_on, last);
        }
        for person in &body.invigilators {
            push(person, "invigilator", "", body.filed_on, last);
        }
    }
    for batch in plan.batches.iter().filter(|batch| batch.team_is_own) {
        for person in &batch.team {
            push(person, "assessor", &plan.occupation(batch).name, plan.bodies[batch.body].filed_on, last);
        }
    }
    for batch in &plan.batches {
        for person in batch.helpers.iter().filter(|person| has_expired(person)) {
            let filed_on = plan.bodies[batch.body].filed_on;
            push(person, "assessor", &plan.occupation(batch).name, filed_on, batch.exam_date - Days::new(1));
        }
    }
    table
}

/// `assignments`: two invigilators a room in the morning, the team of raters in the afternoon, and three of them as the
/// panel of a review in the evening.
pub fn assignments(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let columns = ["batch_id", "room", "session_start", "session_end", "person_id", "role", "signed_in"];
    let mut table = Table::new("assignments", &columns);
    if exam.tables_missing {
        return table;
    }
    let body = &plan.bodies[batch.body];
    let rooms = exam.candidates.iter().filter(|person| person.sat()).map(|person| person.room).max().unwrap_or(1);
    let mut push = |room: String, from: u32, to: u32, person: &str, role: &str| {
        table.rows.push(vec![
            batch.batch_id.as_str().into(),
            room.into(),
            batch.exam_date.and_hms_opt(from, 0, 0).into(),
            batch.exam_date.and_hms_opt(to, 30, 0).into(),
            person.into(),
            role.into(),
            "true".into(),
        ]);
    };
    for room in 1..=rooms {
        let is_short = room == 1 && batch.plants.contains(&PlantKind::OneInvigilator);
        let number = if is_short { 1 } else { INVIGILATORS_A_ROOM };
        let pair = body.invigilators.iter().skip((room - 1) * INVIGILATORS_A_ROOM).take(number);
        pair.for_each(|person| push(room_name(room), 9, 10, &person.person_id, "invigilator"));
    }
    for person in batch.team.iter().chain(&batch.helpers) {
        push("技能考核室".to_owned(), 13, 17, &person.person_id, "assessor");
    }
    if components(plan.level(batch)).contains(&Component::Review) {
        for person in batch.team.iter().take(TEAM) {
            push("综合评审室".to_owned(), 18, 19, &person.person_id, "assessor");
        }
    }
    table
}

/// Documents of a batch's archive, with the medium.
const DOCUMENTS: [(&str, &str); 14] = [
    ("认定公告", "electronic"),
    ("考生资格审核表", "paper"),
    ("准考人员名册", "electronic"),
    ("考务实施方案", "electronic"),
    ("试卷领取与回收登记表", "paper"),
    ("监考人员签到表", "paper"),
    ("考生签到表", "paper"),
    ("考评人员签到表", "paper"),
    ("考场记录", "paper"),
    ("成绩汇总表", "electronic"),
    ("理论答题卡", "paper"),
    ("技能考核评分记录", "paper"),
    ("评审答辩记录", "paper"),
    ("证书数据", "electronic"),
];

/// The document that a planted list of records lacks.
pub const LEFT_OUT: &str = "考场记录";
/// The document, of paper, that is planted to be destroyed early.
pub const DESTROYED: &str = "考生签到表";

/// `archives`.
pub fn archives(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let columns = ["batch_id", "document", "medium", "present", "archived_on", "destroyed_on"];
    let mut table = Table::new("archives", &columns);
    if exam.tables_missing {
        return table;
    }
    for (document, medium) in DOCUMENTS {
        let is_left_out = document == LEFT_OUT && batch.plants.contains(&PlantKind::DocumentMissing);
        if is_left_out || document == "评审答辩记录" && plan.level(batch) > 2 {
            continue;
        }
        let archived_on = batch.published_on + Days::new(10);
        let is_destroyed = document == DESTROYED && batch.plants.contains(&PlantKind::DestroyedEarly);
        // The day before the third anniversary of the day of archiving.
        let destroyed_on = archived_on.checked_add_months(Months::new(36)).and_then(|day| day.pred_opt());
        table.rows.push(vec![
            batch.batch_id.as_str().into(),
            document.into(),
            medium.into(),
            "true".into(),
            archived_on.into(),
            destroyed_on.filter(|_| is_destroyed).into(),
        ]);
    }
    table
}

/// `complaints`: one a year at most, so that no half year has two that were verified.
pub fn complaints(plan: &CityPlan) -> Table {
    let columns = ["complaint_id", "body_id", "received_on", "verified", "verified_on"];
    let mut table = Table::new("complaints", &columns);
    let first_year = first_day().year();
    for (number, body) in plan.bodies.iter().enumerate() {
        let mut random = Random::new(plan.parameters.seed, Purpose::Supervision, number);
        for year in (first_year..first_year + plan.parameters.years as i32).filter(|_| number % 2 == 0) {
            let received = day(year, 7, 1) + Days::new(random.below(120) as u64);
            table.rows.push(vec![
                format!("TS{year}-{:03}", number + 1).into(),
                body.body_id.as_str().into(),
                received.into(),
                if number % 4 == 0 { "true" } else { "false" }.into(),
                (received + Days::new(20)).into(),
            ]);
        }
        if plan.has_body_plant(number, BodyPlantKind::TwoComplaints) {
            for (letter, received) in [("A", day(2026, 1, 20)), ("B", day(2026, 3, 5))] {
                table.rows.push(vec![
                    format!("TS2026-{:03}{letter}", number + 1).into(),
                    body.body_id.as_str().into(),
                    received.into(),
                    "true".into(),
                    (received + Days::new(20)).into(),
                ]);
            }
        }
    }
    table
}

/// `annual_reports`.
pub fn annual_reports(plan: &CityPlan) -> Table {
    let mut table = Table::new("annual_reports", &["body_id", "integer:year", "submitted_on"]);
    for (number, body) in plan.bodies.iter().enumerate() {
        for year in body.filed_on.year()..first_day().year() + plan.parameters.years as i32 {
            if year == 2024 && plan.has_body_plant(number, BodyPlantKind::ReportMissing) {
                continue;
            }
            table.rows.push(vec![
                body.body_id.as_str().into(),
                i64::from(year).into(),
                day(year + 1, 1, 5 + (number % 20) as u32).into(),
            ]);
        }
    }
    table
}

/// `fees`: charged as published.
pub fn fees(plan: &CityPlan) -> Table {
    let columns = ["body_id", "occupation_code", "level", "date", "number:published_fee", "number:charged_fee"];
    let mut table = Table::new("fees", &columns);
    let mut raised = BTreeSet::new();
    for batch in &plan.batches {
        let fee = Points::whole(200 + 60 * i64::from(5 - plan.level(batch)));
        // The first fee of a planted body.
        let is_raised = plan.has_body_plant(batch.body, BodyPlantKind::FeeAbovePublished) && raised.insert(batch.body);
        let charged = if is_raised { fee + Points::whole(1) } else { fee };
        table.rows.push(vec![
            plan.bodies[batch.body].body_id.as_str().into(),
            plan.occupation(batch).code.as_str().into(),
            plan.level(batch).to_string().into(),
            (batch.exam_date - Days::new(30)).into(),
            fee.into(),
            charged.into(),
        ]);
    }
    table
}

/// `rectifications`: of planted bodies alone, so that an honest city has no such table.
pub fn rectifications(plan: &CityPlan) -> Option<Table> {
    let mut table = Table::new("rectifications", &["body_id", "ordered_on", "deadline", "closed_on", "evidence"]);
    for (number, body) in plan.bodies.iter().enumerate() {
        if plan.has_body_plant(number, BodyPlantKind::RectificationLate) {
            table.rows.push(vec![
                body.body_id.as_str().into(),
                day(2025, 6, 2).into(),
                day(2025, 8, 31).into(),
                day(2025, 9, 1).into(),
                "整改报告".into(),
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// `item_bank`: the items of one form.
pub fn item_bank(plan: &CityPlan, number: usize, form: &TestForm) -> Table {
    let columns = ["item_id", "created_on", "revised_on", "retired_on", "occupation_code", "level"];
    let mut table = Table::new("item_bank", &columns);
    let planned = &plan.forms[number];
    let mut random = Random::new(plan.parameters.seed, Purpose::Supervision, 1_000_000 + number);
    let of_batch = planned.only_batch.and_then(|batch| plan.batches.get(batch));
    let retired: Vec<usize> = (of_batch.into_iter().flat_map(|batch| &batch.plants))
        .flat_map(|plant| match plant {
            PlantKind::RetiredItems { items } => chosen_items(form.items.len(), *items),
            _ => Vec::new(),
        })
        .collect();
    for (place, item) in form.items.iter().enumerate() {
        let created = planned.exam_date - Days::new(90 + random.below(900) as u64);
        let revised = (planned.exam_date - created).num_days() > 365;
        table.rows.push(vec![
            item.item_id.as_str().into(),
            created.into(),
            revised.then(|| planned.exam_date - Days::new(60)).into(),
            retired.contains(&place).then(|| planned.exam_date - Days::new(1)).into(),
            plan.occupations[planned.occupation].code.as_str().into(),
            planned.level.to_string().into(),
        ]);
    }
    table
}

/// Every table of the city that does not belong to one batch or form.
pub fn city_tables(plan: &CityPlan) -> Vec<Table> {
    let always =
        [bodies(plan), filings(plan), batches(plan), staff(plan), complaints(plan), annual_reports(plan), fees(plan)];
    always.into_iter().chain(rectifications(plan)).collect()
}

//! The records of a batch as canonical tables.

use crate::model::candidate::{CandidateStatus, ReviewResult};
use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::catalogue::OPTIONS;
use crate::simulate::exam::{BatchExam, components};
use crate::simulate::log::{LINE_APPROVED_DAYS, line_approval};
use crate::simulate::plan::{BatchPlan, CityPlan};
use crate::simulate::register::APPROVED_LINE;
use crate::simulate::room::room_name;
use crate::simulate::sitting::criteria;
use crate::simulate::supervision::{archives, assignments};
use crate::simulate::table::{Cell, Column, ColumnKind, Table};
use crate::simulate::test_form::{LABELS, OPTION_COUNT, TestForm};
use crate::simulate::written::{WRITTEN_CRITERION, is_written};
use chrono::Days;

/// `candidates`.
pub fn candidates(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let mut table = Table::new(
        "candidates",
        &[
            "batch_id",
            "candidate_id",
            "name",
            "id_number",
            "birth_date",
            "applied_level",
            "condition_no",
            "education",
            "certificate_no",
            "certificate_level",
            "certificate_date",
            "certificate_occupation",
            "integer:work_years",
            "review_result",
            "reviewer",
            "status",
        ],
    );
    let level = plan.level(batch).to_string();
    let occupation = plan.occupation(batch).name.as_str();
    for person in &exam.candidates {
        // What was never reviewed is not filled in either.
        let filled = !exam.tables_missing;
        let text = |value: &str| if filled { Cell::from(value) } else { Cell::Blank };
        let certificate = person.certificate.as_ref().filter(|_| filled);
        table.rows.push(vec![
            batch.batch_id.as_str().into(),
            person.candidate_id.as_str().into(),
            person.name.as_str().into(),
            text(&person.id_number),
            text(&person.birth_date.to_string()),
            level.as_str().into(),
            text(person.condition_no),
            text(person.education),
            certificate.map(|certificate| certificate.number.as_str()).into(),
            certificate.map(|certificate| certificate.level.to_string()).into(),
            certificate.map(|certificate| certificate.date).into(),
            certificate.map(|_| occupation).into(),
            filled.then_some(person.work_years).into(),
            person.review_result.map(review_word).into(),
            person.review_result.map(|_| plan.bodies[batch.body].reviewer.as_str()).into(),
            status_word(person.status).into(),
        ]);
    }
    table
}

fn review_word(result: ReviewResult) -> &'static str {
    match result {
        ReviewResult::Qualified => "qualified",
        ReviewResult::Unqualified => "unqualified",
    }
}

fn status_word(status: CandidateStatus) -> &'static str {
    match status {
        CandidateStatus::Registered => "registered",
        CandidateStatus::Admitted => "admitted",
        CandidateStatus::Absent => "absent",
        CandidateStatus::Sat => "sat",
    }
}

/// Columns of `forms`.
pub const FORM_COLUMNS: [&str; 12] = [
    "form_id",
    "batch_id",
    "integer:item_no",
    "item_id",
    "stem",
    "option_a",
    "option_b",
    "option_c",
    "option_d",
    "key",
    "number:max_score",
    "domain",
];

/// `forms`.
pub fn forms(plan: &CityPlan, number: usize, form: &TestForm) -> Table {
    let mut table = Table::new("forms", &FORM_COLUMNS);
    let planned = &plan.forms[number];
    let batch_id = planned.only_batch.map(|batch| plan.batches[batch].batch_id.as_str());
    for (place, item) in form.items.iter().enumerate() {
        let mut row: Vec<Cell> = vec![
            planned.form_id.as_str().into(),
            batch_id.into(),
            (place as i64 + 1).into(),
            item.item_id.as_str().into(),
            item.stem.as_str().into(),
        ];
        row.extend((0..OPTION_COUNT).map(|option| Cell::from(OPTIONS[item.options[option]])));
        row.push(LABELS[usize::from(item.key)].into());
        row.push(item.max_score.into());
        row.push(item.domain.into());
        table.rows.push(row);
    }
    table
}

/// `answers`, one column an item.
pub fn answers(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let form = &plan.forms[batch.form];
    let mut table = Table::new("answers", &["batch_id", "candidate_id", "form_id", "room", "seat"]);
    if plan.forms.iter().any(|other| other.items != form.items) {
        table.part = compact_str::format_compact!("{}", form.items);
    }
    table.columns.extend(
        (1..=form.items).map(|item| Column { name: compact_str::format_compact!("q{item}"), kind: ColumnKind::Text }),
    );
    for (person, sheet) in exam.candidates.iter().zip(&exam.sheets) {
        let Some(sheet) = sheet else { continue };
        let mut row = Vec::with_capacity(table.columns.len());
        row.push(Cell::from(batch.batch_id.as_str()));
        row.push(person.candidate_id.as_str().into());
        row.push(form.form_id.as_str().into());
        row.push(room_name(person.room).into());
        row.push(format!("{:02}", person.seat).into());
        row.extend(sheet.iter().map(|code| Cell::from(LABELS[usize::from(*code)])));
        table.rows.push(row);
    }
    table
}

/// `ratings`.
pub fn ratings(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let mut table = Table::new(
        "ratings",
        &[
            "batch_id",
            "candidate_id",
            "component",
            "criterion",
            "rater_id",
            "integer:mark_no",
            "number:score",
            "number:max_score",
            "marked_at",
        ],
    );
    let written = is_written(batch);
    if written {
        // Plain files of one table hold batches with the same columns only.
        table.part = "written".into();
        table.columns.push(Column { name: "response_text".into(), kind: ColumnKind::Text });
    }
    let criteria: Vec<_> =
        components(plan.level(batch)).iter().map(|component| (component, criteria(plan, batch, component))).collect();
    table.rows.reserve(exam.ratings.len());
    for rating in &exam.ratings {
        let of_component = criteria.iter().find(|(component, _)| **component == rating.component);
        let Some((criterion, maximum)) = of_component.and_then(|(_, all)| all.get(rating.criterion)) else { continue };
        let mut row: Vec<Cell> = vec![
            batch.batch_id.as_str().into(),
            exam.candidates[rating.candidate].candidate_id.as_str().into(),
            rating.component.as_str().into(),
            (*criterion).into(),
            batch.team[rating.rater].person_id.as_str().into(),
            i64::from(rating.mark_no).into(),
            rating.score.into(),
            Points::whole(*maximum).into(),
            rating.marked_at.into(),
        ];
        if written {
            let has_text = rating.component == Component::Skill && rating.criterion == WRITTEN_CRITERION;
            row.push(exam.texts.get(&rating.candidate).filter(|_| has_text).into());
        }
        table.rows.push(row);
    }
    table
}

/// `scores`, one row a component.
pub fn scores(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let mut table = Table::new("scores", &["batch_id", "candidate_id", "component", "score", "passed"]);
    for score in &exam.scores {
        let components = components(plan.level(batch)).iter();
        for (component, (mark, passed)) in components.zip(score.marks.iter().zip(&score.passed)) {
            table.rows.push(vec![
                batch.batch_id.as_str().into(),
                exam.candidates[score.candidate].candidate_id.as_str().into(),
                component.as_str().into(),
                mark.map_or(Cell::from("absent"), |mark| mark.to_string().into()),
                if *passed { "true" } else { "false" }.into(),
            ]);
        }
    }
    table
}

/// `scores`, one row a candidate, with the result of the whole evaluation.
pub fn scores_wide(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let components = components(plan.level(batch));
    let mut columns = vec!["batch_id", "candidate_id", "name", "theory_score", "skill_score"];
    if components.len() > 2 {
        columns.push("review_score");
    }
    columns.push("overall_passed");
    let mut table = Table::new("scores", &columns);
    for score in &exam.scores {
        let person = &exam.candidates[score.candidate];
        let mut row: Vec<Cell> =
            vec![batch.batch_id.as_str().into(), person.candidate_id.as_str().into(), person.name.as_str().into()];
        row.extend(score.marks.iter().map(|mark| mark.map_or(Cell::from("absent"), Cell::Number)));
        row.push(if score.overall { "qualified" } else { "unqualified" }.into());
        table.rows.push(row);
    }
    table
}

/// `score_changes`.
pub fn score_changes(batch: &BatchPlan, exam: &BatchExam) -> Table {
    let mut table = Table::new(
        "score_changes",
        &[
            "change_id",
            "batch_id",
            "candidate_id",
            "component",
            "changed_at",
            "number:old_score",
            "number:new_score",
            "operator",
            "approver",
            "approval_no",
            "reason",
        ],
    );
    for (number, change) in exam.score_changes.iter().enumerate() {
        table.rows.push(vec![
            format!("XG{:04}-{:03}", batch.index + 1, number + 1).into(),
            batch.batch_id.as_str().into(),
            exam.candidates[change.candidate].candidate_id.as_str().into(),
            change.component.as_str().into(),
            change.changed_at.into(),
            change.old_score.into(),
            change.new_score.into(),
            change.operator.as_str().into(),
            change.approver.as_ref().into(),
            change.approval_no.as_ref().into(),
            change.reason.into(),
        ]);
    }
    table
}

/// `pass_lines`.
pub fn pass_lines(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let columns = ["batch_id", "component", "number:approved_line", "approval_no", "approved_on"];
    let mut table = Table::new("pass_lines", &columns);
    if exam.tables_missing {
        return table;
    }
    for component in components(plan.level(batch)) {
        table.rows.push(vec![
            batch.batch_id.as_str().into(),
            component.as_str().into(),
            Points::whole(APPROVED_LINE).into(),
            line_approval(batch).into(),
            (batch.exam_date - Days::new(LINE_APPROVED_DAYS)).into(),
        ]);
    }
    table
}

/// `pass_line_changes`.
pub fn pass_line_changes(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Table {
    let mut table = Table::new(
        "pass_line_changes",
        &["batch_id", "component", "changed_at", "number:old_line", "number:new_line", "operator", "approval_no"],
    );
    for change in &exam.line_changes {
        table.rows.push(vec![
            batch.batch_id.as_str().into(),
            change.component.as_str().into(),
            change.changed_at.into(),
            change.old_line.map(Points::whole).into(),
            Points::whole(change.new_line).into(),
            plan.bodies[batch.body].operator.as_str().into(),
            change.approval_no.as_ref().into(),
        ]);
    }
    table
}

/// Every canonical table of a batch.
pub fn batch_tables(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> Vec<Table> {
    vec![
        candidates(plan, batch, exam),
        answers(plan, batch, exam),
        ratings(plan, batch, exam),
        scores(plan, batch, exam),
        score_changes(batch, exam),
        pass_lines(plan, batch, exam),
        pass_line_changes(plan, batch, exam),
        assignments(plan, batch, exam),
        archives(plan, batch, exam),
    ]
}

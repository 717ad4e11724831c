//! The city as the files people have: a folder a batch with workbooks and GBK text, registers of the whole city
//! beside them.

use crate::simulate::error::SimulateError;
use crate::simulate::exam::BatchExam;
use crate::simulate::flaws::{BadRow, add_mean, add_total, careless, careless_letters, spoil};
use crate::simulate::plan::{BatchPlan, CityPlan};
use crate::simulate::random::{Purpose, Random};
use crate::simulate::sheet::{Sheet, TextEncoding, write_text, write_workbook};
use crate::simulate::supervision::{
    annual_reports, archives, assignments, batches, bodies, complaints, fees, filings, item_bank, staff,
};
use crate::simulate::table::{Cell, Table};
use crate::simulate::tables::{
    answers, candidates, forms, pass_line_changes, pass_lines, ratings, score_changes, scores, scores_wide,
};
use crate::simulate::test_form::{LABELS, TestForm};
use crate::simulate::truth::ExpectedQuarantine;
use std::path::Path;

/// Columns before the items of an answer table.
const ANSWER_HEAD: usize = 5;

/// What one batch adds to the registers of the whole city.
#[derive(Debug, Default)]
pub struct CityRows {
    /// Rows of `score_changes`, `pass_lines` and `pass_line_changes`.
    pub logs: Vec<Table>,
    /// Rows of the batch's files that no reader can use.
    pub quarantine: Vec<ExpectedQuarantine>,
}

/// Writes the folder of one batch.
pub fn write_batch(
    plan: &CityPlan,
    batch: &BatchPlan,
    exam: &BatchExam,
    form: &TestForm,
    out: &Path,
) -> Result<CityRows, SimulateError> {
    let folder = out.join(&batch.batch_id);
    std::fs::create_dir_all(&folder).map_err(|source| SimulateError::Write { path: folder.clone(), source })?;
    let mut random = Random::new(plan.parameters.seed, Purpose::Flaws, batch.index);
    let mut rows = CityRows::default();
    let mut bad = |sheet: &mut Sheet, file: &str, place: usize, column: &str, kind: BadRow| {
        let sheet_name = if file.ends_with(".xlsx") { sheet.name.clone() } else { String::new() };
        let path = format!("{}/{file}", batch.batch_id);
        rows.quarantine.extend(spoil(sheet, &path, &sheet_name, place, column, kind));
    };
    let bad_rows = plan.parameters.bad_rows;

    let mut roster = Sheet::new(&candidates(plan, batch, exam));
    let (body, occupation) = (&plan.bodies[batch.body], plan.occupation(batch));
    roster.title = Some(format!("{}{}职业技能等级认定考生花名册（{}）", body.name, occupation.name, batch.exam_date));
    careless(&mut roster, &mut random);
    if bad_rows && batch.index == 1 {
        bad(&mut roster, "花名册.xlsx", 4, "candidate_id", BadRow::NoKey);
    }
    if bad_rows && batch.index == 2 {
        bad(&mut roster, "花名册.xlsx", 6, "id_number", BadRow::DigitsLost);
    }
    add_total(&mut roster);
    write_workbook(&[roster], &folder.join("花名册.xlsx"))?;
    if exam.tables_missing {
        return Ok(rows);
    }

    let table = answers(plan, batch, exam);
    let mut sheet = Sheet::new(&if as_string(batch, exam) { one_column(&table) } else { table });
    careless_letters(&mut sheet, ANSWER_HEAD, &mut random);
    if bad_rows && batch.index == 4 {
        bad(&mut sheet, "答题卡.csv", 9, "candidate_id", BadRow::NoKey);
    }
    write_text(&sheet, &folder.join("答题卡.csv"), TextEncoding::Gbk)?;

    let sheet = Sheet::new(&ratings(plan, batch, exam));
    if batch.index.is_multiple_of(2) {
        write_workbook(&[sheet], &folder.join("评分记录.xlsx"))?;
    } else {
        write_text(&sheet, &folder.join("评分记录.csv"), TextEncoding::Gbk)?;
    }

    // A third of the bodies hand in one line a component, the others one line a candidate.
    let long = batch.index % 3 == 1;
    let mut register = Sheet::new(&if long { scores(plan, batch, exam) } else { scores_wide(plan, batch, exam) });
    if !long {
        add_mean(&mut register);
    }
    careless(&mut register, &mut random);
    write_text(&register, &folder.join("成绩册.csv"), TextEncoding::Gbk)?;

    if plan.forms[batch.form].only_batch.is_some() {
        write_workbook(&[Sheet::new(&forms(plan, batch.form, form))], &folder.join("试卷.xlsx"))?;
    }
    write_text(&Sheet::new(&assignments(plan, batch, exam)), &folder.join("签到表.csv"), TextEncoding::Gbk)?;
    write_text(&Sheet::new(&archives(plan, batch, exam)), &folder.join("档案目录.csv"), TextEncoding::Gbk)?;
    rows.logs = vec![score_changes(batch, exam), pass_lines(plan, batch, exam), pass_line_changes(plan, batch, exam)];
    Ok(rows)
}

/// Whether the answers of a batch stand in one column: possible only with one letter an item.
fn as_string(batch: &BatchPlan, exam: &BatchExam) -> bool {
    let one_letter = |code: &u8| LABELS[usize::from(*code)].len() <= 1;
    batch.index % 2 == 1 && exam.sheets.iter().flatten().all(|sheet| sheet.iter().all(one_letter))
}

/// The answers as one string a candidate, `-` where there is none.
fn one_column(table: &Table) -> Table {
    let mut short = Table::new("answers", &["batch_id", "candidate_id", "form_id", "room", "seat", "answers"]);
    for row in &table.rows {
        let (head, items) = row.split_at(ANSWER_HEAD.min(row.len()));
        let string: String =
            items.iter().map(|cell| if *cell == Cell::Blank { "-".into() } else { cell.text() }).collect();
        let mut cells = head.to_vec();
        cells.push(string.into());
        short.rows.push(cells);
    }
    short
}

/// Writes the registers of the whole city. `logs` are the rows of all batches in their order.
pub fn write_city_files(
    plan: &CityPlan,
    test_forms: &[TestForm],
    logs: Vec<Table>,
    out: &Path,
) -> Result<Vec<ExpectedQuarantine>, SimulateError> {
    let mut quarantine = Vec::new();
    let registers = [bodies(plan), filings(plan), batches(plan)];
    let registers: Vec<Sheet> = registers.iter().map(Sheet::new).collect();
    write_workbook(&registers, &out.join("机构与备案.xlsx"))?;

    let mut complaints = Sheet::new(&complaints(plan));
    let mut fees = Sheet::new(&fees(plan));
    let mut people = Sheet::new(&staff(plan));
    if plan.parameters.bad_rows {
        let name = complaints.name.clone();
        quarantine.extend(spoil(&mut complaints, "监管台账.xlsx", &name, 1, "received_on", BadRow::Value("去年七月")));
        let name = fees.name.clone();
        quarantine.extend(spoil(&mut fees, "监管台账.xlsx", &name, 3, "charged_fee", BadRow::Value("三百二十")));
        quarantine.extend(spoil(&mut people, "考务人员.csv", "", 2, "valid_to", BadRow::Value("2028-02-30")));
    }
    let reports = Sheet::new(&annual_reports(plan));
    write_workbook(&[complaints, reports, fees], &out.join("监管台账.xlsx"))?;
    write_text(&people, &out.join("考务人员.csv"), TextEncoding::Gbk)?;

    let mut bank: Option<Table> = None;
    for (number, form) in test_forms.iter().enumerate() {
        append(&mut bank, item_bank(plan, number, form));
        if plan.forms[number].only_batch.is_none() {
            let folder = out.join("试卷");
            std::fs::create_dir_all(&folder).map_err(|source| SimulateError::Write { path: folder.clone(), source })?;
            let file = folder.join(format!("试卷-{}.xlsx", plan.forms[number].form_id));
            write_workbook(&[Sheet::new(&forms(plan, number, form))], &file)?;
        }
    }
    if let Some(bank) = bank {
        write_text(&Sheet::new(&bank), &out.join("题库.csv"), TextEncoding::Gbk)?;
    }

    let (mut changes, mut lines, mut line_changes) = (None, None, None);
    for table in logs {
        match table.name {
            "score_changes" => append(&mut changes, table),
            "pass_lines" => append(&mut lines, table),
            _ => append(&mut line_changes, table),
        }
    }
    if let Some(changes) = changes {
        write_text(&Sheet::new(&changes), &out.join("成绩修改记录.csv"), TextEncoding::Utf8WithMark)?;
    }
    let lines: Vec<Sheet> = [lines, line_changes].iter().flatten().map(Sheet::new).collect();
    if !lines.is_empty() {
        write_workbook(&lines, &out.join("合格线.xlsx"))?;
    }
    Ok(quarantine)
}

fn append(all: &mut Option<Table>, table: Table) {
    match all {
        Some(all) => all.rows.extend(table.rows),
        None => *all = Some(table),
    }
}

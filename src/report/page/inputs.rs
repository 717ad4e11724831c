//! Data received, quarantine and what was left out.

use crate::model::finding::Verdict;
use crate::model::missing::MissingFact;
use crate::model::run::Inspection;
use crate::report::page::clauses::missing_fact;
use crate::report::page::markup::{Markup, both, filled, joined, marked, plain, word};
use crate::report::page::numbers::count;
use crate::report::page::pairs::groups;
use crate::report::page::table::Align::{Line, Number, Place, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::view::{InputView, input_view, source_row};
use crate::report::wording;
use std::collections::BTreeMap;

/// Every input, a row a sheet; files with errors first.
pub fn received(inspection: &Inspection) -> Table {
    let mut inputs: Vec<InputView> = inspection.dataset.files.iter().map(input_view).collect();
    inputs.sort_by_key(|input| input.error.is_none());
    let mut table = Table::new(
        None,
        &[
            ("file", Place),
            ("format", Line),
            ("table", Text),
            ("rows_read", Number),
            ("rows_refused", Number),
            ("rows_skipped", Number),
            ("unmapped_columns", Text),
            ("sha256", Text),
        ],
    );
    for input in &inputs {
        let hash = marked("hash", &plain(&input.sha256));
        let format = if input.encoding.is_empty() {
            plain(&input.format)
        } else {
            plain(&format!("{} · {}", input.format, input.encoding))
        };
        if let Some(error) = &input.error {
            let told = joined(&[marked("past", &word("data.unreadable")), both(error)], " ");
            table.rows.push(vec![plain(&input.path), format, told, dash(), dash(), dash(), dash(), hash]);
            continue;
        }
        for sheet in &input.sheets {
            let name =
                if sheet.name.is_empty() { input.path.clone() } else { format!("{} / {}", input.path, sheet.name) };
            table.rows.push(vec![
                cell(name),
                format.clone(),
                sheet.table.as_ref().map_or_else(
                    || marked("hint", &word("data.no_table")),
                    |table| both(&wording::label("table", table)),
                ),
                cell(count(sheet.rows_read)),
                cell(count(sheet.rows_refused)),
                cell(count(sheet.rows_skipped)),
                if sheet.unmapped_columns.is_empty() { dash() } else { cell(sheet.unmapped_columns.join(", ")) },
                hash.clone(),
            ]);
        }
    }
    table
}

/// The first refused rows and values.
pub fn quarantine(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        None,
        &[
            ("file", Place),
            ("row", Number),
            ("column", Text),
            ("value", Text),
            ("reason", Text),
            ("extent", Line),
            ("rule", Line),
        ],
    );
    // Only what is shown is rendered: a hostile folder can fill the quarantine with millions of rows.
    for entry in inspection.quarantine.iter().take(parameters.maximum_quarantine_shown) {
        let place = source_row(inspection, entry.source);
        let file = if place.sheet.is_empty() { place.file } else { format!("{} / {}", place.file, place.sheet) };
        table.rows.push(vec![
            cell(file),
            cell(place.row.to_string()),
            cell(&entry.column),
            cell(&entry.value),
            both(&entry.reason),
            word(if entry.row_refused { "quarantine.whole_row" } else { "quarantine.value_only" }),
            cell(entry.rule),
        ]);
    }
    if inspection.quarantine.len() > table.rows.len() {
        table.note = Some(filled(
            "quarantine.more",
            &[("shown", &table.rows.len().to_string()), ("n", &inspection.quarantine.len().to_string())],
        ));
    }
    table
}

/// What was left out: sheets that could not be compared, files that fit no table, clauses that lack facts.
pub fn exclusions(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let mut missing: BTreeMap<&MissingFact, usize> = BTreeMap::new();
    for finding in inspection.findings.iter().filter(|finding| finding.verdict == Verdict::Undetermined) {
        for fact in &finding.missing {
            *missing.entry(fact).or_default() += 1;
        }
    }
    let mut facts = Table::new(Some("exclusions.missing"), &[("missing", Text), ("note", Text)]);
    for (fact, findings) in missing {
        let told = filled("exclusions.missing_count", &[("n", &findings.to_string())]);
        facts.rows.push(vec![missing_fact(fact), told]);
    }
    let mut sheets = Table::new(
        Some("exclusions.sheets"),
        &[("candidate_id", Line), ("batches", Text), ("form_id", Line), ("reason", Text)],
    );
    for group in groups(inspection) {
        let batches: Vec<&str> = group.batches.iter().map(|id| id.as_str()).collect();
        for (candidate_id, reason) in &group.exclusions {
            sheets.rows.push(vec![
                cell(candidate_id.as_str()),
                cell(batches.join(", ")),
                cell(group.form_id.as_ref().map_or("—", |id| id.as_str())),
                both(reason),
            ]);
        }
    }
    let mut unused = Table::new(Some("exclusions.unused"), &[("file", Place), ("sheet", Text)]);
    for file in &inspection.dataset.files {
        for sheet in file.sheets.iter().filter(|sheet| sheet.table.is_none()) {
            unused.rows.push(vec![cell(&file.path), cell(&sheet.name)]);
        }
    }
    non_empty([facts, sheets, unused].map(|table| table.cut(parameters.maximum_table_rows, MORE)))
}

fn dash() -> Markup {
    plain("—")
}

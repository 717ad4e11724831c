//! The summary of findings, a sheet of cases an article, and the inputs.

use crate::model::figure::Figure;
use crate::model::finding::{Finding, Verdict};
use crate::model::missing::MissingFact;
use crate::model::run::Inspection;
use crate::report::chart::matrix::article_name;
use crate::report::clean::shown;
use crate::report::error::ReportError;
use crate::report::order::by_article;
use crate::report::page::clauses::body_names;
use crate::report::page::figures;
use crate::report::view::{case_view, input_view};
use crate::report::wording;
use crate::report::workbook::grid::{Cell, Column, Grid, column, sheet_name};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeSet;

const SUMMARY: &[Column] = &[
    column("id", 30),
    column("article", 9),
    column("verdict", 16),
    column("batch_id", 18),
    column("body_id", 21),
    column("body_name", 24),
    column("text_zh", 50),
    column("text_en", 50),
    column("threshold_zh", 26),
    column("threshold_en", 26),
    column("figures", 44),
    column("measure", 14),
    column("missing", 30),
    column("subjects", 10),
    column("case_count", 10),
];

const CASES: &[Column] = &[
    column("id", 30),
    column("batch_id", 18),
    column("body_id", 21),
    column("verdict", 16),
    column("observed_by", 26),
    column("nature", 14),
    column("subjects", 26),
    column("detail_zh", 46),
    column("detail_en", 46),
    column("file", 28),
    column("sheet", 14),
    column("row", 8),
];

const FIGURES: &[Column] = &[
    column("id", 30),
    column("article", 9),
    column("batch_id", 18),
    column("figure", 40),
    column("label_zh", 30),
    column("label_en", 36),
    column("value", 24),
];

const INPUTS: &[Column] = &[
    column("file", 32),
    column("sheet", 14),
    column("table", 16),
    column("format", 9),
    column("encoding", 14),
    column("bytes", 12),
    column("sha256", 68),
    column("rows_read", 11),
    column("rows_refused", 11),
    column("rows_skipped", 11),
    column("mapped_columns", 44),
    column("unmapped_columns", 30),
    column("error", 40),
];

/// One row a finding.
pub fn summary(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let bodies = body_names(inspection);
    let mut grid = Grid::new(workbook, &sheet_name("sheet.summary"), SUMMARY, maximum_rows)?;
    for finding in by_article(inspection) {
        let figures: Vec<String> = figures::chosen(&finding.figures)
            .into_iter()
            .map(|(name, value)| format!("{}={}", wording::figure_label(name).zh, figures::value(value).zh))
            .collect();
        let missing: Vec<String> = finding.missing.iter().map(MissingFact::name).collect();
        grid.push(&[
            Cell::text(&finding.id),
            Cell::text(&finding.article),
            verdict(finding.verdict),
            Cell::optional(finding.batch_id.as_ref().map(|id| id.as_str())),
            Cell::optional(finding.body_id.as_ref().map(|id| id.as_str())),
            Cell::optional(finding.body_id.as_ref().and_then(|id| bodies.get(id))),
            Cell::text(&finding.text.zh),
            Cell::text(&finding.text.en),
            Cell::text(&finding.threshold.zh),
            Cell::text(&finding.threshold.en),
            Cell::text(figures.join("; ")),
            finding.measure.map_or(Cell::Empty, |measure| Cell::word(&format!("measure.{}", measure.as_str()))),
            Cell::text(missing.join("; ")),
            Cell::count(finding.subjects.len() as u64),
            Cell::count(finding.cases.len() as u64),
        ])?;
    }
    grid.finish()
}

/// Every figure of every finding, a row each: names as in `findings.json`, with their labels.
pub fn all_figures(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.figures"), FIGURES, maximum_rows)?;
    for finding in by_article(inspection) {
        for (name, figure) in &finding.figures {
            let label = wording::figure_label(name);
            let words = figures::value(figure);
            let value = match figure {
                Figure::Integer(value) => Cell::Whole(*value),
                Figure::Real(value) if value.is_finite() => Cell::Real(*value),
                _ if words.zh == words.en => Cell::text(words.zh),
                _ => Cell::text(format!("{} {}", words.zh, words.en)),
            };
            grid.push(&[
                Cell::text(&finding.id),
                Cell::text(&finding.article),
                Cell::optional(finding.batch_id.as_ref().map(|id| id.as_str())),
                Cell::text(name),
                Cell::text(label.zh),
                Cell::text(label.en),
                value,
            ])?;
        }
    }
    grid.finish()
}

/// One sheet an article that has cases: a row a source row.
pub fn cases(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let findings = by_article(inspection);
    let mut names = BTreeSet::new();
    for group in findings.chunk_by(|a, b| a.article == b.article) {
        if group.iter().all(|finding| finding.cases.is_empty()) {
            continue;
        }
        let article = group.first().map(|finding| finding.article.as_str()).unwrap_or_default();
        let mut grid = Grid::new(workbook, &article_sheet_name(article, &mut names), CASES, maximum_rows)?;
        for finding in group {
            finding_cases(&mut grid, inspection, finding)?;
        }
        grid.finish()?;
    }
    Ok(())
}

fn finding_cases(grid: &mut Grid<'_>, inspection: &Inspection, finding: &Finding) -> Result<(), ReportError> {
    for case in finding.cases.iter().map(|case| case_view(inspection, case)) {
        let mut cells = vec![
            Cell::text(&finding.id),
            Cell::optional(finding.batch_id.as_ref().map(|id| id.as_str())),
            Cell::optional(finding.body_id.as_ref().map(|id| id.as_str())),
            verdict(finding.verdict),
            Cell::text(&case.measure),
            Cell::word(&format!("nature.{}", case.nature)),
            Cell::text(case.subjects.join(", ")),
            Cell::text(&case.detail.zh),
            Cell::text(&case.detail.en),
        ];
        if case.rows.is_empty() {
            grid.push(&cells)?;
        }
        let fixed = cells.len();
        for row in case.rows {
            cells.truncate(fixed);
            cells.extend([Cell::Text(row.file), Cell::Text(row.sheet), Cell::Whole(row.row.into())]);
            grid.push(&cells)?;
        }
    }
    Ok(())
}

/// One row a sheet of an input.
pub fn inputs(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.inputs"), INPUTS, maximum_rows)?;
    for input in inspection.dataset.files.iter().map(input_view) {
        let about_file = [
            Cell::text(&input.format),
            Cell::text(&input.encoding),
            Cell::count(input.bytes),
            Cell::Text(input.sha256.clone()),
        ];
        if input.sheets.is_empty() {
            let mut cells = vec![Cell::Text(input.path.clone()), Cell::Empty, Cell::Empty];
            cells.extend(about_file.clone());
            cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
            cells.push(
                input.error.as_ref().map_or(Cell::Empty, |error| Cell::text(format!("{} {}", error.zh, error.en))),
            );
            grid.push(&cells)?;
        }
        for sheet in &input.sheets {
            let mapped: Vec<String> =
                sheet.mapped_columns.iter().map(|column| format!("{} → {}", column.header, column.column)).collect();
            let mut cells = vec![
                Cell::Text(input.path.clone()),
                Cell::Text(sheet.name.clone()),
                Cell::optional(sheet.table.as_ref()),
            ];
            cells.extend(about_file.clone());
            cells.extend([
                Cell::count(sheet.rows_read),
                Cell::count(sheet.rows_refused),
                Cell::count(sheet.rows_skipped),
                Cell::text(mapped.join("; ")),
                Cell::text(sheet.unmapped_columns.join("; ")),
                input.error.as_ref().map_or(Cell::Empty, |error| Cell::text(format!("{} {}", error.zh, error.en))),
            ]);
            grid.push(&cells)?;
        }
    }
    grid.finish()
}

fn verdict(verdict: Verdict) -> Cell {
    let name = verdict.as_str();
    Cell::Text(format!("{} {name}", wording::text(&format!("verdict.{name}")).zh))
}

/// A name that Excel takes: at most 31 characters, none of `[]:*?/\`, no apostrophe at either end, unique
/// without regard to case.
fn article_sheet_name(article: &str, taken: &mut BTreeSet<String>) -> String {
    let wished: String = shown(&article_name(article).zh);
    let clean: String = wished
        .chars()
        .map(
            |character| {
                if matches!(character, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') { '_' } else { character }
            },
        )
        .take(24)
        .collect();
    let mut name = clean.clone();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{clean} {number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::article_sheet_name;
    use std::collections::BTreeSet;

    #[test]
    fn sheet_names_are_fit_and_unique() {
        let mut taken = BTreeSet::new();
        assert_eq!(article_sheet_name("20(1)", &mut taken), "第二十条（一）");
        assert_eq!(article_sheet_name("20(1)", &mut taken), "第二十条（一） 2");
        assert_eq!(article_sheet_name("a/b:c'", &mut taken), "a_b_c_");
        assert!(article_sheet_name(&"x".repeat(99), &mut taken).chars().count() <= 31);
    }
}

//! Same answers with their marks, a row an answer, and final marks at odds with the declared rule.

use crate::model::run::Inspection;
use crate::report::error::ReportError;
use crate::report::page::numbers::points_or_dash;
use crate::report::page::same_answers::{groups, marks_in_order, replays, state_keys};
use crate::report::view::source_row;
use crate::report::workbook::grid::{Cell, Column, Grid, column, sheet_name};
use rust_xlsxwriter::Workbook;

const CLUSTERS: &[Column] = &[
    column("batch_id", 18),
    column("body_id", 21),
    column("component", 12),
    column("criterion", 18),
    column("batch_cluster", 8),
    column("state", 24),
    column("answers_found", 10),
    column("spread", 10),
    column("p_value", 12),
    column("adjusted_p_value", 12),
    column("straddles", 10),
    column("candidate_id", 20),
    column("marks", 30),
    column("recorded", 10),
    column("likeness", 10),
    column("characters", 10),
    column("text", 60),
    column("file", 28),
    column("sheet", 14),
    column("row", 8),
];

/// Every answer of every cluster kept.
pub fn clusters(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.same_answers"), CLUSTERS, maximum_rows)?;
    for group in groups(inspection) {
        for (number, cluster) in group.clusters.iter().enumerate() {
            let states: Vec<String> = state_keys(cluster)
                .into_iter()
                .map(|key| match Cell::word(key) {
                    Cell::Text(text) => text,
                    _ => String::new(),
                })
                .collect();
            for answer in &cluster.answers {
                let row = source_row(inspection, answer.source);
                let marks: Vec<String> = answer
                    .marks
                    .iter()
                    .map(|(rater, mark)| format!("{} {mark}", rater.as_ref().map_or("—", |rater| rater.as_str())))
                    .collect();
                grid.push(&[
                    Cell::text(group.batch_id.as_str()),
                    Cell::optional(group.body_id.as_ref().map(|id| id.as_str())),
                    Cell::text(cluster.component.as_str()),
                    Cell::text(&cluster.criterion),
                    Cell::count(number as u64 + 1),
                    Cell::Text(states.join("; ")),
                    Cell::count(cluster.answers_found),
                    Cell::Real(cluster.spread),
                    Cell::real(cluster.p_value),
                    Cell::real(cluster.adjusted_p_value),
                    Cell::optional(cluster.straddles.map(|line| line.to_string())),
                    Cell::text(answer.candidate_id.as_str()),
                    Cell::text(marks.join(" / ")),
                    Cell::Text(points_or_dash(answer.recorded)),
                    Cell::Real(answer.likeness),
                    Cell::count(answer.characters),
                    Cell::text(&answer.text),
                    Cell::Text(row.file),
                    Cell::Text(row.sheet),
                    Cell::Whole(row.row.into()),
                ])?;
            }
        }
    }
    grid.finish()
}

const ADJUDICATION: &[Column] = &[
    column("batch_id", 18),
    column("body_id", 21),
    column("component", 12),
    column("candidate_id", 20),
    column("marks", 40),
    column("recorded", 10),
    column("expected", 14),
    column("step", 30),
    column("other_rule", 40),
    column("declared_rule", 50),
    column("file", 28),
    column("sheet", 14),
    column("row", 8),
];

/// Final marks at odds with the declared rule.
pub fn adjudication(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.adjudication"), ADJUDICATION, maximum_rows)?;
    let in_both = |text: &crate::model::text::Bilingual| Cell::text(format!("{} {}", text.zh, text.en));
    for replay in replays(inspection) {
        for mark in &replay.differing {
            let row = source_row(inspection, mark.source);
            grid.push(&[
                Cell::text(replay.batch_id.as_str()),
                Cell::optional(replay.body_id.as_ref().map(|id| id.as_str())),
                Cell::text(replay.component.as_str()),
                Cell::text(mark.candidate_id.as_str()),
                Cell::text(marks_in_order(mark)),
                Cell::Text(points_or_dash(Some(mark.recorded))),
                if mark.expected.is_empty() {
                    Cell::word("adjudication.missing_mark")
                } else {
                    Cell::text(mark.expected.join(" / "))
                },
                in_both(&mark.step),
                mark.other_rule.as_ref().map_or_else(|| Cell::word("adjudication.no_rule"), in_both),
                replay.rule.as_ref().map_or(Cell::Empty, in_both),
                Cell::Text(row.file),
                Cell::Text(row.sheet),
                Cell::Whole(row.row.into()),
            ])?;
        }
    }
    grid.finish()
}

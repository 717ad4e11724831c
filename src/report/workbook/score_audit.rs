//! The audit of score changes as sheets: acts, and operators.

use crate::model::run::Inspection;
use crate::report::clean::shown_person;
use crate::report::error::ReportError;
use crate::report::page::score_audit::{audits, counted_key, difference};
use crate::report::view::source_row;
use crate::report::wording;
use crate::report::workbook::grid::{Cell, Column, Grid, column, sheet_name};
use compact_str::CompactString;
use rust_xlsxwriter::Workbook;

const ACTS: &[Column] = &[
    column("batch_id", 18),
    column("body_id", 21),
    column("audit_act", 24),
    column("audit_counted", 26),
    column("component", 12),
    column("audit_entries", 8),
    column("changed_at", 40),
    column("audit_difference", 16),
    column("audit_to_passed", 12),
    column("audit_to_failed", 12),
    column("audit_on_line", 12),
    column("operator", 14),
    column("audit_approver", 14),
    column("approved", 22),
    column("approval_no", 22),
    column("reason", 30),
    column("audit_after", 12),
    column("audit_candidates", 40),
    column("source", 40),
];

fn people(names: &[CompactString]) -> Cell {
    Cell::Text(names.iter().map(|name| shown_person(name)).collect::<Vec<_>>().join(", "))
}

/// Acts, a row each.
pub fn acts(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.score_acts"), ACTS, maximum_rows)?;
    for audit in audits(inspection) {
        for act in &audit.acts {
            let format = |time: chrono::NaiveDateTime| time.format("%Y-%m-%d %H:%M:%S").to_string();
            let times = match (act.first_at, act.last_at) {
                (Some(first), Some(last)) if first != last => format!("{} – {}", format(first), format(last)),
                (Some(first), _) => format(first),
                _ => String::new(),
            };
            let candidates: Vec<&str> = act.candidates.iter().map(|id| id.as_str()).collect();
            let rows: Vec<String> = act
                .sources
                .iter()
                .map(|source| {
                    let row = source_row(inspection, *source);
                    format!("{} {} {}", row.file, row.sheet, row.row)
                })
                .collect();
            grid.push(&[
                Cell::text(audit.batch_id.as_str()),
                Cell::optional(audit.body_id.as_ref().map(|id| id.as_str())),
                Cell::word(&format!("score_audit.{}", act.kind.name())),
                Cell::word(counted_key(act)),
                act.component.as_ref().map_or_else(
                    || Cell::word("pass_lines.every"),
                    |component| {
                        let name = wording::label("component", component.as_str());
                        Cell::text(format!("{} {}", name.zh, name.en))
                    },
                ),
                Cell::count(act.changes),
                Cell::Text(times),
                Cell::Text(difference(act)),
                Cell::count(act.to_passed),
                Cell::count(act.to_failed),
                Cell::count(act.on_line),
                people(&act.operators),
                people(&act.approvers),
                Cell::word(if act.approved { "pass_lines.approved" } else { "pass_lines.unapproved" }),
                Cell::text(act.approval_numbers.join(", ")),
                Cell::optional(act.reason.as_ref()),
                act.after_publication.map_or(Cell::Empty, Cell::count),
                Cell::text(candidates.join(", ")),
                Cell::text(rows.join("; ")),
            ])?;
        }
    }
    grid.finish()
}

const OPERATORS: &[Column] = &[
    column("batch_id", 18),
    column("body_id", 21),
    column("operator", 14),
    column("audit_entries", 10),
    column("audit_to_passed", 12),
    column("audit_to_failed", 12),
    column("audit_on_line", 12),
    column("interval_low", 12),
    column("interval_high", 12),
    column("audit_odds_ratio", 12),
    column("p_value", 12),
    column("audit_mid_p", 12),
    column("adjusted_p_value", 12),
    column("audit_bh", 12),
    column("state", 24),
];

/// Operators of counted changes, a row a batch and operator.
pub fn operators(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.score_operators"), OPERATORS, maximum_rows)?;
    for audit in audits(inspection) {
        for one in &audit.operators {
            let test = one.test;
            let state = match test {
                None => "score_audit.not_tested",
                Some(test) if test.flagged => "score_audit.past",
                Some(_) => "score_audit.within",
            };
            let odds = one.odds_ratio.map_or(Cell::Empty, |(estimate, ..)| {
                if estimate.is_finite() { Cell::Real(estimate) } else { Cell::Text("∞".to_owned()) }
            });
            grid.push(&[
                Cell::text(audit.batch_id.as_str()),
                Cell::optional(audit.body_id.as_ref().map(|id| id.as_str())),
                Cell::Text(shown_person(&one.operator)),
                Cell::count(one.changes),
                Cell::count(one.to_passed),
                Cell::count(one.to_failed),
                Cell::count(one.on_line),
                Cell::Real(one.interval.0),
                Cell::Real(one.interval.1),
                odds,
                Cell::real(test.map(|test| test.p_value)),
                Cell::real(test.map(|test| test.mid_p_value)),
                Cell::real(test.map(|test| test.adjusted_p_value)),
                Cell::real(test.map(|test| test.false_discovery_rate)),
                Cell::word(state),
            ])?;
        }
    }
    grid.finish()
}

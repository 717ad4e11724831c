//! The sheet of groups about the pass line.

use crate::model::evidence::Evidence;
use crate::model::run::Inspection;
use crate::report::error::ReportError;
use crate::report::workbook::grid::{Cell, Column, Grid, column, sheet_name};
use rust_xlsxwriter::Workbook;

const HEAPING: &[Column] = &[
    column("body_id", 21),
    column("component", 12),
    column("heaping_kind", 10),
    column("heaping_group", 24),
    column("heaping_below", 10),
    column("heaping_at", 10),
    column("heaping_above", 10),
    column("heaping_share", 12),
    column("heaping_p_value", 14),
    column("heaping_adjusted", 14),
    column("state", 16),
];

/// Every group counted, tested or not.
pub fn heaping(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.heaping"), HEAPING, maximum_rows)?;
    for evidence in &inspection.evidence {
        let Evidence::LineHeaping(found) = evidence else { continue };
        for group in &found.groups {
            let [below, at, above] = group.counts;
            grid.push(&[
                Cell::optional(found.body_id.as_ref().map(|id| id.as_str())),
                Cell::text(found.component.as_str()),
                Cell::word(&format!("group_kind.{}", group.kind.as_str())),
                Cell::text(&group.name),
                Cell::count(below),
                Cell::count(at),
                Cell::count(above),
                Cell::real(group.shrunken_share),
                Cell::real(group.p_value),
                Cell::real(group.adjusted_p_value),
                if group.flagged { Cell::word("pass_lines.heaping_flagged") } else { Cell::Empty },
            ])?;
        }
    }
    grid.finish()
}

//! `pass_lines` and `pass_line_changes`.

use crate::ingest::row::Row;
use crate::model::component::Component;
use crate::model::pass_line::{PassLine, PassLineChange};
use crate::model::points::Points;

/// A row of `pass_lines`.
pub fn pass_line(row: &mut Row<'_>) -> Option<PassLine> {
    let batch_id = row.batch();
    let approved_line = required_points(row, "approved_line");
    Some(PassLine {
        batch_id: batch_id?,
        component: component(row),
        approved_line: approved_line?,
        approval_no: row.text("approval_no"),
        approved_on: row.date("approved_on"),
        source: row.source(),
    })
}

/// A row of `pass_line_changes`.
pub fn pass_line_change(row: &mut Row<'_>) -> Option<PassLineChange> {
    let batch_id = row.batch();
    let new_line = required_points(row, "new_line");
    Some(PassLineChange {
        batch_id: batch_id?,
        component: component(row),
        changed_at: row.date_time("changed_at"),
        old_line: row.points("old_line"),
        new_line: new_line?,
        operator: row.text("operator"),
        approval_no: row.text("approval_no"),
        source: row.source(),
    })
}

/// The component; blank, 全部 and `all` mean every one.
fn component(row: &Row<'_>) -> Option<Component> {
    row.component("component")
        .filter(|component| !matches!(component.as_str(), "全部" | "所有" | "各科" | "all" | "ALL"))
}

fn required_points(row: &mut Row<'_>, name: &str) -> Option<Points> {
    let points = row.points(name);
    if points.is_none() {
        row.refuse_missing(name);
    }
    points
}

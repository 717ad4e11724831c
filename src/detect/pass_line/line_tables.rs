//! Approved lines and logged changes of a whole data set, by batch.

use crate::detect::batch_rows::BatchRows;
use crate::detect::change_log::{by_time, stated};
use crate::detect::pass_line::approved::ApprovedLines;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::pass_line::{PassLine, PassLineChange};
use crate::model::points::Points;

/// What the lines of every batch rest on, put in order once.
pub struct LineTables<'a> {
    lines: BatchRows<'a, PassLine>,
    changes: BatchRows<'a, PassLineChange>,
    numbers_listed: bool,
    default_line: Points,
}

impl<'a> LineTables<'a> {
    /// Sorts the tables.
    pub fn new(dataset: &'a Dataset, default_line: Points) -> Self {
        Self {
            lines: BatchRows::new(
                &dataset.pass_lines,
                |row| &row.batch_id,
                |a, b| (&a.component, a.approved_on, a.source).cmp(&(&b.component, b.approved_on, b.source)),
            ),
            changes: BatchRows::new(
                &dataset.pass_line_changes,
                |row| &row.batch_id,
                |a, b| by_time((a.changed_at, a.source), (b.changed_at, b.source)),
            ),
            numbers_listed: dataset.pass_lines.iter().any(|line| stated(&line.approval_no).is_some()),
            default_line,
        }
    }

    /// Logged changes of a batch, in order of time.
    pub fn changes_of(&self, batch_id: &BatchId) -> &[&'a PassLineChange] {
        self.changes.of(batch_id)
    }

    /// The approvals of a batch, with every logged change.
    pub fn approved(&self, batch_id: &BatchId) -> ApprovedLines<'_> {
        ApprovedLines {
            lines: self.lines.of(batch_id),
            changes: self.changes.of(batch_id),
            numbers_listed: self.numbers_listed,
            default_line: self.default_line,
        }
    }
}

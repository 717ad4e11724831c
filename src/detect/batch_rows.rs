//! Rows of a table by batch, in one fixed order whatever the order of the table.

use crate::model::ids::BatchId;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The rows of one table, grouped by batch. Sorting a table that is already in order costs one pass.
pub struct BatchRows<'a, T> {
    rows: Vec<&'a T>,
    batch_of: fn(&T) -> &BatchId,
}

impl<'a, T> BatchRows<'a, T> {
    /// Sorts references to the rows by batch, then by `order`.
    pub fn new(table: &'a [T], batch_of: fn(&T) -> &BatchId, order: impl Fn(&T, &T) -> Ordering) -> Self {
        let mut rows: Vec<&'a T> = table.iter().collect();
        rows.sort_by(|a, b| batch_of(a).cmp(batch_of(b)).then_with(|| order(a, b)));
        Self { rows, batch_of }
    }

    /// The rows of each batch, in the order of the batches.
    pub fn batches(&self) -> impl Iterator<Item = &[&'a T]> {
        self.rows.chunk_by(|a, b| (self.batch_of)(a) == (self.batch_of)(b))
    }

    /// The rows of one batch, in order.
    pub fn of(&self, batch_id: &BatchId) -> &[&'a T] {
        let first = self.rows.partition_point(|row| (self.batch_of)(row) < batch_id);
        let length = self.rows[first..].partition_point(|row| (self.batch_of)(row) == batch_id);
        &self.rows[first..first + length]
    }
}

/// Rows without those that say in every respect what an earlier one says, such as a log handed in twice.
pub fn without_repeats<'a, T, K: Ord>(rows: &[&'a T], content: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    let mut seen = BTreeSet::new();
    rows.iter().copied().filter(|row| seen.insert(content(row))).collect()
}

#[cfg(test)]
mod tests {
    use super::{BatchRows, without_repeats};
    use crate::model::ids::BatchId;

    #[test]
    fn every_batch_gets_its_rows_in_order() {
        let table: Vec<(BatchId, u8)> =
            [("b", 2), ("a", 9), ("b", 1), ("c", 0)].map(|(batch, value)| (batch.into(), value)).into();
        let rows = BatchRows::new(&table, |row| &row.0, |a, b| a.1.cmp(&b.1));
        let values = |batch: &str| rows.of(&batch.into()).iter().map(|row| row.1).collect::<Vec<_>>();
        assert_eq!((values("a"), values("b"), values("c"), values("aa")), (vec![9], vec![1, 2], vec![0], vec![]));
    }

    #[test]
    fn a_row_handed_in_twice_counts_once() {
        let rows = [(1, "a"), (2, "b"), (3, "a")];
        let rows: Vec<&(u8, &str)> = rows.iter().collect();
        assert_eq!(without_repeats(&rows, |row| row.1), [&(1, "a"), &(2, "b")]);
    }
}

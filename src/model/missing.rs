//! What a rule would have needed and did not find.

use serde::Serialize;

/// A table, or a column of a table, that is absent or blank where it is needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MissingFact {
    /// Canonical table name.
    pub table: String,
    /// Canonical column name; empty when the whole table is missing.
    pub column: String,
}

impl MissingFact {
    /// A whole table.
    pub fn table(table: &str) -> Self {
        Self { table: table.to_owned(), column: String::new() }
    }

    /// One column.
    pub fn column(table: &str, column: &str) -> Self {
        Self { table: table.to_owned(), column: column.to_owned() }
    }

    /// `table.column`, or the table where all of it is missing.
    pub fn name(&self) -> String {
        if self.column.is_empty() { self.table.clone() } else { format!("{}.{}", self.table, self.column) }
    }
}

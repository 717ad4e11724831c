//! One shape for every table of the page.

use crate::report::page::markup::{Markup, filled, plain, word};

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text, to the left.
    Text,
    /// An identifier, a date or a word: to the left, in one line.
    Line,
    /// A file or a source row: may break anywhere, but not in a narrow strip.
    Place,
    /// A number, to the right with tabular digits.
    Number,
}

/// A table ready for the template.
#[derive(Clone, Debug)]
pub struct Table {
    /// Heading, if the section has several tables.
    pub title: Option<Markup>,
    /// Headers, each with the class of its column.
    pub head: Vec<(Markup, &'static str)>,
    /// Rows of cells.
    pub rows: Vec<Vec<Markup>>,
    /// Said below the table.
    pub note: Option<Markup>,
    /// Whether the table opens on demand, below its heading.
    pub folded: bool,
    /// Said below the table also while it is folded.
    pub after: Option<Markup>,
}

impl Table {
    /// An empty table with the columns of these names (`column.<name>` in the wording).
    pub fn new(title: Option<&str>, columns: &[(&str, Align)]) -> Self {
        let class = |align| match align {
            Align::Text => "text",
            Align::Line => "line",
            Align::Place => "text place",
            Align::Number => "number",
        };
        Self {
            title: title.map(word),
            head: columns.iter().map(|(name, align)| (word(&format!("column.{name}")), class(*align))).collect(),
            rows: Vec::new(),
            note: None,
            folded: false,
            after: None,
        }
    }

    /// Keeps the first `limit` rows and says that there are more, in the words of `note_key`.
    pub fn cut(mut self, limit: usize, note_key: &str) -> Self {
        let total = self.rows.len();
        if total > limit {
            self.rows.truncate(limit);
            self.note = Some(filled(note_key, &[("shown", &limit.to_string()), ("n", &total.to_string())]));
        }
        self
    }

    /// Cells of a row with the class of their column and its header, for narrow screens.
    pub fn cells<'a>(&'a self, row: &'a [Markup]) -> impl Iterator<Item = (&'a Markup, &'static str)> {
        row.iter().zip(&self.head).map(|(cell, (_, class))| (cell, *class))
    }
}

/// Key of the words for rows that are left out of a table.
pub const MORE: &str = "evidence.more";

/// The tables that have a row.
pub fn non_empty(tables: impl IntoIterator<Item = Table>) -> Vec<Table> {
    tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

/// A cell of text or of a number that is already written.
pub fn cell(text: impl AsRef<str>) -> Markup {
    plain(text.as_ref())
}

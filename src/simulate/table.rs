//! Tables on their way to a file: canonical names, typed cells.

use crate::model::points::Points;
use compact_str::CompactString;

/// What a column holds in formats that know types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, also dates and everything that may hold a mark such as 缺考.
    Text,
    /// A decimal.
    Number,
    /// A whole number.
    Integer,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Canonical name.
    pub name: CompactString,
    /// What it holds.
    pub kind: ColumnKind,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// Text.
    Text(CompactString),
    /// A decimal.
    Number(Points),
    /// A whole number.
    Integer(i64),
}

impl Cell {
    /// As text; blank is empty.
    pub fn text(&self) -> CompactString {
        match self {
            Self::Blank => CompactString::default(),
            Self::Text(text) => text.clone(),
            Self::Number(points) => compact_str::format_compact!("{points}"),
            Self::Integer(number) => compact_str::format_compact!("{number}"),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text.into()) }
    }
}

impl From<CompactString> for Cell {
    fn from(text: CompactString) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Blank, Into::into)
    }
}

impl From<Points> for Cell {
    fn from(points: Points) -> Self {
        Self::Number(points)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<chrono::NaiveDate> for Cell {
    fn from(date: chrono::NaiveDate) -> Self {
        Self::Text(compact_str::format_compact!("{date}"))
    }
}

impl From<chrono::NaiveDateTime> for Cell {
    fn from(time: chrono::NaiveDateTime) -> Self {
        Self::Text(compact_str::format_compact!("{}", time.format("%Y-%m-%d %H:%M:%S")))
    }
}

/// Rows of one canonical table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Canonical name, such as `answers`.
    pub name: &'static str,
    /// What is added to the stem where rows of one table cannot stand in one file (answers to forms of
    /// different length).
    pub part: CompactString,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each with one cell a column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table whose columns are text, unless `number:` or `integer:` stands before the name.
    pub fn new(name: &'static str, columns: &[&str]) -> Self {
        let columns = columns
            .iter()
            .map(|column| match column.split_once(':') {
                Some(("number", name)) => Column { name: name.into(), kind: ColumnKind::Number },
                Some(("integer", name)) => Column { name: name.into(), kind: ColumnKind::Integer },
                _ => Column { name: (*column).into(), kind: ColumnKind::Text },
            })
            .collect();
        Self { name, part: CompactString::default(), columns, rows: Vec::new() }
    }

    /// Stem of its file.
    pub fn stem(&self) -> String {
        if self.part.is_empty() { self.name.to_owned() } else { format!("{}-{}", self.name, self.part) }
    }

    /// Place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_as_people_write_them() {
        assert_eq!(Cell::from("").text(), "");
        assert_eq!(Cell::from(Points::from_millionths(72_250_000)).text(), "72.25");
        assert_eq!(Cell::from(chrono::NaiveDate::from_ymd_opt(2025, 5, 1)).text(), "2025-05-01");
        let mut table = Table::new("answers", &["batch_id", "number:score"]);
        table.part = "60".into();
        assert_eq!((table.stem().as_str(), table.column("score")), ("answers-60", Some(1)));
        assert_eq!(table.columns[1].kind, ColumnKind::Number);
    }
}

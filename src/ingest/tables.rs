//! The tables of the input contract as data: `tables/*.toml` names, for each canonical column, the
//! headers accepted in either language (and as pinyin initials in DBF files) and the kind of value.

use crate::ingest::clean::comparable;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueKind {
    /// A number of a thing: no spaces inside, leading zeros count.
    Id,
    /// A short text.
    Text,
    /// A text people wrote; kept as it is.
    Free,
    /// A person's name.
    Name,
    /// An identity number.
    Identity,
    /// A date.
    Date,
    /// A date-time.
    DateTime,
    /// A skill level.
    Level,
    /// A decimal.
    Points,
    /// A decimal or a mark such as 缺考.
    Mark,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Yes or no.
    Boolean,
    /// A component of the evaluation.
    Component,
    /// An answer or key: option labels.
    Label,
    /// One of a few words, listed in `values`.
    Choice,
}

/// One canonical column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSchema {
    /// Canonical name.
    pub name: String,
    /// Other headers accepted.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Kind of value.
    pub kind: ValueKind,
    /// Whether a row without it cannot be used.
    #[serde(default)]
    pub required: bool,
    /// Of a choice: canonical word and the words taken for it.
    #[serde(default)]
    pub values: BTreeMap<String, Vec<String>>,
}

/// One table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSchema {
    /// Canonical name, also the first stem.
    pub name: String,
    /// Other stems of files and sheets.
    #[serde(default)]
    pub stems: Vec<String>,
    /// Columns of which a file must have one to be taken for this table by its header alone.
    #[serde(default)]
    pub told_by: Vec<String>,
    /// Its columns.
    pub columns: Vec<ColumnSchema>,
    #[serde(skip)]
    by_header: HashMap<String, usize>,
    #[serde(skip)]
    words: HashMap<(usize, String), String>,
}

impl TableSchema {
    /// The column that a header names, whatever its language, case, width and spaces.
    ///
    /// ```
    /// let scores = kaojian::ingest::tables::table("scores").unwrap();
    /// assert_eq!(scores.column_of_header("准考证号（必填）").unwrap().name, "candidate_id");
    /// assert_eq!(scores.column_of_header("Candidate ID").unwrap().name, "candidate_id");
    /// assert!(scores.column_of_header("备注").is_none());
    /// ```
    pub fn column_of_header(&self, header: &str) -> Option<&ColumnSchema> {
        let whole = comparable(header);
        if let Some(index) = self.by_header.get(&whole) {
            return self.columns.get(*index);
        }
        // `姓名/Name`, `准考证号(candidate_id)`, `成绩（分）`, `*姓名`: the parts are tried one by one.
        let parts = whole.split(['(', ')', '[', ']', '/', '|', '*']).filter(|part| !part.is_empty());
        let mut found = parts.filter_map(|part| self.by_header.get(part));
        let first = *found.next()?;
        found.all(|other| *other == first).then(|| self.columns.get(first)).flatten()
    }

    /// A column by its canonical name.
    pub fn column(&self, name: &str) -> Option<&ColumnSchema> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The canonical word of a choice column that a cell stands for.
    pub fn choice(&self, column: &str, cell: &str) -> Option<&str> {
        let index = self.columns.iter().position(|known| known.name == column)?;
        self.words.get(&(index, comparable(cell))).map(String::as_str)
    }

    fn index(mut self) -> Self {
        for (index, column) in self.columns.iter().enumerate() {
            for header in std::iter::once(&column.name).chain(&column.aliases) {
                self.by_header.entry(comparable(header)).or_insert(index);
            }
            for (word, accepted) in &column.values {
                for text in std::iter::once(word).chain(accepted) {
                    self.words.entry((index, comparable(text))).or_insert_with(|| word.clone());
                }
            }
        }
        self
    }
}

const SOURCES: [&str; 21] = [
    include_str!("tables/bodies.toml"),
    include_str!("tables/filings.toml"),
    include_str!("tables/batches.toml"),
    include_str!("tables/candidates.toml"),
    include_str!("tables/forms.toml"),
    include_str!("tables/answers.toml"),
    include_str!("tables/ratings.toml"),
    include_str!("tables/scores.toml"),
    include_str!("tables/certificates.toml"),
    include_str!("tables/score_changes.toml"),
    include_str!("tables/pass_lines.toml"),
    include_str!("tables/pass_line_changes.toml"),
    include_str!("tables/staff.toml"),
    include_str!("tables/assignments.toml"),
    include_str!("tables/archives.toml"),
    include_str!("tables/complaints.toml"),
    include_str!("tables/annual_reports.toml"),
    include_str!("tables/fees.toml"),
    include_str!("tables/rectifications.toml"),
    include_str!("tables/measures.toml"),
    include_str!("tables/item_bank.toml"),
];

/// Every table of the contract, in its order.
pub fn all() -> &'static [TableSchema] {
    static TABLES: OnceLock<Vec<TableSchema>> = OnceLock::new();
    TABLES.get_or_init(|| {
        // The files are part of the program; a test reads every one of them.
        SOURCES.iter().filter_map(|source| toml::from_str::<TableSchema>(source).ok()).map(TableSchema::index).collect()
    })
}

/// A table by its canonical name.
pub fn table(name: &str) -> Option<&'static TableSchema> {
    all().iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_file_is_read() {
        for source in SOURCES {
            let read = toml::from_str::<TableSchema>(source);
            assert!(read.is_ok(), "{:?}\n{source}", read.err());
        }
        assert_eq!(all().len(), SOURCES.len());
    }

    #[test]
    fn no_header_of_a_table_means_two_columns() {
        for table in all() {
            let mut seen: BTreeMap<String, &str> = BTreeMap::new();
            for column in &table.columns {
                for header in std::iter::once(&column.name).chain(&column.aliases) {
                    let before = seen.insert(comparable(header), &column.name);
                    assert!(before.is_none(), "{}: {header} is {} and {before:?}", table.name, column.name);
                }
                assert_eq!(column.kind == ValueKind::Choice, !column.values.is_empty(), "{}", column.name);
            }
        }
    }

    #[test]
    fn a_table_is_told_by_its_own_columns() {
        for table in all() {
            assert!(table.told_by.iter().all(|name| table.column(name).is_some()), "{}", table.name);
        }
    }

    #[test]
    fn no_word_of_a_choice_means_two_things() {
        for column in all().iter().flat_map(|table| &table.columns) {
            let mut seen: BTreeMap<String, &str> = BTreeMap::new();
            for (word, accepted) in &column.values {
                for text in std::iter::once(word).chain(accepted) {
                    let before = seen.insert(comparable(text), word);
                    assert!(before.is_none_or(|before| before == word), "{}: {text}", column.name);
                }
            }
        }
    }

    #[test]
    fn choices_are_read_in_both_languages() {
        let candidates = table("candidates").unwrap();
        assert_eq!(candidates.choice("review_result", "不合格"), Some("unqualified"));
        assert_eq!(candidates.choice("review_result", "Qualified "), Some("qualified"));
        assert_eq!(candidates.choice("status", "缺考"), Some("absent"));
        assert_eq!(candidates.choice("status", "什么"), None);
    }
}

//! `kaojian.toml`: how a person says what the columns of foreign files mean.
//!
//! The file lies in the folder that is inspected. It holds one `[[file]]` table for each kind of file; the
//! first whose `match` (and `sheet`) fits is used, files that none fits are read as usual. Every key:
//!
//! ```toml
//! [[file]]
//! match = "responses_*.csv"        # file name, or path below the folder when it has a `/`; `*` and `?` stand for anything
//! sheet = "Sheet1"                 # only this sheet of a workbook (same wildcards)
//! table = "answers"                # canonical table
//! skip = false                     # true: leave the file out on purpose (then no other key is needed)
//! header_row = 3                   # row of the header, when it cannot be found by its names
//! skip_columns = ["remark"]        # columns to leave unmapped
//! items = { prefix = "iresp.", numbers = "1-170", exclude = ["iresp.9"] }   # answers, wide: which columns are items
//! # items = { columns = ["A1", "B2"] }      the item columns by name
//! # items = { rest = true }                 every column that nothing else claims
//!
//! [file.columns]                   # header in the file = canonical column
//! eid = "candidate_id"
//!
//! [file.constants]                 # columns the file lacks: one value for every row (or where the cell is blank)
//! batch_id = "credential-1"
//! form_id = "1"
//!
//! [file.where]                     # use only the rows whose cell is this value, or one of a list
//! type = "scored"
//!
//! [file.values.review_result]      # word in the file = word of the contract, for one canonical column
//! "OK" = "qualified"
//! ```
//!
//! The file is read strictly: an unknown key, table or column stops the run with the line it stands on.

use crate::ingest::clean::comparable;
use crate::ingest::mapping_message::in_both;
use crate::ingest::tables::{self, TableSchema};
use crate::model::text::Bilingual;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use thiserror::Error;
use toml::Spanned;

/// Name of the mapping file.
pub const FILE_NAME: &str = "kaojian.toml";

/// Largest mapping file read; a longer one is a mistake.
const MAXIMUM_BYTES: u64 = 4 << 20;

/// What is wrong with a mapping file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MappingFileError {
    /// It cannot be read from disk.
    #[error("cannot read `{FILE_NAME}`")]
    Unreadable(#[source] std::io::Error),
    /// It is too large to be a mapping file.
    #[error("`{FILE_NAME}` has {0} bytes, more than {MAXIMUM_BYTES}")]
    TooLarge(u64),
    /// A line of it is wrong.
    #[error("`{FILE_NAME}`, line {line}: {}", message.en)]
    Line {
        /// 1-based line.
        line: usize,
        /// What is wrong there.
        message: Bilingual,
    },
}

impl MappingFileError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::Unreadable(source) => format!("无法读取 {FILE_NAME}：{source}"),
            Self::TooLarge(bytes) => format!("{FILE_NAME} 有 {bytes} 字节，超过 {MAXIMUM_BYTES}，不像映射文件"),
            Self::Line { line, message } => format!("{FILE_NAME} 第 {line} 行有误：{}", message.zh),
        };
        let en = match self {
            Self::Unreadable(source) => format!("{self}: {source}"),
            _ => self.to_string(),
        };
        Bilingual::new(zh, en)
    }
}

/// A checked mapping file.
#[derive(Clone, Debug, Default)]
pub struct MappingFile {
    /// Its rules in order.
    pub rules: Vec<MappingRule>,
}

/// One `[[file]]`.
#[derive(Clone, Debug, Default)]
pub struct MappingRule {
    /// Pattern of the file.
    pub file: String,
    /// Pattern of the sheet; `None` fits every sheet.
    pub sheet: Option<String>,
    /// Canonical table.
    pub table: Option<&'static TableSchema>,
    /// Whether the file is left out on purpose.
    pub skip: bool,
    /// Row of the header.
    pub header_row: Option<u32>,
    /// Headers (comparable form) left unmapped.
    pub skip_columns: Vec<String>,
    /// Which columns are items.
    pub items: Option<ItemRule>,
    /// Header as written and canonical column.
    pub columns: Vec<(String, String)>,
    /// Canonical column and value.
    pub constants: Vec<(String, String)>,
    /// Header and accepted values (comparable form).
    pub filters: Vec<(String, Vec<String>)>,
    /// Canonical column, then word in the file (comparable form), then word of the contract.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// Which columns are items.
#[derive(Clone, Debug, Default)]
pub struct ItemRule {
    prefix: Option<String>,
    numbers: Option<RangeInclusive<u32>>,
    columns: Option<Vec<String>>,
    rest: bool,
    exclude: Vec<String>,
}

impl ItemRule {
    /// Whether a header is an item column, and its number where the header ends in one. `claimed` says that a
    /// canonical column has the header already, which only `rest` respects.
    pub fn item(&self, header: &str, claimed: bool) -> Option<Option<u32>> {
        let name = comparable(header);
        if name.is_empty() || self.exclude.contains(&name) {
            return None;
        }
        let number = trailing_number(&name);
        let named = match (&self.prefix, &self.columns) {
            (Some(prefix), _) => name.starts_with(prefix.as_str()),
            (None, Some(columns)) => columns.contains(&name),
            (None, None) => self.rest && !claimed,
        };
        let in_range = self.numbers.as_ref().is_none_or(|range| number.is_some_and(|number| range.contains(&number)));
        (named && in_range).then_some(number)
    }
}

fn trailing_number(name: &str) -> Option<u32> {
    let head = name.trim_end_matches(|character: char| character.is_ascii_digit());
    name.get(head.len()..)?.parse().ok()
}

impl MappingFile {
    /// Reads `kaojian.toml` of a folder; `None` when there is none.
    pub fn load(folder: &Path) -> Result<Option<Self>, MappingFileError> {
        let path = folder.join(FILE_NAME);
        if !folder.is_dir() {
            return Ok(None);
        }
        // A link is not followed: like every other file, the mapping must lie in the folder.
        let length = match std::fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => metadata.len(),
            Ok(_) => return Err(MappingFileError::Unreadable(std::io::ErrorKind::InvalidInput.into())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(MappingFileError::Unreadable(error)),
        };
        if length > MAXIMUM_BYTES {
            return Err(MappingFileError::TooLarge(length));
        }
        Self::parse(&std::fs::read_to_string(&path).map_err(MappingFileError::Unreadable)?).map(Some)
    }

    /// Reads the text of a mapping file.
    ///
    /// ```
    /// use kaojian::ingest::mapping_file::MappingFile;
    /// let error = MappingFile::parse("[[file]]\nmatch = \"a.csv\"\ntabel = \"answers\"\n").unwrap_err();
    /// assert!(error.to_string().starts_with("`kaojian.toml`, line 3: unknown field `tabel`"), "{error}");
    /// ```
    pub fn parse(text: &str) -> Result<Self, MappingFileError> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let written: Written = toml::from_str(text).map_err(|error| MappingFileError::Line {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: in_both(error.message()),
        })?;
        let rules = written.file.into_iter().map(|rule| {
            check(rule).map_err(|(span, message)| MappingFileError::Line { line: line_of(text, span.start), message })
        });
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }

    /// The first rule for a sheet of a file (`path` relative, with `/`).
    pub fn rule_for(&self, path: &str, sheet: &str) -> Option<&MappingRule> {
        self.rules.iter().find(|rule| {
            rule.fits_file(path) && rule.sheet.as_ref().is_none_or(|pattern| matches_pattern(pattern, sheet))
        })
    }
}

impl MappingRule {
    /// Whether the rule is meant for this file.
    pub fn fits_file(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        matches_pattern(&self.file, if self.file.contains('/') { path } else { name })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    file: Vec<WrittenRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    r#match: Spanned<String>,
    sheet: Option<String>,
    table: Option<Spanned<String>>,
    #[serde(default)]
    skip: bool,
    header_row: Option<Spanned<u32>>,
    #[serde(default)]
    skip_columns: Vec<String>,
    items: Option<Spanned<WrittenItems>>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    constants: BTreeMap<String, Spanned<Constant>>,
    #[serde(default)]
    r#where: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    values: BTreeMap<String, Spanned<BTreeMap<String, String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenItems {
    prefix: Option<String>,
    numbers: Option<Spanned<String>>,
    columns: Option<Vec<String>>,
    #[serde(default)]
    rest: bool,
    #[serde(default)]
    exclude: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Constant {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Constant),
    Many(Vec<Constant>),
}

impl Constant {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Integer(number) => number.to_string(),
            Self::Boolean(value) => value.to_string(),
        }
    }
}

type Wrong = (Range<usize>, Bilingual);

fn wrong(span: Range<usize>, zh: impl Into<String>, en: impl Into<String>) -> Wrong {
    (span, Bilingual::new(zh, en))
}

fn check(written: WrittenRule) -> Result<MappingRule, Wrong> {
    let match_span = written.r#match.span();
    let file = written.r#match.into_inner();
    if file.is_empty() {
        return Err(wrong(match_span, "`match` 是空的", "`match` is empty"));
    }
    let table = match &written.table {
        None => None,
        Some(name) => Some(tables::table(name.get_ref()).ok_or_else(|| {
            let known: Vec<&str> = tables::all().iter().map(|table| table.name.as_str()).collect();
            let found = name.get_ref();
            wrong(
                name.span(),
                format!("没有名为 `{found}` 的表，可用的表：{}", known.join("、")),
                format!("unknown table `{found}`, expected one of {}", known.join(", ")),
            )
        })?),
    };
    let says_columns = !written.columns.is_empty() || !written.constants.is_empty() || !written.values.is_empty();
    if table.is_none() && (says_columns || written.items.is_some()) {
        return Err(wrong(
            match_span,
            "写了 columns、constants、items 或 values 时必须写明 `table`",
            "columns, constants, items and values need `table`",
        ));
    }
    let known = |column: &str, span: Range<usize>| check_column(table, column, span);
    let mut rule = MappingRule { file, sheet: written.sheet, table, skip: written.skip, ..MappingRule::default() };
    for (header, column) in written.columns {
        known(column.get_ref(), column.span())?;
        if rule.columns.iter().any(|(_, other)| other == column.get_ref()) {
            let name = column.get_ref();
            return Err(wrong(
                column.span(),
                format!("有两个表头都对应到列 `{name}`"),
                format!("two headers are mapped to the column `{name}`"),
            ));
        }
        rule.columns.push((header, column.into_inner()));
    }
    for (column, value) in written.constants {
        known(&column, value.span())?;
        rule.constants.push((column, value.into_inner().into_text()));
    }
    for (column, words) in written.values {
        known(&column, words.span())?;
        let words = words.into_inner().into_iter().map(|(word, meaning)| (comparable(&word), meaning)).collect();
        rule.values.insert(column, words);
    }
    for (header, accepted) in written.r#where {
        let accepted = match accepted {
            OneOrMany::One(value) => vec![value],
            OneOrMany::Many(values) => values,
        };
        rule.filters.push((header, accepted.into_iter().map(|value| comparable(&value.into_text())).collect()));
    }
    if let Some(row) = written.header_row {
        if *row.get_ref() == 0 {
            return Err(wrong(row.span(), "行号从 1 开始", "rows are counted from 1"));
        }
        rule.header_row = Some(row.into_inner());
    }
    if let Some(items) = written.items {
        if table.is_none_or(|table| table.name != "answers") {
            let span = items.span();
            return Err(wrong(span, "`items` 只用于表 `answers`", "`items` belongs to the table `answers`"));
        }
        rule.items = Some(check_items(items)?);
    }
    rule.skip_columns = written.skip_columns.iter().map(|header| comparable(header)).collect();
    Ok(rule)
}

fn check_items(written: Spanned<WrittenItems>) -> Result<ItemRule, Wrong> {
    let span = written.span();
    let items = written.into_inner();
    let ways = usize::from(items.prefix.is_some()) + usize::from(items.columns.is_some()) + usize::from(items.rest);
    if ways != 1 {
        return Err(wrong(
            span,
            "`items` 中 `prefix`、`columns`、`rest = true` 必须且只能写一个",
            "`items` needs exactly one of `prefix`, `columns` and `rest = true`",
        ));
    }
    let numbers = match items.numbers {
        None => None,
        Some(text) => {
            let range = text.get_ref().split_once('-').and_then(|(first, last)| {
                let range = first.trim().parse().ok()?..=last.trim().parse().ok()?;
                (range.start() <= range.end()).then_some(range)
            });
            let reason =
                || wrong(text.span(), "`numbers` 应为范围，例如 \"1-170\"", "`numbers` is a range such as \"1-170\"");
            Some(range.ok_or_else(reason)?)
        }
    };
    let comparables = |names: Vec<String>| names.iter().map(|name| comparable(name)).collect::<Vec<_>>();
    Ok(ItemRule {
        prefix: items.prefix.map(|prefix| comparable(&prefix)),
        numbers,
        columns: items.columns.map(comparables),
        rest: items.rest,
        exclude: comparables(items.exclude),
    })
}

fn check_column(table: Option<&TableSchema>, column: &str, span: Range<usize>) -> Result<(), Wrong> {
    let Some(table) = table else { return Ok(()) };
    let is_option = table.name == "forms" && column.strip_prefix("option_").is_some_and(|label| label.len() == 1);
    if table.column(column).is_some() || is_option {
        return Ok(());
    }
    let known: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let name = &table.name;
    Err(wrong(
        span,
        format!("表 `{name}` 没有列 `{column}`，可用的列：{}", known.join("、")),
        format!("table `{name}` has no column `{column}`, expected one of {}", known.join(", ")),
    ))
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Whether a name fits a pattern with `*` (any run) and `?` (any one character), without regard to case.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let (mut at_pattern, mut at_name) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at_name < name.len() {
        match pattern.get(at_pattern) {
            Some('*') => {
                retry = Some((at_pattern, at_name));
                at_pattern += 1;
            }
            Some(character) if *character == '?' || Some(character) == name.get(at_name) => {
                at_pattern += 1;
                at_name += 1;
            }
            _ => match retry {
                None => return false,
                Some((star, from)) => {
                    at_pattern = star + 1;
                    at_name = from + 1;
                    retry = Some((star, from + 1));
                }
            },
        }
    }
    pattern.iter().skip(at_pattern).all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails_at(text: &str, line: usize, part: &str) {
        let error = MappingFile::parse(text).map(|_| ()).unwrap_err();
        let Bilingual { zh, en } = error.message();
        assert!(en.contains(&format!("line {line}:")) && en.contains(part), "{en}");
        let reason = zh.strip_prefix(&format!("kaojian.toml 第 {line} 行有误：")).unwrap_or_else(|| panic!("{zh}"));
        assert!(!reason.is_ascii(), "{zh}");
    }

    #[test]
    fn names_the_line_that_is_wrong() {
        fails_at("[[file]]\nmatch = \"a\"\ncolour = 1\n", 3, "colour");
        fails_at("[[file]]\nmatch = \"a\"\ntable = \"answer\"\n", 3, "unknown table `answer`");
        fails_at(
            "[[file]]\nmatch = \"a\"\ntable = \"answers\"\n[file.columns]\neid = \"candidate\"\n",
            5,
            "no column `candidate`",
        );
        fails_at(
            "[[file]]\nmatch = \"a\"\ntable = \"answers\"\nitems = { prefix = \"q\", rest = true }\n",
            4,
            "exactly one",
        );
        fails_at("[[file]]\nmatch = \"a\"\ntable = \"scores\"\nitems = { rest = true }\n", 4, "belongs to the table");
        fails_at("[[file]]\nmatch = \"a\"\n[file.constants]\nbatch_id = \"1\"\n", 2, "need `table`");
        fails_at("[[file]]\ntable = \"answers\"\n", 1, "match");
        fails_at("[[file]\n", 1, "");
        fails_at("[[file]]\nmatch = \"a\"\nheader_row = 0\n", 3, "counted from 1");
    }

    #[test]
    fn items_by_prefix_numbers_and_exclusion() {
        let text = "[[file]]\nmatch = \"a\"\ntable = \"answers\"\n\
                    items = { prefix = \"iresp.\", numbers = \"1-170\", exclude = [\"iresp.9\"] }\n";
        let mapping = MappingFile::parse(text).unwrap();
        let items = mapping.rules[0].items.as_ref().unwrap();
        assert_eq!(items.item("iresp.7", false), Some(Some(7)));
        assert_eq!(items.item("IRESP.170", false), Some(Some(170)));
        for header in ["iresp.171", "iresp.9", "eid", ""] {
            assert_eq!(items.item(header, false), None, "{header}");
        }
    }

    #[test]
    fn patterns() {
        assert!(matches_pattern("responses_*.csv", "Responses_Nominal.csv"));
        assert!(matches_pattern("成绩?.xls*", "成绩1.xlsx"));
        assert!(matches_pattern("*", ""));
        assert!(!matches_pattern("a*b", "abc"));
        let rule = MappingRule { file: "a/*.csv".to_owned(), ..MappingRule::default() };
        assert!(rule.fits_file("a/b.csv") && !rule.fits_file("b/b.csv"));
    }
}

//! Small tables that `kaojian similarity` is given by name: responses, key, parameters, abilities, pairs. Unlike a
//! folder of people's files they must be right as they stand: anything else is an error that names the row.

use crate::ingest::matrix_error::MatrixError;
use crate::ingest::text::decode;
use crate::model::answer::{AnswerSheet, AnswerTable, ItemColumn, ItemLayout};
use crate::model::form::FormItem;
use crate::model::item_parameters::{ItemParameters, LogisticParameters, OptionParameters};
use crate::model::provenance::Provenance;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Codes are bytes, and 0 is the missing response.
const MAXIMUM_LABELS: usize = 254;

/// Responses and key, ready to be compared.
#[derive(Clone, Debug)]
pub struct ReadResponses {
    /// One layout, one sheet a person, in the order of the file; the group column stands in `room`.
    pub answers: AnswerTable,
    /// One row an item with its key.
    pub form_items: Vec<FormItem>,
    /// Columns without a key, not compared.
    pub left_out: Vec<String>,
}

/// A table as read: header and rows of equal width.
struct TextTable {
    path: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    fn read(path: &Path) -> Result<Self, MatrixError> {
        let shown = path.to_string_lossy().replace('\\', "/");
        let bytes = std::fs::read(path).map_err(|source| MatrixError::Unreadable { path: shown.clone(), source })?;
        let text = decode(bytes).ok_or_else(|| MatrixError::Encoding { path: shown.clone() })?.text;
        let first = text.lines().next().unwrap_or_default();
        let separator = [b',', b'\t', b';']
            .into_iter()
            .max_by_key(|separator| first.bytes().filter(|byte| byte == separator).count())
            .unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut table = Self { path: shown, header: Vec::new(), rows: Vec::new() };
        for (place, record) in reader.records().enumerate() {
            let record = record.map_err(|source| MatrixError::Csv { path: table.path.clone(), source })?;
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if place == 0 {
                table.header = cells;
            } else if cells.len() != table.header.len() {
                return Err(MatrixError::Ragged {
                    path: table.path,
                    row: place + 1,
                    found: cells.len(),
                    expected: table.header.len(),
                });
            } else {
                table.rows.push(cells);
            }
        }
        if table.rows.is_empty() {
            return Err(MatrixError::Empty { path: table.path });
        }
        let mut seen = BTreeSet::new();
        for name in &table.header {
            if !seen.insert(name.to_uppercase()) {
                return Err(MatrixError::DuplicateColumn { path: table.path, column: name.clone() });
            }
        }
        Ok(table)
    }

    fn find(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name.eq_ignore_ascii_case(column))
    }

    fn column(&self, column: &str) -> Result<usize, MatrixError> {
        self.find(column)
            .ok_or_else(|| MatrixError::MissingColumn { path: self.path.clone(), column: column.to_owned() })
    }

    /// A finite number; the row is counted as a spreadsheet counts it.
    fn number(&self, row: usize, column: usize) -> Result<f64, MatrixError> {
        let text = &self.rows[row][column];
        text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| MatrixError::NotANumber {
            path: self.path.clone(),
            row: row + 2,
            column: self.header[column].clone(),
            value: text.clone(),
        })
    }
}

fn is_missing(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("NA") || text.eq_ignore_ascii_case("NaN")
}

/// Item and keyed label, in the order of the file.
///
/// # Errors
/// A file that cannot be read, no columns `item` and `key`, an item twice, or an item without a key.
pub fn read_key(path: &Path) -> Result<Vec<(CompactString, CompactString)>, MatrixError> {
    let table = TextTable::read(path)?;
    let (item, key) = (table.column("item")?, table.column("key")?);
    let mut seen = BTreeSet::new();
    let mut keys = Vec::new();
    for (place, row) in table.rows.iter().enumerate() {
        if row[item].is_empty() || is_missing(&row[key]) {
            return Err(MatrixError::KeyBlank { path: table.path, row: place + 2 });
        }
        if !seen.insert(row[item].to_uppercase()) {
            return Err(MatrixError::DuplicateItem { path: table.path, row: place + 2, item: row[item].clone() });
        }
        keys.push((CompactString::from(&row[item]), CompactString::from(row[key].to_uppercase())));
    }
    Ok(keys)
}

/// Responses, wide: the first column is the person, every other column an item or the `group` column.
///
/// Without a key the responses must be scores, 0 or 1, and 1 is right.
///
/// # Errors
/// A file that cannot be read, ragged rows, a person twice, items of the key that no column has, or no key.
pub fn read_responses(
    path: &Path,
    key: Option<&[(CompactString, CompactString)]>,
    parameters: Option<&ItemParameters>,
    group: Option<&str>,
) -> Result<ReadResponses, MatrixError> {
    let table = TextTable::read(path)?;
    let group_column = group.map(|name| table.column(name)).transpose()?;
    let items: Vec<usize> = (1..table.header.len()).filter(|column| Some(*column) != group_column).collect();
    let scored;
    let key = match key {
        Some(key) => key,
        None => {
            let is_score = |text: &str| is_missing(text) || text == "0" || text == "1";
            if !table.rows.iter().all(|row| items.iter().all(|&item| is_score(&row[item]))) {
                return Err(MatrixError::NoKey { path: table.path });
            }
            scored =
                items.iter().map(|&item| (CompactString::from(&table.header[item]), "1".into())).collect::<Vec<_>>();
            &scored[..]
        }
    };
    let absent: Vec<String> =
        key.iter().filter(|(item, _)| table.find(item).is_none()).map(|(item, _)| item.to_string()).collect();
    if !absent.is_empty() {
        return Err(MatrixError::KeyItemsAbsent { path: table.path, items: absent });
    }
    let keyed: BTreeSet<CompactString> = key.iter().map(|(item, _)| item.to_uppercase()).collect();
    let (used, left_out): (Vec<usize>, Vec<usize>) =
        items.into_iter().partition(|&item| keyed.contains(table.header[item].to_uppercase().as_str()));

    let mut columns = Vec::new();
    for (place, &item) in used.iter().enumerate() {
        let labels: BTreeSet<CompactString> = table
            .rows
            .iter()
            .map(|row| &row[item])
            .filter(|text| !is_missing(text))
            .map(|text| CompactString::from(text.to_uppercase()))
            .collect();
        if labels.len() > MAXIMUM_LABELS {
            return Err(MatrixError::TooManyLabels { path: table.path, item: table.header[item].clone() });
        }
        columns.push(ItemColumn {
            item_id: table.header[item].as_str().into(),
            item_no: u32::try_from(place + 1).unwrap_or(u32::MAX),
            labels: labels.into_iter().collect(),
        });
    }
    let mut persons = BTreeMap::new();
    let mut sheets = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows.iter().enumerate() {
        if row[0].is_empty() {
            return Err(MatrixError::PersonBlank { path: table.path, row: place + 2 });
        }
        if let Some(first) = persons.insert(row[0].as_str(), place + 2) {
            return Err(MatrixError::DuplicatePerson { path: table.path, row: place + 2, first });
        }
        let code = |(column, &item): (&ItemColumn, &usize)| {
            let label = CompactString::from(row[item].to_uppercase());
            let found = column.labels.binary_search(&label).ok();
            found.filter(|_| !is_missing(&row[item])).and_then(|label| u8::try_from(label + 1).ok()).unwrap_or(0)
        };
        sheets.push(AnswerSheet {
            batch_id: "".into(),
            candidate_id: row[0].as_str().into(),
            form_id: None,
            room: group_column.map(|column| CompactString::from(&row[column])).filter(|group| !group.is_empty()),
            seat: None,
            layout: 0,
            responses: columns.iter().zip(&used).map(code).collect(),
            item_scores: None,
            seconds: None,
            first_responses: None,
            source: Provenance { file: 0, sheet: 0, row: u32::try_from(place + 2).unwrap_or(u32::MAX) },
        });
    }
    let form_items =
        key.iter().enumerate().map(|(place, (item, key))| form_item(place, item, key, parameters)).collect();
    Ok(ReadResponses {
        answers: AnswerTable { layouts: vec![ItemLayout { items: columns }], sheets },
        form_items,
        left_out: left_out.into_iter().map(|column| table.header[column].clone()).collect(),
    })
}

/// An item of the form; options that have parameters keep their place though nobody chose them.
fn form_item(place: usize, item: &str, key: &CompactString, parameters: Option<&ItemParameters>) -> FormItem {
    let mut options = Vec::new();
    if let Some(ItemParameters::Nominal(rows)) = parameters {
        let own = rows.iter().filter(|row| row.item.eq_ignore_ascii_case(item));
        options.extend(own.map(|row| (row.option.clone(), Box::from(""))));
    }
    FormItem {
        form_id: "".into(),
        batch_id: None,
        item_no: u32::try_from(place + 1).ok(),
        item_id: Some(item.into()),
        stem: None,
        options,
        key: Some(key.clone()),
        max_score: None,
        domain: None,
        source: Provenance::default(),
    }
}

/// Item parameters: `item,option,slope,intercept` or `item,a,b` with or without `c`.
///
/// # Errors
/// A file that cannot be read, other columns, an entry twice, or what is no number.
pub fn read_item_parameters(path: &Path) -> Result<ItemParameters, MatrixError> {
    let table = TextTable::read(path)?;
    let item = table.column("item")?;
    let mut seen = BTreeSet::new();
    let mut twice = |row: usize, name: String| {
        let fresh = seen.insert(name.to_uppercase());
        if fresh {
            Ok(())
        } else {
            Err(MatrixError::DuplicateItem { path: table.path.clone(), row: row + 2, item: name })
        }
    };
    if let Some(option) = table.find("option") {
        let (slope, intercept) = (table.column("slope")?, table.column("intercept")?);
        let mut rows = Vec::new();
        for (place, row) in table.rows.iter().enumerate() {
            twice(place, format!("{} {}", row[item], row[option]))?;
            rows.push(OptionParameters {
                item: CompactString::from(&row[item]),
                option: CompactString::from(row[option].to_uppercase()),
                slope: table.number(place, slope)?,
                intercept: table.number(place, intercept)?,
            });
        }
        return Ok(ItemParameters::Nominal(rows));
    }
    let (a, b, c) = (table.column("a")?, table.column("b")?, table.find("c"));
    let mut rows = Vec::new();
    for (place, row) in table.rows.iter().enumerate() {
        twice(place, row[item].clone())?;
        rows.push(LogisticParameters {
            item: CompactString::from(&row[item]),
            discrimination: table.number(place, a)?,
            difficulty: table.number(place, b)?,
            guessing: c.map_or(Ok(0.0), |c| table.number(place, c))?,
        });
    }
    Ok(ItemParameters::Logistic(rows))
}

/// Abilities: `person,theta`.
///
/// # Errors
/// A file that cannot be read, other columns, a person twice, or what is no number.
pub fn read_abilities(path: &Path) -> Result<BTreeMap<CompactString, f64>, MatrixError> {
    let table = TextTable::read(path)?;
    let (person, theta) = (table.column("person")?, table.column("theta")?);
    let mut rows: BTreeMap<CompactString, usize> = BTreeMap::new();
    let mut abilities = BTreeMap::new();
    for (place, row) in table.rows.iter().enumerate() {
        let name = CompactString::from(&row[person]);
        if let Some(first) = rows.insert(name.clone(), place + 2) {
            return Err(MatrixError::DuplicatePerson { path: table.path, row: place + 2, first });
        }
        abilities.insert(name, table.number(place, theta)?);
    }
    Ok(abilities)
}

/// Pairs to compare: `person_a,person_b`.
///
/// # Errors
/// A file that cannot be read, or other columns.
pub fn read_pairs(path: &Path) -> Result<Vec<(CompactString, CompactString)>, MatrixError> {
    let table = TextTable::read(path)?;
    let (a, b) = (table.column("person_a")?, table.column("person_b")?);
    Ok(table.rows.iter().map(|row| (CompactString::from(&row[a]), CompactString::from(&row[b]))).collect())
}

#[cfg(test)]
mod tests {
    use super::{read_abilities, read_key, read_responses};
    use crate::ingest::matrix_error::MatrixError;
    use std::path::PathBuf;

    fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn identifiers_are_kept_and_options_coded() {
        let folder = tempfile::tempdir().unwrap();
        let key = read_key(&file(&folder, "key.csv", "item,key\nq1,a\nq2,B\n")).unwrap();
        let path = file(&folder, "r.csv", "person,room,q1,q2,note\n007,R1,a,B,x\nÀ b,,NA,,\n");
        let read = read_responses(&path, Some(&key), None, Some("room")).unwrap();
        let sheets = &read.answers.sheets;
        assert_eq!((sheets[0].candidate_id.as_str(), sheets[1].candidate_id.as_str()), ("007", "À b"));
        assert_eq!((&sheets[0].responses[..], &sheets[1].responses[..]), (&[1u8, 1][..], &[0u8, 0][..]));
        assert_eq!(sheets[0].room.as_deref(), Some("R1"));
        assert_eq!(read.left_out, ["note"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let responses = |text: &str| read_responses(&file(&folder, "r.csv", text), None, None, None);
        assert!(matches!(responses("p,q1,q2\na,1\n"), Err(MatrixError::Ragged { row: 2, found: 2, expected: 3, .. })));
        assert!(matches!(responses("p,q1\na,1\na,0\n"), Err(MatrixError::DuplicatePerson { row: 3, first: 2, .. })));
        assert!(matches!(responses("p,q1\na,C\n"), Err(MatrixError::NoKey { .. })));
        assert!(matches!(responses("p,q1,Q1\na,1,1\n"), Err(MatrixError::DuplicateColumn { .. })));
        assert!(matches!(responses("p,q1\n"), Err(MatrixError::Empty { .. })));
        let key = [("q9".into(), "A".into())];
        let path = file(&folder, "r.csv", "p,q1\na,1\n");
        let Err(MatrixError::KeyItemsAbsent { items, .. }) = read_responses(&path, Some(&key), None, None) else {
            panic!("not the error expected");
        };
        assert_eq!(items, ["q9"]);
        let theta = read_abilities(&file(&folder, "t.csv", "person,theta\na,NaN\n"));
        assert!(matches!(theta, Err(MatrixError::NotANumber { row: 2, .. })));
    }
}

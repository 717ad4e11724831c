//! Small tables that `kaojian similarity` is given by name: key, parameters, abilities, pairs. Unlike a folder of
//! people's files they must be right as they stand: anything else is an error that names the row.

use crate::ingest::matrix_error::MatrixError;
use crate::ingest::plain_table::{PlainTable, is_missing};
use crate::model::item_parameters::{ItemParameters, LogisticParameters, OptionParameters};
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A table as read: header and rows of equal width.
struct TextTable {
    path: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Row of each, as a person counts it in the file.
    numbers: Vec<usize>,
}

impl TextTable {
    fn read(path: &Path) -> Result<Self, MatrixError> {
        let plain = PlainTable::open(path)?;
        let mut table = Self {
            path: plain.path().to_owned(),
            header: plain.header().to_vec(),
            rows: Vec::new(),
            numbers: Vec::new(),
        };
        for block in 0..plain.blocks() {
            plain.each_row(block, |number, cells| {
                table.rows.push(cells.map(str::to_owned).collect());
                table.numbers.push(number);
                Ok(())
            })?;
        }
        if table.rows.is_empty() {
            return Err(MatrixError::Empty { path: table.path });
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
            row: self.numbers[row],
            column: self.header[column].clone(),
            value: text.clone(),
        })
    }
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
            return Err(MatrixError::KeyBlank { path: table.path, row: table.numbers[place] });
        }
        if !seen.insert(row[item].to_uppercase()) {
            return Err(MatrixError::DuplicateItem {
                path: table.path,
                row: table.numbers[place],
                item: row[item].clone(),
            });
        }
        keys.push((CompactString::from(&row[item]), CompactString::from(row[key].to_uppercase())));
    }
    Ok(keys)
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
            Err(MatrixError::DuplicateItem { path: table.path.clone(), row: table.numbers[row], item: name })
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
        if let Some(first) = rows.insert(name.clone(), table.numbers[place]) {
            return Err(MatrixError::DuplicatePerson { path: table.path, row: table.numbers[place], first });
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

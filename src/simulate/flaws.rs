//! What real files are like: full-width digits, stray spaces, lower-case letters, totals below the data, and
//! a few rows that no reader can use, each of them listed in the truth.

use crate::model::points::Points;
use crate::simulate::random::Random;
use crate::simulate::sheet::Sheet;
use crate::simulate::table::Cell;
use crate::simulate::truth::ExpectedQuarantine;

/// Share of the cells of a column that are typed carelessly.
const CARELESS_RATE: f64 = 0.03;

/// Full-width form of ASCII letters and digits.
fn full_width(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '!'..='~' => char::from_u32(u32::from(character) + 0xFEE0).unwrap_or(character),
            _ => character,
        })
        .collect()
}

/// Careless typing that changes no value.
pub fn careless(sheet: &mut Sheet, random: &mut Random) {
    let columns: Vec<(usize, bool)> = sheet
        .columns
        .iter()
        .enumerate()
        .filter_map(|(place, name)| match (sheet.table, name.as_str()) {
            ("candidates", "candidate_id" | "certificate_no") => Some((place, false)),
            ("candidates" | "scores", "name") => Some((place, false)),
            ("candidates", "work_years") => Some((place, true)),
            ("scores", "score" | "theory_score" | "skill_score") => Some((place, true)),
            _ => None,
        })
        .collect();
    for row in &mut sheet.rows {
        for (place, digits) in &columns {
            if !random.chance(CARELESS_RATE) {
                continue;
            }
            let text = row[*place].text();
            if text.is_empty() {
                continue;
            }
            row[*place] = if *digits { full_width(&text).into() } else { format!("{text} ").into() };
        }
    }
}

/// Letters in lower case or full width, as hand-keyed sheets have them.
pub fn careless_letters(sheet: &mut Sheet, first_item: usize, random: &mut Random) {
    for row in &mut sheet.rows {
        for cell in row.iter_mut().skip(first_item) {
            let place = random.uniform();
            if place > CARELESS_RATE / 10.0 {
                continue;
            }
            let text = cell.text();
            *cell = if place < CARELESS_RATE / 20.0 { text.to_lowercase().into() } else { full_width(&text).into() };
        }
    }
}

/// A row 合计 with the number of rows in the third column.
pub fn add_total(sheet: &mut Sheet) {
    let mut footer = vec![Cell::Blank; sheet.columns.len()];
    footer[0] = "合计".into();
    if let Some(cell) = footer.get_mut(2) {
        *cell = format!("{}人", sheet.rows.len()).into();
    }
    sheet.footer = Some(footer);
}

/// A row 平均 with the mean of every column of marks, to one decimal.
pub fn add_mean(sheet: &mut Sheet) {
    let mut footer = vec![Cell::Blank; sheet.columns.len()];
    footer[0] = "平均".into();
    for (place, name) in sheet.columns.iter().enumerate() {
        if !name.ends_with("_score") {
            continue;
        }
        let marks: Vec<i64> = sheet
            .rows
            .iter()
            .filter_map(|row| match row[place] {
                Cell::Number(points) => Some(points.millionths()),
                _ => None,
            })
            .collect();
        if !marks.is_empty() {
            let tenths = marks.iter().sum::<i64>() / marks.len() as i64 / (Points::SCALE / 10);
            footer[place] = Points::from_millionths(tenths * Points::SCALE / 10).into();
        }
    }
    sheet.footer = Some(footer);
}

/// A row or value that no reader can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRow {
    /// A further row without the number that everything is joined by.
    NoKey,
    /// An identity number typed as a number: its last digits are gone.
    DigitsLost,
    /// A value that is none of its kind.
    Value(&'static str),
}

/// Puts a bad row or value into a sheet and returns what is expected of it. `column` is canonical; `file` is
/// relative to the city's folder.
pub fn spoil(
    sheet: &mut Sheet,
    file: &str,
    sheet_name: &str,
    row: usize,
    column: &str,
    bad: BadRow,
) -> Option<ExpectedQuarantine> {
    let place = sheet.column(column)?;
    let (row, refused, reason) = match bad {
        BadRow::NoKey => {
            let mut copy = sheet.rows.get(row)?.clone();
            copy[place] = Cell::Blank;
            sheet.rows.push(copy);
            (sheet.rows.len() - 1, true, "the row does not say whose it is")
        }
        BadRow::DigitsLost => {
            let cell = sheet.rows.get_mut(row)?.get_mut(place)?;
            // A binary number keeps fifteen digits.
            let digits: i64 = cell.text().get(..15)?.parse().ok()?;
            *cell = Cell::Integer(digits * 1_000);
            (row, false, "an identity number stored as a number has lost its last digits")
        }
        BadRow::Value(value) => {
            *sheet.rows.get_mut(row)?.get_mut(place)? = value.into();
            (row, false, "the value is not of the column's kind")
        }
    };
    Some(ExpectedQuarantine {
        file: file.to_owned(),
        sheet: sheet_name.to_owned(),
        row: sheet.file_row(row),
        column: sheet.headers[place].to_string(),
        row_refused: refused,
        reason: reason.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::table::Table;

    #[test]
    fn spoiling_says_where() {
        let mut table = Table::new("candidates", &["batch_id", "candidate_id", "id_number"]);
        table.rows.push(vec!["B".into(), "1".into(), "990001199001010017".into()]);
        let mut sheet = Sheet::new(&table);
        sheet.title = Some("名册".to_owned());
        let expected = spoil(&mut sheet, "B/花名册.xlsx", "花名册", 0, "candidate_id", BadRow::NoKey).expect("placed");
        assert_eq!((expected.row, expected.column.as_str(), expected.row_refused), (4, "准考证号", true));
        let expected =
            spoil(&mut sheet, "B/花名册.xlsx", "花名册", 0, "id_number", BadRow::DigitsLost).expect("placed");
        assert_eq!((expected.row, sheet.rows[0][2].clone()), (3, Cell::Integer(990_001_199_001_010_000)));
        assert_eq!(full_width("7.5A"), "７．５Ａ");
    }
}

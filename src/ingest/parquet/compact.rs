//! Columns of few different values, such as answers, at one byte a row: a data frame keeps sixteen.

use crate::ingest::raw::CellKind;
use polars::prelude::{Column, DataType};

/// Code 0 is a missing value, so that so many values have a code.
const MOST_VALUES: usize = 255;

/// A column with one code a row.
pub struct CompactColumn {
    /// 0 = missing, k = the k-th value.
    pub codes: Vec<u8>,
    /// The values as text, in the order in which they were met.
    pub values: Vec<String>,
    /// What a cell of the column is.
    pub kind: CellKind,
}

/// The column in codes; `None` when it is neither text nor bytes, has too many values, or one of more than `longest`
/// bytes.
pub fn compact(column: &Column, longest: usize) -> Option<CompactColumn> {
    match column.dtype() {
        DataType::String => of_text(column, longest),
        DataType::UInt8 => of_bytes(column),
        _ => None,
    }
}

fn of_text(column: &Column, longest: usize) -> Option<CompactColumn> {
    let mut codes: Vec<u8> = Vec::with_capacity(column.len());
    let mut values: Vec<String> = Vec::new();
    // Codes of values of one byte, and the content of a view of others: a view is a short text itself.
    let mut single = [0u8; 256];
    let mut views: Vec<(u128, u8)> = Vec::new();
    let has_missing = column.null_count() > 0;
    for array in column.str().ok()?.downcast_iter() {
        for (row, view) in array.views().iter().enumerate() {
            if has_missing && array.get(row).is_none() {
                codes.push(0);
                continue;
            }
            let short = view.get_inlined_slice();
            let known = match short {
                Some(&[byte]) => single[usize::from(byte)],
                Some(_) => views.iter().find(|(bits, _)| *bits == view.as_u128()).map_or(0, |(_, code)| *code),
                None => 0,
            };
            if known > 0 {
                codes.push(known);
                continue;
            }
            let text = array.value(row);
            let place = match values.iter().position(|value| value == text) {
                Some(place) => place,
                None if values.len() < MOST_VALUES && text.len() <= longest => {
                    values.push(text.to_owned());
                    values.len() - 1
                }
                None => return None,
            };
            let code = u8::try_from(place + 1).ok()?;
            match short {
                Some(&[byte]) => single[usize::from(byte)] = code,
                Some(_) => views.push((view.as_u128(), code)),
                None => {}
            }
            codes.push(code);
        }
    }
    Some(CompactColumn { codes, values, kind: CellKind::Text })
}

fn of_bytes(column: &Column) -> Option<CompactColumn> {
    let mut codes: Vec<u8> = Vec::with_capacity(column.len());
    let mut values: Vec<String> = Vec::new();
    let mut known = [0u8; 256];
    for array in column.u8().ok()?.downcast_iter() {
        for value in array.iter() {
            let Some(value) = value.copied() else {
                codes.push(0);
                continue;
            };
            let code = &mut known[usize::from(value)];
            if *code == 0 {
                values.push(value.to_string());
                *code = u8::try_from(values.len()).ok()?;
            }
            codes.push(*code);
        }
    }
    Some(CompactColumn { codes, values, kind: CellKind::Number })
}

#[cfg(test)]
mod tests {
    use super::compact;
    use crate::ingest::raw::CellKind;
    use polars::prelude::{Column, IntoColumn, NamedFrom, Series};

    fn back(column: &Column) -> Option<Vec<Option<String>>> {
        let found = compact(column, 40)?;
        let text = |code: &u8| code.checked_sub(1).map(|place| found.values[usize::from(place)].clone());
        Some(found.codes.iter().map(text).collect())
    }

    #[test]
    fn texts_come_back() {
        let long = "a text that does not stand in its view";
        let texts: Vec<Option<&str>> =
            [Some("A"), None, Some(""), Some("AB"), Some(long), Some("A"), Some("甲"), Some(long), Some("AB")].to_vec();
        let column = Series::new("q".into(), &texts).into_column();
        let expected: Vec<Option<String>> = texts.iter().map(|text| text.map(str::to_owned)).collect();
        assert_eq!(back(&column), Some(expected));
        assert_eq!(compact(&column, 40).map(|found| (found.values.len(), found.kind)), Some((5, CellKind::Text)));
        assert!(compact(&column, 20).is_none(), "a text past the limit is not taken");
    }

    #[test]
    fn bytes_come_back_as_numbers() {
        let column = Series::new("q".into(), &[Some(7u8), None, Some(0), Some(255), Some(7)]).into_column();
        let expected = [Some("7"), None, Some("0"), Some("255"), Some("7")].map(|text| text.map(str::to_owned));
        assert_eq!(back(&column), Some(expected.to_vec()));
        let all: Vec<u8> = (0..=255).collect();
        assert!(compact(&Series::new("q".into(), &all).into_column(), 40).is_none(), "256 values have no room");
    }

    #[test]
    fn columns_of_many_values_stay_as_they_are() {
        let names = |count: usize| -> Vec<String> { (0..count).map(|number| format!("P{number}")).collect() };
        assert!(compact(&Series::new("p".into(), &names(255)).into_column(), 40).is_some());
        assert!(compact(&Series::new("p".into(), &names(256)).into_column(), 40).is_none());
    }
}

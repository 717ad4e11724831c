//! Sheets that are the same in every response and blank.

use crate::detect::similarity::matrix::SheetMatrix;
use std::collections::BTreeMap;

/// More sheets than this that are all the same are a crowd.
pub const CROWD: usize = 100;

/// Crowds of equal sheets, as a faulty scanner or a default value leaves them. Each sheet is compared with the
/// next of its crowd only: all pairs of thousands of equal sheets would fill the memory and say the same.
/// Leaving them out can only raise Holm's values of other pairs, since the family stays whole.
pub(super) struct Crowds {
    /// For each sheet its crowd and its place in it.
    places: BTreeMap<usize, (usize, usize)>,
}

impl Crowds {
    pub(super) fn new(matrix: &SheetMatrix<'_>) -> Self {
        let mut places = BTreeMap::new();
        let crowds = equal_rows(matrix).into_values().filter(|sheets| sheets.len() > CROWD);
        for (crowd, sheets) in crowds.enumerate() {
            places.extend(sheets.into_iter().enumerate().map(|(place, sheet)| (sheet, (crowd, place))));
        }
        Self { places }
    }

    /// Whether two sheets are of one crowd and not neighbours in it.
    pub(super) fn skips(&self, a: usize, b: usize) -> bool {
        if self.places.is_empty() {
            return false;
        }
        match (self.places.get(&a), self.places.get(&b)) {
            (Some((crowd_a, place_a)), Some((crowd_b, place_b))) => {
                crowd_a == crowd_b && place_a.abs_diff(*place_b) > 1
            }
            _ => false,
        }
    }
}

/// Sheets by row, ascending.
fn equal_rows<'m>(matrix: &'m SheetMatrix<'_>) -> BTreeMap<&'m [u8], Vec<usize>> {
    let mut by_row: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for sheet in 0..matrix.sheets.len() {
        by_row.entry(matrix.row(sheet)).or_default().push(sheet);
    }
    by_row
}

/// Pairs of sheets that are the same in every response and blank, and are not right throughout. Of a crowd of
/// more than [`CROWD`] equal sheets only neighbours are paired.
///
/// **Returns**: pairs (a, b), a < b, ascending.
pub fn equal_pairs(matrix: &SheetMatrix<'_>) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (row, sheets) in equal_rows(matrix) {
        if row.iter().zip(&matrix.key).all(|(code, key)| *code == 0 || code == key) {
            continue;
        }
        for (place, &a) in sheets.iter().enumerate() {
            let others = &sheets[place + 1..];
            let reach = if sheets.len() > CROWD { others.len().min(1) } else { others.len() };
            pairs.extend(others[..reach].iter().map(|&b| (a, b)));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Whether some row is shared by more than [`CROWD`] sheets.
pub fn has_crowd(matrix: &SheetMatrix<'_>) -> bool {
    equal_rows(matrix).values().any(|sheets| sheets.len() > CROWD)
}

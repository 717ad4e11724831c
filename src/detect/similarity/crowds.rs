//! Sheets that are the same in every response and blank.

use crate::detect::similarity::matrix::SheetMatrix;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

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
        let crowds = equal_rows(matrix).into_iter().filter(|sheets| sheets.len() > CROWD);
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

/// Groups of two sheets or more that are the same, each ascending.
fn equal_rows(matrix: &SheetMatrix<'_>) -> Vec<Vec<usize>> {
    // By hash first: sorting a million rows by their bytes takes seconds.
    let mut hashed: Vec<(u64, usize)> = (0..matrix.sheets.len())
        .into_par_iter()
        .map(|sheet| {
            let mut hasher = DefaultHasher::new();
            hasher.write(matrix.row(sheet));
            (hasher.finish(), sheet)
        })
        .collect();
    hashed.par_sort_unstable();
    let mut groups = Vec::new();
    for alike in hashed.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
        let mut by_row: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for &(_, sheet) in alike {
            by_row.entry(matrix.row(sheet)).or_default().push(sheet);
        }
        groups.extend(by_row.into_values().filter(|sheets| sheets.len() > 1));
    }
    groups
}

/// Pairs of sheets that are the same in every response and blank, and are not right throughout. Of a crowd of
/// more than [`CROWD`] equal sheets only neighbours are paired.
///
/// **Returns**: pairs (a, b), a < b, ascending.
pub fn equal_pairs(matrix: &SheetMatrix<'_>) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for sheets in equal_rows(matrix) {
        let row = matrix.row(sheets[0]);
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
    equal_rows(matrix).iter().any(|sheets| sheets.len() > CROWD)
}

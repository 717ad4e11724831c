//! Compares all pairs of a form: a count that loses nobody first, the exact tail for the few that pass.
//!
//! For two classes of persons the number of identical responses that makes the exact tail drop to the
//! retention level is tabulated. Blanks count as agreement while screening: with d items dropped,
//! P(M ≥ m on the rest) ≥ P(M ≥ m + d on all), so a pair below the critical count cannot be significant.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::pair_tails::gbt;
use crate::detect::similarity::response_model::ResponseModel;
use crate::kernels::choice_maps::{ChoiceMaps, TILE};
use crate::kernels::dispatch::{Path, sheets_reaching};
use crate::kernels::plain::{PairCounts, compare};
use crate::model::progress::Progress;
use crate::stats::poisson_binomial::{critical_count, distribution_into};
use crate::stats::tail::Tail;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Critical counts are taken at this much above the retention level, so that rounding loses no pair.
const ROUNDING_MARGIN: f64 = 1.0 + 1e-9;

/// A pair whose p-value is at or below the retention level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetainedPair {
    /// Place of one sheet in the matrix.
    pub a: usize,
    /// Place of the other; `a < b`.
    pub b: usize,
    /// What was counted.
    pub counts: PairCounts,
    /// Exact upper tail of the number of identical responses.
    pub gbt: Tail,
}

/// Finds every pair with at least `minimum_items` common items and a GBT p-value ≤ `retention`.
///
/// **Returns**: pairs sorted by (a, b); the same on every path and for every number of threads.
pub fn retained_pairs(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    minimum_items: u32,
    retention: f64,
    path: Path,
    progress: &dyn Progress,
) -> Vec<RetainedPair> {
    let sheets = matrix.sheets.len();
    if sheets < 2 || matrix.items.is_empty() {
        return Vec::new();
    }
    let critical = CriticalCounts::new(model, matrix.items.len(), retention);
    let crowds = Crowds::new(matrix);
    // Sorted by class, a tile spans few classes and its lowest critical count is close to everyone's.
    let mut order: Vec<usize> = (0..sheets).collect();
    order.sort_by_key(|&sheet| (model.class_of[sheet], sheet));
    let sorted: Vec<u8> = order.iter().flat_map(|&sheet| matrix.row(sheet)).copied().collect();
    let maps = ChoiceMaps::new(&sorted, &matrix.options());
    let tile_classes: Vec<(usize, usize)> = order
        .chunks(TILE)
        .map(|tile| {
            let class = |sheet: Option<&usize>| sheet.map_or(0, |&sheet| model.class_of[sheet] as usize);
            (class(tile.first()), class(tile.last()))
        })
        .collect();
    let blocks: Vec<(usize, usize)> = (0..maps.tiles()).flat_map(|i| (i..maps.tiles()).map(move |j| (i, j))).collect();
    let found: Vec<Vec<RetainedPair>> = blocks
        .par_iter()
        .map(|&(tile_a, tile_b)| {
            let mut found = Vec::new();
            for place_a in tile_a * TILE..((tile_a + 1) * TILE).min(sheets) {
                let a = order[place_a];
                let class_a = model.class_of[a] as usize;
                let row = maps.row(matrix.row(a));
                let threshold = critical.lowest(class_a, tile_classes[tile_b]);
                let reached = sheets_reaching(path, &maps, tile_b, &row, threshold);
                let first = (place_a + 1).max(tile_b * TILE);
                for place_b in set_bits(&reached, tile_b * TILE, first, sheets) {
                    let b = order[place_b];
                    if crowds.skips(a, b) {
                        continue;
                    }
                    let lowest = critical.of(class_a, model.class_of[b] as usize);
                    if let Some(pair) = verify(matrix, model, a.min(b), a.max(b), minimum_items, lowest) {
                        found.extend((pair.gbt.probability <= retention).then_some(pair));
                    }
                }
            }
            if tile_a == tile_b {
                progress.advance(sheets.saturating_sub(tile_a * TILE).min(TILE) as u64);
            }
            found
        })
        .collect();
    let mut pairs: Vec<RetainedPair> = found.into_iter().flatten().collect();
    pairs.sort_by_key(|pair| (pair.a, pair.b));
    pairs
}

/// Counts a pair exactly, and computes its tail when blanks and matches together reach `critical`.
fn verify(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    a: usize,
    b: usize,
    minimum_items: u32,
    critical: usize,
) -> Option<RetainedPair> {
    let counts = compare(matrix.row(a), matrix.row(b), &matrix.key);
    let dropped = matrix.items.len() - counts.common as usize;
    if counts.common < minimum_items || counts.matches as usize + dropped < critical {
        return None;
    }
    Some(RetainedPair { a, b, counts, gbt: gbt(matrix, model, a, b, counts.matches) })
}

/// The plain double loop over all pairs: what [`retained_pairs`] must equal.
pub fn retained_pairs_plain(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    minimum_items: u32,
    retention: f64,
) -> Vec<RetainedPair> {
    let crowds = Crowds::new(matrix);
    let mut pairs = Vec::new();
    for a in 0..matrix.sheets.len() {
        for b in (a + 1..matrix.sheets.len()).filter(|b| !crowds.skips(a, *b)) {
            let pair = verify(matrix, model, a, b, minimum_items, 0);
            pairs.extend(pair.filter(|pair| pair.gbt.probability <= retention));
        }
    }
    pairs
}

/// Places of set bits of a tile that lie in `first..end`.
fn set_bits(words: &[u64], tile_start: usize, first: usize, end: usize) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(move |(word, &bits)| {
        let start = tile_start + word * 64;
        let mut left = bits;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (bit < 64).then_some(start + bit)
        })
        .filter(move |place| (first..end).contains(place))
    })
}

/// For each pair of classes, the fewest identical responses at which a complete pair is retained.
struct CriticalCounts {
    classes: usize,
    counts: Vec<u16>,
}

impl CriticalCounts {
    fn new(model: &ResponseModel, items: usize, retention: f64) -> Self {
        let classes = model.classes();
        let rows: Vec<Vec<u16>> = (0..classes)
            .into_par_iter()
            .map(|class_a| {
                let (mut points, mut scratch) = (Vec::new(), Vec::new());
                let mut probabilities = vec![0.0; items];
                (0..=class_a)
                    .map(|class_b| {
                        for (item, probability) in probabilities.iter_mut().enumerate() {
                            *probability = model.match_probability(class_a, class_b, item);
                        }
                        distribution_into(&probabilities, &mut points, &mut scratch);
                        u16::try_from(critical_count(&points, retention * ROUNDING_MARGIN)).unwrap_or(u16::MAX)
                    })
                    .collect()
            })
            .collect();
        let mut counts = vec![0; classes * classes];
        for (class_a, row) in rows.into_iter().enumerate() {
            for (class_b, count) in row.into_iter().enumerate() {
                counts[class_a * classes + class_b] = count;
                counts[class_b * classes + class_a] = count;
            }
        }
        Self { classes, counts }
    }

    fn of(&self, class_a: usize, class_b: usize) -> usize {
        usize::from(self.counts[class_a * self.classes + class_b])
    }

    /// The lowest over a range of classes, ends included.
    fn lowest(&self, class: usize, (first, last): (usize, usize)) -> usize {
        let row = &self.counts[class * self.classes..(class + 1) * self.classes];
        row[first..=last].iter().copied().min().map_or(0, usize::from)
    }
}

/// Number of pairs with at least `minimum_items` common items: the family of the multiple test.
///
/// Only sheets whose blanks together could leave too few items are looked at one by one.
pub fn pairs_compared(matrix: &SheetMatrix<'_>, minimum_items: u32) -> u64 {
    let items = matrix.items.len();
    let sheets = matrix.sheets.len();
    let words = items.div_ceil(64);
    let answered: Vec<u64> = (0..sheets)
        .flat_map(|sheet| {
            let mut bits = vec![0u64; words];
            for (item, code) in matrix.row(sheet).iter().enumerate() {
                bits[item / 64] |= u64::from(*code > 0) << (item % 64);
            }
            bits
        })
        .collect();
    let blanks: Vec<usize> =
        (0..sheets).map(|sheet| matrix.row(sheet).iter().filter(|code| **code == 0).count()).collect();
    let mut by_blanks: Vec<usize> = (0..sheets).collect();
    by_blanks.sort_by_key(|&sheet| std::cmp::Reverse(blanks[sheet]));
    let too_few: u64 = (0..sheets)
        .into_par_iter()
        .map(|place_a| {
            let a = by_blanks[place_a];
            let mut too_few = 0;
            for &b in &by_blanks[place_a + 1..] {
                if items.saturating_sub(blanks[a] + blanks[b]) >= minimum_items as usize {
                    break;
                }
                let both = answered[a * words..(a + 1) * words].iter().zip(&answered[b * words..(b + 1) * words]);
                let common: u32 = both.map(|(left, right)| (left & right).count_ones()).sum();
                too_few += u64::from(common < minimum_items);
            }
            too_few
        })
        .sum();
    let all = sheets as u64 * (sheets as u64).saturating_sub(1) / 2;
    all - too_few
}

/// More sheets than this that are all the same are a crowd.
pub const CROWD: usize = 100;

/// Crowds of equal sheets, as a faulty scanner or a default value leaves them. Each sheet is compared with the
/// next of its crowd only: all pairs of thousands of equal sheets would fill the memory and say the same.
/// Leaving them out can only raise Holm's values of other pairs, since the family stays whole.
struct Crowds {
    /// For each sheet its crowd and its place in it.
    places: BTreeMap<usize, (usize, usize)>,
}

impl Crowds {
    fn new(matrix: &SheetMatrix<'_>) -> Self {
        let mut places = BTreeMap::new();
        let crowds = equal_rows(matrix).into_values().filter(|sheets| sheets.len() > CROWD);
        for (crowd, sheets) in crowds.enumerate() {
            places.extend(sheets.into_iter().enumerate().map(|(place, sheet)| (sheet, (crowd, place))));
        }
        Self { places }
    }

    /// Whether two sheets are of one crowd and not neighbours in it.
    fn skips(&self, a: usize, b: usize) -> bool {
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

//! How a screen goes through a form: the order of the sheets, blocks of them, groups of columns, and what each row
//! has to reach in each tile.
//!
//! With C right responses, B blanks and W others on a sheet, two sheets agree, blanks counted, on at most
//! B_a + min(C_a, C_b + B_b) + (identical responses other than the right ones or blank in b, where a is not right).
//! Only the last part is counted map by map, so the cost grows with the wrong responses of a row.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::screen_criterion::{Criterion, Known};
use crate::kernels::choice_maps::{ChoiceMaps, TILE, TILE_WORDS};
use crate::kernels::dispatch::{Path, scan};
use crate::kernels::response_cells::{ResponseCells, ResponseLists};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::ops::Range;

/// Most tiles along one side of a block, and so most sheets of one group.
const MOST_TILES: usize = 16;
/// Blocks along one side that keep many processors busy.
const ENOUGH_BLOCKS: usize = 16;
/// Rows of a block that the size of the groups is tried on.
const PILOT_ROWS: usize = 8;
/// Cost of looking at one pair of sheets, in scans of a row against a tile.
const PAIR_COST: f64 = 1.5;

/// Sheets of one class with equal numbers of right responses and blanks: they have to reach the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    class: u32,
    right: u32,
    blank: u32,
    other: u32,
}

/// What bounds the columns of a tile.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    classes: (usize, usize),
    right_or_blank: u32,
    other_or_blank: u32,
    blank: u32,
}

/// A square of the table of pairs: two ranges of tiles, by number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) rows: usize,
    columns: usize,
}

impl Block {
    /// Whether rows and columns are the same sheets.
    pub(super) fn is_diagonal(&self) -> bool {
        self.rows == self.columns
    }
}

/// One size of groups.
struct Level {
    maps: ChoiceMaps,
    bounds: Vec<Bounds>,
}

/// The order of a screen.
pub(super) struct Plan<'m> {
    criterion: &'m Criterion<'m>,
    items: usize,
    /// Sheet of each place.
    order: Vec<usize>,
    codes: Vec<u8>,
    kinds: Vec<Kind>,
    /// Place past the last sheet of each run of one kind.
    run_ends: Vec<usize>,
    lists: ResponseLists,
    /// Groups of 1, 2, 4, … sheets.
    levels: Vec<Level>,
    /// Tiles along one side of a block.
    side: usize,
}

impl<'m> Plan<'m> {
    /// Puts the sheets in order.
    pub(super) fn new(matrix: &SheetMatrix<'_>, class_of: &[u32], criterion: &'m Criterion<'m>) -> Self {
        let tiles = matrix.sheets.len().div_ceil(TILE);
        let mut side = 1;
        while side < MOST_TILES && tiles / (side * 2) >= ENOUGH_BLOCKS {
            side *= 2;
        }
        Self::with_side(matrix, class_of, criterion, side)
    }

    /// As [`Self::new`], with the number of tiles along one side of a block, a power of two.
    pub(super) fn with_side(
        matrix: &SheetMatrix<'_>,
        class_of: &[u32],
        criterion: &'m Criterion<'m>,
        side: usize,
    ) -> Self {
        let kind_of = |sheet: usize| {
            let mut kind = Kind { class: class_of[sheet], right: 0, blank: 0, other: 0 };
            for (&code, &key) in matrix.row(sheet).iter().zip(&matrix.key) {
                match code {
                    0 => kind.blank += 1,
                    _ if code == key => kind.right += 1,
                    _ => kind.other += 1,
                }
            }
            kind
        };
        // Sorted by class and right responses, a tile spans little of either, and its bounds are close to everyone's.
        // The ablest come first: of a pair, the row is then the sheet with fewer wrong responses, which costs less.
        let mut sorted: Vec<(Kind, usize)> =
            (0..matrix.sheets.len()).into_par_iter().map(|sheet| (kind_of(sheet), sheet)).collect();
        sorted.par_sort_unstable_by_key(|(kind, sheet)| (Reverse(kind.class), Reverse(kind.right), kind.blank, *sheet));
        let (kinds, order): (Vec<Kind>, Vec<usize>) = sorted.into_iter().unzip();
        let mut codes: Vec<u8> = Vec::with_capacity(matrix.codes.len());
        order.iter().for_each(|&sheet| codes.extend_from_slice(matrix.row(sheet)));
        let cells = ResponseCells::new(&matrix.options(), &matrix.key);
        let mut levels = vec![Level::new(ChoiceMaps::new(&codes, &cells, 1), &kinds)];
        while levels.last().is_some_and(|level| level.maps.group() < side) {
            levels.extend(levels.last().map(|level| level.maps.doubled()).map(|maps| Level::new(maps, &kinds)));
        }
        Self {
            criterion,
            items: matrix.items.len(),
            lists: ResponseLists::new(&codes, &cells),
            run_ends: kinds
                .chunk_by(PartialEq::eq)
                .scan(0, |end, run| {
                    *end += run.len();
                    Some(*end)
                })
                .collect(),
            order,
            codes,
            kinds,
            levels,
            side,
        }
    }

    /// What pairs have to reach.
    pub(super) fn criterion(&self) -> &Criterion<'m> {
        self.criterion
    }

    /// All blocks on and above the diagonal.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let count = self.order.len().div_ceil(TILE * self.side);
        (0..count).flat_map(|rows| (rows..count).map(move |columns| Block { rows, columns })).collect()
    }

    /// Sheets in a range of rows.
    pub(super) fn sheets_of(&self, rows: usize) -> usize {
        self.rows(rows).len()
    }

    fn rows(&self, number: usize) -> Range<usize> {
        let width = TILE * self.side;
        number * width..((number + 1) * width).min(self.order.len())
    }

    /// The sheet at a place.
    pub(super) fn sheet(&self, place: usize) -> usize {
        self.order[place]
    }

    /// The codes of the sheet at a place.
    pub(super) fn codes(&self, place: usize) -> &[u8] {
        &self.codes[place * self.items..(place + 1) * self.items]
    }

    /// The maps of a level.
    pub(super) fn maps(&self, level: usize) -> &ChoiceMaps {
        &self.levels[level].maps
    }

    /// What every sheet selects.
    pub(super) fn lists(&self) -> &ResponseLists {
        &self.lists
    }

    /// Tiles of a block's columns.
    pub(super) fn tiles(&self, block: &Block, level: usize) -> Range<usize> {
        let maps = self.maps(level);
        let tiles = self.side / maps.group();
        block.columns * tiles..((block.columns + 1) * tiles).min(maps.tiles())
    }

    /// Ranges of rows that can reach what they have to in a tile, with what that is.
    pub(super) fn reachable_rows(
        &self,
        block: &Block,
        level: usize,
        tile: usize,
    ) -> impl Iterator<Item = (Range<usize>, u32)> + '_ {
        let bounds = self.levels[level].bounds[tile];
        let mut start = self.rows(block.rows).start;
        // On the diagonal, rows past the last column of the tile have nothing to the right of them.
        let end = if block.is_diagonal() {
            self.rows(block.rows).end.min((tile + 1) * TILE * self.maps(level).group())
        } else {
            self.rows(block.rows).end
        };
        let first = self.run_ends.partition_point(|run_end| *run_end <= start);
        self.run_ends[first..]
            .iter()
            .map_while(move |&run_end| {
                let rows = start..run_end.min(end);
                start = run_end;
                (!rows.is_empty()).then_some(rows)
            })
            .filter_map(move |rows| Some((rows.clone(), self.threshold(self.kinds[rows.start], bounds)?)))
    }

    /// What sheets of a kind have to reach among the counted responses and blanks; `None` when they cannot.
    fn threshold(&self, kind: Kind, bounds: Bounds) -> Option<u32> {
        let threshold = self.criterion.threshold(Known {
            class: kind.class as usize,
            classes: bounds.classes,
            right_in_row: kind.right.min(bounds.right_or_blank),
            blank: kind.blank,
            blank_in_column: bounds.blank,
        });
        (threshold <= kind.blank + kind.other.min(bounds.other_or_blank)).then_some(threshold)
    }

    /// The size of groups that costs least in a block, tried on a few rows. Any size gives the same pairs.
    pub(super) fn level_for(&self, block: &Block, path: Path) -> usize {
        let rows = self.rows(block.rows);
        let step = (rows.len() / PILOT_ROWS).max(1);
        let mut best = (f64::INFINITY, 0);
        for level in 0..self.levels.len() {
            let (mut scans, mut columns_reached) = (0u64, 0u64);
            for row in rows.clone().step_by(step) {
                for tile in self.tiles(block, level) {
                    let Some(threshold) = self.threshold(self.kinds[row], self.levels[level].bounds[tile]) else {
                        continue;
                    };
                    scans += 1;
                    scan(path, self.maps(level), tile, &self.lists, row..row + 1, threshold, &mut |_, columns| {
                        columns_reached += columns.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
                    });
                }
            }
            let pairs = (columns_reached * self.maps(level).group() as u64) as f64;
            let cost = scans as f64 + PAIR_COST * pairs;
            if cost < best.0 {
                best = (cost, level);
            }
        }
        best.1
    }

    /// Places of the columns reached, past the row's own.
    pub(super) fn places(
        &self,
        level: usize,
        tile: usize,
        columns: &[u64; TILE_WORDS],
        row: usize,
    ) -> impl Iterator<Item = usize> {
        let (group, end) = (self.maps(level).group(), self.order.len());
        let start = tile * TILE * group;
        columns.iter().enumerate().flat_map(move |(word, &bits)| {
            let mut left = bits;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(start + (word * 64 + bit) * group)
            })
            .flat_map(move |first| (first..first + group).filter(move |place| *place > row && *place < end))
        })
    }
}

impl Level {
    fn new(maps: ChoiceMaps, kinds: &[Kind]) -> Self {
        let bounds = kinds
            .chunks(TILE * maps.group())
            .map(|tile| {
                let most = |of: fn(&Kind) -> u32| tile.iter().map(of).max().unwrap_or(0);
                let class = |kind: Option<&Kind>| kind.map_or(0, |kind| kind.class as usize);
                Bounds {
                    classes: (class(tile.last()), class(tile.first())),
                    right_or_blank: most(|kind| kind.right + kind.blank),
                    other_or_blank: most(|kind| kind.other + kind.blank),
                    blank: most(|kind| kind.blank),
                }
            })
            .collect();
        Self { maps, bounds }
    }
}

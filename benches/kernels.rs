//! All pairs of answer sheets on one form: every path of the kernel beside the plain loop.
//!
//! Each row's id is `path sheets × items, what is counted`; the counter is ordered pairs.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use kaojian::kernels::choice_maps::ChoiceMaps;
use kaojian::kernels::dispatch::{Path, scan};
use kaojian::kernels::plain::count_not_different;
use kaojian::kernels::response_cells::{ResponseCells, ResponseLists};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt;

/// Sheets, items. Whole tiles, so that no bit of a register is idle.
const SIZES: [(usize, usize); 4] = [(4096, 60), (4096, 100), (4096, 200), (16_384, 100)];
/// Rows of the plain loop: it is slow enough to be measured on a part of the square.
const PLAIN_ROWS: usize = 64;
/// Share of items, in per cent, on which two sheets must agree.
const THRESHOLD_PERCENT: usize = 80;
/// Share of items with an identical wrong response.
const INCORRECT_THRESHOLD_PERCENT: usize = 32;

fn main() {
    divan::main();
}

/// Codes of sheets of four options, 63 in 100 of them right.
fn sheets(count: usize, items: usize) -> Vec<u8> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    (0..count * items).map(|_| if random.random_bool(0.63) { 1 } else { random.random_range(2..=4) }).collect()
}

struct Case {
    path: Path,
    sheets: usize,
    items: usize,
    incorrect_only: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = if self.incorrect_only { "identical incorrect" } else { "identical" };
        write!(formatter, "{:?} {} × {}, {counted}", self.path, self.sheets, self.items)
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for incorrect_only in [true, false] {
        for (sheets, items) in SIZES {
            cases.extend(Path::available().into_iter().map(|path| Case { path, sheets, items, incorrect_only }));
        }
    }
    cases
}

/// Which sheets reach the threshold, for every row and tile.
#[divan::bench(args = cases(), sample_count = 20)]
fn bit_sliced(bencher: Bencher<'_, '_>, case: &Case) {
    let codes = sheets(case.sheets, case.items);
    let cells = ResponseCells::new(&vec![4; case.items], &vec![u8::from(case.incorrect_only); case.items]);
    let maps = ChoiceMaps::new(&codes, &cells, 1);
    let lists = ResponseLists::new(&codes, &cells);
    let percent = if case.incorrect_only { INCORRECT_THRESHOLD_PERCENT } else { THRESHOLD_PERCENT };
    let threshold = (case.items * percent / 100) as u32;
    bencher.counter(ItemsCount::new(case.sheets * case.sheets)).bench_local(|| {
        let mut reached = 0;
        for tile in 0..maps.tiles() {
            scan(case.path, &maps, tile, &lists, 0..lists.rows(), threshold, &mut |_, _| reached += 1);
        }
        black_box(reached)
    });
}

/// The double loop over bytes, as the compiler vectorises it.
#[divan::bench(args = SIZES.map(|(sheets, items)| format!("{sheets} × {items}")), sample_count = 20)]
fn plain_loop(bencher: Bencher<'_, '_>, size: &str) {
    let mut numbers = size.split(" × ").filter_map(|number| number.parse::<usize>().ok());
    let (Some(count), Some(items)) = (numbers.next(), numbers.next()) else { return };
    let codes = sheets(count, items);
    let threshold = (items * THRESHOLD_PERCENT / 100) as u32;
    bencher.counter(ItemsCount::new(PLAIN_ROWS * count)).bench_local(|| {
        for row in codes.chunks_exact(items).take(PLAIN_ROWS) {
            for other in codes.chunks_exact(items) {
                black_box(count_not_different(row, other) >= threshold);
            }
        }
    });
}

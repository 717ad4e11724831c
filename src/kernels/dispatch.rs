//! The safe way in: chooses the fastest path that this processor has.

use super::choice_maps::{ChoiceMaps, TILE_WORDS};
use super::response_cells::ResponseLists;
use super::scan::{Work, scan_rows};
use super::vector::Portable;
use std::ops::Range;
use std::sync::OnceLock;

/// A way of counting. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// Plain Rust, which the compiler turns into the vector instructions that every processor of the kind has:
    /// SSE2 on x86-64, NEON on AArch64.
    Portable,
    /// 256-bit registers.
    Avx2,
    /// 512-bit registers with three-input logic.
    Avx512,
}

impl Path {
    /// Those this processor can run, slowest first.
    pub fn available() -> Vec<Self> {
        [Self::Portable, Self::Avx2, Self::Avx512].into_iter().filter(|path| path.is_available()).collect()
    }

    /// The fastest that this processor can run.
    pub fn fastest() -> Self {
        static FASTEST: OnceLock<Path> = OnceLock::new();
        *FASTEST.get_or_init(|| Self::available().pop().unwrap_or(Self::Portable))
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        self == Self::Portable
    }
}

/// Finds, for each of `rows`, the columns of a tile that agree with it on at least `threshold` counted responses; items
/// that either left blank count as agreement.
///
/// `hit` is called, in the order of the rows, with the row and one bit a column, for every row that a column reaches;
/// bits past the last column are not meaningful. Maps and lists of different cells have nothing in common: `hit` is
/// not called. A path that the processor lacks is replaced by the portable one.
pub fn scan(
    path: Path,
    maps: &ChoiceMaps,
    tile: usize,
    lists: &ResponseLists,
    rows: Range<usize>,
    threshold: u32,
    hit: &mut dyn FnMut(usize, &[u64; TILE_WORDS]),
) {
    let words = maps.tile(tile);
    let rows = rows.start..rows.end.min(lists.rows());
    if words.is_empty() || maps.cells() != &lists.cells {
        return;
    }
    let work = Work { tile: words, lists, rows, threshold };
    let path = if path.is_available() { path } else { Path::Portable };
    match path {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: AVX-512F was detected; tile and lists are of the same cells, and the rows exist.
        Path::Avx512 => unsafe { super::x86::scan_avx512(&work, hit) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: AVX2 was detected; tile and lists are of the same cells, and the rows exist.
        Path::Avx2 => unsafe { super::x86::scan_avx2(&work, hit) },
        // SAFETY: plain code needs no instructions; tile and lists are of the same cells, and the rows exist.
        _ => unsafe { scan_rows::<Portable>(&work, hit) },
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, scan};
    use crate::kernels::choice_maps::{ChoiceMaps, TILE};
    use crate::kernels::response_cells::{ResponseCells, ResponseLists};
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Agreement as the scan counts it, one item at a time: what `uncounted` names does not count, a blank of
    /// either does.
    fn agreement(a: &[u8], b: &[u8], uncounted: &[u8]) -> u32 {
        let agrees = |(place, (&left, &right)): (usize, (&u8, &u8))| {
            let counted = |code: u8| code != 0 && code != uncounted[place];
            u32::from(left == 0 || (counted(left) && (left == right || right == 0)))
        };
        a.iter().zip(b).enumerate().map(agrees).sum()
    }

    /// Compares every path with the plain loop, for every row, tile, threshold and size of groups given.
    fn check(codes: &[u8], options: &[usize], uncounted: &[u8], thresholds: &[usize]) {
        let items = options.len();
        let cells = ResponseCells::new(options, uncounted);
        let lists = ResponseLists::new(codes, &cells);
        let rows = lists.rows().min(9);
        for group in [1, 2, 8] {
            let maps = ChoiceMaps::new(codes, &cells, group);
            for tile in 0..maps.tiles() {
                for &threshold in thresholds {
                    for path in Path::available() {
                        let mut reached = vec![[0u64; TILE / 64]; rows];
                        scan(path, &maps, tile, &lists, 0..rows, threshold as u32, &mut |row, columns| {
                            reached[row] = *columns
                        });
                        for (row, columns) in codes.chunks_exact(items).zip(&reached) {
                            for bit in 0..TILE {
                                let first = (tile * TILE + bit) * group;
                                let members = codes.chunks_exact(items).skip(first).take(group);
                                let counts = members.map(|other| agreement(row, other, uncounted));
                                let Some(most) = counts.max() else { continue };
                                let found = columns[bit / 64] >> (bit % 64) & 1 == 1;
                                let said = format!("{path:?}, sheet {first}, group {group}, threshold {threshold}");
                                if group == 1 {
                                    assert_eq!(found, most as usize >= threshold, "{said}");
                                } else {
                                    assert!(found || (most as usize) < threshold, "{said}: a member is lost");
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn random(sheets: usize, options: &[usize], blank_share: f64, seed: u64) -> Vec<u8> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        (0..sheets)
            .flat_map(|_| options.to_vec())
            .map(|count| if random.random_bool(blank_share) { 0 } else { random.random_range(1..=count as u8) })
            .collect()
    }

    #[test]
    fn every_path_equals_the_plain_loop_at_the_edges() {
        for sheets in [1, 2, 63, 64, 65, 255, 256, 257, 511, 512, 513, 1025] {
            let options = [4; 33];
            let codes = random(sheets, &options, 0.1, sheets as u64);
            check(&codes, &options, &[0; 33], &[0, 1, 5, 8, 12, 33, 34]);
            check(&codes, &options, &[1; 33], &[0, 1, 5, 8, 12, 33, 34]);
        }
        for items in [1, 2, 15, 16, 17, 31, 32, 33, 127, 128, 129, 255, 256, 500] {
            let options: Vec<usize> = (0..items).map(|item| 2 + item % 9).collect();
            let thresholds = [1, items / 4, items / 3, items / 2, items, items + 1];
            let uncounted: Vec<u8> = (0..items).map(|item| (item % 3) as u8).collect();
            check(&random(70, &options, 0.05, items as u64), &options, &uncounted, &thresholds);
        }
        check(&[0; 40], &[4; 10], &[0; 10], &[0, 1, 10, 11]);
        check(&[0; 40], &[4; 10], &[2; 10], &[0, 1, 10, 11]);
        check(&[], &[4; 10], &[0; 10], &[1]);
        check(&[1; 5120], &[1; 10], &[0; 10], &[9, 10, 11]);
        check(&[1; 5120], &[1; 10], &[1; 10], &[0, 1]);
    }

    #[test]
    fn maps_and_lists_of_different_forms_have_nothing_in_common() {
        let (small, large) = (ResponseCells::new(&[2; 3], &[]), ResponseCells::new(&[4; 90], &[]));
        let maps = ChoiceMaps::new(&[1; 3], &small, 1);
        let lists = ResponseLists::new(&[4; 90], &large);
        scan(Path::fastest(), &maps, 0, &lists, 0..1, 1, &mut |row, _| panic!("row {row}"));
        scan(Path::fastest(), &maps, 9, &ResponseLists::new(&[1; 3], &small), 0..7, 1, &mut |row, _| {
            panic!("row {row} of no tile")
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn every_path_equals_the_plain_loop_at_random(
            sheets in 1usize..600, options in prop::collection::vec(1usize..11, 1..80),
            blank_share in 0.0f64..0.5, threshold in 0usize..80, keyed: bool, seed: u64
        ) {
            let uncounted = vec![u8::from(keyed); options.len()];
            check(&random(sheets, &options, blank_share, seed), &options, &uncounted, &[threshold]);
        }
    }
}

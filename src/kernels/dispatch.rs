//! The safe way in: chooses the fastest path that this processor has.

use super::choice_maps::{ChoiceMaps, RowMaps, TILE_WORDS};
use super::vector::Portable;
use super::vertical::reach;
use std::sync::OnceLock;

/// A way of counting. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// Plain Rust.
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

/// Which sheets of a tile agree with a row on at least `threshold` items, blanks of either counted as
/// agreement.
///
/// **Returns**: one bit a sheet; bits past the last sheet are not meaningful. A path that the processor lacks
/// is replaced by the portable one.
pub fn sheets_reaching(
    path: Path,
    maps: &ChoiceMaps,
    tile: usize,
    row: &RowMaps,
    threshold: usize,
) -> [u64; TILE_WORDS] {
    let words = maps.tile(tile);
    let mut reached = [0u64; TILE_WORDS];
    let Some(threshold) = threshold.checked_sub(row.blanks).filter(|&left| left > 0) else {
        return [u64::MAX; TILE_WORDS];
    };
    let inside = row.offsets.iter().all(|&offset| offset as usize + TILE_WORDS <= words.len());
    if threshold > row.offsets.len() || !inside || row.offsets.len() >= 1 << 15 {
        // Forms of 32,768 items do not exist; a row of other maps has nothing in common with this tile.
        return reached;
    }
    let path = if path.is_available() { path } else { Path::Portable };
    match path {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: AVX-512F was detected, and every offset was checked to leave a whole tile of words.
        Path::Avx512 => unsafe { super::x86::reach_avx512(words, &row.offsets, threshold, &mut reached) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: AVX2 was detected, and every offset was checked to leave a whole tile of words.
        Path::Avx2 => unsafe { super::x86::reach_avx2(words, &row.offsets, threshold, &mut reached) },
        // SAFETY: plain code needs no instructions, and every offset was checked.
        _ => unsafe { reach::<Portable>(words, &row.offsets, threshold, &mut reached) },
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::{Path, sheets_reaching};
    use crate::kernels::choice_maps::{ChoiceMaps, TILE};
    use crate::kernels::plain::count_not_different;
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Compares every path with the plain loop, for every row, tile and threshold given.
    fn check(codes: &[u8], options: &[usize], thresholds: &[usize]) {
        let maps = ChoiceMaps::new(codes, options);
        let items = options.len();
        for (row_no, row_codes) in codes.chunks_exact(items).enumerate().take(9) {
            let row = maps.row(row_codes);
            for tile in 0..maps.tiles() {
                for &threshold in thresholds {
                    for path in Path::available() {
                        let reached = sheets_reaching(path, &maps, tile, &row, threshold);
                        for sheet in tile * TILE..((tile + 1) * TILE).min(maps.sheets()) {
                            let other = &codes[sheet * items..(sheet + 1) * items];
                            let expected = count_not_different(row_codes, other) as usize >= threshold;
                            let bit = sheet % TILE;
                            assert_eq!(
                                reached[bit / 64] >> (bit % 64) & 1 == 1,
                                expected,
                                "{path:?}, row {row_no}, sheet {sheet}, threshold {threshold}"
                            );
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
            check(&random(sheets, &options, 0.1, sheets as u64), &options, &[0, 1, 5, 8, 12, 33, 34]);
        }
        for items in [1, 2, 15, 16, 17, 31, 32, 33, 127, 128, 129, 255, 256, 500] {
            let options: Vec<usize> = (0..items).map(|item| 2 + item % 9).collect();
            let thresholds = [1, items / 4, items / 3, items / 2, items, items + 1];
            check(&random(70, &options, 0.05, items as u64), &options, &thresholds);
        }
        check(&[0; 40], &[4; 10], &[0, 1, 10, 11]);
        check(&[], &[4; 10], &[1]);
        check(&[1; 5120], &[1; 10], &[9, 10, 11]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn every_path_equals_the_plain_loop_at_random(
            sheets in 1usize..600, options in prop::collection::vec(1usize..11, 1..80),
            blank_share in 0.0f64..0.5, threshold in 0usize..80, seed: u64
        ) {
            check(&random(sheets, &options, blank_share, seed), &options, &[threshold]);
        }
    }
}

//! Many rows against one tile.

use super::choice_maps::{Map, TILE_WORDS};
use super::response_cells::ResponseLists;
use super::vector::Vector;
use super::vertical::{Start, reach};
use std::ops::Range;

/// Longer rows, which no form has, are not counted: every column is said to reach.
const LONGEST: usize = 65_532;

/// Rows, and the tile they are held against.
pub(super) struct Work<'a> {
    pub(super) tile: &'a [Map],
    pub(super) lists: &'a ResponseLists,
    pub(super) rows: Range<usize>,
    /// What each has to reach, blanks not yet taken off.
    pub(super) threshold: u32,
}

/// Calls `hit` with the row and the columns reached, for every row that at least one column reaches.
///
/// # Safety
/// The instructions of `V` must be available; tile and lists must be made from the same cells, and the rows exist.
#[inline(always)]
pub(super) unsafe fn scan_rows<V: Vector>(work: &Work<'_>, hit: &mut dyn FnMut(usize, &[u64; TILE_WORDS])) {
    let mut reached = [0u64; TILE_WORDS];
    // Most rows of one call have to reach the same.
    // SAFETY: the caller promises the instructions.
    let mut start = (1, unsafe { Start::<V>::new(1) });
    for row in work.rows.clone() {
        let threshold = (work.threshold as usize).saturating_sub(work.lists.blanks(row));
        if threshold == 0 {
            hit(row, &[u64::MAX; TILE_WORDS]);
            continue;
        }
        if threshold > work.lists.counted(row) {
            continue;
        }
        let offsets = work.lists.offsets(row);
        if offsets.len() > LONGEST {
            hit(row, &[u64::MAX; TILE_WORDS]);
            continue;
        }
        if start.0 != threshold {
            // SAFETY: the caller promises the instructions.
            start = (threshold, unsafe { Start::new(threshold) });
        }
        // SAFETY: the caller promises the instructions. Lists and tile come from the same cells, so each offset is
        // that of one of the tile's maps, the empty one included; the lists fill rows up as `reach` asks.
        let any = unsafe { reach::<V>(work.tile.as_ptr(), offsets, &start.1, &mut reached) };
        if any {
            hit(row, &reached);
        }
    }
}

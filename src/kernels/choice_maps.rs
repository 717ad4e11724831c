//! Sheets turned on their side: for each item and option of a tile of columns, one bit a column that says
//! who chose it. Someone who left the item blank is marked under every option, so that a count over these
//! maps never falls below the true number of matches plus blanks.
//!
//! A column is one sheet, or a group of neighbours whose maps are joined by OR: a group's count is at least
//! that of each member, so a group below the threshold loses nobody.

use super::response_cells::ResponseCells;

/// Columns of one tile.
pub const TILE: usize = 512;
/// 64-bit words of one map.
pub const TILE_WORDS: usize = TILE / 64;

/// One map: one cache line, aligned as one, so that no load touches two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(super) struct Map(pub(super) [u64; TILE_WORDS]);

/// The empty map, at the end of every tile: what the lists of rows are filled up with.
const EMPTY: Map = Map([0; TILE_WORDS]);

/// The maps of all tiles of a form.
#[derive(Clone, Debug)]
pub struct ChoiceMaps {
    maps: Vec<Map>,
    cells: ResponseCells,
    sheets: usize,
    group: usize,
}

impl ChoiceMaps {
    /// Builds the maps.
    ///
    /// **Input**: `codes`: sheets × items row-major, 0 = blank, k = option k; `group`: sheets of one column, at
    /// least 1. A code past its item's options counts as blank.
    pub fn new(codes: &[u8], cells: &ResponseCells, group: usize) -> Self {
        let (items, group) = (cells.items(), group.max(1));
        let sheets = codes.len().checked_div(items).unwrap_or(0);
        let stride = cells.cells() + 1;
        let mut maps = vec![EMPTY; sheets.div_ceil(TILE * group) * stride];
        for (sheet, row) in codes.chunks_exact(items.max(1)).enumerate() {
            let column = sheet / group;
            let (tile, bit) = (column / TILE, column % TILE);
            for (item, &code) in row.iter().enumerate() {
                for cell in cells.marked(item, code) {
                    maps[tile * stride + cell].0[bit / 64] |= 1 << (bit % 64);
                }
            }
        }
        Self { maps, cells: cells.clone(), sheets, group }
    }

    /// Joins pairs of neighbouring columns: the maps of groups twice as large.
    pub fn doubled(&self) -> Self {
        let stride = self.cells.cells() + 1;
        let tiles = self.tiles();
        let mut maps = vec![EMPTY; tiles.div_ceil(2) * stride];
        for (place, map) in self.maps.iter().enumerate() {
            let (tile, cell) = (place / stride, place % stride);
            let joined = &mut maps[tile / 2 * stride + cell].0;
            for (word, bits) in map.0.iter().enumerate() {
                let half = u64::from(even_bits(bits | bits >> 1));
                let place = (tile % 2) * TILE_WORDS / 2 + word / 2;
                joined[place] |= half << (word % 2 * 32);
            }
        }
        Self { maps, cells: self.cells.clone(), sheets: self.sheets, group: self.group * 2 }
    }

    /// Number of tiles.
    pub fn tiles(&self) -> usize {
        self.sheets.div_ceil(TILE * self.group)
    }

    /// Sheets in all tiles.
    pub fn sheets(&self) -> usize {
        self.sheets
    }

    /// Sheets of one column.
    pub fn group(&self) -> usize {
        self.group
    }

    /// What the maps stand for.
    pub(super) fn cells(&self) -> &ResponseCells {
        &self.cells
    }

    /// The maps of one tile; empty past the last.
    pub(super) fn tile(&self, tile: usize) -> &[Map] {
        let stride = self.cells.cells() + 1;
        self.maps.get(tile * stride..(tile + 1) * stride).unwrap_or(&[])
    }
}

/// The bits at even places, moved together.
fn even_bits(bits: u64) -> u32 {
    let mut bits = bits & 0x5555_5555_5555_5555;
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333;
    bits = (bits | bits >> 2) & 0x0F0F_0F0F_0F0F_0F0F;
    bits = (bits | bits >> 4) & 0x00FF_00FF_00FF_00FF;
    bits = (bits | bits >> 8) & 0x0000_FFFF_0000_FFFF;
    (bits | bits >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::{ChoiceMaps, TILE};
    use crate::kernels::response_cells::ResponseCells;

    #[test]
    fn doubling_equals_building_with_twice_the_group() {
        let items = 7;
        let cells = ResponseCells::new(&[3; 7], &[1; 7]);
        for sheets in [1, 63, 64, 65, TILE, TILE + 1, 2 * TILE + 70, 5 * TILE] {
            let codes: Vec<u8> = (0..sheets * items).map(|place| (place * place % 11 % 4) as u8).collect();
            let mut doubled = ChoiceMaps::new(&codes, &cells, 1);
            for group in [2, 4, 8, 16] {
                doubled = doubled.doubled();
                let built = ChoiceMaps::new(&codes, &cells, group);
                assert_eq!((doubled.tiles(), doubled.group()), (built.tiles(), group));
                assert_eq!(doubled.maps, built.maps, "{sheets} sheets in groups of {group}");
            }
        }
    }
}

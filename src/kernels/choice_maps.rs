//! Sheets turned on their side: for each item and option of a tile of sheets, one bit a sheet that says
//! who chose it. Someone who left the item blank is marked under every option, so that a count over these
//! maps never falls below the true number of matches plus blanks.

/// Sheets of one tile.
pub const TILE: usize = 512;
/// 64-bit words of one map.
pub const TILE_WORDS: usize = TILE / 64;

/// The maps of all tiles of a form.
#[derive(Clone, Debug)]
pub struct ChoiceMaps {
    /// For each tile, each cell (item, option), [`TILE_WORDS`] words.
    words: Vec<u64>,
    /// First cell of each item.
    item_cells: Vec<u32>,
    cells: usize,
    sheets: usize,
}

impl ChoiceMaps {
    /// Builds the maps.
    ///
    /// **Input**: `codes`: sheets × items row-major, 0 = blank, k = option k; `options`: number of options of
    /// each item. A code past its item's options counts as blank.
    pub fn new(codes: &[u8], options: &[usize]) -> Self {
        let mut item_cells = Vec::with_capacity(options.len());
        let mut cells = 0usize;
        for &count in options {
            item_cells.push(cells as u32);
            cells += count;
        }
        let sheets = codes.len().checked_div(options.len()).unwrap_or(0);
        let mut words = vec![0u64; sheets.div_ceil(TILE) * cells * TILE_WORDS];
        for sheet in 0..sheets {
            let (tile, bit) = (sheet / TILE, sheet % TILE);
            let row = &codes[sheet * options.len()..(sheet + 1) * options.len()];
            for ((&code, &first), &count) in row.iter().zip(&item_cells).zip(options) {
                let code = usize::from(code);
                let chosen = if code == 0 || code > count { 0..count } else { code - 1..code };
                for option in chosen {
                    let map = (tile * cells + first as usize + option) * TILE_WORDS;
                    words[map + bit / 64] |= 1 << (bit % 64);
                }
            }
        }
        Self { words, item_cells, cells, sheets }
    }

    /// Number of tiles.
    pub fn tiles(&self) -> usize {
        self.sheets.div_ceil(TILE)
    }

    /// Sheets in all tiles.
    pub fn sheets(&self) -> usize {
        self.sheets
    }

    /// The words of one tile; empty past the last.
    pub(super) fn tile(&self, tile: usize) -> &[u64] {
        let size = self.cells * TILE_WORDS;
        self.words.get(tile * size..(tile + 1) * size).unwrap_or(&[])
    }

    /// The maps that a sheet's responses select, the same in every tile.
    ///
    /// **Returns**: the row; blanks are left out of the list and counted.
    pub fn row(&self, codes: &[u8]) -> RowMaps {
        let mut offsets = Vec::with_capacity(codes.len());
        let mut blanks = 0;
        for (item, (&code, &first)) in codes.iter().zip(&self.item_cells).enumerate() {
            let next = self.item_cells.get(item + 1).map_or(self.cells, |&cell| cell as usize);
            match usize::from(code).checked_sub(1).map(|option| first as usize + option) {
                Some(cell) if cell < next => offsets.push((cell * TILE_WORDS) as u32),
                _ => blanks += 1,
            }
        }
        RowMaps { offsets, blanks }
    }
}

/// The maps that one sheet's responses select.
#[derive(Clone, Debug)]
pub struct RowMaps {
    /// Word offsets within a tile.
    pub(super) offsets: Vec<u32>,
    /// Items left blank.
    pub(super) blanks: usize,
}

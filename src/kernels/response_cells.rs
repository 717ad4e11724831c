//! Which responses are counted, and where each has its map.

use super::choice_maps::Map;
use std::ops::Range;

/// The counted responses of a form, numbered item by item and option by option. Two sheets agree on an item when
/// both gave the same counted response; leaving out the keyed ones counts identical incorrect responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseCells {
    /// First cell of each item, and the number of cells at the end.
    starts: Vec<u32>,
    /// Option of each item that is not counted, 0 = all are.
    uncounted: Vec<u8>,
    /// Options of each item.
    options: Vec<u16>,
}

impl ResponseCells {
    /// **Input**: number of options of each item; `uncounted`: of each item the code of the response that does not
    /// count, such as the keyed one, 0 = all count. Missing entries count as 0.
    pub fn new(options: &[usize], uncounted: &[u8]) -> Self {
        let mut starts = vec![0];
        let mut kept = Vec::with_capacity(options.len());
        let mut cells = 0;
        for (item, &count) in options.iter().enumerate() {
            let code = uncounted.get(item).copied().filter(|code| usize::from(*code) <= count).unwrap_or(0);
            cells += count as u32 - u32::from(code > 0);
            starts.push(cells);
            kept.push(code);
        }
        Self {
            starts,
            uncounted: kept,
            options: options.iter().map(|&count| count.min(usize::from(u16::MAX)) as u16).collect(),
        }
    }

    /// Number of items.
    pub fn items(&self) -> usize {
        self.options.len()
    }

    /// Number of counted responses.
    pub fn cells(&self) -> usize {
        self.starts.last().map_or(0, |&cells| cells as usize)
    }

    /// Cells under which a response is marked: its own, none when it is not counted, all of the item for a blank.
    pub(super) fn marked(&self, item: usize, code: u8) -> Range<usize> {
        let (start, end) = (self.starts[item] as usize, self.starts[item + 1] as usize);
        if code == 0 || u16::from(code) > self.options[item] {
            return start..end;
        }
        let uncounted = self.uncounted[item];
        if code == uncounted {
            return start..start;
        }
        let cell = start + usize::from(code) - 1 - usize::from(uncounted > 0 && code > uncounted);
        cell..cell + 1
    }

    /// The byte offset within a tile of the map of a cell.
    fn offset(cell: usize) -> u32 {
        (cell * size_of::<Map>()) as u32
    }
}

/// The maps that each row selects, the same in every tile.
#[derive(Clone, Debug)]
pub struct ResponseLists {
    pub(super) cells: ResponseCells,
    /// Byte offsets within a tile, row after row, each row filled up to a multiple of [`FILL`] with the empty map.
    offsets: Vec<u32>,
    /// First offset of each row, and the end of the last.
    starts: Vec<usize>,
    /// Counted responses of each row.
    counted: Vec<u16>,
    /// Blanks of each row.
    blanks: Vec<u16>,
}

/// Rows are filled up to a multiple of this, which saves the kernel a loop over single maps.
pub(super) const FILL: usize = 4;

impl ResponseLists {
    /// **Input**: `codes`: rows × items row-major, as for the maps. A blank of an item whose responses all count
    /// agrees with every column.
    pub fn new(codes: &[u8], cells: &ResponseCells) -> Self {
        let items = cells.items().max(1);
        let rows = codes.len() / items;
        let mut lists = Self {
            cells: cells.clone(),
            offsets: Vec::with_capacity(codes.len() / 2),
            starts: Vec::with_capacity(rows + 1),
            counted: Vec::with_capacity(rows),
            blanks: Vec::with_capacity(rows),
        };
        let empty = ResponseCells::offset(cells.cells());
        lists.starts.push(0);
        for row in codes.chunks_exact(items) {
            let (mut counted, mut blanks) = (0u16, 0u16);
            for (item, &code) in row.iter().enumerate() {
                if code == 0 || u16::from(code) > cells.options[item] {
                    blanks = blanks.saturating_add(1);
                } else {
                    let marked = cells.marked(item, code);
                    counted = counted.saturating_add(marked.len() as u16);
                    lists.offsets.extend(marked.map(ResponseCells::offset));
                }
            }
            while !lists.offsets.len().is_multiple_of(FILL) {
                lists.offsets.push(empty);
            }
            lists.starts.push(lists.offsets.len());
            lists.counted.push(counted);
            lists.blanks.push(blanks);
        }
        lists
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.counted.len()
    }

    /// Counted responses of a row.
    pub fn counted(&self, row: usize) -> usize {
        usize::from(self.counted[row])
    }

    /// Items that a row leaves blank.
    pub fn blanks(&self, row: usize) -> usize {
        usize::from(self.blanks[row])
    }

    /// Byte offsets of a row's maps, a multiple of [`FILL`] of them.
    pub(super) fn offsets(&self, row: usize) -> &[u32] {
        &self.offsets[self.starts[row]..self.starts[row + 1]]
    }
}

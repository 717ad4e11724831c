//! Old Excel workbooks: the extents of their sheets, measured before a reader makes dense rectangles
//! of them. Walks Microsoft's compound file (MS-CFB) to the workbook stream and looks at the record
//! headers of BIFF in it; no cell is read.

use crate::ingest::archive;
use crate::ingest::limits::Limits;
use crate::model::text::Bilingual;

const HEADER_BYTES: usize = 512;
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const MINI_SECTOR_BYTES: usize = 64;
/// Shorter streams lie in the small sectors. The header could name another size; the reader that this
/// guards does not ask it either.
const SMALL_STREAM_BYTES: usize = 4096;
const DIRECTORY_ENTRY_BYTES: usize = 128;
/// A cell of the reader's rectangle takes 24 bytes or more.
const MAX_CELLS: u64 = 50_000_000;

/// Fails when the workbook has no readable stream or its sheets are too large as rectangles.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), Bilingual> {
    let stream = workbook_stream(bytes).ok_or_else(|| archive::broken("no workbook inside"))?;
    let limit = limits.max_cells.min(MAX_CELLS);
    if rectangles(&stream) > limit {
        return Err(archive::too_many_cells(&Limits { max_cells: limit, ..limits.clone() }));
    }
    Ok(())
}

/// Cells of all sheets, each as the rectangle around its cells or as it declares, whichever is larger.
fn rectangles(stream: &[u8]) -> u64 {
    let starts = records(stream, 0).filter(|(kind, _)| *kind == BOUND_SHEET).filter_map(|(_, data)| u32_at(data, 0));
    let cells = |start: u32| usize::try_from(start).map_or(0, |start| sheet_extent(stream, start).cells());
    starts.map(cells).fold(0, u64::saturating_add)
}

const BOUND_SHEET: u16 = 0x0085;
const BEGINNING: u16 = 0x0809;
const END: u16 = 0x000A;
const DIMENSIONS: u16 = 0x0200;
const SEVERAL_NUMBERS: u16 = 0x00BD;
/// Number, label, boolean, formula, text of the shared table, several numbers, packed number, rich text.
const CELLS: [u16; 8] = [0x0203, 0x0204, 0x0205, 0x0006, 0x00FD, SEVERAL_NUMBERS, 0x027E, 0x00D6];

/// The records from `start` on, as kind and data.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = start;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
        let data = stream.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        Some((kind, data))
    })
}

/// The extent of the sheet whose records begin at `start`; those of charts inside it are left out.
fn sheet_extent(stream: &[u8], start: usize) -> Extent {
    let mut extent = Extent::default();
    let mut depth = 0;
    for (kind, data) in records(stream, start) {
        match kind {
            BEGINNING => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            DIMENSIONS if depth <= 1 => extent.declare(data),
            _ if depth <= 1 && CELLS.contains(&kind) => {
                if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) {
                    let last = (kind == SEVERAL_NUMBERS).then(|| u16_at(data, data.len().saturating_sub(2))).flatten();
                    extent.hold(u64::from(row), u64::from(column), u64::from(last.unwrap_or(column).max(column)));
                }
            }
            _ => {}
        }
    }
    extent
}

#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    declared: u64,
    /// Top, bottom, left, right, once there is a cell.
    held: Option<(u64, u64, u64, u64)>,
}

impl Extent {
    /// Rows have four bytes since Excel 97 and two before.
    fn declare(&mut self, data: &[u8]) {
        let fields = match data.len() {
            10 => (u16_at(data, 0).map(u32::from), u16_at(data, 2).map(u32::from), u16_at(data, 4), u16_at(data, 6)),
            _ => (u32_at(data, 0), u32_at(data, 4), u16_at(data, 8), u16_at(data, 10)),
        };
        if let (Some(top), Some(bottom), Some(_), Some(right)) = fields {
            // The reader subtracts without looking when the last row lies above the first.
            let reversed = bottom > 0 && bottom - 1 < top;
            let cells = (u64::from(bottom) + 1).saturating_mul(u64::from(right) + 1);
            self.declared = if reversed { u64::MAX } else { self.declared.max(cells) };
        }
    }

    fn hold(&mut self, row: u64, first: u64, last: u64) {
        self.held = Some(match self.held {
            None => (row, row, first, last),
            Some((top, bottom, left, right)) => (top.min(row), bottom.max(row), left.min(first), right.max(last)),
        });
    }

    fn cells(self) -> u64 {
        let held = self.held.map_or(0, |(top, bottom, left, right)| (bottom - top + 1) * (right - left + 1));
        held.max(self.declared)
    }
}

/// The stream `Workbook` (or `Book`, before Excel 97) of a compound file.
fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let sector_bytes = match u16_at(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let sector = |index: u32| {
        let start =
            HEADER_BYTES.max(sector_bytes).checked_add(usize::try_from(index).ok()?.checked_mul(sector_bytes)?)?;
        bytes.get(start..bytes.len().min(start.checked_add(sector_bytes)?)).filter(|part| !part.is_empty())
    };
    let table = allocation_table(bytes, &sector)?;
    let chain = |first: u32, table: &[u32], part: &dyn Fn(u32) -> Option<Vec<u8>>| {
        let mut content = Vec::new();
        let mut index = first;
        // A chain longer than the table runs in a circle.
        for _ in 0..=table.len() {
            if index >= LAST_SECTOR {
                return Some(content);
            }
            content.extend(part(index)?);
            index = *table.get(usize::try_from(index).ok()?)?;
        }
        None
    };
    let from_file = |index: u32| sector(index).map(<[u8]>::to_vec);
    let directory = chain(u32_at(bytes, 48)?, &table, &from_file)?;
    let entries: Vec<&[u8]> = directory.chunks_exact(DIRECTORY_ENTRY_BYTES).collect();
    let entry = ["Workbook", "Book"].iter().find_map(|name| entries.iter().find(|entry| has_name(entry, name)))?;
    let (first, size) = (u32_at(entry, 116)?, usize::try_from(u32_at(entry, 120)?).ok()?);
    let mut stream = if size < SMALL_STREAM_BYTES {
        let root = entries.first()?;
        let small = chain(u32_at(root, 116)?, &table, &from_file)?;
        let small_table: Vec<u32> = words(&chain(u32_at(bytes, 60)?, &table, &from_file)?).collect();
        let from_small = |index: u32| {
            let start = usize::try_from(index).ok()?.checked_mul(MINI_SECTOR_BYTES)?;
            small.get(start..small.len().min(start + MINI_SECTOR_BYTES)).map(<[u8]>::to_vec)
        };
        chain(first, &small_table, &from_small)?
    } else {
        chain(first, &table, &from_file)?
    };
    stream.truncate(size);
    Some(stream)
}

/// The file allocation table, whose own sectors are listed in the header and in further sectors.
fn allocation_table<'a>(bytes: &[u8], sector: &impl Fn(u32) -> Option<&'a [u8]>) -> Option<Vec<u32>> {
    let mut lists: Vec<u32> = words(bytes.get(76..HEADER_BYTES)?).collect();
    let mut next = u32_at(bytes, 68)?;
    let most = bytes.len() / HEADER_BYTES;
    for _ in 0..most {
        if next >= LAST_SECTOR {
            break;
        }
        let mut list: Vec<u32> = words(sector(next)?).collect();
        next = list.pop()?;
        lists.extend(list);
    }
    let mut table = Vec::new();
    for index in lists.into_iter().filter(|index| *index < LAST_SECTOR).take(most) {
        table.extend(words(sector(index)?));
    }
    Some(table)
}

fn has_name(entry: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    entry.starts_with(&wide)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|word| u32_at(word, 0))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
    }

    #[test]
    fn rectangles_are_what_a_dense_reader_would_make() {
        let corner =
            |row: u16, column: u16| record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat());
        let (beginning, end) = (record(BEGINNING, &[0; 16]), record(END, &[]));
        let book = |sheets: &[Vec<u8>]| {
            let mut start = u32::try_from(sheets.len() * 12 + 4).unwrap();
            let mut globals = Vec::new();
            for sheet in sheets {
                globals.extend(record(BOUND_SHEET, &[&start.to_le_bytes()[..], &[0; 4]].concat()));
                start += u32::try_from(sheet.len()).unwrap();
            }
            [globals, end.clone(), sheets.concat()].concat()
        };
        let sheet = |parts: &[Vec<u8>]| [beginning.clone(), parts.concat(), end.clone()].concat();
        let chart = sheet(&[corner(60_000, 0)]);
        assert_eq!(rectangles(&book(&[sheet(&[corner(0, 0), chart.clone(), corner(65_535, 65_535)])])), 1 << 32);
        let two = [sheet(&[corner(3, 1), chart, corner(4, 2)]), sheet(&[corner(9, 9)])];
        assert_eq!(rectangles(&book(&two)), 4 + 1);
        let mut declared = vec![0; 14];
        declared[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(rectangles(&book(&[sheet(&[record(DIMENSIONS, &declared)])])), 1 << 32);
        declared[0] = 9;
        declared[4..8].copy_from_slice(&3_u32.to_le_bytes());
        assert_eq!(rectangles(&book(&[sheet(&[record(DIMENSIONS, &declared)])])), u64::MAX);
    }
}

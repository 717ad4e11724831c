//! Going through the rows of a sheet: which are data, which are left out, which were refused.

use crate::ingest::error::refusal;
use crate::ingest::header;
use crate::ingest::plan::SheetPlan;
use crate::ingest::raw::{RawRow, ReadBlocks, RowBlock};
use crate::ingest::row::{Row, shown};
use crate::model::identity::mask_embedded_numbers;
use crate::model::progress::Progress;
use crate::model::provenance::Provenance;
use crate::model::quarantine::QuarantineEntry;
use rayon::prelude::*;
use std::ops::AddAssign;

/// How many rows went where. Every row below the header is read or skipped; every row read is kept or refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Data rows.
    pub read: u64,
    /// Of these, refused.
    pub refused: u64,
    /// Blank rows, footers, repeated headers, rows a filter leaves out.
    pub skipped: u64,
}

impl AddAssign for RowCounts {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.refused += other.refused;
        self.skipped += other.skipped;
    }
}

/// What a sheet gave.
#[derive(Clone, Debug)]
pub struct SheetYield<R> {
    /// Records in the order of the file.
    pub records: Vec<R>,
    /// Refusals and notes.
    pub entries: Vec<QuarantineEntry>,
    /// Counts.
    pub counts: RowCounts,
}

/// Converts every data row of a sheet, blocks in parallel, order kept.
pub fn convert_rows<R: Send>(
    plan: &SheetPlan,
    blocks: &dyn ReadBlocks,
    progress: &dyn Progress,
    convert: impl Fn(&mut Row<'_>) -> Option<R> + Sync,
) -> SheetYield<R> {
    let parts: Vec<SheetYield<R>> = (0..blocks.count())
        .into_par_iter()
        .map(|index| {
            let block = blocks.read(index);
            let mut part = SheetYield { records: Vec::with_capacity(block.len()), ..SheetYield::default() };
            part.counts = for_each_row(plan, &block, &mut part.entries, |row| match convert(row) {
                Some(record) if !row.is_refused() => part.records.push(record),
                _ => {}
            });
            progress.advance(part.counts.read);
            part
        })
        .collect();
    let mut whole = SheetYield::default();
    whole.records.reserve_exact(parts.iter().map(|part| part.records.len()).sum());
    for mut part in parts {
        whole.records.append(&mut part.records);
        whole.entries.append(&mut part.entries);
        whole.counts += part.counts;
    }
    whole
}

impl<R> Default for SheetYield<R> {
    fn default() -> Self {
        Self { records: Vec::new(), entries: Vec::new(), counts: RowCounts::default() }
    }
}

/// Calls `visit` on each data row of a block; a row is kept unless it is refused by the end of the call.
pub fn for_each_row(
    plan: &SheetPlan,
    block: &RowBlock,
    entries: &mut Vec<QuarantineEntry>,
    mut visit: impl FnMut(&mut Row<'_>),
) -> RowCounts {
    let mut counts = RowCounts::default();
    for raw in block.rows().filter(|raw| raw.number() > plan.header.last_row) {
        if is_left_out(plan, &raw) {
            counts.skipped += 1;
            continue;
        }
        counts.read += 1;
        if let Some(entry) = beyond_header(plan, &raw) {
            let refused = entry.row_refused;
            entries.push(entry);
            if refused {
                counts.refused += 1;
                continue;
            }
        }
        let mut row = Row::new(plan, raw, entries);
        visit(&mut row);
        counts.refused += u64::from(row.is_refused());
    }
    for problem in &block.problems {
        // A problem of one cell leaves its row readable; otherwise the row exists only here.
        let is_whole_row = !block.rows().any(|raw| raw.number() == problem.row);
        if is_whole_row && problem.row > plan.header.last_row {
            counts.read += 1;
            counts.refused += 1;
        }
        entries.push(QuarantineEntry {
            source: Provenance { file: plan.file, sheet: plan.sheet, row: problem.row },
            column: String::new(),
            value: shown(&mask_embedded_numbers(&problem.value)),
            rule: problem.rule,
            row_refused: is_whole_row,
            reason: problem.reason.clone(),
        });
    }
    counts
}

/// A cell with content where the header has no column. In delimited text it means that a separator too many
/// has shifted the row (`1,000` without quotes), so nothing in the row can be trusted; in a workbook it is a
/// remark beside the table.
fn beyond_header(plan: &SheetPlan, raw: &RawRow<'_>) -> Option<QuarantineEntry> {
    let width = plan.header.names.len();
    let value = (width..raw.len()).filter_map(|column| raw.cell(column)).find(|cell| !cell.trim().is_empty())?;
    let reason = if plan.delimited {
        refusal(
            "本行的单元格比表头多，各列可能已错位",
            "检查多余的分隔符，例如未加引号的 1,000",
            "the row has more cells than the header, so its columns may be shifted",
            "look for a separator too many, such as 1,000 without quotes",
        )
    } else {
        refusal(
            "表头之外的单元格有内容，未使用",
            "如需使用，请为该列补上表头",
            "a cell beyond the header has content, which is not used",
            "give the column a header if it matters",
        )
    };
    Some(QuarantineEntry {
        source: Provenance { file: plan.file, sheet: plan.sheet, row: raw.number() },
        column: String::new(),
        value: shown(&mask_embedded_numbers(value)),
        rule: if plan.delimited { "row-too-long" } else { "cell-beyond-header" },
        row_refused: plan.delimited,
        reason,
    })
}

fn is_left_out(plan: &SheetPlan, raw: &RawRow<'_>) -> bool {
    header::is_blank(raw)
        || header::is_footer(raw)
        || header::repeats(raw, &plan.header.names)
        || plan.filters.iter().any(|(column, accepted)| {
            let value = crate::ingest::clean::comparable(raw.cell(*column).unwrap_or(""));
            !accepted.contains(&value)
        })
}

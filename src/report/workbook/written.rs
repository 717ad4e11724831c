//! Pairs of written answers that share passages, a row a pair.

use crate::model::run::Inspection;
use crate::model::written_evidence::{PartKind, WrittenSide};
use crate::report::error::ReportError;
use crate::report::page::written::{comparisons, state_keys};
use crate::report::view::source_row;
use crate::report::workbook::grid::{Cell, Column, Grid, column, sheet_name};
use crate::report::written_tables::question_name;
use rust_xlsxwriter::Workbook;

/// Characters of the passages of one pair in a cell.
const PASSAGES_SHOWN: usize = 2_000;

const PAIRS: &[Column] = &[
    column("question", 28),
    column("batch_a", 18),
    column("candidate_a", 20),
    column("batch_b", 18),
    column("candidate_b", 20),
    column("cluster", 8),
    column("state", 24),
    column("characters_covered", 10),
    column("characters_shorter", 10),
    column("share", 10),
    column("longest_passage", 10),
    column("passages", 10),
    column("dice", 10),
    column("likeness", 10),
    column("passage_texts", 80),
    column("file_a", 28),
    column("row_a", 8),
    column("file_b", 28),
    column("row_b", 8),
];

/// Every pair kept.
pub fn pairs(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.written"), PAIRS, maximum_rows)?;
    for found in comparisons(inspection) {
        for pair in &found.pairs {
            let (a, b) = (source_row(inspection, pair.a.source), source_row(inspection, pair.b.source));
            let states: Vec<String> = state_keys(pair)
                .into_iter()
                .filter_map(|key| match Cell::word(key) {
                    Cell::Text(text) => Some(text),
                    _ => None,
                })
                .collect();
            grid.push(&[
                Cell::text(question_name(&found.question)),
                Cell::text(pair.a.holder.batch_id.as_str()),
                Cell::text(pair.a.holder.candidate_id.as_str()),
                Cell::text(pair.b.holder.batch_id.as_str()),
                Cell::text(pair.b.holder.candidate_id.as_str()),
                pair.cluster.map_or(Cell::Empty, |cluster| Cell::count(cluster.into())),
                Cell::Text(states.join("; ")),
                Cell::count(pair.covered.into()),
                Cell::count(pair.shorter.into()),
                Cell::Real(pair.share()),
                Cell::count(pair.longest.into()),
                Cell::count(pair.passages.into()),
                Cell::Real(pair.dice),
                Cell::real(pair.likeness),
                Cell::text(passages(&pair.a)),
                Cell::Text(a.file),
                Cell::Whole(a.row.into()),
                Cell::Text(b.file),
                Cell::Whole(b.row.into()),
            ])?;
        }
    }
    grid.finish()
}

/// The passages of a text by their numbers: `[1] … [2] …`.
fn passages(side: &WrittenSide) -> String {
    let numbered = side.parts.iter().filter_map(|part| match part.kind {
        PartKind::Passage(number) => Some(format!("[{number}] {}", part.text)),
        _ => None,
    });
    numbered.collect::<Vec<_>>().join(" ").chars().take(PASSAGES_SHOWN).collect()
}

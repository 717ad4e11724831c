//! Panels of raters, their raters, and works to mark again, whole.

use crate::model::evidence::Evidence;
use crate::model::ids::RaterId;
use crate::model::run::Inspection;
use crate::report::error::ReportError;
use crate::report::page::rater_panels::first_signal;
use crate::report::wording;
use crate::report::workbook::grid::{Cell, Column, Grid, column, sheet_name};
use rust_xlsxwriter::Workbook;

const PANELS: &[Column] = &[
    column("body_id", 21),
    column("component", 12),
    column("batches", 40),
    column("raters", 8),
    column("n", 10),
    column("persons", 10),
    column("criteria", 10),
    column("subsets", 10),
    column("separation", 10),
    column("strata", 10),
    column("reliability", 10),
    column("fixed_chi_square", 12),
    column("degrees_of_freedom", 10),
    column("p_value", 12),
    column("minimum_ratings", 12),
    column("iterations", 10),
    column("residual", 12),
];

/// One row a panel.
pub fn panels(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.rater_panels"), PANELS, maximum_rows)?;
    for evidence in &inspection.evidence {
        let Evidence::RaterPanel(panel) = evidence else { continue };
        let batches: Vec<&str> = panel.batches.iter().map(|id| id.as_str()).collect();
        grid.push(&[
            Cell::optional(panel.body_id.as_ref().map(|id| id.as_str())),
            Cell::text(panel.component.as_str()),
            Cell::text(batches.join(", ")),
            Cell::count(panel.raters.len() as u64),
            Cell::count(panel.ratings),
            Cell::count(panel.persons),
            Cell::count(panel.criteria),
            Cell::count(panel.subsets),
            Cell::real(panel.separation),
            Cell::real(panel.strata),
            Cell::real(panel.reliability),
            Cell::real(panel.fixed_chi_square),
            Cell::count(panel.degrees_of_freedom),
            Cell::real(panel.chi_square_p_value),
            Cell::count(panel.minimum_ratings),
            Cell::count(panel.iterations),
            Cell::Real(panel.residual),
        ])?;
    }
    grid.finish()
}

const RATERS: &[Column] = &[
    column("body_id", 21),
    column("component", 12),
    column("rater_id", 16),
    column("subset", 8),
    column("n", 10),
    column("minimum_ratings", 12),
    column("severity_logit", 12),
    column("standard_error", 12),
    column("interval_low", 12),
    column("interval_high", 12),
    column("adjusted_p_value", 12),
    column("fair_average", 12),
    column("infit", 10),
    column("infit_zstd", 10),
    column("outfit", 10),
    column("outfit_zstd", 10),
    column("exact_agreement", 12),
    column("expected_agreement", 12),
    column("ewma_signal", 12),
    column("cusum_signal", 12),
    column("first_signal", 12),
    column("halo_ratio", 10),
    column("halo_adjusted_p_value", 12),
    column("centrality_ratio", 10),
    column("centrality_adjusted_p_value", 12),
    column("range_ratio", 10),
    column("range_adjusted_p_value", 12),
    column("constant_marks", 10),
    column("signs", 40),
];

/// One row a rater of a panel.
pub fn raters(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.panel_raters"), RATERS, maximum_rows)?;
    // Works count from 1, as on the charts.
    let work = |index: Option<usize>| index.map_or(Cell::Empty, |index| Cell::count(index as u64 + 1));
    for evidence in &inspection.evidence {
        let Evidence::RaterPanel(panel) = evidence else { continue };
        for rater in &panel.raters {
            let chart = panel.control_charts.iter().find(|chart| chart.rater_id == rater.rater_id);
            let signs: Vec<String> = rater
                .signs
                .iter()
                .map(|sign| wording::label("rater_sign", sign))
                .map(|sign| format!("{} {}", sign.zh, sign.en))
                .collect();
            grid.push(&[
                Cell::optional(panel.body_id.as_ref().map(|id| id.as_str())),
                Cell::text(panel.component.as_str()),
                Cell::text(rater.rater_id.as_str()),
                Cell::count(rater.subset),
                Cell::count(rater.ratings),
                Cell::count(panel.minimum_ratings),
                Cell::real(rater.severity_logit),
                Cell::real(rater.standard_error),
                Cell::real(rater.interval.map(|(low, _)| low)),
                Cell::real(rater.interval.map(|(_, high)| high)),
                Cell::real(rater.adjusted_p_value),
                Cell::real(rater.fair_average),
                Cell::real(rater.infit),
                Cell::real(rater.infit_zstd),
                Cell::real(rater.outfit),
                Cell::real(rater.outfit_zstd),
                Cell::real(rater.exact_agreement),
                Cell::real(rater.expected_agreement),
                work(chart.and_then(|chart| chart.ewma_signal)),
                work(chart.and_then(|chart| chart.cusum_signal)),
                work(chart.and_then(first_signal)),
                Cell::real(rater.halo_ratio),
                Cell::real(rater.halo_adjusted_p_value),
                Cell::real(rater.centrality_ratio),
                Cell::real(rater.centrality_adjusted_p_value),
                Cell::real(rater.range_ratio),
                Cell::real(rater.range_adjusted_p_value),
                Cell::word(if rater.constant_marks { "word.yes" } else { "word.no" }),
                Cell::text(signs.join("; ")),
            ])?;
        }
    }
    grid.finish()
}

const QUEUE: &[Column] = &[
    column("body_id", 21),
    column("batch_id", 18),
    column("place", 8),
    column("candidate_id", 20),
    column("component", 12),
    column("score", 10),
    column("pass_line", 10),
    column("fair_score", 12),
    column("standard_error", 12),
    column("probability_of_flip", 12),
    column("outcome", 14),
    column("raters", 30),
];

/// Works to mark again, a row each.
pub fn remark_queue(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.remark_queue"), QUEUE, maximum_rows)?;
    for evidence in &inspection.evidence {
        let Evidence::RemarkQueue(queue) = evidence else { continue };
        for (index, entry) in queue.entries.iter().enumerate() {
            let raters: Vec<&str> = entry.raters.iter().map(RaterId::as_str).collect();
            grid.push(&[
                Cell::optional(queue.body_id.as_ref().map(|id| id.as_str())),
                Cell::text(queue.batch_id.as_str()),
                Cell::count(index as u64 + 1),
                Cell::text(entry.candidate_id.as_str()),
                Cell::text(entry.component.as_str()),
                Cell::Real(entry.score.to_f64()),
                Cell::Real(entry.pass_line.to_f64()),
                Cell::Real(entry.fair_score),
                Cell::Real(entry.standard_error),
                Cell::Real(entry.probability_of_flip),
                Cell::word(if entry.passes { "column.passed" } else { "column.failed" }),
                Cell::text(raters.join(", ")),
            ])?;
        }
    }
    grid.finish()
}

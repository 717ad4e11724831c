//! What the detectors measured, whole: similar pairs, raters, score changes, pass lines, unqualified counts.

use crate::model::evidence::{Evidence, PairMember};
use crate::model::points::Points;
use crate::model::run::Inspection;
use crate::report::clean::shown_person;
use crate::report::error::ReportError;
use crate::report::page::evidence::crossing_key;
use crate::report::page::numbers::share_cut;
use crate::report::page::pairs::place;
use crate::report::view::source_row;
use crate::report::workbook::grid::{Cell, Column, Grid, column, sheet_name};
use chrono::{NaiveDate, NaiveDateTime};
use compact_str::CompactString;
use rust_xlsxwriter::Workbook;

const SIMILAR_PAIRS: &[Column] = &[
    column("candidate_a", 20),
    column("candidate_b", 20),
    column("batch_a", 16),
    column("batch_b", 16),
    column("form_id", 12),
    column("model", 12),
    column("significance_level", 10),
    column("pairs_compared", 12),
    column("place_a", 16),
    column("place_b", 16),
    column("items_compared", 10),
    column("matches", 8),
    column("matches_incorrect", 10),
    column("longest_identical_run", 10),
    column("log10_p_value", 10),
    column("p_value", 12),
    column("adjusted_p_value", 12),
    column("incorrect_log10_p_value", 12),
    column("cluster", 8),
    column("state", 18),
    column("correct_a", 8),
    column("correct_b", 8),
    column("key", 50),
    column("responses_a", 50),
    column("responses_b", 50),
    column("source_a", 28),
    column("source_b", 28),
];

/// Flagged and identical pairs with both answer strings.
pub fn similar_pairs(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.similar_pairs"), SIMILAR_PAIRS, maximum_rows)?;
    let source = |member: &PairMember| {
        let row = source_row(inspection, member.source);
        Cell::Text(format!("{} {} {}", row.file, row.sheet, row.row))
    };
    for evidence in &inspection.evidence {
        let Evidence::SimilarityGroup(group) = evidence else { continue };
        for pair in &group.pairs {
            grid.push(&[
                Cell::text(pair.a.candidate_id.as_str()),
                Cell::text(pair.b.candidate_id.as_str()),
                Cell::text(pair.a.batch_id.as_str()),
                Cell::text(pair.b.batch_id.as_str()),
                Cell::optional(group.form_id.as_ref().map(|id| id.as_str())),
                Cell::text(group.model),
                Cell::Real(group.significance_level),
                Cell::count(group.pairs_compared),
                Cell::text(place(&pair.a)),
                Cell::text(place(&pair.b)),
                Cell::Whole(pair.items_compared.into()),
                Cell::Whole(pair.matches.into()),
                Cell::Whole(pair.matches_incorrect.into()),
                Cell::Whole(pair.longest_identical_run.into()),
                Cell::Real(pair.gbt_log10_p_value),
                Cell::Real(pair.gbt_p_value),
                Cell::Real(pair.adjusted_p_value),
                Cell::real(pair.incorrect_log10_p_value),
                Cell::Whole(pair.cluster.into()),
                Cell::word(match (pair.identical, pair.flagged) {
                    (true, _) => "similarity.identical",
                    (false, true) => "similarity.flagged",
                    (false, false) => "similarity.below",
                }),
                pair.a.correct.map_or(Cell::Empty, |correct| Cell::Whole(correct.into())),
                pair.b.correct.map_or(Cell::Empty, |correct| Cell::Whole(correct.into())),
                answer_string(&pair.key),
                answer_string(&pair.a.responses),
                answer_string(&pair.b.responses),
                source(&pair.a),
                source(&pair.b),
            ])?;
        }
    }
    grid.finish()
}

/// Labels in order: one character an item where all labels are single, else separated by spaces; `.` is missing.
fn answer_string(labels: &[Option<CompactString>]) -> Cell {
    let single = labels.iter().flatten().all(|label| label.chars().count() == 1);
    let labels: Vec<&str> = labels.iter().map(|label| label.as_deref().unwrap_or(".")).collect();
    Cell::text(labels.join(if single { "" } else { " " }))
}

const RATER_PAIRS: &[Column] = &[
    column("rater_a", 16),
    column("rater_b", 16),
    column("batch_id", 18),
    column("body_id", 21),
    column("n", 10),
    column("exact_agreement", 12),
    column("adjacent_agreement", 12),
    column("weighted_kappa", 12),
    column("mean_difference", 12),
    column("standard_deviation", 12),
];

/// Agreement of rater pairs.
pub fn rater_pairs(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.rater_pairs"), RATER_PAIRS, maximum_rows)?;
    for evidence in &inspection.evidence {
        let Evidence::RaterPair(pair) = evidence else { continue };
        grid.push(&[
            Cell::text(pair.rater_a.as_str()),
            Cell::text(pair.rater_b.as_str()),
            pair.batch_id.as_ref().map_or_else(|| Cell::word("filter.all"), |id| Cell::text(id.as_str())),
            Cell::optional(pair.body_id.as_ref().map(|id| id.as_str())),
            Cell::count(pair.n),
            Cell::Real(pair.exact_agreement),
            Cell::Real(pair.adjacent_agreement),
            Cell::real(pair.weighted_kappa),
            Cell::Real(pair.mean_difference),
            Cell::real(pair.standard_deviation_of_difference),
        ])?;
    }
    grid.finish()
}

const RATER_PROFILES: &[Column] = &[
    column("rater_id", 16),
    column("body_id", 21),
    column("n", 10),
    column("mean_deviation_rate", 12),
    column("interval_low", 12),
    column("interval_high", 12),
    column("p_value", 12),
    column("adjusted_p_value", 12),
    column("drift_rho", 12),
    column("drift_adjusted_p_value", 12),
    column("state", 34),
    column("batches", 40),
];

/// Severity and drift of raters.
pub fn rater_profiles(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.rater_profiles"), RATER_PROFILES, maximum_rows)?;
    for evidence in &inspection.evidence {
        let Evidence::RaterProfile(profile) = evidence else { continue };
        let batches: Vec<&str> = profile.batches.iter().map(|id| id.as_str()).collect();
        let state = match (profile.severity_flagged, profile.drift_flagged) {
            (true, true) => match (Cell::word("raters.severity_flagged"), Cell::word("raters.drift_flagged")) {
                (Cell::Text(severity), Cell::Text(drift)) => Cell::Text(format!("{severity}; {drift}")),
                (severity, _) => severity,
            },
            (true, false) => Cell::word("raters.severity_flagged"),
            (false, true) => Cell::word("raters.drift_flagged"),
            (false, false) => Cell::word("raters.none_flagged"),
        };
        grid.push(&[
            Cell::text(profile.rater_id.as_str()),
            Cell::optional(profile.body_id.as_ref().map(|id| id.as_str())),
            Cell::count(profile.n),
            Cell::Real(profile.mean_deviation_rate),
            Cell::Real(profile.interval.0),
            Cell::Real(profile.interval.1),
            Cell::Real(profile.p_value),
            Cell::Real(profile.adjusted_p_value),
            Cell::real(profile.drift_rho),
            Cell::real(profile.drift_adjusted_p_value),
            state,
            Cell::text(batches.join(", ")),
        ])?;
    }
    grid.finish()
}

const SCORE_CHANGES: &[Column] = &[
    column("batch_id", 18),
    column("body_id", 21),
    column("candidate_id", 20),
    column("component", 12),
    column("changed_at", 18),
    column("old_score", 10),
    column("new_score", 10),
    column("pass_line", 10),
    column("crossing", 26),
    column("operator", 14),
    column("approved", 24),
    column("approval_no", 18),
    column("after_publication", 12),
    column("reason", 30),
    column("file", 28),
    column("sheet", 14),
    column("row", 8),
];

/// Every change of a score.
pub fn score_changes(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.score_changes"), SCORE_CHANGES, maximum_rows)?;
    for evidence in &inspection.evidence {
        let Evidence::ScoreChangeSummary(summary) = evidence else { continue };
        for change in &summary.changes {
            let row = source_row(inspection, change.source);
            grid.push(&[
                Cell::text(summary.batch_id.as_str()),
                Cell::optional(summary.body_id.as_ref().map(|id| id.as_str())),
                Cell::text(change.candidate_id.as_str()),
                Cell::text(change.component.as_str()),
                time(change.changed_at),
                points(change.old_score),
                points(change.new_score),
                points(change.pass_line),
                Cell::word(crossing_key(change).unwrap_or("word.unknown")),
                change.operator.as_deref().map_or(Cell::Empty, |operator| Cell::Text(shown_person(operator))),
                approval(change.approved),
                Cell::optional(change.approval_no.as_ref()),
                change.after_publication.map_or_else(|| Cell::word("word.unknown"), yes_no),
                Cell::optional(change.reason.as_ref()),
                Cell::Text(row.file),
                Cell::Text(row.sheet),
                Cell::Whole(row.row.into()),
            ])?;
        }
    }
    grid.finish()
}

const PASS_LINES: &[Column] = &[
    column("batch_id", 18),
    column("body_id", 21),
    column("component", 12),
    column("changed_at", 18),
    column("old_line", 10),
    column("new_line", 10),
    column("note", 16),
    column("operator", 14),
    column("approved", 24),
    column("approval_no", 18),
    column("file", 28),
    column("sheet", 14),
    column("row", 8),
];

/// The log of configured lines; approved lines stand first in each batch.
pub fn pass_lines(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.pass_lines"), PASS_LINES, maximum_rows)?;
    for evidence in &inspection.evidence {
        let Evidence::PassLineTimeline(timeline) = evidence else { continue };
        let batch = Cell::text(timeline.batch_id.as_str());
        let body = Cell::optional(timeline.body_id.as_ref().map(|id| id.as_str()));
        let component = |component: Option<&crate::model::component::Component>| {
            component.map_or_else(|| Cell::word("pass_lines.every"), |component| Cell::text(component.as_str()))
        };
        for line in &timeline.approved {
            grid.push(&[
                batch.clone(),
                body.clone(),
                component(line.component.as_ref()),
                date(line.approved_on),
                Cell::Empty,
                points(Some(line.line)),
                Cell::word("column.approved_line"),
                Cell::Empty,
                approval(true),
                Cell::optional(line.approval_no.as_ref()),
            ])?;
        }
        for event in &timeline.events {
            let row = source_row(inspection, event.source);
            grid.push(&[
                batch.clone(),
                body.clone(),
                component(event.component.as_ref()),
                time(event.changed_at),
                points(event.old_line),
                points(Some(event.new_line)),
                if event.old_line_rebuilt { Cell::word("pass_lines.rebuilt") } else { Cell::Empty },
                event.operator.as_deref().map_or(Cell::Empty, |operator| Cell::Text(shown_person(operator))),
                approval(event.approved),
                Cell::optional(event.approval_no.as_ref()),
                Cell::Text(row.file),
                Cell::Text(row.sheet),
                Cell::Whole(row.row.into()),
            ])?;
        }
    }
    grid.finish()
}

const UNQUALIFIED: &[Column] = &[
    column("batch_id", 18),
    column("body_id", 21),
    column("exam_date", 12),
    column("denominator", 16),
    column("candidates", 11),
    column("lower", 12),
    column("upper", 12),
    column("share", 20),
    column("twenty_times", 14),
    column("interval_low", 12),
    column("interval_high", 12),
];

/// Counts of unqualified candidates, a row a batch and denominator.
pub fn unqualified(workbook: &mut Workbook, inspection: &Inspection, maximum_rows: u32) -> Result<(), ReportError> {
    let mut grid = Grid::new(workbook, &sheet_name("sheet.unqualified"), UNQUALIFIED, maximum_rows)?;
    for evidence in &inspection.evidence {
        let Evidence::UnqualifiedRatio(ratio) = evidence else { continue };
        for count in &ratio.denominators {
            let reached = count.candidates > 0 && u128::from(count.lower) * 20 >= u128::from(count.candidates);
            grid.push(&[
                Cell::text(ratio.batch_id.as_str()),
                Cell::optional(ratio.body_id.as_ref().map(|id| id.as_str())),
                date(ratio.exam_date),
                Cell::word(&format!("denominator.{}", count.name)),
                Cell::count(count.candidates),
                Cell::count(count.lower),
                Cell::count(count.upper),
                Cell::Text(format!(
                    "{} – {}",
                    share_cut(count.lower, count.candidates),
                    share_cut(count.upper, count.candidates)
                )),
                yes_no(reached),
                Cell::Real(count.interval.0),
                Cell::Real(count.interval.1),
            ])?;
        }
    }
    grid.finish()
}

/// A mark as a number, so that the column can be sorted and summed.
fn points(points: Option<Points>) -> Cell {
    Cell::real(points.map(Points::to_f64))
}

fn date(date: Option<NaiveDate>) -> Cell {
    date.map_or(Cell::Empty, |date| Cell::Text(date.format("%Y-%m-%d").to_string()))
}

fn time(time: Option<NaiveDateTime>) -> Cell {
    time.map_or(Cell::Empty, |time| Cell::Text(time.format("%Y-%m-%d %H:%M:%S").to_string()))
}

fn approval(approved: bool) -> Cell {
    Cell::word(if approved { "pass_lines.approved" } else { "pass_lines.unapproved" })
}

fn yes_no(yes: bool) -> Cell {
    Cell::word(if yes { "word.yes" } else { "word.no" })
}

//! Works whose marking is worth repeating: the batches at a glance, then the first works of each.

use crate::model::evidence::Evidence;
use crate::model::ids::RaterId;
use crate::model::rater_evidence::RemarkQueue;
use crate::model::run::Inspection;
use crate::report::page::evidence::component_or_every;
use crate::report::page::markup::{Markup, filled, joined, plain, word};
use crate::report::page::numbers::{count, percent, two_decimals};
use crate::report::page::table::Align::{Line, Number, Text};
use crate::report::page::table::{Table, cell};
use crate::report::parameters::ReportParameters;

/// Batches whose works stand on the page.
const MAXIMUM_BATCHES: usize = 10;
/// Batches whose works stand open.
const OPEN_BATCHES: usize = 1;
/// Works of one batch on the page.
const MAXIMUM_WORKS: usize = 20;
/// Batches in the list.
const MAXIMUM_LISTED: usize = 50;
/// From this probability on a work counts as near the line in the list of batches.
const NEAR: f64 = 0.25;

/// Every queue with a work, the most probable first.
pub fn queues(inspection: &Inspection) -> Vec<&RemarkQueue> {
    let mut queues: Vec<&RemarkQueue> = inspection
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::RemarkQueue(queue) if !queue.entries.is_empty() => Some(queue),
            _ => None,
        })
        .collect();
    queues.sort_by(|a, b| highest(b).total_cmp(&highest(a)).then_with(|| a.batch_id.cmp(&b.batch_id)));
    queues
}

fn highest(queue: &RemarkQueue) -> f64 {
    queue.entries.first().map_or(0.0, |entry| entry.probability_of_flip)
}

/// How many works, and where the rest is.
pub fn remarks(inspection: &Inspection) -> Vec<Markup> {
    let queues = queues(inspection);
    if queues.is_empty() {
        return Vec::new();
    }
    let works: usize = queues.iter().map(|queue| queue.entries.len()).sum();
    let looked_at = queues.iter().fold(0_u64, |sum, queue| sum.saturating_add(queue.works));
    let left_out = queues.iter().fold(0_u64, |sum, queue| sum.saturating_add(queue.left_out));
    let numbers = [
        ("batches", count(queues.len() as u64)),
        ("works", count(works as u64)),
        ("looked_at", count(looked_at)),
        ("left_out", count(left_out)),
    ];
    let values: Vec<(&str, &str)> = numbers.iter().map(|(name, number)| (*name, number.as_str())).collect();
    vec![filled("remark_queue.summary", &values)]
}

/// The batches, then the first works of those that come first.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let queues = queues(inspection);
    if queues.is_empty() {
        return Vec::new();
    }
    let mut overview = Table::new(
        Some("remark_queue.batches"),
        &[
            ("batch_id", Line),
            ("works_looked_at", Number),
            ("works_listed", Number),
            ("works_near", Number),
            ("works_left_out", Number),
            ("highest_probability", Number),
        ],
    );
    for queue in &queues {
        let near = queue.entries.iter().filter(|entry| entry.probability_of_flip >= NEAR).count();
        overview.rows.push(vec![
            cell(queue.batch_id.as_str()),
            cell(count(queue.works)),
            cell(count(queue.entries.len() as u64)),
            cell(count(near as u64)),
            cell(count(queue.left_out)),
            cell(percent(highest(queue))),
        ]);
    }
    let mut tables = vec![overview.cut(parameters.maximum_table_rows.min(MAXIMUM_LISTED), "remark_queue.more_batches")];
    for (index, queue) in queues.iter().take(MAXIMUM_BATCHES).enumerate() {
        let mut table = works(queue).cut(parameters.maximum_table_rows.min(MAXIMUM_WORKS), "remark_queue.more");
        table.title = Some(joined(&[word("column.batch_id"), plain(queue.batch_id.as_str())], " "));
        table.folded = index >= OPEN_BATCHES;
        tables.push(table);
    }
    if let Some(last) = tables.last_mut().filter(|_| queues.len() > MAXIMUM_BATCHES) {
        let (shown, n) = (MAXIMUM_BATCHES.to_string(), count(queues.len() as u64));
        last.after = Some(filled("remark_queue.further", &[("shown", &shown), ("n", &n)]));
    }
    tables
}

fn works(queue: &RemarkQueue) -> Table {
    let mut table = Table::new(
        None,
        &[
            ("place", Number),
            ("candidate_id", Line),
            ("component", Line),
            ("score", Number),
            ("pass_line", Number),
            ("fair_score", Number),
            ("probability_of_flip", Number),
            ("outcome", Line),
            ("raters", Text),
        ],
    );
    for (index, entry) in queue.entries.iter().enumerate() {
        let raters: Vec<&str> = entry.raters.iter().map(RaterId::as_str).collect();
        table.rows.push(vec![
            cell(count(index as u64 + 1)),
            cell(entry.candidate_id.as_str()),
            component_or_every(Some(&entry.component)),
            cell(entry.score.to_string()),
            cell(entry.pass_line.to_string()),
            cell(format!("{} ± {}", two_decimals(entry.fair_score), two_decimals(entry.standard_error))),
            cell(percent(entry.probability_of_flip)),
            word(if entry.passes { "column.passed" } else { "column.failed" }),
            cell(raters.join(", ")),
        ]);
    }
    table
}

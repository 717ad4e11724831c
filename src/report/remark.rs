//! `remark_queue.csv`: works whose marking is worth repeating, for Excel (UTF-8 with a byte-order mark, CR LF).

use crate::model::evidence::Evidence;
use crate::model::rater_evidence::RemarkQueue;
use crate::model::run::Inspection;
use crate::report::clean::{defused, shown};
use crate::report::error::ReportError;
use crate::report::excel_csv::excel_csv;

/// Columns of the file.
pub const COLUMNS: [&str; 11] = [
    "body_id",
    "batch_id",
    "candidate_id",
    "component",
    "score",
    "pass_line",
    "fair_score",
    "standard_error",
    "probability_of_flip",
    "passes",
    "raters",
];

/// The bytes of `remark_queue.csv`: batches in their order, in each the most probable works first. Without a queue
/// only the header, so that a reader finds the file in every report.
pub fn remark_csv(inspection: &Inspection) -> Result<Vec<u8>, ReportError> {
    let mut queues: Vec<&RemarkQueue> = inspection
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::RemarkQueue(queue) => Some(queue),
            _ => None,
        })
        .collect();
    queues.sort_by(|a, b| a.batch_id.cmp(&b.batch_id));
    let number = |value: f64| if value.is_finite() { format!("{value:.6}") } else { String::new() };
    let rows = queues.into_iter().flat_map(|queue| queue.entries.iter().map(move |entry| (queue, entry)));
    let rows = rows.map(|(queue, entry)| {
        let raters: Vec<String> = entry.raters.iter().map(|rater| shown(rater.as_str())).collect();
        [
            queue.body_id.as_ref().map_or_else(String::new, |id| defused(&shown(id.as_str()))),
            defused(&shown(queue.batch_id.as_str())),
            defused(&shown(entry.candidate_id.as_str())),
            defused(&shown(entry.component.as_str())),
            entry.score.to_string(),
            entry.pass_line.to_string(),
            number(entry.fair_score),
            number(entry.standard_error),
            number(entry.probability_of_flip),
            entry.passes.to_string(),
            defused(&raters.join("; ")),
        ]
    });
    excel_csv(COLUMNS, rows)
}

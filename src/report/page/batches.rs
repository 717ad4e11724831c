//! The batches: those with most to look at, each with every clause that was judged of it.

use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::finding::{Finding, Verdict};
use crate::model::ids::{BatchId, BodyId};
use crate::model::run::Inspection;
use crate::report::order::by_article;
use crate::report::page::clauses::{body_names, body_title};
use crate::report::page::markup::{Markup, both, chip, filled, joined, line, plain, word};
use crate::report::page::numbers::date_or_dash;
use crate::report::page::table::Align::{Line, Text};
use crate::report::page::table::Table;
use crate::report::parameters::ReportParameters;
use crate::report::tally::Tally;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Batches with a table of their own on the page.
const MAXIMUM_BATCHES: usize = 20;

/// How many rows of each table a batch has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sizes {
    candidates: usize,
    sheets: usize,
    scores: usize,
    ratings: usize,
}

/// A table a batch, those with most that is met or indicated first, then by identifier: every clause, its verdict and
/// why.
pub fn clauses(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let mut of_batch: BTreeMap<&BatchId, Vec<&Finding>> = BTreeMap::new();
    for finding in by_article(inspection) {
        if let Some(batch_id) = &finding.batch_id {
            of_batch.entry(batch_id).or_default().push(finding);
        }
    }
    let all = of_batch.len();
    let mut sorted: Vec<(&BatchId, Vec<&Finding>)> = of_batch.into_iter().collect();
    sorted.sort_by_cached_key(|(_, findings)| {
        let tally = Tally::of(findings.iter().copied());
        Reverse([Verdict::Met, Verdict::Indication].map(|verdict| tally.number(verdict)))
    });
    sorted.truncate(MAXIMUM_BATCHES.min(parameters.maximum_table_rows));
    let sizes = sizes(&inspection.dataset, &sorted);
    let names = body_names(inspection);
    let mut tables: Vec<Table> = (sorted.iter().enumerate())
        .map(|(index, (batch_id, findings))| {
            let batch = inspection.dataset.batch(batch_id);
            let mut table = of_one(findings);
            table.title = Some(title(batch_id, batch, &names));
            table.note = Some(note(sizes.get(batch_id).copied().unwrap_or_default(), batch));
            table.folded = index > 0;
            table
        })
        .collect();
    if let Some(last) = tables.last_mut().filter(|_| all > sorted.len()) {
        let (shown, n) = (sorted.len().to_string(), all.to_string());
        last.after = Some(filled("batches.further", &[("shown", &shown), ("n", &n)]));
    }
    tables
}

/// Counts the rows of the batches shown.
fn sizes<'a>(dataset: &Dataset, shown: &[(&'a BatchId, Vec<&Finding>)]) -> BTreeMap<&'a BatchId, Sizes> {
    let mut sizes: BTreeMap<&BatchId, Sizes> =
        shown.iter().map(|(batch_id, _)| (*batch_id, Sizes::default())).collect();
    let mut count = |batch_id: &BatchId, part: fn(&mut Sizes) -> &mut usize| {
        if let Some(entry) = sizes.get_mut(batch_id) {
            *part(entry) += 1;
        }
    };
    dataset.candidates.iter().for_each(|row| count(&row.batch_id, |sizes| &mut sizes.candidates));
    dataset.answers.sheets.iter().for_each(|row| count(&row.batch_id, |sizes| &mut sizes.sheets));
    dataset.scores.iter().for_each(|row| count(&row.batch_id, |sizes| &mut sizes.scores));
    dataset.ratings.iter().for_each(|row| count(&row.batch_id, |sizes| &mut sizes.ratings));
    sizes
}

/// Batch, day, occupation and level, body.
fn title(batch_id: &BatchId, batch: Option<&Batch>, names: &BTreeMap<&BodyId, String>) -> Markup {
    let mut parts = vec![plain(batch_id.as_str())];
    let Some(batch) = batch else { return joined(&parts, "") };
    parts.push(plain(&date_or_dash(batch.exam_date)));
    parts.extend(batch.occupation.as_ref().map(|occupation| plain(occupation)));
    parts.extend(batch.level.map(|level| filled("word.level", &[("n", &level.to_string())])));
    parts.extend(batch.body_id.as_ref().map(|body_id| body_title(names, body_id)));
    joined(&parts, " · ")
}

fn note(sizes: Sizes, batch: Option<&Batch>) -> Markup {
    let site = batch.and_then(|batch| batch.site.as_ref()).map_or_else(|| "—".to_owned(), ToString::to_string);
    let [candidates, sheets, scores, ratings] =
        [sizes.candidates, sizes.sheets, sizes.scores, sizes.ratings].map(|number| number.to_string());
    filled(
        "batches.sizes",
        &[
            ("site", &site),
            ("candidates", &candidates),
            ("sheets", &sheets),
            ("scores", &scores),
            ("ratings", &ratings),
        ],
    )
}

fn of_one(findings: &[&Finding]) -> Table {
    let mut table = Table::new(
        None,
        &[("article", Line), ("verdict", Line), ("why", Text), ("threshold", Text), ("measure", Text)],
    );
    for finding in findings {
        let attached = finding.measure.filter(|_| matches!(finding.verdict, Verdict::Met | Verdict::Indication));
        table.rows.push(vec![
            plain(&finding.article),
            chip(finding.verdict),
            joined(&[both(&finding.text), line("hint", &plain(&finding.id))], ""),
            both(&finding.threshold),
            attached.map_or_else(|| plain("—"), |measure| word(&format!("measure.{}", measure.as_str()))),
        ]);
    }
    table
}

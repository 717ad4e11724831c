//! Findings past the number that the page holds row by row, counted by verdict and article.

use crate::model::finding::{Finding, Verdict};
use crate::report::chart::matrix::article_name;
use crate::report::order::article_key;

use crate::report::page::markup::{both, chip, joined, more, plain, word};
use crate::report::page::numbers::count;
use crate::report::page::table::Align::{Line, Number, Text};
use crate::report::page::table::{Table, cell};
use std::collections::BTreeMap;

/// Batches or bodies that a row names.
const MAXIMUM_NAMED: usize = 12;

/// One row a verdict and article: how many, and the first batches or bodies.
pub fn further(findings: &[&Finding]) -> Option<Table> {
    let mut groups: BTreeMap<(Verdict, (u32, &str)), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        groups.entry((finding.verdict, article_key(&finding.article))).or_default().push(finding);
    }
    let mut table =
        Table::new(None, &[("article", Line), ("verdict", Line), ("findings", Number), ("batches_or_bodies", Text)]);
    for ((verdict, (_, article)), group) in &groups {
        let mut named: Vec<_> = (group.iter().take(MAXIMUM_NAMED))
            .map(|finding| match (&finding.batch_id, &finding.body_id) {
                (Some(batch_id), _) => plain(batch_id.as_str()),
                (None, Some(body_id)) => plain(body_id.as_str()),
                (None, None) => word("clauses.data_set"),
            })
            .collect();
        if group.len() > MAXIMUM_NAMED {
            named.push(more(group.len() - MAXIMUM_NAMED));
        }
        table.rows.push(vec![
            both(&article_name(article)),
            chip(*verdict),
            cell(count(group.len() as u64)),
            joined(&named, ", "),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

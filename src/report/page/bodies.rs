//! The bodies: all of them beside each other, and the clauses of each over time. By name and code; ordered by what
//! there is to look at, which is no judgment of a body.

use crate::model::finding::{Finding, Verdict};
use crate::model::ids::BodyId;
use crate::model::run::Inspection;
use crate::report::checklist::bodies;
use crate::report::clause::Clause;
use crate::report::order::by_article;
use crate::report::page::clauses::{basis, body_names, body_title};
use crate::report::page::markup::{Markup, both, filled, joined, line, more, plain, word};
use crate::report::page::numbers::{count, date_or_dash};
use crate::report::page::table::Align::{Line, Number, Text};
use crate::report::page::table::{Table, cell};
use crate::report::parameters::ReportParameters;
use crate::report::tally::Tally;
use chrono::NaiveDate;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Bodies with a table of their own on the page.
const MAXIMUM_BODIES: usize = 20;
/// Bodies in the list.
const MAXIMUM_LISTED: usize = 100;
/// Occasions of one clause.
const MAXIMUM_OCCASIONS: usize = 6;

/// A body with its findings, in the order of articles.
pub struct OfBody<'a> {
    body_id: &'a BodyId,
    findings: Vec<&'a Finding>,
    tally: Tally,
}

/// Bodies with most to look at first, then by identifier.
pub fn sorted(inspection: &Inspection) -> Vec<OfBody<'_>> {
    let mut of_body: BTreeMap<&BodyId, Vec<&Finding>> =
        bodies(inspection).into_iter().map(|body_id| (body_id, Vec::new())).collect();
    for finding in by_article(inspection) {
        if let Some(body_id) = &finding.body_id {
            of_body.entry(body_id).or_default().push(finding);
        }
    }
    let mut sorted: Vec<OfBody<'_>> = of_body
        .into_iter()
        .map(|(body_id, findings)| OfBody { body_id, tally: Tally::of(findings.iter().copied()), findings })
        .collect();
    sorted.sort_by_key(|of| Reverse([Verdict::Met, Verdict::Indication].map(|verdict| of.tally.number(verdict))));
    sorted
}

/// The day that a finding is about: of the examination, or up to which a body is judged.
fn day(inspection: &Inspection, finding: &Finding) -> Option<NaiveDate> {
    let batch = finding.batch_id.as_ref().and_then(|batch_id| inspection.dataset.batch(batch_id));
    batch.and_then(|batch| batch.exam_date).or(finding.basis.judged_on)
}

/// All bodies: how often each verdict was reached, and on which clauses.
pub fn overview(inspection: &Inspection, sorted: &[OfBody<'_>], parameters: &ReportParameters) -> Vec<Table> {
    let names = body_names(inspection);
    let mut batches: BTreeMap<&BodyId, u64> = BTreeMap::new();
    for body_id in inspection.dataset.batches.iter().filter_map(|batch| batch.body_id.as_ref()) {
        *batches.entry(body_id).or_default() += 1;
    }
    let mut table = Table::new(
        Some("overview.bodies"),
        &[
            ("body_name", Text),
            ("body_id", Line),
            ("batches", Number),
            ("verdict_met", Number),
            ("verdict_indication", Number),
            ("verdict_human", Number),
            ("verdict_undetermined", Number),
            ("clauses_met", Text),
            ("clauses_indicated", Text),
        ],
    );
    for of in sorted {
        let articles = |verdict: Verdict| {
            let mut articles: Vec<&str> = (of.findings.iter())
                .filter(|finding| finding.verdict == verdict)
                .map(|finding| finding.article.as_str())
                .collect();
            articles.dedup();
            articles.join(", ")
        };
        table.rows.push(vec![
            names.get(of.body_id).map_or_else(|| plain("—"), |name| plain(name)),
            cell(of.body_id.as_str()),
            cell(count(batches.get(of.body_id).copied().unwrap_or(0))),
            cell(count(of.tally.number(Verdict::Met) as u64)),
            cell(count(of.tally.number(Verdict::Indication) as u64)),
            cell(count(of.tally.number(Verdict::Human) as u64)),
            cell(count(of.tally.number(Verdict::Undetermined) as u64)),
            cell(articles(Verdict::Met)),
            cell(articles(Verdict::Indication)),
        ]);
    }
    let table = table.cut(parameters.maximum_table_rows.min(MAXIMUM_LISTED), "overview.more");
    if table.rows.is_empty() { Vec::new() } else { vec![table] }
}

/// A table a body: every clause, how often each verdict, when, under which text, by which threshold.
pub fn clauses(inspection: &Inspection, all: &[OfBody<'_>], parameters: &ReportParameters) -> Vec<Table> {
    let names = body_names(inspection);
    let most = MAXIMUM_BODIES.min(parameters.maximum_table_rows);
    let mut tables: Vec<Table> = (all.iter().filter(|of| !of.findings.is_empty()).take(most).enumerate())
        .map(|(index, of)| {
            let mut table = of_one(inspection, of);
            table.title = Some(body_title(&names, of.body_id));
            table.folded = index > 0;
            table
        })
        .collect();
    if let Some(last) = tables.last_mut().filter(|_| all.len() > most) {
        let (shown, n) = (most.to_string(), all.len().to_string());
        last.after = Some(filled("bodies.further", &[("shown", &shown), ("n", &n)]));
    }
    tables
}

fn of_one(inspection: &Inspection, of: &OfBody<'_>) -> Table {
    let mut table = Table::new(
        None,
        &[
            ("article", Line),
            ("verdict_met", Number),
            ("verdict_indication", Number),
            ("verdict_human", Number),
            ("verdict_undetermined", Number),
            ("verdict_not_met", Number),
            ("occasions", Text),
            ("threshold", Text),
        ],
    );
    let mut by_clause: BTreeMap<Clause<'_>, Vec<&Finding>> = BTreeMap::new();
    for finding in &of.findings {
        by_clause.entry(Clause::of(finding)).or_default().push(finding);
    }
    let clauses: BTreeSet<Clause<'_>> = by_clause.keys().copied().collect();
    for (clause, findings) in &by_clause {
        let Some(first) = findings.first() else { continue };
        let numbers = Tally::of(findings.iter().copied()).numbers();
        let [met, indication, human, undetermined, not_met] = numbers.map(|number| cell(count(number as u64)));
        let threshold = joined(&[line("term", &both(&first.threshold)), line("hint", &both(&basis(first)))], "");
        table.rows.push(vec![
            both(&clause.name(&clauses)),
            met,
            indication,
            human,
            undetermined,
            not_met,
            occasions(inspection, findings),
            threshold,
        ]);
    }
    table
}

/// Days and batches of what is met or indicated, in the order of time.
fn occasions(inspection: &Inspection, findings: &[&Finding]) -> Markup {
    let mut shown: Vec<(Option<NaiveDate>, &Finding)> = (findings.iter())
        .filter(|finding| matches!(finding.verdict, Verdict::Met | Verdict::Indication))
        .map(|finding| (day(inspection, finding), *finding))
        .collect();
    shown.sort_by(|a, b| (a.0, &a.1.batch_id).cmp(&(b.0, &b.1.batch_id)));
    let all = shown.len();
    let mut lines: Vec<Markup> = (shown.iter().take(MAXIMUM_OCCASIONS))
        .map(|(day, finding)| {
            let of = match &finding.batch_id {
                Some(batch_id) => plain(batch_id.as_str()),
                None => word("clauses.no_batch"),
            };
            let verdict = word(&format!("verdict.{}", finding.verdict.as_str()));
            line("said", &joined(&[plain(&date_or_dash(*day)), of, verdict], " "))
        })
        .collect();
    if all > MAXIMUM_OCCASIONS {
        lines.push(line("said", &more(all - MAXIMUM_OCCASIONS)));
    }
    joined(&lines, "")
}

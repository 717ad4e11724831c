//! The checklist of an inspection, one table a body.

use crate::model::run::Inspection;
use crate::model::text::Bilingual;
use crate::report::chart::matrix::article_name;
use crate::report::checklist::{ChecklistEntry, ChecklistLine, lines};
use crate::report::clause::Clause;
use crate::report::page::clauses::{body_names, body_title, missing_fact, places};
use crate::report::page::markup::{Markup, both, chip, filled, joined, line, more, plain};
use crate::report::page::table::Align::{Place, Text};
use crate::report::page::table::Table;
use crate::report::parameters::ReportParameters;
use crate::report::view::source_row;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Bodies with a table on the page; the file has all.
const MAXIMUM_BODIES: usize = 20;
/// Sentences of one article.
const MAXIMUM_SENTENCES: usize = 3;

/// A table a body, those with most to look at first.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let all = lines(inspection);
    let mut bodies: Vec<&[ChecklistLine<'_>]> = all.chunk_by(|a, b| a.body_id == b.body_id).collect();
    let urgent = |lines: &[ChecklistLine<'_>]| -> usize {
        lines.iter().flat_map(|line| &line.entries).map(|entry| entry.said.len()).sum()
    };
    bodies.sort_by_cached_key(|lines| Reverse(urgent(lines)));
    let names = body_names(inspection);
    let most = MAXIMUM_BODIES.min(parameters.maximum_table_rows);
    let mut tables: Vec<Table> = (bodies.iter().take(most).enumerate())
        .filter_map(|(index, lines)| {
            let body_id = lines.first()?.body_id;
            let mut table =
                Table::new(None, &[("asked", Text), ("data_say", Text), ("source", Place), ("still_to_look_at", Text)]);
            table.title = Some(body_title(&names, body_id));
            table.folded = index > 0;
            table.rows = lines.iter().map(|line| row(inspection, line)).collect();
            Some(table)
        })
        .collect();
    if let Some(last) = tables.last_mut().filter(|_| bodies.len() > most) {
        let (shown, n) = (most.to_string(), bodies.len().to_string());
        last.after = Some(filled("checklist.further", &[("shown", &shown), ("n", &n)]));
    }
    tables
}

fn row(inspection: &Inspection, of: &ChecklistLine<'_>) -> Vec<Markup> {
    let asking = of.entries.first().filter(|entry| entry.clause.article() == of.item.article);
    let heading = both(&article_name(&of.item.article));
    let asked = match asking {
        Some(entry) => joined(&[line("term", &heading), both(entry.text)], " "),
        None => heading,
    };
    let clauses: BTreeSet<Clause<'_>> = of.entries.iter().map(|entry| entry.clause).collect();
    let said: Vec<Markup> = of.entries.iter().flat_map(|entry| said(entry, &clauses)).collect();
    let sources: BTreeSet<_> = of.entries.iter().flat_map(|entry| &entry.sources).collect();
    let missing: BTreeSet<_> = of.entries.iter().flat_map(|entry| entry.missing.iter().copied()).collect();
    let mut look: Vec<Markup> = Vec::new();
    let human: Vec<&Bilingual> =
        of.entries.iter().map(|entry| entry.human).filter(|text| !text.zh.is_empty()).collect();
    let mut seen = BTreeSet::new();
    look.extend(human.into_iter().filter(|text| seen.insert(&text.zh)).map(|text| line("look", &both(text))));
    if !missing.is_empty() {
        let facts: Vec<Markup> = missing.into_iter().map(missing_fact).collect();
        let label = both(&crate::report::wording::text("clauses.missing"));
        look.push(line("missing", &joined(&[label, joined(&facts, "; ")], " ")));
    }
    vec![
        asked,
        joined(&said, ""),
        places(sources.into_iter().map(|source| source_row(inspection, *source))),
        joined(&look, ""),
    ]
}

/// Verdicts of an article with their numbers, then what is met or indicated.
fn said(entry: &ChecklistEntry<'_>, clauses: &BTreeSet<Clause<'_>>) -> Vec<Markup> {
    let mut pieces = vec![both(&entry.clause.name(clauses))];
    for (verdict, count) in entry.counts.each().filter(|(_, count)| *count > 0) {
        pieces.push(chip(verdict));
        if count > 1 {
            pieces.push(plain(&format!("× {count}")));
        }
    }
    let mut said = vec![line("term", &joined(&pieces, " "))];
    said.extend(entry.said.iter().take(MAXIMUM_SENTENCES).map(|text| line("said", &both(text))));
    if entry.said.len() > MAXIMUM_SENTENCES {
        said.push(line("said", &more(entry.said.len() - MAXIMUM_SENTENCES)));
    }
    said
}

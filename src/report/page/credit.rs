//! Credit of the bodies: counts by clause, the arithmetic where there are weights, and the history with its dates.
//! By body, in the order of their identifiers: a card compares nobody.

use crate::model::credit::{CreditCard, CreditEvent, CreditEventKind};
use crate::model::run::Inspection;
use crate::model::text::Bilingual;
use crate::report::chart::matrix::article_name;
use crate::report::page::clauses::{body_names, body_title};
use crate::report::page::markup::{Markup, both, word};
use crate::report::page::numbers::{count, date_or_dash, whole};
use crate::report::page::table::Align::{Line, Number, Text};
use crate::report::page::table::{Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::wording;

/// What a line of a card is about: an article, or a measure.
pub fn named(of: &str) -> Bilingual {
    match of.strip_prefix("measure.") {
        Some(_) => wording::text(of),
        None => article_name(of),
    }
}

/// `100 − 2 × 5 (Art. 20(1)) − 1 × 20 (warning) = 70`, or that there are no weights.
pub fn arithmetic(card: &CreditCard) -> Bilingual {
    let (Some(start), Some(score)) = (card.start, card.score) else { return wording::text("credit.without_weights") };
    let mut said = Bilingual::new(whole(start), whole(start));
    for term in &card.terms {
        let of = named(&term.of);
        let product = format!(" − {} × {}", term.count, term.points);
        said.zh.push_str(&format!("{product}（{}）", of.zh));
        said.en.push_str(&format!("{product} ({})", of.en));
    }
    for text in [&mut said.zh, &mut said.en] {
        text.push_str(&format!(" = {}", whole(score)));
    }
    said
}

/// An event in one line.
pub fn event_words(event: &CreditEvent) -> Bilingual {
    let kind = wording::text(&format!("credit.event.{}", event.kind.as_str()));
    let of = named(&event.of);
    let mut said =
        Bilingual::new(format!("{} {}：{}", event.on, kind.zh, of.zh), format!("{} {}: {}", event.on, kind.en, of.en));
    if !event.finding_id.is_empty() {
        said.zh.push_str(&format!("（{}）", event.finding_id));
        said.en.push_str(&format!(" ({})", event.finding_id));
    }
    if let Some(points) = event.points {
        // What lapses comes back.
        let sign = if event.kind == CreditEventKind::Lapsed { '+' } else { '−' };
        said.zh.push_str(&format!(" {sign}{points}"));
        said.en.push_str(&format!(" {sign}{points}"));
    }
    if let Some(score) = event.score {
        said.zh.push_str(&format!("，当日 {}", whole(score)));
        said.en.push_str(&format!(", {} on that day", whole(score)));
    }
    said
}

/// The tables that have a row.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let names = body_names(inspection);
    let named_body = |card: &CreditCard| body_title(&names, &card.body_id);
    non_empty([
        cards(&inspection.credit, &named_body, parameters),
        clauses(&inspection.credit, &named_body, parameters),
        events(&inspection.credit, &named_body, parameters),
    ])
}

fn cards(cards: &[CreditCard], body: &dyn Fn(&CreditCard) -> Markup, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("credit.cards"),
        &[
            ("body", Text),
            ("as_of", Line),
            ("batches", Number),
            ("credit_confirmed", Number),
            ("credit_dismissed", Number),
            ("credit_measures", Number),
            ("credit_undecided_met", Number),
            ("credit_undecided_indication", Number),
            ("credit_arithmetic", Text),
        ],
    );
    for card in cards {
        let sum = |of: fn(&crate::model::credit::ClauseCount) -> u64| count(card.clauses.iter().map(of).sum());
        let measures = card.events.iter().filter(|event| event.kind == CreditEventKind::Measure).count();
        table.rows.push(vec![
            body(card),
            cell(date_or_dash(card.as_of)),
            cell(count(card.batches)),
            cell(sum(|clause| clause.confirmed)),
            cell(sum(|clause| clause.dismissed)),
            cell(count(measures as u64)),
            cell(sum(|clause| clause.undecided_met)),
            cell(sum(|clause| clause.undecided_indication)),
            both(&arithmetic(card)),
        ]);
    }
    table.cut(parameters.maximum_table_rows, "credit.more")
}

fn clauses(cards: &[CreditCard], body: &dyn Fn(&CreditCard) -> Markup, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("credit.clauses"),
        &[
            ("body", Text),
            ("article", Line),
            ("credit_confirmed", Number),
            ("credit_dismissed", Number),
            ("credit_needs_evidence", Number),
            ("credit_undecided_met", Number),
            ("credit_undecided_indication", Number),
        ],
    );
    for (card, clause) in cards.iter().flat_map(|card| card.clauses.iter().map(move |clause| (card, clause))) {
        table.rows.push(vec![
            body(card),
            both(&named(&clause.article)),
            cell(count(clause.confirmed)),
            cell(count(clause.dismissed)),
            cell(count(clause.needs_evidence)),
            cell(count(clause.undecided_met)),
            cell(count(clause.undecided_indication)),
        ]);
    }
    table.folded = true;
    table.cut(parameters.maximum_table_rows, "credit.more")
}

fn events(cards: &[CreditCard], body: &dyn Fn(&CreditCard) -> Markup, parameters: &ReportParameters) -> Table {
    let columns = [
        ("body", Text),
        ("date", Line),
        ("credit_event", Line),
        ("credit_of", Line),
        ("credit_counts_to", Line),
        ("credit_points", Number),
        ("credit_score", Number),
    ];
    let mut table = Table::new(Some("credit.history"), &columns);
    for (card, event) in cards.iter().flat_map(|card| card.events.iter().map(move |event| (card, event))) {
        let number = |value: Option<i64>| value.map_or_else(|| "—".to_owned(), whole);
        table.rows.push(vec![
            body(card),
            cell(event.on.to_string()),
            word(&format!("credit.event.{}", event.kind.as_str())),
            both(&named(&event.of)),
            cell(date_or_dash(event.counts_to)),
            cell(number(event.points)),
            cell(number(event.score)),
        ]);
    }
    table.cut(parameters.maximum_table_rows, "credit.more")
}

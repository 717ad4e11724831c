//! Credit cards as JSON, as tables and as a text to print.

use crate::cli::error::CliError;
use crate::model::credit::{ClauseCount, CreditCard, CreditEvent};
use crate::model::text::Language;
use crate::report::clean::shown;
use crate::report::excel_csv::text_csv;
use crate::report::page::credit::{arithmetic, event_words, named};
use crate::report::wording;
use serde::Serialize;
use std::fmt::Write;

/// Format of `credit.json`.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    cards: &'a [CreditCard],
}

/// `credit.json`.
pub(super) fn json(cards: &[CreditCard]) -> Result<Vec<u8>, CliError> {
    let refused = |error| CliError::Output(std::io::Error::other::<serde_json::Error>(error));
    let text = serde_json::to_string_pretty(&Document { schema: SCHEMA, cards }).map_err(refused)?;
    // Texts of the history were cleaned before they came in; a name of a body may still be a number that must not show.
    let clean: Vec<String> = text.lines().map(shown).collect();
    Ok((clean.join("\n") + "\n").into_bytes())
}

fn table(header: &[&str], rows: Vec<Vec<String>>) -> Result<Vec<u8>, CliError> {
    text_csv(header, rows).map_err(|error| CliError::Data(error.message()))
}

fn optional(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// `credit.csv`: one row a clause, measure or weight of a body, the score in a row of its own.
pub(super) fn score_csv(cards: &[CreditCard]) -> Result<Vec<u8>, CliError> {
    let header = [
        "body_id",
        "as_of",
        "line",
        "rule_pack",
        "confirmed",
        "dismissed",
        "needs_evidence",
        "undecided_met",
        "undecided_indication",
        "count",
        "points",
        "product",
        "score",
    ];
    let mut rows = Vec::new();
    for card in cards {
        let mut row = |line: &str, pack: &str, cells: [String; 9]| {
            let mut whole =
                vec![card.body_id.as_str().to_owned(), optional(card.as_of), line.to_owned(), pack.to_owned()];
            whole.extend(cells);
            rows.push(whole);
        };
        for clause in &card.clauses {
            let ClauseCount { rule_pack, article, .. } = clause;
            let counts = counts(clause).map(|count| count.to_string());
            let [confirmed, dismissed, needs, met, indication] = counts;
            let none = String::new;
            row(article, rule_pack, [confirmed, dismissed, needs, met, indication, none(), none(), none(), none()]);
        }
        let none = || [(); 5].map(|()| String::new());
        for term in &card.terms {
            let [a, b, c, d, e] = none();
            let numbers = [term.count.to_string(), term.points.to_string(), term.product.to_string()];
            let [count, points, product] = numbers;
            let pack = card.rule_pack.as_deref().unwrap_or_default();
            row(&format!("- {}", term.of), pack, [a, b, c, d, e, count, points, product, String::new()]);
        }
        let [a, b, c, d, e] = none();
        let [count, points, product] = [(); 3].map(|()| String::new());
        row(
            "score",
            card.rule_pack.as_deref().unwrap_or_default(),
            [a, b, c, d, e, count, points, product, optional(card.score)],
        );
    }
    table(&header, rows)
}

/// Counts of a clause in the order of the columns.
fn counts(clause: &ClauseCount) -> [u64; 5] {
    [clause.confirmed, clause.dismissed, clause.needs_evidence, clause.undecided_met, clause.undecided_indication]
}

/// `credit-history.csv`: one row an event.
pub(super) fn history_csv(cards: &[CreditCard]) -> Result<Vec<u8>, CliError> {
    let row = |card: &CreditCard, event: &CreditEvent| {
        vec![
            card.body_id.as_str().to_owned(),
            event.on.to_string(),
            event.kind.as_str().to_owned(),
            event.of.clone(),
            event.finding_id.clone(),
            optional(event.counts_to),
            optional(event.points),
            optional(event.score),
        ]
    };
    let rows = cards.iter().flat_map(|card| card.events.iter().map(move |event| row(card, event))).collect();
    table(&["body_id", "on", "event", "of", "finding_id", "counts_to", "points", "score"], rows)
}

/// `credit.txt`: Chinese, then English.
pub(super) fn printable(cards: &[CreditCard]) -> String {
    let parts = Language::ALL.map(|language| {
        let say = |key: &str| wording::text(key).get(language).to_owned();
        let mut text = format!("{}\n{}\n", say("credit.title"), say("credit.intro"));
        for card in cards {
            // Writing to a string cannot fail.
            let day = optional(card.as_of);
            let _ = writeln!(text, "\n{}  {day}", shown(card.body_id.as_str()));
            let _ = writeln!(text, "  {}", arithmetic(card).get(language));
            for clause in &card.clauses {
                let names = ["confirmed", "dismissed", "needs_evidence", "undecided_met", "undecided_indication"];
                let said = names.iter().zip(counts(clause)).filter(|(_, count)| *count > 0);
                let said: Vec<String> =
                    said.map(|(name, count)| format!("{} {count}", say(&format!("credit.{name}")))).collect();
                let article = named(&clause.article);
                let _ = writeln!(text, "  {}: {}", article.get(language), said.join(", "));
            }
            for event in &card.events {
                let _ = writeln!(text, "  {}", event_words(event).get(language));
            }
        }
        text
    });
    parts.join(&format!("\n{}\n\n", "=".repeat(80)))
}

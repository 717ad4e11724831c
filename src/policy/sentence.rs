//! Fills the sentences of a rule with figures.

use crate::model::figure::{Figure, Figures};
use crate::model::text::{Bilingual, Language};
use std::collections::BTreeMap;

/// What stands for a figure that the data did not give.
const UNKNOWN: &str = "—";

/// Replaces each `{name}` by the phrase or figure of that name. `{name?text}` is the text where the figure is there
/// and not 0 (the text may hold slots itself), and `{name|one|many}` a word by the number of the figure.
pub fn fill(template: &Bilingual, figures: &Figures, phrases: &BTreeMap<&str, Bilingual>) -> Bilingual {
    let in_language = |language| {
        let phrase = |name: &str| phrases.get(name).map(|phrase| phrase.get(language).to_owned());
        fill_one(template.get(language), &|name: &str| phrase(name).or_else(|| figures.get(name).map(shown)))
    };
    Bilingual { zh: in_language(Language::Chinese), en: in_language(Language::English) }
}

fn shown(figure: &Figure) -> String {
    match figure {
        Figure::Integer(value) => value.to_string(),
        Figure::Real(value) => format!("{value:.4}"),
        Figure::Text(text) => text.clone(),
    }
}

fn fill_one(template: &str, find: &impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some(end) = closing(after) else { break };
        filled.push_str(before);
        filled.push_str(&slot(&after[..end], find));
        rest = &after[end + 1..];
    }
    filled.push_str(rest);
    filled
}

/// Where the brace that is open before `text` closes.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1_usize;
    for (place, character) in text.char_indices() {
        match character {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(place);
        }
    }
    None
}

/// What stands for one slot: `name`, `name?text` or `name|one|many`.
fn slot(slot: &str, find: &impl Fn(&str) -> Option<String>) -> String {
    if let Some((name, text)) = slot.split_once('?') {
        let is_there = find(name).is_some_and(|value| !value.is_empty() && value != "0");
        return if is_there { fill_one(text, find) } else { String::new() };
    }
    if let Some((name, words)) = slot.split_once('|') {
        let (one, many) = words.split_once('|').unwrap_or((words, words));
        return if find(name).as_deref() == Some("1") { one } else { many }.to_owned();
    }
    find(slot).unwrap_or_else(|| UNKNOWN.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_phrases_take_their_places() {
        let figures = Figures::from([("n".to_owned(), Figure::from(3_i64)), ("t".to_owned(), Figure::from("2/41"))]);
        let phrases = BTreeMap::from([("what", Bilingual::new("甲", "first"))]);
        let filled = fill(&Bilingual::new("{n}项{what}", "{n} of {t}: {what}; {absent} and {open"), &figures, &phrases);
        assert_eq!(filled, Bilingual::new("3项甲", "3 of 2/41: first; — and {open"));
    }

    #[test]
    fn texts_follow_the_number() {
        let template = Bilingual::new(
            "{facts}项事实{signs?，另有{signs}项迹象（{list}）}。",
            "{facts} {facts|fact|facts}{signs? and {signs} {signs|sign|signs} ({list})}{absent?!}.",
        );
        let filled = |facts: i64, signs: i64| {
            let figures = Figures::from([
                ("facts".to_owned(), Figure::from(facts)),
                ("signs".to_owned(), Figure::from(signs)),
                ("list".to_owned(), Figure::from("a 1")),
            ]);
            fill(&template, &figures, &BTreeMap::new())
        };
        assert_eq!(filled(1, 0), Bilingual::new("1项事实。", "1 fact."));
        assert_eq!(filled(2, 1), Bilingual::new("2项事实，另有1项迹象（a 1）。", "2 facts and 1 sign (a 1)."));
        assert_eq!(filled(0, 3), Bilingual::new("0项事实，另有3项迹象（a 1）。", "0 facts and 3 signs (a 1)."));
    }
}

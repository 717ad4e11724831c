//! Fills the sentences of a rule with figures.

use crate::model::figure::{Figure, Figures};
use crate::model::text::{Bilingual, Language};
use std::collections::BTreeMap;

/// What stands for a figure that the data did not give.
const UNKNOWN: &str = "—";

/// Replaces each `{name}` by the phrase or figure of that name.
pub fn fill(template: &Bilingual, figures: &Figures, phrases: &BTreeMap<&str, Bilingual>) -> Bilingual {
    let in_language = |language| {
        let phrase = |name: &str| phrases.get(name).map(|phrase| phrase.get(language).to_owned());
        fill_one(template.get(language), |name| phrase(name).or_else(|| figures.get(name).map(shown)))
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

fn fill_one(template: &str, find: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        filled.push_str(before);
        filled.push_str(find(name).as_deref().unwrap_or(UNKNOWN));
        rest = behind;
    }
    filled.push_str(rest);
    filled
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
}

//! The texts of one question, and the pairs that share passages.

use crate::detect::answer_kind::{AnswerKind, kind};
use crate::detect::written::parameters::WrittenParameters;
use crate::detect::written::questions::{QuestionAnswers, Written};
use crate::model::written_evidence::{WrittenCounts, WrittenCriteria};
use crate::text::hidden::{HiddenCharacters, hidden};
use crate::text::normal::{PlacedText, placed};
use crate::text::passages::{HeldText, PassageIndex, PassageSettings};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Characters of all texts of a question together; what is beyond is left out and said.
const MOST_CHARACTERS: usize = 1 << 28;

/// The answers of a question that are compared.
pub struct FoundTexts<'a> {
    /// By batch and candidate.
    pub answers: Vec<&'a Written<'a>>,
    /// Each text as it is compared: written characters past the longest compared are cut off.
    pub cut_texts: Vec<&'a str>,
    /// Every answer that has characters which do not show.
    pub hidden: Vec<(&'a Written<'a>, HiddenCharacters)>,
    /// Normal form of each text that differs from the others.
    pub normal: Vec<Vec<char>>,
    /// Answers of each text, in order.
    pub holders: Vec<Vec<u32>>,
    /// Classes of their windows.
    pub index: PassageIndex,
    /// What was compared.
    pub counts: WrittenCounts,
    /// What it was set to.
    pub criteria: WrittenCriteria,
    /// Texts that share passages, those past the criteria first.
    pub links: Vec<TextLink>,
}

/// Two texts, or one that several hold, with what they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextLink {
    /// The shorter text.
    pub shorter: u32,
    /// The other; the same number for one text of several holders.
    pub longer: u32,
    /// Characters of the shorter text that are covered.
    pub covered: u32,
    /// Its characters beside what was given.
    pub own: u32,
    /// Past the criteria.
    pub alike: bool,
}

/// One text made ready.
struct Ready<'a> {
    answer: &'a Written<'a>,
    text: &'a str,
    normal: Vec<char>,
    cut: bool,
    hidden: HiddenCharacters,
}

impl<'a> FoundTexts<'a> {
    /// Looks at the answers of a question.
    pub fn new(question: &'a QuestionAnswers<'a>, parameters: &WrittenParameters) -> Self {
        let ready: Vec<Ready<'a>> = question.answers.par_iter().map(|answer| ready(answer, parameters)).collect();
        let mut counts = WrittenCounts::default();
        let mut answers: Vec<&Written<'_>> = Vec::new();
        let mut cut_texts = Vec::new();
        let mut found_hidden = Vec::new();
        let mut normal: Vec<Vec<char>> = Vec::new();
        let mut holders: Vec<Vec<u32>> = Vec::new();
        let mut known: HashMap<Vec<char>, u32> = HashMap::new();
        let mut total = 0_usize;
        for one in ready {
            if one.hidden.total() > 0 {
                found_hidden.push((one.answer, one.hidden));
            }
            counts.cut += u64::from(one.cut);
            let shown: String = one.normal.iter().take(WORDS_OF_PLACEHOLDERS).collect();
            if kind(one.text, &shown, one.normal.len()) != AnswerKind::Text {
                counts.without_text += 1;
                continue;
            }
            if !known.contains_key(&one.normal) {
                total = total.saturating_add(one.normal.len());
            }
            if total > MOST_CHARACTERS {
                counts.beyond_total += 1;
                continue;
            }
            let answer = answers.len() as u32;
            answers.push(one.answer);
            cut_texts.push(one.text);
            let next = holders.len() as u32;
            let text = *known.entry(one.normal).or_insert_with_key(|text| {
                normal.push(text.clone());
                next
            });
            match holders.get_mut(text as usize) {
                Some(holders) => holders.push(answer),
                None => holders.push(vec![answer]),
            }
        }
        drop(known);
        let person = |answer: &u32| answers[*answer as usize].person;
        let of_text: Vec<BTreeSet<u32>> = holders.iter().map(|held| held.iter().map(person).collect()).collect();
        let all: BTreeSet<u32> = of_text.iter().flatten().copied().collect();
        counts.answers = answers.len() as u64;
        counts.persons = all.len() as u64;
        counts.distinct = normal.len() as u64;
        counts.pairs_compared = pairs_among(counts.persons);
        let held: Vec<HeldText<'_>> = (normal.iter().zip(&of_text))
            .map(|(characters, persons)| HeldText { characters, holders: persons.len() as u32 })
            .collect();
        let settings = settings(parameters, all.len());
        let given: Vec<Vec<char>> = question.given.par_iter().map(|text| placed(text).characters).collect();
        let index = PassageIndex::new(&held, &given.iter().map(Vec::as_slice).collect::<Vec<_>>(), settings);
        let criteria = WrittenCriteria {
            passage: parameters.passage,
            share_percent: parameters.share_percent,
            minimum_length: parameters.minimum_length,
            common_from: index.common_from(),
        };
        let links = links(&index, &of_text, &criteria, &mut counts);
        Self { answers, cut_texts, hidden: found_hidden, normal, holders, index, counts, criteria, links }
    }

    /// Pairs of answers by different persons, in the order of the links; at most so many. Each with its link, the
    /// answer of smaller identifiers first.
    pub fn answer_pairs(&self, most: usize) -> Vec<(u32, u32, TextLink)> {
        let mut found = Vec::new();
        for link in &self.links {
            let (one, other) = (&self.holders[link.shorter as usize], &self.holders[link.longer as usize]);
            for (place, a) in one.iter().enumerate() {
                let rest = if link.shorter == link.longer { &other[place + 1..] } else { &other[..] };
                for b in rest {
                    if found.len() >= most {
                        return found;
                    }
                    if self.answers[*a as usize].person != self.answers[*b as usize].person {
                        found.push((*a.min(b), *a.max(b), *link));
                    }
                }
            }
        }
        found
    }

    /// The text of an answer, by number.
    pub fn text_of(&self, answer: u32, link: &TextLink) -> u32 {
        let is_of = |text: u32| self.holders[text as usize].binary_search(&answer).is_ok();
        if is_of(link.shorter) { link.shorter } else { link.longer }
    }
}

/// Longest placeholder, so that no long text is joined to be compared with them.
const WORDS_OF_PLACEHOLDERS: usize = 16;

fn ready<'a>(answer: &'a Written<'a>, parameters: &WrittenParameters) -> Ready<'a> {
    let end = answer.text.char_indices().nth(parameters.maximum_length).map(|(place, _)| place);
    let text = &answer.text[..end.unwrap_or(answer.text.len())];
    let PlacedText { characters, .. } = placed(text);
    Ready { answer, text, normal: characters, cut: end.is_some(), hidden: hidden(text) }
}

/// Passages count as what many wrote from a share of the persons, but never from fewer than a few.
fn settings(parameters: &WrittenParameters, persons: usize) -> PassageSettings {
    let by_share = (persons as u64 * u64::from(parameters.common_percent)).div_ceil(100);
    PassageSettings {
        passage: parameters.passage as usize,
        given_passage: parameters.given_passage as usize,
        common_from: u32::try_from(by_share).unwrap_or(u32::MAX).max(parameters.common_least),
    }
}

const fn pairs_among(persons: u64) -> u64 {
    persons * persons.saturating_sub(1) / 2
}

/// Everything that shares a passage; counts pairs of persons.
fn links(
    index: &PassageIndex,
    persons: &[BTreeSet<u32>],
    criteria: &WrittenCriteria,
    counts: &mut WrittenCounts,
) -> Vec<TextLink> {
    let is_alike = |covered: u32, own: u32| {
        covered >= criteria.minimum_length
            && u64::from(covered) * 100 >= u64::from(own) * u64::from(criteria.share_percent)
    };
    let (pairs, left_out) = index.pairs(|_| 0);
    counts.pairs_left_out = left_out;
    let mut found: Vec<TextLink> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let own = index.own_length(pair.shorter as usize);
        let alike = is_alike(pair.covered, own);
        found.push(TextLink { shorter: pair.shorter, longer: pair.longer, covered: pair.covered, own, alike });
    }
    for text in (0..persons.len()).filter(|text| persons[*text].len() > 1) {
        let (covered, own) = (index.kept_length(text), index.own_length(text));
        if covered > 0 {
            let text = text as u32;
            found.push(TextLink { shorter: text, longer: text, covered, own, alike: is_alike(covered, own) });
        }
    }
    for link in &found {
        let (one, other) = (&persons[link.shorter as usize], &persons[link.longer as usize]);
        let pairs = if link.shorter == link.longer {
            pairs_among(one.len() as u64)
        } else {
            // One person with both texts is no pair.
            (one.len() * other.len() - one.intersection(other).count()) as u64
        };
        counts.pairs_sharing += pairs;
        counts.pairs_alike += if link.alike { pairs } else { 0 };
    }
    // By share in whole numbers, then by length.
    let order = |link: &TextLink| {
        let share = u64::from(link.covered) * 1_000_000 / u64::from(link.own.max(1));
        let first = std::cmp::Reverse(if link.alike { (u64::from(link.covered), share) } else { (share, 0) });
        (!link.alike, first, link.shorter, link.longer)
    };
    found.par_sort_by_key(order);
    found
}

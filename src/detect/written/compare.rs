//! One question compared, as evidence.

use crate::detect::similarity::pair_clusters::PairClusters;
use crate::detect::written::found::FoundTexts;
use crate::detect::written::parameters::WrittenParameters;
use crate::detect::written::questions::QuestionAnswers;
use crate::detect::written::sides::{own_runs, written_pair};
use crate::model::hexadecimal::hexadecimal;
use crate::model::ids::BatchId;
use crate::model::written_evidence::{
    HiddenText, SharedText, WrittenComparison, WrittenHolder, WrittenPair, WrittenPrint,
};
use crate::text::winnowing::fingerprints;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Pairs below the criteria that are kept beside those past them.
const OTHERS_KEPT: usize = 10;
/// Holders of one text that are named.
const HOLDERS_NAMED: usize = 50;
/// Characters of a window of a fingerprint, per cent of a passage.
const WINDOW_PERCENT: usize = 50;

/// What is wanted of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Pairs past the criteria and a few others, with both texts, and fingerprints.
    Evidence,
    /// Every pair that shares a passage, as figures.
    EveryPair,
}

/// Compares the answers to one question.
pub fn compare(question: &QuestionAnswers<'_>, parameters: &WrittenParameters, wanted: Wanted) -> WrittenComparison {
    let found = FoundTexts::new(question, parameters);
    let mut chosen = found.answer_pairs(parameters.maximum_pairs_reported);
    if wanted == Wanted::Evidence {
        let alike = chosen.iter().filter(|(.., link)| link.alike).count();
        chosen.truncate(alike + OTHERS_KEPT);
    }
    let clusters = clusters(&found);
    let with_texts = wanted == Wanted::Evidence;
    let pairs: Vec<WrittenPair> = chosen
        .into_par_iter()
        .map(|pair| {
            let cluster = clusters.number_of.get(&pair.0).copied();
            WrittenPair { cluster: cluster.filter(|_| pair.2.alike), ..written_pair(&found, pair, with_texts) }
        })
        .collect();
    let batches: BTreeSet<&BatchId> = found.answers.iter().map(|answer| answer.batch_id).collect();
    WrittenComparison {
        question: question.question.clone(),
        batches: batches.into_iter().cloned().collect(),
        counts: found.counts,
        criteria: found.criteria,
        pairs,
        clusters: clusters.members,
        hidden: hidden_texts(&found),
        shared_by_many: shared_by_many(&found),
        prints: if with_texts { prints(&found) } else { Vec::new() },
        earlier: Vec::new(),
    }
}

fn holder(found: &FoundTexts<'_>, answer: u32) -> WrittenHolder {
    let answer = found.answers[answer as usize];
    WrittenHolder { batch_id: answer.batch_id.clone(), candidate_id: answer.candidate_id.clone() }
}

/// Answers that hang together, and the number of each one's cluster.
struct Clusters {
    members: Vec<Vec<WrittenHolder>>,
    number_of: BTreeMap<u32, u32>,
}

fn clusters(found: &FoundTexts<'_>) -> Clusters {
    let alike = || found.links.iter().filter(|link| link.alike);
    let joined = alike().flat_map(|link| {
        let (one, other) = (&found.holders[link.shorter as usize], &found.holders[link.longer as usize]);
        let first = one.first().copied().unwrap_or(0) as usize;
        one.iter().chain(other).map(move |answer| (first, *answer as usize))
    });
    let components = PairClusters::new(found.answers.len(), joined);
    let members: BTreeSet<usize> = alike()
        .flat_map(|link| [link.shorter, link.longer])
        .flat_map(|text| found.holders[text as usize].iter().map(|answer| *answer as usize))
        .collect();
    let numbers = components.numbers(members.iter().copied());
    let mut clusters = Clusters { members: Vec::new(), number_of: BTreeMap::new() };
    for (answer, number) in members.into_iter().zip(numbers) {
        clusters.number_of.insert(answer as u32, number);
        let place = number as usize - 1;
        if clusters.members.len() <= place {
            clusters.members.push(Vec::new());
        }
        clusters.members[place].push(holder(found, answer as u32));
    }
    clusters
}

fn hidden_texts(found: &FoundTexts<'_>) -> Vec<HiddenText> {
    let mut texts: Vec<HiddenText> = found
        .hidden
        .iter()
        .map(|(answer, hidden)| HiddenText {
            holder: WrittenHolder { batch_id: answer.batch_id.clone(), candidate_id: answer.candidate_id.clone() },
            invisible: hidden.invisible as u64,
            direction: hidden.direction as u64,
            look_alike: hidden.look_alike as u64,
            source: answer.source,
        })
        .collect();
    texts.sort_by_key(|text| std::cmp::Reverse(text.invisible + text.direction + text.look_alike));
    texts
}

fn shared_by_many(found: &FoundTexts<'_>) -> Vec<SharedText> {
    let of_text = |(text, holders): (usize, &Vec<u32>)| {
        let persons: BTreeSet<u32> = holders.iter().map(|answer| found.answers[*answer as usize].person).collect();
        let characters = found.normal[text].len();
        let is_shared = persons.len() as u64 >= u64::from(found.criteria.common_from)
            && characters >= found.criteria.minimum_length as usize
            // What was given to all is nobody's.
            && found.index.own_length(text) >= found.criteria.minimum_length;
        is_shared.then(|| {
            let named: Vec<u32> = holders.iter().take(HOLDERS_NAMED).copied().collect();
            SharedText {
                persons: persons.len() as u64,
                characters: characters as u64,
                sources: named.iter().map(|answer| found.answers[*answer as usize].source).collect(),
                holders: named.into_iter().map(|answer| holder(found, answer)).collect(),
            }
        })
    };
    let mut shared: Vec<SharedText> = found.holders.iter().enumerate().filter_map(of_text).collect();
    shared.sort_by_key(|text| std::cmp::Reverse((text.persons, text.characters)));
    shared
}

/// Fingerprints of every answer that is long enough to be told again.
fn prints(found: &FoundTexts<'_>) -> Vec<WrittenPrint> {
    let passage = found.criteria.passage as usize;
    let window = (passage * WINDOW_PERCENT / 100).max(1);
    let of_text = |text: usize| {
        let characters = &found.normal[text];
        if found.index.kept_length(text) < found.criteria.minimum_length {
            return Vec::new();
        }
        let runs = own_runs(found.index.removed(text), characters);
        let mut prints: Vec<u32> = runs.iter().flat_map(|run| fingerprints(run, window, passage)).collect();
        prints.sort_unstable();
        prints.dedup();
        let normal: String = characters.iter().collect();
        let sha256 = hexadecimal(&Sha256::digest(normal.as_bytes()));
        let of_answer = |answer: &u32| WrittenPrint {
            holder: holder(found, *answer),
            characters: characters.len() as u32,
            prints: prints.clone(),
            sha256: sha256.clone(),
            source: found.answers[*answer as usize].source,
        };
        found.holders[text].iter().map(of_answer).collect()
    };
    let mut prints: Vec<WrittenPrint> =
        (0..found.normal.len()).into_par_iter().map(of_text).collect::<Vec<Vec<_>>>().into_iter().flatten().collect();
    prints.sort_by(|a, b| a.holder.cmp(&b.holder));
    prints
}

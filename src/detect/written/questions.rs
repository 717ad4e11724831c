//! Written answers by question, from ratings, free responses and attachments.

use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::form::FormItem;
use crate::model::identity::mask_embedded_numbers;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::provenance::Provenance;
use crate::model::written_evidence::Question;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// One answer as it is compared.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// 批次号.
    pub batch_id: &'a BatchId,
    /// 准考证号.
    pub candidate_id: &'a CandidateId,
    /// The person, by number: one person may have registered more than once.
    pub person: u32,
    /// The text with identity numbers masked.
    pub text: Cow<'a, str>,
    /// Source row.
    pub source: Provenance,
}

/// The answers to one question, with what all were given.
#[derive(Clone, Debug, Default)]
pub struct QuestionAnswers<'a> {
    /// Which question.
    pub question: Question,
    /// By batch, candidate and source; one of each batch and candidate.
    pub answers: Vec<Written<'a>>,
    /// Stems, options and reference answers of the papers.
    pub given: Vec<&'a str>,
}

/// Every question of a data set that has written answers, in the order of questions.
pub fn questions(dataset: &Dataset) -> Vec<QuestionAnswers<'_>> {
    let persons = Persons::of(dataset);
    let mut found: BTreeMap<Question, Vec<Written<'_>>> = BTreeMap::new();
    let mut batch: Option<&Batch> = None;
    let mut of_batch = |batch_id: &BatchId| {
        if batch.is_none_or(|batch| batch.batch_id != *batch_id) {
            batch = dataset.batch(batch_id);
        }
        batch.map_or((None, None), |batch| {
            (batch.occupation_code.clone().or_else(|| batch.occupation.clone()), batch.level)
        })
    };
    let chosen = with_options(dataset);
    for rating in &dataset.ratings {
        let Some(text) = rating.response_text.as_deref().filter(|text| !text.trim().is_empty()) else { continue };
        let (occupation, level) = of_batch(&rating.batch_id);
        let name = rating.criterion.clone();
        let question = Question { occupation, level, component: Some(rating.component.clone()), name };
        found.entry(question).or_default().push(Written {
            batch_id: &rating.batch_id,
            candidate_id: &rating.candidate_id,
            person: 0,
            text: Cow::Borrowed(text),
            source: rating.source,
        });
    }
    for answer in &dataset.written_answers {
        if chosen.contains(answer.question.as_str()) {
            continue;
        }
        let (occupation, level) = of_batch(&answer.batch_id);
        let question = Question { occupation, level, component: None, name: answer.question.clone() };
        found.entry(question).or_default().push(Written {
            batch_id: &answer.batch_id,
            candidate_id: &answer.candidate_id,
            person: 0,
            text: Cow::Borrowed(&answer.text),
            source: answer.source,
        });
    }
    let given = Given::of(dataset);
    let mut ready = Vec::with_capacity(found.len());
    for (question, mut answers) in found {
        // The rows of all raters repeat the text.
        answers.sort_by(|a, b| (a.batch_id, a.candidate_id, a.source).cmp(&(b.batch_id, b.candidate_id, b.source)));
        answers.dedup_by(|later, first| (later.batch_id, later.candidate_id) == (first.batch_id, first.candidate_id));
        for (place, answer) in answers.iter_mut().enumerate() {
            answer.person = persons.number(answer, place);
            // Before any place in the text is counted: masking changes lengths.
            if let Cow::Owned(masked) = mask_embedded_numbers(&answer.text) {
                answer.text = Cow::Owned(masked);
            }
        }
        let batches: BTreeSet<&BatchId> = answers.iter().map(|answer| answer.batch_id).collect();
        let given = given.texts(&batches);
        ready.push(QuestionAnswers { question, answers, given });
    }
    ready
}

/// Items with options: their long responses are options, not written answers.
fn with_options(dataset: &Dataset) -> BTreeSet<&str> {
    let items = dataset.form_items.iter().filter(|item| item.options.len() > 1);
    items.filter_map(|item| item.item_id.as_ref()).map(|id| id.as_str()).collect()
}

/// Persons by number, where the roster has identity numbers: one may have registered more than once.
struct Persons<'a> {
    by_identity: BTreeMap<(&'a BatchId, &'a CandidateId), u32>,
    /// So many different ones.
    count: u32,
}

impl<'a> Persons<'a> {
    fn of(dataset: &'a Dataset) -> Self {
        let mut identities: BTreeMap<&str, u32> = BTreeMap::new();
        let mut by_identity = BTreeMap::new();
        for candidate in &dataset.candidates {
            let identity = candidate.id_number.as_ref().and_then(|number| number.for_matching());
            let Some(identity) = identity.filter(|identity| !identity.is_empty()) else { continue };
            let next = identities.len() as u32;
            let person = *identities.entry(identity).or_insert(next);
            by_identity.insert((&candidate.batch_id, &candidate.candidate_id), person);
        }
        Self { by_identity, count: identities.len() as u32 }
    }

    /// Registrations without an identity number are persons of their own.
    fn number(&self, answer: &Written<'_>, place: usize) -> u32 {
        let known = self.by_identity.get(&(answer.batch_id, answer.candidate_id));
        known.copied().unwrap_or(self.count.saturating_add(place as u32))
    }
}

/// What the papers of each batch say; papers of no batch hold for all.
struct Given<'a> {
    by_batch: BTreeMap<Option<&'a BatchId>, Vec<&'a FormItem>>,
}

impl<'a> Given<'a> {
    fn of(dataset: &'a Dataset) -> Self {
        let mut by_batch: BTreeMap<Option<&BatchId>, Vec<&FormItem>> = BTreeMap::new();
        for item in &dataset.form_items {
            by_batch.entry(item.batch_id.as_ref()).or_default().push(item);
        }
        Self { by_batch }
    }

    fn texts(&self, batches: &BTreeSet<&'a BatchId>) -> Vec<&'a str> {
        let mut texts: BTreeSet<&str> = BTreeSet::new();
        for batch in std::iter::once(None).chain(batches.iter().map(|batch| Some(*batch))) {
            for item in self.by_batch.get(&batch).into_iter().flatten() {
                texts.extend(item.stem.as_deref());
                texts.extend(item.key.as_deref());
                texts.extend(item.options.iter().map(|(_, option)| &**option));
            }
        }
        texts.into_iter().collect()
    }
}

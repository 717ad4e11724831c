//! The detector of written answers that are alike.

use crate::detect::detector::{Detector, Explanation};
use crate::detect::parameters::DetectParameters;
use crate::detect::written::compare::{Wanted, compare};
use crate::detect::written::explanation::explanation;
use crate::detect::written::questions::questions;
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::progress::Progress;
use crate::model::text::Bilingual;
use crate::model::written_evidence::{HiddenText, SharedText, WrittenComparison, WrittenPair};
use std::collections::BTreeMap;

/// Name of the detector.
pub const NAME: &str = "written";
/// Cases of one measure and batch.
const MOST_CASES: usize = 500;

/// Written answers that are alike.
pub struct WrittenDetector;

impl Detector for WrittenDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let questions = questions(dataset);
        progress.begin(NAME, questions.len() as u64);
        let mut found: Vec<WrittenComparison> = Vec::with_capacity(questions.len());
        for question in &questions {
            found.push(compare(question, &parameters.written, Wanted::Evidence));
            progress.advance(1);
        }
        progress.finish();
        let mut by_batch: BTreeMap<&BatchId, Seen<'_>> = BTreeMap::new();
        for comparison in &found {
            for batch_id in &comparison.batches {
                by_batch.entry(batch_id).or_default().take(comparison, batch_id);
            }
            for text in &comparison.hidden {
                by_batch.entry(&text.holder.batch_id).or_default().hidden.push(text);
            }
        }
        let mut observations = Vec::new();
        for (batch_id, batch) in dataset.batch_ids() {
            let seen = by_batch.remove(&batch_id).unwrap_or_default();
            observations.extend(observe(&batch_id, batch, &seen));
        }
        let shown = |comparison: &WrittenComparison| {
            comparison.counts.answers > 1 || !comparison.hidden.is_empty() || comparison.counts.without_text > 0
        };
        let evidence = found.into_iter().filter(shown);
        Detected {
            observations,
            evidence: evidence.map(|comparison| Evidence::WrittenComparison(Box::new(comparison))).collect(),
        }
    }
}

/// What is seen of one batch.
#[derive(Default)]
struct Seen<'a> {
    questions: usize,
    answers: u64,
    alike: Vec<&'a WrittenPair>,
    shared: Vec<&'a SharedText>,
    hidden: Vec<&'a HiddenText>,
}

impl<'a> Seen<'a> {
    fn take(&mut self, comparison: &'a WrittenComparison, batch_id: &BatchId) {
        self.questions += 1;
        self.answers += comparison.counts.answers;
        let holds = |pair: &&WrittenPair| {
            pair.alike && (pair.a.holder.batch_id == *batch_id || pair.b.holder.batch_id == *batch_id)
        };
        self.alike.extend(comparison.pairs.iter().filter(holds));
        let shared = |text: &&SharedText| text.holders.iter().any(|holder| holder.batch_id == *batch_id);
        self.shared.extend(comparison.shared_by_many.iter().filter(shared));
    }
}

fn observe(batch_id: &BatchId, batch: Option<&Batch>, seen: &Seen<'_>) -> Vec<Observation> {
    let body_id = batch.and_then(|batch| batch.body_id.as_ref());
    let observe = |measure, nature, (figure, count): (&str, usize), cases: Vec<ObservedCase>| {
        let mut found = Observation::new(NAME, measure, nature).of_batch(batch_id, body_id);
        if seen.questions == 0 {
            // None of the two need be there: many examinations have no written part.
            return found.lacking(vec![
                MissingFact::column("answers", "response"),
                MissingFact::column("ratings", "response_text"),
            ]);
        }
        found.cases = cases;
        found.figures.insert("written_answers".to_owned(), i64::try_from(seen.answers).unwrap_or(i64::MAX).into());
        found.with(figure, count)
    };
    let alike = seen.alike.iter().take(MOST_CASES).map(|pair| pair_case(pair)).collect();
    let hidden = seen.hidden.iter().take(MOST_CASES).map(|text| hidden_case(text)).collect();
    let shared = seen.shared.iter().take(MOST_CASES).map(|text| shared_case(text)).collect();
    vec![
        observe("alike_answers", Nature::Sign, ("alike_answer_pairs", seen.alike.len()), alike),
        observe("hidden_characters", Nature::Fact, ("answers_with_hidden", seen.hidden.len()), hidden),
        observe("shared_by_many", Nature::Sign, ("texts_of_many", seen.shared.len()), shared),
    ]
}

fn pair_case(pair: &WrittenPair) -> ObservedCase {
    let (a, b) = (&pair.a.holder, &pair.b.holder);
    let percent = u64::from(pair.covered) * 100 / u64::from(pair.shorter.max(1));
    let WrittenPair { covered, longest, passages, .. } = pair;
    let (zh_kind, en_kind) = match (pair.identical, pair.other_order) {
        (true, _) => ("全文相同", "the texts are the same"),
        (false, true) => ("段落顺序不同", "the passages stand in another order"),
        (false, false) => ("段落顺序相同", "the passages stand in one order"),
    };
    ObservedCase {
        subjects: vec![a.candidate_id.to_string(), b.candidate_id.to_string()],
        sources: vec![pair.a.source, pair.b.source],
        detail: Bilingual::new(
            format!(
                "考生 {}（批次 {}）与 {}（批次 {}）的书面作答有 {passages} 处相同段落，覆盖较短一份的 {covered} 字（{percent}%），最长 {longest} 字；{zh_kind}。题干、参考答案与通用表述不计入；是否雷同由人认定。",
                a.candidate_id, a.batch_id, b.candidate_id, b.batch_id
            ),
            format!(
                "The written answers of {} (batch {}) and {} (batch {}) share {passages} passages, which cover {covered} characters ({percent} %) of the shorter one, the longest {longest}; {en_kind}. Stem, reference answer and stock phrases are not counted; for a person to confirm.",
                a.candidate_id, a.batch_id, b.candidate_id, b.batch_id
            ),
        ),
    }
}

fn hidden_case(text: &HiddenText) -> ObservedCase {
    let HiddenText { holder, invisible, direction, look_alike, source } = text;
    ObservedCase {
        subjects: vec![holder.candidate_id.to_string()],
        sources: vec![*source],
        detail: Bilingual::new(
            format!(
                "考生 {} 的作答含不可见字符 {invisible} 个、改变方向的字符 {direction} 个、形近字符 {look_alike} 个；比较前已去除或还原。",
                holder.candidate_id
            ),
            format!(
                "The answer of {} holds {invisible} characters that do not show, {direction} that turn the direction and {look_alike} that look like others; they were taken away or replaced before the comparison.",
                holder.candidate_id
            ),
        ),
    }
}

fn shared_case(text: &SharedText) -> ObservedCase {
    let SharedText { persons, characters, .. } = text;
    ObservedCase {
        subjects: text.holders.iter().map(|holder| holder.candidate_id.to_string()).collect(),
        sources: text.sources.clone(),
        detail: Bilingual::new(
            format!("{persons} 名考生的全文相同（{characters} 字）：人数多，按通用表述处理，不计为对；供人查看来源。"),
            format!(
                "{persons} candidates have one text of {characters} characters: so many that it counts as a stock text and not as pairs; for a person to look where it comes from."
            ),
        ),
    }
}

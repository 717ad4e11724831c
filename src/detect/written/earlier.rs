//! Answers at hand that are like answers of earlier runs.

use crate::detect::written::detector::NAME;
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::text::Bilingual;
use crate::model::written_evidence::EarlierAnswer;
use std::collections::BTreeMap;

/// One observation a batch, also where no earlier answer is like one at hand.
pub fn observations<'a>(dataset: &Dataset, earlier: impl Iterator<Item = &'a EarlierAnswer>) -> Vec<Observation> {
    let mut by_batch: BTreeMap<&BatchId, Vec<&EarlierAnswer>> = BTreeMap::new();
    for answer in earlier {
        by_batch.entry(&answer.holder.batch_id).or_default().push(answer);
    }
    let observe = |(batch_id, batch): (BatchId, Option<&Batch>)| {
        let body_id = batch.and_then(|batch| batch.body_id.as_ref());
        let found = by_batch.get(&batch_id).map_or(&[][..], Vec::as_slice);
        let mut observation = Observation::new(NAME, "earlier_answers", Nature::Sign).of_batch(&batch_id, body_id);
        observation.cases = found.iter().map(|answer| case(answer)).collect();
        observation.with("earlier_answers", found.len())
    };
    dataset.batch_ids().into_iter().map(observe).collect()
}

fn case(answer: &EarlierAnswer) -> ObservedCase {
    let EarlierAnswer { holder, batch_id, candidate_id, common, fewest, run, .. } = answer;
    let day = answer.exam_date.as_deref().unwrap_or("—");
    let (zh, en) = if answer.identical {
        ("全文相同".to_owned(), "the whole texts are the same".to_owned())
    } else {
        (format!("指纹 {common}/{fewest} 相同"), format!("{common} of {fewest} fingerprints are the same"))
    };
    ObservedCase {
        subjects: vec![holder.candidate_id.to_string()],
        sources: vec![answer.source],
        detail: Bilingual::new(
            format!(
                "考生 {} 的作答与历史库中批次 {batch_id}（{day}，数据集“{run}”）考生 {candidate_id} 的作答相近：{zh}。历史库不存文字，请调阅原作答比对；由人认定。",
                holder.candidate_id
            ),
            format!(
                "The answer of {} is like that of {candidate_id} in batch {batch_id} ({day}, data set \"{run}\") of the history: {en}. The history keeps no text: compare with the earlier paper itself; for a person to confirm.",
                holder.candidate_id
            ),
        ),
    }
}

//! The disorder detector: items over time, and marks of conduct and absence beside other batches.

use crate::detect::change_log::quoted;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::disorder::easier::{Shift, shifts};
use crate::detect::disorder::explanation::{NAME, explanation};
use crate::detect::disorder::marks::{Marked, Marks, Share, absent, voided};
use crate::detect::each_batch::each_batch;
use crate::detect::item_uses::uses;
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::figure::Figure;
use crate::model::ids::BatchId;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::progress::Progress;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use std::collections::BTreeMap;

/// Rows and candidates that a case names, at most.
const SHOWN: usize = 100;

/// Signs of leaked items and of disorder.
pub struct DisorderDetector;

impl Detector for DisorderDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let uses = uses(dataset);
        let found = shifts(&uses, &parameters.disorder);
        let by_batch = by_batch(&found);
        let (voided, absent) = (voided(dataset), absent(dataset));
        let (void_shares, absent_shares) = (voided.shares(&parameters.disorder), absent.shares(&parameters.disorder));
        each_batch(dataset, NAME, progress, |batch_id, batch| {
            let body_id = batch.and_then(|batch| batch.body_id.as_ref());
            let blank = |measure| Observation::new(NAME, measure, Nature::Sign).of_batch(batch_id, body_id);
            let own = by_batch.get(batch_id).map_or(&[][..], Vec::as_slice);
            let of =
                |marks: &Marks<'_>, shares: &BTreeMap<&BatchId, Share>, measure, (table, column), words| match shares
                    .get(batch_id)
                    .zip(marks.batches.get(batch_id))
                {
                    Some((share, marked)) => stand_out(blank(measure), batch_id, share, marked, words),
                    None => blank(measure).lacking(dataset.missing(table, &[column])),
                };
            let void_words = ("被记为作弊、违纪或作废", "are marked as void");
            let absent_words = ("被记为缺考", "are marked as absent");
            let observations = vec![
                items(blank("easier_items"), own, found.len(), dataset),
                of(&voided, &void_shares, "void_marks", ("scores", "score"), void_words),
                of(&absent, &absent_shares, "absences", ("candidates", "status"), absent_words),
            ];
            Detected { observations, evidence: Vec::new() }
        })
    }
}

/// Tests by the later batch.
fn by_batch<'a>(found: &'a [Shift<'_>]) -> BTreeMap<&'a BatchId, Vec<&'a Shift<'a>>> {
    let mut sorted: BTreeMap<&BatchId, Vec<&Shift<'_>>> = BTreeMap::new();
    for shift in found {
        sorted.entry(shift.batch_id).or_default().push(shift);
    }
    sorted
}

fn items(mut seen: Observation, own: &[&Shift<'_>], family: usize, dataset: &Dataset) -> Observation {
    if own.is_empty() {
        // Nothing was used before, or too little of it to compare people by.
        let mut missing = dataset.missing("forms", &["item_id", "key"]);
        missing.extend(dataset.missing("answers", &[]));
        return seen.lacking(missing);
    }
    seen.figures.insert("items_compared".to_owned(), Figure::from(own.len()));
    seen.figures.insert("items_tested_over_all_batches".to_owned(), Figure::from(family));
    seen.cases = own.iter().filter(|shift| shift.is_flagged).map(|shift| case(shift, dataset)).collect();
    seen
}

fn case(shift: &Shift<'_>, dataset: &Dataset) -> ObservedCase {
    let item = quoted(shift.item_id.as_str());
    let (counts, delta) = (shift.counts, format!("{:.2}", shift.delta_hundredths as f64 / 100.0));
    let adjusted = format!("{:.2e}", shift.adjusted);
    let sources: Vec<Provenance> = dataset
        .form_items
        .iter()
        .filter(|row| row.item_id.as_ref() == Some(shift.item_id))
        .map(|row| row.source)
        .take(SHOWN)
        .collect();
    let (earlier, day) = (quoted(shift.earlier.as_str()), shift.earlier_day);
    ObservedCase {
        subjects: vec![item.clone()],
        sources,
        detail: Bilingual::new(
            format!(
                "试题 {item}：答对 {}/{}，先前使用（{day} {earlier}）为 {}/{}；同分考生相比容易 {delta}（delta 尺度），校正后 p = {adjusted}。",
                counts.own_hits, counts.own, counts.other_hits, counts.other
            ),
            format!(
                "Item {item}: {}/{} right, in the earlier use ({day}, {earlier}) {}/{}; easier by {delta} on the delta scale for people of equal score, adjusted p = {adjusted}.",
                counts.own_hits, counts.own, counts.other_hits, counts.other
            ),
        ),
    }
}

fn stand_out(
    mut seen: Observation,
    batch_id: &BatchId,
    share: &Share,
    marked: &Marked<'_>,
    (zh, en): (&str, &str),
) -> Observation {
    let counts = share.counts;
    let number = |value: u64| Figure::from(i64::try_from(value).unwrap_or(i64::MAX));
    seen.figures.insert("marked".to_owned(), number(counts.own_hits));
    seen.figures.insert("candidates".to_owned(), number(counts.own));
    if share.is_flagged {
        let adjusted = format!("{:.2e}", share.adjusted);
        let mut subjects = vec![batch_id.to_string()];
        subjects.extend(marked.people.iter().take(SHOWN).map(|(candidate, _)| candidate.to_string()));
        let sources = marked.people.iter().take(SHOWN).map(|(_, source)| *source).collect();
        seen.cases.push(ObservedCase {
            subjects,
            sources,
            detail: Bilingual::new(
                format!(
                    "{}人中有{}人{zh}，其他批次合计{}人中有{}人；校正后 p = {adjusted}。",
                    counts.own, counts.own_hits, counts.other, counts.other_hits
                ),
                format!(
                    "{} of {} candidates {en}, of the other batches together {} of {}; adjusted p = {adjusted}.",
                    counts.own_hits, counts.own, counts.other_hits, counts.other
                ),
            ),
        });
    }
    seen
}

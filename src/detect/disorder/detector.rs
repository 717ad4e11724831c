//! The disorder detector: items over time, and marks of conduct and absence beside other batches.

use crate::detect::blank::{lacking, of_batch, sign};
use crate::detect::change_log::quoted;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::disorder::easier::{Shift, Shifts, shifts};
use crate::detect::disorder::explanation::{NAME, explanation};
use crate::detect::disorder::marks::{Marks, Share, absent, voided};
use crate::detect::disorder::uses::uses;
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::figure::Figure;
use crate::model::ids::BatchId;
use crate::model::observation::{Detected, Observation, ObservedCase};
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
        let batches = dataset.batch_ids();
        progress.begin(NAME, batches.len() as u64);
        let uses = uses(dataset);
        let found = shifts(&uses, &parameters.disorder);
        let by_batch = by_batch(&found);
        let (voided, absent) = (voided(dataset), absent(dataset));
        let (void_shares, absent_shares) = (voided.shares(&parameters.disorder), absent.shares(&parameters.disorder));
        let mut detected = Detected::default();
        for (batch_id, batch) in &batches {
            let body_id = batch.and_then(|batch| batch.body_id.as_ref());
            let blank = |measure| of_batch(sign(NAME, measure), batch_id, body_id);
            let own = by_batch.get(batch_id).map_or(&[][..], Vec::as_slice);
            detected.observations.push(items(blank("easier_items"), own, found.tested.len(), dataset));
            let of = |marks: &Marks<'_>, shares: &BTreeMap<&BatchId, Share>, measure, table, column, words| {
                let (share, rows) = (shares.get(batch_id), marks.batches.get(batch_id));
                let Some((share, rows)) = share.zip(rows) else {
                    return lacking(blank(measure), dataset.missing(table, &[column]));
                };
                let marked = rows.people.iter().take(SHOWN);
                let (people, sources) = marked.map(|(candidate, source)| (candidate.to_string(), *source)).unzip();
                stand_out(blank(measure), batch_id, share, people, sources, words)
            };
            let words = ("被记为作弊、违纪或作废", "are marked as void");
            detected.observations.push(of(&voided, &void_shares, "void_marks", "scores", "score", words));
            let words = ("被记为缺考", "are marked as absent");
            detected.observations.push(of(&absent, &absent_shares, "absences", "candidates", "status", words));
            progress.advance(1);
        }
        progress.finish();
        detected
    }
}

/// Tests by the later batch, each with whether it is past the criteria.
fn by_batch<'a>(found: &'a Shifts<'_>) -> BTreeMap<&'a BatchId, Vec<(&'a Shift<'a>, bool)>> {
    let mut sorted: BTreeMap<&BatchId, Vec<(&Shift<'_>, bool)>> = BTreeMap::new();
    for (place, shift) in found.tested.iter().enumerate() {
        let is_flagged = found.flagged.binary_search(&place).is_ok();
        sorted.entry(shift.batch_id).or_default().push((shift, is_flagged));
    }
    sorted
}

fn items(mut seen: Observation, own: &[(&Shift<'_>, bool)], family: usize, dataset: &Dataset) -> Observation {
    if own.is_empty() {
        // Nothing was used before, or too little of it to compare people by.
        let mut missing = dataset.missing("forms", &["item_id", "key"]);
        missing.extend(dataset.missing("answers", &[]));
        return lacking(seen, missing);
    }
    seen.figures.insert("items_compared".to_owned(), Figure::from(own.len()));
    seen.figures.insert("items_tested_over_all_batches".to_owned(), Figure::from(family));
    seen.cases = own.iter().filter(|(_, is_flagged)| *is_flagged).map(|(shift, _)| case(shift, dataset)).collect();
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
    people: Vec<String>,
    sources: Vec<Provenance>,
    (zh, en): (&str, &str),
) -> Observation {
    let counts = share.counts;
    let number = |value: u64| Figure::from(i64::try_from(value).unwrap_or(i64::MAX));
    seen.figures.insert("marked".to_owned(), number(counts.own_hits));
    seen.figures.insert("candidates".to_owned(), number(counts.own));
    if share.is_flagged {
        let adjusted = format!("{:.2e}", share.adjusted);
        let mut subjects = vec![batch_id.to_string()];
        subjects.extend(people);
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

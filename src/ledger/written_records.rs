//! Written answers at hand as the history takes them, and what it holds that is like them.

use crate::ledger::error::LedgerError;
use crate::ledger::open::Ledger;
use crate::ledger::written::WrittenRecord;
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::written_evidence::{EarlierAnswer, Question};

/// The fingerprints of every written answer at hand, with the comparison that each belongs to.
pub fn written_records(dataset: &Dataset, evidence: &[Evidence]) -> Vec<(usize, WrittenRecord)> {
    let mut records = Vec::new();
    for (place, found) in evidence.iter().enumerate() {
        let Evidence::WrittenComparison(found) = found else { continue };
        let question = question_key(&found.question);
        for print in &found.prints {
            let batch = dataset.batch(&print.holder.batch_id);
            let record = WrittenRecord {
                body_id: batch.and_then(|batch| batch.body_id.as_ref()).map(ToString::to_string).unwrap_or_default(),
                exam_date: batch.and_then(|batch| batch.exam_date).map(|day| day.to_string()),
                question: question.clone(),
                print: print.clone(),
            };
            records.push((place, record));
        }
    }
    records
}

/// Looks for earlier answers like those at hand, and adds them to the evidence.
///
/// # Errors
/// What the engine says.
pub fn add_earlier_written(
    ledger: &mut Ledger,
    dataset: &Dataset,
    evidence: &mut [Evidence],
    share_percent: u32,
) -> Result<Vec<EarlierAnswer>, LedgerError> {
    let (places, records): (Vec<usize>, Vec<WrittenRecord>) = written_records(dataset, evidence).into_iter().unzip();
    let earlier = ledger.earlier_written(&records, share_percent)?;
    let mut all = Vec::with_capacity(earlier.len());
    for (number, answer) in earlier {
        let comparison = places.get(number).and_then(|place| evidence.get_mut(*place));
        if let Some(Evidence::WrittenComparison(found)) = comparison {
            found.earlier.push(answer.clone());
        }
        all.push(answer);
    }
    Ok(all)
}

/// A question by one word that is the same in every run.
fn question_key(question: &Question) -> String {
    let level = question.level.map(|level| level.code().to_string()).unwrap_or_default();
    let component = question.component.as_ref().map(ToString::to_string).unwrap_or_default();
    let occupation = question.occupation.as_deref().unwrap_or_default();
    [occupation, &level, &component, question.name.as_str()].join("|")
}

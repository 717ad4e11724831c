//! What a credit card is made from, whether it comes from a history or from the data at hand.

use crate::model::dataset::Dataset;
use crate::model::finding::{Finding, Measure, Verdict};
use crate::model::history::{Decision, EarlierFinding, History};
use crate::model::ids::{BatchId, BodyId};
use crate::model::supervision::MeasureTaken;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A finding `MET` or `INDICATION`, with what a person made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditFinding {
    /// `<article>:<body>:<batch>:<reading>`.
    pub finding_id: String,
    /// Rule pack by which it was found.
    pub rule_pack: String,
    /// `20(1)`.
    pub article: String,
    /// Examination date, or the day by which the body was judged.
    pub dated: Option<NaiveDate>,
    /// Whether it is a fact or a sign.
    pub verdict: Verdict,
    /// The latest decision.
    pub decision: Option<Decision>,
}

/// Everything on record of one body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreditRecord {
    /// Batches with their examination dates.
    pub batches: BTreeMap<BatchId, Option<NaiveDate>>,
    /// Findings, each once.
    pub findings: Vec<CreditFinding>,
    /// Measures by date.
    pub measures: BTreeSet<(NaiveDate, Measure)>,
}

/// Records by body.
pub type CreditRecords = BTreeMap<BodyId, CreditRecord>;

/// Takes in what a history holds.
pub fn add_history(records: &mut CreditRecords, history: &History) {
    for batch in &history.batches {
        if let Some(body_id) = &batch.body_id {
            records.entry(body_id.clone()).or_default().batches.insert(batch.batch_id.clone(), batch.exam_date);
        }
    }
    for finding in &history.findings {
        if let Some(body_id) = &finding.body_id {
            records.entry(body_id.clone()).or_default().findings.push(earlier(finding));
        }
    }
    for taken in &history.measures {
        records.entry(taken.body_id.clone()).or_default().measures.insert((taken.decided_on, taken.measure));
    }
}

fn earlier(finding: &EarlierFinding) -> CreditFinding {
    CreditFinding {
        finding_id: finding.finding_id.clone(),
        rule_pack: finding.rule_pack.clone(),
        article: finding.article.clone(),
        dated: finding.exam_date,
        verdict: finding.verdict,
        decision: finding.decision.clone(),
    }
}

/// Takes in the batches at hand.
pub fn add_batches(records: &mut CreditRecords, dataset: &Dataset) {
    for batch in &dataset.batches {
        if let Some(body_id) = &batch.body_id {
            records.entry(body_id.clone()).or_default().batches.insert(batch.batch_id.clone(), batch.exam_date);
        }
    }
}

/// Takes in the findings of a run, with the decision of a person where an earlier run found the same.
pub fn add_findings<'a>(
    records: &mut CreditRecords,
    findings: impl IntoIterator<Item = &'a Finding>,
    exam_date: impl Fn(&BatchId) -> Option<NaiveDate>,
    decision: impl Fn(&Finding) -> Option<Decision>,
) {
    for finding in findings {
        let (Some(body_id), Verdict::Met | Verdict::Indication) = (&finding.body_id, finding.verdict) else { continue };
        let of_batch = finding.batch_id.as_ref().and_then(&exam_date);
        records.entry(body_id.clone()).or_default().findings.push(CreditFinding {
            finding_id: finding.id.clone(),
            rule_pack: finding.rule_pack.clone(),
            article: finding.article.clone(),
            dated: of_batch.or(finding.basis.judged_on),
            verdict: finding.verdict,
            decision: decision(finding),
        });
    }
}

/// Takes in the measures that a data set's own table holds. One that a history holds too counts once.
pub fn add_measures(records: &mut CreditRecords, measures: &[MeasureTaken]) {
    for taken in measures {
        if let Some(entry) = taken.decided_on.zip(Measure::parse(&taken.measure)) {
            records.entry(taken.body_id.clone()).or_default().measures.insert(entry);
        }
    }
}

/// The latest day on record; cards of all bodies are made for one day.
pub fn latest_day(records: &CreditRecords) -> Option<NaiveDate> {
    let days = records.values().flat_map(|record| {
        let batches = record.batches.values().flatten().copied();
        let decided = record.findings.iter().flat_map(|finding| {
            let decision = finding.decision.as_ref().map(|decision| decision.decided_on);
            decision.into_iter().chain(finding.dated)
        });
        batches.chain(decided).chain(record.measures.iter().map(|(day, _)| *day))
    });
    days.max()
}

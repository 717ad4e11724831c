//! What earlier runs left on record: the batches of a body, what they showed, what people decided, and the
//! measures taken.

use crate::model::figure::Figures;
use crate::model::finding::{Measure, Verdict};
use crate::model::ids::{BatchId, BodyId};
use crate::model::level::Level;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The record of earlier runs as far as the bodies at hand are concerned. Empty without a history.
///
/// Holds the current version of every batch and none of the batches that the data set itself holds, so that a
/// window counts each batch once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Earlier batches, by body, examination date and identifier.
    pub batches: Vec<EarlierBatch>,
    /// Findings `MET` or `INDICATION` on those batches and on the bodies, by article, body, date and identifier.
    pub findings: Vec<EarlierFinding>,
    /// Measures taken, by body and date of the decision.
    pub measures: Vec<EarlierMeasure>,
    /// Orders to rectify, by body and date of the order; of each order its latest state.
    pub rectifications: Vec<EarlierRectification>,
}

/// A batch of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierBatch {
    /// The body that held it, when on record.
    pub body_id: Option<BodyId>,
    /// 批次号.
    pub batch_id: BatchId,
    /// 职业编码.
    pub occupation_code: Option<String>,
    /// 职业名称.
    pub occupation: Option<String>,
    /// 等级.
    pub level: Option<Level>,
    /// 考试日期.
    pub exam_date: Option<NaiveDate>,
    /// `Some(true)` when it was held, `Some(false)` when cancelled.
    pub held: Option<bool>,
    /// Candidates on the roster; `None` without a roster.
    pub candidates: Option<u64>,
}

/// A finding of an earlier run that met its condition or showed a sign.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlierFinding {
    /// `<article>:<body or ->:<batch or ->:<reading>`.
    pub finding_id: String,
    /// Identifier of the rule pack. Windows of a pack count its own findings.
    pub rule_pack: String,
    /// `20(4)`.
    pub article: String,
    /// The body, when on record.
    pub body_id: Option<BodyId>,
    /// The batch; `None` for a finding about the body itself.
    pub batch_id: Option<BatchId>,
    /// The examination date of the batch.
    pub exam_date: Option<NaiveDate>,
    /// [`Verdict::Met`] or [`Verdict::Indication`].
    pub verdict: Verdict,
    /// Verdict under every reading, primary first.
    pub readings: Vec<(Bilingual, Verdict)>,
    /// Figures it rested on.
    pub figures: Figures,
    /// Cases behind it by `detector.measure`.
    pub cases: BTreeMap<String, usize>,
    /// The latest decision of a person on this very version of the finding.
    pub decision: Option<Decision>,
}

impl EarlierFinding {
    /// Whether a person looked and dismissed it.
    pub fn is_dismissed(&self) -> bool {
        self.decision.as_ref().is_some_and(|decision| decision.outcome == Outcome::Dismissed)
    }
}

/// What a person decided on a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// By whom.
    pub decided_by: String,
    /// When.
    pub decided_on: NaiveDate,
    /// Why.
    pub reason: String,
}

/// Outcome of a person's look at a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The finding stands.
    Confirmed,
    /// The finding does not stand.
    Dismissed,
    /// Not to be decided without more evidence.
    NeedsEvidence,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::Dismissed, Self::NeedsEvidence];

    /// `confirmed`, `dismissed` or `needs_evidence`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
            Self::NeedsEvidence => "needs_evidence",
        }
    }

    /// The outcome of that name.
    ///
    /// ```
    /// use kaojian::model::history::Outcome;
    /// assert!(Outcome::ALL.iter().all(|outcome| Outcome::parse(outcome.as_str()) == Some(*outcome)));
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A measure on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierMeasure {
    /// Against whom.
    pub body_id: BodyId,
    /// Which.
    pub measure: Measure,
    /// Article it rested on.
    pub article: Option<String>,
    /// Date of the decision.
    pub decided_on: NaiveDate,
    /// Last day of its term; a ban ends three civil years after its decision, that day included.
    pub ends_on: Option<NaiveDate>,
    /// What was imposed, in words.
    pub terms: String,
}

/// An order to rectify on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierRectification {
    /// Who was ordered.
    pub body_id: BodyId,
    /// Date of the order.
    pub ordered_on: NaiveDate,
    /// 整改期限.
    pub deadline: Option<NaiveDate>,
    /// Date it was closed.
    pub closed_on: Option<NaiveDate>,
}

impl History {
    /// Whether nothing is on record.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
            && self.findings.is_empty()
            && self.measures.is_empty()
            && self.rectifications.is_empty()
    }

    /// The different examination dates and batches of a body whose findings of an article, by one rule pack, show a
    /// case of one of these measures (`detector.measure`) and were not dismissed by a person. One entry a batch.
    pub fn shown_by(
        &self,
        body_id: &BodyId,
        rule_pack: &str,
        article: &str,
        measures: &[&str],
    ) -> BTreeSet<(NaiveDate, BatchId)> {
        self.findings
            .iter()
            .filter(|finding| {
                finding.body_id.as_ref() == Some(body_id)
                    && finding.rule_pack == rule_pack
                    && finding.article == article
                    && !finding.is_dismissed()
                    && measures.iter().any(|measure| finding.cases.get(*measure).is_some_and(|cases| *cases > 0))
            })
            .filter_map(|finding| finding.exam_date.zip(finding.batch_id.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(batch: &str, date: &str, case: &str, outcome: Option<Outcome>) -> EarlierFinding {
        EarlierFinding {
            finding_id: format!("20(4):A:{batch}:similarity"),
            rule_pack: "city".to_owned(),
            article: "20(4)".to_owned(),
            body_id: Some("A".into()),
            batch_id: Some(batch.into()),
            exam_date: date.parse().ok(),
            verdict: Verdict::Indication,
            readings: Vec::new(),
            figures: Figures::new(),
            cases: BTreeMap::from([(case.to_owned(), 1)]),
            decision: outcome.map(|outcome| Decision {
                outcome,
                decided_by: "supervisor-1".to_owned(),
                decided_on: NaiveDate::default(),
                reason: String::new(),
            }),
        }
    }

    #[test]
    fn what_a_person_dismissed_is_not_shown() {
        let history = History {
            findings: vec![
                finding("1", "2025-05-01", "similarity.sheet_groups", None),
                finding("2", "2025-06-01", "similarity.sheet_groups", Some(Outcome::Dismissed)),
                finding("3", "2025-06-01", "similarity.sheet_groups", Some(Outcome::NeedsEvidence)),
                finding("4", "2025-07-01", "similarity.other", None),
                finding("5", "undated", "similarity.sheet_groups", None),
            ],
            ..History::default()
        };
        let shown = history.shown_by(&"A".into(), "city", "20(4)", &["similarity.sheet_groups"]);
        assert_eq!(shown.iter().map(|(_, batch)| batch.as_str()).collect::<Vec<_>>(), ["1", "3"]);
        assert!(history.shown_by(&"B".into(), "city", "20(4)", &["similarity.sheet_groups"]).is_empty());
        assert!(history.shown_by(&"A".into(), "province", "20(4)", &["similarity.sheet_groups"]).is_empty());
    }
}

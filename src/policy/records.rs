//! Everything that rules are held against in one run.

use crate::model::dataset::Dataset;
use crate::model::history::History;
use crate::model::ids::{BatchId, BodyId};
use crate::model::last_day::last_examination;
use crate::model::observation::{MeasureNames, Observation};
use crate::policy::observed::{Observed, Subject};
use crate::policy::rule::{Rule, Test};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The data at hand, what was observed in them, and what earlier runs left.
pub struct Records<'a> {
    /// The tables.
    pub dataset: &'a Dataset,
    /// What detectors saw.
    pub observed: Observed<'a>,
    /// What each `detector.measure` is called.
    pub names: &'a MeasureNames,
    /// Earlier runs; empty without a history.
    pub history: &'a History,
    /// The day up to which bodies are judged: the one given, or the latest examination on record.
    pub as_of: Option<NaiveDate>,
}

/// For each body the examination dates of its batches that show a case which some reading counts.
pub type DatesByBody<'a> = BTreeMap<&'a BodyId, Vec<NaiveDate>>;

impl<'a> Records<'a> {
    /// Joins them.
    pub fn new(
        dataset: &'a Dataset,
        observations: &'a [Observation],
        names: &'a MeasureNames,
        history: &'a History,
        as_of: Option<NaiveDate>,
    ) -> Self {
        let observed = Observed::new(dataset, observations);
        Self { dataset, observed, names, history, as_of: as_of.or_else(|| last_examination(dataset)) }
    }

    /// The dates that the recurrences of a rule count: batches at hand, then those of the history. A batch that is in
    /// both counts once, as it is at hand.
    pub fn dates_by_body(&self, pack_id: &str, rule: &Rule) -> DatesByBody<'a> {
        let counted: Vec<&str> = rule
            .readings
            .iter()
            .filter(|reading| matches!(reading.test, Test::Recurrence { .. }))
            .flat_map(|reading| reading.test.observations())
            .collect();
        let mut dates = DatesByBody::new();
        if counted.is_empty() {
            return dates;
        }
        let mut at_hand: BTreeSet<&BatchId> = BTreeSet::new();
        for batch in &self.dataset.batches {
            at_hand.insert(&batch.batch_id);
            let Some((body_id, date)) = batch.body_id.as_ref().zip(batch.exam_date) else { continue };
            if counted.iter().any(|name| self.observed.has_case(Subject::Batch(&batch.batch_id), name)) {
                dates.entry(body_id).or_default().push(date);
            }
        }
        for (body_id, dates) in &mut dates {
            let earlier = self.history.shown_by(body_id, pack_id, &rule.article, &counted);
            dates.extend(earlier.into_iter().filter(|(_, batch)| !at_hand.contains(batch)).map(|(date, _)| date));
        }
        dates
    }
}

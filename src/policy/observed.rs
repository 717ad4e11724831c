//! Observations of one batch, of one body, or of everything, found by `detector.measure`.

use crate::model::dataset::Dataset;
use crate::model::dated::DatedEvent;
use crate::model::figure::{Figure, Figures};
use crate::model::ids::{BatchId, BodyId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation};
use std::collections::BTreeMap;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject<'a> {
    /// One batch.
    Batch(&'a BatchId),
    /// One body with all its batches.
    Body(&'a BodyId),
    /// The whole data set.
    DataSet,
}

/// Observations by detector, then measure.
type Named<'a> = BTreeMap<&'static str, BTreeMap<&'static str, Vec<&'a Observation>>>;

/// All observations, by subject and name.
#[derive(Default)]
pub struct Observed<'a> {
    batches: BTreeMap<&'a str, Named<'a>>,
    bodies: BTreeMap<&'a str, Named<'a>>,
    all: Named<'a>,
}

impl<'a> Observed<'a> {
    /// Indexes observations: those of a batch count for its body too, and every one for the data set.
    pub fn new(dataset: &'a Dataset, observations: &'a [Observation]) -> Self {
        let mut sorted: Vec<&'a Observation> = observations.iter().collect();
        // The order of detectors and threads must not show.
        sorted.sort_by(|a, b| (&a.batch_id, &a.body_id).cmp(&(&b.batch_id, &b.body_id)));
        let mut index = Self::default();
        for observation in sorted {
            let add = |named: &mut Named<'a>| {
                let measures = named.entry(observation.detector).or_default();
                measures.entry(observation.measure).or_default().push(observation);
            };
            let batch_id = observation.batch_id.as_ref();
            let of_batch = || batch_id.and_then(|batch_id| dataset.body_of(batch_id));
            if let Some(batch_id) = batch_id {
                add(index.batches.entry(batch_id.as_str()).or_default());
            }
            if let Some(body_id) = observation.body_id.as_ref().or_else(of_batch) {
                add(index.bodies.entry(body_id.as_str()).or_default());
            }
            add(&mut index.all);
        }
        index
    }

    /// The observations called `detector.measure` of one subject.
    pub fn get(&self, subject: Subject<'_>, name: &str) -> &[&'a Observation] {
        let named = match subject {
            Subject::Batch(batch_id) => self.batches.get(batch_id.as_str()),
            Subject::Body(body_id) => self.bodies.get(body_id.as_str()),
            Subject::DataSet => Some(&self.all),
        };
        let parts = name.split_once('.');
        let found = parts.zip(named).and_then(|((detector, measure), named)| named.get(detector)?.get(measure));
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether the named observation was made and saw a case.
    pub fn has_case(&self, subject: Subject<'_>, name: &str) -> bool {
        self.get(subject, name).iter().any(|seen| seen.evaluated && !seen.cases.is_empty())
    }

    /// Whether the named observation is a fact (not a statistical sign) that saw a case.
    pub fn has_fact(&self, subject: Subject<'_>, name: &str) -> bool {
        self.get(subject, name)
            .iter()
            .any(|seen| seen.evaluated && seen.nature == Nature::Fact && !seen.cases.is_empty())
    }

    /// Whether the named observation could be made, everywhere it was tried.
    pub fn is_evaluated(&self, subject: Subject<'_>, name: &str) -> bool {
        let found = self.get(subject, name);
        !found.is_empty() && found.iter().all(|seen| seen.evaluated)
    }

    /// Whether the named observations are all signs: then their dates are no facts either.
    pub fn is_sign(&self, subject: Subject<'_>, name: &str) -> bool {
        let found = self.get(subject, name);
        !found.is_empty() && found.iter().all(|seen| seen.nature == Nature::Sign)
    }

    /// How many cases the named observation saw.
    pub fn cases(&self, subject: Subject<'_>, name: &str) -> usize {
        self.get(subject, name).iter().filter(|seen| seen.evaluated).map(|seen| seen.cases.len()).sum()
    }

    /// The dated events of the named observation, where it could be made.
    pub fn events(&self, subject: Subject<'_>, name: &str) -> Vec<&'a DatedEvent> {
        let found = self.get(subject, name).iter().filter(|seen| seen.evaluated);
        found.flat_map(|seen| &seen.dated.events).collect()
    }

    /// What the named observations lacked, sorted, without repeats.
    pub fn missing(&self, subject: Subject<'_>, names: &[&str]) -> Vec<MissingFact> {
        let found = names.iter().flat_map(|name| self.get(subject, name));
        let mut missing: Vec<MissingFact> = found.flat_map(|seen| seen.missing.iter().cloned()).collect();
        missing.sort();
        missing.dedup();
        missing
    }

    /// Figures of the named observations: plain names for one, `measure.figure` for several. Over several batches
    /// whole numbers are added up, and other figures are left out, since no sum of them means anything.
    pub fn figures(&self, subject: Subject<'_>, names: &[&str]) -> Figures {
        let mut figures = Figures::new();
        for name in names {
            let found = self.get(subject, name);
            for (figure_name, figure) in found.iter().flat_map(|seen| &seen.figures) {
                let measure = name.split_once('.').map_or(*name, |(_, measure)| measure);
                let full = if names.len() == 1 { figure_name.clone() } else { format!("{measure}.{figure_name}") };
                match (figure, found.len()) {
                    (_, 1) => {
                        figures.insert(full, figure.clone());
                    }
                    (Figure::Integer(value), _) => {
                        let before = figures.get(&full).and_then(Figure::integer).unwrap_or(0);
                        figures.insert(full, Figure::Integer(before.saturating_add(*value)));
                    }
                    _ => {}
                }
            }
        }
        figures
    }
}

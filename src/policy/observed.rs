//! Observations of one batch, found by `detector.measure`.

use crate::model::figure::Figures;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation};
use std::collections::BTreeMap;

/// All observations, by batch and name.
pub struct Observed<'a>(BTreeMap<(&'a BatchId, &'static str, &'static str), &'a Observation>);

impl<'a> Observed<'a> {
    /// Indexes observations of batches.
    pub fn new(observations: &'a [Observation]) -> Self {
        let keyed = observations.iter().filter_map(|observation| {
            let batch_id = observation.batch_id.as_ref()?;
            Some(((batch_id, observation.detector, observation.measure), observation))
        });
        Self(keyed.collect())
    }

    /// The observation called `detector.measure` of one batch.
    pub fn get(&self, batch_id: &BatchId, name: &str) -> Option<&'a Observation> {
        let (detector, measure) = name.split_once('.')?;
        self.0
            .range((batch_id, "", "")..)
            .take_while(|((batch, ..), _)| *batch == batch_id)
            .find(|((_, found_detector, found_measure), _)| *found_detector == detector && *found_measure == measure)
            .map(|(_, observation)| *observation)
    }

    /// Whether the named observation was made and saw a case.
    pub fn has_case(&self, batch_id: &BatchId, name: &str) -> bool {
        self.get(batch_id, name).is_some_and(|observation| observation.evaluated && !observation.cases.is_empty())
    }

    /// Whether the named observation is a fact (not a statistical sign) that saw a case.
    pub fn has_fact(&self, batch_id: &BatchId, name: &str) -> bool {
        self.has_case(batch_id, name)
            && self.get(batch_id, name).is_some_and(|observation| observation.nature == Nature::Fact)
    }

    /// Whether the named observation could be made.
    pub fn is_evaluated(&self, batch_id: &BatchId, name: &str) -> bool {
        self.get(batch_id, name).is_some_and(|observation| observation.evaluated)
    }

    /// What the named observations lacked, sorted, without repeats.
    pub fn missing(&self, batch_id: &BatchId, names: &[&str]) -> Vec<MissingFact> {
        let mut missing: Vec<MissingFact> = names
            .iter()
            .filter_map(|name| self.get(batch_id, name))
            .flat_map(|observation| observation.missing.iter().cloned())
            .collect();
        missing.sort();
        missing.dedup();
        missing
    }

    /// Figures of the named observations: plain names for one, `measure.figure` for several.
    pub fn figures(&self, batch_id: &BatchId, names: &[&str]) -> Figures {
        let mut figures = Figures::new();
        for observation in names.iter().filter_map(|name| self.get(batch_id, name)) {
            for (name, figure) in &observation.figures {
                let name = if names.len() == 1 { name.clone() } else { format!("{}.{name}", observation.measure) };
                figures.insert(name, figure.clone());
            }
        }
        figures
    }
}

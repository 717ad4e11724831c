//! The filing detector: every batch beside what its body has on file.

use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::each_batch;
use crate::detect::filing::delegation::Elsewhere;
use crate::detect::filing::explanation::{NAME, explanation};
use crate::detect::filing::in_force::by_body;
use crate::detect::filing::{contradictions, delegation, outside, register};
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::ids::BodyId;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use std::collections::BTreeSet;

/// What is measured of each batch.
const OF_BATCHES: [&str; 9] = [
    "scope",
    "site",
    "region",
    "combination",
    "body_unknown",
    "not_in_force",
    "future_date",
    "foreign_site",
    "foreign_team",
];

/// Scope, place and registers.
pub struct FilingDetector;

impl Detector for FilingDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let on_file = by_body(dataset);
        let as_of = parameters.as_of;
        let elsewhere = Elsewhere::new(dataset);
        let mut detected = each_batch(dataset, NAME, progress, |batch_id, batch| {
            let of_body = batch.and_then(|batch| batch.body_id.as_ref()).and_then(|body_id| on_file.get(body_id));
            let mut observations = outside::observe(batch_id, batch, of_body, dataset);
            observations.extend(register::observe(batch_id, batch, of_body, dataset, as_of));
            observations.extend(delegation::of_a_batch(batch_id, batch, of_body, &elsewhere, dataset));
            Detected { observations, evidence: Vec::new() }
        });
        // A body that held nothing held nothing outside its filing, where the batches are on record.
        let busy: BTreeSet<&BodyId> = dataset.batches.iter().filter_map(|batch| batch.body_id.as_ref()).collect();
        let missing = dataset.missing("batches", &["body_id"]);
        for body_id in dataset.body_ids().into_iter().filter(|body_id| !busy.contains(body_id)) {
            for measure in OF_BATCHES {
                let blank = Observation::new(NAME, measure, Nature::Fact).of_body(body_id);
                let seen = if missing.is_empty() { blank } else { blank.lacking(missing.clone()) };
                detected.observations.push(seen);
            }
        }
        for body_id in dataset.body_ids() {
            detected.observations.extend(contradictions::observe(body_id, on_file.get(body_id), dataset));
            detected.observations.extend(delegation::of_a_body(body_id, &elsewhere, dataset));
        }
        detected
    }
}

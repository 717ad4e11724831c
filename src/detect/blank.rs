//! An observation before anything is seen, for detectors whose measures are of bodies or have nothing but cases.

use crate::model::dated::Dated;
use crate::model::figure::Figures;
use crate::model::ids::{BatchId, BodyId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation};

/// A fact that was looked for and not seen.
pub(super) fn fact(detector: &'static str, measure: &'static str) -> Observation {
    Observation {
        detector,
        measure,
        nature: Nature::Fact,
        body_id: None,
        batch_id: None,
        evaluated: true,
        figures: Figures::new(),
        cases: Vec::new(),
        missing: Vec::new(),
        dated: Dated::default(),
    }
}

/// A statistical sign that was looked for and not seen.
pub(super) fn sign(detector: &'static str, measure: &'static str) -> Observation {
    Observation { nature: Nature::Sign, ..fact(detector, measure) }
}

/// What the data do not allow at all, or not without a gap.
pub(super) fn lacking(mut observation: Observation, missing: Vec<MissingFact>) -> Observation {
    observation.evaluated = false;
    observation.missing = missing;
    observation
}

/// As a measure of one batch.
pub(super) fn of_batch(mut observation: Observation, batch_id: &BatchId, body_id: Option<&BodyId>) -> Observation {
    observation.batch_id = Some(batch_id.clone());
    observation.body_id = body_id.cloned();
    observation
}

/// As a measure of one body.
pub(super) fn of_body(mut observation: Observation, body_id: &BodyId) -> Observation {
    observation.body_id = Some(body_id.clone());
    observation
}

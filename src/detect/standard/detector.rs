//! The standard detector: batches through their components and lines.

use crate::detect::batch_rows::BatchRows;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::each_batch;
use crate::detect::parameters::DetectParameters;
use crate::detect::pass_line::line_tables::LineTables;
use crate::detect::standard::components::{Results, component_missing, passed_below, passed_without};
use crate::detect::standard::conditions::{duration, key_skill};
use crate::detect::standard::explanation::explanation;
use crate::detect::wholeness::Refusals;
use crate::model::batch::BodyKind;
use crate::model::dataset::Dataset;
use crate::model::ids::BodyId;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use std::cmp::Ordering;
use std::collections::BTreeSet;

const NAME: &str = "standard";

/// Whether the components of the level were held and reached.
pub struct StandardDetector;

impl Detector for StandardDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let scores = BatchRows::new(&dataset.scores, |row| &row.batch_id, |_, _| Ordering::Equal);
        let ratings = BatchRows::new(&dataset.ratings, |row| &row.batch_id, |_, _| Ordering::Equal);
        let sheets = BatchRows::new(&dataset.answers.sheets, |row| &row.batch_id, |_, _| Ordering::Equal);
        let assignments = BatchRows::new(&dataset.assignments, |row| &row.batch_id, |_, _| Ordering::Equal);
        let lines = LineTables::new(dataset, parameters.pass_line.default_line);
        let refusals = Refusals::of(dataset, "scores");
        let employers: BTreeSet<&BodyId> = dataset
            .bodies
            .iter()
            .filter(|body| body.kind == Some(BodyKind::Employer))
            .map(|body| &body.body_id)
            .collect();
        each_batch(dataset, NAME, progress, |batch_id, batch| {
            let body_id = batch.and_then(|batch| batch.body_id.as_ref());
            let norm = batch.and_then(|batch| parameters.standard.of(batch));
            // An employer may have a norm of its own; where none is declared, what is seen is no more than a sign.
            let may_differ = body_id.is_some_and(|body_id| employers.contains(body_id))
                && norm.as_ref().is_some_and(|norm| !norm.is_declared);
            let nature = if may_differ { Nature::Sign } else { Nature::Fact };
            let blank = |measure| Observation::new(NAME, measure, nature).of_batch(batch_id, body_id);
            let scores = scores.of(batch_id);
            let has_sheets = !sheets.of(batch_id).is_empty();
            let is_whole = !refusals.touch(scores.iter().map(|row| row.source));
            let results = Results::new(scores, ratings.of(batch_id), has_sheets, lines.approved(batch_id), is_whole);
            let observations = vec![
                duration(blank("duration"), assignments.of(batch_id), norm.as_ref()),
                key_skill(blank("key_skill"), scores),
                component_missing(blank("component_missing"), &results, norm.as_ref()),
                passed_below(blank("passed_below"), &results, norm.as_ref()),
                passed_without(blank("passed_without"), &results, norm.as_ref()),
            ];
            Detected { observations, evidence: Vec::new() }
        })
    }
}

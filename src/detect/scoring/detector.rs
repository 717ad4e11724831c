//! The scoring detector: puts the tables in order once, then asks every measure of every batch.

use crate::detect::detector::{Detector, Explanation};
use crate::detect::parameters::{DetectParameters, ScoringParameters};
use crate::detect::pass_line::line_tables::LineTables;
use crate::detect::scoring::batch::{PreparedBatch, prepare_batches};
use crate::detect::scoring::cases::DETECTOR;
use crate::detect::scoring::drawn::evidence;
use crate::detect::scoring::explanation::explanation;
use crate::detect::scoring::key::Keys;
use crate::detect::scoring::pairs::pairs;
use crate::detect::scoring::panel::Panel;
use crate::detect::scoring::profile::profiles;
use crate::detect::scoring::rater_model::models::RaterModels;
use crate::detect::scoring::rater_signs::Looked;
use crate::detect::scoring::same_answer::grouping::Context;
use crate::detect::scoring::same_answer::measure::measure;
use crate::detect::scoring::statistics::RaterStatistics;
use crate::detect::scoring::{adjudication, recompute, required, rubric, same_response, signs, total};
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::observation::{Detected, Observation};
use crate::model::progress::Progress;
use rayon::prelude::*;

/// Looks at marks, totals and raters.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScoringDetector;

impl Detector for ScoringDetector {
    fn name(&self) -> &'static str {
        DETECTOR
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let all_parameters = parameters;
        let lines = &LineTables::new(dataset, all_parameters.pass_line.default_line);
        let seed = all_parameters.seed;
        let parameters = &parameters.scoring;
        let batch_ids: Vec<BatchId> = dataset.batch_ids().into_keys().collect();
        progress.begin("scoring", batch_ids.len() as u64);
        let keys = Keys::new(&dataset.form_items);
        let prepared = prepare_batches(dataset, batch_ids, &keys);
        let panel = Panel::new(&prepared, parameters.required_raters);
        let pairs = pairs(&panel, parameters);
        let mut profiles = profiles(&panel, parameters);
        let models = RaterModels::new(dataset, &prepared, &panel, &mut profiles, parameters);
        let statistics = RaterStatistics::new(panel, pairs, profiles, models, prepared.len());
        let mut observations: Vec<Observation> = prepared
            .par_iter()
            .enumerate()
            .flat_map_iter(|(index, batch)| {
                let mut found = facts(dataset, batch, parameters);
                let statistics = &statistics;
                found.extend(signs::measure(&Looked { dataset, index, batch, statistics, parameters }));
                progress.advance(1);
                found
            })
            .collect();
        let answers: Vec<_> = prepared
            .par_iter()
            .map(|batch| {
                let severities = statistics.severities(batch);
                let context = Context { dataset, batch, parameters, lines, seed };
                let (mut found, shown) =
                    measure(&context, &|rater| severities.get(rater as usize).copied().unwrap_or(0.0));
                let (replayed, mut evidence) = adjudication::measure(dataset, batch, parameters);
                found.push(replayed);
                evidence.extend(shown);
                (found, evidence)
            })
            .collect();
        let mut evidence = evidence(dataset, &prepared, &statistics, parameters);
        for (found, shown) in answers {
            observations.extend(found);
            evidence.extend(shown);
        }
        observations.sort_by(|a, b| (&a.batch_id, a.measure).cmp(&(&b.batch_id, b.measure)));
        progress.finish();
        evidence.extend(statistics.models.evidence(dataset, &prepared, &statistics.panel, lines, parameters));
        Detected { observations, evidence }
    }
}

fn facts(dataset: &Dataset, batch: &PreparedBatch<'_>, parameters: &ScoringParameters) -> Vec<Observation> {
    let (batch_id, marks) = (&batch.batch_id, &batch.marks);
    let theory_is_rated = marks.works.iter().any(|work| *work.component == Component::Theory);
    vec![
        recompute::measure(dataset, batch_id, &batch.sheets, batch.keys, &batch.register, theory_is_rated),
        same_response::measure(dataset, batch_id, &batch.sheets, batch.keys),
        total::measure(dataset, batch_id, marks, &batch.register, parameters),
        rubric::measure(dataset, batch_id, &marks.rows, parameters),
        required::second_rater(dataset, batch_id, marks, parameters),
        required::third_rater(dataset, batch_id, marks, parameters),
    ]
}

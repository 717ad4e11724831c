//! The answer-similarity detector.

use crate::detect::detector::{Detector, Explanation};
use crate::detect::parameters::DetectParameters;
use crate::detect::similarity::analysis::{FormAnalysis, analyse};
use crate::detect::similarity::evidence::similarity_group;
use crate::detect::similarity::explanation::explanation;
use crate::detect::similarity::grouping::form_groups;
use crate::detect::similarity::observations::{DETECTOR, ObservationSettings, observations};
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::observation::Detected;
use crate::model::progress::Progress;
use rayon::prelude::*;

/// Looks for identical and nearly identical answer sheets among all pairs of each form.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimilarityDetector;

impl Detector for SimilarityDetector {
    fn name(&self) -> &'static str {
        DETECTOR
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let (parameters, seed) = (&parameters.similarity, parameters.seed);
        progress.begin("similarity", dataset.answers.sheets.len() as u64);
        let analyses: Vec<FormAnalysis<'_>> = form_groups(dataset)
            .par_iter()
            .map(|group| analyse(group, &dataset.answers, parameters, seed, progress))
            .collect();
        progress.finish();
        let settings = ObservationSettings {
            significance_level: parameters.significance_level,
            maximum_cases: parameters.maximum_pairs_reported,
        };
        let evidence = analyses
            .iter()
            .map(|analysis| {
                let maximum = parameters.maximum_pairs_reported;
                Evidence::SimilarityGroup(similarity_group(
                    analysis,
                    parameters.rule,
                    parameters.significance_level,
                    maximum,
                ))
            })
            .collect();
        Detected { observations: observations(dataset, &analyses, settings), evidence }
    }
}

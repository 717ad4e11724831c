//! What a detector is.

use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::observation::Detected;
use crate::model::progress::Progress;
use crate::model::text::Bilingual;

/// Looks for one kind of fact or sign. Pure: the same data, parameters and seed give the same result,
/// whatever the number of threads.
pub trait Detector: Sync {
    /// Stable name, as in findings and rule packs.
    fn name(&self) -> &'static str;

    /// For `explain`: what it looks for, what honest cause can look the same, settings, source.
    fn explanation(&self) -> Explanation;

    /// Looks. Reports on every batch, also when nothing is seen or the data do not allow the measure.
    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected;
}

/// What `explain` prints of a detector.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Name of each measure, as in [`Observation::measure`](crate::model::observation::Observation::measure).
    pub measures: Vec<(&'static str, Bilingual)>,
    /// What it looks for.
    pub looks_for: Bilingual,
    /// What honest cause can look the same.
    pub honest_causes: Bilingual,
    /// Settings by name with their meaning.
    pub settings: Vec<(&'static str, Bilingual)>,
    /// Papers and clauses it rests on.
    pub sources: Vec<&'static str>,
}

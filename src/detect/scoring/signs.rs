//! The signs that rest on the statistics of raters, batch by batch.

use crate::detect::scoring::agreement::agreement_of;
use crate::detect::scoring::cases::{not_evaluated, observation};
use crate::detect::scoring::effect_signs::effect_of;
use crate::detect::scoring::rater_model::effects::EffectKind;
use crate::detect::scoring::rater_signs::{Looked, drift_of, severity_of};
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation};

/// All signs of one batch.
pub(super) fn measure(looked: &Looked<'_>) -> Vec<Observation> {
    let batch = looked.batch;
    let blank = |measure| observation(measure, Nature::Sign, looked.dataset, &batch.batch_id);
    let missing = if batch.marks.rows.is_empty() {
        Some(MissingFact::table("ratings"))
    } else if batch.marks.raters.is_empty() {
        Some(MissingFact::column("ratings", "rater_id"))
    } else {
        None
    };
    if let Some(missing) = missing {
        return ["agreement", "drift", "severity"]
            .into_iter()
            .chain(EffectKind::ALL.map(EffectKind::as_str))
            .map(|measure| not_evaluated(blank(measure), vec![missing.clone()]))
            .collect();
    }
    let effects = EffectKind::ALL.map(|kind| effect_of(looked, kind, blank(kind.as_str())));
    let others = [
        agreement_of(looked.dataset, blank("agreement"), looked.index, batch, looked.statistics, looked.parameters),
        drift_of(looked, blank("drift")),
        severity_of(looked, blank("severity")),
    ];
    others.into_iter().chain(effects).collect()
}

//! What all scoring measures share: observations, limits on what is listed, text that is safe to show.

use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::identity::mask_embedded_numbers;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::provenance::Provenance;
use std::borrow::Cow;

/// Stable name of the detector.
pub(super) const DETECTOR: &str = "scoring";

/// Source rows kept with one case, most telling first.
pub(super) const MAXIMUM_ROWS: usize = 200;

/// Cases kept with one observation; the figures always count all.
pub(super) const MAXIMUM_CASES: usize = 1_000;

/// Decimals of rates and statistics in sentences; the figures keep full digits.
const DECIMALS: usize = 3;

/// An observation without cases yet.
pub(super) fn observation(measure: &'static str, nature: Nature, dataset: &Dataset, batch_id: &BatchId) -> Observation {
    Observation::new(DETECTOR, measure, nature).of_batch(batch_id, dataset.body_of(batch_id))
}

/// The same, where the data do not allow the measure.
pub(super) fn not_evaluated(mut observation: Observation, missing: Vec<MissingFact>) -> Observation {
    observation.evaluated = false;
    observation.cases.clear();
    observation.missing.extend(missing);
    finish(observation)
}

/// Keeps the lists within their limits and in a fixed order, and says what was left out.
pub(super) fn finish(mut observation: Observation) -> Observation {
    observation.missing.sort();
    observation.missing.dedup();
    if observation.cases.len() > MAXIMUM_CASES {
        let left_out = observation.cases.len() - MAXIMUM_CASES;
        observation.cases.truncate(MAXIMUM_CASES);
        observation.figures.insert("cases_not_listed".to_owned(), left_out.into());
    }
    observation
}

/// A case; rows past the limit are left out.
pub(super) fn case(subjects: Vec<String>, mut sources: Vec<Provenance>, zh: String, en: String) -> ObservedCase {
    sources.truncate(MAXIMUM_ROWS);
    ObservedCase { subjects, sources, detail: crate::model::text::Bilingual { zh, en } }
}

/// Text of the data as it may stand in a sentence.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    mask_embedded_numbers(text)
}

/// A component in both languages: (Chinese, English).
pub(super) fn component_names(component: &Component) -> (String, String) {
    let (zh, en) = match component {
        Component::Theory => ("理论知识考试", "theory"),
        Component::Skill => ("操作技能考核", "skill"),
        Component::Review => ("综合评审", "review"),
        Component::Other(name) => (name.as_str(), name.as_str()),
    };
    (shown(zh).into_owned(), shown(en).into_owned())
}

/// The first names of a list, with how many more there are.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let mut text = names.iter().take(most).map(|name| shown(name)).collect::<Vec<_>>().join(", ");
    if names.len() > most {
        text.push_str(&format!(", … (+{})", names.len() - most));
    }
    text
}

/// A statistic in a sentence.
pub(super) fn number(value: f64) -> String {
    format!("{value:.DECIMALS$}")
}

/// A share of the maximum as signed per cent in a sentence.
pub(super) fn percent(rate: f64) -> String {
    format!("{:+.1}%", 100.0 * rate)
}

/// A p-value in a sentence.
pub(super) fn p_text(p_value: f64) -> String {
    if p_value < 1e-300 {
        "< 1e-300".to_owned()
    } else if p_value < 0.001 {
        format!("= {p_value:.1e}")
    } else {
        format!("= {p_value:.3}")
    }
}

//! `off_rubric`: marks below 0, above the criterion's maximum, or between the steps of the scale.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::cases::{
    MAXIMUM_ROWS, case, component_names, finish, listed, not_evaluated, observation, shown,
};
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation};
use crate::model::points::Points;
use crate::model::rating::Rating;
use std::collections::BTreeMap;

/// Stable name of the measure.
const MEASURE: &str = "off_rubric";

/// Marks spelt out in one sentence.
const EXAMPLES: usize = 5;

/// Why a mark is off the rubric. The first reason that holds is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    BelowNought,
    AboveMaximum,
    OffStep,
}

fn reason(score: Points, maximum: Option<Points>, step: Points) -> Option<Reason> {
    if score < Points::ZERO {
        Some(Reason::BelowNought)
    } else if maximum.is_some_and(|maximum| score > maximum) {
        Some(Reason::AboveMaximum)
    } else if step > Points::ZERO && score.millionths() % step.millionths() != 0 {
        Some(Reason::OffStep)
    } else {
        None
    }
}

/// Measures one batch. `rows` are indices of its ratings; one case a rater and reason.
pub(super) fn measure(
    dataset: &Dataset,
    batch_id: &BatchId,
    rows: &[u32],
    parameters: &ScoringParameters,
) -> Observation {
    let mut result = observation(MEASURE, Nature::Fact, dataset, batch_id);
    if rows.is_empty() {
        return not_evaluated(result, vec![MissingFact::table("ratings")]);
    }
    let step = parameters.mark_step;
    let (mut checked, mut without_maximum, mut off) = (0i64, 0i64, 0i64);
    let mut found: BTreeMap<(&str, Reason), Vec<&Rating>> = BTreeMap::new();
    for rating in rows.iter().filter_map(|row| dataset.ratings.get(*row as usize)) {
        let Some(score) = rating.score else { continue };
        checked += 1;
        without_maximum += i64::from(rating.max_score.is_none());
        if let Some(reason) = reason(score, rating.max_score, step) {
            off += 1;
            let rater = rating.rater_id.as_ref().map_or("", |rater| rater.as_str());
            found.entry((rater, reason)).or_default().push(rating);
        }
    }
    if checked == 0 {
        return not_evaluated(result, vec![MissingFact::column("ratings", "score")]);
    }
    if without_maximum > 0 {
        result.missing.push(MissingFact::column("ratings", "max_score"));
    }
    let figures = &mut result.figures;
    figures.insert("marks_checked".to_owned(), checked.into());
    figures.insert("off_rubric".to_owned(), off.into());
    figures.insert("marks_without_maximum".to_owned(), without_maximum.into());
    figures.insert("mark_step".to_owned(), step.to_string().into());
    for ((rater, reason), marks) in found {
        let (reason_zh, reason_en) = match reason {
            Reason::BelowNought => ("低于 0 分".to_owned(), "below 0".to_owned()),
            Reason::AboveMaximum => ("高于配分".to_owned(), "above the maximum".to_owned()),
            Reason::OffStep => (format!("不是步长 {step} 的整数倍"), format!("no multiple of the step {step}")),
        };
        let examples = |chinese: bool| {
            let example = |rating: &&Rating| {
                let (zh, en) = component_names(&rating.component);
                let component = if chinese { zh } else { en };
                let score = rating.score.unwrap_or_default();
                let maximum = rating.max_score.map(|maximum| format!(" / {maximum}")).unwrap_or_default();
                format!("{} {component} {}: {score}{maximum}", rating.candidate_id, rating.criterion)
            };
            let examples: Vec<String> = marks.iter().take(EXAMPLES).map(example).collect();
            listed(examples.iter().map(String::as_str), EXAMPLES)
        };
        let (examples_zh, examples_en) = (examples(true), examples(false));
        let mut subjects: Vec<String> =
            marks.iter().take(MAXIMUM_ROWS).map(|rating| rating.candidate_id.to_string()).collect();
        subjects.sort();
        subjects.dedup();
        let (name_zh, name_en) = if rater.is_empty() {
            ("未记录考评员".to_owned(), "No rater recorded".to_owned())
        } else {
            subjects.insert(0, rater.to_owned());
            (format!("考评员 {}", shown(rater)), format!("Rater {}", shown(rater)))
        };
        let n = marks.len();
        result.cases.push(case(
            subjects,
            marks.iter().map(|rating| rating.source).collect(),
            format!("{name_zh}：{n} 个评分{reason_zh}，例如 {examples_zh}。"),
            format!("{name_en}: {n} mark(s) {reason_en}, such as {examples_en}."),
        ));
    }
    finish(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries() {
        let points = |text| Points::parse(text).unwrap();
        let step = points("0.5");
        let of = |score, maximum: &str| reason(points(score), Points::parse(maximum), step);
        assert_eq!(of("0", "20"), None);
        assert_eq!(of("20", "20"), None);
        assert_eq!(of("20.5", "20"), Some(Reason::AboveMaximum));
        assert_eq!(of("-0.5", "20"), Some(Reason::BelowNought));
        assert_eq!(of("7.5", "20"), None);
        assert_eq!(of("7.25", "20"), Some(Reason::OffStep));
        assert_eq!(of("500", ""), None);
        assert_eq!(reason(points("7.3"), None, Points::ZERO), None);
    }
}

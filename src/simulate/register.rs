//! The register of results: theory marks from sheets and key, other marks from raters, and what planted cases
//! change in them.

use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::exam::{BatchExam, ScoreRecord, components};
use crate::simulate::parameters::PlantKind;
use crate::simulate::plan::BatchPlan;
use crate::simulate::plant::Subjects;
use crate::simulate::random::Random;
use crate::simulate::ratings::final_mark;
use crate::simulate::test_form::TestForm;
use std::collections::BTreeMap;

/// The approved line of every component, points.
pub const APPROVED_LINE: i64 = 60;

/// Final mark of one component of every candidate: the sum over criteria of the final marks.
pub fn component_marks(exam: &BatchExam, component: &Component) -> BTreeMap<usize, Points> {
    let mut marks: BTreeMap<(usize, usize), Vec<Points>> = BTreeMap::new();
    for rating in exam.ratings.iter().filter(|rating| rating.component == *component) {
        marks.entry((rating.candidate, rating.criterion)).or_default().push(rating.score);
    }
    let mut totals = BTreeMap::new();
    for ((candidate, _), marks) in marks {
        let total = totals.entry(candidate).or_insert(Points::ZERO);
        *total = *total + final_mark(&marks);
    }
    totals
}

/// Fills the register.
pub fn register(
    batch: &BatchPlan,
    level: u8,
    form: &TestForm,
    subjects: &[Subjects],
    exam: &mut BatchExam,
    random: &mut Random,
) {
    let components = components(level);
    let rated: Vec<BTreeMap<usize, Points>> =
        components.iter().map(|component| component_marks(exam, component)).collect();
    let mut scores = Vec::new();
    for (candidate, person) in exam.candidates.iter().enumerate() {
        if !person.status.is_admitted() {
            continue;
        }
        let sheet = exam.sheets[candidate].as_deref();
        let marks: Vec<Option<Points>> = components
            .iter()
            .zip(&rated)
            .map(|(component, rated)| match component {
                Component::Theory => sheet.map(|sheet| form.mark(sheet)),
                _ => rated.get(&candidate).copied(),
            })
            .collect();
        scores.push(ScoreRecord { candidate, marks, passed: Vec::new(), overall: false });
    }
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        for index in groups.iter().flatten() {
            let Some(score) = scores.iter_mut().find(|score| score.candidate == *index) else { continue };
            let (component, added) = match kind {
                PlantKind::TotalNotSum { .. } => (1, Points::from_millionths(random.between(3, 6) * 500_000)),
                PlantKind::TheoryMarkDiffers { .. } => (0, Points::whole(random.between(3, 6))),
                _ => continue,
            };
            // Never past the line or past 100: this case is about the sum alone.
            score.marks[component] = score.marks[component].map(|mark| {
                let higher = mark + added;
                let crosses = mark < Points::whole(APPROVED_LINE) && higher >= Points::whole(APPROVED_LINE);
                if crosses || higher > Points::whole(100) { mark - added } else { higher }
            });
        }
    }
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        if !matches!(kind, PlantKind::AdjudicationMistakes { .. }) {
            continue;
        }
        for (place, index) in groups.iter().flatten().enumerate() {
            if let Some(score) = scores.iter_mut().find(|score| score.candidate == *index) {
                score.marks[1] = Some(mark_by_another_rule(exam, *index, place));
            }
        }
    }
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        if !matches!(kind, PlantKind::EditedScores { .. }) {
            continue;
        }
        for index in groups.iter().flatten() {
            if let Some(score) = scores.iter_mut().find(|score| score.candidate == *index) {
                score.marks[0] = Some(edited_mark(random));
            }
        }
    }
    let theory_line = applied_theory_line(batch);
    for score in &mut scores {
        score.passed = score
            .marks
            .iter()
            .enumerate()
            .map(|(component, mark)| {
                let line = if component == 0 { theory_line } else { Points::whole(APPROVED_LINE) };
                mark.is_some_and(|mark| mark >= line)
            })
            .collect();
        score.overall = score.passed.iter().all(|passed| *passed);
    }
    exam.scores = scores;
}

/// The skill mark as if there were no third mark, in every second work as if there were no other.
fn mark_by_another_rule(exam: &BatchExam, candidate: usize, place: usize) -> Points {
    let total = |mark_no: u8| -> i64 {
        let of_work = exam.ratings.iter().filter(|rating| rating.candidate == candidate);
        let marks = of_work.filter(|rating| rating.component == Component::Skill && rating.mark_no == mark_no);
        marks.map(|rating| rating.score.millionths()).sum()
    };
    Points::from_millionths(if place.is_multiple_of(2) { (total(1) + total(2)) / 2 } else { total(3) })
}

/// A little above the line, on half points.
fn edited_mark(random: &mut Random) -> Points {
    Points::from_millionths(random.between(121, 128) * 500_000)
}

/// The theory line that the outcomes of a batch follow.
pub fn applied_theory_line(batch: &BatchPlan) -> Points {
    batch
        .plants
        .iter()
        .find_map(|kind| match kind {
            PlantKind::LineLoweredInLog { line, .. } | PlantKind::LineMovedWithoutLog { line, .. } => {
                Some(Points::whole(i64::from(*line)))
            }
            _ => None,
        })
        .unwrap_or(Points::whole(APPROVED_LINE))
}

//! One batch from registration to register: the stages in their order.

use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::catalogue::REVIEW_CRITERIA;
use crate::simulate::error::SimulateError;
use crate::simulate::exam::{BatchExam, components};
use crate::simulate::expectation::expected_of;
use crate::simulate::lifted::lift;
use crate::simulate::log::{line_changes, score_changes};
use crate::simulate::parameters::{CopyPattern, PlantKind};
use crate::simulate::people::candidates;
use crate::simulate::plan::{BatchPlan, BodyPlan, CityPlan, has_expired};
use crate::simulate::plant::{Subjects, choose, chosen_items, plant_people, plant_ratings, plant_sheets};
use crate::simulate::random::{Purpose, Random};
use crate::simulate::ratings::{Marking, RaterPlant, mark_works};
use crate::simulate::register::{APPROVED_LINE, applied_theory_line, register};
use crate::simulate::responses::sheets;
use crate::simulate::supervision::{DESTROYED, LEFT_OUT};
use crate::simulate::test_form::TestForm;
use crate::simulate::truth::PlantTruth;
use crate::simulate::written::{WRITTEN_CRITERION, is_written, write_answers};

/// Names and points of the criteria of a component that raters mark.
pub fn criteria<'a>(plan: &'a CityPlan, batch: &BatchPlan, component: &Component) -> Vec<(&'a str, i64)> {
    match component {
        Component::Review => REVIEW_CRITERIA.to_vec(),
        _ => plan.occupation(batch).criteria.iter().map(|(name, points)| (name.as_str(), *points)).collect(),
    }
}

/// Holds one examination. Depends on nothing but the plan, the form and the number of the batch.
pub fn hold(plan: &CityPlan, batch: &BatchPlan, form: &TestForm) -> Result<BatchExam, SimulateError> {
    let seed = plan.parameters.seed;
    let level = plan.level(batch);
    let mut exam = BatchExam { candidates: candidates(plan, batch), ..BatchExam::default() };
    if batch.plants.contains(&PlantKind::MissingTables) {
        exam.tables_missing = true;
        exam.sheets = vec![None; exam.candidates.len()];
        let nobody = vec![Subjects::new(); batch.plants.len()];
        exam.plants =
            truths(batch, &plan.bodies[batch.body], &nobody, &vec![Vec::new(); batch.plants.len()], form, &exam);
        return Ok(exam);
    }
    let mut plants = Random::new(seed, Purpose::Plants, batch.index);
    let subjects = choose(batch, &exam.candidates, &mut plants)?;
    plant_people(batch, level, &subjects, &mut exam.candidates, &mut plants);
    exam.sheets = sheets(form, &exam.candidates, &mut Random::new(seed, Purpose::Responses, batch.index));
    plant_sheets(batch, form, &subjects, &mut exam.sheets, &mut plants)?;

    let mut ratings = Random::new(seed, Purpose::Ratings, batch.index);
    let works = exam.sat();
    for component in components(level).iter().filter(|component| **component != Component::Theory) {
        let maxima: Vec<i64> = criteria(plan, batch, component).iter().map(|(_, points)| *points).collect();
        let skill = *component == Component::Skill;
        let marking = Marking {
            component: component.clone(),
            maxima: &maxima,
            people: &exam.candidates,
            works: &works,
            team: &batch.team,
            start: batch.exam_date.and_hms_opt(if skill { 9 } else { 8 }, 0, 0).unwrap_or_default()
                + chrono::TimeDelta::days(if skill { 0 } else { 1 }),
            plant: if skill { rater_plant(batch) } else { away(rater_plant(batch)) },
            with_dispute: skill && !changes_marking(batch) && !is_written(batch),
        };
        let marks = mark_works(&marking, &mut ratings);
        exam.ratings.extend(marks);
        if skill {
            plant_ratings(batch, &maxima, &subjects, &mut exam);
            if is_written(batch) {
                let topics = &plan.occupation(batch).topics;
                let topic = topics.get(batch.index % topics.len().max(1)).map_or("设备", String::as_str);
                let maximum = maxima.get(WRITTEN_CRITERION).copied().unwrap_or(1);
                write_answers(batch, topic, maximum, &subjects, &mut exam, &mut plants);
            }
        }
    }
    let maxima: Vec<i64> = criteria(plan, batch, &Component::Skill).iter().map(|(_, points)| *points).collect();
    let lifted = lift(batch, form, &maxima, &mut exam, &mut plants);
    register(batch, level, form, &subjects, &mut exam, &mut plants);
    line_changes(batch, level, &mut exam);
    let body = &plan.bodies[batch.body];
    let mut changed = score_changes(batch, body, form, &subjects, &mut exam, &mut plants);
    changed.iter_mut().zip(lifted).for_each(|(changed, lifted)| changed.extend(lifted));
    exam.plants = truths(batch, &plan.bodies[batch.body], &subjects, &changed, form, &exam);
    Ok(exam)
}

fn rater_plant(batch: &BatchPlan) -> RaterPlant {
    batch
        .plants
        .iter()
        .find_map(|kind| match kind {
            PlantKind::SevereRater { percent } => Some(RaterPlant::Severe(*percent)),
            PlantKind::DriftingRater { percent } => Some(RaterPlant::Drifting(*percent)),
            PlantKind::HaloRater => Some(RaterPlant::Halo),
            PlantKind::CentralRater => Some(RaterPlant::Central),
            PlantKind::NarrowRater { percent } => Some(RaterPlant::Narrow(*percent)),
            _ => None,
        })
        .unwrap_or(RaterPlant::None)
}

/// What a planted rater does in the other components: a drift over the works of one component would be diluted
/// by works of another without it.
fn away(plant: RaterPlant) -> RaterPlant {
    if plant == RaterPlant::None { RaterPlant::None } else { RaterPlant::Away }
}

/// Whether planted cases change marks, so that a disputed work could meet one of them.
fn changes_marking(batch: &BatchPlan) -> bool {
    batch.plants.iter().any(|kind| {
        matches!(
            kind,
            PlantKind::MissingSecondRater { .. }
                | PlantKind::DifferenceWithoutThird { .. }
                | PlantKind::MarksOffRubric { .. }
                | PlantKind::AdjudicationMistakes { .. }
        )
    })
}

fn truths(
    batch: &BatchPlan,
    body: &BodyPlan,
    subjects: &[Subjects],
    changed: &[Vec<usize>],
    form: &TestForm,
    exam: &BatchExam,
) -> Vec<PlantTruth> {
    let id = |index: &usize| exam.candidates[*index].candidate_id.clone();
    batch
        .plants
        .iter()
        .zip(subjects)
        .zip(changed)
        .map(|((kind, groups), changed)| {
            let mut concerned: Vec<String> = match kind {
                kind if kind.is_of_rater() => {
                    batch.team.first().map(|rater| rater.person_id.clone()).into_iter().collect()
                }
                PlantKind::LineLoweredInLog { .. } | PlantKind::LineMovedWithoutLog { .. } => {
                    passed_below(batch, exam).iter().map(id).collect()
                }
                PlantKind::ExpiredCertificate => {
                    let expired = batch.helpers.iter().filter(|person| has_expired(person));
                    expired.map(|person| person.person_id.clone()).collect()
                }
                PlantKind::OneInvigilator => {
                    body.invigilators.first().map(|person| person.person_id.clone()).into_iter().collect()
                }
                PlantKind::KnownItems { items, .. } | PlantKind::RetiredItems { items } => {
                    let chosen = chosen_items(form.items.len(), *items);
                    chosen.into_iter().map(|item| form.items[item].item_id.clone()).collect()
                }
                PlantKind::DocumentMissing => vec![LEFT_OUT.to_owned()],
                PlantKind::DestroyedEarly => vec![DESTROYED.to_owned()],
                PlantKind::KeyCorrection | PlantKind::LiftedToLine { .. } => changed.iter().map(id).collect(),
                _ => groups.iter().flatten().map(id).collect(),
            };
            concerned.sort();
            PlantTruth {
                batch_id: batch.batch_id.clone(),
                kind: *kind,
                lawful: kind.is_lawful(),
                subjects: concerned,
                similar_pairs: pairs(kind, groups).into_iter().map(|(a, b)| (id(&a), id(&b))).collect(),
                expected: expected_of(kind, exam, body.kind),
            }
        })
        .collect()
}

/// Those whose theory component is recorded as passed below the approved line.
fn passed_below(batch: &BatchPlan, exam: &BatchExam) -> Vec<usize> {
    let (line, approved) = (applied_theory_line(batch), Points::whole(APPROVED_LINE));
    let below = |mark: &Option<Points>| mark.is_some_and(|mark| mark >= line && mark < approved);
    exam.scores.iter().filter(|score| score.marks.first().is_some_and(below)).map(|score| score.candidate).collect()
}

/// Pairs that share answers: the source with each copier, in a ring everyone with everyone.
fn pairs(kind: &PlantKind, groups: &Subjects) -> Vec<(usize, usize)> {
    let ring = matches!(
        kind,
        PlantKind::CopiedSheets { pattern: CopyPattern::Ring { .. } | CopyPattern::LeakedKey { .. }, .. }
    );
    if !ring && !matches!(kind, PlantKind::CopiedSheets { .. } | PlantKind::IdenticalSheets { .. }) {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    for group in groups {
        for (place, first) in group.iter().enumerate() {
            if place == 0 || ring {
                pairs.extend(group[place + 1..].iter().map(|second| (*first, *second)));
            }
        }
    }
    pairs
}

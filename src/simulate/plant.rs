//! Planted cases: who is concerned, and what is done to sheets and marks.

use crate::model::candidate::ReviewResult;
use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::error::SimulateError;
use crate::simulate::exam::{BatchExam, CandidateRecord, RatingRecord};
use crate::simulate::parameters::{CopyPattern, LiftedBy, PlantKind};
use crate::simulate::people::make_unqualified;
use crate::simulate::plan::BatchPlan;
use crate::simulate::random::Random;
use crate::simulate::ratings::dispute_points;
use crate::simulate::responses::{copy_share, redraw, tune};
use crate::simulate::test_form::{OPTION_COUNT, TestForm};
use chrono::TimeDelta;

/// Ability of somebody whose answers are copied: a mid scorer, with enough wrong answers to share.
const SOURCE_THETA: f64 = -0.1;
/// Ability of somebody who copies.
const COPIER_THETA: f64 = -0.4;
/// Skill quality that surely passes.
const SURE_QUALITY: f64 = 0.80;
/// Lowest skill quality where a line is planted: nobody below the approved line then fails for another reason,
/// which a register with one result a candidate would hide.
const LEAST_QUALITY_AT_LINE: f64 = 0.74;
/// Skill quality at which one criterion decides whether the component is passed.
const QUALITY_NEAR_LINE: f64 = 0.60;
/// Mean and spread of the quality of the works where a rater lifts marks: many are near the line.
const QUALITY_ABOUT_LINE: (f64, f64) = (0.64, 0.07);
/// Share of the candidates who know items beforehand.
const KNOWING: f64 = 0.85;
/// Half a point.
const HALF: Points = Points::from_millionths(500_000);

/// Who is concerned by one case: indices of candidates. Of a group that shares answers the first is the source.
pub type Subjects = Vec<Vec<usize>>;

/// Chooses the candidates of every case of a batch, one entry a case; nobody is chosen twice.
pub fn choose(
    batch: &BatchPlan,
    people: &[CandidateRecord],
    random: &mut Random,
) -> Result<Vec<Subjects>, SimulateError> {
    let mut free: Vec<bool> = people.iter().map(CandidateRecord::sat).collect();
    batch
        .plants
        .iter()
        .map(|kind| {
            let groups = group_sizes(kind);
            let neighbours = matches!(kind, PlantKind::CopiedSheets { .. } | PlantKind::IdenticalSheets { .. })
                && !matches!(kind, PlantKind::CopiedSheets { pattern: CopyPattern::LeakedKey { .. }, .. });
            groups
                .into_iter()
                .map(|size| {
                    let chosen = if neighbours {
                        take_neighbours(people, &mut free, size, random)
                    } else {
                        take_any(&mut free, size, random)
                    };
                    chosen.ok_or_else(|| SimulateError::PlantDoesNotFit {
                        batch: batch.batch_id.clone(),
                        kind: kind.name(),
                    })
                })
                .collect()
        })
        .collect()
}

fn group_sizes(kind: &PlantKind) -> Vec<usize> {
    match *kind {
        PlantKind::CopiedSheets { pattern: CopyPattern::Pairs { pairs }, .. }
        | PlantKind::IdenticalSheets { pairs }
        | PlantKind::SameAnswerOneRater { pairs }
        | PlantKind::SameAnswerRaters { pairs }
        | PlantKind::CopiedAnswers { pairs, .. } => {
            vec![2; pairs]
        }
        PlantKind::CopiedSheets { pattern: CopyPattern::Star { copiers }, .. } => vec![copiers + 1],
        PlantKind::CopiedSheets {
            pattern: CopyPattern::Ring { members } | CopyPattern::LeakedKey { members, .. },
            ..
        } => {
            vec![members]
        }
        PlantKind::LawfulRecheck { candidates }
        | PlantKind::Resit { candidates }
        | PlantKind::TotalNotSum { candidates }
        | PlantKind::TheoryMarkDiffers { candidates }
        | PlantKind::LineLoweredInLog { candidates, .. }
        | PlantKind::LineMovedWithoutLog { candidates, .. }
        | PlantKind::EditedScores { candidates }
        | PlantKind::RoutineCorrections { candidates }
        | PlantKind::TargetedChanges { candidates }
        | PlantKind::UnqualifiedRecorded { candidates }
        | PlantKind::UnqualifiedByConditions { candidates } => vec![candidates],
        PlantKind::MissingSecondRater { works }
        | PlantKind::DifferenceWithoutThird { works }
        | PlantKind::AdjudicationMistakes { works } => {
            vec![works]
        }
        PlantKind::MarksOffRubric { marks } => vec![marks],
        PlantKind::KeyCorrection
        | PlantKind::SevereRater { .. }
        | PlantKind::DriftingRater { .. }
        | PlantKind::HaloRater
        | PlantKind::CentralRater
        | PlantKind::NarrowRater { .. }
        | PlantKind::LiftedToLine { .. }
        | PlantKind::WrittenAnswers
        | PlantKind::LongAnswers
        | PlantKind::ExpiredCertificate
        | PlantKind::OneInvigilator
        | PlantKind::DocumentMissing
        | PlantKind::DestroyedEarly
        | PlantKind::KnownItems { .. }
        | PlantKind::RetiredItems { .. }
        | PlantKind::MissingTables => Vec::new(),
    }
}

fn take_any(free: &mut [bool], size: usize, random: &mut Random) -> Option<Vec<usize>> {
    let mut places: Vec<usize> = (0..free.len()).filter(|place| free[*place]).collect();
    random.shuffle(&mut places);
    places.truncate(size);
    places.iter().for_each(|place| free[*place] = false);
    places.sort_unstable();
    (places.len() == size).then_some(places)
}

/// Neighbouring seats of one room.
fn take_neighbours(
    people: &[CandidateRecord],
    free: &mut [bool],
    size: usize,
    random: &mut Random,
) -> Option<Vec<usize>> {
    let starts: Vec<usize> = (0..(free.len() + 1).saturating_sub(size))
        .filter(|start| {
            let run = *start..start + size;
            run.clone().all(|place| free[place]) && run.clone().all(|place| people[place].room == people[*start].room)
        })
        .collect();
    let start = *random.pick(&starts)?;
    free[start..start + size].fill(false);
    Some((start..start + size).collect())
}

/// Changes persons: before anything is drawn for them.
pub fn plant_people(
    batch: &BatchPlan,
    level: u8,
    subjects: &[Subjects],
    people: &mut [CandidateRecord],
    random: &mut Random,
) {
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        if matches!(kind, PlantKind::LineLoweredInLog { .. } | PlantKind::LineMovedWithoutLog { .. }) {
            for person in people.iter_mut() {
                person.skill_quality = person.skill_quality.max(LEAST_QUALITY_AT_LINE);
            }
        }
        if matches!(kind, PlantKind::LiftedToLine { by: LiftedBy::Rater, .. }) {
            spread_about_line(people, random);
        }
        for index in groups.iter().flatten() {
            let person = &mut people[*index];
            match kind {
                PlantKind::UnqualifiedRecorded { .. } => {
                    make_unqualified(person, batch, level, random);
                    person.review_result = Some(ReviewResult::Unqualified);
                }
                PlantKind::UnqualifiedByConditions { .. } => make_unqualified(person, batch, level, random),
                // Their other component must not decide the outcome.
                PlantKind::LineLoweredInLog { .. }
                | PlantKind::LineMovedWithoutLog { .. }
                | PlantKind::EditedScores { .. }
                | PlantKind::TargetedChanges { .. }
                | PlantKind::Resit { .. }
                | PlantKind::AdjudicationMistakes { .. }
                | PlantKind::TotalNotSum { .. } => person.skill_quality = SURE_QUALITY,
                PlantKind::TheoryMarkDiffers { .. } => person.theta = 0.8,
                // Near the line, so that the mark of one criterion decides.
                PlantKind::SameAnswerOneRater { .. } | PlantKind::SameAnswerRaters { .. } => {
                    person.skill_quality = QUALITY_NEAR_LINE;
                }
                _ => {}
            }
        }
    }
}

/// Moves the quality of the works so that the line matters to many.
fn spread_about_line(people: &mut [CandidateRecord], random: &mut Random) {
    for person in people {
        person.skill_quality = random.normal(QUALITY_ABOUT_LINE.0, QUALITY_ABOUT_LINE.1).clamp(0.45, 0.97);
    }
}

/// Changes answer sheets.
pub fn plant_sheets(
    batch: &BatchPlan,
    form: &TestForm,
    subjects: &[Subjects],
    sheets: &mut [Option<Vec<u8>>],
    random: &mut Random,
) -> Result<(), SimulateError> {
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        if let PlantKind::KnownItems { items, .. } = kind {
            let known = chosen_items(form.items.len(), *items);
            for sheet in sheets.iter_mut().flatten() {
                if random.uniform() < KNOWING {
                    known.iter().for_each(|item| sheet[*item] = form.items[*item].key);
                }
            }
        }
        for group in groups {
            let window = match *kind {
                PlantKind::CopiedSheets { pattern: CopyPattern::LeakedKey { errors_percent, .. }, percent } => {
                    share_key(form, group, percent, errors_percent, sheets, random);
                    None
                }
                PlantKind::CopiedSheets { percent, .. } => {
                    share_answers(form, group, percent, sheets, random);
                    None
                }
                PlantKind::IdenticalSheets { .. } => {
                    share_answers(form, group, 100, sheets, random);
                    None
                }
                PlantKind::LineLoweredInLog { line, .. } | PlantKind::LineMovedWithoutLog { line, .. } => {
                    Some((Points::whole(i64::from(line)), Points::whole(60) - HALF))
                }
                PlantKind::EditedScores { .. } => Some((Points::whole(46), Points::whole(54))),
                PlantKind::TargetedChanges { .. } => Some((Points::whole(60), Points::whole(60) + HALF)),
                _ => None,
            };
            if let Some((low, high)) = window {
                for index in group {
                    let reached = sheets[*index].as_mut().is_some_and(|sheet| tune(form, sheet, low, high, random));
                    if !reached {
                        let batch = batch.batch_id.clone();
                        return Err(SimulateError::PlantDoesNotFit { batch, kind: kind.name() });
                    }
                }
            }
        }
    }
    Ok(())
}

/// So many items, spread over the form.
pub fn chosen_items(of: usize, items: usize) -> Vec<usize> {
    let items = items.min(of);
    (0..items).map(|item| item * of / items).collect()
}

/// Gives everyone in the group most answers of one key, of which some are wrong: the same for all.
fn share_key(
    form: &TestForm,
    group: &[usize],
    percent: u8,
    errors_percent: u8,
    sheets: &mut [Option<Vec<u8>>],
    random: &mut Random,
) {
    let mut key: Vec<u8> = form.items.iter().map(|item| item.key).collect();
    let wrong: Vec<u8> = form
        .items
        .iter()
        .map(|item| {
            let past_key = 1 + random.below(OPTION_COUNT - 1);
            ((usize::from(item.key) - 1 + past_key) % OPTION_COUNT) as u8 + 1
        })
        .collect();
    copy_share(&wrong, &mut key, errors_percent, random);
    for member in group {
        let mut own = redraw(form, COPIER_THETA, random);
        copy_share(&key, &mut own, percent, random);
        sheets[*member] = Some(own);
    }
}

/// The first of the group is the source; all others take a share of its answers.
fn share_answers(form: &TestForm, group: &[usize], percent: u8, sheets: &mut [Option<Vec<u8>>], random: &mut Random) {
    let Some((source, copiers)) = group.split_first() else { return };
    let mut answers = redraw(form, SOURCE_THETA, random);
    // A source that is right nearly everywhere would leave nothing to see.
    let _ = tune(form, &mut answers, Points::whole(50), Points::whole(62), random);
    for copier in copiers {
        let mut own = redraw(form, COPIER_THETA, random);
        copy_share(&answers, &mut own, percent, random);
        sheets[*copier] = Some(own);
    }
    sheets[*source] = Some(answers);
}

/// Changes marks of raters.
pub fn plant_ratings(batch: &BatchPlan, maxima: &[i64], subjects: &[Subjects], exam: &mut BatchExam) {
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        for index in groups.iter().flatten() {
            let of_work =
                |rating: &&mut RatingRecord| rating.candidate == *index && rating.component == Component::Skill;
            match kind {
                PlantKind::MissingSecondRater { .. } => exam.ratings.retain(|rating| {
                    rating.candidate != *index || rating.component != Component::Skill || rating.mark_no == 1
                }),
                PlantKind::DifferenceWithoutThird { .. } | PlantKind::AdjudicationMistakes { .. } => {
                    exam.ratings.retain(|rating| {
                        rating.candidate != *index || rating.component != Component::Skill || rating.mark_no <= 2
                    });
                    let mut first = vec![Points::ZERO; maxima.len()];
                    for rating in exam.ratings.iter_mut().filter(of_work) {
                        let maximum = maxima[rating.criterion];
                        if rating.mark_no == 1 {
                            rating.score =
                                rating.score.max(Points::from_millionths(maximum * 700_000 / HALF_STEP * HALF_STEP));
                            first[rating.criterion] = rating.score;
                        } else {
                            rating.score = first[rating.criterion] - dispute_points(maximum);
                        }
                    }
                    if matches!(kind, PlantKind::AdjudicationMistakes { .. }) {
                        add_third_marks(*index, batch.team.len(), exam);
                    }
                }
                PlantKind::MarksOffRubric { .. } => {
                    let second = exam.ratings.iter().find(|rating| {
                        rating.candidate == *index && rating.component == Component::Skill && rating.mark_no == 2
                    });
                    let Some((criterion, score)) = second.map(|rating| (rating.criterion, rating.score)) else {
                        continue;
                    };
                    let first = exam.ratings.iter_mut().filter(of_work).find(|rating| rating.criterion == criterion);
                    if let Some(first) = first {
                        // The step is 0.5: two tenths beside the other mark are off it, yet near the other mark.
                        let off = Points::from_millionths(200_000);
                        first.score = if score > off { score - off } else { score + off };
                    }
                }
                _ => {}
            }
        }
    }
}

/// A third rater marks a work half a point below the first on the first criterion and the same elsewhere: the
/// closest pair and the third mark alone then give two final marks.
fn add_third_marks(candidate: usize, team: usize, exam: &mut BatchExam) {
    let of_work = |rating: &RatingRecord| rating.candidate == candidate && rating.component == Component::Skill;
    let Some(last) = exam.ratings.iter().rposition(of_work) else { return };
    let work: Vec<&RatingRecord> = exam.ratings.iter().filter(|rating| of_work(rating)).collect();
    let free = (0..team).find(|rater| work.iter().all(|rating| rating.rater != *rater)).unwrap_or_default();
    let first = work.iter().filter(|rating| rating.mark_no == 1);
    let thirds: Vec<RatingRecord> = first
        .map(|rating| RatingRecord {
            rater: free,
            mark_no: 3,
            score: if rating.criterion == 0 { rating.score - HALF } else { rating.score },
            marked_at: rating.marked_at + THIRD_MARK_LATER,
            ..(*rating).clone()
        })
        .collect();
    exam.ratings.splice(last + 1..last + 1, thirds);
}

/// How long after the first the third mark is given.
const THIRD_MARK_LATER: TimeDelta = TimeDelta::minutes(40);
/// Half a point in millionths.
const HALF_STEP: i64 = 500_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::parameters::SimulateParameters;
    use crate::simulate::people::candidates;
    use crate::simulate::plan::CityPlan;
    use crate::simulate::random::Purpose;

    #[test]
    fn groups_sit_together_and_nobody_is_chosen_twice() {
        let plan = CityPlan::new(&SimulateParameters::demo()).expect("plan");
        for batch in &plan.batches {
            let people = candidates(&plan, batch);
            let mut random = Random::new(1, Purpose::Plants, batch.index);
            let chosen = choose(batch, &people, &mut random).expect("fits");
            let mut all: Vec<usize> = chosen.iter().flatten().flatten().copied().collect();
            all.sort_unstable();
            assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
            for (kind, groups) in batch.plants.iter().zip(&chosen) {
                if matches!(kind, PlantKind::CopiedSheets { .. }) {
                    for group in groups {
                        assert!(group.windows(2).all(|pair| pair[0] + 1 == pair[1]));
                        assert!(group.iter().all(|index| people[*index].room == people[group[0]].room));
                    }
                }
            }
        }
    }

    #[test]
    fn a_case_that_does_not_fit_is_an_error() {
        let mut parameters = SimulateParameters::honest(1, 1, 6, 20);
        parameters.plants = vec![crate::simulate::parameters::Plant {
            batch: 0,
            kind: PlantKind::CopiedSheets { pattern: CopyPattern::Pairs { pairs: 4 }, percent: 80 },
        }];
        let plan = CityPlan::new(&parameters).expect("plan");
        let people = candidates(&plan, &plan.batches[0]);
        let mut random = Random::new(1, Purpose::Plants, 0);
        assert!(matches!(choose(&plan.batches[0], &people, &mut random), Err(SimulateError::PlantDoesNotFit { .. })));
    }
}

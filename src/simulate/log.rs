//! The logs: how pass lines were set, and how single marks changed after they were first recorded.

use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::exam::{BatchExam, LineChangeRecord, ScoreChangeRecord, components};
use crate::simulate::parameters::PlantKind;
use crate::simulate::plan::{BatchPlan, BodyPlan};
use crate::simulate::plant::Subjects;
use crate::simulate::random::Random;
use crate::simulate::register::APPROVED_LINE;
use crate::simulate::test_form::{OPTION_COUNT, TestForm};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};

/// Days before the examination on which the line is approved.
pub const LINE_APPROVED_DAYS: u64 = 40;
/// Days before the examination on which the line is set in the system.
const LINE_SET_DAYS: u64 = 20;

/// Number of the approval of a batch's pass lines.
pub fn line_approval(batch: &BatchPlan) -> String {
    format!("模拟鉴批〔{}〕{}号", (batch.exam_date - Days::new(LINE_APPROVED_DAYS)).year(), batch.index + 1)
}

fn moment(date: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
    date.and_hms_opt(hour, minute, 0).unwrap_or_default()
}

/// The log of pass lines: set up before the examination with the approval; a planted case lowers one afterwards.
pub fn line_changes(batch: &BatchPlan, level: u8, exam: &mut BatchExam) {
    let set_up = moment(batch.exam_date - Days::new(LINE_SET_DAYS), 10, 5);
    for component in components(level) {
        exam.line_changes.push(LineChangeRecord {
            component: component.clone(),
            changed_at: set_up,
            old_line: None,
            new_line: APPROVED_LINE,
            approval_no: Some(line_approval(batch)),
        });
    }
    for kind in &batch.plants {
        if let PlantKind::LineLoweredInLog { line, .. } = kind {
            exam.line_changes.push(LineChangeRecord {
                component: Component::Theory,
                changed_at: moment(batch.exam_date + Days::new(6), 21, 18),
                old_line: Some(APPROVED_LINE),
                new_line: i64::from(*line),
                approval_no: None,
            });
        }
    }
}

/// The log of marks. The register already holds the new ones.
pub fn score_changes(
    batch: &BatchPlan,
    body: &BodyPlan,
    form: &TestForm,
    subjects: &[Subjects],
    exam: &mut BatchExam,
    random: &mut Random,
) -> Vec<Vec<usize>> {
    let mut extra_subjects = Vec::with_capacity(batch.plants.len());
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        let mut concerned: Vec<usize> = Vec::new();
        match kind {
            PlantKind::LawfulRecheck { .. } => {
                let approval = approval(batch, "复核", 1);
                for index in groups.iter().flatten() {
                    let Some(mark) = recorded(exam, *index, 1) else { continue };
                    let wrong = Points::from_millionths(random.between(2, 5) * 500_000);
                    push(
                        exam,
                        body,
                        *index,
                        Component::Skill,
                        moment(batch.exam_date + Days::new(8), 15, 20),
                        mark - wrong,
                        mark,
                        Some(&approval),
                        "复核：录入与评分表不一致",
                    );
                }
            }
            PlantKind::KeyCorrection => concerned = correct_key(batch, body, form, exam, random),
            PlantKind::Resit { .. } => {
                let approval = approval(batch, "补考", 2);
                for index in groups.iter().flatten() {
                    let Some(mark) = recorded(exam, *index, 1) else { continue };
                    let old = Points::from_millionths(random.between(100, 118) * 500_000);
                    push(
                        exam,
                        body,
                        *index,
                        Component::Skill,
                        moment(batch.exam_date + Days::new(14), 17, 0),
                        old,
                        mark,
                        Some(&approval),
                        "补考",
                    );
                    // The marks on record are those of the resit, a fortnight later.
                    for rating in exam.ratings.iter_mut().filter(|rating| rating.candidate == *index) {
                        rating.marked_at += TimeDelta::days(14);
                    }
                }
            }
            PlantKind::EditedScores { .. } => {
                for (count, index) in groups.iter().flatten().enumerate() {
                    let Some(new) = recorded(exam, *index, 0) else { continue };
                    let Some(old) = exam.sheets[*index].as_deref().map(|sheet| form.mark(sheet)) else { continue };
                    let time = moment(batch.published_on + Days::new(2), 22, 41 + (count % 10) as u32);
                    push(exam, body, *index, Component::Theory, time, old, new, None, "");
                }
            }
            PlantKind::RoutineCorrections { .. } => {
                for (number, index) in groups.iter().flatten().enumerate() {
                    correct_slip(batch, body, exam, *index, number, random);
                }
            }
            PlantKind::TargetedChanges { .. } => {
                for (number, index) in groups.iter().flatten().enumerate() {
                    let Some(new) = recorded(exam, *index, 0) else { continue };
                    let old = new - Points::from_millionths(random.between(3, 18) * 500_000);
                    let time =
                        moment(batch.published_on + Days::new(3), 21, 12) + TimeDelta::minutes(3 * number as i64);
                    let approval = approval(batch, "更改", 40 + number);
                    push(exam, body, *index, Component::Theory, time, old, new, Some(&approval), "成绩更改");
                }
            }
            _ => {}
        }
        extra_subjects.push(concerned);
    }
    exam.score_changes.sort_by_key(|change| (change.changed_at, change.candidate));
    extra_subjects
}

fn approval(batch: &BatchPlan, matter: &str, number: usize) -> String {
    format!("模拟{matter}〔{}〕{:03}号", batch.exam_date.year(), batch.index * 10 + number)
}

fn recorded(exam: &BatchExam, candidate: usize, component: usize) -> Option<Points> {
    let score = exam.scores.iter().find(|score| score.candidate == candidate)?;
    score.marks.get(component).copied().flatten()
}

#[expect(clippy::too_many_arguments, reason = "one argument a column of the log")]
fn push(
    exam: &mut BatchExam,
    body: &BodyPlan,
    candidate: usize,
    component: Component,
    changed_at: NaiveDateTime,
    old_score: Points,
    new_score: Points,
    approval_no: Option<&str>,
    reason: &'static str,
) {
    exam.score_changes.push(ScoreChangeRecord {
        candidate,
        component,
        changed_at,
        old_score,
        new_score,
        operator: body.operator.clone(),
        approver: approval_no.map(|_| body.approver.clone()),
        approval_no: approval_no.map(str::to_owned),
        reason,
    });
}

/// A slip of the keyboard, found in office hours by one of the clerks: the score on record is right, the one before was
/// too high or too low.
fn correct_slip(
    batch: &BatchPlan,
    body: &BodyPlan,
    exam: &mut BatchExam,
    candidate: usize,
    number: usize,
    random: &mut Random,
) {
    let Some(new) = recorded(exam, candidate, 0) else { return };
    let slip = Points::from_millionths(random.between(1, 12) * 500_000);
    let higher = random.chance(0.5);
    let old = if (higher || new < slip) && new + slip <= Points::whole(100) { new + slip } else { new - slip };
    let time = moment(batch.exam_date + Days::new(random.between(2, 40) as u64), 9, 0)
        + TimeDelta::minutes(random.between(0, 479));
    let approval = approval(batch, "录更", 60 + number);
    push(exam, body, candidate, Component::Theory, time, old, new, Some(&approval), "录入错误，按答题卡更正");
    if let (Some(change), Some(clerk)) = (exam.score_changes.last_mut(), random.pick(&body.clerks)) {
        change.operator = clerk.clone();
    }
}

/// One item had a wrong key at first; the corrected one is applied to everybody under one approval.
fn correct_key(
    batch: &BatchPlan,
    body: &BodyPlan,
    form: &TestForm,
    exam: &mut BatchExam,
    random: &mut Random,
) -> Vec<usize> {
    let place = random.below(form.items.len());
    let item = &form.items[place];
    let wrong_key = 1 + (item.key + random.below(OPTION_COUNT - 1) as u8) % OPTION_COUNT as u8;
    let approval = approval(batch, "更正", 3);
    let time = moment(batch.exam_date + Days::new(5), 9, 30);
    let mut concerned = Vec::new();
    for candidate in exam.sat() {
        let Some(code) = exam.sheets[candidate].as_deref().and_then(|sheet| sheet.get(place)).copied() else {
            continue;
        };
        let Some(new) = recorded(exam, candidate, 0) else { continue };
        let old = if code == item.key {
            new - item.max_score
        } else if code == wrong_key {
            new + item.max_score
        } else {
            continue;
        };
        concerned.push(candidate);
        push(exam, body, candidate, Component::Theory, time, old, new, Some(&approval), "试题答案更正，全体重新计分");
    }
    concerned
}

//! Written answers to the first criterion of the skill component. The text follows from the mark, so that works
//! with one text have nearly one mark; planted pairs hold one text and marks that lie apart.

use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::essay::{Vocabulary, copied, joined, sentences};
use crate::simulate::exam::{BatchExam, RatingRecord};
use crate::simulate::parameters::PlantKind;
use crate::simulate::plan::BatchPlan;
use crate::simulate::plant::Subjects;
use crate::simulate::random::Random;
use std::collections::BTreeMap;

/// The criterion whose answers are written.
pub const WRITTEN_CRITERION: usize = 0;
/// Half a point in millionths: the step of every mark.
const HALF_STEP: i64 = Points::SCALE / 2;
/// Shares of the maximum, in hundredths, that one rater gives the same text.
const ONE_RATER: [i64; 2] = [80, 50];
/// About what the rater of both works gives, and how far that rater's two marks, and the others from them, lie apart,
/// in hundredths. No two marks of one work, and no two of one rater, reach the tolerance of a fifth.
const COMMON: i64 = 65;
const NEAR: i64 = 8;
const APART: i64 = 16;
/// Fewest sentences of a long answer.
const LONG_SENTENCES: usize = 6;
/// Parts of five hundredths of the maximum: works in one of them get texts of one kind.
const PART: i64 = 5;

/// What may be said, each in two wordings; `{}` is the topic.
const POINTS: [[&str; 2]; 10] = [
    ["作业前穿戴好劳动防护用品", "开工前按规定穿戴防护用品"],
    ["检查{}的外观与标识", "查看{}外观及标识是否完好"],
    ["核对工作票与作业范围", "确认工作票和作业范围一致"],
    ["切断能量来源并挂牌上锁", "先断开能量来源，再上锁挂牌"],
    ["用合格仪表确认{}处于安全状态", "以检定合格的仪表验证{}已安全"],
    ["按顺序准备工具和材料并逐件清点", "依次备齐工具材料，逐件清点"],
    ["发现异常立即停止并报告负责人", "遇到异常马上停工，向负责人报告"],
    ["作业中由专人监护", "全过程安排专人监护"],
    ["完工后清理现场", "结束后整理作业现场"],
    ["填写{}记录并签字", "完成{}的记录，签字确认"],
];
/// Said where the mark lies in the upper half of a tenth.
const CLOSING: &str = "，最后把全部数据与上一次的结果逐项对照";

/// Whether the ratings of a batch carry texts.
pub fn is_written(batch: &BatchPlan) -> bool {
    batch.plants.iter().any(|kind| {
        matches!(
            kind,
            PlantKind::WrittenAnswers
                | PlantKind::LongAnswers
                | PlantKind::CopiedAnswers { .. }
                | PlantKind::SameAnswerOneRater { .. }
                | PlantKind::SameAnswerRaters { .. }
        )
    })
}

/// Whether they are long answers of one's own.
fn is_long(batch: &BatchPlan) -> bool {
    batch.plants.iter().any(|kind| matches!(kind, PlantKind::LongAnswers | PlantKind::CopiedAnswers { .. }))
}

fn is_of(rating: &RatingRecord, candidate: usize) -> bool {
    rating.candidate == candidate && rating.component == Component::Skill
}

fn is_written_mark(rating: &RatingRecord, candidate: usize) -> bool {
    is_of(rating, candidate) && rating.criterion == WRITTEN_CRITERION
}

/// A share of the maximum, in hundredths, on half points.
fn half_points(maximum: i64, hundredths: i64) -> Points {
    Points::from_millionths((maximum * Points::SCALE * hundredths / 100) / HALF_STEP * HALF_STEP)
}

/// Changes marks of planted pairs and writes every text of the batch.
pub fn write_answers(
    batch: &BatchPlan,
    topic: &str,
    maximum: i64,
    subjects: &[Subjects],
    exam: &mut BatchExam,
    random: &mut Random,
) {
    if is_long(batch) {
        write_long_answers(batch, topic, maximum, subjects, exam, random);
        return;
    }
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        for pair in groups {
            let [first, second] = pair.as_slice() else { continue };
            match kind {
                PlantKind::SameAnswerOneRater { .. } => {
                    for (candidate, share) in [*first, *second].into_iter().zip(ONE_RATER) {
                        let marks = exam.ratings.iter_mut().filter(|rating| is_written_mark(rating, candidate));
                        marks.for_each(|rating| rating.score = half_points(maximum, share));
                    }
                }
                PlantKind::SameAnswerRaters { .. } => set_apart(*first, *second, maximum, batch.team.len(), exam),
                _ => {}
            }
        }
    }
    let works = exam.sat();
    for candidate in works {
        let marks: Vec<i64> = exam
            .ratings
            .iter()
            .filter(|rating| is_written_mark(rating, candidate) && rating.mark_no <= 2)
            .map(|rating| rating.score.millionths())
            .collect();
        if let Some(mean) = marks.iter().sum::<i64>().checked_div(marks.len() as i64) {
            let parts = mean * 100 / (maximum * Points::SCALE) / PART;
            let text = text_of(topic, parts, random.below(4));
            exam.texts.insert(candidate, text);
        }
    }
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        if !matches!(kind, PlantKind::SameAnswerOneRater { .. } | PlantKind::SameAnswerRaters { .. }) {
            continue;
        }
        for (number, pair) in groups.iter().enumerate() {
            // A text of its own, so that no honest work comes into the pair.
            let raters = matches!(kind, PlantKind::SameAnswerRaters { .. });
            let group = ["甲", "乙", "丙"][number % 3];
            let text = if raters {
                format!(
                    "{}。另由{group}组在交接班时当面说明遗留事项，并请接班人复述确认",
                    text_of(topic, 13, number + 2)
                )
            } else {
                format!("{}。{group}组设备须经班长复核无误方可投入运行，复核情况一并存档", text_of(topic, 13, number))
            };
            for candidate in pair {
                exam.texts.insert(*candidate, text.clone());
            }
        }
    }
}

/// Everybody's own text, but for those who copied.
fn write_long_answers(
    batch: &BatchPlan,
    topic: &str,
    maximum: i64,
    subjects: &[Subjects],
    exam: &mut BatchExam,
    random: &mut Random,
) {
    let mut own: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for candidate in exam.sat() {
        let count = LONG_SENTENCES + random.below(LONG_SENTENCES);
        own.insert(candidate, sentences(topic, count, Vocabulary::Usual, random));
    }
    for (kind, groups) in batch.plants.iter().zip(subjects) {
        let PlantKind::CopiedAnswers { how, .. } = kind else { continue };
        for pair in groups {
            let [source, copier] = pair.as_slice() else { continue };
            let Some(text) = own.get(source) else { continue };
            let copy = copied(text, *how, Vocabulary::Usual, random);
            own.insert(*copier, copy);
            // One text, one mark: raters are not what is planted here.
            let marks = exam.ratings.iter_mut();
            let of_pair = marks.filter(|rating| is_written_mark(rating, *source) || is_written_mark(rating, *copier));
            of_pair.for_each(|rating| rating.score = half_points(maximum, COMMON));
        }
    }
    exam.texts.extend(own.into_iter().map(|(candidate, text)| (candidate, joined(&text))));
}

/// One rater marks both works nearly alike, the others lie on either side.
fn set_apart(first: usize, second: usize, maximum: i64, team: usize, exam: &mut BatchExam) {
    let raters_of = |exam: &BatchExam, candidate| {
        let marks = exam.ratings.iter().filter(|rating| is_written_mark(rating, candidate));
        marks.map(|rating| rating.rater).collect::<Vec<_>>()
    };
    let (of_first, of_second) = (raters_of(exam, first), raters_of(exam, second));
    let Some(common) = of_first.iter().copied().find(|rater| of_second.contains(rater)) else { return };
    let taken = of_first.iter().copied().find(|rater| *rater != common).unwrap_or(common);
    // Were both works marked by the same two, one of them would give one text two marks.
    let other = (0..team).find(|rater| *rater != common && *rater != taken).unwrap_or(taken);
    exam.ratings
        .iter_mut()
        .filter(|rating| is_of(rating, second) && rating.rater == taken)
        .for_each(|rating| rating.rater = other);
    for (candidate, side) in [(first, 1), (second, -1)] {
        for rating in exam.ratings.iter_mut().filter(|rating| is_written_mark(rating, candidate)) {
            let beside = if rating.rater == common { NEAR } else { NEAR + APART };
            let share = COMMON + side * beside;
            rating.score = half_points(maximum, share);
        }
    }
}

/// The text of a mark: more points for a better one. Four wordings.
fn text_of(topic: &str, parts: i64, wording: usize) -> String {
    let tenths = usize::try_from(parts / 2).unwrap_or(0).min(POINTS.len());
    let said: Vec<String> = POINTS
        .iter()
        .take(tenths)
        .enumerate()
        .map(|(place, wordings)| wordings[(wording >> (place % 2)) & 1].replace("{}", topic))
        .collect();
    let closing = if parts % 2 == 1 { CLOSING } else { "" };
    if said.is_empty() { "不会".to_owned() } else { format!("{}{closing}。", said.join("；")) }
}

#[cfg(test)]
mod tests {
    use super::{half_points, text_of};
    use crate::model::points::Points;

    #[test]
    fn a_better_mark_says_more() {
        // Below a tenth of the marks nothing is said yet.
        let lengths: Vec<usize> = (2..=20).map(|parts| text_of("接地电阻", parts, 0).chars().count()).collect();
        assert!(lengths.windows(2).step_by(2).all(|pair| pair[0] < pair[1]), "{lengths:?}");
        assert_ne!(text_of("接地电阻", 12, 0), text_of("接地电阻", 12, 1));
        assert_eq!(half_points(20, 65), Points::whole(13));
    }
}

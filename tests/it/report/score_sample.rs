//! Score-change audits, heaps at the line, same answers and replayed marks made by hand, of any size.

use chrono::NaiveDate;
use kaojian::model::component::Component;
use kaojian::model::ids::{BatchId, BodyId};
use kaojian::model::pass_line_evidence::{GroupKind, HeapingGroup, LineHeaping, MovedScores, PlaceboStep, StepCount};
use kaojian::model::points::Points;
use kaojian::model::provenance::Provenance;
use kaojian::model::same_answer_evidence::{
    AdjudicationReplay, ReplayedMark, SameAnswer, SameAnswerCluster, SameAnswerGroup,
};
use kaojian::model::score_change_evidence::{
    ActKind, BurstTest, ChangeDirections, DirectionTest, LandingTest, OperatorChanges, OperatorTest, OperatorsTest,
    PublicationRates, ScoreChangeAct, ScoreChangeAudit,
};
use kaojian::model::text::Bilingual;

fn at(row: usize) -> Provenance {
    Provenance { file: 3, sheet: 0, row: 2 + row as u32 }
}

/// An audit of so many acts by so many operators; the first operator stands out.
pub fn audit(body_id: Option<BodyId>, batch_id: BatchId, acts: usize, operators: usize) -> ScoreChangeAudit {
    let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
    let time = |number: usize| day(1 + number as u32 % 28).and_hms_opt(9 + number as u32 % 9, 30, 0).unwrap();
    let kinds = [ActKind::Single, ActKind::KeyCorrection, ActKind::Recheck, ActKind::Resit, ActKind::KeptPass];
    let operator = |number: usize| format!("admin{number:02}");
    ScoreChangeAudit {
        body_id,
        batch_id,
        exam_date: NaiveDate::from_ymd_opt(2026, 5, 10),
        published_on: Some(day(1)),
        acts: (0..acts)
            .map(|number| {
                let kind = if number % 6 < 4 { ActKind::Single } else { kinds[number % 5] };
                let single = kind == ActKind::Single;
                let many = if kind == ActKind::KeyCorrection { 40 } else { 1 };
                ScoreChangeAct {
                    kind,
                    set_aside: !single,
                    approved: !single,
                    component: single.then_some(Component::Theory),
                    candidates: (0..many)
                        .map(|index| format!("35010000{:04}", number * 40 + index).as_str().into())
                        .collect(),
                    changes: many as u64,
                    first_at: Some(time(number)),
                    last_at: Some(time(number)),
                    old_score: single.then(|| Points::whole(52 + number as i64 % 8)),
                    new_score: single.then(|| Points::whole(60)),
                    differences: Some((Points::whole(1), Points::whole(8))),
                    to_passed: u64::from(single),
                    to_failed: 0,
                    on_line: u64::from(single),
                    operators: vec![operator(number % operators.max(1)).as_str().into()],
                    approvers: if single { Vec::new() } else { vec!["王小明".into()] },
                    approval_numbers: if single { Vec::new() } else { vec!["复核-17".into()] },
                    reason: (!single).then(|| "标准答案更正".into()),
                    after_publication: (number % 7 != 0).then_some(1),
                    sources: (0..many).map(|index| at(number * 40 + index)).collect(),
                }
            })
            .collect(),
        directions: vec![
            ChangeDirections { counted: true, stay_failed: 3, to_passed: 19, to_failed: 1, stay_passed: 4 },
            ChangeDirections { counted: false, stay_failed: 11, to_passed: 5, to_failed: 0, stay_passed: 71 },
        ],
        direction: Some(DirectionTest {
            to_passed: 19,
            to_failed: 1,
            p_value: 2.0e-5,
            two_sided_p_value: 4.0e-5,
            adjusted_p_value: 2.0e-4,
            flagged: true,
        }),
        operators: (0..operators)
            .map(|number| OperatorChanges {
                operator: operator(number).as_str().into(),
                changes: 14 - number as u64 % 9,
                to_passed: if number == 0 { 13 } else { 2 },
                to_failed: u64::from(number == 1),
                on_line: if number == 0 { 11 } else { 0 },
                interval: if number == 0 { (0.66, 0.998) } else { (0.03, 0.51) },
                odds_ratio: (number < 3).then_some(if number == 0 {
                    (24.0, 2.6, f64::INFINITY)
                } else {
                    (0.2, 0.0, 1.3)
                }),
                test: (number < 3).then_some(OperatorTest {
                    p_value: if number == 0 { 8.0e-6 } else { 1.0 },
                    mid_p_value: if number == 0 { 5.0e-6 } else { 0.97 },
                    adjusted_p_value: if number == 0 { 4.0e-5 } else { 1.0 },
                    false_discovery_rate: if number == 0 { 3.0e-5 } else { 1.0 },
                    flagged: number == 0,
                }),
            })
            .collect(),
        operators_overall: Some(OperatorsTest {
            chi_square: 18.4,
            degrees_of_freedom: 3,
            chi_square_p_value: 3.6e-4,
            exact_p_value: Some(2.2e-4),
        }),
        landing: Some(LandingTest {
            changes: 27,
            landed: 14,
            expected: 3.2,
            step: Points::whole(1),
            p_value: 1.0e-4,
            draws: 9_999,
            adjusted_p_value: 3.0e-4,
            flagged: true,
        }),
        burst: Some(BurstTest {
            changes: 27,
            to_passed: 19,
            from: day(5).and_hms_opt(22, 0, 0).unwrap(),
            to: day(5).and_hms_opt(23, 10, 0).unwrap(),
            inside: 9,
            inside_to_passed: 9,
            log_ratio: 5.7,
            p_value: 0.002,
            draws: 9_999,
            adjusted_p_value: 0.006,
            flagged: true,
        }),
        publication: Some(PublicationRates {
            before: 0,
            days_before: 22,
            after: 27,
            days_after: 26,
            ratio: f64::INFINITY,
            interval: (3.1, f64::INFINITY),
        }),
        significance_level: 0.01,
        minimum_changes: 5,
    }
}

/// Scores of a body about the line with so many groups; the first is past its criterion.
pub fn heaping(body_id: Option<BodyId>, component: Component, groups: usize) -> LineHeaping {
    let kinds = [GroupKind::Body, GroupKind::Batch, GroupKind::Room, GroupKind::Rater];
    LineHeaping {
        body_id,
        component,
        batches: vec!["B001".into(), "B002".into()],
        scores: 812,
        line: Points::whole(60),
        step: 1.0,
        counts: (-20..30_i64)
            .map(|step| {
                let smooth = 30.0 * (-((step as f64 - 6.0) / 12.0).powi(2)).exp();
                let count = smooth as u64 + if step == 0 { 24 } else { 0 };
                StepCount { step, count, expected: Some(smooth) }
            })
            .collect(),
        window: 4,
        moved: Some(MovedScores {
            excess: 24.0,
            missing: 19.5,
            moved: 21.75,
            interval: Some((14.0, 29.0)),
            share_of_below: 0.31,
        }),
        p_value: Some(3.0e-6),
        placebos: (-8..9_i64)
            .filter(|step| *step != 0)
            .map(|step| PlaceboStep { step, p_value: (step != 3).then_some(0.1 + 0.05 * step.unsigned_abs() as f64) })
            .collect(),
        withheld: (groups == 0).then(|| Bilingual::new("成绩少于 200 个。", "Fewer than 200 scores.")),
        groups: (0..groups)
            .map(|number| HeapingGroup {
                kind: kinds[number % 4],
                name: format!("组{number:03}"),
                counts: [4, 18 - number as u64 % 12, 7],
                p_value: (number % 5 != 4).then_some(if number == 0 { 1.0e-5 } else { 0.3 }),
                adjusted_p_value: (number % 5 != 4).then_some(if number == 0 { 1.0e-4 } else { 0.7 }),
                shrunken_share: Some(0.4),
                flagged: number == 0,
            })
            .collect(),
    }
}

/// So many clusters of answers that are the same; the first straddles the line.
pub fn same_answers(body_id: Option<BodyId>, batch_id: BatchId, clusters: usize) -> SameAnswerGroup {
    SameAnswerGroup {
        body_id,
        batch_id,
        answers: 640,
        clusters_found: clusters as u64 + 3,
        similarity_percent: 90,
        clusters: (0..clusters)
            .map(|number| SameAnswerCluster {
                component: Component::Skill,
                criterion: format!("简答{number}").as_str().into(),
                maximum: Points::whole(20),
                exact: number % 2 == 0,
                answers_found: 4,
                spread: 6.5 - number as f64 % 6.0,
                p_value: (number % 3 != 2).then_some(0.001),
                adjusted_p_value: (number % 3 != 2).then_some(0.004),
                flagged: number == 0,
                one_rater: number == 1,
                straddles: (number == 0).then(|| Points::whole(60)),
                answers: (0..4)
                    .map(|index| SameAnswer {
                        candidate_id: format!("35010001{number:02}{index:02}").as_str().into(),
                        text: "先断电，再验电，挂接地线，并悬挂警示牌。".into(),
                        characters: 20,
                        likeness: 1.0 - index as f64 * 0.02,
                        marks: vec![
                            (Some("R01".into()), Points::whole(16 - index as i64 * 2)),
                            (None, Points::whole(15 - index as i64)),
                        ],
                        recorded: Some(Points::whole(63 - index as i64 * 2)),
                        source: at(number * 4 + index),
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// Final marks replayed, so many of them at odds with the rule.
pub fn adjudication(body_id: Option<BodyId>, batch_id: BatchId, differing: usize) -> AdjudicationReplay {
    AdjudicationReplay {
        body_id,
        batch_id,
        component: Component::Skill,
        rule: Some(Bilingual::new("两评之差在 5 分以内取平均", "mean of two marks that differ by at most 5 points")),
        replayed: 211,
        telling: 34,
        given_by_rule: vec![(Bilingual::new("取平均", "mean"), 30), (Bilingual::new("取较高者", "higher of two"), 4)],
        differing: (0..differing)
            .map(|number| ReplayedMark {
                candidate_id: format!("35010002{number:04}").as_str().into(),
                marks: vec![
                    (Some("R01".into()), Some(1), Some(Points::whole(55))),
                    (Some("R02".into()), Some(2), Some(Points::whole(61))),
                    (None, None, None),
                ],
                expected: if number % 3 == 2 { Vec::new() } else { vec!["58".into()] },
                recorded: Points::whole(61),
                step: Bilingual::new("两评之差超过 5 分，须第三评", "more than 5 points apart, a third mark is due"),
                other_rule: (number % 2 == 0).then(|| Bilingual::new("取较高者", "higher of two")),
                source: at(number),
            })
            .collect(),
    }
}

//! What detectors measured in the sample.

use super::{at, batch_id, body_of, both, date, time};
use crate::report::rater_sample::{panel, queue};
use crate::report::score_sample::{adjudication, audit, heaping, same_answers};
use kaojian::model::component::Component;
use kaojian::model::evidence::*;
use kaojian::model::ids::{CandidateId, FormId, RaterId};
use kaojian::model::points::Points;
use kaojian::model::similarity_evidence::CalibrationPoint;

pub fn evidence(batches: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for number in 0..batches {
        evidence.push(Evidence::UnqualifiedRatio(ratio(number)));
        evidence.push(Evidence::ScoreDistribution(distribution(number)));
        evidence.push(Evidence::RaterProfile(profile(number)));
        evidence.push(Evidence::RaterPair(rater_pair(number)));
        let component = if number % 2 == 0 { Component::Skill } else { Component::Theory };
        evidence.push(Evidence::RaterPanel(Box::new(panel(
            Some(body_of(number)),
            component,
            9 + number % 5,
            1 + number as u64 % 2,
        ))));
        evidence.push(Evidence::RemarkQueue(queue(Some(body_of(number)), batch_id(number), 30 + number % 7)));
        evidence.push(Evidence::LineHeaping(Box::new(heaping(
            Some(body_of(number)),
            Component::Theory,
            3 + number % 9,
        ))));
        evidence.push(Evidence::SameAnswers(same_answers(Some(body_of(number)), batch_id(number), number % 5)));
        evidence.push(Evidence::Adjudication(adjudication(Some(body_of(number)), batch_id(number), number % 4)));
        if number % 4 == 0 {
            let found = audit(Some(body_of(number)), batch_id(number), 9 + number % 5, 3);
            evidence.push(Evidence::ScoreChangeAudit(Box::new(found)));
            evidence.push(Evidence::PassLineTimeline(timeline(number)));
            evidence.push(Evidence::ScoreChangeSummary(score_changes(number)));
        }
        if number < 3 {
            evidence.push(Evidence::SimilarityGroup(similarity(number)));
        }
    }
    evidence
}

pub fn ratio(number: usize) -> UnqualifiedRatio {
    let lower = [3, 0, 1, 0][number % 4];
    UnqualifiedRatio {
        body_id: Some(body_of(number)),
        batch_id: batch_id(number),
        exam_date: Some(date(5, 10)),
        denominators: [("registered", 64), ("admitted", 60), ("sat", 57)]
            .into_iter()
            .map(|(name, candidates)| DenominatorCount {
                name,
                candidates,
                lower,
                upper: lower + 1,
                interval: (lower as f64 * 0.006, 0.06 + lower as f64 * 0.027),
            })
            .collect(),
    }
}

pub fn distribution(number: usize) -> ScoreDistribution {
    ScoreDistribution {
        body_id: Some(body_of(number)),
        batch_id: batch_id(number),
        component: Component::Theory,
        approved_line: Some(Points::whole(60)),
        highest_failed: Some(Points::whole(if number == 4 { 54 } else { 59 })),
        lowest_passed: Some(Points::whole(if number == 4 { 55 } else { 60 })),
        counts: (40..95)
            .map(|point: i64| {
                let people = u64::try_from((900 - (point - 68) * (point - 68)).max(0) / 150).unwrap();
                ScoreCount {
                    point,
                    passed: if point >= 60 { people } else { 0 },
                    failed: if point < 60 { people } else { 0 },
                    unrecorded: 0,
                }
            })
            .collect(),
    }
}

pub fn profile(number: usize) -> RaterProfile {
    let deviation = (number as f64 - 4.0) * 0.013;
    RaterProfile {
        body_id: Some(body_of(number)),
        rater_id: RaterId::from(format!("R{number:02}").as_str()),
        n: 180 + number as u64,
        mean_deviation_rate: deviation,
        interval: (deviation - 0.011, deviation + 0.011),
        p_value: if number == 0 { 3.1e-9 } else { 0.31 },
        adjusted_p_value: if number == 0 { 3.7e-8 } else { 1.0 },
        severity_flagged: number == 0,
        drift_rho: Some(if number == 3 { -0.61 } else { 0.04 }),
        drift_adjusted_p_value: Some(if number == 3 { 0.0008 } else { 1.0 }),
        drift_flagged: number == 3,
        batches: vec![batch_id(number)],
    }
}

pub fn rater_pair(number: usize) -> RaterPair {
    RaterPair {
        body_id: Some(body_of(number)),
        batch_id: Some(batch_id(number)),
        rater_a: RaterId::from(format!("R{number:02}").as_str()),
        rater_b: RaterId::from(format!("R{:02}", number + 1).as_str()),
        n: 60,
        exact_agreement: 0.52 + number as f64 * 0.02,
        adjacent_agreement: 0.88,
        weighted_kappa: (number != 2).then_some(0.61 + number as f64 * 0.01),
        mean_difference: -1.25 + number as f64 * 0.2,
        standard_deviation_of_difference: Some(2.31),
    }
}

pub fn timeline(number: usize) -> PassLineTimeline {
    let event = |day, old: Option<i64>, new, approved: bool| PassLineEvent {
        component: Some(Component::Theory),
        changed_at: Some(time(5, day, 14)),
        old_line: old.map(Points::whole),
        old_line_rebuilt: old == Some(60),
        new_line: Points::whole(new),
        operator: Some("王小明".into()),
        approval_no: approved.then(|| "闽人社〔2026〕12号".into()),
        approved,
        source: at(3, 7),
    };
    PassLineTimeline {
        body_id: Some(body_of(number)),
        batch_id: batch_id(number),
        exam_date: Some(date(5, 10)),
        published_on: Some(date(6, 1)),
        approved: vec![ApprovedLine {
            component: None,
            line: Points::whole(60),
            approval_no: Some("闽人社〔2026〕3号".into()),
            approved_on: Some(date(3, 2)),
        }],
        events: vec![event(2, None, 60, true), event(20, Some(60), 55, false), event(23, Some(55), 60, true)],
    }
}

pub fn score_changes(number: usize) -> ScoreChangeSummary {
    let change = |row, old, new, approved: bool| ScoreChangeCase {
        candidate_id: CandidateId::from(format!("35010000{number:02}{row:02}").as_str()),
        component: Component::Theory,
        changed_at: Some(time(6, 3, 9)),
        old_score: Some(Points::whole(old)),
        new_score: Some(Points::whole(new)),
        pass_line: Some(Points::whole(60)),
        operator: Some("admin2".into()),
        approval_no: approved.then(|| "复核-17".into()),
        reason: approved.then(|| "复核".into()),
        approved,
        after_publication: Some(true),
        source: at(3, row),
    };
    ScoreChangeSummary {
        body_id: Some(body_of(number)),
        batch_id: batch_id(number),
        changes: vec![
            change(5, 54, 61, false),
            change(6, 58, 60, false),
            change(7, 71, 69, false),
            change(8, 57, 62, true),
        ],
    }
}

pub fn similarity(number: usize) -> SimilarityGroup {
    let items = 80_usize;
    let label = |index: usize, shift: usize| Some(["A", "B", "C", "D"][(index * 7 + index / 3 + shift) % 4].into());
    let pair = |rank: usize| {
        let key: Vec<_> = (0..items).map(|index| label(index, 0)).collect();
        let a: Vec<_> = (0..items).map(|index| label(index, usize::from(index % 4 == 0))).collect();
        let mut b = a.clone();
        for index in (rank..items).step_by(9) {
            b[index] = label(index, 2);
        }
        b[5] = None;
        let member = |id: String, seat: &str, responses| PairMember {
            candidate_id: CandidateId::from(id.as_str()),
            batch_id: batch_id(number),
            room: Some("第3考场".into()),
            seat: Some(seat.into()),
            responses,
            correct: Some(60),
            source: at(0, 40),
        };
        SimilarPair {
            a: member(format!("3501000002{rank:02}"), "11", a),
            b: member(format!("3501000002{:02}", rank + 20), "12", b),
            items_compared: 79,
            matches: 71,
            matches_incorrect: 19,
            longest_identical_run: 22,
            gbt_p_value: 8.6e-15,
            gbt_log10_p_value: -14.07 + rank as f64,
            adjusted_p_value: 4.9e-11,
            incorrect_log10_p_value: Some(-6.2),
            flagged: true,
            identical: false,
            cluster: 1,
            key,
        }
    };
    SimilarityGroup {
        form_id: Some(FormId::from(format!("DG3-{number}").as_str())),
        batches: vec![batch_id(number)],
        sheets: 107,
        items: 80,
        pairs_compared: 5_671,
        model: "wesolowsky",
        model_note: both(
            "人数少于 500，用 Wesolowsky 模型；对共同误解不敏感。",
            "Fewer than 500 sheets: Wesolowsky's model; blind to shared misconceptions.",
        ),
        significance_level: 0.01,
        pairs: if number == 1 {
            (0..6).map(pair).collect()
        } else {
            vec![SimilarPair { flagged: false, gbt_log10_p_value: -2.2, ..pair(7) }]
        },
        calibration: (1..=8)
            .map(|power| CalibrationPoint { p_value: 10_f64.powi(-power), observed_rate: 1.3 * 10_f64.powi(-power) })
            .collect(),
        exclusions: vec![(CandidateId::from("350100000299"), both("全部未作答", "nothing answered"))],
        detail: Default::default(),
    }
}

//! An inspection built by hand, with something for every chart.

use crate::report::rater_sample::{panel, queue};
use crate::report::score_sample::{adjudication, audit, heaping, same_answers};
use chrono::{NaiveDate, NaiveDateTime};
use kaojian::model::batch::{Batch, Body};
use kaojian::model::component::Component;
use kaojian::model::credit::{CreditCard, CreditEvent, CreditEventKind};
use kaojian::model::dataset::Dataset;
use kaojian::model::evidence::{
    ApprovedLine, DenominatorCount, Evidence, PairMember, PassLineEvent, PassLineTimeline, RaterPair, RaterProfile,
    ScoreChangeCase, ScoreChangeSummary, ScoreCount, ScoreDistribution, SimilarPair, SimilarityGroup, UnqualifiedRatio,
};
use kaojian::model::figure::{Figure, Figures};
use kaojian::model::finding::{Finding, Measure, Verdict};
use kaojian::model::funnel::{Funnel, FunnelKind, FunnelLimit, FunnelPoint, FunnelStanding};
use kaojian::model::ids::BatchId;
use kaojian::model::observation::MeasureNames;
use kaojian::model::points::Points;
use kaojian::model::provenance::Provenance;
use kaojian::model::run::{Inspection, RunRecord};
use kaojian::model::similarity_evidence::CalibrationPoint;
use kaojian::model::text::Bilingual;

const BODIES: [(&str, &str); 3] = [
    ("91350100M000100Y43", "福州市鼓楼区职业技能培训与评价中心有限公司"),
    ("91350100MA0000001X", "闽江机电"),
    ("91350100MA0000002X", "东南电子股份有限公司职工教育培训与技能等级认定中心（晋安分部）"),
];
const ARTICLES: [&str; 4] = ["20(1)", "20(4)", "20(5)", "21(6)"];

fn batch_id(number: usize) -> BatchId {
    BatchId::from(format!("B{number:03}").as_str())
}

fn date(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn time(month: u32, day: u32, hour: u32) -> NaiveDateTime {
    date(month, day).and_hms_opt(hour, 0, 0).unwrap()
}

/// Twelve batches of three bodies.
pub fn inspection() -> Inspection {
    let mut dataset = Dataset::default();
    for (id, name) in BODIES {
        dataset.bodies.push(Body {
            body_id: id.into(),
            body_name: Some(name.into()),
            kind: None,
            filed_on: None,
            source: Provenance::default(),
        });
    }
    for number in 1..=12 {
        dataset.batches.push(Batch {
            batch_id: batch_id(number),
            body_id: Some(BODIES[number % 3].0.into()),
            exam_date: Some(date(5, number as u32)),
            published_on: Some(date(6, 1)),
            held: Some(true),
            ..Batch::default()
        });
    }
    let mut evidence = Vec::new();
    for number in 1..=12 {
        evidence.push(ratio(number));
        for component in [Component::Theory, Component::Skill] {
            evidence.push(distribution(number, component));
        }
    }
    evidence.push(funnel());
    evidence.push(timeline());
    evidence.push(two_events());
    evidence.push(score_changes());
    evidence.extend(raters());
    evidence.push(Evidence::RaterPanel(Box::new(panel(Some(BODIES[0].0.into()), Component::Skill, 12, 2))));
    evidence.push(Evidence::RemarkQueue(queue(Some(BODIES[0].0.into()), batch_id(2), 60)));
    evidence.push(Evidence::LineHeaping(Box::new(heaping(Some(BODIES[0].0.into()), Component::Theory, 8))));
    evidence.push(Evidence::ScoreChangeAudit(Box::new(audit(Some(BODIES[0].0.into()), batch_id(6), 20, 4))));
    evidence.push(Evidence::SameAnswers(same_answers(Some(BODIES[0].0.into()), batch_id(2), 3)));
    evidence.push(Evidence::Adjudication(adjudication(Some(BODIES[0].0.into()), batch_id(2), 2)));
    evidence.extend(similarity());
    Inspection {
        run: RunRecord::default(),
        dataset,
        quarantine: Vec::new(),
        findings: findings(),
        evidence,
        measure_names: MeasureNames::new(),
        credit: vec![credit()],
        inspection_items: Vec::new(),
    }
}

/// A card with a warning.
fn credit() -> CreditCard {
    CreditCard {
        body_id: BODIES[0].0.into(),
        as_of: Some(date(6, 20)),
        rule_pack: None,
        batches: 4,
        clauses: Vec::new(),
        terms: Vec::new(),
        start: None,
        score: None,
        events: vec![CreditEvent {
            on: date(6, 20),
            kind: CreditEventKind::Measure,
            of: "measure.warning".to_owned(),
            finding_id: String::new(),
            counts_to: None,
            points: None,
            score: None,
        }],
    }
}

/// Twelve batches, one of them far out.
fn funnel() -> Evidence {
    let limits = [(1, (0, 1), (0, 1)), (50, (0, 6), (0, 8)), (250, (6, 20), (3, 25))];
    let limits = limits.map(|(of, inner, outer)| FunnelLimit { of, inner, outer });
    let point = |number: usize| {
        let (count, of) = (if number == 7 { 40 } else { 2 + number as u64 / 3 }, 30 + 17 * number as u64);
        FunnelPoint {
            body_id: Some(BODIES[number % 3].0.into()),
            batch_id: batch_id(number),
            count,
            of,
            interval: (0.01, 0.2),
            standing: if number == 7 { FunnelStanding::Outside } else { FunnelStanding::Within },
        }
    };
    let points: Vec<FunnelPoint> = (1..=12).map(point).collect();
    let sum = |of: fn(&FunnelPoint) -> u64| points.iter().map(of).sum();
    Evidence::Funnel(Box::new(Funnel {
        kind: FunnelKind::Unqualified,
        count: sum(|point| point.count),
        of: sum(|point| point.of),
        limits: limits.to_vec(),
        points,
    }))
}

fn findings() -> Vec<Finding> {
    let mut findings = Vec::new();
    for (column, article) in ARTICLES.iter().enumerate() {
        for number in 1..=12 {
            let verdict = Verdict::ALL[(number * 3 + column * 2 + number / 4) % 5];
            findings.push(finding(article, Some(number), if number > 8 { Verdict::NotMet } else { verdict }));
            if (*article, number) == ("20(4)", 1) {
                let figures = &mut findings.last_mut().expect("it was added").figures;
                figures.insert("window_from".to_owned(), Figure::from("2026-05-01"));
                figures.insert("window_to".to_owned(), Figure::from("2027-05-01"));
            }
        }
    }
    findings
}

/// A finding of a batch, or of the first body.
pub fn finding(article: &str, number: Option<usize>, verdict: Verdict) -> Finding {
    Finding {
        id: format!("{article}:{number:?}"),
        basis: kaojian::model::basis::Basis::default(),
        rule_pack: "test".to_owned(),
        article: article.to_owned(),
        detector: "test".to_owned(),
        verdict,
        body_id: Some(BODIES[0].0.into()),
        batch_id: number.map(batch_id),
        subjects: Vec::new(),
        figures: Figures::new(),
        threshold: Bilingual::default(),
        missing: Vec::new(),
        measure: Some(Measure::Interview),
        text: Bilingual::default(),
        article_text: Bilingual::default(),
        human_element: Bilingual::default(),
        readings: Vec::new(),
        cases: Vec::new(),
    }
}

fn ratio(number: usize) -> Evidence {
    let candidates = 30 + 17 * number as u64;
    let lower = [0, 3, 1, 4, 0, 2, 9, 5, 0, 1, 2, 3, 11][number];
    let upper = lower + if number.is_multiple_of(4) { 6 } else { 0 };
    let rate = lower as f64 / candidates as f64;
    let half = 1.96 * (rate.max(0.01) / candidates as f64).sqrt();
    Evidence::UnqualifiedRatio(UnqualifiedRatio {
        body_id: None,
        batch_id: batch_id(number),
        exam_date: Some(date(5, number as u32)),
        denominators: vec![
            DenominatorCount { name: "registered", candidates: candidates + 4, lower, upper, interval: (0.0, 0.1) },
            DenominatorCount {
                name: "admitted",
                candidates,
                lower,
                upper,
                interval: ((rate - half * 0.6).max(0.0), rate + half),
            },
        ],
    })
}

fn distribution(number: usize, component: Component) -> Evidence {
    let line = if number == 3 && component == Component::Theory { 55 } else { 60 };
    let mut counts = Vec::new();
    for point in 28..98_i64 {
        let bell = (-((point as f64 - 66.0 - number as f64) / 13.0).powi(2) / 2.0).exp() * (6.0 + number as f64);
        let heap = if point == line { 6 } else { 0 };
        let count = bell as u64 + heap + ((point * 7 + number as i64) % 3) as u64;
        let (passed, failed) = if point >= line { (count, 0) } else { (0, count) };
        counts.push(ScoreCount { point, passed, failed, unrecorded: u64::from(point % 23 == 0) });
    }
    Evidence::ScoreDistribution(ScoreDistribution {
        body_id: None,
        batch_id: batch_id(number),
        component,
        approved_line: Some(Points::whole(60)),
        highest_failed: Some(
            Points::parse(if number == 5 {
                "63"
            } else if line == 55 {
                "54.5"
            } else {
                "59"
            })
            .unwrap(),
        ),
        lowest_passed: Some(Points::whole(line)),
        counts,
    })
}

fn event(component: Option<Component>, at: NaiveDateTime, old: Option<i64>, new: i64, approved: bool) -> PassLineEvent {
    PassLineEvent {
        component,
        changed_at: Some(at),
        old_line: old.map(Points::whole),
        old_line_rebuilt: false,
        new_line: Points::whole(new),
        operator: Some("admin".into()),
        approval_no: approved.then(|| "闽评〔2026〕7号".into()),
        approved,
        source: Provenance::default(),
    }
}

fn timeline() -> Evidence {
    Evidence::PassLineTimeline(PassLineTimeline {
        body_id: None,
        batch_id: batch_id(3),
        exam_date: Some(date(5, 3)),
        published_on: Some(date(5, 20)),
        approved: vec![ApprovedLine {
            component: None,
            line: Points::whole(60),
            approval_no: Some("闽评〔2026〕7号".into()),
            approved_on: Some(date(4, 20)),
        }],
        events: vec![
            event(Some(Component::Theory), time(4, 21, 9), None, 60, true),
            event(Some(Component::Skill), time(4, 21, 9), None, 60, true),
            event(Some(Component::Theory), time(5, 6, 22), Some(60), 55, false),
            event(Some(Component::Theory), time(5, 7, 8), Some(55), 58, false),
            event(Some(Component::Theory), time(5, 25, 23), Some(58), 60, true),
        ],
    })
}

fn two_events() -> Evidence {
    Evidence::PassLineTimeline(PassLineTimeline {
        body_id: None,
        batch_id: batch_id(7),
        exam_date: Some(date(5, 7)),
        published_on: Some(date(5, 8)),
        approved: Vec::new(),
        events: vec![event(None, time(5, 7, 9), Some(60), 60, true), event(None, time(5, 7, 21), Some(60), 62, false)],
    })
}

fn score_changes() -> Evidence {
    let changes = (0..14_i64)
        .map(|number| ScoreChangeCase {
            candidate_id: format!("2026050100{number:03}").as_str().into(),
            component: if number % 3 == 0 { Component::Skill } else { Component::Theory },
            changed_at: Some(time(5, 10 + number as u32, 10)),
            old_score: (number != 9).then(|| Points::whole(50 + number)),
            new_score: Some(Points::parse(if number % 4 == 1 { "57.5" } else { "60" }).unwrap()),
            pass_line: Some(Points::whole(60)),
            operator: Some("op1".into()),
            approval_no: None,
            reason: None,
            approved: number % 3 == 1,
            after_publication: Some(false),
            source: Provenance::default(),
        })
        .collect();
    Evidence::ScoreChangeSummary(ScoreChangeSummary { body_id: None, batch_id: batch_id(6), changes })
}

fn raters() -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for number in 0..16_i32 {
        let deviation = f64::from(number * 7 % 16 - 8) / 400.0 - if number == 4 { 0.09 } else { 0.0 };
        evidence.push(Evidence::RaterProfile(RaterProfile {
            body_id: None,
            rater_id: format!("R{number:02}").as_str().into(),
            n: 120 + number as u64 * 13,
            mean_deviation_rate: deviation,
            interval: (deviation - 0.015, deviation + 0.018),
            p_value: 0.2,
            adjusted_p_value: 1.0,
            severity_flagged: number == 4,
            drift_rho: None,
            drift_adjusted_p_value: None,
            drift_flagged: number == 9,
            batches: vec![batch_id(1), batch_id(2)],
        }));
        evidence.push(Evidence::RaterPair(RaterPair {
            body_id: None,
            batch_id: Some(batch_id(1)),
            rater_a: format!("R{number:02}").as_str().into(),
            rater_b: format!("R{:02}", number + 1).as_str().into(),
            n: 40 + number as u64,
            exact_agreement: 0.4 + f64::from(number) / 60.0,
            adjacent_agreement: 0.8 + f64::from(number) / 90.0,
            weighted_kappa: (number != 2).then(|| 0.3 + f64::from(number * 5 % 16) / 30.0),
            mean_difference: 0.3,
            standard_deviation_of_difference: Some(1.0),
        }));
    }
    evidence
}

fn member(number: usize, batch: usize) -> PairMember {
    PairMember {
        candidate_id: format!("2026050100{number:03}").as_str().into(),
        batch_id: batch_id(batch),
        room: Some("1".into()),
        seat: Some(number.to_string().as_str().into()),
        responses: Vec::new(),
        correct: Some(30),
        source: Provenance::default(),
    }
}

fn pair(a: (usize, usize), b: (usize, usize), log10: f64, cluster: u32, identical: bool) -> SimilarPair {
    SimilarPair {
        a: member(a.0, a.1),
        b: member(b.0, b.1),
        items_compared: 60,
        matches: if identical { 60 } else { 50 + (a.0 % 9) as u32 },
        matches_incorrect: 9 + (a.0 * b.0 % 17) as u32,
        longest_identical_run: 20,
        gbt_p_value: 10_f64.powf(log10),
        gbt_log10_p_value: log10,
        adjusted_p_value: 10_f64.powf(log10 + 4.0),
        incorrect_log10_p_value: Some(log10),
        flagged: true,
        identical,
        cluster,
        key: Vec::new(),
    }
}

fn similarity() -> Vec<Evidence> {
    let mut pairs = vec![
        pair((101, 1), (102, 1), -14.2, 1, false),
        pair((101, 1), (103, 1), -11.0, 1, false),
        pair((102, 1), (103, 1), -22.4, 1, true),
        pair((103, 1), (104, 2), -9.4, 1, false),
        pair((104, 2), (105, 2), -9.9, 1, false),
        pair((201, 1), (202, 2), -8.5, 2, false),
        pair((301, 2), (302, 2), -30.0, 3, true),
    ];
    for a in 0..8 {
        for b in a + 1..8 {
            if (a * b) % 3 == 0 {
                pairs.push(pair((400 + a, 1), (400 + b, 1), -8.0 - (a + b) as f64, 4, false));
            }
        }
    }
    let calibration = (0..60)
        .map(|step| {
            let p_value = 10_f64.powf(-f64::from(step) / 5.0);
            CalibrationPoint { p_value, observed_rate: (p_value * 1.1 + 4e-4 * f64::from(u8::from(step > 5))).min(1.0) }
        })
        .collect();
    vec![Evidence::SimilarityGroup(SimilarityGroup {
        form_id: Some("F-理论A".into()),
        batches: vec![batch_id(1), batch_id(2)],
        sheets: 412,
        items: 60,
        pairs_compared: 84_666,
        model: "nominal",
        model_note: Bilingual::new("样本足够。", "Enough sheets."),
        significance_level: 0.01,
        pairs,
        calibration,
        exclusions: Vec::new(),
        detail: Default::default(),
    })]
}

/// Far more of everything than a chart can show, with long names and harmful text.
pub fn crowded() -> Inspection {
    let harmful = "<script>alert('&\"')</script>";
    let id = |number: usize| BatchId::from(format!("2026年第{number:04}批-{harmful}-11010519491231002X").as_str());
    let mut inspection = inspection();
    inspection.evidence.clear();
    inspection.findings.clear();
    for number in 0..600 {
        let batch_id = id(number);
        for article in 1..=33 {
            let mut found = finding(&format!("20({article})"), None, Verdict::ALL[(number + article) % 5]);
            found.batch_id = Some(batch_id.clone());
            inspection.findings.push(found);
        }
        for (mut evidence, component) in
            [(ratio(number % 12 + 1), None), (distribution(5, Component::Theory), Some("口试"))]
        {
            match &mut evidence {
                Evidence::UnqualifiedRatio(found) => found.batch_id = batch_id.clone(),
                Evidence::ScoreDistribution(found) => {
                    found.batch_id = batch_id.clone();
                    found.component = Component::Other(component.unwrap_or_default().into());
                    found.counts.push(ScoreCount { point: 750, passed: 1, failed: 0, unrecorded: 0 });
                }
                _ => {}
            }
            inspection.evidence.push(evidence);
        }
    }
    let events = (0..60).map(|step| {
        let component = [Some(Component::Theory), Some(Component::Other(harmful.into()))][step as usize % 2].clone();
        event(component, time(5, 1 + step % 28, step % 24), Some(60), 50 + i64::from(step * 7 % 20), step % 3 == 0)
    });
    inspection.evidence.push(Evidence::PassLineTimeline(PassLineTimeline {
        body_id: None,
        batch_id: id(1),
        exam_date: Some(date(5, 1)),
        published_on: Some(date(5, 1)),
        approved: Vec::new(),
        events: events.collect(),
    }));
    let mut pairs = Vec::new();
    for a in 0..70 {
        pairs.push(pair((a, a % 9), (a + 1, (a + 1) % 9), -20.0 - a as f64 * 8.0, 1, a % 5 == 0));
        pairs.push(pair((a, a % 9), ((a * 11 + 5) % 71, ((a * 11 + 5) % 71) % 9), -9.0, 1, false));
    }
    for cluster in 2..40 {
        pairs.push(pair((1000 + cluster as usize * 2, 1), (1001 + cluster as usize * 2, 2), -12.0, cluster, false));
    }
    let forty = (0..39).map(|a| pair((a, 1), (39, 1), -9.0 - a as f64, 1, false)).collect();
    for (form, pairs) in [("F-many", pairs), ("F-forty", forty)] {
        let Some(Evidence::SimilarityGroup(mut group)) = similarity().pop() else { continue };
        group.form_id = Some(form.into());
        group.pairs = pairs;
        inspection.evidence.push(Evidence::SimilarityGroup(group));
    }
    inspection.evidence.push(score_changes());
    for (number, raters) in [60, 1, 90, 2, 3, 30, 25, 24].into_iter().enumerate() {
        let component = if number == 1 { Component::Other(harmful.into()) } else { Component::Skill };
        let mut found =
            panel(Some(format!("B{number}-{harmful}").as_str().into()), component, raters, 1 + number as u64 % 3);
        for rater in &mut found.raters {
            let long = format!("福州市鼓楼区职业技能培训与评价中心-{}-11010519491231002X", rater.rater_id);
            rater.rater_id = long.as_str().into();
        }
        for chart in &mut found.control_charts {
            let long = format!("福州市鼓楼区职业技能培训与评价中心-{}-11010519491231002X", chart.rater_id);
            chart.rater_id = long.as_str().into();
        }
        inspection.evidence.push(Evidence::RaterPanel(Box::new(found)));
        inspection.evidence.push(Evidence::RemarkQueue(queue(None, id(number), 3_000)));
        inspection.evidence.push(Evidence::RemarkQueue(queue(None, id(number + 20), number)));
        let other = Component::Other(harmful.into());
        let mut heap = heaping(Some(format!("B{number}-{harmful}").as_str().into()), other, 3_000 * (number % 2));
        for group in &mut heap.groups {
            group.name = format!("{}-{harmful}-11010519491231002X", group.name);
        }
        inspection.evidence.push(Evidence::LineHeaping(Box::new(heap)));
        let mut changes = audit(None, id(number), 3_000, 60 * (number % 3));
        for operator in &mut changes.operators {
            operator.operator = format!("{}-{harmful}-11010519491231002X", operator.operator).as_str().into();
        }
        inspection.evidence.push(Evidence::ScoreChangeAudit(Box::new(changes)));
    }
    inspection
}

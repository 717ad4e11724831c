//! The judge, on observations made by hand.

mod built_in;
mod clauses;
mod kinds;
mod packs;
mod table;

use chrono::NaiveDate;
use kaojian::model::batch::Batch;
use kaojian::model::dataset::Dataset;
use kaojian::model::dated::Dated;
use kaojian::model::figure::Figure;
use kaojian::model::finding::{Finding, Measure, Verdict};
use kaojian::model::history::History;
use kaojian::model::missing::MissingFact;
use kaojian::model::observation::{MeasureNames, Nature, Observation, ObservedCase};
use kaojian::model::provenance::Provenance;
use kaojian::model::text::Bilingual;
use kaojian::policy::judge::judge;
use kaojian::policy::packs::RulePacks;
use kaojian::policy::rule::Scope;

fn dataset(batches: &[(&str, &str, &str)]) -> Dataset {
    let batches = batches
        .iter()
        .map(|(batch_id, body_id, date)| Batch {
            batch_id: (*batch_id).into(),
            body_id: Some((*body_id).into()),
            exam_date: Some(date.parse::<NaiveDate>().expect("a date")),
            ..Batch::default()
        })
        .collect();
    Dataset { batches, ..Dataset::default() }
}

fn observation(
    name: &'static str,
    batch_id: &str,
    nature: Nature,
    figures: &[(&str, i64)],
    cases: usize,
) -> Observation {
    let (detector, measure) = name.split_once('.').expect("detector.measure");
    let case = |index: usize| ObservedCase {
        subjects: vec![format!("C{index}")],
        sources: vec![Provenance { file: 0, sheet: 0, row: index as u32 + 2 }],
        detail: Bilingual::new("所见", "what is seen"),
    };
    Observation {
        detector,
        measure,
        nature,
        body_id: None,
        batch_id: Some(batch_id.into()),
        evaluated: true,
        figures: figures.iter().map(|(name, value)| ((*name).to_owned(), Figure::Integer(*value))).collect(),
        cases: (0..cases).map(case).collect(),
        missing: Vec::new(),
        dated: Dated::default(),
    }
}

fn not_evaluated(name: &'static str, batch_id: &str, missing: MissingFact) -> Observation {
    let mut observation = observation(name, batch_id, Nature::Fact, &[], 0);
    observation.evaluated = false;
    observation.missing = vec![missing];
    observation
}

fn findings(dataset: &Dataset, observations: &[Observation]) -> Vec<Finding> {
    let packs = RulePacks::built_in().expect("the built-in pack");
    judge(&packs, dataset, observations, &MeasureNames::new(), &History::default(), None)
}

fn of<'a>(findings: &'a [Finding], article: &str, batch_id: &str) -> &'a Finding {
    findings
        .iter()
        .find(|finding| {
            finding.article == article && finding.batch_id.as_ref().is_some_and(|found| found.as_str() == batch_id)
        })
        .unwrap_or_else(|| panic!("no finding under {article} for {batch_id}"))
}

fn unqualified(total: i64, lower: i64, upper: i64) -> Finding {
    let figures = [
        ("admitted", total),
        ("admitted_unqualified_lower", lower),
        ("admitted_unqualified_upper", upper),
        ("registered", total * 2),
        ("registered_unqualified_lower", lower),
        ("registered_unqualified_upper", upper),
    ];
    let data = dataset(&[("B1", "body", "2026-05-01")]);
    let seen = [observation("qualification.unqualified", "B1", Nature::Fact, &figures, 0)];
    of(&findings(&data, &seen), "20(1)", "B1").clone()
}

#[test]
fn five_percent_is_decided_in_integers() {
    let table = [
        (20, 1, 1, Verdict::Met),
        (21, 1, 1, Verdict::NotMet),
        (1250, 62, 62, Verdict::NotMet), // 4.96 %, which prints as 5.0 %
        (1240, 62, 62, Verdict::Met),
        (40, 1, 3, Verdict::Undetermined),
        (0, 0, 0, Verdict::Undetermined),
    ];
    for (total, lower, upper, expected) in table {
        let finding = unqualified(total, lower, upper);
        assert_eq!(finding.verdict, expected, "{lower}..{upper} of {total}");
        assert_eq!(finding.measure, Some(Measure::Interview));
    }
    let finding = unqualified(41, 2, 2);
    assert_eq!(finding.figures["comparison"], Figure::from("20×2 = 40 < 41"));
    assert!(finding.text.en.contains("20×2 = 40 < 41") && finding.text.zh.contains("至多2人"));
}

#[test]
fn every_reading_has_its_own_verdict() {
    let finding = unqualified(20, 1, 1);
    let verdicts: Vec<Verdict> = finding.readings.iter().map(|(_, verdict)| *verdict).collect();
    // Of 40 registered, 1 is not 5 %; who sat is not known.
    assert_eq!(verdicts, [Verdict::Met, Verdict::NotMet, Verdict::Undetermined]);
}

#[test]
fn every_rule_reports_on_every_batch() {
    let data = dataset(&[("B1", "body", "2026-05-01"), ("B2", "body", "2026-06-01")]);
    let found = findings(&data, &[not_evaluated("qualification.unqualified", "B1", MissingFact::table("candidates"))]);
    let packs = RulePacks::built_in().expect("the built-in pack");
    let rules = |scope: Scope| packs.all()[0].rules.iter().filter(|rule| rule.scope == scope).count();
    assert_eq!(found.len(), rules(Scope::Batch) * 2 + rules(Scope::Body) + rules(Scope::DataSet));
    assert!(rules(Scope::Batch) >= 4 && rules(Scope::Body) >= 1);
    let finding = of(&found, "20(1)", "B1");
    assert_eq!(finding.verdict, Verdict::Undetermined);
    assert_eq!(finding.missing, [MissingFact::table("candidates")]);
    assert_eq!(finding.id, "20(1):body:B1:admitted");
}

#[test]
fn a_fact_meets_a_sign_indicates_and_a_gap_leaves_open() {
    const FACTS: [&str; 5] = [
        "scoring.recomputed_mark",
        "scoring.component_total",
        "scoring.off_rubric",
        "scoring.second_rater",
        "scoring.third_rater",
    ];
    let data = dataset(&[("B1", "body", "2026-05-01")]);
    let verdict = |facts: usize, fact_cases: usize, sign_cases: usize, nature: Nature| {
        let mut seen: Vec<Observation> =
            FACTS[..facts].iter().map(|name| observation(name, "B1", Nature::Fact, &[], 0)).collect();
        if let Some(first) = seen.first_mut() {
            *first = observation(FACTS[0], "B1", nature, &[], fact_cases);
        }
        seen.push(observation("scoring.severity", "B1", Nature::Sign, &[], sign_cases));
        of(&findings(&data, &seen), "20(5)", "B1").verdict
    };
    assert_eq!(verdict(5, 0, 0, Nature::Fact), Verdict::NotMet);
    assert_eq!(verdict(5, 1, 0, Nature::Fact), Verdict::Met);
    assert_eq!(verdict(5, 0, 2, Nature::Fact), Verdict::Indication);
    assert_eq!(verdict(4, 0, 0, Nature::Fact), Verdict::Undetermined);
    assert_eq!(verdict(1, 1, 0, Nature::Fact), Verdict::Met);
    // A statistical sign never meets a condition, whatever a pack lists it under.
    assert_eq!(verdict(5, 3, 0, Nature::Sign), Verdict::Indication);
}

#[test]
fn alike_sheets_are_counted_over_twelve_months_and_stay_an_indication() {
    let data = dataset(&[
        ("B1", "body", "2025-05-01"),
        ("B2", "body", "2026-05-01"),
        ("B3", "body", "2026-05-02"),
        ("B4", "other", "2026-05-01"),
    ]);
    let mut seen = Vec::new();
    for (batch_id, pairs) in [("B1", 1), ("B2", 2), ("B3", 0), ("B4", 1)] {
        let figures = [("pairs_compared", 100), ("flagged_pairs", pairs as i64)];
        seen.push(observation("similarity.similar_pairs", batch_id, Nature::Sign, &figures, pairs));
        seen.push(observation("similarity.identical_sheets", batch_id, Nature::Fact, &[("identical_pairs", 0)], 0));
    }
    let found = findings(&data, &seen);
    for (batch_id, verdict, within) in [
        ("B1", Verdict::Indication, Some(2)),
        ("B2", Verdict::Indication, Some(2)),
        ("B4", Verdict::Indication, Some(1)),
    ] {
        let finding = of(&found, "20(4)", batch_id);
        assert_eq!(finding.verdict, verdict, "{batch_id}");
        assert_eq!(finding.figures.get("times_within_window").and_then(Figure::integer), within, "{batch_id}");
    }
    assert_eq!(of(&found, "20(4)", "B3").verdict, Verdict::NotMet);
}

#[test]
fn findings_do_not_depend_on_the_order_of_observations() {
    let data = dataset(&[("B1", "body", "2026-05-01")]);
    let mut seen = vec![
        observation("pass_line.configured_line", "B1", Nature::Fact, &[("changes", 1)], 1),
        observation("score_change.unapproved", "B1", Nature::Fact, &[("changes", 0)], 0),
        observation("pass_line.passed_below", "B1", Nature::Sign, &[], 2),
    ];
    let forward = format!("{:?}", findings(&data, &seen));
    seen.reverse();
    assert_eq!(format!("{:?}", findings(&data, &seen)), forward);
    assert!(forward.contains("Met"));
}

#[test]
fn sentences_say_what_was_not_looked_at_and_what_the_window_holds() {
    let data = dataset(&[("B1", "body", "2026-05-01")]);
    let sign = observation("pass_line.passed_below", "B1", Nature::Sign, &[], 2);
    let text = of(&findings(&data, &[sign]), "21(6)", "B1").text.clone();
    for name in ["pass_line.configured_line", "score_change.unapproved"] {
        assert!(text.en.contains(name) && text.zh.contains(name), "{text:?}");
    }
    assert!(text.en.contains("not looked at for want of data") && text.zh.contains("未能核对"), "{text:?}");

    let alike = observation("similarity.similar_pairs", "B1", Nature::Sign, &[("flagged_pairs", 1)], 1);
    let text = of(&findings(&data, std::slice::from_ref(&alike)), "20(4)", "B1").text.clone();
    assert!(text.en.contains("at most 1 (the text says 2)") && text.zh.contains("最多有1个批次"), "{text:?}");
    let mut undated = data.clone();
    undated.batches[0].exam_date = None;
    let text = of(&findings(&undated, &[alike]), "20(4)", "B1").text.clone();
    assert!(text.en.contains("are not on record") && text.zh.contains("未载明"), "{text:?}");
}

#[test]
fn a_met_rule_speaks_of_signs_only_where_there_are_some() {
    let dataset = dataset(&[("B1", "O1", "2026-05-01"), ("B2", "O1", "2026-05-02")]);
    let observations = [
        observation("scoring.second_rater", "B1", Nature::Fact, &[], 1),
        observation("scoring.second_rater", "B2", Nature::Fact, &[], 2),
        observation("scoring.severity", "B2", Nature::Sign, &[], 1),
    ];
    let found = findings(&dataset, &observations);
    let (one, two) = (of(&found, "20(5)", "B1"), of(&found, "20(5)", "B2"));
    assert!(!one.text.en.contains("sign") && !one.text.zh.contains("迹象"), "{:?}", one.text);
    assert!(one.text.en.starts_with("1 procedural fact of marking"), "{:?}", one.text);
    assert!(
        two.text.en.contains("2 procedural facts") && two.text.en.contains("1 statistical sign ("),
        "{:?}",
        two.text
    );
    let natures: Vec<Nature> = two.cases.iter().map(|case| case.nature).collect();
    assert_eq!(natures, [Nature::Fact, Nature::Fact, Nature::Sign]);
}

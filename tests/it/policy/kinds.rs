//! Every kind of test on dated events made by hand, at its boundary.

use super::{dataset, findings, observation, of};
use kaojian::model::dated::{Dated, DatedEvent, Period};
use kaojian::model::figure::{Figure, Figures};
use kaojian::model::finding::{Finding, Measure, Verdict};
use kaojian::model::history::{Decision, EarlierFinding, EarlierMeasure, EarlierRectification, History, Outcome};
use kaojian::model::observation::{MeasureNames, Nature, Observation};
use kaojian::model::provenance::Provenance;
use kaojian::model::supervision::{MeasureTaken, Rectification};
use kaojian::model::text::Bilingual;
use kaojian::policy::judge::judge;
use kaojian::policy::pack::RulePack;
use kaojian::policy::packs::RulePacks;
use kaojian::policy::rule::Scope;
use std::collections::BTreeMap;

const HEAD: &str =
    "id = \"p\"\nversion = \"1\"\ntitle = { zh = \"规\", en = \"T\" }\nauthority = { zh = \"市\", en = \"C\" }\n";

/// A pack with one rule: its scope and the tests of its readings.
fn pack(scope: &str, tests: &[&str]) -> RulePacks {
    let mut rule = format!(
        "article = \"21(3)\"\nscope = \"{scope}\"\nmeasure = \"warning\"\ntitle = {{ zh = \"一\", en = \"a\" }}\ntext = {{ zh = \"一\", en = \"a\" }}\n\
         threshold = {{ zh = \"一\", en = \"a\" }}\nhuman = {{ zh = \"一\", en = \"a\" }}\n"
    );
    for verdict in ["met", "indication", "not_met", "undetermined", "human"] {
        rule.push_str(&format!("[says.{verdict}]\nzh = \"{{window}}{{absence}}\"\nen = \"{{window}}{{absence}}\"\n"));
    }
    for (index, test) in tests.iter().enumerate() {
        rule.push_str(&format!(
            "[[reading]]\nid = \"r{index}\"\nname = {{ zh = \"一\", en = \"a\" }}\n[reading.test]\n{test}\n"
        ));
    }
    let files = vec![("pack.toml".to_owned(), HEAD.to_owned()), ("1.toml".to_owned(), rule)];
    RulePacks::of(vec![RulePack::from_files("", "pack.toml", files).expect("a pack")]).expect("packs")
}

fn event(date: &str, to: &str, subject: &str) -> DatedEvent {
    DatedEvent {
        date: date.parse().ok(),
        term: Period { from: None, to: to.parse().ok() },
        is_certain: true,
        subject: subject.to_owned(),
        sources: vec![Provenance { file: 0, sheet: 0, row: 2 }],
        detail: Bilingual::new("事", "an event"),
    }
}

fn of_body(name: &'static str, events: Vec<DatedEvent>, covers: Option<Period>) -> Observation {
    let mut seen = observation(name, "-", Nature::Fact, &[], 0);
    seen.batch_id = None;
    seen.body_id = Some("body".into());
    seen.dated = Dated { events, covers };
    seen
}

fn judged(packs: &RulePacks, seen: &[Observation], as_of: Option<&str>) -> Finding {
    let data = dataset(&[("B1", "body", "2026-05-01")]);
    let as_of = as_of.and_then(|day| day.parse().ok());
    let found = judge(packs, &data, seen, &MeasureNames::new(), &History::default(), as_of);
    assert_eq!(found.len(), 1);
    found[0].clone()
}

#[test]
fn two_verified_complaints_within_six_months() {
    let packs = pack("body", &["kind = \"count-in-window\"\ncounted = [\"c.verified\"]\nwindow_months = 6\ntimes = 2"]);
    for (first, second, verdict) in [
        ("2025-08-31", "2026-02-28", Verdict::Met),
        ("2025-08-31", "2026-03-01", Verdict::NotMet),
        ("2025-10-01", "2026-04-01", Verdict::Met),
        ("2025-10-01", "2026-04-02", Verdict::NotMet),
        ("2025-10-01", "", Verdict::Undetermined),
    ] {
        let events = vec![event(first, "", "c1"), event(second, "", "c2")];
        let finding = judged(&packs, &[of_body("c.verified", events, None)], None);
        assert_eq!(finding.verdict, verdict, "{first} {second}");
        assert_eq!((finding.measure, finding.batch_id.is_none()), (Some(Measure::Warning), true));
        if verdict == Verdict::Met {
            assert_eq!(finding.subjects, ["c1", "c2"]);
            assert_eq!(finding.cases[0].sources.len(), 1);
            assert!(finding.text.en.contains(&format!("({first} to {second})")), "{}", finding.text.en);
        }
    }
    // A complaint without a result may still be verified.
    let mut open = event("2026-04-01", "", "c2");
    open.is_certain = false;
    let seen = of_body("c.verified", vec![event("2026-03-01", "", "c1"), open], None);
    let finding = judged(&packs, std::slice::from_ref(&seen), None);
    assert_eq!(finding.verdict, Verdict::Undetermined);
    assert_eq!(finding.figures["times_possible"], Figure::Integer(2));
    // Signs are never a fact, and what was not looked at is open.
    let mut sign = of_body("c.verified", vec![event("2026-03-01", "", "a"), event("2026-03-02", "", "b")], None);
    sign.nature = Nature::Sign;
    assert_eq!(judged(&packs, &[sign], None).verdict, Verdict::Indication);
    let mut unseen = seen;
    unseen.evaluated = false;
    assert_eq!(judged(&packs, &[unseen], None).verdict, Verdict::Undetermined);
    assert_eq!(judged(&packs, &[], None).verdict, Verdict::Undetermined);
}

#[test]
fn two_sittings_with_one_paper_and_one_repetition_are_two_readings() {
    let test = |count: &str| {
        format!(
            "kind = \"count-in-window\"\ncounted = [\"c.paper\"]\ncount = \"{count}\"\nwindow_months = 12\ntimes = 2"
        )
    };
    let packs = pack("batch", &[&test("one-subject"), &test("repetitions")]);
    let verdicts = |dates: &[&str]| -> Vec<Verdict> {
        let events = dates.iter().map(|date| event(date, "", "paper")).collect();
        let finding = judged(&packs, &[of_body("c.paper", events, None)], None);
        finding.readings.iter().map(|(_, verdict)| *verdict).collect()
    };
    assert_eq!(verdicts(&["2025-05-01", "2026-05-01"]), [Verdict::Met, Verdict::NotMet]);
    assert_eq!(verdicts(&["2025-04-30", "2026-05-01"]), [Verdict::NotMet, Verdict::NotMet]);
    assert_eq!(verdicts(&["2025-05-01", "2025-09-01", "2026-05-01"]), [Verdict::Met, Verdict::Met]);
    // Only windows that hold the batch's own day concern it.
    assert_eq!(verdicts(&["2023-05-01", "2023-09-01"]), [Verdict::NotMet, Verdict::NotMet]);
}

#[test]
fn a_year_without_activity_by_both_readings() {
    let test = |years: &str| {
        format!(
            "kind = \"absence-in-window\"\nactivity = \"c.held\"\ncounted_from = \"c.filed\"\nwindow_months = 12\nyears = \"{years}\""
        )
    };
    let packs = pack("body", &[&test("rolling"), &test("calendar")]);
    let verdicts = |filed: &str, held: &[&str], as_of: &str, covers: Option<Period>| -> Vec<Verdict> {
        let held = held.iter().map(|date| event(date, "", "B")).collect();
        let seen = [of_body("c.held", held, covers), of_body("c.filed", vec![event(filed, "", "f")], None)];
        judged(&packs, &seen, Some(as_of)).readings.iter().map(|(_, verdict)| *verdict).collect()
    };
    use Verdict::{Met, NotMet, Undetermined};
    let whole = Some(Period::default());
    assert_eq!(verdicts("2024-06-01", &[], "2025-06-01", whole), [NotMet, NotMet]);
    assert_eq!(verdicts("2024-06-01", &[], "2025-06-02", whole), [Met, NotMet]);
    assert_eq!(verdicts("2024-01-01", &[], "2025-01-01", whole), [NotMet, Met]);
    assert_eq!(verdicts("2024-01-01", &["2024-07-01", "2025-07-01"], "2026-01-01", whole), [NotMet, NotMet]);
    assert_eq!(verdicts("2023-12-01", &["2023-12-31", "2025-01-01"], "2025-06-01", whole), [Met, Met]);
    // Nobody said that the register is whole.
    assert_eq!(verdicts("2020-01-01", &[], "2025-06-01", None), [Undetermined, Undetermined]);
}

#[test]
fn deadlines_and_terms_of_validity() {
    let packs = pack("body", &["kind = \"deadline-passed\"\nduties = [\"c.rectification\"]"]);
    for (done, last, as_of, verdict) in [
        ("2026-03-31", "2026-03-31", "2026-06-01", Verdict::NotMet),
        ("2026-04-01", "2026-03-31", "2026-06-01", Verdict::Met),
        ("", "2026-03-31", "2026-03-31", Verdict::NotMet),
        ("", "2026-03-31", "2026-04-01", Verdict::Met),
        ("", "", "2026-04-01", Verdict::Undetermined),
    ] {
        let seen = of_body("c.rectification", vec![event(done, last, "r")], None);
        assert_eq!(judged(&packs, &[seen], Some(as_of)).verdict, verdict, "{done} {last} {as_of}");
    }
    let packs = pack("batch", &["kind = \"date-valid\"\nuses = [\"c.certificate\"]"]);
    for (used, last, verdict) in [
        ("2026-05-01", "2026-05-01", Verdict::NotMet),
        ("2026-05-02", "2026-05-01", Verdict::Met),
        ("2026-05-01", "", Verdict::Undetermined),
    ] {
        let mut seen = observation("c.certificate", "B1", Nature::Fact, &[], 0);
        seen.dated.events = vec![event(used, last, "P1")];
        let finding = judged(&packs, &[seen], None);
        assert_eq!(finding.verdict, verdict, "{used} {last}");
        assert_eq!(finding.figures["terms_outside"], Figure::from(usize::from(verdict == Verdict::Met)));
    }
}

fn similar(batch_id: &str) -> Vec<Observation> {
    let figures = [("pairs_compared", 10), ("flagged_pairs", 1)];
    vec![
        observation("similarity.similar_pairs", batch_id, Nature::Sign, &figures, 1),
        observation("similarity.identical_sheets", batch_id, Nature::Fact, &[("identical_pairs", 0)], 0),
    ]
}

fn earlier(article: &str, batch_id: &str, date: &str, verdict: Verdict, outcome: Option<Outcome>) -> EarlierFinding {
    EarlierFinding {
        finding_id: format!("{article}:body:{batch_id}:x"),
        rule_pack: "jingzhou-skill-certification".to_owned(),
        article: article.to_owned(),
        body_id: Some("body".into()),
        batch_id: Some(batch_id.into()),
        exam_date: date.parse().ok(),
        verdict,
        readings: Vec::new(),
        figures: Figures::new(),
        cases: BTreeMap::from([("similarity.similar_pairs".to_owned(), 1)]),
        decision: outcome.map(|outcome| Decision {
            outcome,
            decided_by: "s".to_owned(),
            decided_on: "2026-01-01".parse().expect("a date"),
            reason: String::new(),
        }),
    }
}

#[test]
fn windows_reach_into_the_history_and_count_a_batch_once() {
    let packs = RulePacks::built_in().expect("the built-in pack");
    let data = dataset(&[("B1", "body", "2026-05-01")]);
    let within = |findings: Vec<EarlierFinding>| {
        let history = History { findings, ..History::default() };
        let found = judge(&packs, &data, &similar("B1"), &MeasureNames::new(), &history, None);
        of(&found, "20(4)", "B1").figures["times_within_window"].integer()
    };
    let sign = Verdict::Indication;
    assert_eq!(within(Vec::new()), Some(1));
    assert_eq!(within(vec![earlier("20(4)", "A", "2025-05-01", sign, None)]), Some(2));
    assert_eq!(within(vec![earlier("20(4)", "A", "2025-04-30", sign, None)]), Some(1));
    assert_eq!(within(vec![earlier("20(4)", "B1", "2026-05-01", sign, None)]), Some(1));
    assert_eq!(within(vec![earlier("20(4)", "A", "2026-01-01", sign, Some(Outcome::Dismissed))]), Some(1));
    assert_eq!(within(vec![earlier("20(4)", "A", "2026-01-01", sign, Some(Outcome::Confirmed))]), Some(2));
}

fn warned(decided_on: &str, closed_on: &str) -> kaojian::model::dataset::Dataset {
    let mut data = dataset(&[("B1", "body", "2026-05-01")]);
    data.columns
        .extend([("measures".to_owned(), "measure".to_owned()), ("rectifications".to_owned(), "body_id".to_owned())]);
    if !decided_on.is_empty() {
        data.measures.push(MeasureTaken {
            body_id: "body".into(),
            measure: "warning".into(),
            article: None,
            decided_on: decided_on.parse().ok(),
            ended_on: None,
            source: Provenance { file: 0, sheet: 0, row: 7 },
        });
        data.rectifications.push(Rectification {
            body_id: "body".into(),
            ordered_on: decided_on.parse().ok(),
            deadline: None,
            closed_on: closed_on.parse().ok(),
            evidence: None,
            source: Provenance { file: 0, sheet: 0, row: 9 },
        });
    }
    data
}

/// The built-in pack with the rules alone that these observations decide, so that no other one is left open.
fn of_examinations() -> RulePacks {
    let mut pack = RulePacks::built_in().expect("the built-in pack").all()[0].clone();
    pack.rules.retain(|rule| {
        let of_forms = rule.article == "20(4)" && rule.scope == Scope::Body;
        ["20(1)", "20(4)", "20(5)", "21(6)", "22(6)"].contains(&rule.article.as_str()) && !of_forms
    });
    RulePacks::of(vec![pack]).expect("a pack")
}

fn repeat(data: &kaojian::model::dataset::Dataset, met: bool, history: &History) -> Vec<Verdict> {
    let packs = of_examinations();
    let mut seen: Vec<Observation> = ["configured_line", "passed_below"]
        .into_iter()
        .map(|measure| {
            observation(
                if measure == "passed_below" { "pass_line.passed_below" } else { "pass_line.configured_line" },
                "B1",
                Nature::Fact,
                &[],
                usize::from(met && measure == "configured_line"),
            )
        })
        .collect();
    seen.push(observation("score_change.unapproved", "B1", Nature::Fact, &[], 0));
    let found = judge(&packs, data, &seen, &MeasureNames::new(), history, None);
    let finding = found.iter().find(|finding| finding.article == "22(6)").expect("a finding");
    if finding.verdict == Verdict::Met {
        assert_eq!(finding.measure, Some(Measure::Ban));
        assert!(finding.cases.len() >= 3, "{:?}", finding.cases);
    }
    finding.readings.iter().map(|(_, verdict)| *verdict).collect()
}

#[test]
fn again_after_a_warning_and_its_rectification() {
    use Verdict::{Met, NotMet, Undetermined};
    let none = History::default();
    assert_eq!(repeat(&warned("2026-01-10", "2026-04-30"), true, &none), [Met, Undetermined]);
    // The examination was on the day of closing, or before it.
    assert_eq!(repeat(&warned("2026-01-10", "2026-05-01"), true, &none), [NotMet, Undetermined]);
    assert_eq!(repeat(&warned("2026-01-10", ""), true, &none), [NotMet, NotMet]);
    assert_eq!(repeat(&warned("", ""), true, &none), [NotMet, NotMet]);
    assert_eq!(repeat(&dataset(&[("B1", "body", "2026-05-01")]), true, &none), [Undetermined, Undetermined]);
    // What is open after the closing leaves the whole open.
    assert_eq!(repeat(&warned("2026-01-10", "2026-04-30"), false, &none), [Undetermined, Undetermined]);
    // The warning, its rectification and the later finding may all lie in the history.
    let mut history = History {
        measures: vec![EarlierMeasure {
            body_id: "body".into(),
            measure: Measure::Warning,
            article: None,
            decided_on: "2024-01-10".parse().expect("a date"),
            ends_on: None,
            terms: String::new(),
        }],
        rectifications: vec![EarlierRectification {
            body_id: "body".into(),
            ordered_on: "2024-01-10".parse().expect("a date"),
            deadline: None,
            closed_on: "2024-06-01".parse().ok(),
        }],
        findings: vec![earlier("20(1)", "A", "2025-01-01", Met, None)],
        ..History::default()
    };
    assert_eq!(repeat(&warned("", ""), false, &history), [Met, Undetermined]);
    history.findings = vec![earlier("20(1)", "A", "2025-01-01", Met, Some(Outcome::Dismissed))];
    assert_eq!(repeat(&warned("", ""), false, &history), [Undetermined, Undetermined]);
    history.measures[0].measure = Measure::Interview;
    assert_eq!(repeat(&warned("", ""), true, &history), [NotMet, NotMet]);
}

#[test]
fn a_person_s_rule_is_undetermined_where_its_tables_are_missing() {
    let mut data = dataset(&[("B1", "body", "2026-05-01")]);
    let find = |data: &kaojian::model::dataset::Dataset, article: &str| {
        findings(data, &[]).into_iter().find(|finding| finding.article == article).expect("a finding")
    };
    let finding = find(&data, "17");
    assert_eq!((finding.verdict, finding.missing[0].table.as_str()), (Verdict::Undetermined, "complaints"));
    assert!(finding.text.en.contains("complaints.received_on"), "{}", finding.text.en);
    for column in ["received_on", "verified", "verified_on"] {
        data.columns.insert(("complaints".to_owned(), column.to_owned()));
    }
    let finding = find(&data, "17");
    assert!(finding.verdict == Verdict::Human && finding.missing.is_empty() && finding.body_id.is_none());
    assert_eq!(find(&data, "20(8)").verdict, Verdict::Human);
}

#[test]
fn a_batch_without_a_day_lies_in_no_window() {
    let test = "kind = \"count-in-window\"\ncounted = [\"c.paper\"]\nwindow_months = 12\ntimes = 2";
    let packs = pack("batch", &[test]);
    let mut data = dataset(&[("B1", "body", "2026-05-01")]);
    data.batches[0].exam_date = None;
    let seen = [of_body("c.paper", vec![event("2026-05-01", "", "a"), event("2026-05-02", "", "a")], None)];
    let found = judge(&packs, &data, &seen, &MeasureNames::new(), &History::default(), None);
    assert_eq!((found[0].verdict, found[0].missing[0].column.as_str()), (Verdict::Undetermined, "exam_date"));
}

#[test]
fn a_warned_body_without_any_later_examination_repeats_nothing() {
    let mut data = warned("2026-01-10", "2026-04-30");
    data.batches.clear();
    let packs = of_examinations();
    let found = judge(&packs, &data, &[], &MeasureNames::new(), &History::default(), None);
    let finding = found.iter().find(|finding| finding.article == "22(6)").expect("a finding");
    let verdicts: Vec<Verdict> = finding.readings.iter().map(|(_, verdict)| *verdict).collect();
    assert_eq!(verdicts, [Verdict::NotMet, Verdict::Undetermined]);
}

use super::*;
use kaojian::detect::qualification::detector::QualificationDetector;
use kaojian::model::candidate::{Candidate, CandidateStatus, ReviewResult};
use kaojian::model::evidence::Evidence;
use kaojian::model::figure::Figure;
use kaojian::model::identity::{IdentityNumber, identity_check_character};
use kaojian::model::missing::MissingFact;
use proptest::prelude::*;

/// A row with nothing but its number.
fn blank(number: u32) -> Candidate {
    Candidate {
        batch_id: BATCH.into(),
        candidate_id: format!("c{number:03}").as_str().into(),
        source: row(number + 2),
        ..Candidate::default()
    }
}

/// Level of certificate, its date, years of work, education.
fn applicant(certificate: Option<(u8, &str)>, work_years: &str, education: &str) -> Candidate {
    Candidate {
        certificate_level: certificate.and_then(|(level, _)| Level::new(level)),
        certificate_date: certificate.map(|(_, date)| day(date)),
        work_years: Points::parse(work_years),
        education: (!education.is_empty()).then(|| education.into()),
        ..blank(1)
    }
}

fn unqualified(level: u8, candidates: Vec<Candidate>) -> Observation {
    let mut dataset = dataset(level);
    dataset.candidates = candidates;
    assert_order_does_not_matter(&QualificationDetector, &dataset);
    observe(&QualificationDetector, &dataset, "unqualified")
}

/// Q qualified, U unqualified, O open: one candidate, no review result, a template.
fn standing(template: &str, level: u8, candidate: Candidate) -> char {
    let mut dataset = dataset(level);
    dataset.candidates = vec![candidate];
    let mut parameters = DetectParameters::default();
    parameters.qualification.template = template.to_owned();
    let seen = QualificationDetector.detect(&dataset, &parameters, &Silent).observations.remove(0);
    match (figure(&seen, "registered_unqualified_lower"), figure(&seen, "registered_unqualified_upper")) {
        (0, 0) => 'Q',
        (1, 1) => 'U',
        (0, 1) => 'O',
        other => panic!("{other:?}"),
    }
}

#[test]
fn decision_table_of_both_templates() {
    // Examination on 2026-05-02. Columns: template, level, certificate, years of work, education, standing.
    let on_the_day = |level| Some((level, "2022-05-02"));
    let a_day_short = |level| Some((level, "2022-05-03"));
    let table = [
        ("2018", 5, None, "1", "", 'Q'),
        ("2018", 5, None, "0.9", "", 'U'),
        ("2018", 4, on_the_day(5), "0", "初中", 'Q'),
        ("2018", 4, a_day_short(5), "0", "初中", 'U'),
        ("2018", 4, a_day_short(5), "6", "初中", 'Q'),
        ("2018", 4, a_day_short(5), "5.9", "初中", 'U'),
        ("2018", 4, a_day_short(5), "0", "", 'O'),
        ("2018", 4, a_day_short(5), "0", "中专", 'Q'),
        ("2018", 4, None, "0", "初中", 'O'),
        ("2018", 3, Some((4, "2021-05-02")), "9", "", 'Q'),
        ("2018", 3, Some((4, "2021-05-03")), "9", "", 'U'),
        ("2018", 2, on_the_day(3), "9", "", 'Q'),
        ("2018", 2, a_day_short(3), "9", "", 'U'),
        ("2018", 1, on_the_day(2), "9", "", 'Q'),
        ("2018", 1, a_day_short(2), "9", "", 'U'),
        ("2023", 4, None, "5", "", 'Q'),
        ("2023", 4, Some((5, "2023-05-02")), "4.9", "初中", 'Q'),
        ("2023", 4, Some((5, "2023-05-03")), "4.9", "初中", 'U'),
        ("2023", 3, None, "10", "", 'Q'),
        ("2023", 3, on_the_day(4), "9.9", "", 'Q'),
        ("2023", 3, a_day_short(4), "9.9", "", 'U'),
        ("2023", 3, on_the_day(5), "9.9", "", 'U'),
        ("2023", 2, Some((3, "2021-05-02")), "9", "", 'Q'),
        ("2023", 2, Some((3, "2021-05-03")), "9", "", 'U'),
        ("2023", 1, Some((2, "2021-05-02")), "9", "", 'Q'),
        ("2023", 1, Some((2, "2021-05-03")), "9", "", 'U'),
        // A higher certificate than asked for: the date of the lower one is not on record.
        ("2023", 2, on_the_day(2), "9", "", 'O'),
        // A college diploma and a level 4 certificate: its major is not on record.
        ("2023", 3, a_day_short(4), "3", "大专", 'O'),
        // `auto` takes 2023 for this date; an unknown template leaves everything open.
        ("auto", 3, a_day_short(4), "9.9", "", 'U'),
        ("2031", 3, a_day_short(4), "9.9", "", 'O'),
    ];
    for (template, level, certificate, work_years, education, expected) in table {
        let found = standing(template, level, applicant(certificate, work_years, education));
        assert_eq!(found, expected, "{template} level {level} {certificate:?} {work_years} {education}");
    }
}

#[test]
fn age_at_the_examination_by_birth_date_and_identity_number() {
    let born = |date: &str| Candidate { birth_date: Some(day(date)), ..blank(1) };
    assert_eq!(standing("2023", 5, born("2010-05-02")), 'Q');
    assert_eq!(standing("2023", 5, born("2010-05-03")), 'U');
    assert_eq!(standing("2023", 5, blank(1)), 'O');
    let number = |date: &str| {
        let first = format!("110105{date}001");
        let check = identity_check_character(&first).expect("17 digits");
        IdentityNumber::new(&format!("{first}{check}"))
    };
    assert_eq!(standing("2023", 5, Candidate { id_number: Some(number("20100503")), ..blank(1) }), 'U');
    // Contradicting dates decide only where both give the same.
    let contradicting = |filed: &str| Candidate { id_number: Some(number("20100503")), ..born(filed) };
    assert_eq!(standing("2023", 5, contradicting("2009-01-01")), 'O');
    assert_eq!(standing("2023", 5, contradicting("2011-01-01")), 'U');
    let seen = unqualified(5, vec![contradicting("2011-01-01")]);
    assert_eq!(figure(&seen, "birth_date_contradictions"), 1);
    assert!(seen.cases[0].detail.en.contains("contradicts the one filed"));
}

#[test]
fn the_condition_named_in_the_application() {
    let named = |number: &str, certificate| Candidate {
        condition_no: Some(number.into()),
        ..applicant(certificate, "3", "初中")
    };
    // Condition 1 (years of work) is named and fails; condition 2 (certificate) holds.
    let seen = unqualified(4, vec![named("1", Some((5, "2020-01-01")))]);
    assert_eq!((figure(&seen, "registered_unqualified_upper"), figure(&seen, "named_condition_fails")), (0, 1));
    // A number that the template does not have: a standard of its own.
    assert_eq!(standing("2023", 4, named("9", Some((5, "2025-01-01")))), 'O');
    assert_eq!(standing("2023", 4, named("2", Some((5, "2025-01-01")))), 'U');
}

#[test]
fn the_failed_atom_is_named_and_the_other_template_too() {
    let seen = unqualified(
        3,
        vec![Candidate {
            review_result: Some(ReviewResult::Qualified),
            ..applicant(Some((4, "2022-05-03")), "6", "高中")
        }],
    );
    let text = &seen.cases[0].detail;
    for part in [
        "recorded as qualified; recomputed conditions not met",
        "condition 1: 6 years of work, 10 needed",
        "level 4 certificate of 2022-05-03, 3 whole years by 2026-05-02, 4 needed",
    ] {
        assert!(text.en.contains(part), "{part} in {}", text.en);
    }
    assert!(text.zh.contains("满 3 年，需满 4 年"), "{}", text.zh);
    assert_eq!(figure(&seen, "recorded_qualified_conditions_not_met"), 1);
    // Level 2: four years meet the older template, not the 2023 one.
    let seen = unqualified(2, vec![applicant(Some((3, "2022-05-02")), "8", "")]);
    assert!(seen.cases[0].detail.en.contains("Under template 2018 a condition would be met"), "{:?}", seen.cases[0]);
}

/// `n` candidates who qualify, the first `u` of them recorded as unqualified, all of them sat.
fn recorded(n: u32, u: u32) -> Vec<Candidate> {
    (0..n)
        .map(|number| {
            let result = if number < u { ReviewResult::Unqualified } else { ReviewResult::Qualified };
            Candidate { review_result: Some(result), status: Some(CandidateStatus::Sat), ..blank(number) }
        })
        .collect()
}

#[test]
fn counts_stay_whole_at_the_boundary_of_five_percent() {
    for (n, u, meets) in [(20, 1, true), (21, 1, false), (121, 6, false), (120, 6, true), (40, 2, true)] {
        let seen = unqualified(4, recorded(n, u));
        let (all, lower) = (figure(&seen, "admitted"), figure(&seen, "admitted_unqualified_lower"));
        assert_eq!(
            (all, lower, figure(&seen, "admitted_unqualified_upper")),
            (i64::from(n), i64::from(u), i64::from(u))
        );
        assert_eq!(20 * lower >= all, meets, "{u}/{n}");
        assert_eq!(seen.cases.len(), u as usize);
    }
}

#[test]
fn the_three_denominators() {
    let mut candidates = recorded(10, 2);
    candidates[0].status = Some(CandidateStatus::Registered); // rejected at the door
    candidates[1].status = Some(CandidateStatus::Absent);
    candidates[2].status = Some(CandidateStatus::Admitted);
    candidates[3].review_result = None; // open
    let seen = unqualified(4, candidates);
    let counted = |name: &str| {
        [name.to_owned(), format!("{name}_unqualified_lower"), format!("{name}_unqualified_upper")]
            .map(|name| figure(&seen, &name))
    };
    assert_eq!([counted("registered"), counted("admitted"), counted("sat")], [[10, 2, 3], [9, 1, 2], [7, 0, 1]]);
    assert!(seen.cases[0].detail.en.ends_with("Not admitted."), "{:?}", seen.cases[0]);
}

#[test]
fn without_a_status_everybody_registered_counts_and_marks_tell_who_sat() {
    let mut dataset = dataset(4);
    dataset.candidates = recorded(4, 1);
    dataset.candidates.iter_mut().for_each(|candidate| candidate.status = None);
    let seen = observe(&QualificationDetector, &dataset, "unqualified");
    assert_eq!((figure(&seen, "admitted"), seen.figures.contains_key("sat")), (4, false));
    assert!(seen.missing.contains(&MissingFact::column("candidates", "status")));
    dataset.scores = vec![
        score("c000", THEORY, "70", None),
        score("c001", THEORY, "70", None),
        score("c002", THEORY, "absent", None),
    ];
    let seen = observe(&QualificationDetector, &dataset, "unqualified");
    assert_eq!((figure(&seen, "sat"), figure(&seen, "sat_unqualified_lower")), (2, 1));
}

#[test]
fn nothing_recorded_is_not_evaluated() {
    let seen = unqualified(4, vec![blank(1), blank(2)]);
    assert!(!seen.evaluated && seen.cases.is_empty());
    assert!(seen.missing.contains(&MissingFact::column("candidates", "review_result")));
    let seen = observe(&QualificationDetector, &dataset(4), "unqualified");
    assert_eq!((seen.evaluated, seen.missing.as_slice()), (false, &[MissingFact::table("candidates")][..]));
    // One recorded result is enough to count; the rest is open.
    let seen = unqualified(4, vec![Candidate { review_result: Some(ReviewResult::Qualified), ..blank(1) }, blank(2)]);
    assert!(seen.evaluated);
    assert_eq!((figure(&seen, "registered_unqualified_lower"), figure(&seen, "registered_unqualified_upper")), (0, 1));
    // The blank result is what leaves it open, though another candidate has one.
    assert!(seen.missing.contains(&MissingFact::column("candidates", "review_result")));
}

#[test]
fn where_nobody_was_admitted_the_status_is_named() {
    let mut dataset = dataset(4);
    dataset.candidates = recorded(4, 1);
    dataset.candidates.iter_mut().for_each(|candidate| candidate.status = Some(CandidateStatus::Registered));
    let seen = observe(&QualificationDetector, &dataset, "unqualified");
    assert_eq!((figure(&seen, "registered"), figure(&seen, "admitted")), (4, 0));
    assert_eq!(seen.missing, [MissingFact::column("candidates", "status")]);
}

#[test]
fn people_and_rows_that_repeat_are_named() {
    let number = || Some(IdentityNumber::new("11010519491231002X"));
    let mut candidates = recorded(3, 0);
    candidates[0].id_number = number();
    candidates[1].id_number = number();
    candidates[2].id_number = Some(IdentityNumber::with_lost_digits("110105194912310000"));
    // The same registration listed twice, once as unqualified.
    candidates.push(Candidate {
        review_result: Some(ReviewResult::Unqualified),
        source: row(90),
        ..candidates[2].clone()
    });
    let seen = unqualified(4, candidates);
    let names = [
        "registered",
        "registered_unqualified_lower",
        "duplicate_registrations",
        "repeated_candidate_numbers",
        "identity_number_digits_lost",
    ];
    assert_eq!(names.map(|name| figure(&seen, name)), [3, 1, 1, 1, 1]);
    assert_eq!(seen.cases[0].sources, [row(4), row(90)]);
}

#[test]
fn evidence_has_counts_and_an_interval_for_charts() {
    let mut dataset = dataset(4);
    dataset.candidates = recorded(20, 1);
    let evidence = detect(&QualificationDetector, &dataset).evidence;
    let [Evidence::UnqualifiedRatio(ratio)] = evidence.as_slice() else { panic!("{evidence:?}") };
    let names: Vec<_> = ratio.denominators.iter().map(|count| (count.name, count.candidates, count.lower)).collect();
    assert_eq!(names, [("registered", 20, 1), ("admitted", 20, 1), ("sat", 20, 1)]);
    // Wilson 1927 for 1 of 20, computed by hand: centre (0.05 + 0.09604) / 1.19207.
    let (lower, upper) = ratio.denominators[0].interval;
    assert!((lower - 0.0089).abs() < 1e-4 && (upper - 0.2361).abs() < 1e-4, "{lower} {upper}");
}

#[test]
fn the_template_used_is_a_figure() {
    let seen = unqualified(4, recorded(1, 0));
    assert_eq!(seen.figures.get("template"), Some(&Figure::Text("2023".into())));
}

fn number() -> impl Strategy<Value = Option<u32>> {
    prop::option::of(0u32..12)
}

proptest! {
    /// What is decided with facts missing stays so however they are filled in: the bounds hold.
    #[test]
    fn facts_that_come_later_never_turn_a_decision(
        level in 1u8..=5,
        template in prop::sample::select(vec!["2018", "2023"]),
        known in (number(), prop::option::of((1u8..=5, 0u32..8)), prop::option::of(0i32..30)),
        later in (0u32..12, (1u8..=5, 0u32..8), 0i32..30),
    ) {
        let build = |work: Option<u32>, certificate: Option<(u8, u32)>, born: Option<i32>| Candidate {
            certificate_level: certificate.and_then(|(level, _)| Level::new(level)),
            certificate_date: certificate.and_then(|(_, years)| NaiveDate::from_ymd_opt(2026 - years as i32, 5, 2)),
            work_years: work.map(|years| Points::whole(i64::from(years))),
            birth_date: born.and_then(|age| NaiveDate::from_ymd_opt(2026 - age, 5, 2)),
            education: Some("初中".into()),
            ..blank(1)
        };
        let (work, certificate, born) = known;
        let before = standing(template, level, build(work, certificate, born));
        let after = standing(
            template,
            level,
            build(work.or(Some(later.0)), certificate.or(Some(later.1)), born.or(Some(later.2))),
        );
        prop_assert!(before == 'O' || before == after, "{before} became {after}");
    }
}

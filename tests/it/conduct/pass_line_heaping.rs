//! Heaping at the line over simulated cities: how often planted heaps are found, and honest cities stay quiet.

use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::pass_line::detector::PassLineDetector;
use kaojian::model::answer::AnswerSheet;
use kaojian::model::batch::Batch;
use kaojian::model::component::Component;
use kaojian::model::dataset::Dataset;
use kaojian::model::evidence::Evidence;
use kaojian::model::level::Level;
use kaojian::model::observation::Detected;
use kaojian::model::pass_line_evidence::GroupKind;
use kaojian::model::points::Points;
use kaojian::model::progress::Silent;
use kaojian::model::provenance::Provenance;
use kaojian::model::rating::Rating;
use kaojian::model::score::{Mark, Score};
use kaojian::simulate::exam::components;
use kaojian::simulate::parameters::{LiftedBy, Plant, PlantKind, SimulateParameters};
use kaojian::simulate::plan::CityPlan;
use kaojian::simulate::sitting::hold;
use kaojian::simulate::test_form::TestForm;

const BODIES: usize = 3;
const BATCHES: usize = 6;

fn city(seed: u64, candidates: usize, plants: Vec<Plant>) -> SimulateParameters {
    SimulateParameters { seed, plants, ..SimulateParameters::honest(BODIES, BATCHES, candidates, 60) }
}

/// The tables that the detector reads, without the detour over files.
fn dataset(parameters: &SimulateParameters) -> Dataset {
    let plan = CityPlan::new(parameters).unwrap();
    let forms: Vec<TestForm> = (0..plan.forms.len()).map(|form| TestForm::new(&plan, form)).collect();
    let mut dataset = Dataset::default();
    dataset.columns.insert(("scores".to_owned(), "score".to_owned()));
    for batch in &plan.batches {
        let exam = hold(&plan, batch, &forms[batch.form]).unwrap();
        let batch_id = kaojian::model::ids::BatchId::from(batch.batch_id.as_str());
        let source = Provenance { file: 0, sheet: 0, row: 2 };
        dataset.batches.push(Batch {
            batch_id: batch_id.clone(),
            body_id: Some(plan.bodies[batch.body].body_id.as_str().into()),
            level: Level::new(plan.level(batch)),
            exam_date: Some(batch.exam_date),
            published_on: Some(batch.published_on),
            held: Some(true),
            source,
            ..Batch::default()
        });
        let candidate = |index: usize| exam.candidates[index].candidate_id.as_str();
        for score in &exam.scores {
            for (place, component) in components(plan.level(batch)).iter().enumerate() {
                dataset.scores.push(Score {
                    batch_id: batch_id.clone(),
                    candidate_id: candidate(score.candidate).into(),
                    component: component.clone(),
                    mark: score.marks[place].map_or(Mark::Absent, Mark::Points),
                    passed: Some(score.passed[place]),
                    overall_passed: None,
                    key_skill_passed: None,
                    void: None,
                    source,
                });
            }
        }
        for index in exam.sat() {
            dataset.answers.sheets.push(AnswerSheet {
                batch_id: batch_id.clone(),
                candidate_id: candidate(index).into(),
                room: Some(exam.candidates[index].room.to_string().into()),
                layout: 0,
                source,
                ..AnswerSheet::default()
            });
        }
        for rating in exam.ratings.iter().filter(|rating| rating.criterion == 0) {
            dataset.ratings.push(Rating {
                batch_id: batch_id.clone(),
                candidate_id: candidate(rating.candidate).into(),
                component: rating.component.clone(),
                criterion: "1".into(),
                rater_id: Some(batch.team[rating.rater].person_id.as_str().into()),
                mark_no: Some(rating.mark_no),
                score: Some(rating.score),
                max_score: None,
                marked_at: None,
                response_text: None,
                source,
            });
        }
    }
    dataset.batches.sort_by(|a, b| a.batch_id.cmp(&b.batch_id));
    dataset
}

fn detect(dataset: &Dataset) -> Detected {
    PassLineDetector.detect(dataset, &DetectParameters::default(), &Silent)
}

/// Batches with a case of heaping.
fn heaped(detected: &Detected) -> Vec<String> {
    let cases = detected.observations.iter().filter(|seen| seen.measure == "heaping" && !seen.cases.is_empty());
    cases.filter_map(|seen| seen.batch_id.as_ref().map(|id| id.as_str().to_owned())).collect()
}

fn flagged(detected: &Detected, kind: GroupKind) -> bool {
    detected.evidence.iter().any(|evidence| match evidence {
        Evidence::LineHeaping(found) => found.groups.iter().any(|group| group.kind == kind && group.flagged),
        _ => false,
    })
}

/// What is planted where: who lifts, the percentage, the batches.
fn plants(by: LiftedBy, percent: u8, batches: &[usize]) -> Vec<Plant> {
    batches.iter().map(|batch| Plant { batch: *batch, kind: PlantKind::LiftedToLine { by, percent } }).collect()
}

/// Batches of the first body.
const OF_ONE_BODY: [usize; 2] = [0, 3];

/// Cities of so many in which the planted batch was found, and honest batches that were.
#[allow(clippy::print_stderr)]
fn power(name: &str, cities: u64, candidates: usize, planted: &dyn Fn() -> Vec<Plant>) -> (usize, usize) {
    let (mut found, mut false_alarms) = (0, 0);
    for seed in 0..cities {
        let parameters = city(1_000 + seed, candidates, planted());
        let plan = CityPlan::new(&parameters).unwrap();
        let seen = heaped(&detect(&dataset(&parameters)));
        let is_planted = |id: &String| plan.batches.iter().any(|batch| batch.batch_id == *id && !batch.is_honest());
        found += usize::from(seen.iter().any(is_planted));
        false_alarms += seen.iter().filter(|id| !is_planted(id)).count();
    }
    eprintln!(
        "heaping | {name} | {candidates} a batch | {cities} cities | found {found} | honest batches {false_alarms}"
    );
    (found, false_alarms)
}

#[test]
fn planted_heaps_are_found_and_honest_cities_are_quiet() {
    let (found, alarms) = power("batch, all lifted", 4, 300, &|| plants(LiftedBy::Batch, 100, &[1]));
    assert!(found >= 3 && alarms == 0, "{found} {alarms}");
    let (found, alarms) = power("rater, all lifted", 4, 200, &|| plants(LiftedBy::Rater, 100, &[2]));
    assert!(found >= 3 && alarms == 0, "{found} {alarms}");
    let (found, _) = power("honest", 8, 200, &Vec::new);
    assert_eq!(found, 0);
}

/// A minute or two: `cargo test --test it heaping_power -- --ignored --nocapture`.
#[test]
#[ignore = "long: prints the table of power and false alarms"]
fn heaping_power_and_false_alarms() {
    const CITIES: u64 = 40;
    let mut alarms = 0;
    for candidates in [100, 200, 400] {
        let (honest, of_honest) = power("honest", 2 * CITIES, candidates, &Vec::new);
        assert_eq!(honest, 0);
        alarms += of_honest;
        for percent in [50, 80, 100] {
            for (name, by, batches) in [
                ("rater", LiftedBy::Rater, &[2][..]),
                ("room", LiftedBy::Room, &[1][..]),
                ("batch", LiftedBy::Batch, &[1][..]),
                ("body (2 batches)", LiftedBy::Batch, &OF_ONE_BODY[..]),
            ] {
                let name = format!("{name}, {percent} % lifted");
                alarms += power(&name, CITIES, candidates, &|| plants(by, percent, batches)).1;
            }
        }
    }
    // 6 × 39 cities of each size: at the stated rate of 0.5 % a kind of group, 4 kinds, some twenty batches.
    assert!(alarms <= 20, "{alarms} honest batches");
}

#[test]
fn a_heap_names_the_group_its_numbers_and_its_rows() {
    let detected = detect(&dataset(&city(1, 400, plants(LiftedBy::Batch, 100, &[1]))));
    assert!(flagged(&detected, GroupKind::Batch));
    let seen = detected.observations.iter().find(|seen| seen.measure == "heaping" && !seen.cases.is_empty()).unwrap();
    let case = &seen.cases[0];
    assert!(case.detail.en.contains("n = ") && case.detail.en.contains("(BH)"), "{}", case.detail.en);
    assert!(case.detail.zh.contains("合格线处堆积"), "{}", case.detail.zh);
    assert!(!case.sources.is_empty());
    let pool = detected.evidence.iter().find_map(|evidence| match evidence {
        Evidence::LineHeaping(found) if found.groups.iter().any(|group| group.flagged) => Some(found),
        _ => None,
    });
    let pool = pool.unwrap();
    let moved = pool.moved.unwrap();
    let (low, high) = moved.interval.unwrap();
    assert!(low < moved.moved && moved.moved < high && moved.moved > 0.0, "{moved:?}");
    assert!(!pool.placebos.is_empty() && pool.withheld.is_none());
}

/// 80 raw marks rounded to whole points: every fifth score cannot occur, and its neighbours look like heaps.
#[test]
fn a_conversion_with_a_gap_at_the_line_is_not_tested() {
    let mut found = dataset(&city(1, 40, Vec::new()));
    let template = found.scores.iter().find(|score| score.component == Component::Theory).unwrap().clone();
    found.scores.clear();
    let lines: Vec<i64> = (30..80).map(|raw| (raw * 5 + 1) / 4).collect();
    for (place, score) in lines.iter().flat_map(|score| std::iter::repeat_n(*score, 30)).enumerate() {
        found.scores.push(Score {
            candidate_id: format!("C{place:05}").as_str().into(),
            mark: Mark::Points(Points::whole(score)),
            ..template.clone()
        });
    }
    // The line is moved to a score beside a gap.
    let gap = (40..90).find(|score| !lines.contains(score) && lines.contains(&(score + 1))).unwrap();
    let mut parameters = DetectParameters::default();
    parameters.pass_line.default_line = Points::whole(gap + 1);
    let detected = PassLineDetector.detect(&found, &parameters, &Silent);
    assert!(heaped(&detected).is_empty());
    let withheld = detected.evidence.iter().any(|evidence| {
        matches!(evidence, Evidence::LineHeaping(found) if found.withheld.is_some() && found.p_value.is_none())
    });
    assert!(withheld);
}

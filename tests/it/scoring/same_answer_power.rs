//! How often `same_answer_raters` finds a planted pair, and how often it names honest works, over simulated cities.

use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::scoring::detector::ScoringDetector;
use kaojian::ingest::load::read_folder;
use kaojian::ingest::parameters::IngestParameters;
use kaojian::model::progress::Silent;
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::{Plant, PlantKind, SimulateParameters};

/// Counts over cities.
#[derive(Debug, Default)]
struct Tally {
    planted: usize,
    found: usize,
    honest_batches: usize,
    batches_with_alarm: usize,
}

impl Tally {
    /// Adds a city of eight batches: four with a planted pair, four whose written answers are honest.
    fn add_city(&mut self, seed: u64, candidates: usize) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut parameters = SimulateParameters::honest(2, 8, candidates, 20);
        parameters.seed = seed;
        let kinds = [PlantKind::WrittenAnswers, PlantKind::SameAnswerRaters { pairs: 1 }];
        parameters.plants = (0..8).map(|batch| Plant { batch, kind: kinds[batch % 2] }).collect();
        let path = folder.path().join("city");
        let truth = write_city(&parameters, &path, &Silent).expect("a city");
        let dataset = read_folder(&path, &IngestParameters::default(), &Silent).expect("a readable city").dataset;
        let detected = ScoringDetector.detect(&dataset, &DetectParameters::default(), &Silent);
        for plant in &truth.plants {
            let found = detected.observations.iter().find(|found| {
                let same_batch = found.batch_id.as_ref().is_some_and(|batch| batch.as_str() == plant.batch_id);
                found.measure == "same_answer_raters" && same_batch
            });
            let cases = &found.expect("an observation a batch").cases;
            let of_plant = cases.iter().filter(|case| plant.subjects.iter().all(|name| case.subjects.contains(name)));
            if plant.lawful {
                self.honest_batches += 1;
                self.batches_with_alarm += usize::from(!cases.is_empty());
            } else {
                self.planted += 1;
                self.found += usize::from(of_plant.count() > 0);
            }
        }
    }
}

#[test]
fn most_planted_pairs_are_found_and_honest_batches_are_quiet() {
    let mut tally = Tally::default();
    (1..4).for_each(|seed| tally.add_city(seed, 60));
    assert_eq!((tally.planted, tally.honest_batches), (12, 12));
    assert!(tally.found >= 9 && tally.batches_with_alarm == 0, "{tally:?}");
}

/// Run with `--ignored --nocapture` for the table.
#[test]
#[ignore = "minutes of simulated cities"]
fn power_and_false_alarms_by_size_of_the_batch() {
    let mut table = String::from("candidates  planted  found  honest batches  with an alarm\n");
    for candidates in [30, 60, 120] {
        let mut tally = Tally::default();
        (100..115).for_each(|seed| tally.add_city(seed, candidates));
        let Tally { planted, found, honest_batches, batches_with_alarm } = tally;
        table +=
            &format!("{candidates:>10}  {planted:>7}  {found:>5}  {honest_batches:>14}  {batches_with_alarm:>13}\n");
        std::io::Write::write_all(&mut std::io::stdout(), table.as_bytes()).expect("a terminal");
        table.clear();
        // The level of a batch is 0.01 at most; the 99.9 % point of Bin(60, 0.01) is 4.
        assert!(batches_with_alarm <= 4, "{batches_with_alarm} of {honest_batches}");
    }
}

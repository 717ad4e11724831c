//! Signs of score changes over simulated logs: how often honest ones are flagged, how often planted ones are found.

use super::*;
use chrono::TimeDelta;
use kaojian::detect::score_change::detector::ScoreChangeDetector;
use kaojian::model::score_change::ScoreChange;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SIGNS: [&str; 4] = ["direction", "operators", "landing", "burst"];

/// A data set of batches with honest corrections, one of them with planted changes.
#[derive(Clone, Copy)]
struct City {
    batches: usize,
    /// Corrections of slips in each batch, by three clerks in six sittings.
    honest: usize,
    /// Changes of the first batch onto the line, by one operator in one night.
    planted: usize,
    level: f64,
}

impl City {
    fn simulate(&self, seed: u64) -> Dataset {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut dataset = dataset(4);
        let template = dataset.batches.remove(0);
        let mut at_row = 1;
        for batch in 0..self.batches {
            let batch_id = format!("B{batch:03}");
            let mut row_of = template.clone();
            row_of.batch_id = batch_id.as_str().into();
            dataset.batches.push(row_of);
            let mut push = |candidate: String, old: i64, new: i64, at: NaiveDateTime, operator: String, no: String| {
                at_row += 1;
                dataset.score_changes.push(ScoreChange {
                    change_id: None,
                    batch_id: batch_id.as_str().into(),
                    candidate_id: candidate.as_str().into(),
                    component: THEORY,
                    changed_at: Some(at),
                    old_score: Some(kaojian::model::points::Points::from_millionths(old * 500_000)),
                    new_score: Some(kaojian::model::points::Points::from_millionths(new * 500_000)),
                    operator: Some(operator.as_str().into()),
                    approver: Some("chief".into()),
                    approval_no: Some(no.as_str().into()),
                    reason: Some("slip".into()),
                    source: row(at_row),
                });
            };
            for index in 0..self.honest {
                // Half points; true scores round 66 with a spread of 12, slips of 0.5 to 6 either way.
                let spread: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
                let new = ((66.0 + 12.0 * spread) * 2.0).round().clamp(20.0, 180.0) as i64;
                let slip = random.random_range(1..=12) * if random.random_range(0..2) == 0 { 1 } else { -1 };
                let sitting = random.random_range(0..6_i64);
                let at = time("2026-05-04 09:00:00")
                    + TimeDelta::days(4 * sitting)
                    + TimeDelta::minutes(random.random_range(0..120));
                let operator = format!("clerk{}", random.random_range(0..3));
                push(format!("h{index:03}"), new - slip, new, at, operator, format!("N-{index}"));
            }
            for index in 0..if batch == 0 { self.planted } else { 0 } {
                let new = 120 + random.random_range(0..=1);
                let old = new - random.random_range(3..=18);
                let at = time("2026-05-23 21:12:00") + TimeDelta::minutes(3 * index as i64);
                push(format!("p{index:03}"), old, new, at, "night".to_owned(), format!("P-{index}"));
            }
        }
        dataset
    }

    /// Of how many data sets each sign flags anything.
    fn flagged(&self, repeats: u64) -> [u64; 4] {
        let mut flagged = [0; 4];
        let mut parameters = DetectParameters::default();
        parameters.score_change.significance_level = self.level;
        for seed in 0..repeats {
            parameters.seed = seed;
            let detected = ScoreChangeDetector.detect(&self.simulate(seed), &parameters, &Silent);
            for (count, sign) in flagged.iter_mut().zip(SIGNS) {
                let cases = detected.observations.iter().filter(|found| found.measure == sign);
                *count += u64::from(cases.map(|found| found.cases.len()).sum::<usize>() > 0);
            }
        }
        flagged
    }
}

const HONEST: City = City { batches: 6, honest: 24, planted: 0, level: 0.05 };

#[test]
fn honest_logs_are_flagged_no_more_often_than_the_level() {
    // The 99.9 % point of Bin(150, 0.05) is 17.
    let found = HONEST.flagged(150);
    assert!(found.iter().all(|count| *count <= 17), "{found:?} of 150");
}

#[test]
fn a_dozen_planted_changes_are_found_by_every_sign() {
    let found = City { honest: 14, planted: 12, level: 0.01, ..HONEST }.flagged(20);
    for (count, sign) in found.into_iter().zip(SIGNS) {
        assert!(count >= 14, "{sign}: {found:?} of 20");
    }
}

/// Prints the table of rates: run with `--ignored --nocapture`.
#[test]
#[ignore = "minutes: the long table of false alarms and power"]
#[allow(clippy::print_stderr)]
fn table_of_rates() {
    eprintln!("batches honest planted level repeats {SIGNS:?}");
    let show = |city: City, repeats: u64| {
        let found = city.flagged(repeats);
        let rates = found.map(|count| format!("{:.3}", count as f64 / repeats as f64));
        eprintln!("{} {} {} {} {repeats} {rates:?}", city.batches, city.honest, city.planted, city.level);
        found
    };
    for city in [
        HONEST,
        City { batches: 1, ..HONEST },
        City { batches: 20, honest: 12, ..HONEST },
        City { honest: 60, ..HONEST },
        City { level: 0.01, ..HONEST },
    ] {
        let found = show(city, 1000);
        let mean = 1000.0 * city.level;
        let most = mean + 4.0 * (mean * (1.0 - city.level)).sqrt();
        assert!(found.iter().all(|count| (*count as f64) <= most), "{found:?} of 1000 at {}", city.level);
    }
    for planted in [2, 6, 8, 10, 12, 16] {
        show(City { honest: 14, planted, level: 0.01, ..HONEST }, 200);
    }
}

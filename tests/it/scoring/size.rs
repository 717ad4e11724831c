//! A city's marks at once. Not part of the usual run:
//! `cargo test --test it scoring::size -- --ignored --nocapture`.

use super::build::Build;
use kaojian::detect::parameters::DetectParameters;
use kaojian::model::component::Component;
use kaojian::model::points::Points;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Instant;

/// 500 batches of 200 candidates, each with 2 raters × 5 criteria, a sheet of 100 items and two scores.
#[test]
#[ignore = "a measurement, not a check"]
#[allow(clippy::print_stderr)]
fn one_million_ratings() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut build = Build::new();
    build.form("F1", &["A"; 100], "1");
    let layout = build.layout(100);
    for batch in 0..500 {
        let batch_id = format!("B{batch:04}");
        let body = batch / 10;
        for candidate in 0..200 {
            let name = format!("2026{batch:04}{candidate:04}");
            let quality = random.random_range(50..90);
            let first = random.random_range(0..12);
            let raters = [first, (first + random.random_range(1..12)) % 12];
            let mut sums = 0;
            for (mark_no, rater) in [(1, raters[0]), (2, raters[1])] {
                for criterion in ["a", "b", "c", "d", "e"] {
                    let mark = (quality / 5 + random.random_range(-2..=2)).clamp(0, 20);
                    sums += mark;
                    let row = build.rating(&name, criterion, &format!("R{body:03}-{rater:02}"), mark_no, "0", "20");
                    row.batch_id = batch_id.as_str().into();
                    row.score = Some(Points::whole(mark));
                    row.marked_at = chrono::DateTime::from_timestamp(1_780_000_000 + candidate * 300, 0)
                        .map(|time| time.naive_utc());
                }
            }
            build.score(&name, Component::Skill, &(f64::from(sums as i32) / 2.0).to_string());
            build.dataset.scores.last_mut().unwrap().batch_id = batch_id.as_str().into();
            let responses: Vec<&str> = (0..100).map(|_| ["A", "A", "B", "C"][random.random_range(0..4)]).collect();
            build.sheet(&name, "F1", layout, &responses, &[]);
            build.dataset.answers.sheets.last_mut().unwrap().batch_id = batch_id.as_str().into();
            let right = responses.iter().filter(|response| **response == "A").count();
            build.score(&name, Component::Theory, &right.to_string());
            build.dataset.scores.last_mut().unwrap().batch_id = batch_id.as_str().into();
        }
    }
    let start = Instant::now();
    let detected = build.detect_with(&DetectParameters::default());
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("{} ratings: {seconds:.2} s, {} observations", build.dataset.ratings.len(), detected.observations.len());
    assert_eq!(detected.observations.len(), 500 * 8);
    let differing = detected
        .observations
        .iter()
        .filter(|found| !found.cases.is_empty() && found.nature == kaojian::model::observation::Nature::Fact);
    assert_eq!(differing.filter(|found| found.measure != "third_rater").count(), 0);
}

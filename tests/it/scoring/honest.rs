//! Honest panels raise no more than the stated rate.

use super::panels::Panel;
use kaojian::detect::parameters::DetectParameters;

/// Repeats of each setting.
const REPEATS: u64 = 200;

/// Most panels of [`REPEATS`] with a flag at level 0.05: the 99.9 % point of Bin(200, 0.05).
const MOST_FLAGGED: usize = 20;

/// How many honest panels get any case of each sign, with nothing but the level to protect them.
fn flagged(panel: &Panel, first_seed: u64) -> [usize; 3] {
    let mut parameters = DetectParameters::default();
    parameters.scoring.significance_level = 0.05;
    parameters.scoring.minimum_deviation_rate = 0.0;
    let mut flagged = [0; 3];
    for seed in 0..REPEATS {
        let detected = panel.simulate(first_seed + seed).detect_with(&parameters);
        for (count, measure) in flagged.iter_mut().zip(["agreement", "severity", "drift"]) {
            let found = detected.observations.iter().find(|found| found.measure == measure).unwrap();
            *count += usize::from(!found.cases.is_empty());
        }
    }
    flagged
}

#[test]
fn family_wise_rate_of_honest_panels() {
    for (name, panel) in [
        ("six raters", Panel { works: 150, ..Panel::default() }),
        ("three raters", Panel { raters: 3, works: 60, ..Panel::default() }),
        ("ten raters, few works", Panel { raters: 10, works: 110, ..Panel::default() }),
    ] {
        let found = flagged(&panel, 10_000);
        assert!(found.iter().all(|count| *count <= MOST_FLAGGED), "{name}: {found:?} of {REPEATS}");
    }
}

#[test]
fn the_default_criteria_flag_no_honest_panel_with_small_differences() {
    let panel = Panel { works: 150, severity: vec![1.0, -1.0, 0.5, -0.5], ..Panel::default() };
    for seed in 0..50 {
        let detected = panel.simulate(50_000 + seed).detect_with(&DetectParameters::default());
        for found in detected.observations.iter().filter(|found| ["severity", "drift"].contains(&found.measure)) {
            assert!(found.cases.is_empty(), "seed {seed}: {} {:?}", found.measure, found.cases[0].detail.en);
        }
    }
}

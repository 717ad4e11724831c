//! Severity and agreement of raters on simulated ratings: each person by 3 of 60 raters on 8 criteria, a scale of six.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use kaojian::psychometrics::agreement::brennan_prediger::brennan_prediger;
use kaojian::psychometrics::agreement::conger::conger_kappa;
use kaojian::psychometrics::agreement::fleiss::fleiss_kappa;
use kaojian::psychometrics::agreement::gwet::gwet_ac;
use kaojian::psychometrics::agreement::krippendorff::{Metric, krippendorff_alpha};
use kaojian::psychometrics::agreement::table::RatingTable;
use kaojian::psychometrics::agreement::weights::CategoryWeights;
use kaojian::psychometrics::facets::categories::Categories;
use kaojian::psychometrics::facets::estimate::fit;
use kaojian::psychometrics::facets::input::FacetsInput;
use kaojian::psychometrics::facets::marginal::fit_marginal;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const RATERS: usize = 60;
const CRITERIA: usize = 8;
const STEPS: [f64; 5] = [-2.0, -1.0, 0.0, 1.0, 2.0];

fn main() {
    divan::main();
}

fn simulated(persons: usize) -> FacetsInput {
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let mut input = FacetsInput { persons, levels: vec![RATERS, CRITERIA], ..FacetsInput::default() };
    let mut categories = Categories::default();
    for person in 0..persons {
        let ability = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < 3 {
            let rater = random.random_range(0..RATERS);
            if !chosen.contains(&rater) {
                chosen.push(rater);
            }
        }
        for rater in chosen {
            let severity = 1.2 * (rater as f64 / (RATERS - 1) as f64 - 0.5);
            for criterion in 0..CRITERIA {
                let difficulty = 0.1 * (criterion as f64 - (CRITERIA - 1) as f64 / 2.0);
                categories.compute(ability - severity - difficulty, &STEPS);
                let mut left = random.random::<f64>();
                let inside = |probability: &&f64| {
                    left -= **probability;
                    left > 0.0
                };
                let score = categories.probabilities.iter().take_while(inside).count().min(STEPS.len());
                input.person.push(person);
                input.level.extend([rater, criterion]);
                input.score.push(score as i64);
            }
        }
    }
    input
}

#[divan::bench(args = [5_000, 41_667], sample_count = 5)]
fn joint(bencher: Bencher<'_, '_>, persons: usize) {
    let input = simulated(persons);
    bencher.counter(ItemsCount::new(input.ratings())).bench_local(|| black_box(fit(&input, &[])));
}

#[divan::bench(args = [5_000], sample_count = 3)]
fn marginal(bencher: Bencher<'_, '_>, persons: usize) {
    let input = simulated(persons);
    bencher.counter(ItemsCount::new(input.ratings())).bench_local(|| black_box(fit_marginal(&input, &[])));
}

/// The table and five coefficients.
#[divan::bench(args = [41_667], sample_count = 5)]
fn agreement(bencher: Bencher<'_, '_>, persons: usize) {
    let input = simulated(persons);
    let cells: Vec<(usize, usize, f64)> = (0..input.ratings())
        .map(|rating| {
            let levels = input.levels_of(rating);
            (input.person[rating] * CRITERIA + levels[1], levels[0], input.score[rating] as f64)
        })
        .collect();
    bencher.counter(ItemsCount::new(input.ratings())).bench_local(|| {
        let weights = CategoryWeights::Quadratic;
        RatingTable::new(&cells, None).map(|table| {
            black_box((
                fleiss_kappa(&table, weights),
                conger_kappa(&table, weights),
                gwet_ac(&table, weights),
                brennan_prediger(&table, weights),
                krippendorff_alpha(&table, Metric::Interval),
            ))
        })
    });
}

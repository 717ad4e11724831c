//! Whether planted copying is clear and honest sheets are not alike: every pair of the demonstration against the
//! model that the answers were drawn from.

use kaojian::simulate::parameters::{PlantKind, SimulateParameters};
use kaojian::simulate::plan::CityPlan;
use kaojian::simulate::sitting::hold;
use kaojian::simulate::test_form::TestForm;
use std::collections::BTreeSet;

/// Number, answers, and option probabilities at the candidate's ability.
type Sheet<'a> = (&'a String, &'a Vec<u8>, Vec<[f64; 4]>);

/// Nodes of the ability grid and its prior, as the simulator draws abilities.
fn grid() -> Vec<(f64, f64)> {
    (0..81)
        .map(|node| -3.4 + 0.1 * f64::from(node))
        .map(|theta| (theta, (-0.5 * (theta - 0.6) * (theta - 0.6)).exp()))
        .collect()
}

/// Posterior mean of the ability under the true items.
fn ability(form: &TestForm, sheet: &[u8]) -> f64 {
    let (mut total, mut weighted) = (0.0, 0.0);
    for (theta, prior) in grid() {
        let likelihood: f64 = form
            .items
            .iter()
            .zip(sheet)
            .filter(|(_, code)| (1..=4).contains(*code))
            .map(|(item, code)| item.model.probabilities(theta)[usize::from(*code) - 1])
            .product();
        total += prior * likelihood;
        weighted += prior * likelihood * theta;
    }
    weighted / total
}

/// P(at least `matches` of independent trials succeed), by recursion over the number of successes.
fn tail(probabilities: &[f64], matches: usize) -> f64 {
    let mut counts = vec![0.0; probabilities.len() + 1];
    counts[0] = 1.0;
    for (trial, probability) in probabilities.iter().enumerate() {
        for count in (0..=trial + 1).rev() {
            let below = if count == 0 { 0.0 } else { counts[count - 1] };
            counts[count] = counts[count] * (1.0 - probability) + below * probability;
        }
    }
    counts[matches..].iter().sum()
}

#[test]
fn the_tail_of_a_fair_coin() {
    assert!((tail(&[0.5; 4], 3) - 5.0 / 16.0).abs() < 1e-15);
    assert!((tail(&[0.2, 0.7], 2) - 0.14).abs() < 1e-15);
}

#[test]
fn planted_pairs_are_beyond_chance_and_honest_ones_within_it() {
    let plan = CityPlan::new(&SimulateParameters::demo()).expect("plan");
    for batch in &plan.batches {
        let form = TestForm::new(&plan, batch.form);
        let exam = hold(&plan, batch, &form).expect("exam");
        let planted: BTreeSet<(String, String)> =
            exam.plants.iter().flat_map(|plant| plant.similar_pairs.iter().cloned()).collect();
        let together: BTreeSet<&String> = planted.iter().flat_map(|(a, b)| [a, b]).collect();
        let sheets: Vec<Sheet<'_>> = exam
            .candidates
            .iter()
            .zip(&exam.sheets)
            .filter_map(|(person, sheet)| sheet.as_ref().map(|sheet| (&person.candidate_id, sheet)))
            .map(|(id, sheet)| {
                let theta = ability(&form, sheet);
                (id, sheet, form.items.iter().map(|item| item.model.probabilities(theta)).collect())
            })
            .collect();
        let pairs = sheets.len() * sheets.len().saturating_sub(1) / 2;
        let mut honest_smallest: f64 = 1.0;
        for (place, (a, sheet_a, model_a)) in sheets.iter().enumerate() {
            for (b, sheet_b, model_b) in &sheets[place + 1..] {
                let matches = sheet_a.iter().zip(*sheet_b).filter(|(x, y)| x == y).count();
                let chance: Vec<f64> =
                    model_a.iter().zip(model_b).map(|(p, q)| p.iter().zip(q).map(|(p, q)| p * q).sum()).collect();
                let p_value = tail(&chance, matches);
                if planted.contains(&((*a).clone(), (*b).clone())) {
                    // A hundred times beyond Holm at 0.01 over all pairs of the form.
                    assert!(p_value * (pairs as f64) < 1e-4, "{a} {b} {p_value:e}");
                } else if !(together.contains(*a) && together.contains(*b)) {
                    honest_smallest = honest_smallest.min(p_value);
                }
            }
        }
        // Five times short of Holm at 0.01.
        assert!(
            sheets.is_empty() || honest_smallest * pairs as f64 > 0.05,
            "{} {honest_smallest:e} of {pairs}",
            batch.batch_id
        );
        let copying = batch
            .plants
            .iter()
            .any(|kind| matches!(kind, PlantKind::CopiedSheets { .. } | PlantKind::IdenticalSheets { .. }));
        assert_eq!(copying, !planted.is_empty());
    }
}

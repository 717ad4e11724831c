//! Tails, Wesolowsky's model and GBT against reference values of other programs.

use super::data::{golden, number, rows};
use kaojian::psychometrics::nominal::{self, NominalSettings};
use kaojian::psychometrics::nominal_item::{NominalItem, NominalPrior};
use kaojian::psychometrics::wesolowsky::{match_probability, probability_correct, solve_ability, standardised_matches};
use kaojian::stats::binomial;
use kaojian::stats::poisson_binomial::{distribution, mid_p, upper_tail};
use std::collections::BTreeMap;

/// Tails by recursion keep about one unit in the last place a trial.
const TAIL_TOLERANCE: f64 = 1e-12;
/// Agreement with other programs.
const PEER_TOLERANCE: f64 = 1e-6;

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    // Below 1e-307 doubles lose digits: only the logarithm is compared there.
    let scale = expected.abs().max(1e-307);
    assert!((found - expected).abs() <= tolerance * scale, "{what}: found {found:e}, expected {expected:e}");
}

/// Logarithms near zero stand for probabilities near one, where the absolute error counts.
#[track_caller]
fn close_log10(found: f64, expected: f64, what: &str) {
    let allowed = TAIL_TOLERANCE * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "{what}: log10 found {found}, expected {expected}");
}

#[test]
fn poisson_binomial_tails_have_sixty_digit_references() {
    let Some(folder) = golden("exact_tails") else { return };
    let mut probabilities: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in rows(&folder.join("poisson_binomial_probs.csv")) {
        probabilities.entry(row[0].clone()).or_default().push(number(&row[2]));
    }
    let mut deepest: f64 = 0.0;
    let expected = rows(&folder.join("poisson_binomial_expected.csv"));
    for row in &expected {
        let p = &probabilities[&row[0]];
        let k: usize = row[3].parse().unwrap();
        let what = format!("case {}, k = {k}", row[0]);
        let tail = upper_tail(p, k);
        close(tail.probability, number(&row[6]), TAIL_TOLERANCE, &what);
        close_log10(tail.log10, number(&row[7]), &what);
        if number(&row[8]) > 1e-290 {
            close(distribution(p)[k], number(&row[8]), TAIL_TOLERANCE, &what);
            close(mid_p(p, k), number(&row[9]), TAIL_TOLERANCE, &what);
        }
        deepest = deepest.min(number(&row[7]));
    }
    assert!(expected.len() > 100 && deepest < -300.0, "{} rows down to 1e{deepest}", expected.len());
}

#[test]
fn binomial_tails_have_sixty_digit_references() {
    let Some(folder) = golden("exact_tails") else { return };
    for row in rows(&folder.join("k_s1_expected.csv")) {
        let (n, p, k) = (row[0].parse().unwrap(), number(&row[1]), row[2].parse().unwrap());
        let tail = binomial::upper_tail(k, n, p);
        let what = format!("n = {n}, p = {p}, k = {k}");
        close(tail.probability, number(&row[3]), TAIL_TOLERANCE, &what);
        close_log10(tail.log10, number(&row[4]), &what);
    }
}

/// Checks one data set of the reference: abilities, and mean, deviation, z and exact p of its pairs.
fn check_wesolowsky(name: &str) {
    let Some(folder) = golden("wesolowsky_reference") else { return };
    let items = rows(&folder.join(format!("{name}_items.csv")));
    let proportions: Vec<f64> = items.iter().map(|row| number(&row[2])).collect();
    let squares: Vec<f64> = items.iter().map(|row| number(&row[3])).collect();
    let persons = rows(&folder.join(format!("{name}_persons.csv")));
    let abilities: Vec<f64> = persons.iter().map(|row| number(&row[1])).collect();
    let mut complete = 0;
    for (row, ability) in persons.iter().zip(&abilities) {
        let solved = solve_ability(&proportions, number(&row[2]));
        // A person with blanks has an ability from the items answered only; those are checked in pairs.
        if (solved / ability - 1.0).abs() < PEER_TOLERANCE {
            complete += 1;
        }
    }
    eprintln!("{name}: ability agrees for {complete} of {} persons taken as complete", persons.len());
    assert!(complete as f64 > 0.9 * persons.len() as f64);
    let mut checked = 0;
    for row in rows(&folder.join(format!("{name}_pairs.csv"))) {
        let (i, j): (usize, usize) = (row[0].parse().unwrap(), row[1].parse().unwrap());
        let matches: usize = row[3].parse().unwrap();
        if row[2].parse::<usize>().unwrap() != items.len() {
            continue;
        }
        let p: Vec<f64> = proportions
            .iter()
            .zip(&squares)
            .map(|(&r, &square)| {
                let right = |person: usize| probability_correct(r, abilities[person - 1]);
                match_probability(right(i), right(j), square)
            })
            .collect();
        let what = format!("{name}: pair {i}, {j}");
        close(p.iter().sum(), number(&row[5]), PEER_TOLERANCE, &what);
        close(p.iter().map(|p| p * (1.0 - p)).sum::<f64>().sqrt(), number(&row[6]), PEER_TOLERANCE, &what);
        close(standardised_matches(&p, matches), number(&row[7]), PEER_TOLERANCE, &what);
        close(upper_tail(&p, matches).probability, number(&row[9]), PEER_TOLERANCE, &what);
        checked += 1;
    }
    assert!(checked > 100, "{name}: only {checked} pairs");
}

#[test]
fn wesolowsky_agrees_with_the_reference() {
    for name in ["negocios", "form1", "form2_inferred_key"] {
        check_wesolowsky(name);
    }
}

#[test]
fn wesolowsky_abilities_of_sheets_with_blanks_agree_too() {
    let (Some(reference), Some(data)) = (golden("wesolowsky_reference"), golden("data/credential_form1")) else {
        return;
    };
    let proportions: Vec<f64> = rows(&reference.join("form1_items.csv")).iter().map(|row| number(&row[2])).collect();
    let responses = rows(&data.join("responses_nominal.csv"));
    let mut with_blanks = 0;
    for (row, person) in responses.iter().zip(rows(&reference.join("form1_persons.csv"))) {
        let answered: Vec<f64> = row[1..]
            .iter()
            .zip(&proportions)
            .filter(|(response, _)| response.parse::<u8>().is_ok_and(|code| code > 0))
            .map(|(_, r)| *r)
            .collect();
        with_blanks += usize::from(answered.len() < proportions.len());
        close(solve_ability(&answered, number(&person[2])), number(&person[1]), PEER_TOLERANCE, &person[0]);
    }
    eprintln!("form1: abilities of {} persons agree, {with_blanks} of them with blanks", responses.len());
    assert!(with_blanks > 20);
}

/// With two categories the nominal model is the 2PL: slope and intercept are differences of the categories'.
fn check_two_categories(name: &str, responses: &str) {
    let Some(folder) = golden("mirt_2pl_3pl") else { return };
    let scored = rows(&folder.join(responses));
    let codes: Vec<u8> = scored.iter().flatten().map(|text| text.parse::<u8>().map_or(0, |score| score + 1)).collect();
    let items = scored[0].len();
    let start: Vec<f64> = codes.chunks_exact(items).map(|row| row.iter().map(|code| f64::from(*code)).sum()).collect();
    let settings = NominalSettings {
        nodes: 61,
        range: 6.0,
        maximum_iterations: 2000,
        relative_tolerance: 1e-13,
        prior: NominalPrior { slope_precision: 0.0, intercept_precision: 0.0 },
    };
    let fitted = nominal::fit(&codes, &vec![2; items], &start, &settings).unwrap();
    let expected = number(&rows(&folder.join(format!("{name}_fit.csv")))[0][1]);
    eprintln!("{name}: log-likelihood {} (mirt {expected}), {} iterations", fitted.log_likelihood, fitted.iterations);
    assert!(fitted.converged);
    assert!((fitted.log_likelihood - expected).abs() < 1e-4);
    // Both programs stop somewhere near the maximum: parameters agree to what that leaves.
    let near = |found: f64, expected: &str| {
        assert!((found - number(expected)).abs() < 1e-3, "{name}: found {found}, expected {expected}");
    };
    for (item, row) in fitted.items.iter().zip(rows(&folder.join(format!("{name}_items.csv")))) {
        near(item.slopes[1] - item.slopes[0], &row[5]);
        near(item.intercepts[1] - item.intercepts[0], &row[6]);
    }
    let persons = rows(&folder.join(format!("{name}_persons.csv")));
    assert_eq!(persons.len(), fitted.abilities.len());
    for (row, (theta, error)) in persons.iter().zip(fitted.abilities.iter().zip(&fitted.ability_errors)) {
        near(*theta, &row[1]);
        near(*error, &row[2]);
    }
}

#[test]
fn the_nominal_model_of_two_categories_is_the_two_parameter_model_of_mirt() {
    check_two_categories("lsat7_2pl", "lsat7_responses.csv");
    check_two_categories("sat12_2pl", "sat12_scored.csv");
}

#[test]
fn gbt_under_a_given_nominal_model_agrees_with_aberrance() {
    let Some(folder) = golden("aberrance_similarity") else { return };
    let items: Vec<NominalItem> = rows(&folder.join("resp_items.csv"))
        .iter()
        .map(|row| {
            let values: Vec<f64> = row.iter().map(|text| number(text)).collect();
            NominalItem { slopes: values[..4].to_vec(), intercepts: values[4..].to_vec() }
        })
        .collect();
    let thetas: Vec<f64> = rows(&folder.join("resp_xi.csv")).iter().map(|row| number(&row[0])).collect();
    let codes: Vec<u8> =
        rows(&folder.join("resp_responses.csv")).iter().flatten().map(|text| text.parse().unwrap()).collect();
    let table = thetas
        .iter()
        .flat_map(|&theta| kaojian::detect::similarity::response_model::cell_probabilities(&items, theta))
        .collect();
    let model = kaojian::detect::similarity::response_model::ResponseModel::from_classes(
        kaojian::detect::similarity::response_model::ModelKind::Nominal,
        &vec![4; items.len()],
        (0..thetas.len() as u32).collect(),
        table,
    );
    let row_of = |person: usize| &codes[person * items.len()..(person + 1) * items.len()];
    let expected = rows(&folder.join("resp_expected.csv"));
    for row in &expected {
        let (i, j): (usize, usize) = (row[0].parse::<usize>().unwrap() - 1, row[1].parse::<usize>().unwrap() - 1);
        let p: Vec<f64> = (0..items.len()).map(|item| model.match_probability(i, j, item)).collect();
        let matches = row_of(i).iter().zip(row_of(j)).filter(|(a, b)| a == b).count();
        close(upper_tail(&p, matches).probability, number(&row[8]), PEER_TOLERANCE, &format!("pair {i}, {j}"));
    }
    assert_eq!(expected.len(), thetas.len() * (thetas.len() - 1) / 2);
}

//! The two-parameter and the Rasch model against mirt, and their standard errors against the likelihood itself.

use super::data::{golden, number, rows};
use kaojian::psychometrics::ability::{maximum_likelihood, posterior_mode};
use kaojian::psychometrics::dichotomous::{DichotomousModel, DichotomousSettings, fit, standard_errors};
use kaojian::stats::cholesky::Cholesky;

fn scored(name: &str) -> Option<(Vec<Option<bool>>, usize)> {
    let table = rows(&golden("mirt_2pl_3pl")?.join(name));
    let items = table[0].len();
    Some((table.iter().flatten().map(|text| text.parse::<u8>().ok().map(|score| score == 1)).collect(), items))
}

fn check(name: &str, responses: &str, model: DichotomousModel) {
    let (Some(folder), Some((responses, items))) = (golden("mirt_2pl_3pl"), scored(responses)) else { return };
    let settings = DichotomousSettings::maximum_likelihood(model);
    let fitted = fit(&responses, items, &settings).unwrap();
    let expected = number(&rows(&folder.join(format!("{name}_fit.csv")))[0][1]);
    eprintln!("{name}: log-likelihood {} (mirt {expected}), {} E-steps", fitted.log_likelihood, fitted.iterations);
    assert!(fitted.converged);
    assert!((fitted.log_likelihood - expected).abs() < 1e-4);
    let mut largest: f64 = 0.0;
    let mut near = |found: f64, expected: &str, what: &str| {
        // Far out the likelihood is flat, and errors of several logits follow the parameters' last digits.
        let difference = (found - number(expected)).abs() / number(expected).abs().max(1.0);
        largest = largest.max(difference);
        assert!(difference < 1e-3, "{name}, {what}: found {found}, expected {expected}");
    };
    for (item, row) in fitted.items.iter().zip(rows(&folder.join(format!("{name}_items.csv")))) {
        near(item.slope, &row[1], &row[0]);
        near(item.difficulty(), &row[2], &row[0]);
        near(item.intercept, &row[6], &row[0]);
    }
    let persons = rows(&folder.join(format!("{name}_persons.csv")));
    for ((row, ability), answers) in persons.iter().zip(&fitted.abilities).zip(responses.chunks_exact(items)) {
        near(ability.0, &row[1], "EAP");
        near(ability.1, &row[2], "EAP error");
        let (mode, error) = posterior_mode(&fitted.items, answers, fitted.theta_deviation);
        near(mode, &row[3], "MAP");
        near(error, &row[4], "MAP error");
        let (theta, error) = maximum_likelihood(&fitted.items, answers);
        if theta.is_infinite() {
            assert_eq!(theta, number(&row[5]));
        } else {
            near(theta, &row[5], "ML");
            near(error, &row[6], "ML error");
        }
    }
    eprintln!("{name}: largest difference of a parameter or a person {largest:.1e}");
}

#[test]
fn the_two_parameter_model_agrees_with_mirt() {
    check("lsat7_2pl", "lsat7_responses.csv", DichotomousModel::TwoParameter);
    check("sat12_2pl", "sat12_scored.csv", DichotomousModel::TwoParameter);
}

#[test]
fn the_rasch_model_agrees_with_mirt() {
    check("lsat7_rasch", "lsat7_responses.csv", DichotomousModel::Rasch);
}

/// ln of the marginal likelihood, from its definition on a finer grid than the fit's.
fn log_likelihood(parameters: &[f64], responses: &[Option<bool>], items: usize, rasch: bool) -> f64 {
    let nodes: Vec<f64> = (-400..=400).map(|q| f64::from(q) * 0.02).collect();
    let weights: Vec<f64> =
        nodes.iter().map(|node| 0.02 * (-0.5 * node * node).exp() / std::f64::consts::TAU.sqrt()).collect();
    let of = |item: usize| {
        if rasch { (parameters[items], parameters[item]) } else { (parameters[2 * item], parameters[2 * item + 1]) }
    };
    // Few items have few patterns: each is integrated once.
    let mut patterns: std::collections::BTreeMap<&[Option<bool>], f64> = Default::default();
    responses.chunks_exact(items).for_each(|row| *patterns.entry(row).or_default() += 1.0);
    patterns
        .iter()
        .map(|(row, count)| {
            let integral: f64 = nodes
                .iter()
                .zip(&weights)
                .map(|(theta, weight)| {
                    let likelihood = row.iter().enumerate().fold(1.0, |product, (item, response)| {
                        let (slope, intercept) = of(item);
                        let p = 1.0 / (1.0 + (-(slope * theta + intercept)).exp());
                        product * if *response == Some(true) { p } else { 1.0 - p }
                    });
                    likelihood * weight
                })
                .sum();
            count * integral.ln()
        })
        .sum()
}

#[test]
fn standard_errors_are_those_of_the_curvature_of_the_likelihood() {
    let Some((responses, items)) = scored("lsat7_responses.csv") else { return };
    for model in [DichotomousModel::TwoParameter, DichotomousModel::Rasch] {
        let settings = DichotomousSettings::maximum_likelihood(model);
        let fitted = fit(&responses, items, &settings).unwrap();
        let errors = standard_errors(&responses, &fitted, &settings).unwrap();
        let rasch = model == DichotomousModel::Rasch;
        let mut parameters: Vec<f64> = if rasch {
            fitted.items.iter().map(|item| item.intercept).collect()
        } else {
            fitted.items.iter().flat_map(|item| [item.slope, item.intercept]).collect()
        };
        parameters.extend(rasch.then_some(fitted.theta_deviation));
        let size = parameters.len();
        // Second differences of the likelihood itself.
        let step = 1e-2;
        let at = |moves: &[(usize, f64)]| {
            let mut moved = parameters.clone();
            moves.iter().for_each(|(place, by)| moved[*place] += by);
            log_likelihood(&moved, &responses, items, rasch)
        };
        let mut information = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let cross = at(&[(i, step), (j, step)]) - at(&[(i, step), (j, -step)]) - at(&[(i, -step), (j, step)])
                    + at(&[(i, -step), (j, -step)]);
                information[i * size + j] = -cross / (4.0 * step * step);
                information[j * size + i] = information[i * size + j];
            }
        }
        let covariance = Cholesky::new(&information, size).unwrap().inverse();
        let expected: Vec<f64> = (0..size).map(|i| covariance[i * size + i].sqrt()).collect();
        let found: Vec<f64> = if rasch {
            errors.intercepts.iter().copied().chain(errors.theta_deviation).collect()
        } else {
            errors.slopes.iter().zip(&errors.intercepts).flat_map(|(slope, intercept)| [*slope, *intercept]).collect()
        };
        eprintln!("{model:?}: standard errors {found:.4?}");
        for (found, expected) in found.iter().zip(&expected) {
            // A second difference with a step of 0.01 is itself good to about 1e-4.
            assert!((found / expected - 1.0).abs() < 1e-3, "{model:?}: {found} {expected}");
        }
    }
}

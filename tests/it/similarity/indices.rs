//! The published indices against 60-digit tails and against two R packages.

use super::data::{golden, number, rows};
use kaojian::psychometrics::dichotomous_item::DichotomousItem;
use kaojian::psychometrics::graded_item::GradedItem;
use kaojian::psychometrics::nominal_item::NominalItem;
use kaojian::psychometrics::similarity::incorrect_matches::BinomialNull;
use kaojian::psychometrics::similarity::match_pattern::m4;
use kaojian::psychometrics::similarity::omega::{omega, weighted_omega};
use kaojian::psychometrics::similarity::poisson_matches::{PoissonNull, WeightedMatches};
use kaojian::psychometrics::similarity::wrong_count_regression::SharedResponses;
use kaojian::stats::normal;
use kaojian::stats::poisson;
use kaojian::stats::poisson_binomial::upper_tail;
use std::collections::BTreeMap;

const PEER_TOLERANCE: f64 = 1e-6;

#[track_caller]
fn close(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() <= PEER_TOLERANCE * expected.abs(),
        "{what}: found {found:e}, expected {expected:e}"
    );
}

#[test]
fn m4_tails_have_sixty_digit_references() {
    let Some(folder) = golden("exact_tails") else { return };
    let mut probabilities: BTreeMap<String, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for row in rows(&folder.join("m4_probs.csv")) {
        let (right, wrong) = probabilities.entry(row[0].clone()).or_default();
        right.push(number(&row[2]));
        wrong.push(number(&row[3]));
    }
    let expected = rows(&folder.join("m4_expected.csv"));
    assert!(expected.len() > 30);
    for row in expected {
        let (right, wrong) = &probabilities[&row[0]];
        let tail = m4(right, wrong, row[2].parse().unwrap(), row[3].parse().unwrap());
        let what = format!("case {}, {} right and {} wrong", row[0], row[2], row[3]);
        assert!((tail.probability / number(&row[5]) - 1.0).abs() < 1e-12, "{what}: {tail:?}");
        assert!((tail.log10 - number(&row[6])).abs() < 1e-12 * number(&row[6]).abs().max(1.0), "{what}: {tail:?}");
    }
}

#[test]
fn truncated_poisson_tails_have_sixty_digit_references() {
    let Some(folder) = golden("exact_tails") else { return };
    let mut deepest: f64 = 0.0;
    for row in rows(&folder.join("k_s1_expected.csv")) {
        let (most, rate, matches): (u64, f64, u64) =
            (row[0].parse().unwrap(), number(&row[1]), row[2].parse().unwrap());
        let tail = poisson::between(most as f64 * rate, matches, most);
        let what = format!("w_s = {most}, rate {rate}, m = {matches}");
        assert!((tail.probability / number(&row[5]) - 1.0).abs() < 1e-12, "{what}: {tail:?}");
        assert!((tail.log10 - number(&row[6])).abs() < 1e-12 * number(&row[6]).abs().max(1.0), "{what}: {tail:?}");
        deepest = deepest.min(tail.log10);
    }
    assert!(deepest < -50.0);
}

/// Checks all pairs of a case of aberrance: `probabilities[person][item]` are those of the categories.
fn check_aberrance(name: &str, suffix: &str, probabilities: &[Vec<Vec<f64>>], codes: &[Vec<usize>], key: usize) {
    let Some(folder) = golden("aberrance_similarity") else { return };
    let path = folder.join(format!("{name}_expected.csv"));
    let header: Vec<String> =
        csv::Reader::from_path(&path).unwrap().headers().unwrap().iter().map(str::to_owned).collect();
    let column = |index: &str, what: &str| {
        header.iter().position(|column| *column == format!("{index}_{suffix}_{what}")).expect("the column")
    };
    let expected = rows(&path);
    assert_eq!(expected.len(), codes.len() * (codes.len() - 1) / 2);
    for row in &expected {
        let (i, j): (usize, usize) = (row[0].parse::<usize>().unwrap() - 1, row[1].parse::<usize>().unwrap() - 1);
        let cells = |category: usize| {
            let both = probabilities[i].iter().zip(&probabilities[j]);
            both.map(|(a, b)| a[category] * b[category]).collect::<Vec<f64>>()
        };
        let all: Vec<f64> = probabilities[i]
            .iter()
            .zip(&probabilities[j])
            .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b).sum())
            .collect();
        let right = cells(key);
        let wrong: Vec<f64> = all.iter().zip(&right).map(|(all, right)| all - right).collect();
        let matched: Vec<bool> = codes[i].iter().zip(&codes[j]).map(|(a, b)| a == b).collect();
        let matches = matched.iter().filter(|matched| **matched).count();
        let matched_right = codes[i].iter().zip(&codes[j]).filter(|(a, b)| a == b && **a == key).count();
        let what = format!("{name}: pair {}, {}", i + 1, j + 1);
        let found = omega(&all, matches).statistic;
        // The peer's p is the normal tail; ours is exact, so only the statistic and its tail are compared.
        close(found, number(&row[column("OMG", "stat")]), &what);
        close(normal::upper_tail(found), number(&row[column("OMG", "p")]), &what);
        close(weighted_omega(&all, &matched).statistic, number(&row[column("WOMG", "stat")]), &what);
        close(upper_tail(&all, matches).probability, number(&row[column("GBT", "p")]), &what);
        let pattern = m4(&right, &wrong, matched_right, matches - matched_right);
        close(pattern.probability, number(&row[column("M4", "p")]), &what);
    }
    eprintln!("{name}: omega, weighted omega, GBT and M4 of {} pairs agree", expected.len());
}

fn table(name: &str) -> Option<Vec<Vec<f64>>> {
    let folder = golden("aberrance_similarity")?;
    Some(rows(&folder.join(name)).iter().map(|row| row.iter().map(|text| number(text)).collect()).collect())
}

fn codes_of(name: &str, lowest: f64) -> Vec<Vec<usize>> {
    table(name).unwrap().iter().map(|row| row.iter().map(|value| (value - lowest) as usize).collect()).collect()
}

#[test]
fn indices_of_the_nominal_model_agree_with_aberrance() {
    let (Some(items), Some(thetas)) = (table("resp_items.csv"), table("resp_xi.csv")) else { return };
    let probabilities: Vec<Vec<Vec<f64>>> = thetas
        .iter()
        .map(|theta| {
            let of_item = |values: &Vec<f64>| {
                let item = NominalItem { slopes: values[..4].to_vec(), intercepts: values[4..].to_vec() };
                let mut cells = vec![0.0; 4];
                item.probabilities_into(theta[0], &mut cells);
                cells
            };
            items.iter().map(of_item).collect()
        })
        .collect();
    check_aberrance("resp", "R", &probabilities, &codes_of("resp_responses.csv", 1.0), 3);
}

#[test]
fn indices_of_the_three_parameter_model_agree_with_aberrance() {
    let (Some(items), Some(thetas)) = (table("score_items.csv"), table("score_xi.csv")) else { return };
    let probabilities: Vec<Vec<Vec<f64>>> = thetas
        .iter()
        .map(|theta| {
            let of_item = |values: &Vec<f64>| {
                let right = DichotomousItem::from_difficulty(values[0], values[1], values[2]).probability(theta[0]);
                vec![1.0 - right, right]
            };
            items.iter().map(of_item).collect()
        })
        .collect();
    check_aberrance("score", "S", &probabilities, &codes_of("score_responses.csv", 0.0), 1);
}

#[test]
fn indices_of_the_graded_model_agree_with_aberrance() {
    let (Some(items), Some(thetas)) = (table("grm_items.csv"), table("grm_xi.csv")) else { return };
    let probabilities: Vec<Vec<Vec<f64>>> = thetas
        .iter()
        .map(|theta| {
            let of_item = |values: &Vec<f64>| {
                GradedItem { slope: values[0], thresholds: values[1..].to_vec() }.probabilities(theta[0])
            };
            items.iter().map(of_item).collect()
        })
        .collect();
    check_aberrance("grm", "S", &probabilities, &codes_of("grm_responses.csv", 0.0), 3);
}

#[test]
fn indices_of_scored_data_agree_with_copydetect() {
    let Some(folder) = golden("copydetect_dich_form1") else { return };
    let responses: Vec<Vec<Option<bool>>> = rows(&folder.join("responses.csv"))
        .iter()
        .map(|row| row[1..].iter().map(|text| text.parse::<u8>().ok().map(|score| score == 1)).collect())
        .collect();
    let items: Vec<DichotomousItem> = rows(&folder.join("items_2pl.csv"))
        .iter()
        .map(|row| DichotomousItem::from_difficulty(number(&row[1]), number(&row[2]), number(&row[3])))
        .collect();
    let thetas: Vec<f64> = rows(&folder.join("thetas.csv")).iter().map(|row| number(&row[1])).collect();
    let count = items.len();
    let wrong: Vec<u32> =
        responses.iter().map(|row| row.iter().filter(|response| **response == Some(false)).count() as u32).collect();
    let both_wrong = |a: usize, b: usize| {
        let both = responses[a].iter().zip(&responses[b]);
        both.filter(|pair| *pair == (&Some(false), &Some(false))).count() as u32
    };
    let weighted = WeightedMatches::new(wrong.iter().copied().zip(responses.iter().map(Vec::as_slice)), count);
    let header: Vec<String> = csv::Reader::from_path(folder.join("expected_pairs.csv"))
        .unwrap()
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let expected = rows(&folder.join("expected_pairs.csv"));
    let mut with_equal_counts = 0;
    for row in &expected {
        let of = |name: &str| number(&row[header.iter().position(|column| column == name).expect(name)]);
        let (copier, source) = (of("copier") as usize - 1, of("source") as usize - 1);
        let what = format!("copier {}, source {}", copier + 1, source + 1);
        let pair = || responses[copier].iter().zip(&responses[source]);
        let matches = pair().filter(|(a, b)| a == b).count();
        assert_eq!(matches, of("obs_match") as usize, "{what}");
        let right = |person: usize| {
            let theta = thetas[person];
            items.iter().map(move |item| item.probability(theta))
        };
        // The copier gives the source's response.
        let directed: Vec<f64> = right(copier)
            .zip(&responses[source])
            .map(|(p, response)| if *response == Some(true) { p } else { 1.0 - p })
            .collect();
        let found = omega(&directed, matches);
        close(found.expected, of("omega_exp"), &what);
        close(found.deviation, of("omega_sd"), &what);
        close(found.statistic, of("omega_W"), &what);
        let both: Vec<f64> = right(copier).zip(right(source)).map(|(a, b)| a * b).collect();
        let neither: Vec<f64> = right(copier).zip(right(source)).map(|(a, b)| (1.0 - a) * (1.0 - b)).collect();
        let all: Vec<f64> = both.iter().zip(&neither).map(|(a, b)| a + b).collect();
        close(upper_tail(&all, matches).probability, of("GBT_cran13_p"), &what);
        let identical_wrong = both_wrong(copier, source);
        let pattern = m4(&both, &neither, matches - identical_wrong as usize, identical_wrong as usize);
        close(pattern.probability, of("M4_cran13_p"), &what);

        let others = || (0..responses.len()).filter(|person| *person != source);
        let shared = |person: usize| SharedResponses {
            wrong: wrong[person],
            trials: wrong[source],
            matches: f64::from(both_wrong(person, source)),
        };
        let (r, most) = (wrong[copier], wrong[source]);
        let binomial = BinomialNull::new(others().map(shared), count);
        close(binomial.k(r, identical_wrong, most).unwrap().probability, of("K_gh14_p"), &what);
        if r == most {
            // CopyDetect 1.3 keeps the source in the group it is compared with, against Holland (1996), who takes
            // the other persons: a source agrees with itself throughout, which raises the rate. 1.4 has it right.
            let with_source = BinomialNull::new((0..responses.len()).map(shared), count);
            close(with_source.k(r, identical_wrong, most).unwrap().probability, of("K_cran13_p"), &what);
            with_equal_counts += 1;
        } else {
            assert_eq!(of("K_gh14_p"), of("K_cran13_p"), "{what}");
        }
        close(binomial.k1(r, identical_wrong, most).probability, of("K1_cran13_p"), &what);
        close(binomial.k2(r, identical_wrong, most).probability, of("K2_cran13_p"), &what);
        let poisson = PoissonNull::new(others().map(shared), count);
        close(poisson.tail(r, identical_wrong, most).probability, of("S1_cran13_p"), &what);
        let weight = |person: usize| {
            let person_row = (wrong[person], responses[person].as_slice());
            let source_row = (wrong[source], responses[source].as_slice());
            weighted.of(person_row, source_row, both_wrong(person, source))
        };
        let weighted_null = PoissonNull::new(
            others().map(|person| SharedResponses {
                wrong: wrong[person],
                trials: count as u32,
                matches: weight(person),
            }),
            count,
        );
        close(weighted_null.tail(r, weight(copier) as u32, count as u32).probability, of("S2_cran13_p"), &what);
    }
    assert!(expected.len() > 100 && with_equal_counts > 5);
    eprintln!("omega, GBT, M4, K, K1, K2, S1 and S2 of {} pairs agree", expected.len());
}

//! `kaojian agreement`, `raters` and `passline`, from a file to results.

use crate::support::kaojian;
use kaojian::psychometrics::facets::categories::Categories;
use kaojian::psychometrics::facets::estimate::fit;
use kaojian::psychometrics::facets::input::FacetsInput;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::path::{Path, PathBuf};

/// Ratings of a known model: severities of raters and criteria, a scale of six.
pub(super) fn simulated(persons: usize, raters: usize, criteria: usize, seed: u64) -> (FacetsInput, Vec<f64>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let severities: Vec<f64> = (0..raters).map(|r| 1.2 * (r as f64 / (raters - 1) as f64 - 0.5)).collect();
    let steps = [-2.0, -1.0, 0.0, 1.0, 2.0];
    let mut input = FacetsInput { persons, levels: vec![raters, criteria], ..FacetsInput::default() };
    let mut categories = Categories::default();
    for person in 0..persons {
        let ability = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < 3 {
            let rater = random.random_range(0..raters);
            if !chosen.contains(&rater) {
                chosen.push(rater);
            }
        }
        for rater in chosen {
            for criterion in 0..criteria {
                let difficulty = 0.1 * (criterion as f64 - (criteria - 1) as f64 / 2.0);
                categories.compute(ability - severities[rater] - difficulty, &steps);
                let mut left = random.random::<f64>();
                let mut score = 0;
                while score < 5 && left > categories.probabilities[score as usize] {
                    left -= categories.probabilities[score as usize];
                    score += 1;
                }
                input.person.push(person);
                input.level.extend([rater, criterion]);
                input.score.push(score);
            }
        }
    }
    (input, severities)
}

#[test]
#[allow(clippy::print_stderr)]
fn severities_of_120_000_ratings_are_recovered() {
    let (input, truth) = simulated(5_000, 60, 8, 20);
    assert_eq!(input.ratings(), 120_000);
    let start = std::time::Instant::now();
    let fitted = fit(&input, &[]).unwrap();
    eprintln!(
        "120,000 ratings: {:?}, {} iterations, residual {:e}",
        start.elapsed(),
        fitted.iterations,
        fitted.residual
    );
    assert!(fitted.residual < 1e-9);
    // 24 ratings a person: the joint estimate stretches by about 24/23.
    let apart: Vec<f64> = (0..60)
        .map(|r| (fitted.severity(0, r).unwrap() * 23.0 / 24.0 - truth[r]) / fitted.severity_error(0, r).unwrap())
        .collect();
    let spread = (apart.iter().map(|z| z * z).sum::<f64>() / 59.0).sqrt();
    assert!((0.75..1.3).contains(&spread) && apart.iter().all(|z| z.abs() < 4.0), "{spread}: {apart:?}");
}

fn write_ratings(path: &Path, input: &FacetsInput) {
    let mut text = String::from("person,rater,criterion,score\n");
    for rating in 0..input.ratings() {
        let levels = input.levels_of(rating);
        text += &format!("p{},r{:02},c{},{}\n", input.person[rating], levels[0], levels[1], input.score[rating]);
    }
    fs::write(path, text).unwrap();
}

#[test]
fn raters_and_agreement_write_their_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.csv");
    let (input, truth) = simulated(300, 6, 4, 3);
    write_ratings(&path, &input);
    let out = folder.path().join("out");
    let words = |model: &str| {
        ["--language", "en", "raters", path.to_str().unwrap(), "-o", out.to_str().unwrap(), "--model", model]
            .map(str::to_owned)
    };
    for model in ["rating-scale", "partial-credit"] {
        let ran = kaojian(words(model));
        assert_eq!((ran.code, ran.errors.as_str()), (0, ""));
        assert!(ran.output.starts_with("3600 ratings by 6 raters, 0 rows left out"), "{}", ran.output);
    }
    for name in ["raters.csv", "criteria.csv", "persons.csv", "steps.csv", "interactions.csv", "summary.json"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    let mut reader = csv::Reader::from_path(out.join("raters.csv")).unwrap();
    let rows: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    let severities: Vec<f64> = rows.iter().map(|row| row[2].parse().unwrap()).collect();
    assert!(severities.windows(2).all(|pair| pair[0] < pair[1]), "{severities:?} {truth:?}");
    // Fair averages fall as severities rise.
    let fair: Vec<f64> = rows.iter().map(|row| row[8].parse().unwrap()).collect();
    assert!(fair.windows(2).all(|pair| pair[0] > pair[1]), "{fair:?}");
    let json = folder.path().join("agreement.json");
    let ran = kaojian(["--language", "en", "agreement", path.to_str().unwrap(), "-o", json.to_str().unwrap()]);
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""));
    let found: serde_json::Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(found["overall"]["ratings"], 3600);
    assert_eq!(found["by_criterion"].as_object().unwrap().len(), 4);
    assert_eq!(found["pairs"].as_array().unwrap().len(), 15);
    let coefficients = found["overall"]["coefficients"].as_array().unwrap();
    assert_eq!(coefficients.len(), 2 + 8 * 4 + 1 + 4 + 6 + 2);
    // Nobody was rated by all six, so the coefficients of complete tables say so.
    assert!(coefficients.iter().any(|c| c["name"] == "icc" && c["undefined"]["en"].is_string()));
}

/// Runs on a small file and gives the code with what was said.
fn said(command: &str, text: &str) -> (u8, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.csv");
    fs::write(&path, text).unwrap();
    let out = folder.path().join("out.json");
    let ran = kaojian(["--language", "en", command, path.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    let summary = [out.join("summary.json"), out].iter().find_map(|path| fs::read_to_string(path).ok());
    (ran.code, ran.errors + &ran.output, summary.unwrap_or_default())
}

#[test]
fn bad_input_is_named() {
    let one = "person,rater,criterion,score\na,r1,c,1\nb,r1,c,2\n";
    for command in ["agreement", "raters"] {
        let (code, text, _) = said(command, one);
        assert!(code == 2 && text.contains("needs two raters"), "{text}");
    }
    let constant = "person,rater,criterion,score\na,r1,c,1\nb,r2,c,1\na,r2,c,1\n";
    let (code, text, _) = said("raters", constant);
    assert!(code == 2 && text.contains("one and the same score"), "{text}");
    let (code, _, json) = said("agreement", constant);
    assert!(code == 0 && json.contains("all ratings are the same"), "{json}");
    let (code, text, _) = said("raters", "who,score\na,1\n");
    assert!(code == 2 && text.contains("no sheet has the columns person, rater, score"), "{text}");
    // A duplicate, a score that is no number, a score above its maximum: none is used, each is named.
    let odd = "person,rater,criterion,score,max_score\na,r1,c,1,5\na,r1,c,2,5\na,r2,c,x,5\nb,r1,c,9,5\nb,r2,c,3,5\nb,r3,c,4,5\n\
               c,r2,c,1,5\nc,r3,c,1,5\nd,r2,c,4,5\nd,r3,c,3,5\n";
    let (code, text, json) = said("agreement", odd);
    assert!(code == 0 && text.contains("6 ratings by 2 raters, 4 rows left out"), "{text}");
    for reason in ["more than once", "no number", "outside the scale"] {
        assert!(json.contains(reason), "{reason}: {json}");
    }
}

/// Writes ratings with times, twelve of which cannot be read: rater 4 becomes a category more lenient in the second
/// half.
pub(super) fn drifting_ratings(folder: &Path) -> PathBuf {
    let (input, _) = simulated(300, 6, 4, 5);
    let mut text = String::from("person,rater,criterion,score,time\n");
    for rating in 0..input.ratings() {
        let (person, levels) = (input.person[rating], input.levels_of(rating));
        let score = (input.score[rating] + i64::from(levels[0] == 4 && person >= 150)).min(5);
        let time = match person {
            7 => "noon".to_owned(),
            _ => format!("2026-05-{:02} 09:{:02}", 1 + person / 50, person % 50),
        };
        text += &format!("p{person:03},r{},c{},{score},{time}\n", levels[0], levels[1]);
    }
    let path = folder.join("ratings.csv");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn charts_effects_and_both_estimators_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = drifting_ratings(folder.path());
    for estimator in ["jml", "mml"] {
        let out = folder.path().join(estimator);
        let words = ["--language", "en", "raters", path.to_str().unwrap(), "-o", out.to_str().unwrap()];
        let ran = kaojian(words.into_iter().chain(["--estimator", estimator]));
        assert_eq!((ran.code, ran.errors.as_str()), (0, ""));
        assert!(ran.output.contains("the time of 12 rows cannot be read"), "{}", ran.output);
        let summary: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(out.join("summary.json")).unwrap()).unwrap();
        assert_eq!(summary["estimator"], estimator);
        assert_eq!(summary["population"].is_object(), estimator == "mml");
        let charts = &summary["control_charts"];
        assert!((charts["cusum_run_length"].as_f64().unwrap() - 465.44).abs() < 0.1, "{charts}");
        assert!(charts["raters_with_signal"].as_array().unwrap().iter().any(|rater| rater == "r4"), "{charts}");
        let mut reader = csv::Reader::from_path(out.join("control_charts.csv")).unwrap();
        let heads = "rater,order,time,residual,ewma,ewma_limit,cusum_upper,cusum_lower,signal";
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), heads);
        assert_eq!(reader.records().count() as u64, charts["works"].as_u64().unwrap());
        let raters = fs::read_to_string(out.join("raters.csv")).unwrap();
        let first = raters.lines().next().unwrap();
        assert!(
            first.starts_with("rater,n,severity_logit,se,infit,infit_zstd,outfit,outfit_zstd,fair_average,"),
            "{first}"
        );
        assert!(first.ends_with("range_ratio,range_se,range_p_value"), "{first}");
        assert!(raters.lines().all(|line| line.split(',').count() == first.split(',').count()));
    }
    let words = ["raters", path.to_str().unwrap(), "-o", folder.path().to_str().unwrap(), "--estimator", "mml"];
    assert_eq!(kaojian(words.into_iter().chain(["--bias-correction"])).code, 2);
}

#[test]
fn clocks_that_run_back_are_named() {
    let mut text = String::from("person,rater,criterion,score,time,occasion\n");
    for person in 0..8 {
        for rater in 0..2 {
            for criterion in 0..3 {
                let score = (person * 2 + rater + criterion * (person + 1)) % 4;
                let minute = if person == 3 { 10 - rater } else { 10 + rater };
                text += &format!("p{person},r{rater},c{criterion},{score},2026-05-01 09:{minute:02},{}\n", rater + 1);
            }
        }
    }
    let (code, said, _) = said("raters", &text);
    assert!(code == 0 && said.contains("3 rows have a time before that of the mark they follow"), "{said}");
}

#[test]
fn disconnected_raters_are_named() {
    let mut text = String::from("考生,考评员,评分要素,得分\n");
    for person in 0..8 {
        for rater in 0..2 {
            for criterion in 0..3 {
                let group = if person < 4 { 0 } else { 2 };
                let score = (person * 2 + rater + criterion * (person + 1)) % 4;
                text += &format!("p{person},r{},c{criterion},{score}\n", group + rater);
            }
        }
    }
    let (code, said, json) = said("raters", &text);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("facet rater falls into 2 disconnected subsets"), "{said}");
    assert!(json.contains("\"subsets\": 2"), "{json}");
}

#[test]
fn heaped_line_is_found_and_an_honest_one_is_not() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let honest: Vec<i64> = (0..6_000)
        .map(|_| (60.0 + 12.0 * ((0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0)).round() as i64)
        .collect();
    // A third of 57–59 is lifted to 60.
    let lifted: Vec<i64> = honest
        .iter()
        .enumerate()
        .map(|(i, score)| if (57..60).contains(score) && i % 3 == 0 { 60 } else { *score })
        .collect();
    let moved = honest.iter().zip(&lifted).filter(|(a, b)| a != b).count() as f64;
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, scores: &[i64]| -> serde_json::Value {
        let path = folder.path().join(format!("{name}.csv"));
        let rows: Vec<String> =
            scores.iter().map(|s| format!("{s},{}", if *s >= 60 { "合格" } else { "不合格" })).collect();
        fs::write(&path, format!("成绩,是否合格\n{}\n", rows.join("\n"))).unwrap();
        let out = folder.path().join(format!("{name}.json"));
        let ran = kaojian(["passline", path.to_str().unwrap(), "--line", "60", "-o", out.to_str().unwrap()]);
        assert_eq!((ran.code, ran.errors.as_str()), (0, ""));
        serde_json::from_str(&fs::read_to_string(out).unwrap()).unwrap()
    };
    let (clean, heaped) = (run("clean", &honest), run("heaped", &lifted));
    for found in [&clean, &heaped] {
        assert_eq!(found["recovered"]["contains_the_line"], true);
        assert_eq!(found["recovered"]["highest_failed"], 59.0);
        assert_eq!(found["frandsen"].as_array().unwrap().len(), 5);
    }
    assert!(clean["frandsen"][2]["p_value"].as_f64().unwrap() > 0.01, "{}", clean["frandsen"]);
    assert!(heaped["frandsen"][4]["p_value_excess"].as_f64().unwrap() < 1e-6, "{}", heaped["frandsen"]);
    assert_eq!(heaped["placebo_lines_smaller"], 0);
    let mass = &heaped["moved_mass"];
    let bounds = ["moved_lower", "moved_upper"].map(|name| mass[name].as_f64().unwrap());
    assert!(bounds[0] < moved && moved < bounds[1], "{moved}: {mass}");
    let clean_bounds = ["moved_lower", "moved_upper"].map(|name| clean["moved_mass"][name].as_f64().unwrap());
    assert!(clean_bounds[0] < 0.0 && 0.0 < clean_bounds[1], "{}", clean["moved_mass"]);
}

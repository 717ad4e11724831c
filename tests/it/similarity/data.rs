//! Simulated and golden data for the similarity tests.

use compact_str::CompactString;
use kaojian::model::answer::{AnswerSheet, AnswerTable, ItemColumn, ItemLayout};
use kaojian::model::batch::Batch;
use kaojian::model::dataset::Dataset;
use kaojian::model::form::FormItem;
use kaojian::model::provenance::Provenance;
use kaojian::psychometrics::nominal_item::NominalItem;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::PathBuf;

/// The folder of golden data, or `None` with a loud line when it is absent.
pub fn golden(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAOJIAN_GOLDEN")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden"));
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("SKIPPED: golden data `{folder}` are absent; set KAOJIAN_GOLDEN to their folder");
    None
}

/// Rows of a CSV file as text, without its header.
pub fn rows(path: &std::path::Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

pub fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// Standard normal by Box and Muller.
pub fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (random.random_range(1e-12..1.0), random.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Items of a nominal response model with four options, the first keyed, about 63 % right on average.
pub fn items(count: usize, random: &mut ChaCha8Rng) -> Vec<NominalItem> {
    (0..count)
        .map(|_| {
            let mut slopes = vec![0.9 + 0.3 * normal(random)];
            let mut intercepts = vec![1.6 + 0.9 * normal(random)];
            for _ in 1..4 {
                slopes.push(-0.3 + 0.3 * normal(random));
                intercepts.push(-0.5 + 0.8 * normal(random));
            }
            NominalItem { slopes, intercepts }
        })
        .collect()
}

/// One sheet's codes 1–4 under the model.
pub fn respond(items: &[NominalItem], theta: f64, random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut probabilities = [0.0; 4];
    items
        .iter()
        .map(|item| {
            item.probabilities_into(theta, &mut probabilities);
            let mut left: f64 = random.random();
            let chosen = probabilities.iter().position(|p| {
                left -= p;
                left < 0.0
            });
            chosen.unwrap_or(3) as u8 + 1
        })
        .collect()
}

/// Honest sheets, theta ~ N(0, 1).
pub fn honest(sheets: usize, item_count: usize, seed: u64) -> Vec<Vec<u8>> {
    honest_at(0.0, sheets, item_count, seed)
}

/// Honest sheets, theta ~ N(mean, 1): below zero the test is hard for these persons.
pub fn honest_at(mean: f64, sheets: usize, item_count: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let items = items(item_count, &mut random);
    (0..sheets)
        .map(|_| {
            let theta = mean + normal(&mut random);
            respond(&items, theta, &mut random)
        })
        .collect()
}

/// A data set of one batch `B1` and one form `F1` whose key is option A throughout.
pub fn dataset(codes: &[Vec<u8>], labels: usize) -> Dataset {
    let items = codes.first().map_or(0, Vec::len);
    let label = |option: usize| CompactString::from(char::from(b'A' + option as u8).to_string());
    let columns = (1..=items)
        .map(|number| ItemColumn {
            item_id: format!("q{number}").as_str().into(),
            item_no: number as u32,
            labels: (0..labels).map(label).collect(),
        })
        .collect();
    let sheets = codes
        .iter()
        .enumerate()
        .map(|(place, row)| sheet("B1", &format!("C{place:06}"), Some("F1"), row, place as u32 + 2))
        .collect();
    Dataset {
        columns: [("answers".to_owned(), "response".to_owned()), ("forms".to_owned(), "key".to_owned())].into(),
        batches: vec![batch("B1")],
        form_items: (1..=items as u32).map(|number| form_item("F1", number, "A")).collect(),
        answers: AnswerTable { layouts: vec![ItemLayout { items: columns }], sheets },
        ..Dataset::default()
    }
}

pub fn batch(batch_id: &str) -> Batch {
    Batch { batch_id: batch_id.into(), ..Batch::default() }
}

pub fn form_item(form_id: &str, number: u32, key: &str) -> FormItem {
    FormItem { form_id: form_id.into(), item_no: Some(number), key: Some(key.into()), ..FormItem::default() }
}

pub fn sheet(batch_id: &str, candidate_id: &str, form_id: Option<&str>, row: &[u8], line: u32) -> AnswerSheet {
    AnswerSheet {
        batch_id: batch_id.into(),
        candidate_id: candidate_id.into(),
        form_id: form_id.map(Into::into),
        layout: 0,
        responses: row.into(),
        source: Provenance { file: 0, sheet: 0, row: line },
        ..AnswerSheet::default()
    }
}

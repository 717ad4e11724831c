//! Every detector on a generated city: 20 bodies, 40 batches of 100 candidates, 2 forms of 100 items, a
//! third of the batches with a planted case. The counter is the rows of all tables.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use kaojian::detect::form_reuse::classes::classes;
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::registry::DETECTORS;
use kaojian::ingest::load::read_folder;
use kaojian::ingest::parameters::IngestParameters;
use kaojian::model::dataset::Dataset;
use kaojian::model::form::FormItem;
use kaojian::model::progress::Silent;
use kaojian::simulate::bank_item::{BankText, ItemEdit, changed, new_item};
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::SimulateParameters;
use kaojian::simulate::random::{Purpose, Random};
use kaojian::text::clusters::{ClusterSettings, clusters};
use kaojian::text::normal::{NormalText, normalised};
use kaojian::text::similarity::Threshold;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::OnceLock;

fn main() {
    divan::main();
}

fn city() -> &'static Dataset {
    static CITY: OnceLock<Dataset> = OnceLock::new();
    CITY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let parameters = SimulateParameters::honest(20, 40, 100, 100).with_plants_every(3);
        let path = folder.path().join("city");
        write_city(&parameters, &path, &Silent).expect("a written city");
        read_folder(&path, &IngestParameters::default(), &Silent).expect("a readable city").dataset
    })
}

fn rows(dataset: &Dataset) -> usize {
    dataset.candidates.len()
        + dataset.answers.sheets.len()
        + dataset.ratings.len()
        + dataset.scores.len()
        + dataset.score_changes.len()
        + dataset.pass_lines.len()
        + dataset.pass_line_changes.len()
}

fn names() -> Vec<&'static str> {
    DETECTORS.iter().map(|detector| detector.name()).collect()
}

#[divan::bench(args = names(), sample_count = 10)]
fn detect(bencher: Bencher<'_, '_>, name: &str) {
    let dataset = city();
    let Some(detector) = DETECTORS.iter().find(|detector| detector.name() == name) else { return };
    let parameters = DetectParameters::default();
    bencher
        .counter(ItemsCount::new(rows(dataset)))
        .bench_local(|| black_box(detector.detect(dataset, &parameters, &Silent)));
}

/// Items of a bank, stems and four options: every tenth is an earlier one, changed or not.
fn bank(items: usize) -> Vec<FormItem> {
    const CHUNK: usize = 1_000;
    let edits =
        [ItemEdit::None, ItemEdit::Typo, ItemEdit::Synonym, ItemEdit::Layout, ItemEdit::Number, ItemEdit::Mixed];
    let labels = ["A", "B", "C", "D"];
    let mut found = Vec::with_capacity(items);
    for chunk in 0..items.div_ceil(CHUNK) {
        let mut random = Random::new(7, Purpose::Form, chunk);
        let mut texts: Vec<BankText> = Vec::with_capacity(CHUNK);
        for number in 0..CHUNK {
            let again = (number % 10 == 9).then(|| texts[random.below(texts.len())].clone());
            let edit = edits[random.below(edits.len())];
            texts.push(match again {
                Some(item) => changed(&item, edit, &mut random).unwrap_or(item),
                None => new_item(&mut random),
            });
        }
        found.extend(texts.into_iter().map(|text| FormItem {
            form_id: "F".into(),
            stem: Some(text.stem.into()),
            options: labels.iter().zip(text.options).map(|(label, text)| ((*label).into(), text.into())).collect(),
            key: Some(labels[text.key].into()),
            ..FormItem::default()
        }));
    }
    found.truncate(items);
    found
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 1, sample_size = 1)]
fn item_classes(bencher: Bencher<'_, '_>, items: usize) {
    let bank = bank(items);
    let rows: Vec<&FormItem> = bank.iter().collect();
    bencher.counter(ItemsCount::new(items)).bench_local(|| black_box(classes(&rows, 90)));
}

/// Answers of 200 characters on one question: every tenth repeats an earlier one, every other tenth all but a word.
fn answers() -> &'static [NormalText] {
    static ANSWERS: OnceLock<Vec<NormalText>> = OnceLock::new();
    ANSWERS.get_or_init(|| {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let character = |random: &mut ChaCha8Rng| char::from_u32(random.random_range(0x4E00..0x5E00)).unwrap_or('一');
        let mut texts: Vec<Vec<char>> = Vec::with_capacity(100_000);
        for number in 0..100_000 {
            let mut text: Vec<char> = match number % 10 {
                8 | 9 => texts[random.random_range(0..texts.len())].clone(),
                _ => (0..200).map(|_| character(&mut random)).collect(),
            };
            if number % 10 == 9 {
                text[100] = character(&mut random);
                text[101] = character(&mut random);
            }
            texts.push(text);
        }
        texts.into_iter().map(|text| normalised(&text.into_iter().collect::<String>())).collect()
    })
}

/// Clusters of 100,000 written answers of 200 characters. The counter is the answers.
#[divan::bench(sample_count = 5)]
fn answer_clusters(bencher: Bencher<'_, '_>) {
    let texts: Vec<&NormalText> = answers().iter().collect();
    let settings = ClusterSettings { threshold: Threshold { percent: 90 }, minimum_length: 10, maximum_length: 2_000 };
    bencher.counter(ItemsCount::new(texts.len())).bench_local(|| black_box(clusters(&texts, settings).len()));
}

#[divan::bench(sample_count = 10)]
fn batch_ids(bencher: Bencher<'_, '_>) {
    let dataset = city();
    bencher.counter(ItemsCount::new(rows(dataset))).bench_local(|| black_box(dataset.batch_ids().len()));
}

//! Every detector on a generated city: 20 bodies, 40 batches of 100 candidates, 2 forms of 100 items, a
//! third of the batches with a planted case. The counter is the rows of all tables.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::registry::DETECTORS;
use kaojian::ingest::load::read_folder;
use kaojian::ingest::parameters::IngestParameters;
use kaojian::model::dataset::Dataset;
use kaojian::model::progress::Silent;
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::SimulateParameters;
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

#[divan::bench(sample_count = 10)]
fn batch_ids(bencher: Bencher<'_, '_>) {
    let dataset = city();
    bencher.counter(ItemsCount::new(rows(dataset))).bench_local(|| black_box(dataset.batch_ids().len()));
}

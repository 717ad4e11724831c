//! Reading a wide CSV file of answers to checked records, beside polars' reader alone on the same file.
//!
//! polars stops at a data frame of columns; `read_folder` goes on to headers, labels, identifiers, checks,
//! provenance and the hash of the file.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use kaojian::ingest::load::read_folder;
use kaojian::ingest::parameters::IngestParameters;
use kaojian::model::progress::Silent;
use polars_io::SerReader;
use polars_io::csv::read::CsvReadOptions;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::Write;
use std::path::PathBuf;
use tempfile::TempDir;

/// Sheets in the file.
const SHEETS: [usize; 3] = [10_000, 100_000, 1_000_000];
const ITEMS: usize = 100;

fn main() {
    divan::main();
}

/// A folder with nothing but `answers.csv`, and how large that is.
fn folder(sheets: usize) -> (TempDir, PathBuf, usize) {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut text = String::from("batch_id,candidate_id,form_id");
    for item in 1..=ITEMS {
        write!(text, ",q{item}").expect("a string takes all");
    }
    for sheet in 0..sheets {
        write!(text, "\nB{:04},{sheet:010},F{:03}", sheet / 100, sheet / 2000).expect("a string takes all");
        for _ in 0..ITEMS {
            let letter = if random.random_bool(0.63) { 'A' } else { ['B', 'C', 'D'][random.random_range(0..3)] };
            text.extend([',', letter]);
        }
    }
    text.push('\n');
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("answers.csv");
    std::fs::write(&path, &text).expect("a written file");
    (folder, path, text.len())
}

#[divan::bench(args = SHEETS, sample_count = 5)]
fn kaojian_read_folder(bencher: Bencher<'_, '_>, sheets: usize) {
    let (folder, _, bytes) = folder(sheets);
    let counters = (BytesCount::new(bytes), ItemsCount::new(sheets));
    bencher.counter(counters.0).counter(counters.1).bench_local(|| {
        let ingested = read_folder(folder.path(), &IngestParameters::default(), &Silent).expect("readable");
        assert_eq!(ingested.dataset.answers.sheets.len(), sheets);
        black_box(ingested)
    });
}

#[divan::bench(args = SHEETS, sample_count = 5)]
fn polars_alone(bencher: Bencher<'_, '_>, sheets: usize) {
    let (_folder, path, bytes) = folder(sheets);
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(sheets)).bench_local(|| {
        let options = CsvReadOptions::default().with_has_header(true);
        let reader = options.try_into_reader_with_file_path(Some(path.clone())).expect("a reader");
        let frame = reader.finish().expect("readable");
        assert_eq!(frame.height(), sheets);
        black_box(frame)
    });
}

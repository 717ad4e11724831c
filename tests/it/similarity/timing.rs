//! How long the engine takes; prints only. Run with
//! `cargo test --release --test it similarity::timing -- --ignored --nocapture --test-threads=1`.

use super::data::{batch, dataset, honest};
use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::{DetectParameters, SimilarityParameters};
use kaojian::detect::similarity::detector::SimilarityDetector;
use kaojian::detect::similarity::grouping::form_groups;
use kaojian::detect::similarity::matrix::build;
use kaojian::detect::similarity::pair_tails::{gbt, match_pattern};
use kaojian::detect::similarity::response_model::estimate;
use kaojian::detect::similarity::screen::retained_pairs;
use kaojian::kernels::choice_maps::ChoiceMaps;
use kaojian::kernels::dispatch::{Path, scan};
use kaojian::kernels::plain::{PairCounts, compare, count_not_different};
use kaojian::kernels::response_cells::{ResponseCells, ResponseLists};
use kaojian::model::dataset::Dataset;
use kaojian::model::progress::Silent;
use std::hint::black_box;
use std::time::Instant;

#[test]
#[ignore = "prints timings"]
fn kernels() {
    let codes: Vec<u8> = honest(4096, 100, 1).into_iter().flatten().collect();
    let options = [4; 100];
    let cells = ResponseCells::new(&options, &[]);
    let maps = ChoiceMaps::new(&codes, &cells, 1);
    let lists = ResponseLists::new(&codes, &cells);
    let pairs = (4096u64 * 4096) as f64;
    let fastest = |work: &dyn Fn() -> u32| {
        let times = (0..9).map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64()
        });
        times.fold(f64::INFINITY, f64::min)
    };
    for path in Path::available() {
        let seconds = fastest(&|| {
            let mut reached = 0;
            for tile in 0..maps.tiles() {
                scan(path, &maps, tile, &lists, 0..lists.rows(), 80, &mut |_, _| reached += 1);
            }
            reached
        });
        println!("{path:?}: {:.3} ns a pair, {:.2} G pairs/s", seconds / pairs * 1e9, pairs / seconds / 1e9);
    }
    let some = &codes[..256 * 100];
    let seconds = fastest(&|| {
        let pairs = some.chunks_exact(100).flat_map(|a| codes.chunks_exact(100).map(move |b| (a, b)));
        pairs.map(|(a, b)| u32::from(count_not_different(a, b) >= 80)).sum()
    });
    println!("plain loop: {:.3} ns a pair", seconds / (256.0 * 4096.0) * 1e9);
}

fn steps(sheets: usize, items: usize) {
    let data = dataset(&honest(sheets, items, 2), 4);
    let parameters = SimilarityParameters::default();
    let start = Instant::now();
    let groups = form_groups(&data);
    let matrix = build(&groups[0], &data.answers, parameters.minimum_items);
    let built = start.elapsed();
    let start = Instant::now();
    let model = estimate(&matrix, &[]);
    let fitted = start.elapsed();
    let pairs = sheets as f64 * (sheets as f64 - 1.0) / 2.0;
    let start = Instant::now();
    let found = retained_pairs(&matrix, &model, 10, 100.0 / pairs, Path::fastest(), &Silent);
    let screened = start.elapsed();
    println!(
        "{sheets} × {items}: build {built:.2?}, {} model ({} iterations, {} classes) {fitted:.2?}, screen {screened:.2?} = {:.1} M pairs/s, {} retained",
        model.kind.as_str(),
        model.iterations,
        model.classes(),
        pairs / screened.as_secs_f64() / 1e6,
        found.len()
    );
}

fn whole(name: &str, data: &Dataset) {
    let start = Instant::now();
    let detected = SimilarityDetector.detect(data, &DetectParameters::default(), &Silent);
    println!("{name}: whole detector {:.2?}, {} observations", start.elapsed(), detected.observations.len());
}

#[test]
#[ignore = "prints timings"]
fn tails_of_one_pair() {
    for items in [60, 100, 200] {
        let data = dataset(&honest(600, items, 2), 4);
        let groups = form_groups(&data);
        let matrix = build(&groups[0], &data.answers, 1);
        let model = estimate(&matrix, &[]);
        let nanoseconds = |pairs: usize, of: &dyn Fn(usize, usize, PairCounts) -> f64| {
            let counted: Vec<_> = (0..pairs)
                .map(|number| (number % 599, number % 599 + 1))
                .map(|(a, b)| (a, b, compare(matrix.row(a), matrix.row(b), &matrix.key)))
                .collect();
            let fastest = (0..5).map(|_| {
                let start = Instant::now();
                black_box(counted.iter().map(|&(a, b, counts)| of(a, b, counts)).sum::<f64>());
                start.elapsed().as_secs_f64()
            });
            fastest.fold(f64::INFINITY, f64::min) / pairs as f64 * 1e9
        };
        // Copied pairs are looked at far out in the tail, where the recursion keeps to a narrow band.
        let far = items as u32 * 9 / 10;
        println!(
            "{items} items: GBT {:.0} ns a pair as it is, {:.0} ns at 90 % alike; M4 {:.0} ns",
            nanoseconds(20_000, &|a, b, counts| gbt(&matrix, &model, a, b, counts.matches).log10),
            nanoseconds(20_000, &|a, b, _| gbt(&matrix, &model, a, b, far).log10),
            nanoseconds(500, &|a, b, counts| match_pattern(&matrix, &model, a, b, counts).log10),
        );
    }
}

#[test]
#[ignore = "prints timings"]
fn forms() {
    steps(100, 60);
    steps(1636, 170);
    steps(2000, 100);
    steps(10_000, 100);
    whole("10,000 × 100", &dataset(&honest(10_000, 100, 2), 4));
    let mut blanks = honest(2000, 100, 3);
    for (place, row) in blanks.iter_mut().enumerate() {
        row[place % 100] = 0;
        row[place * 7 % 100] = 0;
        row[place * 13 % 100] = 0;
    }
    whole("2,000 × 100, three blanks each", &dataset(&blanks, 4));
}

#[test]
#[ignore = "prints timings"]
fn city() {
    let mut data = dataset(&honest(2000, 100, 4), 4);
    let sheets = data.answers.sheets.clone();
    data.answers.sheets.clear();
    data.batches.clear();
    data.form_items.clear();
    for number in 0..50 {
        let batch_id = format!("B{number:02}");
        data.batches.push(batch(&batch_id));
        let codes = honest(2000, 100, 100 + number);
        for (sheet, codes) in sheets.iter().zip(codes) {
            let mut sheet = sheet.clone();
            sheet.batch_id = batch_id.as_str().into();
            sheet.form_id = Some(format!("F{number:02}").as_str().into());
            sheet.responses = codes.into();
            data.answers.sheets.push(sheet);
        }
        for item in 1..=100 {
            data.form_items.push(super::data::form_item(&format!("F{number:02}"), item, "A"));
        }
    }
    whole("50 forms of 2,000 × 100", &data);
}

#[test]
#[ignore = "prints timings"]
fn one_form_of_twenty_thousand() {
    whole("20,000 × 100", &dataset(&honest(20_000, 100, 2), 4));
}

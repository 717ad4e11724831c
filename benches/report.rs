//! The report of the demonstration data: drawing, the page, the workbook, and all files to disk.

use divan::{Bencher, black_box};
use kaojian::config::Config;
use kaojian::model::progress::Silent;
use kaojian::model::run::Inspection;
use kaojian::pipeline;
use kaojian::report::chart::kind::Chart;
use kaojian::report::chart::raster::png;
use kaojian::report::chart::set::charts;
use kaojian::report::page::render::page;
use kaojian::report::parameters::ReportParameters;
use kaojian::report::workbook::assemble::evidence_xlsx;
use kaojian::report::write::write_report;
use std::path::Path;
use std::sync::OnceLock;

fn main() {
    divan::main();
}

fn demo() -> &'static Inspection {
    static DEMO: OnceLock<Inspection> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo");
        let rules = pipeline::load_rules(&[]).expect("the built-in rules");
        pipeline::inspect(&folder, &Config::default(), &rules, &Silent).expect("a readable demonstration")
    })
}

fn drawn() -> &'static [Chart] {
    static DRAWN: OnceLock<Vec<Chart>> = OnceLock::new();
    DRAWN.get_or_init(|| charts(demo()))
}

#[divan::bench(sample_count = 10)]
fn inspect_demo(bencher: Bencher<'_, '_>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo");
    let rules = pipeline::load_rules(&[]).expect("the built-in rules");
    bencher.bench_local(|| black_box(pipeline::inspect(&folder, &Config::default(), &rules, &Silent)));
}

#[divan::bench(sample_count = 10)]
fn draw_charts(bencher: Bencher<'_, '_>) {
    let inspection = demo();
    bencher.bench_local(|| black_box(charts(inspection)));
}

#[divan::bench(sample_count = 10)]
fn rasterise_one_after_another(bencher: Bencher<'_, '_>) {
    let charts = drawn();
    bencher.bench_local(|| charts.iter().map(|chart| png(&chart.svg.zh).map_or(0, |bytes| bytes.len())).sum::<usize>());
}

#[divan::bench(sample_count = 10)]
fn compose_page(bencher: Bencher<'_, '_>) {
    let (inspection, charts) = (demo(), drawn());
    bencher.bench_local(|| black_box(page(inspection, charts, &ReportParameters::default())));
}

#[divan::bench(sample_count = 10)]
fn compose_workbook(bencher: Bencher<'_, '_>) {
    let inspection = demo();
    bencher.bench_local(|| black_box(evidence_xlsx(inspection, &ReportParameters::default())));
}

#[divan::bench(sample_count = 10)]
fn write_all_files(bencher: Bencher<'_, '_>) {
    let inspection = demo();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("report");
    bencher.bench_local(|| write_report(inspection, &out, &ReportParameters::default(), &Silent).expect("written"));
}

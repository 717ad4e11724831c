//! How long one batch takes beside a province's ten years. Not part of the ordinary run: it fills two million rows.

use super::{each_place, report_of, said};
use kaojian::ledger::open::{Access, Ledger};
use kaojian::model::ids::BodyId;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

const BODIES: usize = 500;
const BATCHES: usize = 20_000;
/// Findings a batch: two of each report below, so many times.
const COPIES: usize = 50;

#[test]
#[ignore = "fills 2 million rows on each engine; run it in release"]
fn one_batch_beside_two_million_findings() {
    each_place("speed", |place| {
        let mut ledger = Ledger::open(place, Access::Append).unwrap();
        let filling = Instant::now();
        for part in 0..100 {
            let names: Vec<(String, String, String)> = (0..BATCHES / 100)
                .map(|number| {
                    let number = part * (BATCHES / 100) + number;
                    let date = format!("{}-{:02}-{:02}", 2015 + number % 10, 1 + number / 10 % 12, 1 + number % 28);
                    (format!("52990100MA{:06}5Y", number % BODIES), format!("PC{number:08}"), date)
                })
                .collect();
            let batches: Vec<(&str, &str, &str, usize)> = (names.iter().enumerate())
                .map(|(number, (body, batch, date))| (body.as_str(), batch.as_str(), date.as_str(), number % 3))
                .collect();
            let mut report = report_of(&batches);
            for unit in &mut report.judged {
                let findings = unit.findings.clone();
                unit.findings = std::iter::repeat_n(findings, COPIES).flatten().collect();
            }
            ledger.add(&report, "province").unwrap();
        }
        said(&format!("{place}: filled in {:.1} s", filling.elapsed().as_secs_f64()));
        drop(ledger);
        // A command of its own: opened, the body's record read for the judge, one batch added, closed.
        for number in 0..5 {
            let whole = Instant::now();
            let mut ledger = Ledger::open(place, Access::Append).unwrap();
            let body = BodyId::from("52990100MA0000075Y");
            let reading = Instant::now();
            let history = ledger.history(&BTreeSet::from([body.clone()]), &BTreeMap::new(), None).unwrap();
            let read = reading.elapsed();
            let batch = format!("NEW{number}");
            let mut report = report_of(&[(body.as_str(), &batch, "2025-05-10", 1)]);
            for unit in &mut report.judged {
                let findings = unit.findings.clone();
                unit.findings = std::iter::repeat_n(findings, COPIES).flatten().collect();
            }
            let added = ledger.add(&report, "province").unwrap();
            drop(ledger);
            let seconds = whole.elapsed().as_secs_f64();
            said(&format!(
                "{place}: {} earlier batches and {} findings read in {:.3} s; {} findings added; all in {seconds:.3} s",
                history.batches.len(),
                history.findings.len(),
                read.as_secs_f64(),
                added.findings
            ));
            assert!(seconds <= 1.0, "{seconds} s on {place}");
        }
        let verifying = Instant::now();
        let verified = Ledger::open(place, Access::Read).unwrap().verify(None).unwrap();
        said(&format!("{place}: {:?} verified in {:.1} s", verified.records, verifying.elapsed().as_secs_f64()));
    });
}

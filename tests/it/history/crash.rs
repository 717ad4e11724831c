//! A writer that is killed in the middle leaves whole records behind.

use super::{each_place, report};
use kaojian::ledger::open::{Access, Ledger};
use kaojian::ledger::place::Place;
use kaojian::ledger::tables::Kind;
use std::process::{Command, Stdio};
use std::time::Duration;

const CHILD: &str = "KAOJIAN_TEST_WRITES_TO";

/// Not a test of its own: the writer that the test below starts and kills.
#[test]
#[ignore = "started by the test that kills it"]
fn writes_until_it_is_killed() {
    let Ok(text) = std::env::var(CHILD) else { return };
    let place = Place::parse(&text).unwrap();
    let mut ledger = Ledger::open(&place, Access::Append).unwrap();
    for number in 0.. {
        ledger.add(&report("A", &number.to_string(), "2025-05-10", 2), "city").unwrap();
    }
}

#[test]
fn a_killed_writer_leaves_whole_records() {
    each_place("killed", |place| {
        let text = match place {
            Place::File(path) => path.to_string_lossy().into_owned(),
            Place::Postgres(url) => url.clone(),
        };
        let mut earlier = 0;
        for round in 1..=4_u64 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "history::crash::writes_until_it_is_killed", "--ignored"])
                .env(CHILD, &text)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Until it has written something, and then a little longer, so that it dies at different points.
            let mut batches = earlier;
            for _ in 0..600 {
                std::thread::sleep(Duration::from_millis(50));
                if let Ok(mut ledger) = Ledger::open(place, Access::Read) {
                    batches = ledger.versions(None).map_or(batches, |versions| versions.len());
                }
                if batches > earlier + 3 {
                    break;
                }
            }
            std::thread::sleep(Duration::from_millis(7 * round));
            child.kill().unwrap();
            child.wait().unwrap();
            let mut ledger = Ledger::open(place, Access::Append).unwrap();
            let records = ledger.verify(None).unwrap().records;
            assert!(batches > earlier, "round {round}: nothing was written to {place}");
            assert_eq!(records[&Kind::Run], records[&Kind::Batch]);
            assert_eq!(records[&Kind::Finding], 2 * records[&Kind::Batch], "a report is recorded whole or not");
            earlier = usize::try_from(records[&Kind::Batch]).unwrap();
        }
    });
}

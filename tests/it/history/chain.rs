//! What was changed by hand is found, at the first record that does not fit.

use super::{each_place, report_of, tamper};
use kaojian::ledger::error::LedgerError;
use kaojian::ledger::open::{Access, Ledger};
use kaojian::ledger::place::Place;

/// Two batches, three records each behind the run: 1 run, 2 batch, 3–4 findings, 5 batch, 6–7 findings.
fn filled(place: &Place) -> String {
    let mut ledger = Ledger::open(place, Access::Append).unwrap();
    let added = ledger.add(&report_of(&[("A", "1", "2025-05-10", 2), ("A", "2", "2025-06-10", 1)]), "city").unwrap();
    assert_eq!(added.head.seq, 7);
    added.head.sha256
}

fn first_fault(place: &Place) -> Option<i64> {
    let mut ledger = Ledger::open(place, Access::Read).unwrap();
    match ledger.verify(None) {
        Ok(_) => None,
        Err(LedgerError::Broken { seq, .. }) => Some(seq),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_change_is_found_where_it_is() {
    let changes = [
        ("UPDATE findings SET verdict = 'NOT_MET' WHERE seq = 4", Some(4)),
        ("UPDATE findings SET text_en = text_en || ' ' WHERE seq = 7", Some(7)),
        ("UPDATE batches SET exam_date = '2025-05-11' WHERE seq = 2", Some(2)),
        ("UPDATE runs SET rule_pack_sha256 = '' WHERE seq = 1", Some(1)),
        ("UPDATE chain SET record_sha256 = previous_sha256 WHERE seq = 3", Some(3)),
        ("UPDATE chain SET previous_sha256 = record_sha256 WHERE seq = 6", Some(6)),
        ("DELETE FROM findings WHERE seq = 6", Some(6)),
        ("DELETE FROM findings WHERE seq = 6; DELETE FROM chain WHERE seq = 6", Some(6)),
        ("UPDATE findings SET seq = 8 WHERE seq = 7; DELETE FROM chain WHERE seq = 7", Some(7)),
        ("DELETE FROM chain WHERE seq = 7", Some(7)),
    ];
    for (number, (sql, expected)) in changes.into_iter().enumerate() {
        each_place(&format!("tamper{number}"), |place| {
            filled(place);
            assert_eq!(first_fault(place), None);
            tamper(place, sql);
            assert_eq!(first_fault(place), expected, "{sql} on {place}");
        });
    }
}

#[test]
fn a_cut_end_shows_against_a_noted_hash() {
    each_place("cut", |place| {
        let noted = filled(place);
        tamper(place, "DELETE FROM findings WHERE seq = 7; DELETE FROM chain WHERE seq = 7");
        let mut ledger = Ledger::open(place, Access::Read).unwrap();
        let verified = ledger.verify(Some(&noted)).unwrap();
        assert_eq!((verified.head.seq, verified.noted_at), (6, None));
    });
}

#[test]
fn the_engine_itself_refuses_changes() {
    each_place("guarded", |place| {
        filled(place);
        for table in ["chain", "runs", "batches", "findings", "decisions", "measures", "rectifications"] {
            for sql in [format!("UPDATE {table} SET seq = seq"), format!("DELETE FROM {table}")] {
                let refused = super::raw(place, &sql);
                // A table without rows has nothing to refuse in a row trigger.
                let is_empty = matches!(table, "decisions" | "measures" | "rectifications");
                assert!(is_empty || refused.is_err(), "{sql} on {place}");
            }
        }
        assert_eq!(first_fault(place), None);
    });
}

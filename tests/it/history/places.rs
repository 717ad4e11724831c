//! Places that are no history, or cannot be one.

use super::{each_place, raw, report, tamper};
use kaojian::ledger::error::LedgerError;
use kaojian::ledger::open::{Access, Ledger};
use kaojian::ledger::place::Place;
use kaojian::model::text::Language;

fn refusal(place: &Place, access: Access) -> LedgerError {
    match Ledger::open(place, access) {
        Ok(_) => panic!("{place} opens"),
        Err(error) => error,
    }
}

#[test]
fn what_is_no_history_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let as_place = |name: &str| Place::File(folder.path().join(name));
    assert!(matches!(refusal(&Place::File(folder.path().to_owned()), Access::Append), LedgerError::Foreign { .. }));
    assert!(matches!(refusal(&as_place("absent.db"), Access::Read), LedgerError::Absent { .. }));
    assert!(!folder.path().join("absent.db").exists(), "reading makes no file");
    let text = "batch_id,score\n1,60\n".repeat(200);
    std::fs::write(folder.path().join("scores.csv"), &text).unwrap();
    for access in [Access::Read, Access::Append] {
        assert!(matches!(refusal(&as_place("scores.csv"), access), LedgerError::Foreign { .. }));
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("scores.csv")).unwrap(), text);
    let other = as_place("other.db");
    raw(&other, "CREATE TABLE accounts (name TEXT)").unwrap();
    assert!(matches!(refusal(&other, Access::Append), LedgerError::Foreign { .. }));
}

#[test]
fn a_newer_format_is_refused() {
    each_place("newer", |place| {
        drop(Ledger::open(place, Access::Append).unwrap());
        tamper(place, "INSERT INTO kaojian_format (format) VALUES (99)");
        for access in [Access::Read, Access::Append] {
            let error = refusal(place, access);
            assert!(matches!(error, LedgerError::Newer { found: 99, .. }), "{error:?}");
            for language in Language::ALL {
                assert!(error.message().get(language).contains("99"));
            }
        }
    });
}

#[test]
fn a_history_opened_to_be_read_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("history.db"));
    drop(Ledger::open(&place, Access::Append).unwrap());
    let mut ledger = Ledger::open(&place, Access::Read).unwrap();
    let refused = ledger.add(&report("A", "1", "2025-05-10", 1), "city");
    assert!(matches!(refused, Err(LedgerError::ReadOnly { .. })), "{refused:?}");
    drop(ledger);
    let mut permissions = std::fs::metadata(folder.path().join("history.db")).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(folder.path().join("history.db"), permissions).unwrap();
    assert!(matches!(refusal(&place, Access::Append), LedgerError::ReadOnly { .. }));
    Ledger::open(&place, Access::Read).unwrap().verify(None).unwrap();
}

#[test]
fn a_server_that_is_not_there_is_named_without_its_password() {
    let place = Place::parse("postgres://supervisor:hidden@127.0.0.1:9/city").unwrap();
    let error = refusal(&place, Access::Append);
    assert!(matches!(error, LedgerError::Lost { .. }), "{error:?}");
    for language in Language::ALL {
        let message = error.message().get(language).to_owned();
        assert!(message.contains("127.0.0.1:9/city") && !message.contains("hidden"), "{message}");
    }
}

#[test]
fn a_lost_connection_leaves_nothing_half_written() {
    each_place("lost", |place| {
        let Place::Postgres(url) = place else { return };
        let name = format!("kaojian-lost-{}", std::process::id());
        let named = Place::parse(&format!("{url}&application_name={name}")).unwrap();
        let mut ledger = Ledger::open(&named, Access::Append).unwrap();
        let head = ledger.add(&report("A", "1", "2025-05-10", 1), "city").unwrap().head;
        raw(
            place,
            &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"),
        )
        .unwrap();
        let lost = ledger.add(&report("A", "2", "2025-06-10", 1), "city");
        assert!(matches!(lost, Err(LedgerError::Lost { .. })), "{lost:?}");
        drop(ledger);
        let mut ledger = Ledger::open(place, Access::Append).unwrap();
        assert_eq!(ledger.verify(None).unwrap().head, head);
        assert_eq!(ledger.add(&report("A", "2", "2025-06-10", 1), "city").unwrap().new, 1);
    });
}

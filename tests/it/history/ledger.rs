//! The record itself, on both engines.

use super::{each_place, report, report_of};
use kaojian::ledger::decide::{NewDecision, NewMeasure, NewRectification, ban_ends_on};
use kaojian::ledger::document;
use kaojian::ledger::error::LedgerError;
use kaojian::ledger::open::{Access, Ledger};
use kaojian::ledger::place::Place;
use kaojian::ledger::read::current;
use kaojian::ledger::tables::Kind;
use kaojian::model::finding::Measure;
use kaojian::model::history::Outcome;
use kaojian::model::ids::{BatchId, BodyId};
use std::collections::{BTreeMap, BTreeSet};

fn open(place: &Place) -> Ledger {
    Ledger::open(place, Access::Append).expect("the history opens")
}

#[test]
fn the_same_report_again_changes_nothing() {
    each_place("again", |place| {
        let mut ledger = open(place);
        let first = ledger.add(&report("A", "1", "2025-05-10", 2), "city").unwrap();
        assert_eq!((first.new, first.changed, first.unchanged, first.findings), (1, 0, 0, 2));
        let again = ledger.add(&report("A", "1", "2025-05-10", 2), "city").unwrap();
        assert!(again.known_run && again.head == first.head, "{again:?}");
        // The same batch among others is not recorded anew.
        let more = report_of(&[("A", "1", "2025-05-10", 2), ("A", "2", "2025-06-10", 0)]);
        let more = ledger.add(&more, "city").unwrap();
        assert_eq!((more.new, more.changed, more.unchanged, more.findings), (1, 0, 1, 2));
        let verified = ledger.verify(Some(&first.head.sha256)).unwrap();
        assert_eq!(verified.head, more.head);
        assert_eq!(verified.noted_at, Some(first.head.seq));
        assert_eq!(verified.records, BTreeMap::from([(Kind::Run, 2), (Kind::Batch, 2), (Kind::Finding, 4)]));
    });
}

#[test]
fn other_content_is_a_new_version_and_both_are_kept() {
    each_place("versions", |place| {
        let mut ledger = open(place);
        ledger.add(&report("A", "1", "2025-05-10", 2), "city").unwrap();
        let changed = ledger.add(&report("A", "1", "2025-05-10", 3), "city").unwrap();
        assert_eq!((changed.new, changed.changed), (0, 1));
        // The first data again are an old run, not a newer version.
        assert!(ledger.add(&report("A", "1", "2025-05-10", 2), "city").unwrap().known_run);
        let versions = ledger.versions(Some("A")).unwrap();
        assert_eq!(versions.iter().map(|record| record.integer("version")).collect::<Vec<_>>(), [Some(1), Some(2)]);
        let now = current(versions);
        assert_eq!(now.len(), 1);
        let findings = ledger.findings_of(now[0].seq).unwrap();
        assert!(findings.iter().any(|finding| finding.text("figures").contains("\"cases\":3")));
        // A batch of the same name of another body is another batch.
        assert_eq!(ledger.add(&report("B", "1", "2025-05-10", 2), "city").unwrap().new, 1);
    });
}

#[test]
fn what_was_found_earlier_is_read_back() {
    each_place("read", |place| {
        let mut ledger = open(place);
        ledger
            .add(
                &report_of(&[("A", "1", "2025-05-10", 2), ("A", "2", "2025-06-10", 1), ("B", "3", "2025-06-10", 1)]),
                "city",
            )
            .unwrap();
        let decision = NewDecision {
            finding_id: "20(4):A:1:similarity",
            outcome: Outcome::Dismissed,
            decided_by: "supervisor-1",
            decided_on: "2025-07-01".parse().ok(),
            reason: "one teacher, no 11010519491231002X",
        };
        let entered = ledger.decide(&decision).unwrap();
        assert!(!entered.known);
        assert!(ledger.decide(&decision).unwrap().known, "the same words again are not recorded");
        let measure = NewMeasure {
            body_id: "A",
            measure: Measure::Ban,
            article: Some("22(1)"),
            decided_on: "2024-02-29".parse().unwrap(),
            ends_on: None,
            terms: "",
        };
        assert_eq!(ledger.measure(&measure).unwrap().ends_on, "2027-02-28".parse().ok());
        assert!(ledger.measure(&measure).unwrap().known);
        let order = NewRectification {
            body_id: "A",
            ordered_on: "2025-01-01".parse().unwrap(),
            deadline: "2025-03-01".parse().ok(),
            closed_on: None,
        };
        ledger.rectify(&order).unwrap();
        ledger.rectify(&NewRectification { closed_on: "2025-02-01".parse().ok(), ..order }).unwrap();
        let bodies = BTreeSet::from([BodyId::from("A")]);
        let history = ledger.history(&bodies, &BTreeMap::new(), None).unwrap();
        assert_eq!(history.batches.iter().map(|batch| batch.batch_id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(history.batches[0].candidates, Some(40));
        assert_eq!(history.findings.len(), 2, "what is not met is not asked for");
        assert!(history.findings[0].is_dismissed() && !history.findings[1].is_dismissed());
        let reason = &history.findings[0].decision.as_ref().unwrap().reason;
        assert_eq!(reason, "one teacher, no 110105********002X");
        assert_eq!(history.findings[1].figures["cases"].integer(), Some(1));
        assert_eq!(history.measures[0].ends_on, Some(ban_ends_on("2024-02-29".parse().unwrap())));
        assert_eq!(history.rectifications.len(), 1, "an order and its closing are one");
        assert_eq!(history.rectifications[0].closed_on, "2025-02-01".parse().ok());
        let shown = history.shown_by(&"A".into(), "city", "20(4)", &["similarity.sheet_groups"]);
        assert_eq!(shown.into_iter().map(|(_, batch)| batch).collect::<Vec<_>>(), [BatchId::from("2")]);
        // The batch at hand is left out, but not another body's of the same name.
        let at_hand = BTreeMap::from([("1".into(), Some("A".into())), ("2".into(), Some("B".into()))]);
        let rest = ledger.history(&bodies, &at_hand, None).unwrap();
        assert_eq!(rest.batches.iter().map(|batch| batch.batch_id.as_str()).collect::<Vec<_>>(), ["2"]);
        let unknown_body = BTreeMap::from([("2".into(), None)]);
        assert_eq!(ledger.history(&bodies, &unknown_body, None).unwrap().batches.len(), 1);
        // On the day before the decision nothing was decided.
        for (day, dismissed) in [("2025-06-30", false), ("2025-07-01", true)] {
            let then = ledger.history(&bodies, &BTreeMap::new(), day.parse().ok()).unwrap();
            assert_eq!(then.findings[0].is_dismissed(), dismissed, "{day}");
        }
        // A newer version of a finding has not been decided on.
        ledger.add(&report("A", "1", "2025-05-10", 9), "city").unwrap();
        let newer = ledger.history(&bodies, &BTreeMap::new(), None).unwrap();
        assert!(newer.findings.iter().all(|finding| finding.decision.is_none()));
        ledger.verify(None).unwrap();
    });
}

#[test]
fn nothing_is_recorded_of_what_cannot_be() {
    each_place("refused", |place| {
        let mut ledger = open(place);
        let head = ledger.add(&report("A", "1", "2025-05-10", 2), "city").unwrap().head;
        let future = ledger.add(&report_of(&[("A", "2", "2025-06-10", 1), ("A", "3", "2999-01-01", 1)]), "city");
        assert!(matches!(future, Err(LedgerError::Future { ref subject, .. }) if subject == "3"), "{future:?}");
        let decision = NewDecision {
            finding_id: "20(4):A:7:similarity",
            outcome: Outcome::Confirmed,
            decided_by: "x",
            decided_on: None,
            reason: "",
        };
        assert!(matches!(ledger.decide(&decision), Err(LedgerError::Unknown { .. })));
        assert_eq!(ledger.verify(None).unwrap().head, head);
        assert_eq!(ledger.versions(None).unwrap().len(), 1);
        let broken = document::read(b"{\"schema\":1}", b"{}");
        assert!(matches!(broken, Err(LedgerError::Document { ref file, .. }) if file == "findings.json"));
    });
}

#[test]
fn many_writers_lose_nothing() {
    const WRITERS: usize = 6;
    const REPORTS: usize = 8;
    each_place("writers", |place| {
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                scope.spawn(move || {
                    for number in 0..REPORTS {
                        // Opened anew each time, as separate commands do.
                        let mut ledger = open(place);
                        let body = format!("B{writer}");
                        ledger.add(&report(&body, &number.to_string(), "2025-05-10", 2), "city").unwrap();
                        // And everybody records the same batch too.
                        ledger.add(&report("shared", "1", "2025-05-10", 2), "city").unwrap();
                    }
                });
            }
        });
        let mut ledger = open(place);
        let records = ledger.verify(None).unwrap().records;
        let batches = u64::try_from(WRITERS * REPORTS + 1).unwrap();
        assert_eq!(
            records,
            BTreeMap::from([(Kind::Run, batches), (Kind::Batch, batches), (Kind::Finding, 2 * batches)])
        );
    });
}

//! Written answers of earlier runs, on both engines.

use super::{each_place, raw, report};
use kaojian::ledger::open::{Access, Ledger};
use kaojian::ledger::tables::Kind;
use kaojian::ledger::written::WrittenRecord;
use kaojian::model::provenance::Provenance;
use kaojian::model::written_evidence::{WrittenHolder, WrittenPrint};
use kaojian::text::normal::placed;
use kaojian::text::winnowing::fingerprints;

fn record(body: &str, batch: &str, candidate: &str, text: &str) -> WrittenRecord {
    let characters = placed(text).characters;
    WrittenRecord {
        body_id: body.to_owned(),
        exam_date: Some("2025-05-10".to_owned()),
        question: "焊工|4||Q1".to_owned(),
        print: WrittenPrint {
            holder: WrittenHolder { batch_id: batch.into(), candidate_id: candidate.into() },
            characters: characters.len() as u32,
            prints: fingerprints(&characters, 10, 20),
            sha256: format!(
                "{:064x}",
                characters.iter().fold(7_u128, |sum, one| sum * 31 % (1 << 90) + u128::from(*one as u32))
            ),
            source: Provenance::default(),
        },
    }
}

const TEXT: &str = "先切断配电柜电源并用合格的验电笔确认三相无电，再挂上禁止合闸的标示牌，由专人在旁监护，最后才拆开电机接线盒检查绕组绝缘，绝缘电阻低于零点五兆欧时须烘干后重测";
const OTHER: &str = "接到报修电话后我先询问操作工故障现象，随后带上万用表与绝缘手套到现场，从主回路开始逐段测量电压，发现接触器触点烧蚀，换上同型号备件后空载试机十分钟再交还车间";

#[test]
fn an_earlier_answer_is_named_and_no_text_is_kept() {
    each_place("written", |place| {
        let mut ledger = Ledger::open(place, Access::Append).unwrap();
        let first = [record("A", "1", "11010519491231002X", TEXT), record("A", "1", "C2", OTHER)];
        let added = ledger.add_with_written(&report("A", "1", "2025-05-10", 0), "city", &first).unwrap();
        let verified = ledger.verify(None).unwrap();
        assert_eq!((verified.head.clone(), verified.records[&Kind::Written]), (added.head, 2));
        // The batch itself is not earlier.
        assert_eq!(ledger.earlier_written(&first, 50).unwrap(), []);
        let longer = format!("{TEXT}，以上为本人意见");
        let now = [record("B", "9", "C7", &longer), record("B", "9", "C8", TEXT), record("B", "9", "C9", "别的话")];
        let found = ledger.earlier_written(&now, 50).unwrap();
        let named: Vec<_> = (found.iter())
            .map(|(number, one)| {
                (*number, one.run.as_str(), one.batch_id.as_str(), one.candidate_id.as_str(), one.identical)
            })
            .collect();
        assert_eq!(
            named,
            [(0, "city", "1", "110105********002X", false), (1, "city", "1", "110105********002X", true)]
        );
        // Recorded once, however often the run is repeated with other settings.
        let again = ledger.add_with_written(&report("A", "1", "2025-05-10", 3), "city", &first).unwrap();
        assert_eq!(ledger.verify(None).unwrap().records[&Kind::Written], 2);
        assert_eq!(again.changed, 1);
        // It only grows, as the rest does.
        for sql in ["UPDATE written_answers SET question = 'x'", "DELETE FROM written_answers"] {
            assert!(raw(place, sql).is_err(), "{sql}");
        }
        let mut kept = String::new();
        ledger
            .each(Kind::Written, |record| {
                kept.push_str(&format!("{record:?}"));
                Ok::<(), kaojian::ledger::error::LedgerError>(())
            })
            .unwrap();
        assert!(!kept.contains("切断") && !kept.contains("19491231"), "{kept}");
    });
}

#[test]
fn a_history_of_the_first_format_is_brought_up() {
    each_place("upgrade", |place| {
        {
            let mut ledger = Ledger::open(place, Access::Append).unwrap();
            ledger.add(&report("A", "1", "2025-05-10", 1), "city").unwrap();
        }
        // As the first format left it.
        raw(place, "DROP TABLE written_answers; DELETE FROM kaojian_format WHERE format = 2").unwrap();
        let head = Ledger::open(place, Access::Read).unwrap().verify(None).unwrap().head;
        let mut ledger = Ledger::open(place, Access::Append).unwrap();
        assert_eq!(ledger.verify(None).unwrap().head, head);
        let written = [record("B", "2", "C1", TEXT)];
        ledger.add_with_written(&report("B", "2", "2025-06-10", 1), "city", &written).unwrap();
        assert_eq!(ledger.verify(Some(&head.sha256)).unwrap().records[&Kind::Written], 1);
    });
}

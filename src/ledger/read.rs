//! Asking the history.

use crate::ledger::document::ReadingIn;
use crate::ledger::error::LedgerError;
use crate::ledger::open::Ledger;
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Value};
use crate::model::figure::{Figure, Figures};
use crate::model::finding::{Measure, Verdict};
use crate::model::history::{
    Decision, EarlierBatch, EarlierFinding, EarlierMeasure, EarlierRectification, History, Outcome,
};
use crate::model::ids::{BatchId, BodyId};
use crate::model::level::Level;
use chrono::NaiveDate;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// One record with its columns by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number in the chain.
    pub seq: i64,
    /// What it is about.
    pub kind: Kind,
    /// Its cells in the order of [`Kind::columns`].
    pub cells: Vec<Value>,
}

impl Record {
    /// The cell of a column.
    pub fn cell(&self, column: &str) -> Option<&Value> {
        let index = self.kind.columns().iter().position(|(name, _)| *name == column)?;
        self.cells.get(index)
    }

    /// The text of a column, empty when there is none.
    pub fn text(&self, column: &str) -> &str {
        self.cell(column).map_or("", Value::as_text)
    }

    /// The number of a column.
    pub fn integer(&self, column: &str) -> Option<i64> {
        self.cell(column).and_then(Value::as_integer)
    }

    fn date(&self, column: &str) -> Option<NaiveDate> {
        self.text(column).parse().ok()
    }

    fn some(&self, column: &str) -> Option<String> {
        self.cell(column).and_then(Value::some_text).map(str::to_owned)
    }
}

/// Records of a kind in the order of the chain. `condition` is this program's own text, what people write is bound.
pub(in crate::ledger) fn records(
    store: &mut Store,
    kind: Kind,
    condition: &str,
    values: &[Value],
) -> Result<Vec<Record>, LedgerError> {
    let sql = format!("SELECT {} FROM {} {condition} ORDER BY seq", kind.column_list(), kind.table());
    let rows = store.rows(&sql, values, &kind.types())?;
    let record = |row: Vec<Value>| {
        let mut cells = row.into_iter();
        let seq = cells.next().and_then(|cell| cell.as_integer()).unwrap_or(0);
        Record { seq, kind, cells: cells.collect() }
    };
    Ok(rows.into_iter().map(record).collect())
}

/// Records a page of an export.
const PAGE: i64 = 5_000;

impl Ledger {
    /// Every version of every batch, or of one body's, in the order of the chain.
    ///
    /// # Errors
    /// What the engine says.
    pub fn versions(&mut self, body_id: Option<&str>) -> Result<Vec<Record>, LedgerError> {
        match body_id {
            Some(body_id) => records(&mut self.store, Kind::Batch, "WHERE body_id = $1", &[Value::text(body_id)]),
            None => records(&mut self.store, Kind::Batch, "", &[]),
        }
    }

    /// Every version of the batches of this name, whatever their body.
    ///
    /// # Errors
    /// What the engine says.
    pub fn versions_of(&mut self, batch_id: &str) -> Result<Vec<Record>, LedgerError> {
        records(&mut self.store, Kind::Batch, "WHERE batch_id = $1", &[Value::text(batch_id)])
    }

    /// Findings of one version.
    ///
    /// # Errors
    /// What the engine says.
    pub fn findings_of(&mut self, batch_seq: i64) -> Result<Vec<Record>, LedgerError> {
        records(&mut self.store, Kind::Finding, "WHERE batch_seq = $1", &[Value::integer(batch_seq)])
    }

    /// Every version of a finding.
    ///
    /// # Errors
    /// What the engine says.
    pub fn finding(&mut self, finding_id: &str) -> Result<Vec<Record>, LedgerError> {
        records(&mut self.store, Kind::Finding, "WHERE finding_id = $1", &[Value::text(finding_id)])
    }

    /// Decisions on one version of a finding.
    ///
    /// # Errors
    /// What the engine says.
    pub fn decisions_on(&mut self, finding_seq: i64) -> Result<Vec<Record>, LedgerError> {
        records(&mut self.store, Kind::Decision, "WHERE finding_seq = $1", &[Value::integer(finding_seq)])
    }

    /// The decision that stood at the end of a day; the latest without one.
    ///
    /// # Errors
    /// What the engine says.
    pub fn decision_by(&mut self, finding_seq: i64, as_of: Option<NaiveDate>) -> Result<Option<Record>, LedgerError> {
        let was_made =
            |record: &Record| as_of.is_none_or(|as_of| record.date("decided_on").is_none_or(|day| day <= as_of));
        Ok(self.decisions_on(finding_seq)?.into_iter().rfind(was_made))
    }

    /// Measures or orders to rectify of one body.
    ///
    /// # Errors
    /// What the engine says.
    pub fn of_body(&mut self, kind: Kind, body_id: &str) -> Result<Vec<Record>, LedgerError> {
        records(&mut self.store, kind, "WHERE body_id = $1", &[Value::text(body_id)])
    }

    /// Gives every record of a kind to `take`, page by page.
    ///
    /// # Errors
    /// What the engine says, and what `take` says.
    pub fn each<E: From<LedgerError>>(
        &mut self,
        kind: Kind,
        mut take: impl FnMut(&Record) -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut after = 0;
        let mut count = 0;
        loop {
            let condition = "WHERE seq > $1";
            let limited =
                format!("WHERE seq IN (SELECT seq FROM {} {condition} ORDER BY seq LIMIT {PAGE})", kind.table());
            let page = records(&mut self.store, kind, &limited, &[Value::integer(after)])?;
            let Some(last) = page.last() else { return Ok(count) };
            after = last.seq;
            for record in &page {
                take(record)?;
                count += 1;
            }
        }
    }

    /// What is on record about these bodies, without the batches at hand (each with its body, if known).
    ///
    /// # Errors
    /// What the engine says.
    pub fn history(
        &mut self,
        bodies: &BTreeSet<BodyId>,
        at_hand: &BTreeMap<BatchId, Option<BodyId>>,
        as_of: Option<NaiveDate>,
    ) -> Result<History, LedgerError> {
        let mut history = History::default();
        for body in bodies {
            let id = body.as_str();
            let versions = self.versions(Some(id))?;
            let is_at_hand = |record: &Record| {
                let found = at_hand.get(&BatchId::from(record.text("batch_id")));
                found.is_some_and(|holder| holder.as_ref().is_none_or(|holder| holder == body))
            };
            let mut current = current(versions);
            current.retain(|record| !is_at_hand(record));
            // What a run said of the body itself is at hand when all of its batches are: that run is being repeated.
            let is_batch = |record: &&Record| !record.text("batch_id").is_empty();
            let others: BTreeSet<Option<i64>> =
                current.iter().filter(is_batch).map(|record| record.integer("run_seq")).collect();
            current.retain(|record| is_batch(&record) || others.contains(&record.integer("run_seq")));
            let seqs: BTreeSet<i64> = current.iter().map(|record| record.seq).collect();
            // The same batch under two rule packs is one batch: the later record speaks.
            let batches: BTreeMap<&str, &Record> = (current.iter())
                .filter(|record| !record.text("batch_id").is_empty())
                .map(|record| (record.text("batch_id"), record))
                .collect();
            history.batches.extend(batches.values().map(|record| earlier_batch(record)));
            let shown = "WHERE body_id = $1 AND verdict IN ('MET', 'INDICATION')";
            for record in records(&mut self.store, Kind::Finding, shown, &[Value::text(id)])? {
                if record.integer("batch_seq").is_some_and(|seq| seqs.contains(&seq)) {
                    let decision = self.decision_by(record.seq, as_of)?;
                    history.findings.extend(earlier_finding(&record, decision.as_ref()));
                }
            }
            history.measures.extend(self.of_body(Kind::Measure, id)?.iter().filter_map(earlier_measure));
            // Closing an order is a later record of the same order.
            let orders: BTreeMap<String, Record> = (self.of_body(Kind::Rectification, id)?.into_iter())
                .map(|record| (record.text("ordered_on").to_owned(), record))
                .collect();
            history.rectifications.extend(orders.values().filter_map(earlier_rectification));
        }
        history
            .batches
            .sort_by(|a, b| (&a.body_id, a.exam_date, &a.batch_id).cmp(&(&b.body_id, b.exam_date, &b.batch_id)));
        history.findings.sort_by(|a, b| {
            (&a.article, &a.body_id, a.exam_date, &a.finding_id, &a.rule_pack).cmp(&(
                &b.article,
                &b.body_id,
                b.exam_date,
                &b.finding_id,
                &b.rule_pack,
            ))
        });
        history.measures.sort_by(|a, b| (&a.body_id, a.decided_on).cmp(&(&b.body_id, b.decided_on)));
        Ok(history)
    }
}

/// The current version of each batch under each rule pack, in the order of the chain.
pub fn current(versions: Vec<Record>) -> Vec<Record> {
    let mut latest: BTreeMap<(String, String, String), Record> = BTreeMap::new();
    for record in versions {
        let key = ["body_id", "batch_id", "rule_pack"].map(|column| record.text(column).to_owned());
        let [body_id, batch_id, rule_pack] = key;
        latest.insert((body_id, batch_id, rule_pack), record);
    }
    let mut current: Vec<Record> = latest.into_values().collect();
    current.sort_by_key(|record| record.seq);
    current
}

fn body_of(record: &Record) -> Option<BodyId> {
    record.some("body_id").map(|id| BodyId::from(id.as_str()))
}

fn earlier_batch(record: &Record) -> EarlierBatch {
    EarlierBatch {
        body_id: body_of(record),
        batch_id: BatchId::from(record.text("batch_id")),
        occupation_code: record.some("occupation_code"),
        occupation: record.some("occupation"),
        level: record.integer("level").and_then(|code| u8::try_from(code).ok()).and_then(Level::new),
        exam_date: record.date("exam_date"),
        held: record.integer("held").map(|held| held != 0),
        candidates: record.integer("candidates").and_then(|count| u64::try_from(count).ok()),
    }
}

fn verdict(word: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == word)
}

pub(in crate::ledger) fn earlier_finding(record: &Record, decision: Option<&Record>) -> Option<EarlierFinding> {
    let readings: Vec<ReadingIn> = serde_json::from_str(record.text("readings")).unwrap_or_default();
    let figures: BTreeMap<String, Json> = serde_json::from_str(record.text("figures")).unwrap_or_default();
    Some(EarlierFinding {
        finding_id: record.text("finding_id").to_owned(),
        rule_pack: record.text("rule_pack").to_owned(),
        article: record.text("article").to_owned(),
        body_id: body_of(record),
        batch_id: record.some("batch_id").map(|id| BatchId::from(id.as_str())),
        exam_date: record.date("exam_date"),
        verdict: verdict(record.text("verdict"))?,
        readings: readings.into_iter().filter_map(|one| Some((one.reading, verdict(&one.verdict)?))).collect(),
        figures: figures.into_iter().map(|(name, value)| (name, figure(value))).collect::<Figures>(),
        cases: serde_json::from_str(record.text("cases")).unwrap_or_default(),
        decision: decision.and_then(|record| {
            Some(Decision {
                outcome: Outcome::parse(record.text("outcome"))?,
                decided_by: record.text("decided_by").to_owned(),
                decided_on: record.date("decided_on")?,
                reason: record.text("reason").to_owned(),
            })
        }),
    })
}

fn figure(value: Json) -> Figure {
    match value {
        Json::String(text) => Figure::Text(text),
        Json::Number(number) => number
            .as_i64()
            .map(Figure::Integer)
            .or_else(|| number.as_f64().map(Figure::Real))
            .unwrap_or_else(|| Figure::Text(number.to_string())),
        other => Figure::Text(other.to_string()),
    }
}

/// The measure of that word.
pub fn measure(word: &str) -> Option<Measure> {
    Measure::parse(word)
}

fn earlier_measure(record: &Record) -> Option<EarlierMeasure> {
    Some(EarlierMeasure {
        body_id: body_of(record)?,
        measure: measure(record.text("measure"))?,
        article: record.some("article"),
        decided_on: record.date("decided_on")?,
        ends_on: record.date("ends_on"),
        terms: record.text("terms").to_owned(),
    })
}

fn earlier_rectification(record: &Record) -> Option<EarlierRectification> {
    Some(EarlierRectification {
        body_id: body_of(record)?,
        ordered_on: record.date("ordered_on")?,
        deadline: record.date("deadline"),
        closed_on: record.date("closed_on"),
    })
}

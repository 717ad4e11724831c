//! What the credit assessment asks of the history beyond what rules do.

use crate::ledger::error::LedgerError;
use crate::ledger::open::Ledger;
use crate::ledger::read::{current, earlier_finding, records};
use crate::ledger::tables::{Kind, Type, Value};
use crate::model::history::Decision;
use crate::model::ids::{BatchId, BodyId};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The latest decisions on the current versions of findings, by rule pack, finding and verdict word.
pub type Decisions = BTreeMap<(String, String, &'static str), Decision>;

impl Ledger {
    /// Every body on record, in byte order.
    ///
    /// # Errors
    /// What the engine says.
    pub fn bodies(&mut self) -> Result<BTreeSet<BodyId>, LedgerError> {
        let mut bodies = BTreeSet::new();
        for kind in [Kind::Batch, Kind::Measure, Kind::Rectification] {
            let sql = format!("SELECT DISTINCT body_id FROM {}", kind.table());
            for row in self.store.rows(&sql, &[], &[Type::Text])? {
                bodies.extend(row.first().and_then(Value::some_text).map(BodyId::from));
            }
        }
        Ok(bodies)
    }

    /// Decisions on findings of the batches at hand and of the bodies themselves. A repeated inspection finds the same
    /// again; what people decided stands until the finding changes.
    ///
    /// # Errors
    /// What the engine says.
    pub fn decided(
        &mut self,
        bodies: &BTreeSet<BodyId>,
        at_hand: &BTreeMap<BatchId, Option<BodyId>>,
        as_of: Option<NaiveDate>,
    ) -> Result<Decisions, LedgerError> {
        let mut decided = Decisions::new();
        for body in bodies {
            let id = body.as_str();
            let versions = current(self.versions(Some(id))?);
            let is_at_hand = |batch_id: &str| batch_id.is_empty() || at_hand.contains_key(&BatchId::from(batch_id));
            let seqs: BTreeSet<i64> =
                versions.iter().filter(|record| is_at_hand(record.text("batch_id"))).map(|record| record.seq).collect();
            let shown = "WHERE body_id = $1 AND verdict IN ('MET', 'INDICATION') \
                         AND seq IN (SELECT finding_seq FROM decisions)";
            for record in records(&mut self.store, Kind::Finding, shown, &[Value::text(id)])? {
                if !record.integer("batch_seq").is_some_and(|seq| seqs.contains(&seq)) {
                    continue;
                }
                let decision = self.decision_by(record.seq, as_of)?;
                let Some(finding) = earlier_finding(&record, decision.as_ref()) else { continue };
                if let Some(decision) = finding.decision {
                    decided.insert((finding.rule_pack, finding.finding_id, finding.verdict.as_str()), decision);
                }
            }
        }
        Ok(decided)
    }
}

//! Taking a report into the history.

use crate::ledger::chain::{Appender, Head, head};
use crate::ledger::document::{Judged, Report};
use crate::ledger::error::LedgerError;
use crate::ledger::open::Ledger;
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Type, Value};
use crate::ledger::written::{WrittenRecord, not_on_record, record};
use chrono::{NaiveDate, NaiveDateTime};

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Batches (and bodies as a whole) that were not on record.
    pub new: usize,
    /// Those that were, with other content: both versions are kept, the later is current.
    pub changed: usize,
    /// Those that were, with the same content.
    pub unchanged: usize,
    /// Findings recorded.
    pub findings: usize,
    /// Whether this very run was recorded before; then nothing is.
    pub known_run: bool,
    /// The end of the chain.
    pub head: Head,
}

impl Ledger {
    /// Records a report: all of it, or nothing. The same report again changes nothing.
    ///
    /// # Errors
    /// A batch dated in the future, or an engine that refuses.
    pub fn add(&mut self, report: &Report, data_set: &str) -> Result<Added, LedgerError> {
        self.add_with_written(report, data_set, &[])
    }

    /// As [`Ledger::add`], with the fingerprints of written answers.
    ///
    /// # Errors
    /// Those of [`Ledger::add`].
    pub fn add_with_written(
        &mut self,
        report: &Report,
        data_set: &str,
        answers: &[WrittenRecord],
    ) -> Result<Added, LedgerError> {
        self.store.exclusively(|store| add(store, report, data_set, answers))
    }
}

/// The latest version of a batch: its number, and whether its content is that of `unit`.
fn latest(store: &mut Store, unit: &Judged) -> Result<Option<(i64, bool)>, LedgerError> {
    let sql = "SELECT version, content_sha256 FROM batches WHERE body_id = $1 AND batch_id = $2 AND rule_pack = $3 \
               ORDER BY version DESC LIMIT 1";
    let key = [&unit.body_id, &unit.batch_id, &unit.rule_pack].map(|part| Value::text(part.as_str()));
    let rows = store.rows(sql, &key, &[Type::Integer, Type::Text])?;
    Ok(match rows.first().map(Vec::as_slice) {
        Some([version, content]) => Some((version.as_integer().unwrap_or(0), content.as_text() == unit.content_sha256)),
        _ => None,
    })
}

fn add(store: &mut Store, report: &Report, data_set: &str, answers: &[WrittenRecord]) -> Result<Added, LedgerError> {
    let known = store.rows(
        "SELECT seq FROM runs WHERE run_id = $1",
        &[Value::text(report.run_id.as_str())],
        &[Type::Integer],
    )?;
    let mut added = Added {
        new: 0,
        changed: 0,
        unchanged: 0,
        findings: 0,
        known_run: !known.is_empty(),
        head: Head { seq: 0, sha256: String::new() },
    };
    if added.known_run {
        added.unchanged = report.judged.len();
        added.head = head(store)?;
        return Ok(added);
    }
    let now = store.now()?;
    for unit in &report.judged {
        if let Some(date) = unit.exam_date.as_deref().filter(|date| is_future(date, &now)) {
            return Err(LedgerError::Future { subject: unit.batch_id.clone(), date: date.to_owned() });
        }
    }
    let mut to_record: Vec<(&Judged, i64)> = Vec::new();
    for unit in &report.judged {
        match latest(store, unit)? {
            Some((_, true)) => added.unchanged += 1,
            Some((version, false)) => {
                added.changed += 1;
                to_record.push((unit, version + 1));
            }
            None => {
                added.new += 1;
                to_record.push((unit, 1));
            }
        }
    }
    let answers = not_on_record(store, answers)?;
    let mut chain = Appender::new(store)?;
    let run = [
        report.run_id.as_str(),
        data_set,
        &report.program_version,
        &report.rule_pack,
        &report.rule_pack_sha256,
        &report.settings,
        &report.inputs,
        &now,
    ];
    let run_seq = chain.add(Kind::Run, run.map(Value::text).to_vec())?;
    for (unit, version) in to_record {
        let mut cells = vec![
            Value::integer(run_seq),
            Value::text(unit.body_id.as_str()),
            Value::text(unit.batch_id.as_str()),
            Value::text(unit.rule_pack.as_str()),
            Value::integer(version),
        ];
        cells.extend(unit.facts.iter().cloned());
        cells.extend(unit.verdicts.map(Value::integer));
        cells.push(Value::text(unit.content_sha256.as_str()));
        let batch_seq = chain.add(Kind::Batch, cells)?;
        for finding in &unit.findings {
            let mut cells = vec![Value::integer(batch_seq)];
            cells.extend(finding.iter().cloned());
            chain.add(Kind::Finding, cells)?;
        }
        added.findings += unit.findings.len();
    }
    record(&mut chain, run_seq, &answers)?;
    added.head = chain.finish()?;
    Ok(added)
}

/// The calendar day in China at a time of the history's clock.
pub fn china_day(now: &str) -> Option<NaiveDate> {
    let time = NaiveDateTime::parse_from_str(now, "%Y-%m-%dT%H:%M:%SZ").ok()?;
    Some((time + chrono::TimeDelta::hours(8)).date())
}

/// Whether a date is past the calendar day in China.
pub fn is_future(date: &str, now: &str) -> bool {
    china_day(now).zip(date.parse::<NaiveDate>().ok()).is_some_and(|(today, date)| date > today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_that_of_china() {
        assert!(is_future("2026-05-02", "2026-05-01T15:59:59Z"));
        assert!(!is_future("2026-05-02", "2026-05-01T16:00:00Z"));
        assert!(!is_future("no date", "2026-05-01T16:00:00Z"));
    }
}

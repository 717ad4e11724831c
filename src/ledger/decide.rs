//! What people record: decisions on findings, measures, orders to rectify.

use crate::ledger::add::{china_day, is_future};
use crate::ledger::chain::{Appender, Head, head};
use crate::ledger::document::kept;
use crate::ledger::error::LedgerError;
use crate::ledger::open::Ledger;
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Type, Value};
use crate::model::finding::Measure;
use crate::model::history::Outcome;
use chrono::{Months, NaiveDate};

/// A ban lasts three years (Art. 22).
const BAN_MONTHS: u32 = 36;

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The record that holds it.
    pub seq: i64,
    /// Whether it was there before, word for word; then nothing was recorded.
    pub known: bool,
    /// The day it counts from.
    pub on: NaiveDate,
    /// The last day of a measure's term.
    pub ends_on: Option<NaiveDate>,
    /// The end of the chain.
    pub head: Head,
}

/// A person's decision on a finding.
#[derive(Clone, Copy, Debug)]
pub struct NewDecision<'a> {
    /// The finding by its identifier; its latest version is meant.
    pub finding_id: &'a str,
    /// The outcome.
    pub outcome: Outcome,
    /// By whom.
    pub decided_by: &'a str,
    /// When; without it, today by the history's clock.
    pub decided_on: Option<NaiveDate>,
    /// Why.
    pub reason: &'a str,
}

/// A measure that an authority took.
#[derive(Clone, Copy, Debug)]
pub struct NewMeasure<'a> {
    /// Against whom.
    pub body_id: &'a str,
    /// Which.
    pub measure: Measure,
    /// Article it rests on.
    pub article: Option<&'a str>,
    /// Date of the decision.
    pub decided_on: NaiveDate,
    /// Last day of its term; a ban has three years without it.
    pub ends_on: Option<NaiveDate>,
    /// What was imposed, in words.
    pub terms: &'a str,
}

/// An order to rectify; with a date of closing, its end.
#[derive(Clone, Copy, Debug)]
pub struct NewRectification<'a> {
    /// Who is ordered.
    pub body_id: &'a str,
    /// Date of the order.
    pub ordered_on: NaiveDate,
    /// Last day to do it.
    pub deadline: Option<NaiveDate>,
    /// Date it was closed.
    pub closed_on: Option<NaiveDate>,
}

/// The last day of a ban: the same day three civil years later, or the last of that month where it has no such day.
///
/// ```
/// use kaojian::ledger::decide::ban_ends_on;
/// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// assert_eq!(ban_ends_on(day("2024-02-29")), day("2027-02-28"));
/// assert_eq!(ban_ends_on(day("2025-11-30")), day("2028-11-30"));
/// ```
pub fn ban_ends_on(decided_on: NaiveDate) -> NaiveDate {
    decided_on.checked_add_months(Months::new(BAN_MONTHS)).unwrap_or(NaiveDate::MAX)
}

fn date(date: NaiveDate) -> Value {
    Value::text(date.to_string())
}

fn maybe(date: Option<NaiveDate>) -> Value {
    Value::Text(date.map(|date| date.to_string()))
}

impl Ledger {
    /// Records a decision beside the latest version of a finding.
    ///
    /// # Errors
    /// An unknown finding, a day in the future, or an engine that refuses.
    pub fn decide(&mut self, new: &NewDecision<'_>) -> Result<Entered, LedgerError> {
        self.store.exclusively(|store| {
            let now = store.now()?;
            let on = new.decided_on.or_else(|| china_day(&now)).unwrap_or_default();
            let sql = "SELECT seq FROM findings WHERE finding_id = $1 ORDER BY seq DESC LIMIT 1";
            let found = store.rows(sql, &[Value::text(new.finding_id)], &[Type::Integer])?;
            let Some(finding) = found.first().and_then(|row| row.first()).cloned() else {
                let subject = new.finding_id.to_owned();
                return Err(LedgerError::Unknown { place: store.place().clone(), subject });
            };
            let cells = vec![
                finding,
                Value::text(new.finding_id),
                Value::text(new.outcome.as_str()),
                Value::text(kept(new.decided_by)),
                date(on),
                Value::text(kept(new.reason)),
            ];
            enter(store, Kind::Decision, cells, on, None, &now)
        })
    }

    /// Records a measure.
    ///
    /// # Errors
    /// A day in the future, or an engine that refuses.
    pub fn measure(&mut self, new: &NewMeasure<'_>) -> Result<Entered, LedgerError> {
        self.store.exclusively(|store| {
            let now = store.now()?;
            let is_ban = new.measure == Measure::Ban;
            let ends_on = new.ends_on.or_else(|| is_ban.then(|| ban_ends_on(new.decided_on)));
            let cells = vec![
                Value::text(kept(new.body_id)),
                Value::text(new.measure.as_str()),
                Value::Text(new.article.map(kept)),
                date(new.decided_on),
                maybe(ends_on),
                Value::text(kept(new.terms)),
            ];
            enter(store, Kind::Measure, cells, new.decided_on, ends_on, &now)
        })
    }

    /// Records an order to rectify, or that it was closed.
    ///
    /// # Errors
    /// A day in the future, or an engine that refuses.
    pub fn rectify(&mut self, new: &NewRectification<'_>) -> Result<Entered, LedgerError> {
        self.store.exclusively(|store| {
            let now = store.now()?;
            let cells =
                vec![Value::text(kept(new.body_id)), date(new.ordered_on), maybe(new.deadline), maybe(new.closed_on)];
            enter(store, Kind::Rectification, cells, new.closed_on.unwrap_or(new.ordered_on), None, &now)
        })
    }
}

/// Adds one record, unless the last of its subject says the same word for word.
fn enter(
    store: &mut Store,
    kind: Kind,
    mut cells: Vec<Value>,
    on: NaiveDate,
    ends_on: Option<NaiveDate>,
    now: &str,
) -> Result<Entered, LedgerError> {
    if is_future(&on.to_string(), now) {
        return Err(LedgerError::Future { subject: kind.as_str().to_owned(), date: on.to_string() });
    }
    let subject = kind.columns().first().map_or("seq", |(name, _)| *name);
    let sql = format!("SELECT {} FROM {} WHERE {subject} = $1 ORDER BY seq", kind.column_list(), kind.table());
    let earlier = store.rows(&sql, cells.get(..1).unwrap_or_default(), &kind.types())?;
    // Without its number and the time it was recorded.
    let same = earlier.iter().rev().find(|row| row.get(1..=cells.len()) == Some(cells.as_slice()));
    // A decision may return to what it was: only the last one counts as said already.
    let same = same.filter(|row| kind != Kind::Decision || earlier.last() == Some(*row));
    if let Some(seq) = same.and_then(|row| row.first()).and_then(Value::as_integer) {
        return Ok(Entered { seq, known: true, on, ends_on, head: head(store)? });
    }
    cells.push(Value::text(now));
    let mut chain = Appender::new(store)?;
    let seq = chain.add(kind, cells)?;
    Ok(Entered { seq, known: false, on, ends_on, head: chain.finish()? })
}

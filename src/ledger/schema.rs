//! The format of a history and the steps that lead to it.

use crate::ledger::error::LedgerError;
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Type, Value};

/// The newest format: number of the last step.
pub const FORMAT: i64 = 2;

/// Each step with its number; the same text for both engines.
const STEPS: [(i64, &str); 2] = [(1, include_str!("migrations/1.sql")), (2, include_str!("migrations/2.sql"))];

/// Refuse changes of what is recorded, as each engine says it.
const GUARD_FILE: &str = include_str!("migrations/guard.sqlite.sql");
const GUARD_SERVER: &str = include_str!("migrations/guard.postgres.sql");
const GUARD_FUNCTION: &str = "CREATE FUNCTION kaojian_only_grows() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the history only grows'; END $$";

/// Format of a history; `None` when the place is empty.
///
/// # Errors
/// A database with tables of something else, or one that does not answer.
pub fn format(store: &mut Store) -> Result<Option<i64>, LedgerError> {
    let names = if store.is_file() {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()"
    };
    let tables = store.rows(names, &[], &[Type::Text])?;
    let is_there = |name: &str| tables.iter().flatten().any(|cell| cell.as_text() == name);
    if is_there("kaojian_format") {
        let rows = store.rows("SELECT MAX(format) FROM kaojian_format", &[], &[Type::Integer])?;
        return Ok(rows.first().and_then(|row| row.first()).and_then(Value::as_integer));
    }
    // A server's schema may serve others too; a file, and a schema with a table of our name, must be ours.
    let is_foreign = store.is_file() && !tables.is_empty() || Kind::ALL.iter().any(|kind| is_there(kind.table()));
    if is_foreign { Err(LedgerError::Foreign { place: store.place().clone() }) } else { Ok(None) }
}

/// Brings a history to the newest format.
///
/// # Errors
/// A newer format, or an engine that refuses. Then nothing is changed.
pub fn upgrade(store: &mut Store) -> Result<(), LedgerError> {
    if format(store)? == Some(FORMAT) {
        return Ok(());
    }
    store.exclusively(|store| {
        // Somebody else may have done it while this one waited.
        let found = format(store)?.unwrap_or(0);
        check(store, found)?;
        for (number, step) in STEPS.iter().filter(|(number, _)| *number > found) {
            if *number == 1 {
                store.run("CREATE TABLE kaojian_format (format BIGINT NOT NULL PRIMARY KEY)")?;
            }
            store.run(step)?;
            guard(store, *number)?;
            store.execute("INSERT INTO kaojian_format (format) VALUES ($1)", &[Value::integer(*number)])?;
        }
        Ok(())
    })
}

/// Refuses a format that this program does not know.
///
/// # Errors
/// A newer format.
pub fn check(store: &Store, found: i64) -> Result<(), LedgerError> {
    if found > FORMAT {
        return Err(LedgerError::Newer { place: store.place().clone(), found, known: FORMAT });
    }
    Ok(())
}

/// Makes the tables of a step refuse changes.
fn guard(store: &mut Store, step: i64) -> Result<(), LedgerError> {
    let template = if store.is_file() {
        GUARD_FILE
    } else {
        if step == 1 {
            store.run(GUARD_FUNCTION)?;
        }
        GUARD_SERVER
    };
    let tables = Kind::ALL.into_iter().filter(|kind| kind.since() == step).map(Kind::table);
    for table in tables.chain((step == 1).then_some("chain")) {
        for statement in template.lines() {
            store.execute(&statement.replace("{table}", table), &[])?;
        }
    }
    Ok(())
}

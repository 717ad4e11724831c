//! The chain: every record's hash covers its content and the record before it.

use crate::ledger::error::LedgerError;
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Type, Value};
use crate::model::hexadecimal::hexadecimal;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What the first record has for a predecessor.
pub const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Rows a statement: few enough for the limits of both engines (32,766 and 65,535 values).
const ROWS: usize = 50;

/// Records kept back before they are written.
const PENDING: usize = 10_000;

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last record; 0 without any.
    pub seq: i64,
    /// Its hash.
    pub sha256: String,
}

/// The end of the chain as it is now.
///
/// # Errors
/// What the engine says.
pub fn head(store: &mut Store) -> Result<Head, LedgerError> {
    let sql = "SELECT seq, record_sha256 FROM chain ORDER BY seq DESC LIMIT 1";
    let rows = store.rows(sql, &[], &[Type::Integer, Type::Text])?;
    Ok(match rows.first().map(Vec::as_slice) {
        Some([seq, sha256]) => Head { seq: seq.as_integer().unwrap_or(0), sha256: sha256.as_text().to_owned() },
        _ => Head { seq: 0, sha256: ORIGIN.to_owned() },
    })
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The hash of a record: over its predecessor's, its number, its kind and its cells, as one JSON array.
pub fn record_sha256(previous: &str, seq: i64, kind: Kind, cells: &[Value]) -> String {
    let mut content = vec![Json::from(previous), Json::from(seq), Json::from(kind.as_str())];
    content.extend(cells.iter().map(|cell| match cell {
        Value::Text(text) => Json::from(text.clone()),
        Value::Integer(number) => Json::from(*number),
    }));
    sha256(Json::Array(content).to_string().as_bytes())
}

/// Adds records at the end of the chain. Works within [`Store::exclusively`].
pub struct Appender<'a> {
    store: &'a mut Store,
    head: Head,
    pending: Vec<(Kind, Vec<Value>, [Value; 4])>,
}

impl<'a> Appender<'a> {
    /// From the end as it is now.
    ///
    /// # Errors
    /// What the engine says.
    pub fn new(store: &'a mut Store) -> Result<Self, LedgerError> {
        let head = head(store)?;
        Ok(Self { store, head, pending: Vec::new() })
    }

    /// Adds a record and returns its number. It may refer to earlier ones only.
    ///
    /// # Errors
    /// What the engine says.
    pub fn add(&mut self, kind: Kind, cells: Vec<Value>) -> Result<i64, LedgerError> {
        let seq = self.head.seq + 1;
        let record_sha256 = record_sha256(&self.head.sha256, seq, kind, &cells);
        let previous = std::mem::replace(&mut self.head.sha256, record_sha256.clone());
        let link = [Value::integer(seq), Value::text(kind.as_str()), Value::text(previous), Value::text(record_sha256)];
        self.head.seq = seq;
        let mut row = Vec::with_capacity(cells.len() + 1);
        row.push(Value::integer(seq));
        row.extend(cells);
        self.pending.push((kind, row, link));
        if self.pending.len() >= PENDING {
            self.flush()?;
        }
        Ok(seq)
    }

    /// Writes what is pending, and returns the end of the chain.
    ///
    /// # Errors
    /// What the engine says.
    pub fn finish(mut self) -> Result<Head, LedgerError> {
        self.flush()?;
        Ok(self.head)
    }

    /// The chain first, then table by table: what is referred to stands before what refers to it.
    fn flush(&mut self) -> Result<(), LedgerError> {
        let pending = std::mem::take(&mut self.pending);
        let links: Vec<&[Value]> = pending.iter().map(|(_, _, link)| link.as_slice()).collect();
        insert(self.store, "chain", "seq, kind, previous_sha256, record_sha256", &links)?;
        for kind in Kind::ALL {
            let rows: Vec<&[Value]> =
                pending.iter().filter(|(of, ..)| *of == kind).map(|(_, row, _)| row.as_slice()).collect();
            insert(self.store, kind.table(), &kind.column_list(), &rows)?;
        }
        Ok(())
    }
}

fn insert(store: &mut Store, table: &str, columns: &str, rows: &[&[Value]]) -> Result<(), LedgerError> {
    for rows in rows.chunks(ROWS) {
        let width = rows.first().map_or(0, |row| row.len());
        let mut sql = format!("INSERT INTO {table} ({columns}) VALUES ");
        for row in 0..rows.len() {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for cell in 0..width {
                let separator = if cell == 0 { "" } else { ", " };
                let _ = write!(sql, "{separator}${}", row * width + cell + 1);
            }
            sql.push(')');
        }
        let values: Vec<Value> = rows.iter().flat_map(|row| row.iter().cloned()).collect();
        store.execute(&sql, &values)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_covers_everything() {
        let cells = [Value::text("A"), Value::Integer(None), Value::integer(3)];
        let hash = record_sha256(ORIGIN, 1, Kind::Run, &cells);
        // printf '["000…",1,"run","A",null,3]' | sha256sum
        let plain = format!(r#"["{ORIGIN}",1,"run","A",null,3]"#);
        assert_eq!(hash, sha256(plain.as_bytes()));
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let others = [
            record_sha256(&hash, 1, Kind::Run, &cells),
            record_sha256(ORIGIN, 2, Kind::Run, &cells),
            record_sha256(ORIGIN, 1, Kind::Batch, &cells),
            record_sha256(ORIGIN, 1, Kind::Run, &[Value::text("A"), Value::Text(None), Value::text("3")]),
        ];
        assert!(others.iter().all(|other| *other != hash));
    }
}

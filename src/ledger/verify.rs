//! Walking the chain: the first record that does not fit is named.

use crate::ledger::chain::{Head, ORIGIN, record_sha256};
use crate::ledger::error::LedgerError;
use crate::ledger::open::Ledger;
use crate::ledger::schema;
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Type, Value};
use crate::model::text::Bilingual;
use std::collections::BTreeMap;

/// Records a page.
const PAGE: i64 = 2_000;

/// A chain without a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Its end. Whoever notes it can tell later whether the chain was cut or written anew.
    pub head: Head,
    /// Records of each kind.
    pub records: BTreeMap<Kind, u64>,
    /// Number of the record whose hash was asked for, if it is there.
    pub noted_at: Option<i64>,
}

impl Ledger {
    /// Walks the whole chain. `noted` is the hash of an end that somebody noted earlier.
    ///
    /// # Errors
    /// [`LedgerError::Broken`] names the first record that does not fit.
    pub fn verify(&mut self, noted: Option<&str>) -> Result<Verified, LedgerError> {
        let store = &mut self.store;
        // The last number that any table knows: a row beyond the chain is a fault too.
        let mut last = 0;
        // A history that is only read may be of an earlier format.
        let format = schema::format(store)?.unwrap_or(schema::FORMAT);
        let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| kind.since() <= format).collect();
        for table in kinds.iter().map(|kind| kind.table()).chain(["chain"]) {
            let rows = store.rows(&format!("SELECT MAX(seq) FROM {table}"), &[], &[Type::Integer])?;
            last = last.max(rows.first().and_then(|row| row.first()).and_then(Value::as_integer).unwrap_or(0));
        }
        let mut verified =
            Verified { head: Head { seq: 0, sha256: ORIGIN.to_owned() }, records: BTreeMap::new(), noted_at: None };
        let mut from = 1;
        while from <= last {
            let to = last.min(from + PAGE - 1);
            page(store, &kinds, (from, to), noted, &mut verified)?;
            from = to + 1;
        }
        Ok(verified)
    }
}

type Row = (Kind, Vec<Value>);

fn page(
    store: &mut Store,
    kinds: &[Kind],
    (from, to): (i64, i64),
    noted: Option<&str>,
    verified: &mut Verified,
) -> Result<(), LedgerError> {
    let bounds = [Value::integer(from), Value::integer(to)];
    let place = store.place().clone();
    let sql = "SELECT seq, kind, previous_sha256, record_sha256 FROM chain WHERE seq BETWEEN $1 AND $2";
    let links = read(store, sql, &bounds, &[Type::Integer, Type::Text, Type::Text, Type::Text], from)?;
    let mut chain: BTreeMap<i64, [String; 3]> = BTreeMap::new();
    for row in links {
        if let [seq, kind, previous, sha256] = row.as_slice() {
            let texts = [kind, previous, sha256].map(|cell| cell.as_text().to_owned());
            chain.insert(seq.as_integer().unwrap_or(0), texts);
        }
    }
    let mut rows: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    for kind in kinds.iter().copied() {
        let sql = format!("SELECT {} FROM {} WHERE seq BETWEEN $1 AND $2", kind.column_list(), kind.table());
        for row in read(store, &sql, &bounds, &kind.types(), from)? {
            let seq = row.first().and_then(Value::as_integer).unwrap_or(0);
            rows.entry(seq).or_default().push((kind, row.into_iter().skip(1).collect()));
        }
    }
    for seq in from..=to {
        let broken =
            |zh: &str, en: &str| LedgerError::Broken { place: place.clone(), seq, what: Bilingual::new(zh, en) };
        let Some([kind, previous, sha256]) = chain.get(&seq) else {
            return Err(broken("链中没有这条记录", "the chain has no such record"));
        };
        if *previous != verified.head.sha256 {
            return Err(broken("它不接在前一条记录之后", "it does not follow the record before it"));
        }
        let (found, cells) = match rows.get(&seq).map(Vec::as_slice) {
            Some([(found, cells)]) => (*found, cells),
            Some([]) | None => return Err(broken("它的内容不见了", "its content is gone")),
            Some(_) => return Err(broken("它的内容不止一份", "it has more than one content")),
        };
        if found.as_str() != kind || record_sha256(previous, seq, found, cells) != *sha256 {
            return Err(broken("它的内容与校验和不符", "its content does not fit its hash"));
        }
        if noted == Some(sha256.as_str()) {
            verified.noted_at = Some(seq);
        }
        *verified.records.entry(found).or_default() += 1;
        verified.head = Head { seq, sha256: sha256.clone() };
    }
    Ok(())
}

/// Rows of a page. A cell of the wrong type is a change made by hand.
fn read(
    store: &mut Store,
    sql: &str,
    bounds: &[Value],
    types: &[Type],
    from: i64,
) -> Result<Vec<Vec<Value>>, LedgerError> {
    store.rows(sql, bounds, types).map_err(|error| match error {
        LedgerError::Database { place, source: sqlx::Error::ColumnDecode { .. } } => {
            let what = Bilingual::new(
                "由此起的一页中有一格的类型不符",
                "in the page that starts here, a cell has the wrong type",
            );
            LedgerError::Broken { place, seq: from, what }
        }
        other => other,
    })
}

//! Opening a history.

use crate::ledger::error::LedgerError;
use crate::ledger::place::Place;
use crate::ledger::schema;
use crate::ledger::store::{Engine, Store, told};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::path::Path;
use std::time::Duration;

/// How long a writer waits for the others.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often, and how long apart, the switch to the write-ahead log is tried: SQLite does not wait for it.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);

/// What a history is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To be read: it must be there.
    Read,
    /// To be added to: it is made where there is none.
    Append,
}

/// An open history.
pub struct Ledger {
    pub(in crate::ledger) store: Store,
}

impl Ledger {
    /// Opens a history.
    ///
    /// # Errors
    /// Nothing to read, something else than a history, a newer format, or an engine that refuses.
    pub fn open(place: &Place, access: Access) -> Result<Self, LedgerError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| LedgerError::Driver { source })?;
        let engine = match place {
            Place::File(path) => {
                check_file(place, path, access)?;
                runtime.block_on(open_file(path, access)).map(Engine::Sqlite)
            }
            Place::Postgres(url) => runtime.block_on(PgConnection::connect(url)).map(Engine::Postgres),
        };
        let mut store = Store::new(place.clone(), runtime, engine.map_err(|error| told(place, error))?);
        match (schema::format(&mut store)?, access) {
            (Some(found), _) if found > schema::FORMAT => schema::check(&store, found)?,
            (_, Access::Append) => schema::upgrade(&mut store)?,
            (None, Access::Read) => return Err(LedgerError::Absent { place: place.clone() }),
            (Some(_), Access::Read) => {}
        }
        Ok(Self { store })
    }

    /// Where it is kept.
    pub fn place(&self) -> &Place {
        self.store.place()
    }
}

fn check_file(place: &Place, path: &Path, access: Access) -> Result<(), LedgerError> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(LedgerError::Foreign { place: place.clone() }),
        Ok(found) if found.permissions().readonly() && access == Access::Append => {
            Err(LedgerError::ReadOnly { place: place.clone() })
        }
        Ok(_) => Ok(()),
        Err(_) if access == Access::Read => Err(LedgerError::Absent { place: place.clone() }),
        Err(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            folder.map_or(Ok(()), std::fs::create_dir_all).map_err(|_| LedgerError::ReadOnly { place: place.clone() })
        }
    }
}

async fn open_file(path: &Path, access: Access) -> Result<sqlx::SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .synchronous(SqliteSynchronous::Full);
    if access == Access::Read {
        let opened = options.clone().read_only(true).connect().await;
        // On a medium that cannot be written, SQLite can make no log beside the file; without one it needs none.
        let log = path.with_file_name({
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push("-wal");
            name
        });
        return match opened {
            Err(_) if !log.exists() => options.read_only(true).immutable(true).connect().await,
            other => other,
        };
    }
    let options = options.create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let mut tries = 0;
    loop {
        match options.connect().await {
            Err(sqlx::Error::Database(error)) if tries < TRIES && error.code().as_deref() == Some("5") => {
                tries += 1;
                std::thread::sleep(PAUSE);
            }
            other => return other,
        }
    }
}

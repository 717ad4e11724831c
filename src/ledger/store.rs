//! One connection to either engine, with one way to ask it.

use crate::ledger::error::LedgerError;
use crate::ledger::place::Place;
use crate::ledger::tables::{Type, Value};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres, Row, Sqlite, SqliteConnection};

/// The engines.
pub enum Engine {
    /// A file.
    Sqlite(SqliteConnection),
    /// A server.
    Postgres(PgConnection),
    /// Neither any more.
    Closed,
}

/// A connection and what drives it.
pub struct Store {
    place: Place,
    runtime: tokio::runtime::Runtime,
    engine: Engine,
}

macro_rules! bind {
    ($query:ident, $values:ident) => {
        for value in $values {
            $query = match value {
                Value::Text(text) => $query.bind(text.as_deref()),
                Value::Integer(number) => $query.bind(*number),
            };
        }
    };
}

macro_rules! cells {
    ($rows:ident, $types:ident) => {
        $rows
            .iter()
            .map(|row| {
                let cell = |(index, of): (usize, &Type)| match of {
                    Type::Text => row.try_get(index).map(Value::Text),
                    Type::Integer => row.try_get(index).map(Value::Integer),
                };
                $types.iter().enumerate().map(cell).collect()
            })
            .collect()
    };
}

impl Store {
    /// Wraps a connection.
    pub fn new(place: Place, runtime: tokio::runtime::Runtime, engine: Engine) -> Self {
        Self { place, runtime, engine }
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether it is a file.
    pub fn is_file(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// Runs statements without values, several at once.
    ///
    /// # Errors
    /// What the engine says.
    pub fn run(&mut self, sql: &'static str) -> Result<(), LedgerError> {
        let done = match &mut self.engine {
            Engine::Sqlite(connection) => self.runtime.block_on(sqlx::raw_sql(sql).execute(connection)).map(|_| ()),
            Engine::Postgres(connection) => self.runtime.block_on(sqlx::raw_sql(sql).execute(connection)).map(|_| ()),
            Engine::Closed => Err(sqlx::Error::PoolClosed),
        };
        done.map_err(|error| told(&self.place, error))
    }

    /// Runs one statement with values. The text is this program's own: what people write is bound.
    ///
    /// # Errors
    /// What the engine says.
    pub fn execute(&mut self, sql: &str, values: &[Value]) -> Result<(), LedgerError> {
        let done = match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut query: Query<'_, Sqlite, SqliteArguments> = sqlx::query(AssertSqlSafe(sql));
                bind!(query, values);
                self.runtime.block_on(query.execute(connection)).map(|_| ())
            }
            Engine::Postgres(connection) => {
                let mut query: Query<'_, Postgres, PgArguments> = sqlx::query(AssertSqlSafe(sql));
                bind!(query, values);
                self.runtime.block_on(query.execute(connection)).map(|_| ())
            }
            Engine::Closed => Err(sqlx::Error::PoolClosed),
        };
        done.map_err(|error| told(&self.place, error))
    }

    /// Rows of a question whose columns have these types.
    ///
    /// # Errors
    /// What the engine says.
    pub fn rows(&mut self, sql: &str, values: &[Value], types: &[Type]) -> Result<Vec<Vec<Value>>, LedgerError> {
        let found: Result<Vec<Vec<Value>>, sqlx::Error> = match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut query: Query<'_, Sqlite, SqliteArguments> = sqlx::query(AssertSqlSafe(sql));
                bind!(query, values);
                self.runtime.block_on(query.fetch_all(connection)).and_then(|rows| cells!(rows, types))
            }
            Engine::Postgres(connection) => {
                let mut query: Query<'_, Postgres, PgArguments> = sqlx::query(AssertSqlSafe(sql));
                bind!(query, values);
                self.runtime.block_on(query.fetch_all(connection)).and_then(|rows| cells!(rows, types))
            }
            Engine::Closed => Err(sqlx::Error::PoolClosed),
        };
        found.map_err(|error| told(&self.place, error))
    }

    /// Does the work as the only writer, and all of it or nothing.
    ///
    /// # Errors
    /// Those of the work, and of the engine.
    pub fn exclusively<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        match self.engine {
            Engine::Sqlite(_) | Engine::Closed => self.run("BEGIN IMMEDIATE")?,
            // Until the end of the transaction, for this history alone: other schemas of the server go on.
            Engine::Postgres(_) => {
                self.run("BEGIN; SELECT pg_advisory_xact_lock(70199, hashtext(current_schema()))")?;
            }
        }
        let done = work(self).and_then(|done| self.run("COMMIT").map(|()| done));
        if done.is_err() {
            // A connection that is lost has rolled back already; the first error is the one to tell.
            let _ = self.run("ROLLBACK");
        }
        done
    }

    /// The clock of the history: one for everybody who writes to it. `2026-11-24T03:19:06Z`.
    ///
    /// # Errors
    /// What the engine says.
    pub fn now(&mut self) -> Result<String, LedgerError> {
        let sql = match self.engine {
            Engine::Sqlite(_) | Engine::Closed => "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')",
            Engine::Postgres(_) => {
                r#"SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"#
            }
        };
        let rows = self.rows(sql, &[], &[Type::Text])?;
        Ok(rows.first().and_then(|row| row.first()).map(|cell| cell.as_text().to_owned()).unwrap_or_default())
    }
}

impl Drop for Store {
    /// An orderly end lets SQLite fold its log into the file. Nothing recorded depends on it.
    fn drop(&mut self) {
        let _ = match std::mem::replace(&mut self.engine, Engine::Closed) {
            Engine::Sqlite(connection) => self.runtime.block_on(connection.close()),
            Engine::Postgres(connection) => self.runtime.block_on(connection.close()),
            Engine::Closed => Ok(()),
        };
    }
}

/// An error of the driver as the kind of trouble that it is.
pub fn told(place: &Place, source: sqlx::Error) -> LedgerError {
    let place = place.clone();
    let code = source.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned());
    match (&place, code.as_deref()) {
        (Place::File(_), Some(code)) => match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(5 | 6) => LedgerError::Busy { place },
            Ok(8) => LedgerError::ReadOnly { place },
            Ok(26) => LedgerError::Foreign { place },
            _ => LedgerError::Database { place, source },
        },
        (Place::Postgres(_), Some("25006" | "42501")) => LedgerError::ReadOnly { place },
        (Place::Postgres(_), Some("55P03" | "40001" | "40P01")) => LedgerError::Busy { place },
        // The server goes down, takes no more connections, or ends this one.
        (Place::Postgres(_), Some(code)) if code.starts_with("57P") || code.starts_with("08") || code == "53300" => {
            LedgerError::Lost { place, source }
        }
        (_, Some(_)) => LedgerError::Database { place, source },
        (Place::Postgres(_), None)
            if matches!(source, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_)) =>
        {
            LedgerError::Lost { place, source }
        }
        (_, None) => LedgerError::Database { place, source },
    }
}

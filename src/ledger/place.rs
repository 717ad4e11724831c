//! Where a history is kept: a file, or a PostgreSQL database.

use crate::model::text::Bilingual;
use std::path::PathBuf;

/// Where a history is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An SQLite file.
    File(PathBuf),
    /// A PostgreSQL database by URL.
    Postgres(String),
}

/// A URL that is not PostgreSQL's, by its scheme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a history is a file or a postgres:// URL, not {0}://")]
pub struct UnknownScheme(pub String);

impl UnknownScheme {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        Bilingual::new(format!("历史库应为文件或 postgres:// 地址，而不是 {}://", self.0), self.to_string())
    }
}

impl Place {
    /// Reads a path or a `postgres://` URL.
    ///
    /// # Errors
    /// A URL of another kind.
    ///
    /// ```
    /// use kaojian::ledger::place::Place;
    /// let shared = Place::parse("postgres://supervisor:secret@db.example/city").unwrap();
    /// assert_eq!(shared.to_string(), "postgres://db.example/city"); // neither user nor password
    /// assert_eq!(Place::parse("history.db").unwrap().to_string(), "history.db");
    /// assert!(Place::parse("mysql://db.example/city").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, UnknownScheme> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            Some((scheme, _)) => Err(UnknownScheme(scheme.to_owned())),
            None => Ok(Self::File(PathBuf::from(text))),
        }
    }
}

impl std::fmt::Display for Place {
    /// A path with `/` on every system; of a URL the host and database only.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => formatter.write_str(&path.to_string_lossy().replace('\\', "/")),
            Self::Postgres(url) => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let rest = rest.split(['?', '#']).next().unwrap_or_default();
                let shown = rest.rsplit_once('@').map_or(rest, |(_, behind)| behind);
                write!(formatter, "postgres://{shown}")
            }
        }
    }
}

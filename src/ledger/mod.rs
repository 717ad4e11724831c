//! The history: runs, findings, people's decisions and measures, kept across batches and years.
//!
//! One chain of records: each carries a SHA-256 over its content and the record before it. SQLite in a file, or
//! PostgreSQL by URL, with the same statements.

pub mod add;
pub mod chain;
pub mod credit;
pub mod decide;
pub mod document;
pub mod error;
pub mod open;
pub mod place;
pub mod read;
pub mod schema;
pub mod store;
pub mod tables;
pub mod verify;
pub mod written;
pub mod written_records;

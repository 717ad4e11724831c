//! Integration tests: ingest.

mod mapping;
mod reading;

//! Integration tests: ingest.

mod malformed;
mod mapping;
mod reading;

//! All integration tests: one binary, because each would link the data-frame library again.

mod cli;
mod conduct;
mod credit;
mod draw;
mod forms;
mod gold;
mod history;
mod ingest;
mod policy;
mod real;
mod report;
mod scoring;
mod similarity;
mod simulate;
mod support;
mod tidy;
mod written;

//! Kaojian (考鉴): exam-integrity analysis.
//!
//! Data flows one way: [`ingest`] reads people's files into the [`model`], [`detect`] looks for facts
//! and statistical signs, [`policy`] holds them against a regulation kept as data, [`report`]
//! writes what was found, and [`ledger`] keeps it across batches and years. [`pipeline`] is the one module that knows every stage.

pub mod cli;
pub mod config;
pub mod credit;
pub mod detect;
pub mod draw;
pub mod ingest;
pub mod kernels;
pub mod ledger;
pub mod model;
pub mod pipeline;
pub mod policy;
pub mod psychometrics;
pub mod report;
pub mod simulate;
pub mod stats;
pub mod text;

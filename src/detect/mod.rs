//! Detectors: each reads the model and returns observations (facts and signs) and evidence for
//! charts. None of them names an article. A new one is its file, one line in [`registry`], a labelled
//! data set and a snapshot.

pub mod activity;
pub mod answer_kind;
pub mod archive;
pub mod batch_rows;
pub mod change_log;
pub mod detector;
pub mod disorder;
pub mod duties;
mod each_batch;
mod each_body;
pub mod filing;
pub mod form_reuse;
pub mod funnel;
pub mod item_bank;
pub mod item_uses;
pub mod paper_rows;
pub mod parameters;
pub mod pass_line;
pub mod qualification;
pub mod registry;
pub mod score_change;
pub mod scoring;
pub mod similarity;
pub mod staff;
pub mod standard;
mod wholeness;
pub mod written;

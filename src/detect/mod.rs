//! Detectors: each reads the model and returns observations (facts and signs) and evidence for
//! charts. None of them names an article. A new one is its file, one line in [`registry`], a labelled
//! data set and a snapshot.

pub mod detector;
pub mod parameters;
pub mod registry;

//! The archive of a batch: whether its documents are all there, whether they agree with one another, and until when they
//! have to be kept.

mod accuracy;
mod checklist;
pub mod detector;
mod documents;
mod explanation;
pub mod parameters;
mod retention;

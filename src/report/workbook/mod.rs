//! `evidence.xlsx`: the rows behind every finding, and everything that was measured.

pub mod assemble;
pub mod evidence;
pub mod findings;
pub mod grid;
pub mod heaping;
pub mod raters;
pub mod same_answers;
pub mod score_audit;
pub mod written;

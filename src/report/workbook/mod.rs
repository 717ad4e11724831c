//! `evidence.xlsx`: the rows behind every finding, and everything that was measured.

pub mod assemble;
pub mod evidence;
pub mod findings;
pub mod grid;
pub mod raters;

//! Test forms used again: items that are the same, nearly so, or variants, and papers that share them.

pub mod classes;
pub mod compare;
pub mod content;
pub mod detector;
pub mod explanation;
pub mod overlap;
pub mod papers;

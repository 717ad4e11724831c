//! Whether an examination held the components that the national standard (or a norm of its own) asks of the level, and
//! whether everyone who passed reached the line in each.

mod components;
mod conditions;
pub mod detector;
mod explanation;
pub mod parameters;

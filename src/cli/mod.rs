//! The command line: arguments in, exit code out.

pub mod agreement;
pub mod arguments;
pub mod commands;
pub mod error;
pub mod exit;
pub mod explain;
pub mod help;
pub mod language;
pub mod passline;
pub mod passline_density;
pub mod passline_groups;
pub mod passline_shape;
pub mod passline_steps;
pub mod progress;
pub mod raters;
mod raters_drift;
mod raters_input;
mod raters_tables;
pub mod rule_text;
pub mod rules;
pub mod run;
pub mod similarity;
pub mod similarity_arguments;
pub mod usage;
pub mod written;

//! The command line: arguments in, exit code out.

pub mod arguments;
pub mod commands;
pub mod error;
pub mod exit;
pub mod explain;
pub mod help;
pub mod language;
pub mod progress;
pub mod run;
pub mod usage;
pub mod similarity;
pub mod similarity_arguments;

//! The command line: arguments in, exit code out.

pub mod agreement;
pub mod arguments;
pub mod commands;
pub mod error;
pub mod exit;
pub mod explain;
pub mod help;
pub mod history;
pub mod history_arguments;
pub mod history_export;
pub mod history_record;
pub mod history_show;
pub mod language;
pub mod passline;
pub mod progress;
pub mod raters;
pub mod rule_text;
pub mod rules;
pub mod run;
pub mod similarity;
pub mod similarity_arguments;
pub mod usage;
pub mod written;

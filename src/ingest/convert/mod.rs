//! Rows of each table to records of the model.

pub mod answer_labels;
pub mod answer_long;
pub mod answer_merge;
pub mod answer_part;
pub mod answer_string;
pub mod answer_wide;
pub mod answers;
pub mod batches;
pub mod candidates;
pub mod forms;
pub mod item_notes;
pub mod pass_lines;
pub mod ratings;
pub mod rows;
pub mod scores;
pub mod supervision;
pub mod table;
pub mod written;

//! What people and programs read: page, charts, workbook, JSON, terminal. Computes nothing that a
//! judgment rests on. Imports only [`crate::model`].

pub mod batch_view;
pub mod chart;
pub mod checklist;
pub mod clause;
pub mod clean;
pub mod error;
pub mod excel_csv;
pub mod form_tables;
pub mod json;
pub mod order;
pub mod page;
pub mod pair_table;
pub mod parameters;
pub mod quarantine;
pub mod remark;
pub mod tally;
pub mod terminal;
pub mod twins;
pub mod view;
pub mod width;
pub mod wording;
pub mod workbook;
pub mod write;
pub mod written_tables;

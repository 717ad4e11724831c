//! From files as people have them to the model: formats, encodings, headers, mapping, validation.
//! Bad rows go to the quarantine, never lost and never an error. Imports only [`crate::model`].

pub mod assign;
pub mod clean;
pub mod convert;
pub mod dates;
pub mod draw_lists;
pub mod error;
pub mod files;
pub mod fill;
pub mod header;
pub mod limits;
pub mod load;
pub mod long_file;
pub mod mapping_file;
pub mod mapping_message;
pub mod matrix;
pub mod matrix_error;
pub mod near_miss;
pub mod parameters;
mod plain_table;
pub mod plan;
pub mod ratings_file;
pub mod raw;
pub mod response_table;
pub mod row;
pub mod scores_file;
pub mod tables;
pub mod values;

mod archive;
mod compound;
mod content;
mod dbf;
mod delimited;
mod guard;
mod hash;
mod json_lines;
mod lines;
mod number;
mod opendocument;
mod parquet;
mod records;
mod separator;
mod sheet;
mod sniff;
mod text;
mod workbook;

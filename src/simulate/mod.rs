//! Seeded data of a city's certification bodies, honest or with planted cases, written as the files
//! people really have, with the truth beside them. Imports only [`crate::model`] and
//! [`crate::psychometrics`].

pub mod bank_item;
pub mod bank_words;
pub mod banks;
pub mod body_plant;
pub mod catalogue;
pub mod chinese;
pub mod chinese_words;
pub mod city;
pub mod delimited;
pub mod error;
pub mod essay;
pub mod exam;
pub mod expectation;
pub mod flaws;
pub mod identity;
pub mod lifted;
pub mod log;
pub mod names;
pub mod parameters;
pub mod parquet;
pub mod people;
pub mod plan;
pub mod plant;
pub mod random;
pub mod ratings;
pub mod register;
pub mod responses;
pub mod room;
pub mod sheet;
pub mod sitting;
pub mod supervision;
pub mod table;
pub mod tables;
pub mod test_form;
pub mod truth;
pub mod written;

//! The regulation as data, and the judge that holds observations against it. Imports only
//! [`crate::model`].

pub mod error;
pub mod judge;
pub mod observed;
pub mod pack;
pub mod ratio;
pub mod recurrence;
pub mod rule;
pub mod sentence;

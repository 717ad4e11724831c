//! The regulation as data, and the judge that holds observations against it. Imports only
//! [`crate::model`].

pub mod absence;
pub mod built_in;
pub mod check;
mod credit;
pub mod difference;
pub mod error;
pub mod evaluate;
mod inspection;
pub mod judge;
pub mod observed;
pub mod pack;
pub mod packs;
pub mod phrases;
pub mod place;
pub mod ratio;
pub mod records;
pub mod recurrence;
pub mod repeat;
pub mod rule;
pub mod sentence;
pub mod slots;
pub mod terms;
pub mod windows;

//! How old, how new and how often used the items of an examination are, by the item bank and the forms.

pub mod detector;
mod drift;
mod explanation;
pub mod exposures;
mod measures;
pub mod parameters;
mod uses;

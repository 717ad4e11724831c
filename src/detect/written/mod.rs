//! Written answers that are alike: passages that candidates share, beside what all were given and what many wrote.

pub mod compare;
pub mod detector;
pub mod earlier;
pub mod explanation;
pub mod found;
pub mod parameters;
pub mod questions;
pub mod sides;

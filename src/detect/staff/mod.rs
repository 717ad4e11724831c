//! Who held an examination: whether those who signed hold the qualification, whether a room had the staff that the
//! ratios ask for, and whether one person was in two places.

pub mod detector;
mod duty;
mod explanation;
pub mod parameters;
mod places;
mod rooms;
mod roster;
mod sessions;
mod signed;

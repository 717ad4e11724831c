//! Changes of scores: each with before, after, actor, time, approval or "none found"; and whether the
//! register holds what the log says.

pub mod chain;
pub mod detector;
pub mod entries;
pub mod unapproved;

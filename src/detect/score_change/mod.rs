//! Changes of scores: each with before, after, actor, time, approval or "none found"; whether the register holds
//! what the log says; procedural facts; and which way, by whom, where and when changes run.

pub mod audit;
pub mod chain;
pub mod detector;
pub mod entries;
pub mod explanation;
pub mod facts;
pub mod sequence;
pub mod sign_cases;
pub mod signs;
pub mod unapproved;

//! On which days a body held evaluations, and from which day on it could have: what rules about inactivity read.

mod coverage;
pub mod detector;
mod explanation;
pub mod parameters;
mod terms;

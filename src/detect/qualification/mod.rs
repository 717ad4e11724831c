//! Qualification of candidates: the recorded review, and the conditions of the level recomputed from
//! the register where its data allow.

pub mod civil;
pub mod conditions;
pub mod detector;
pub mod facts;
pub mod tally;
pub mod template;

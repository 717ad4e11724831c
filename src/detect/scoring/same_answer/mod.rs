//! Same answer, different mark: written answers to one criterion that are the same, or nearly so, and the marks
//! they got.

pub mod answers;
pub mod grouping;
pub mod measure;
pub mod noise;
pub mod observed;

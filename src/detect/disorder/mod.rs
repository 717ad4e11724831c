//! Signs that something went wrong around an examination rather than in it: items that become easier from one use to
//! the next, and more voided marks or absences than in other batches.

pub mod detector;
mod easier;
mod explanation;
mod marks;
pub mod parameters;

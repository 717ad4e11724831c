//! What a body has on file, held against what it does and against itself: scope and place of each batch minus those
//! of the filing in force on its day, bodies that no register knows, and entries that contradict each other.

mod agreement;
mod contradictions;
mod delegation;
pub mod detector;
mod explanation;
mod in_force;
mod outside;
mod register;

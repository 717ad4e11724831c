//! Many-facet Rasch model (Linacre 1989): ability, severity and difficulty on one scale, from ratings.
//!
//! log P(k)/P(k − 1) = θ_person − Σ severity of the levels − step k. For judged work rated by more than one
//! rater in a connected design; not for telling which of two raters is right.

pub mod categories;
pub mod design;
pub mod effects;
pub mod elements;
pub mod estimate;
pub mod extremes;
pub mod fit;
pub mod input;
pub mod interaction;
pub mod parameters;
pub mod subsets;
pub mod summary;

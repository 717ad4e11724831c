//! Agreement of raters: how often, and how much more often than by chance, do they give the same mark?
//!
//! Not a test of who is right: raters can agree and all be severe (see the many-facet Rasch model).

pub mod brennan_prediger;
pub mod coefficient;
pub mod cohen;
pub mod conger;
pub mod fleiss;
pub mod gwet;
pub mod icc;
pub mod kendall;
pub mod krippendorff;
pub mod light;
pub mod percent;
pub mod table;
pub mod weights;

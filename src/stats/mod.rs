//! Statistics on plain slices: tail probabilities, multiplicity, intervals. Imports nothing of this
//! crate.

pub mod binomial;
pub mod chi_square;
pub mod cholesky;
pub mod control_charts;
pub mod density;
pub mod exact_tables;
pub mod excess_mass;
pub mod frandsen;
pub mod intervals;
pub mod multiplicity;
pub mod normal;
pub mod poisson;
pub mod poisson_binomial;
pub mod spearman;
pub mod student;
pub mod tail;
pub mod variance_ratio;

//! Statistics on plain slices: tail probabilities, multiplicity, intervals. Imports nothing of this
//! crate.

pub mod binomial;
pub mod chi_square;
pub mod cholesky;
pub mod contingency;
pub mod control_charts;
pub mod density;
pub mod density_kernel;
pub mod density_test;
pub mod exact_tables;
pub mod excess_mass;
pub mod frandsen;
pub mod funnel;
pub mod intervals;
pub mod landing;
pub mod line_heaping;
pub mod local_density;
pub mod mantel_haenszel;
pub mod moved_interval;
pub mod multiplicity;
pub mod normal;
pub mod permutation;
pub mod poisson;
pub mod poisson_binomial;
pub mod proportion_difference;
pub mod scan;
pub mod score_grid;
pub mod spearman;
pub mod student;
pub mod tail;
pub mod variance_ratio;
pub mod window_counts;

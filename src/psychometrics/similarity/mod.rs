//! Published indices of likeness between two answer sheets, on plain slices of probabilities and counts.
//!
//! The generalised binomial test itself is [`crate::stats::poisson_binomial`].

pub mod incorrect_matches;
pub mod match_pattern;
pub mod omega;
pub mod poisson_matches;
pub mod wrong_count_regression;

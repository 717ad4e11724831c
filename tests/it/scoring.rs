//! Integration tests: scoring.

mod build;
mod commands;
mod golden;
mod golden_agreement;
mod golden_facets;
mod golden_lines;
mod golden_marginal;
mod honest;
mod panels;
mod planted;
mod rater_effects;
mod ratings;
mod recomputed;
mod size;

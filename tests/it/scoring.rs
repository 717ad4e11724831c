//! Integration tests: scoring.

mod adjudication;
mod bad_ratings;
mod build;
mod commands;
mod golden;
mod golden_agreement;
mod golden_density;
mod golden_facets;
mod golden_lines;
mod golden_marginal;
mod honest;
mod panels;
mod planted;
mod planted_city;
mod rater_effects;
mod rater_model;
mod ratings;
mod recomputed;
mod same_answer;
mod same_answer_power;
mod size;
mod time_bins;
mod written;

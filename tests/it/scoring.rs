//! Integration tests: scoring.

mod build;
mod commands;
mod golden;
mod golden_agreement;
mod golden_facets;
mod golden_lines;
mod honest;
mod panels;
mod planted;
mod planted_city;
mod rater_effects;
mod rater_model;
mod ratings;
mod recomputed;
mod size;

//! Integration tests: scoring.

mod build;
mod golden;
mod golden_agreement;
mod golden_facets;
mod honest;
mod panels;
mod planted;
mod ratings;
mod recomputed;
mod size;

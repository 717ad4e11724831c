//! Integration tests: scoring.

mod build;
mod golden;
mod honest;
mod panels;
mod planted;
mod ratings;
mod recomputed;
mod size;

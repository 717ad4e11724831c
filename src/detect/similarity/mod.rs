//! Answer sheets that are alike beyond what chance explains: all pairs within one form.
//!
//! The way of the data: [`grouping`] says which sheets sat the same form, [`matrix`] brings them to one
//! set of items and codes, [`response_model`] learns how often people choose what, [`screen`] compares all
//! pairs, [`analysis`] decides which are significant, [`evidence`] and [`observations`] tell it.

pub mod analysis;
pub mod bootstrap;
pub mod calibration;
pub mod candidates;
pub mod cluster_kinds;
pub mod control_pairs;
mod critical_counts;
mod critical_patterns;
pub mod crowds;
pub mod detector;
pub mod evidence;
mod evidence_detail;
pub mod explanation;
pub mod flag_rule;
pub mod grouping;
pub mod likely_source;
pub mod matrix;
pub mod observations;
pub mod pair_clusters;
pub mod pair_family;
pub mod pair_tails;
pub mod places;
pub mod response_model;
mod room_clusters;
pub mod screen;
mod screen_criterion;
mod screen_plan;
pub mod screening;
pub mod seats;
pub mod significance;
pub mod study;
pub mod study_model;
pub mod study_nulls;
pub mod study_parameters;
pub mod study_scores;
mod study_tables;

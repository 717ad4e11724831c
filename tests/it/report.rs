//! Integration tests: report.

mod charts;
mod labels;
mod page;
mod rater_sample;
mod score_sample;

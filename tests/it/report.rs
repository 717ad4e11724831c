//! Integration tests: report.

mod charts;
mod page;

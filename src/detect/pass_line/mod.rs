//! Pass lines: the configured line by its log against the approvals on record, and the line as
//! applied, recovered from who passed and who did not.

pub mod approved;
pub mod configured;
pub mod detector;
pub mod explanation;
pub mod heaping;
pub mod line_tables;
pub mod outcomes;
pub mod pools;

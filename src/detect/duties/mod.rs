//! What a body owes its supervisor and the public: complaints to be answered for, annual reports, fees as published,
//! rectification by its deadline. One detector each.

pub mod annual_report;
pub mod complaint;
pub mod fee;
pub mod parameters;
pub mod rectification;
mod reports_due;

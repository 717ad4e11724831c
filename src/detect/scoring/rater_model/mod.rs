//! The many-facet Rasch model of each body's raters: one fit a body and component, with what follows from it
//! (panel, control charts, effects, re-mark queue).

pub mod charts;
pub mod design;
pub mod drift;
pub mod effects;
pub mod fitted;
pub mod models;
pub mod panel;
pub mod remark;
pub mod scale;

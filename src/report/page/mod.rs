//! The page `report.html`.

pub mod clauses;
pub mod evidence;
pub mod figures;
pub mod heaping;
pub mod inputs;
pub mod likeness;
pub mod markup;
pub mod numbers;
pub mod pairs;
pub mod rater_panels;
pub mod remark;
pub mod render;
pub mod same_answers;
pub mod score_audit;
pub mod table;

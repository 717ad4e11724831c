//! The page `report.html`.

pub mod batches;
pub mod bodies;
pub mod checklist;
pub mod clauses;
pub mod credit;
pub mod evidence;
pub mod figures;
pub mod forms;
pub mod further;
pub mod heaping;
pub mod inputs;
pub mod item_exposure;
pub mod likeness;
pub mod markup;
pub mod numbers;
pub mod pairs;
pub mod rater_panels;
pub mod remark;
pub mod render;
pub mod same_answers;
pub mod score_audit;
pub mod sections;
pub mod table;
pub mod written;

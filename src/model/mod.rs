//! The domain: every table of an examination as the tool understands it, what detectors observe in
//! it, and what a rule pack concludes. Imports nothing else of this crate.

pub mod answer;
pub mod basis;
pub mod batch;
pub mod candidate;
pub mod component;
pub mod dataset;
pub mod dated;
pub mod evidence;
pub mod figure;
pub mod finding;
pub mod form;
pub mod history;
pub mod identity;
pub mod ids;
pub mod item_parameters;
pub mod level;
pub mod missing;
pub mod observation;
pub mod pair_table;
pub mod pass_line;
pub mod pass_line_evidence;
pub mod points;
pub mod progress;
pub mod provenance;
pub mod quarantine;
pub mod rater_evidence;
pub mod rating;
pub mod run;
pub mod same_answer_evidence;
pub mod score;
pub mod score_change;
pub mod score_change_evidence;
pub mod similarity_evidence;
pub mod supervision;
pub mod text;

//! Nonstandard scoring: facts that anyone can recount (a recomputed mark, a total, a mark off the
//! rubric, a missing rater) and signs that rest on a probability (agreement, severity, drift, and how raters
//! use the scale).

pub mod declared;
pub mod detector;

mod adjudication;
mod adjudication_rule;
mod agreement;
mod batch;
mod cases;
mod contrast;
mod correction;
mod drawn;
mod effect_signs;
mod exact;
mod explanation;
mod joint;
mod key;
mod pairs;
mod panel;
mod prepare;
mod profile;
mod rater_model;
mod rater_signs;
mod recompute;
mod register;
mod replay;
mod required;
mod rubric;
mod same_answer;
mod same_response;
mod sheets;
mod signs;
mod statistics;
#[cfg(test)]
mod test_noise;
mod total;

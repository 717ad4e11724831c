//! Credit assessment (Art. 19): from what is on record of a body to its card. Only decisions of people and measures
//! take points off; facts on which nobody has decided are counted beside them. No file, no clock, no ranking.

pub mod card;
pub mod record;

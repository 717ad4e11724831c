//! Models of responses and raters: response models, ability, agreement. Imports only [`crate::stats`].

pub mod ability;
pub mod agreement;
pub mod dichotomous;
pub mod dichotomous_item;
pub mod facets;
pub mod graded_item;
pub mod nominal;
pub mod nominal_ability;
pub mod nominal_errors;
pub mod nominal_item;
pub mod similarity;
pub mod wesolowsky;

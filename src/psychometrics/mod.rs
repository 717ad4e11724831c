//! Models of responses and raters: response models, ability, agreement. Imports only [`crate::stats`].

pub mod agreement;
pub mod facets;
pub mod nominal;
pub mod nominal_item;
pub mod wesolowsky;

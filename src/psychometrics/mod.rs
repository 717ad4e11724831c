//! Models of responses and raters: response models, ability, agreement. Imports only [`crate::stats`].

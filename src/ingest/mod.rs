//! From files as people have them to the model: formats, encodings, headers, mapping, validation.
//! Bad rows go to the quarantine, never lost and never an error. Imports only [`crate::model`].

pub mod raw;

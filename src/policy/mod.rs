//! The regulation as data, and the judge that holds observations against it. Imports only
//! [`crate::model`].

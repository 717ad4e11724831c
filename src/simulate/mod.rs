//! Seeded data of a city's certification bodies, honest or with planted cases, written as the files
//! people really have, with the truth beside them. Imports only [`crate::model`] and
//! [`crate::psychometrics`].

//! What people and programs read: page, charts, workbook, JSON, terminal. Computes nothing that a
//! judgment rests on. Imports only [`crate::model`].

//! The draw of bodies and inspectors that Art. 15 asks for (双随机、一公开): who is inspected and by whom is drawn by
//! lot, and published so that anyone can draw again and get the same. No file, no clock: lists in, lots out.

pub mod allocation;
pub mod document;
pub mod error;
pub mod lists;
pub mod lots;
pub mod numbers;

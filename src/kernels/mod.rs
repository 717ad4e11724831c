//! Hot loops over answer codes: a portable reference and faster paths chosen at run time. Imports
//! nothing of this crate; the only place where `unsafe` may stand.

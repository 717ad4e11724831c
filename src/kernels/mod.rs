//! Hot loops over answer codes: a portable reference and faster paths chosen at run time. Imports
//! nothing of this crate; the only place where `unsafe` may stand.

pub mod choice_maps;
pub mod dispatch;
pub mod plain;
pub mod response_cells;
mod scan;
mod vector;
mod vertical;
#[cfg(target_arch = "x86_64")]
mod x86;

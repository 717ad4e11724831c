//! Parquet: a file is walked and checked byte by byte before the reader that trusts its numbers sees it.

pub mod check;
pub mod compact;
pub mod encodings;
pub mod read;
pub mod thrift;

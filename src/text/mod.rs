//! Texts as they are compared: one normal form, character shingles, MinHash candidates and clusters of
//! near-duplicates verified by edit distance. Imports nothing else of this crate.

pub mod clusters;
pub mod han;
pub mod min_hash;
pub mod normal;
pub mod opposites;
pub mod shingles;
pub mod similarity;

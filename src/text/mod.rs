//! Texts as they are compared: one normal form, character shingles, MinHash candidates and clusters of
//! near-duplicates verified by edit distance; passages that texts share, found exactly; fingerprints by winnowing.
//! Imports nothing else of this crate.

pub mod clusters;
pub mod han;
pub mod hidden;
pub mod meetings;
pub mod min_hash;
pub mod normal;
pub mod opposites;
pub mod order;
pub mod passages;
pub mod rolling;
pub mod shingles;
pub mod similarity;
pub mod tiles;
pub mod winnowing;

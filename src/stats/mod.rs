//! Statistics on plain slices: tail probabilities, multiplicity, intervals. Imports nothing of this
//! crate.

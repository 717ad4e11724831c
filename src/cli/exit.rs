//! Exit codes.

/// Inspected, and nothing met or indicated; or another command done.
pub const CLEAN: u8 = 0;
/// Something could not be read, or nothing could be done.
pub const FAILED: u8 = 2;

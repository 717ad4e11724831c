//! Exit codes.

/// Inspected, and nothing met or indicated; or another command done.
pub const CLEAN: u8 = 0;
/// Something was found: met, indicated, or different.
pub const FOUND: u8 = 1;
/// Something could not be read, or nothing could be done.
pub const FAILED: u8 = 2;

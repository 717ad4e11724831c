//! Hashes in words.

/// Lower-case hexadecimal digits, two a byte.
///
/// ```
/// use kaojian::model::hexadecimal::hexadecimal;
/// assert_eq!(hexadecimal(&[0, 10, 255]), "000aff");
/// ```
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

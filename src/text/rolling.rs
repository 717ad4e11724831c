//! Hashes of the windows of a text, each from the one before it.

use crate::text::shingles::mixed;

/// Hashes of all windows with their places (Karp & Rabin 1987, in arithmetic modulo 2⁶⁴).
pub(crate) fn rolling(characters: &[char], length: usize) -> impl Iterator<Item = (usize, u64)> {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    let value = |character: &char| u64::from(u32::from(*character)).wrapping_add(0x1000_0001);
    let leading = (1..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut hash = 0_u64;
    let first = characters.get(..length).filter(|_| length > 0);
    let windows = first.map_or(0, |_| characters.len() - length + 1);
    for character in first.unwrap_or_default() {
        hash = hash.wrapping_mul(BASE).wrapping_add(value(character));
    }
    (0..windows).map(move |start| {
        if start > 0 {
            let out = value(&characters[start - 1]).wrapping_mul(leading);
            hash = hash.wrapping_sub(out).wrapping_mul(BASE).wrapping_add(value(&characters[start + length - 1]));
        }
        (start, mixed(hash))
    })
}

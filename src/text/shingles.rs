//! Character shingles: the short runs of characters that a text is made of, as numbers.

/// Characters of one shingle. Two suit Chinese, where a word is mostly two characters.
pub const SHINGLE_LENGTH: usize = 2;

/// A number that depends on the characters alone: the same on every machine and release (Steele, Lea &
/// Flood 2014, SplitMix64 finaliser).
pub fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// The shingles of a text, sorted, each as often as it occurs.
///
/// **Input** characters in normal form. **Returns** `length − 1` numbers; one for a text of one character,
/// none for an empty text.
///
/// ```
/// use kaojian::text::shingles::shingles;
/// let of = |text: &str| shingles(&text.chars().collect::<Vec<_>>());
/// assert_eq!((of("断电验电").len(), of("断").len(), of("").len()), (3, 1, 0));
/// assert_eq!(of("abab"), of("abab"));
/// ```
pub fn shingles(characters: &[char]) -> Vec<u32> {
    let number = |run: &[char]| {
        let joined = run.iter().fold(0_u64, |joined, character| (joined << 21) | u64::from(u32::from(*character)));
        (mixed(joined.wrapping_add(0x9E37_79B9_7F4A_7C15)) >> 32) as u32
    };
    let mut found: Vec<u32> = if characters.len() < SHINGLE_LENGTH {
        characters.chunks(SHINGLE_LENGTH).map(number).collect()
    } else {
        characters.windows(SHINGLE_LENGTH).map(number).collect()
    };
    found.sort_unstable();
    found
}

/// How many shingles two sorted lists have in common, counting repeats.
pub fn common(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(left), Some(right)) = (a.get(i), b.get(j)) {
        count += usize::from(left == right);
        i += usize::from(left <= right);
        j += usize::from(right <= left);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::{common, shingles};

    #[test]
    fn counts_what_is_common() {
        let of = |text: &str| shingles(&text.chars().collect::<Vec<_>>());
        assert_eq!(common(&of("abcd"), &of("bcde")), 2);
        assert_eq!(common(&of("aaaa"), &of("aaa")), 2);
        assert_eq!(common(&of("ab"), &of("cd")), 0);
        assert_eq!(common(&of(""), &of("cd")), 0);
    }
}

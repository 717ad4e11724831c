//! Fingerprints of a text: few numbers that stay the same where a passage stays the same, and tell nothing of its words.

use crate::text::rolling::rolling;

/// The fingerprints of a text.
///
/// **Input** characters in normal form; the length of a window, at least 1; the length of a passage that must leave a
/// fingerprint, at least that of a window. **Formula** of every `passage − window + 1` windows in a row the smallest
/// hash is kept, so that two texts with a common run of `passage` characters have a fingerprint in common. **Returns**
/// 32-bit numbers, sorted, each once; of a text shorter than a passage none. **Reference** Schleimer, Wilkerson & Aiken
/// (2003), Winnowing: local algorithms for document fingerprinting, SIGMOD, 76–85.
///
/// ```
/// use kaojian::text::winnowing::fingerprints;
/// let of = |text: &str| fingerprints(&text.chars().collect::<Vec<_>>(), 4, 8);
/// let (first, second) = (of("先断电再验电然后挂牌上锁"), of("本人先断电再验电然后挂牌"));
/// assert!(first.iter().any(|print| second.contains(print)));
/// assert!(of("先断电").is_empty());
/// ```
pub fn fingerprints(characters: &[char], window: usize, passage: usize) -> Vec<u32> {
    let hashes: Vec<u64> = rolling(characters, window.max(1)).map(|(_, hash)| hash).collect();
    let together = (passage.max(window) - window + 1).max(1);
    let mut found: Vec<u32> =
        hashes.windows(together).filter_map(|some| some.iter().min()).map(|least| (least >> 32) as u32).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::fingerprints;
    use proptest::prelude::*;

    proptest! {
        /// A common passage leaves a common fingerprint.
        #[test]
        fn a_passage_leaves_a_fingerprint(
            before in "[ab断电]{0,20}", passage in "[ab断电]{10}", behind in "[ab断电]{0,20}", other in "[ab断电]{0,20}",
        ) {
            let of = |text: String| fingerprints(&text.chars().collect::<Vec<_>>(), 5, 10);
            let (one, two) = (of(format!("{before}{passage}{behind}")), of(format!("{other}{passage}")));
            prop_assert!(one.iter().any(|print| two.contains(print)));
        }
    }
}

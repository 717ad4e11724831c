//! How alike two texts are: one minus the edit distance over the longer length.

use crate::text::shingles::{SHINGLE_LENGTH, common};

/// Likeness at which texts count as near-duplicates, as a fraction: so many of so many characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Per cent.
    pub percent: u32,
}

impl Threshold {
    /// Most edits that two texts with this longer length may be apart, in whole numbers.
    ///
    /// ```
    /// use kaojian::text::similarity::Threshold;
    /// assert_eq!(Threshold { percent: 90 }.most_edits(20), 2);
    /// assert_eq!(Threshold { percent: 90 }.most_edits(19), 1);
    /// ```
    pub fn most_edits(self, longer: usize) -> usize {
        longer * (100 - self.percent.min(100) as usize) / 100
    }
}

/// Edits between two texts when they are near, `None` when they are not.
///
/// **Input** characters and their sorted shingles. **Formula** restricted Damerau–Levenshtein distance
/// (`strsim::osa_distance`): insertions, deletions, substitutions and swaps of neighbours. An edit changes at
/// most three shingles of two characters, so that texts with fewer shingles in common cannot be near and are
/// not measured. **Returns** the distance when it is at most [`Threshold::most_edits`] of the longer text.
/// **Reference** Boytsov (2011), Indexing methods for approximate dictionary searching, Journal of Experimental
/// Algorithmics 16, section 2; Ukkonen (1992), Approximate string matching with q-grams and maximal matches,
/// Theoretical Computer Science 92, 191–211 (the filter).
pub fn edits_if_near(a: (&[char], &[u32]), b: (&[char], &[u32]), threshold: Threshold) -> Option<usize> {
    let longer = a.0.len().max(b.0.len());
    let most = threshold.most_edits(longer);
    if longer - a.0.len().min(b.0.len()) > most {
        return None;
    }
    // A swap of neighbours touches three shingles of two characters.
    let broken = most * (SHINGLE_LENGTH + 1);
    if longer > SHINGLE_LENGTH && common(a.1, b.1) + broken < longer + 1 - SHINGLE_LENGTH {
        return None;
    }
    let edits = edits(a.0, b.0);
    (edits <= most).then_some(edits)
}

/// What is left of two texts without what both begin and end with.
pub fn middles<'a>(a: &'a [char], b: &'a [char]) -> (&'a [char], &'a [char]) {
    let start = a.iter().zip(b).take_while(|(left, right)| left == right).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(left, right)| left == right).count();
    (&a[..a.len() - end], &b[..b.len() - end])
}

/// Restricted Damerau–Levenshtein distance; what both begin and end with costs nothing.
pub fn edits(a: &[char], b: &[char]) -> usize {
    let (a, b) = middles(a, b);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    strsim::osa_distance(&a.iter().collect::<String>(), &b.iter().collect::<String>())
}

/// Likeness 0–1 of two texts of this longer length, 1 for two empty ones.
pub fn likeness(edits: usize, longer: usize) -> f64 {
    if longer == 0 { 1.0 } else { 1.0 - edits as f64 / longer as f64 }
}

#[cfg(test)]
mod tests {
    use super::{Threshold, edits, edits_if_near};
    use crate::text::shingles::shingles;
    use proptest::prelude::*;

    fn near(a: &str, b: &str, percent: u32) -> Option<usize> {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        edits_if_near((&a, &shingles(&a)), (&b, &shingles(&b)), Threshold { percent })
    }

    #[test]
    fn counts_by_hand() {
        assert_eq!(near("切断电源后验电并挂牌", "切断电源后验电再挂牌", 90), Some(1));
        assert_eq!(near("切断电源后验电并挂牌", "切断电源后再验电且挂牌", 90), None);
        assert_eq!(near("abcdefghij", "abdcefghij", 90), Some(1));
        assert_eq!(near("", "", 90), Some(0));
        assert_eq!(near("a", "b", 90), None);
    }

    proptest! {
        /// The filters before the distance lose nothing, and cutting common ends changes no distance.
        #[test]
        fn filters_lose_nothing(a in "[ab断电]{0,24}", b in "[ab断电]{0,24}", percent in 50_u32..100) {
            let plain = strsim::osa_distance(&a, &b);
            let most = Threshold { percent }.most_edits(a.chars().count().max(b.chars().count()));
            prop_assert_eq!(near(&a, &b, percent), (plain <= most).then_some(plain));
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            prop_assert_eq!(edits(&a, &b), plain);
        }
    }
}

//! The plain loops that every faster path is compared with.

/// How two sheets compare, item by item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairCounts {
    /// Items that both answered.
    pub common: u32,
    /// Identical responses among them.
    pub matches: u32,
    /// Identical responses that are not the keyed one (where a key is known).
    pub matches_incorrect: u32,
    /// Longest run of successive common items with identical responses; a blank does not end a run.
    pub longest_run: u32,
}

/// Compares two sheets.
///
/// **Input**: codes of both persons and the key, item by item; 0 = missing (no key known).
///
/// **Example**
/// ```
/// use kaojian::kernels::plain::compare;
/// let counts = compare(&[1, 2, 3, 0], &[1, 2, 1, 1], &[1, 1, 1, 1]);
/// assert_eq!((counts.common, counts.matches, counts.matches_incorrect, counts.longest_run), (3, 2, 1, 2));
/// ```
pub fn compare(a: &[u8], b: &[u8], key: &[u8]) -> PairCounts {
    let mut counts = PairCounts::default();
    let mut run = 0;
    for ((&left, &right), &keyed) in a.iter().zip(b).zip(key) {
        if left == 0 || right == 0 {
            continue;
        }
        counts.common += 1;
        if left == right {
            counts.matches += 1;
            run += 1;
            counts.longest_run = counts.longest_run.max(run);
            counts.matches_incorrect += u32::from(keyed != 0 && left != keyed);
        } else {
            run = 0;
        }
    }
    counts
}

/// Items whose agreements are added up in a byte: sums of bytes take a fraction of the registers that wider sums take.
const ITEMS_A_BYTE: usize = 255;

/// Items on which two sheets are not known to differ: identical responses, and items that either left blank.
pub fn count_not_different(a: &[u8], b: &[u8]) -> u32 {
    let parts = a.chunks(ITEMS_A_BYTE).zip(b.chunks(ITEMS_A_BYTE));
    let of_part = |(a, b): (&[u8], &[u8])| {
        let sum: u8 =
            a.iter().zip(b).map(|(&left, &right)| u8::from((left == right) | (left == 0) | (right == 0))).sum();
        u32::from(sum)
    };
    parts.map(of_part).sum()
}

/// Items on which two sheets are not known to differ, without those that both answered with the keyed response.
///
/// **Input**: as [`compare`].
pub fn count_not_different_incorrect(a: &[u8], b: &[u8], key: &[u8]) -> u32 {
    let parts = a.chunks(ITEMS_A_BYTE).zip(b.chunks(ITEMS_A_BYTE)).zip(key.chunks(ITEMS_A_BYTE));
    let of_part = |((a, b), key): ((&[u8], &[u8]), &[u8])| {
        let counts = |((&left, &right), &keyed): ((&u8, &u8), &u8)| {
            u8::from((left == 0) | (right == 0) | ((left == right) & (left != keyed)))
        };
        let sum: u8 = a.iter().zip(b).zip(key).map(counts).sum();
        u32::from(sum)
    };
    parts.map(of_part).sum()
}

#[cfg(test)]
mod tests {
    use super::{compare, count_not_different, count_not_different_incorrect};

    #[test]
    fn quick_counts_are_those_of_the_comparison_at_every_length() {
        for items in [0, 1, 15, 16, 254, 255, 256, 500, 511] {
            let codes = |step: usize| -> Vec<u8> { (0..items).map(|item| (item * step % 7 % 4) as u8).collect() };
            let (a, b, key) = (codes(3), codes(5), vec![1; items]);
            let counts = compare(&a, &b, &key);
            let dropped = items as u32 - counts.common;
            assert_eq!(count_not_different(&a, &b), counts.matches + dropped, "{items}");
            assert_eq!(count_not_different_incorrect(&a, &b, &key), counts.matches_incorrect + dropped, "{items}");
            let all_alike = vec![2; items];
            assert_eq!(count_not_different(&all_alike, &all_alike), items as u32);
        }
    }
}

//! The content of a page: levels and values are walked through, so that a reader that takes their lengths from the
//! file finds exactly as many as the page declares.

use crate::ingest::parquet::thrift::{unzigzag, varint};
use polars_parquet::read::PhysicalType;

/// Most values of one block of differences; writers use 128 to 4096.
const MAXIMUM_BLOCK: u64 = 1 << 16;

/// Most values of one page that is written as differences.
const MAXIMUM_DIFFERENCES: usize = 1 << 24;

/// Bytes that indices into a dictionary may take where there are none.
const LONGEST_EMPTY_INDICES: usize = 8;

/// Numbers of the encodings in the format.
pub const PLAIN: i64 = 0;
/// Indices into a dictionary, as old writers name them.
pub const PLAIN_DICTIONARY: i64 = 2;
/// Runs.
pub const RUNS: i64 = 3;
const DELTA_BINARY: i64 = 5;
const DELTA_LENGTH: i64 = 6;
const DELTA_BYTES: i64 = 7;
const DICTIONARY: i64 = 8;
const BYTE_STREAM_SPLIT: i64 = 9;

/// Bytes of one value; `None` for those of any length and for bits.
pub fn width(physical: PhysicalType) -> Option<usize> {
    match physical {
        PhysicalType::Int32 | PhysicalType::Float => Some(4),
        PhysicalType::Int64 | PhysicalType::Double => Some(8),
        PhysicalType::Int96 => Some(12),
        PhysicalType::FixedLenByteArray(width) => Some(width),
        PhysicalType::Boolean | PhysicalType::ByteArray => None,
    }
}

/// Checks that `content` holds exactly `count` values. Gives the bytes of text that come out of it beyond its own
/// length, which only prefixes shared between values have.
pub fn check_values(
    physical: PhysicalType,
    encoding: i64,
    count: usize,
    dictionary: Option<usize>,
    content: &[u8],
) -> Option<u64> {
    let checked = match encoding {
        PLAIN => check_plain(physical, count, content),
        // A page of blanks only: writers put nothing, or the width and an empty run, and need no dictionary.
        PLAIN_DICTIONARY | DICTIONARY if count == 0 => (content.len() <= LONGEST_EMPTY_INDICES).then_some(()),
        PLAIN_DICTIONARY | DICTIONARY => check_indices(count, dictionary?, content),
        RUNS if physical == PhysicalType::Boolean => {
            let (length, runs) = content.split_first_chunk::<4>()?;
            let is_whole = u32::from_le_bytes(*length) as usize == runs.len();
            is_whole.then(|| check_runs(runs, 1, count, |_| Some(()))).flatten()
        }
        DELTA_BINARY if matches!(physical, PhysicalType::Int32 | PhysicalType::Int64) => {
            let length = for_each_difference(content, count, |_| Some(()))?;
            (length == content.len()).then_some(())
        }
        DELTA_LENGTH if physical == PhysicalType::ByteArray => check_lengths(content, count),
        DELTA_BYTES if physical == PhysicalType::ByteArray => return check_prefixes(content, count),
        BYTE_STREAM_SPLIT => (width(physical)?.checked_mul(count)? == content.len()).then_some(()),
        _ => None,
    };
    checked.map(|()| 0)
}

/// Values one behind the other.
pub fn check_plain(physical: PhysicalType, count: usize, content: &[u8]) -> Option<()> {
    if physical == PhysicalType::Boolean {
        return (content.len() == count.div_ceil(8)).then_some(());
    }
    if let Some(width) = width(physical) {
        return (width > 0 && width.checked_mul(count)? == content.len()).then_some(());
    }
    let mut rest = content;
    for _ in 0..count {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        rest = behind.get(u32::from_le_bytes(*length) as usize..)?;
    }
    rest.is_empty().then_some(())
}

/// Definition levels of a column that is not nested: how many of `count` values are there.
pub fn count_present(levels: &[u8], count: usize) -> Option<usize> {
    let mut present = 0;
    check_runs(levels, 1, count, |run| {
        match run {
            Run::Repeated(value @ 0..=1, length) => present += value as usize * length,
            Run::Repeated(..) => return None,
            Run::Packed(bytes, length) => {
                let ones: u32 = bytes.iter().take(length / 8).map(|byte| byte.count_ones()).sum();
                let last = bytes.get(length / 8).map_or(0, |byte| byte & ((1_u8 << (length % 8)) - 1));
                present += (ones + last.count_ones()) as usize;
            }
        }
        Some(())
    })?;
    Some(present)
}

enum Run<'a> {
    Repeated(u64, usize),
    Packed(&'a [u8], usize),
}

/// Goes through runs of values of `width` bits until `count` are found. A run of one value must not go past them;
/// packed values come in groups of eight.
fn check_runs(bytes: &[u8], width: usize, count: usize, mut visit: impl FnMut(Run<'_>) -> Option<()>) -> Option<()> {
    if width == 0 {
        return visit(Run::Repeated(0, count));
    }
    let mut rest = bytes;
    let mut left = count;
    while left > 0 {
        let (head, length) = varint(rest)?;
        rest = rest.get(length..)?;
        let amount = usize::try_from(head >> 1).ok()?;
        if head & 1 == 1 {
            let stored = amount.checked_mul(width)?.min(rest.len());
            let (packed, behind) = rest.split_at_checked(stored)?;
            let found = (stored.checked_mul(8)? / width).min(left);
            if found == 0 {
                return None;
            }
            visit(Run::Packed(packed, found))?;
            rest = behind;
            left -= found;
        } else {
            let (value, behind) = rest.split_at_checked(width.div_ceil(8))?;
            if amount == 0 || amount > left {
                return None;
            }
            let value = value.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
            visit(Run::Repeated(value, amount))?;
            rest = behind;
            left -= amount;
        }
    }
    Some(())
}

/// Indices into a dictionary: a byte that says how many bits each takes, then runs.
fn check_indices(count: usize, dictionary: usize, content: &[u8]) -> Option<()> {
    let (width, runs) = content.split_first()?;
    let width = usize::from(*width);
    if width > 32 || (count > 0 && dictionary == 0) {
        return None;
    }
    let dictionary = dictionary as u64;
    check_runs(runs, width, count, |run| match run {
        Run::Repeated(index, _) => (index < dictionary).then_some(()),
        Run::Packed(..) if 1_u64 << width <= dictionary => Some(()),
        Run::Packed(packed, length) => unpack(packed, width).take(length).all(|index| index < dictionary).then_some(()),
    })
}

/// Numbers of `width` bits (1 to 64), the lowest bits first.
fn unpack(packed: &[u8], width: usize) -> impl Iterator<Item = u64> + '_ {
    let mut bytes = packed.iter();
    let mut buffer: u128 = 0;
    let mut held = 0;
    std::iter::from_fn(move || {
        while held < width {
            buffer |= u128::from(*bytes.next()?) << held;
            held += 8;
        }
        let value = buffer & ((1_u128 << width) - 1);
        buffer >>= width;
        held -= width;
        u64::try_from(value).ok()
    })
}

/// Goes through `count` numbers written as differences; gives the bytes they take.
fn for_each_difference(content: &[u8], count: usize, mut visit: impl FnMut(i64) -> Option<()>) -> Option<usize> {
    let mut rest = content;
    let mut number = || {
        let (value, length) = varint(rest)?;
        rest = rest.get(length..)?;
        Some(value)
    };
    let (block, parts, declared, first) = (number()?, number()?, number()?, unzigzag(number()?));
    let is_sound = block > 0
        && block <= MAXIMUM_BLOCK
        && block.is_multiple_of(128)
        && parts > 0
        && block.is_multiple_of(parts)
        && (block / parts).is_multiple_of(32)
        && usize::try_from(declared).ok()? == count
        && count <= MAXIMUM_DIFFERENCES;
    if !is_sound {
        return None;
    }
    if count == 0 {
        return Some(content.len() - rest.len());
    }
    visit(first)?;
    let parts = usize::try_from(parts).ok()?;
    let values_a_part = usize::try_from(block).ok()? / parts;
    let mut last = first;
    let mut left = count - 1;
    while left > 0 {
        let (least, length) = varint(rest)?;
        let least = unzigzag(least);
        let (widths, behind) = rest.get(length..)?.split_at_checked(parts)?;
        rest = behind;
        for width in widths.iter().take(left.div_ceil(values_a_part)) {
            let width = usize::from(*width);
            if width > 64 {
                return None;
            }
            let (packed, behind) = rest.split_at_checked(width * values_a_part / 8)?;
            rest = behind;
            let taken = left.min(values_a_part);
            if width == 0 {
                for _ in 0..taken {
                    last = last.wrapping_add(least);
                    visit(last)?;
                }
            } else {
                for difference in unpack(packed, width).take(taken) {
                    last = last.wrapping_add(least).wrapping_add(difference.cast_signed());
                    visit(last)?;
                }
            }
            left -= taken;
        }
    }
    Some(content.len() - rest.len())
}

/// Texts behind their lengths.
fn check_lengths(content: &[u8], count: usize) -> Option<()> {
    let mut total = 0_u64;
    let length = for_each_difference(content, count, |length| {
        total = total.checked_add(u64::from(u32::try_from(length).ok()?))?;
        Some(())
    })?;
    (total == (content.len() - length) as u64).then_some(())
}

/// Texts that share their beginning with the one before.
fn check_prefixes(content: &[u8], count: usize) -> Option<u64> {
    let mut prefixes = Vec::new();
    let length = for_each_difference(content, count, |prefix| {
        prefixes.push(u32::try_from(prefix).ok()?);
        Some(())
    })?;
    let texts = content.get(length..)?;
    check_lengths(texts, count)?;
    let (mut shared, mut before) = (0_u64, 0_u64);
    let mut prefixes = prefixes.into_iter().map(u64::from);
    for_each_difference(texts, count, |suffix| {
        let prefix = prefixes.next().filter(|prefix| *prefix <= before)?;
        shared = shared.checked_add(prefix)?;
        before = prefix + u64::from(u32::try_from(suffix).ok()?);
        Some(())
    })?;
    Some(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted() {
        // The example of the format: a run of 8 ones, then 0b1101 packed.
        assert_eq!(count_present(&[0x10, 1, 0x03, 0b0000_1101], 12), Some(11));
        assert_eq!(count_present(&[0x03, 0xFF], 3), Some(3));
        assert_eq!(count_present(&[0x10, 0], 8), Some(0));
        for (what, levels, count) in [
            ("a run past the end", &[0x14, 1][..], 8),
            ("a run without end", &[0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 1], 8),
            ("a level that is none", &[0x10, 2], 8),
            ("too few", &[0x10, 1], 9),
            ("a run of nothing", &[0x00, 1, 0x10, 1], 8),
            ("no bytes", &[], 1),
        ] {
            assert_eq!(count_present(levels, count), None, "{what}");
        }
    }

    #[test]
    fn indices_stay_in_the_dictionary() {
        let packed = [2, 0x03, 0b1001_0011, 0];
        assert_eq!(check_indices(4, 4, &packed), Some(()));
        assert_eq!(check_indices(4, 3, &packed), None);
        assert_eq!(check_indices(3, 1, &[0]), Some(()));
        assert_eq!(check_indices(1, 0, &[0]), None);
        assert_eq!(check_indices(1, 9, &[33, 0x02, 0]), None);
        assert_eq!(check_indices(1, 9, &[]), None);
    }

    #[test]
    fn plain_values_fill_their_page() {
        let texts = [1, 0, 0, 0, b'x', 0, 0, 0, 0];
        assert_eq!(check_plain(PhysicalType::ByteArray, 2, &texts), Some(()));
        assert_eq!(check_plain(PhysicalType::ByteArray, 1, &texts), None);
        assert_eq!(check_plain(PhysicalType::ByteArray, 1, &[0xFF, 0xFF, 0xFF, 0xFF, b'x']), None);
        assert_eq!(check_plain(PhysicalType::Int32, 2, &[0; 8]), Some(()));
        assert_eq!(check_plain(PhysicalType::Int32, 3, &[0; 8]), None);
        assert_eq!(check_plain(PhysicalType::FixedLenByteArray(0), 3, &[]), None);
        assert_eq!(check_plain(PhysicalType::Boolean, 9, &[0; 2]), Some(()));
    }

    /// The example of the format's description: 7, 5, 3, 1, 2, 3, 4, 5 as differences.
    fn differences() -> Vec<u8> {
        let mut bytes = vec![0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0];
        // Differences -2 -2 -2 1 1 1 1 less the least, -2, in two bits each, 32 to a part.
        bytes.extend([0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn differences_are_followed() {
        let mut found = Vec::new();
        let bytes = differences();
        let length = for_each_difference(&bytes, 8, |value| {
            found.push(value);
            Some(())
        });
        assert_eq!((length, found), (Some(bytes.len()), vec![7, 5, 3, 1, 2, 3, 4, 5]));
        assert_eq!(for_each_difference(&bytes, 9, |_| Some(())), None);
        let mut huge = vec![0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
        huge.extend(&bytes[2..]);
        assert_eq!(for_each_difference(&huge, 8, |_| Some(())), None);
    }

    #[test]
    fn texts_match_their_lengths() {
        // Lengths 2 and 1: two values, first 2, least difference -1, all parts of no bits.
        let lengths = [0x80, 0x01, 4, 2, 4, 1, 0, 0, 0, 0];
        let texts = [&lengths[..], b"abc"].concat();
        assert_eq!(check_values(PhysicalType::ByteArray, DELTA_LENGTH, 2, None, &texts), Some(0));
        assert_eq!(check_values(PhysicalType::ByteArray, DELTA_LENGTH, 2, None, &texts[..12]), None);
        // Prefixes 0 and 2 before them: `ab`, `abc`.
        let prefixes = [0x80, 0x01, 4, 2, 0, 4, 0, 0, 0, 0];
        let shared = [&prefixes[..], &texts].concat();
        assert_eq!(check_values(PhysicalType::ByteArray, DELTA_BYTES, 2, None, &shared), Some(2));
        let too_long = [0x80, 0x01, 4, 2, 0, 6, 0, 0, 0, 0];
        let wrong = [&too_long[..], &texts].concat();
        assert_eq!(check_values(PhysicalType::ByteArray, DELTA_BYTES, 2, None, &wrong), None);
    }
}

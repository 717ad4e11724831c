//! One form of every Chinese character: traditional characters, radicals and compatibility ideographs become the
//! simplified character that a mainland paper would print.
//!
//! One character becomes one character, without regard to its neighbours, so that a text and its traditional edition
//! have one form; it is for comparing, not for reading (`乾坤` becomes `干坤`). The table is `simplified.txt`.

use std::sync::LazyLock;

/// First character that the table may hold: the radicals.
const FIRST: u32 = 0x2E80;
/// Last one: the compatibility ideographs.
const LAST: u32 = 0xFAFF;

/// What every character between [`FIRST`] and [`LAST`] becomes; 0 where it stays. All of them lie in the basic plane.
static TABLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0; (LAST - FIRST + 1) as usize];
    let mut characters =
        include_str!("simplified.txt").lines().filter(|line| !line.starts_with('#')).flat_map(str::chars);
    while let (Some(from), Some(to)) = (characters.next(), characters.next()) {
        let place = u32::from(from).checked_sub(FIRST).and_then(|place| table.get_mut(place as usize));
        if let (Some(place), Ok(to)) = (place, u16::try_from(u32::from(to))) {
            *place = to;
        }
    }
    table
});

/// The simplified form of a character.
///
/// ```
/// use kaojian::text::han::simplified;
/// let of = |text: &str| text.chars().map(simplified).collect::<String>();
/// assert_eq!(of("檢修線路時應當斷電"), "检修线路时应当断电");
/// // A radical as copied from a PDF, and a compatibility ideograph.
/// assert_eq!(of("\u{2F64}\u{F914}"), "用乐");
/// assert_eq!(of("断电 220V"), "断电 220V");
/// ```
pub fn simplified(character: char) -> char {
    let number = u32::from(character);
    if !(FIRST..=LAST).contains(&number) {
        return character;
    }
    let folded = TABLE.get((number - FIRST) as usize).copied().unwrap_or(0);
    if folded == 0 { character } else { char::from_u32(u32::from(folded)).unwrap_or(character) }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LAST, TABLE, simplified};

    #[test]
    fn the_table_is_whole_and_folds_once() {
        let filled = TABLE.iter().filter(|folded| **folded != 0).count();
        let pairs: usize = include_str!("simplified.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.chars().count())
            .sum();
        assert_eq!(filled * 2, pairs, "every pair has its place");
        for character in (FIRST..=LAST).filter_map(char::from_u32) {
            assert_eq!(simplified(simplified(character)), simplified(character), "{character}");
        }
    }

    #[test]
    fn characters_of_the_national_standard_stay() {
        // Every character of GB 2312 is a simplified one, but for those that are the traditional form of another too.
        let mut changed: Vec<char> = Vec::new();
        for bytes in (0xB0..=0xF7_u8).flat_map(|high| (0xA1..=0xFE_u8).map(move |low| [high, low])) {
            if let Some(text) = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(&bytes) {
                changed.extend(text.chars().filter(|character| simplified(*character) != *character));
            }
        }
        changed.sort_unstable();
        assert_eq!(changed.into_iter().collect::<String>(), "乾夥後徵摺於箝菸著藉麽");
    }
}

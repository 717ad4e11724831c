//! Characters that do not show, turn the reading direction, or only look like the usual ones.
//!
//! Any of them makes two texts differ for a program and not for a reader. They are counted, so that they can be said,
//! and taken away before texts are compared.

use crate::text::han::simplified;

/// Characters of one text that a reader cannot tell from nothing or from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HiddenCharacters {
    /// Without any width: zero-width spaces and joiners, soft hyphens, fillers, variation selectors behind letters.
    pub invisible: usize,
    /// Marks that turn the reading direction.
    pub direction: usize,
    /// Letters of another script among Latin ones, mathematical letters, radicals in place of Chinese characters.
    pub look_alike: usize,
}

impl HiddenCharacters {
    /// All of them.
    pub fn total(&self) -> usize {
        self.invisible + self.direction + self.look_alike
    }
}

/// Whether a character turns the reading direction.
pub const fn turns_direction(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character has no width of its own.
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200D}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206A}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    ) || selects_variation(character)
}

const fn selects_variation(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Latin letters by the letters of other scripts that look like them (Unicode Technical Standard 39, confusables; only
/// those that no reader can tell apart).
const LOOK_ALIKES: [(char, char); 46] = [
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ѕ', 's'),
    ('һ', 'h'),
    ('ԁ', 'd'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('Х', 'X'),
    ('У', 'Y'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('Ѕ', 'S'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ο', 'o'),
    ('ν', 'v'),
    ('ɡ', 'g'),
];

/// The usual character for one that looks like it; `None` for usual ones. Full-width forms are usual.
///
/// ```
/// use kaojian::text::hidden::looks_like;
/// assert_eq!(looks_like('\u{0430}'), Some('a'));
/// assert_eq!(looks_like('\u{1D41A}'), Some('a'));
/// assert_eq!(looks_like('\u{2F08}'), Some('人'));
/// assert_eq!(looks_like('a'), None);
/// assert_eq!(looks_like('Ω'), None);
/// ```
pub fn looks_like(character: char) -> Option<char> {
    let code = u32::from(character);
    let letter = |first: u8, offset: u32| u8::try_from(offset).ok().map(|offset| char::from(first + offset));
    match code {
        0..0x0250 => None,
        // The Kangxi radicals, which PDF programs write instead.
        0x2F00..0x2FD6 => Some(simplified(character)),
        // Thirteen alphabets of capital and small letters, then five rows of digits.
        0x1D400..0x1D6A4 => match (code - 0x1D400) % 52 {
            capital @ 0..26 => letter(b'A', capital),
            small => letter(b'a', small - 26),
        },
        0x1D7CE..0x1D800 => letter(b'0', (code - 0x1D7CE) % 10),
        0x0250..0x0600 => LOOK_ALIKES.iter().find(|(other, _)| *other == character).map(|(_, usual)| *usual),
        _ => None,
    }
}

/// Counts what cannot be seen.
///
/// A byte order mark at the start, and variation selectors behind signs such as emoji, are what programs write and do
/// not count. A letter of another script counts only beside a Latin letter: a Greek or Russian word is a word.
///
/// ```
/// use kaojian::text::hidden::hidden;
/// assert_eq!(hidden("断\u{200B}电\u{202E}").total(), 2);
/// assert_eq!(hidden("p\u{0430}ss").look_alike, 1);
/// assert_eq!(hidden("\u{FEFF}ＰＬＣ 10 Ω，❤\u{FE0F}，Привет").total(), 0);
/// ```
pub fn hidden(text: &str) -> HiddenCharacters {
    let mut found = HiddenCharacters::default();
    if text.is_ascii() {
        return found;
    }
    let mut characters = text.trim_start_matches('\u{FEFF}').chars().peekable();
    let mut before: Option<char> = None;
    while let Some(character) = characters.next() {
        if turns_direction(character) {
            found.direction += 1;
        } else if selects_variation(character) {
            found.invisible += usize::from(before.is_some_and(char::is_alphanumeric));
        } else if is_invisible(character) {
            found.invisible += 1;
        } else if looks_like(character).is_some() {
            let latin = |beside: Option<char>| beside.is_some_and(|beside| beside.is_ascii_alphanumeric());
            let is_of_word = u32::from(character) >= 0x2F00 || latin(before) || latin(characters.peek().copied());
            found.look_alike += usize::from(is_of_word);
        }
        before = Some(character);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{hidden, looks_like};

    #[test]
    fn every_radical_has_its_character() {
        let own = |code: u32| char::from_u32(code).is_some_and(|one| looks_like(one).is_some_and(|usual| usual != one));
        assert_eq!((0x2F00..0x2FD6).filter(|code| own(*code)).count(), 214);
        assert_eq!((looks_like('\u{2F00}'), looks_like('\u{2FD5}')), (Some('一'), Some('龠')));
        assert_eq!(looks_like('\u{1D7D8}'), Some('0'));
    }

    #[test]
    fn kinds_are_counted_apart() {
        let found = hidden("操\u{200D}作\u{2066}票\u{2069}⼈员\u{FE00}");
        assert_eq!((found.invisible, found.direction, found.look_alike), (2, 2, 1));
        assert_eq!(hidden("").total(), 0);
        assert_eq!(hidden("plain").total(), 0);
    }
}

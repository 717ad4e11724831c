//! How many columns of a terminal a text takes.

/// Columns of a character: two for Chinese and other wide characters. Characters whose width depends on
/// the terminal's language count as two, so that a line never grows past its place.
///
/// ```
/// use kaojian::report::width::{cut, width};
/// assert_eq!(width("A批次"), 5);
/// assert_eq!(cut("批次编号", 6), "批次..");
/// ```
pub fn character_width(character: char) -> usize {
    match u32::from(character) {
        0..=0x7F => 1,
        0xA1 | 0xA4 | 0xA7..=0xA8 | 0xAA | 0xAD..=0xAE | 0xB0..=0xB4 | 0xB6..=0xBA | 0xBC..=0xBF | 0xD7 | 0xF7 => 2,
        0x80..0x1100 => 1,
        0x1100..=0x115F
        | 0x2010..=0x2027
        | 0x2030..=0x203E
        | 0x2460..=0x27BF
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// Columns of a text.
pub fn width(text: &str) -> usize {
    text.chars().map(character_width).sum()
}

/// A text cut to so many columns, with `..` where something was left out.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(2);
    let mut output = String::new();
    let mut used = 0;
    for character in text.chars() {
        used += character_width(character);
        if used > room {
            break;
        }
        output.push(character);
    }
    output.push_str(&".."[..columns.min(2)]);
    output
}

/// A text cut or filled with spaces to exactly so many columns.
pub fn padded(text: &str, columns: usize) -> String {
    let mut output = cut(text, columns);
    let used = width(&output);
    output.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    output
}

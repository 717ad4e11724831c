//! The gate for text that comes from the data: every output passes it, so that no whole identity
//! number and no invisible character reaches a reader.

use crate::model::identity::{mask_embedded_numbers, mask_person};
use crate::model::text::Bilingual;
use std::fmt::Write;

/// Text from the data, fit to be shown: identity numbers masked, line breaks and tabs turned into
/// spaces, characters that hide or reverse text spelt out.
///
/// ```
/// use kaojian::report::clean::shown;
/// assert_eq!(shown("no 11010519491231002X\n"), "no 110105********002X ");
/// assert_eq!(shown("abc\u{202E}fdp"), "abc[U+202E]fdp");
/// ```
pub fn shown(text: &str) -> String {
    let masked = mask_embedded_numbers(text);
    let is_changed = |character: char| matches!(character, '\u{2028}' | '\u{2029}') || is_hiding(character);
    if !masked.contains(is_changed) {
        return masked.into_owned();
    }
    let mut output = String::with_capacity(masked.len());
    for character in masked.chars() {
        match character {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => output.push(' '),
            character if is_hiding(character) => {
                // Writing to a string cannot fail.
                let _ = write!(output, "[U+{:04X}]", u32::from(character));
            }
            character => output.push(character),
        }
    }
    output
}

/// Controls, direction marks and characters that XML 1.0 forbids.
fn is_hiding(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'
                ..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
}

/// A drawing made from the data: hiding characters and identity numbers in its texts are masked. Markup stays
/// as it is: the numbers of an outline are no identity number, however much a row of them looks like one.
///
/// ```
/// use kaojian::report::clean::shown_drawing;
/// let path = r#"<path d="m110105 19491231 002"/>"#;
/// assert_eq!(shown_drawing(path), path);
/// assert_eq!(shown_drawing("<title>11010519491231002X</title>"), "<title>110105********002X</title>");
/// ```
pub fn shown_drawing(svg: &str) -> String {
    let mut output = String::with_capacity(svg.len());
    for part in svg.split_inclusive('>') {
        let (text, markup) = part.split_at(part.find('<').unwrap_or(part.len()));
        // Line ends between elements are layout, not text.
        if text.trim().is_empty() {
            output.push_str(text)
        } else {
            output.push_str(&shown(text))
        }
        output.push_str(markup);
    }
    output
}

/// Both languages of a text.
pub fn shown_both(text: &Bilingual) -> Bilingual {
    Bilingual { zh: shown(&text.zh), en: shown(&text.en) }
}

/// An operator or approver: an account name is shown, what looks like a person's Chinese name is masked.
///
/// ```
/// use kaojian::report::clean::shown_person;
/// assert_eq!(shown_person("王小明"), "王**");
/// assert_eq!(shown_person("admin-2"), "admin-2");
/// ```
pub fn shown_person(text: &str) -> String {
    shown(&mask_person(text))
}

/// Makes a cell of a CSV file harmless in a spreadsheet: a text that would be taken for a formula gets
/// a leading apostrophe, a plain number stays. (OWASP, CSV Injection.)
///
/// ```
/// use kaojian::report::clean::defused;
/// assert_eq!(defused("=cmd|'/C calc'!A0"), "'=cmd|'/C calc'!A0");
/// assert_eq!(defused("-3.5"), "-3.5");
/// ```
pub fn defused(text: &str) -> String {
    let starts_formula =
        text.trim_start().starts_with(['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'])
            || text.starts_with(['\t', '\r', '\n']);
    if starts_formula && !is_plain_number(text) { format!("'{text}") } else { text.to_owned() }
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::{defused, shown};

    #[test]
    fn formulas_are_defused_and_numbers_left() {
        for text in ["=1+1", "+1+1", "-1-1", "@SUM(A1)", " =1", "＝1", "\t1", "--1", "-"] {
            assert_eq!(defused(text), format!("'{text}"));
        }
        for text in ["-3", "+3", "-3.25", "3-1", "a=b", ""] {
            assert_eq!(defused(text), text);
        }
    }

    #[test]
    fn hidden_characters_are_spelt_out() {
        assert_eq!(shown("a\u{0}b\u{200F}c\u{FEFF}"), "a[U+0000]b[U+200F]c[U+FEFF]");
        assert_eq!(shown("第1题\r\n"), "第1题  ");
    }
}

//! Cleaning of cells: what typing, input methods and spreadsheets leave around a value.

use crate::ingest::raw::CellKind;
use std::borrow::Cow;

/// Whether a character shows nothing: zero-width characters, direction marks and overrides, soft hyphens, fillers, tags.
/// Between others they make one text look like two.
pub const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Folds one character to half width; `None` when it carries nothing (zero-width characters).
fn fold(character: char) -> Option<char> {
    Some(match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        '\u{3000}' | '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => ' ',
        character if is_hidden(character) => return None,
        character if character.is_control() => ' ',
        _ => character,
    })
}

/// Whether cleaning would give the text back unchanged; true for nearly every cell of a tidy file.
fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut after_space = true;
    for byte in bytes {
        match byte {
            b' ' if after_space => return false,
            b' ' => after_space = true,
            0x21..=0x7E => after_space = false,
            _ => return false,
        }
    }
    (bytes.is_empty() || !after_space) && bytes.first() != Some(&b'\'')
}

/// Half-width digits, letters and punctuation; no zero-width characters; spaces trimmed and runs of them
/// made one; a leading apostrophe (how a spreadsheet marks text) dropped.
///
/// ```
/// use kaojian::ingest::clean::clean_text;
/// assert_eq!(clean_text("　１２３\u{200B}Ａ  Ｂ "), "123A B");
/// assert_eq!(clean_text("'001"), "001");
/// ```
pub fn clean_text(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut quoted = false;
    for character in text.chars().filter_map(fold) {
        if character == ' ' && (cleaned.is_empty() || cleaned.ends_with(' ')) {
            continue;
        }
        if character == '\'' && cleaned.is_empty() && !quoted {
            quoted = true;
            continue;
        }
        cleaned.push(character);
    }
    cleaned.truncate(cleaned.trim_end().len());
    Cow::Owned(cleaned)
}

/// A text written for people (item stems, answers, reasons): trimmed, without zero-width characters,
/// its own punctuation and inner spaces kept.
pub fn clean_free_text(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if trimmed.is_ascii() || !trimmed.chars().any(|character| fold(character).is_none()) {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(trimmed.chars().filter(|character| fold(*character).is_some()).collect::<String>().trim().to_owned())
}

/// An identifier: cleaned text without inner spaces; a whole number from a number cell without its `.0`.
///
/// ```
/// use kaojian::ingest::clean::clean_id;
/// use kaojian::ingest::raw::CellKind;
/// assert_eq!(clean_id("2026 0501", CellKind::Text), "20260501");
/// assert_eq!(clean_id("1001.0", CellKind::Number), "1001");
/// ```
pub fn clean_id(text: &str, kind: CellKind) -> Cow<'_, str> {
    let cleaned = without_spaces(clean_text(text));
    if kind == CellKind::Number
        && let Some(whole) = cleaned.strip_suffix(".0")
    {
        return Cow::Owned(whole.to_owned());
    }
    cleaned
}

/// Takes the spaces out of a cleaned text.
pub fn without_spaces(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(' ') { Cow::Owned(text.replace(' ', "")) } else { text }
}

/// A person's name: cleaned; spaces inside a name without Latin letters (`张  三`) are only layout.
pub fn clean_name(text: &str) -> Cow<'_, str> {
    let cleaned = clean_text(text);
    if cleaned.bytes().any(|byte| byte.is_ascii_alphabetic()) { cleaned } else { without_spaces(cleaned) }
}

/// Whether a cleaned cell says that there is no value.
///
/// ```
/// use kaojian::ingest::clean::is_missing;
/// assert!(is_missing("-") && is_missing("NA") && is_missing("") && !is_missing("0"));
/// ```
pub fn is_missing(cleaned: &str) -> bool {
    match cleaned {
        "" | "-" | "--" | "---" | "—" | "——" | "–" | "/" | "\\" | "*" | "无" | "空" => true,
        _ if cleaned.len() > 6 => false,
        _ => ["na", "n/a", "null", "none", "nan", "#n/a"].iter().any(|word| cleaned.eq_ignore_ascii_case(word)),
    }
}

/// A header or a name of a thing as it is compared: cleaned, lower case, without spaces, `_`, `-`, `*` and `:`.
///
/// ```
/// use kaojian::ingest::clean::comparable;
/// assert_eq!(comparable(" Candidate　ＩＤ*"), "candidateid");
/// ```
pub fn comparable(text: &str) -> String {
    clean_text(text)
        .chars()
        .filter(|character| !matches!(character, ' ' | '_' | '-' | '*' | ':'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidy_text_is_not_copied() {
        assert!(matches!(clean_text("C0001"), Cow::Borrowed("C0001")));
        assert!(matches!(clean_text("two words"), Cow::Borrowed("two words")));
        assert!(matches!(clean_text(""), Cow::Borrowed("")));
    }

    #[test]
    fn folds_and_trims() {
        assert_eq!(clean_text("\u{FEFF}准考证号\u{A0}"), "准考证号");
        assert_eq!(clean_text("８５．５"), "85.5");
        assert_eq!(clean_text(" a \t b\r\n"), "a b");
        assert_eq!(clean_text("''a'"), "'a'");
        assert_eq!(clean_text("　 　"), "");
    }

    #[test]
    fn keeps_what_people_wrote() {
        assert_eq!(clean_free_text("  答：Ａ，\u{200B}B。 "), "答：Ａ，B。");
        assert_eq!(clean_name("张　三"), "张三");
        assert_eq!(clean_name("Li  Lei"), "Li Lei");
    }
}

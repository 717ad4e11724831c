//! Personal data that must never be printed whole: the types mask themselves.

use chrono::Datelike;
use std::borrow::Cow;
use std::fmt;

/// A Chinese identity number (GB 11643) or another document number. `Display` and `Debug` mask it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityNumber {
    digits: Box<str>,
    check: IdentityCheck,
}

/// What the number itself shows. A right check digit proves typing, not identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityCheck {
    /// 18 characters, a real date, check digit right.
    Valid,
    /// 18 characters, but the date or the check digit is wrong.
    WrongCheckDigit,
    /// The tail was lost in a spreadsheet (read as a number): never matched on.
    DigitsLost,
    /// Another kind of document, or another length.
    OtherDocument,
}

/// Weights of GB 11643.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: &[u8; 11] = b"10X98765432";

impl IdentityNumber {
    /// From cleaned text (trimmed, half width); the letter x is folded to X.
    ///
    /// ```
    /// use kaojian::model::identity::{IdentityCheck, IdentityNumber};
    /// let number = IdentityNumber::new("11010519491231002X");
    /// assert_eq!(number.check(), IdentityCheck::Valid);
    /// assert_eq!(number.to_string(), "110105********002X");
    /// ```
    pub fn new(text: &str) -> Self {
        let digits = text.trim().to_uppercase();
        let check = check(&digits);
        Self { digits: digits.into_boxed_str(), check }
    }

    /// A number whose last digits a spreadsheet has destroyed.
    pub fn with_lost_digits(text: &str) -> Self {
        Self { digits: text.trim().into(), check: IdentityCheck::DigitsLost }
    }

    /// What the number shows of itself.
    pub fn check(&self) -> IdentityCheck {
        self.check
    }

    /// The whole number, for matching inside the program only; `None` when digits were lost.
    pub fn for_matching(&self) -> Option<&str> {
        (self.check != IdentityCheck::DigitsLost).then_some(&*self.digits)
    }

    /// Birth date in a number of 18 digits, as (year, month, day).
    pub fn birth_date(&self) -> Option<chrono::NaiveDate> {
        (self.check == IdentityCheck::Valid).then(|| birth_date(&self.digits)).flatten()
    }
}

fn birth_date(digits: &str) -> Option<chrono::NaiveDate> {
    let year = digits.get(6..10)?.parse().ok()?;
    let month = digits.get(10..12)?.parse().ok()?;
    let day = digits.get(12..14)?.parse().ok()?;
    chrono::NaiveDate::from_ymd_opt(year, month, day)
}

fn check(digits: &str) -> IdentityCheck {
    let bytes = digits.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return IdentityCheck::OtherDocument;
    }
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    let right = CHECK_CHARACTERS[(sum % 11) as usize] == bytes[17];
    if right && birth_date(digits).is_some() { IdentityCheck::Valid } else { IdentityCheck::WrongCheckDigit }
}

/// Masks a document number: the first six and last four characters of a long one stay, else only the last two.
pub fn mask_number(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (head, tail) = match characters.len() {
        0..=2 => (0, 0),
        3..=11 => (0, 2),
        12..=14 => (2, 4),
        _ => (6, 4),
    };
    let hidden = characters.len() - head - tail;
    let mut masked: String = characters[..head].iter().collect();
    masked.extend(std::iter::repeat_n('*', hidden));
    masked.extend(&characters[head + hidden..]);
    masked
}

/// Masks every 18-digit identity number that stands inside a text, such as a candidate number that is one.
///
/// A number that stands alone counts when its date is a possible one, whether or not its check digit is right. One
/// written in groups (`110105 19491231 002X`) or glued to further digits counts when its check digit is right too:
/// otherwise every long number would lose its middle.
///
/// ```
/// use kaojian::model::identity::mask_embedded_numbers;
/// assert_eq!(mask_embedded_numbers("id=11010519491231002X;"), "id=110105********002X;");
/// assert_eq!(mask_embedded_numbers("110105-19491231-002X"), "110105********002X");
/// assert_eq!(mask_embedded_numbers("202605010000000001"), "202605010000000001");
/// ```
pub fn mask_embedded_numbers(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // Nearly every text of a report has too few digits to hold a number.
    if bytes.iter().filter(|byte| byte.is_ascii_digit()).count() < 17 {
        return Cow::Borrowed(text);
    }
    let mut masked: Option<String> = None;
    let mut copied = 0;
    let mut position = 0;
    while position < bytes.len() {
        let Some((number, end)) = number_at(bytes, position) else {
            position += 1;
            continue;
        };
        let output = masked.get_or_insert_default();
        output.push_str(&text[copied..position]);
        output.push_str(&mask_number(&number));
        copied = end;
        position = end;
    }
    match masked {
        None => Cow::Borrowed(text),
        Some(mut output) => {
            output.push_str(&text[copied..]);
            Cow::Owned(output)
        }
    }
}

/// The identity number that starts at a byte, without what separates its groups, and where it ends.
fn number_at(bytes: &[u8], start: usize) -> Option<(String, usize)> {
    let digit_at = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    if !digit_at(start) {
        return None;
    }
    let mut number = String::with_capacity(18);
    let mut end = start;
    while number.len() < 18 {
        let is_last = number.len() == 17;
        let fits = |place: usize| digit_at(place) || is_last && matches!(bytes.get(place), Some(b'X' | b'x'));
        if !number.is_empty() && matches!(bytes.get(end), Some(b' ' | b'-')) && fits(end + 1) {
            end += 1;
        }
        if !fits(end) {
            return None;
        }
        number.push(char::from(*bytes.get(end)?));
        end += 1;
    }
    if !birth_date(&number).is_some_and(is_plausible_birth_date) {
        return None;
    }
    let stands_alone = end - start == 18 && !digit_at(end) && (start == 0 || !digit_at(start - 1));
    (stands_alone || check(&number.to_uppercase()) == IdentityCheck::Valid).then_some((number, end))
}

/// Nobody alive was born before 1900, and no candidate after 2030.
fn is_plausible_birth_date(date: chrono::NaiveDate) -> bool {
    (1900..=2030).contains(&date.year())
}

impl fmt::Display for IdentityNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&mask_number(&self.digits))
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "IdentityNumber({self}, {:?})", self.check)
    }
}

/// A person's name. `Display` and `Debug` show the first character only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(Box<str>);

impl PersonName {
    /// From cleaned text.
    pub fn new(text: &str) -> Self {
        Self(text.trim().into())
    }

    /// The whole name, for matching inside the program only.
    pub fn for_matching(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        if let Some(first) = characters.next() {
            write!(formatter, "{first}")?;
        }
        for _ in characters {
            formatter.write_str("*")?;
        }
        Ok(())
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PersonName({self})")
    }
}

/// Whether a 统一社会信用代码 (GB 32100) has the right alphabet, length and check character.
///
/// ```
/// assert!(kaojian::model::identity::is_valid_credit_code("91350100M000100Y43"));
/// assert!(!kaojian::model::identity::is_valid_credit_code("91350100M000100Y44"));
/// ```
pub fn is_valid_credit_code(code: &str) -> bool {
    credit_code_check_character(code.get(..17).unwrap_or("")) == code.chars().nth(17) && code.chars().count() == 18
}

const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const CREDIT_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The check character of the first 17 characters of a 统一社会信用代码; `None` when one is outside the alphabet.
pub fn credit_code_check_character(first: &str) -> Option<char> {
    if first.len() != 17 {
        return None;
    }
    let mut sum = 0;
    for (byte, weight) in first.bytes().zip(CREDIT_WEIGHTS) {
        sum += weight * CREDIT_ALPHABET.iter().position(|known| *known == byte)?;
    }
    Some(CREDIT_ALPHABET[(31 - sum % 31) % 31] as char)
}

/// The check character of the first 17 digits of an identity number; `None` unless they are 17 digits.
pub fn identity_check_character(first: &str) -> Option<char> {
    if first.len() != 17 || !first.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let sum: u32 = first.bytes().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    Some(CHECK_CHARACTERS[(sum % 11) as usize] as char)
}

/// An operator or approver as a log names one: an account stays, what looks like a person's Chinese name
/// is masked, and so are identity numbers.
///
/// ```
/// use kaojian::model::identity::mask_person;
/// assert_eq!(mask_person("王小明"), "王**");
/// assert_eq!(mask_person("admin-2"), "admin-2");
/// assert_eq!(mask_person("管理员"), "管理员");
/// ```
pub fn mask_person(text: &str) -> String {
    const ROLE_ENDINGS: [&str; 7] = ["员", "组", "部", "室", "处", "科", "系统"];
    let text = text.trim();
    let length = text.chars().count();
    let chinese =
        text.chars().all(|character| matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}' | '·'));
    let name = chinese && ((2..=4).contains(&length) || text.contains('·'));
    if name && !ROLE_ENDINGS.iter().any(|ending| text.ends_with(ending)) {
        PersonName::new(text).to_string()
    } else {
        mask_embedded_numbers(text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_every_length() {
        assert_eq!(mask_number(""), "");
        assert_eq!(mask_number("12345678"), "******78");
        assert_eq!(mask_number("110105194912310"), "110105*****2310");
        assert_eq!(PersonName::new("王小明").to_string(), "王**");
    }

    #[test]
    fn a_number_is_masked_however_it_is_written() {
        let masked = |text: &str| mask_embedded_numbers(text).into_owned();
        for text in ["110105 19491231 002X", "110105-19491231-002x", "1101051949123 1002X", "11010519491231002X"] {
            let shown = masked(&format!("证件{text}。"));
            assert!(!shown.contains("1949") && shown.contains("110105********002"), "{shown}");
        }
        // Glued to another number, by its check digit; a wrong one that stands alone, by its date.
        assert_eq!(masked("B011010519491231002X"), "B0110105********002X");
        assert_eq!(masked("99110105200002290072"), "99110105********0072");
        assert_eq!(masked("号110105194912310029"), "号110105********0029");
        for text in ["2026-05-03 10:00:00", "PC20250510-0001", "202505100001000000001", "电话 13812345678", "X-1 2"] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn tells_documents_apart() {
        assert_eq!(IdentityNumber::new("110105194912310021").check(), IdentityCheck::WrongCheckDigit);
        assert_eq!(IdentityNumber::new("E12345678").check(), IdentityCheck::OtherDocument);
        assert_eq!(IdentityNumber::with_lost_digits("110105194912310000").for_matching(), None);
    }
}

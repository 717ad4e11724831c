//! The normal form in which two texts are compared, and what must be equal before they may count as near.
//!
//! Layout is taken away (width, letter case, spaces, punctuation, invisible characters, traditional characters), meaning
//! is not: numbers keep their sign and decimal point, and the letters of a unit keep their case, so that `0.5 mV`,
//! `0.5 MV` and `5 mV` are three answers.

use crate::text::han::simplified;
use crate::text::hidden::{is_invisible, looks_like, turns_direction};

/// A text in its normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormalText {
    /// Characters that count, in order.
    pub text: String,
    /// How many they are.
    pub length: usize,
    /// Numbers with their units, and how often the text negates, in order of the text. Texts with different
    /// quantities are different answers, however alike their words.
    pub quantities: String,
}

/// Whether a character stands in a number written in Chinese.
const fn is_chinese_digit(character: char) -> bool {
    matches!(
        character,
        '零' | '〇'
            | '一'
            | '二'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
            | '百'
            | '千'
            | '万'
            | '亿'
            | '两'
            | '半'
    )
}

/// Whether a character turns the meaning of a sentence round.
const fn negates(character: char) -> bool {
    matches!(character, '不' | '未' | '无' | '非' | '没' | '勿' | '禁' | '莫' | '别')
}

/// Names of units of more than one character; any other character after a number is a unit of its own.
const UNITS: [&str; 30] = [
    "毫米",
    "厘米",
    "分米",
    "千米",
    "公里",
    "微米",
    "毫升",
    "毫克",
    "千克",
    "公斤",
    "分钟",
    "小时",
    "秒钟",
    "毫秒",
    "千瓦",
    "兆瓦",
    "千伏",
    "毫伏",
    "毫安",
    "千欧",
    "兆欧",
    "欧姆",
    "千帕",
    "兆帕",
    "赫兹",
    "摄氏度",
    "平方米",
    "立方米",
    "转/分",
    "个月",
];

/// Whether a sign belongs to a unit.
const fn is_unit_sign(character: char) -> bool {
    matches!(character, '%' | '‰' | '℃' | '°' | 'Ω' | 'μ' | 'µ')
}

/// Half width and simplified form of one character, the usual one of those that look alike; `None` for what carries
/// nothing: zero-width characters, direction marks, soft hyphens, variation selectors.
fn folded(character: char) -> Option<char> {
    let half_width = match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    };
    Some(match half_width {
        '\u{3000}' => ' ',
        '−' | '–' | '—' | '~' | '〜' => '-',
        other if other.is_ascii() => other,
        other if ('\u{3400}'..='\u{9FFF}').contains(&other) => simplified(other),
        other if turns_direction(other) || is_invisible(other) => return None,
        other => simplified(looks_like(other).unwrap_or(other)),
    })
}

/// The normal form of a text.
///
/// **Input** any text. **Returns** letters, digits and signs that count, half width, lower case and simplified, without
/// spaces, punctuation and characters that do not show. A decimal point or comma between digits stays as `.`,
/// a minus before a digit stays, letters that follow a number keep their case.
///
/// ```
/// use kaojian::text::normal::normalised;
/// let same = |a: &str, b: &str| normalised(a).text == normalised(b).text;
/// assert!(same("１．先断电，再验电。", "1.先断电 再验电"));
/// assert!(same("断\u{200B}电\u{202E}", "断电"));
/// assert!(same("檢修線路時應當斷電", "检修线路时应当断电"));
/// assert!(!same("电压为3.5V", "电压为35V"));
/// assert!(!same("误差 5 mV", "误差 5 MV"));
/// ```
pub fn normalised(text: &str) -> NormalText {
    let mut normal = NormalText { text: String::with_capacity(text.len()), ..NormalText::default() };
    each_kept(text, |character, _| {
        normal.text.push(character);
        normal.length += 1;
    });
    normal.quantities = quantities(&normal.text);
    normal
}

/// A text in its normal form, with the place that each of its characters has in the text as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlacedText {
    /// Characters that count, in order.
    pub characters: Vec<char>,
    /// Of each: how many characters of the written text stand before it.
    pub places: Vec<u32>,
}

/// The characters of [`normalised`], with their places.
///
/// ```
/// use kaojian::text::normal::placed;
/// let text = placed("先 断电，\u{200B}后ＡＢ");
/// assert_eq!(text.characters.iter().collect::<String>(), "先断电后ab");
/// assert_eq!(text.places, [0, 2, 3, 6, 7, 8]);
/// ```
pub fn placed(text: &str) -> PlacedText {
    let mut found = PlacedText::default();
    each_kept(text, |character, place| {
        found.characters.push(character);
        found.places.push(place);
    });
    found
}

/// Gives every character that counts to `keep`, with the place of the one that it comes from.
fn each_kept(text: &str, mut keep: impl FnMut(char, u32)) {
    let folded = |(place, character): (u32, char)| folded(character).map(|folded| (folded, place));
    let (characters, places): (Vec<char>, Vec<u32>) = (0..).zip(text.chars()).filter_map(folded).unzip();
    let digit_at = |place: usize| characters.get(place).is_some_and(char::is_ascii_digit);
    // Whether the last character that counted belongs to a number or to the letters right behind one.
    let mut in_unit = false;
    for (place, (character, from)) in characters.iter().copied().zip(places).enumerate() {
        let between_digits = place > 0 && digit_at(place - 1) && digit_at(place + 1);
        let kept = match character {
            '0'..='9' => {
                in_unit = true;
                Some(character)
            }
            '.' if between_digits => Some('.'),
            '-' | '+' if digit_at(place + 1) && !is_numbering(&characters, place + 1) => Some(character),
            _ if character.is_alphabetic() && in_unit && character.is_ascii() => Some(character),
            _ if is_unit_sign(character) => Some(character),
            // A space between number and unit is layout.
            ' ' | '\t' => None,
            _ => {
                in_unit = false;
                None
            }
        };
        if let Some(kept) = kept {
            keep(kept, from);
        } else if ('\u{3400}'..='\u{9FFF}').contains(&character) {
            keep(character, from);
        } else if character.is_alphanumeric() {
            character.to_lowercase().for_each(|lower| keep(lower, from));
        }
    }
}

/// Whether the digits from here are the number of a point in a list (`1-2` of a heading is rare; `-1.` is not).
fn is_numbering(characters: &[char], from: usize) -> bool {
    let end = characters[from..].iter().position(|character| !character.is_ascii_digit()).map(|length| from + length);
    let followed = end.and_then(|end| characters.get(end)).copied();
    matches!(followed, Some('、' | ')'))
}

/// Numbers with their units and the count of negations.
fn quantities(normal: &str) -> String {
    let mut found = String::new();
    let mut negations = 0_usize;
    let mut done = 0;
    for (place, first) in normal.char_indices() {
        if place < done {
            continue;
        }
        negations += usize::from(negates(first));
        let member: fn(char) -> bool = match first {
            '0'..='9' | '.' | '-' | '+' => {
                |character| character.is_ascii_digit() || matches!(character, '.' | '-' | '+')
            }
            _ if is_chinese_digit(first) => is_chinese_digit,
            _ => continue,
        };
        let rest = &normal[place..];
        let (digits, behind) = rest.split_at(rest.find(|character| !member(character)).unwrap_or(rest.len()));
        let unit = unit_of(behind);
        found.push_str(digits);
        found.push_str(unit);
        found.push(' ');
        done = place + digits.len() + unit.len();
    }
    found.push_str(&"!".repeat(negations));
    found
}

/// The unit at the start of a text: a name of the list, Latin letters and signs, or one character.
fn unit_of(text: &str) -> &str {
    if let Some(unit) = UNITS.iter().find(|unit| text.starts_with(**unit)) {
        return unit;
    }
    let letters: usize = text
        .chars()
        .take_while(|character| character.is_ascii_alphabetic() || is_unit_sign(*character))
        .map(char::len_utf8)
        .sum();
    let one = text.chars().next().filter(|first| !first.is_ascii_digit() && !negates(*first));
    &text[..if letters > 0 { letters } else { one.map_or(0, char::len_utf8) }]
}

#[cfg(test)]
mod tests {
    use super::normalised;

    fn same(a: &str, b: &str) -> bool {
        normalised(a).text == normalised(b).text
    }

    fn comparable(a: &str, b: &str) -> bool {
        normalised(a).quantities == normalised(b).quantities
    }

    #[test]
    fn layout_does_not_count() {
        assert!(same("（1）断电；（2）验电", "1断电2验电"));
        assert!(same("ＰＬＣ 控制", "plc控制"));
        assert!(same("  断 电\n验\t电", "断电验电"));
        assert!(same("\u{FEFF}断\u{2060}电", "断电"));
        assert!(same("2.5 V", "2.5V"));
        assert_eq!(normalised("。，、…").length, 0);
        assert_eq!(normalised("").text, "");
        assert!(same("斷\u{E0041}電後\u{3164}驗電", "断电后验电"));
    }

    #[test]
    fn numbers_units_and_negations_count() {
        assert!(!same("-5℃", "5℃"));
        assert!(!same("0.5MPa", "0.5mPa"));
        assert!(!comparable("停机 3 分钟后复查", "停机 5 分钟后复查"));
        assert!(!comparable("间隙 5 毫米", "间隙 5 厘米"));
        assert!(!comparable("停机三分钟", "停机五分钟"));
        assert!(!comparable("应当断电后检修", "不应当断电后检修"));
        assert!(!comparable("電壓兩百伏", "电压三百伏"));
        assert!(comparable("無電壓時沒有讀數", "无电压时没有读数"));
        assert!(comparable("停机 3 分钟后再复查", "停机 3 分钟后复查"));
        assert!(comparable("先断电，再验电", "先断电，然后验电"));
    }

    #[test]
    fn any_characters_are_taken() {
        for text in ["\u{0}\u{1}", "é̀", "😀5😀", "五百", "5", "-", "+-.", "1.", ".5", "٣", "\u{10FFFF}"] {
            let normal = normalised(text);
            assert_eq!(normal.text.chars().count(), normal.length, "{text:?}");
        }
    }
}

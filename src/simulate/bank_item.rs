//! One item of a simulated bank, and what becomes of it when it is used again.

use crate::simulate::bank_words::{
    ACTIONS, CONDITIONS, OBJECTS, OPPOSITES, QUANTITIES, QUESTIONS, SYNONYMS, TAILS, THINGS, TRADITIONAL, TYPOS, VERBS,
};
use crate::simulate::random::Random;
use serde::{Deserialize, Serialize};

/// An item as a form lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankText {
    /// 题干.
    pub stem: String,
    /// Texts of the options A to D.
    pub options: [String; 4],
    /// Which of them is right.
    pub key: usize,
}

/// What two items are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The same content in another layout.
    Identical,
    /// The same content with small changes of words.
    Near,
    /// Another number, unit, negation or opposite: another item.
    Variant,
}

/// How an item is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemEdit {
    /// Not at all.
    None,
    /// Letters, digits and signs in full width.
    FullWidth,
    /// Other punctuation and spaces.
    Punctuation,
    /// A number before the stem.
    Numbering,
    /// Options in another order, the key following.
    OptionOrder,
    /// Traditional characters.
    Traditional,
    /// Characters that do not show between others.
    Hidden,
    /// Several of these at once.
    Layout,
    /// One character mistyped.
    Typo,
    /// A word for another of the same meaning.
    Synonym,
    /// A word more.
    Inserted,
    /// Two neighbours swapped, as when typing.
    Swapped,
    /// Two changes of words, options in another order, full width.
    Mixed,
    /// Another number.
    Number,
    /// Another unit.
    Unit,
    /// A negation more.
    Negation,
    /// The opposite in the place of a word.
    Opposite,
}

impl ItemEdit {
    /// Kinds by which likeness was set up.
    pub const KNOWN: [Self; 12] = [
        Self::None,
        Self::FullWidth,
        Self::Punctuation,
        Self::Numbering,
        Self::OptionOrder,
        Self::Traditional,
        Self::Typo,
        Self::Synonym,
        Self::Inserted,
        Self::Number,
        Self::Unit,
        Self::Negation,
    ];

    /// Kinds kept back, to see whether what was set up holds elsewhere.
    pub const HELD_BACK: [Self; 5] = [Self::Hidden, Self::Layout, Self::Swapped, Self::Mixed, Self::Opposite];

    /// What the changed item is to the first.
    pub const fn relation(self) -> Relation {
        match self {
            Self::None
            | Self::FullWidth
            | Self::Punctuation
            | Self::Numbering
            | Self::OptionOrder
            | Self::Traditional
            | Self::Hidden
            | Self::Layout => Relation::Identical,
            Self::Typo | Self::Synonym | Self::Inserted | Self::Swapped | Self::Mixed => Relation::Near,
            Self::Number | Self::Unit | Self::Negation | Self::Opposite => Relation::Variant,
        }
    }
}

fn pick<'a, T>(random: &mut Random, from: &'a [T]) -> &'a T {
    &from[random.below(from.len())]
}

/// A new item: 15 to 65 characters of stem, four options.
pub fn new_item(random: &mut Random) -> BankText {
    let (quantity, unit, least, most) = *pick(random, &QUANTITIES);
    let number = random.between(i64::from(least), i64::from(most));
    // Half of the items of real banks have no number.
    let clause = if random.below(2) == 0 {
        String::new()
    } else {
        quantity.replace("{}", &format!("{number}{unit}")) + "时，"
    };
    let (action, object) = (pick(random, &ACTIONS), pick(random, &OBJECTS));
    let question = pick(random, &QUESTIONS);
    let stem = match random.below(3) {
        0 => format!("{action}{object}，{clause}{question}"),
        1 => format!("{}，{action}{object}，{clause}{question}", pick(random, &CONDITIONS)),
        _ => {
            let (further, other) = (pick(random, &ACTIONS), pick(random, &OBJECTS));
            format!("{}，{action}{object}并{further}{other}，{clause}{question}", pick(random, &CONDITIONS))
        }
    };
    let mut option = || format!("{}{}{}", pick(random, &VERBS), pick(random, &THINGS), pick(random, &TAILS));
    let options = [option(), option(), option(), option()];
    BankText { stem, options, key: random.below(4) }
}

/// The item as it is used again; `None` where this kind of change does not apply to it.
pub fn changed(item: &BankText, edit: ItemEdit, random: &mut Random) -> Option<BankText> {
    let mut new = item.clone();
    match edit {
        ItemEdit::None => {}
        ItemEdit::FullWidth => each(&mut new, |text| text.chars().map(full_width).collect()),
        ItemEdit::Punctuation => each(&mut new, |text| {
            text.replace('，', ", ").replace('。', "").replace("（　）", "____").replace('并', " 并")
        }),
        ItemEdit::Numbering => {
            let number = random.between(1, 120);
            let before = *pick(random, &["{}. ", "{}、", "（{}）", "第{}题：", "{}．"]);
            new.stem = before.replace("{}", &number.to_string()) + &new.stem;
        }
        ItemEdit::OptionOrder => reorder(&mut new, random),
        ItemEdit::Traditional => each(&mut new, traditional),
        ItemEdit::Hidden => each(&mut new, |text| {
            let mut hidden = String::new();
            for (place, character) in text.chars().enumerate() {
                hidden.push(character);
                if place % 5 == 2 {
                    hidden.push(['\u{200B}', '\u{202E}', '\u{2060}', '\u{00AD}'][place / 5 % 4]);
                }
            }
            hidden
        }),
        ItemEdit::Layout => {
            each(&mut new, |text| traditional(&text.chars().map(full_width).collect::<String>()));
            reorder(&mut new, random);
            new.stem = format!("{}、{}", random.between(1, 120), new.stem.replace('，', " "));
        }
        ItemEdit::Typo => new.stem = typo(&new.stem, random)?,
        ItemEdit::Synonym => new.stem = replaced(&new.stem, &SYNONYMS, random)?,
        ItemEdit::Inserted => {
            new.stem = match new.stem.contains("时，") {
                true => new.stem.replacen("时，", "的时候，", 1),
                false => new.stem.replacen('，', "的过程中，", 1),
            }
        }
        ItemEdit::Swapped => {
            let mut characters: Vec<char> = new.stem.chars().collect();
            let places: Vec<usize> = (1..characters.len())
                .filter(|place| {
                    let counts =
                        |character: char| ('\u{4E00}'..='\u{9FFF}').contains(&character) && !is_meaning(character);
                    characters[place - 1] != characters[*place]
                        && counts(characters[place - 1])
                        && counts(characters[*place])
                })
                .collect();
            let place = *places.get(random.below(places.len()))?;
            characters.swap(place - 1, place);
            new.stem = characters.into_iter().collect();
        }
        ItemEdit::Mixed => {
            new.stem = replaced(&typo(&new.stem, random)?, &SYNONYMS, random)?;
            each(&mut new, |text| text.chars().map(full_width).collect());
            reorder(&mut new, random);
        }
        ItemEdit::Number => {
            let start = new.stem.find(|character: char| character.is_ascii_digit())?;
            let digits = new.stem[start..].chars().take_while(char::is_ascii_digit).count();
            let number: i64 = new.stem[start..start + digits].parse().ok()?;
            new.stem.replace_range(start..start + digits, &(number + random.between(1, 9)).to_string());
        }
        ItemEdit::Unit => {
            let (from, to) =
                [("MΩ", "kΩ"), ("MPa", "kPa"), ("mm", "cm"), ("分钟", "小时"), ("kg", "t"), ("mA", "A"), ("cm", "mm")]
                    .into_iter()
                    .find(|(from, _)| new.stem.contains(from))?;
            new.stem = new.stem.replacen(from, to, 1);
        }
        ItemEdit::Negation => {
            let (from, to) =
                [("正确", "不正确"), ("应当", "不应当"), ("需要", "不需要"), ("符合", "不符合"), ("可能", "不可能")]
                    .into_iter()
                    .find(|(from, _)| new.stem.contains(from))?;
            new.stem = new.stem.replacen(from, to, 1);
        }
        ItemEdit::Opposite => {
            let pairs: Vec<(&str, &str)> = OPPOSITES.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).collect();
            new.stem = replaced(&new.stem, &pairs, random)?;
        }
    }
    // A change that leaves no trace is none.
    (edit == ItemEdit::None || new != *item).then_some(new)
}

fn each(item: &mut BankText, change: impl Fn(&str) -> String) {
    item.stem = change(&item.stem);
    for option in &mut item.options {
        *option = change(option);
    }
}

fn full_width(character: char) -> char {
    match character {
        '!'..='~' => char::from_u32(u32::from(character) + 0xFEE0).unwrap_or(character),
        other => other,
    }
}

fn traditional(text: &str) -> String {
    let pairs: Vec<char> = TRADITIONAL.chars().collect();
    let of =
        |character: char| pairs.chunks_exact(2).find(|pair| pair[0] == character).map_or(character, |pair| pair[1]);
    text.chars().map(of).collect()
}

fn reorder(item: &mut BankText, random: &mut Random) {
    let mut order = [0, 1, 2, 3];
    random.shuffle(&mut order);
    if order == [0, 1, 2, 3] {
        order.rotate_left(1);
    }
    item.key = order.iter().position(|from| *from == item.key).unwrap_or(0);
    item.options = order.map(|from| item.options[from].clone());
}

/// Characters whose exchange would change what is asked.
fn is_meaning(character: char) -> bool {
    "不未无非没勿禁莫别零一二三四五六七八九十百千万亿两半大小高低升降前后超足正错首末".contains(character)
}

fn typo(stem: &str, random: &mut Random) -> Option<String> {
    let places: Vec<(usize, char, char)> = stem
        .char_indices()
        .filter_map(|(place, character)| {
            TYPOS.iter().find(|(right, _)| *right == character).map(|(right, wrong)| (place, *right, *wrong))
        })
        .collect();
    let (place, right, wrong) = *places.get(random.below(places.len()))?;
    let mut changed = stem.to_owned();
    changed.replace_range(place..place + right.len_utf8(), wrong.encode_utf8(&mut [0; 4]));
    Some(changed)
}

fn replaced(stem: &str, pairs: &[(&str, &str)], random: &mut Random) -> Option<String> {
    let fitting: Vec<&(&str, &str)> = pairs.iter().filter(|(from, _)| stem.contains(from)).collect();
    let (from, to) = **fitting.get(random.below(fitting.len()))?;
    Some(stem.replacen(from, to, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::random::Purpose;

    #[test]
    fn every_kind_of_change_applies_to_some_item_and_changes_what_it_says() {
        let mut random = Random::new(1, Purpose::Form, 0);
        for edit in ItemEdit::KNOWN.into_iter().chain(ItemEdit::HELD_BACK) {
            let mut applied = 0;
            for _ in 0..200 {
                let item = new_item(&mut random);
                assert!((14..=75).contains(&item.stem.chars().count()), "{}", item.stem);
                let Some(new) = changed(&item, edit, &mut random) else { continue };
                applied += 1;
                assert_eq!(new == item, edit == ItemEdit::None, "{edit:?} {item:?}");
                assert!(edit.relation() != Relation::Identical || new.options[new.key].chars().count() >= 4);
            }
            assert!(applied >= 20, "{edit:?} {applied}");
        }
    }
}

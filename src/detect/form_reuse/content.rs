//! What an item says, in the form in which two items are compared: without numbering, with the options in no order.

use crate::model::form::FormItem;
use crate::text::normal::{NormalText, normalised};
use crate::text::opposites::is_opposite;

/// The content of one item with a stem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemContent {
    /// Stem and options, as the same whatever the order of the options.
    pub whole: NormalText,
    /// Text of the keyed options, sorted; the key itself where there are no option texts.
    pub keyed: Vec<String>,
    /// The whole without numbers and words of direction: equal for an item and its variants, or nearly so.
    pub without_quantities: NormalText,
}

/// The content of an item; `None` where it has no stem, or one without a character that counts (a picture, a blank).
pub fn content(item: &FormItem) -> Option<ItemContent> {
    let stem = normalised(without_numbering(item.stem.as_deref()?));
    if stem.text.is_empty() {
        return None;
    }
    let mut options: Vec<(&str, NormalText)> =
        item.options.iter().map(|(label, text)| (label.as_str(), normalised(text))).collect();
    options.sort_by(|a, b| a.1.cmp(&b.1));
    let key = item.key.as_deref().unwrap_or_default();
    let mut keyed: Vec<String> = options
        .iter()
        .filter(|(label, text)| !text.text.is_empty() && key.contains(*label))
        .map(|(_, text)| text.text.clone())
        .collect();
    if keyed.is_empty() && !key.is_empty() {
        keyed.push(normalised(key).text);
    }
    let mut whole = stem;
    for (_, option) in options.iter().filter(|(_, option)| !option.text.is_empty()) {
        whole.text.push('|');
        whole.text.push_str(&option.text);
        whole.quantities.push('|');
        whole.quantities.push_str(&option.quantities);
        whole.length += option.length + 1;
    }
    let without_quantities = bare(&whole);
    Some(ItemContent { whole, keyed, without_quantities })
}

/// Leaves out digits (also Chinese ones), decimal points and words of direction (high, low, before, after).
fn bare(whole: &NormalText) -> NormalText {
    let is_number =
        |character: &char| character.is_ascii_digit() || ".零〇一二三四五六七八九十百千万亿两半".contains(*character);
    let text: String =
        whole.text.chars().filter(|character| !is_number(character) && !is_opposite(*character)).collect();
    NormalText { length: text.chars().count(), text, quantities: String::new() }
}

/// A stem without the number of the item before it: `12.`, `（12）`, `第12题`, `12、`. A number that the sentence begins
/// with (`3.5V`) stays.
fn without_numbering(stem: &str) -> &str {
    let trimmed = stem.trim_start();
    let opened = trimmed.strip_prefix(['(', '（', '第', '[', '【']).unwrap_or(trimmed);
    let rest =
        opened.trim_start_matches(|character: char| character.is_ascii_digit() || ('０'..='９').contains(&character));
    let digits = opened.len() - rest.len();
    let closing = rest.chars().next().filter(|sign| ".．、)）]】题:：".contains(*sign));
    let Some(closing) = closing.filter(|_| digits > 0) else { return trimmed };
    let after = &rest[closing.len_utf8()..];
    // `3.5V` and `12:30` begin a sentence.
    if ".．:：".contains(closing) && after.starts_with(|character: char| character.is_ascii_digit()) {
        return trimmed;
    }
    // `第3题：` has a sign after the word.
    after.trim_start_matches(['.', '．', '、', ':', '：', ' ', '\u{3000}'])
}

#[cfg(test)]
mod tests {
    use super::{content, without_numbering};
    use crate::model::form::FormItem;

    fn item(stem: &str, options: &[&str], key: &str) -> FormItem {
        let labels = ["A", "B", "C", "D"];
        FormItem {
            form_id: "F".into(),
            stem: Some(stem.into()),
            options: labels.iter().zip(options).map(|(label, text)| ((*label).into(), (*text).into())).collect(),
            key: Some(key.into()),
            ..FormItem::default()
        }
    }

    #[test]
    fn numbering_goes_and_numbers_stay() {
        for (stem, bare) in [
            ("12. 巡查前应当", "巡查前应当"),
            ("（3）巡查前应当", "巡查前应当"),
            ("第３题：巡查前应当", "巡查前应当"),
            ("7、3.5V 的电源", "3.5V 的电源"),
            ("3.5V 的电源", "3.5V 的电源"),
            ("第三层的开关", "第三层的开关"),
            ("220V 的线路", "220V 的线路"),
        ] {
            assert_eq!(without_numbering(stem), bare, "{stem}");
        }
    }

    #[test]
    fn options_in_another_order_are_the_same_item_and_the_key_is_its_text() {
        let one = content(&item("1. 验电前应当", &["断电", "合闸", "签字", "撤离"], "A"));
        let other = content(&item("验电前应当", &["撤离", "签字", "断电", "合闸"], "C"));
        assert_eq!(one, other);
        let other_key = content(&item("验电前应当", &["撤离", "签字", "断电", "合闸"], "A")).unwrap();
        assert_eq!(one.as_ref().unwrap().whole, other_key.whole);
        assert_ne!(one.unwrap().keyed, other_key.keyed);
    }

    #[test]
    fn an_item_with_another_number_is_a_variant() {
        let one = content(&item("电压为220V时应当", &["断电", "合闸"], "A")).unwrap();
        let other = content(&item("电压为380V时应当", &["断电", "合闸"], "A")).unwrap();
        assert_ne!(one.whole.quantities, other.whole.quantities);
        assert_eq!(one.without_quantities, other.without_quantities);
    }

    #[test]
    fn an_item_without_words_has_no_content() {
        assert_eq!(content(&item("……", &["A", "B"], "A")), None);
        assert_eq!(content(&FormItem { stem: None, ..item("", &[], "A") }), None);
    }
}

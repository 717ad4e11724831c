//! Characters that mean the opposite of each other: a text with one in the place of the other says something else,
//! however alike the two are.

use crate::text::similarity::middles;

/// Pairs of opposites, one character each.
const PAIRS: [(char, char); 44] = [
    ('高', '低'),
    ('大', '小'),
    ('升', '降'),
    ('前', '后'),
    ('先', '后'),
    ('首', '后'),
    ('首', '末'),
    ('上', '下'),
    ('左', '右'),
    ('内', '外'),
    ('开', '关'),
    ('开', '闭'),
    ('通', '断'),
    ('增', '减'),
    ('加', '减'),
    ('正', '反'),
    ('正', '负'),
    ('正', '错'),
    ('正', '误'),
    ('对', '错'),
    ('快', '慢'),
    ('长', '短'),
    ('多', '少'),
    ('进', '出'),
    ('入', '出'),
    ('松', '紧'),
    ('冷', '热'),
    ('干', '湿'),
    ('推', '拉'),
    ('拆', '装'),
    ('充', '放'),
    ('阴', '阳'),
    ('交', '直'),
    ('串', '并'),
    ('动', '静'),
    ('轻', '重'),
    ('粗', '细'),
    ('厚', '薄'),
    ('深', '浅'),
    ('早', '晚'),
    ('强', '弱'),
    ('新', '旧'),
    ('有', '无'),
    ('吸', '排'),
];

/// Whether a character is one of a pair.
pub fn is_opposite(character: char) -> bool {
    PAIRS.iter().any(|(one, other)| *one == character || *other == character)
}

/// Whether one text has a character where the other has its opposite.
///
/// **Input** characters of two texts. **Returns** whether, for some pair, the first text has more of one side and the
/// second more of the other: order does not matter, so that swapped words are no contradiction.
///
/// ```
/// use kaojian::text::opposites::opposed;
/// let of = |a: &str, b: &str| opposed(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
/// assert!(of("温度高于五十度", "温度低于五十度") && of("通电之前", "通电之后"));
/// assert!(!of("通电之前", "通电以前") && !of("先开后关", "后关先开") && !of("温度高", "温度很高"));
/// ```
pub fn opposed(a: &[char], b: &[char]) -> bool {
    let (a, b) = middles(a, b);
    let count = |text: &[char], character: char| text.iter().filter(|other| **other == character).count();
    PAIRS.iter().any(|(one, other)| {
        let (ones, others) = (count(a, *one), count(a, *other));
        if ones + others == 0 {
            return false;
        }
        let (their_ones, their_others) = (count(b, *one), count(b, *other));
        ones > their_ones && others < their_others || ones < their_ones && others > their_others
    })
}

#[cfg(test)]
mod tests {
    use super::{PAIRS, is_opposite, opposed};

    #[test]
    fn opposites_go_both_ways() {
        for (one, other) in PAIRS {
            let text = |character: char| vec!['检', character, '修'];
            assert!(opposed(&text(one), &text(other)) && opposed(&text(other), &text(one)), "{one} {other}");
            assert!(!opposed(&text(one), &text(one)) && is_opposite(one) && is_opposite(other));
        }
        assert!(!opposed(&[], &[]) && !opposed(&['高'], &[]));
    }
}

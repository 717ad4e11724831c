//! Whether what a batch names is what a filing names: yes, no, or left open by the way it is written.

use crate::model::level::Level;

/// Three-valued; in this order the least of several is "and", the greatest is "or".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Agreement {
    /// Both are on record and are not the same.
    Differs,
    /// One is not on record, or the two may be ways to write one thing.
    Open,
    /// Both are on record and the same.
    Agrees,
}

use Agreement::{Agrees, Differs, Open};

/// What is left of a text without white space.
fn squeezed(text: Option<&str>) -> Option<String> {
    let text: String = text?.chars().filter(|character| !character.is_whitespace()).collect();
    (!text.is_empty()).then_some(text)
}

/// An occupation by its code, else by its name.
///
/// A code that continues another one is a branch (工种) of it, and one name under two codes may be a new edition of
/// the classification: both are left open.
pub(super) fn occupation(held: (Option<&str>, Option<&str>), filed: (Option<&str>, Option<&str>)) -> Agreement {
    let code = |code: Option<&str>| -> Option<String> {
        let digits: String = code?.chars().filter(char::is_ascii_alphanumeric).collect();
        (!digits.is_empty()).then_some(digits)
    };
    let names = squeezed(held.1).zip(squeezed(filed.1));
    match code(held.0).zip(code(filed.0)) {
        Some((held, filed)) if held == filed => Agrees,
        Some((held, filed)) if held.starts_with(&filed) || filed.starts_with(&held) => Open,
        Some(_) => match names {
            Some((held, filed)) if held == filed => Open,
            _ => Differs,
        },
        None => match names {
            Some((held, filed)) if held == filed => Agrees,
            Some((held, filed)) if held.contains(&filed) || filed.contains(&held) => Open,
            Some(_) => Differs,
            None => Open,
        },
    }
}

/// A level.
pub(super) fn level(held: Option<Level>, filed: Option<Level>) -> Agreement {
    match held.zip(filed) {
        Some((held, filed)) if held == filed => Agrees,
        Some(_) => Differs,
        None => Open,
    }
}

/// A site. One that continues the name of another (`考点` and `考点东楼`) may lie within it.
pub(super) fn site(held: Option<&str>, filed: Option<&str>) -> Agreement {
    match squeezed(held).zip(squeezed(filed)) {
        Some((held, filed)) if held == filed => Agrees,
        Some((held, filed)) if continues(&held, &filed) || continues(&filed, &held) => Open,
        Some(_) => Differs,
        None => Open,
    }
}

/// Whether the longer name goes on after the shorter one; `考点1` does not go on in `考点12`.
fn continues(longer: &str, shorter: &str) -> bool {
    let is_number = |character: char| character.is_ascii_digit() || "一二三四五六七八九十百".contains(character);
    longer.strip_prefix(shorter).and_then(|rest| rest.chars().next()).is_some_and(|next| !is_number(next))
}

/// A region. One that continues the filed one lies within it; regions of different rank (`荆州市`, `沙市区`) cannot
/// be told apart without a gazetteer and are left open.
pub(super) fn region(held: Option<&str>, filed: Option<&str>) -> Agreement {
    match squeezed(held).zip(squeezed(filed)) {
        Some((held, filed)) if held.starts_with(&filed) => Agrees,
        Some((held, filed)) if filed.starts_with(&held) || rank(&held) != rank(&filed) => Open,
        Some(_) => Differs,
        None => Open,
    }
}

/// The rank of an administrative region by the last character of its name.
fn rank(name: &str) -> Option<char> {
    name.chars().last().filter(|last| "省市州盟区县旗乡镇".contains(*last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occupations_agree_by_code_then_by_name() {
        for (held, filed, expected) in [
            ((Some("4-07-05-01"), Some("保安员")), (Some("4-07-05-01"), Some("保卫员")), Agrees),
            ((Some("4-07-05-01"), None), (Some("4-07-05-04"), None), Differs),
            ((Some("4-07-05-01"), Some("保安员")), (Some("4-07-05-04"), Some("保 安员")), Open),
            ((Some("4-07-05-01"), None), (Some("4-07-05-01-02"), None), Open),
            ((None, Some("保安员")), (Some("4-07-05-01"), Some("保安员")), Agrees),
            ((None, Some("保安员（安检）")), (None, Some("保安员")), Open),
            ((None, Some("电工")), (None, Some("焊工")), Differs),
            ((None, None), (None, Some("焊工")), Open),
            ((Some("4-07-05-01"), None), (None, Some("焊工")), Open),
        ] {
            assert_eq!(occupation(held, filed), expected, "{held:?} {filed:?}");
        }
    }

    #[test]
    fn sites_and_regions_are_taken_as_they_are_written() {
        for (held, filed, expected) in [
            ("东城考点", "东城考点", Agrees),
            ("东城考点北楼", "东城考点", Open),
            ("考点12", "考点1", Differs),
            ("考点十一", "考点十", Differs),
            ("西城考点", "东城考点", Differs),
            (" ", "东城考点", Open),
        ] {
            assert_eq!(site(Some(held), Some(filed)), expected, "{held} {filed}");
        }
        for (held, filed, expected) in [
            ("荆州市沙市区", "荆州市", Agrees),
            ("荆州市", "荆州市沙市区", Open),
            ("沙市区", "荆州市", Open),
            ("宜昌市", "荆州市", Differs),
            ("荆州区", "沙市区", Differs),
        ] {
            assert_eq!(region(Some(held), Some(filed)), expected, "{held} {filed}");
        }
        assert_eq!(level(Level::new(3), Level::new(4)), Differs);
        assert_eq!((site(None, Some("东城考点")), level(None, Level::new(4))), (Open, Open));
    }
}

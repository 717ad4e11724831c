//! Fixed texts of the outputs in both languages, kept as data in `wording/zh.toml` and `wording/en.toml`.

use crate::model::text::Bilingual;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const CHINESE: &str = include_str!("wording/zh.toml");
const ENGLISH: &str = include_str!("wording/en.toml");

static WORDING: LazyLock<BTreeMap<String, Bilingual>> = LazyLock::new(|| {
    let mut texts: BTreeMap<String, Bilingual> = BTreeMap::new();
    for (key, text) in flat(CHINESE) {
        texts.entry(key).or_default().zh = text;
    }
    for (key, text) in flat(ENGLISH) {
        texts.entry(key).or_default().en = text;
    }
    texts
});

/// Dotted keys with their texts. The files are part of the program, and a test reads them.
fn flat(source: &str) -> Vec<(String, String)> {
    fn walk(prefix: &str, table: &toml::Table, texts: &mut Vec<(String, String)>) {
        for (key, value) in table {
            let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            match value {
                toml::Value::Table(table) => walk(&key, table, texts),
                toml::Value::String(text) => texts.push((key, text.clone())),
                _ => {}
            }
        }
    }
    let mut texts = Vec::new();
    walk("", &source.parse().unwrap_or_default(), &mut texts);
    texts
}

/// The text of a key, such as `column.batch_id`; `None` when there is no such key.
pub fn find(key: &str) -> Option<&'static Bilingual> {
    WORDING.get(key)
}

/// The text of a key that the program itself names; the key stands in for a text that is not there.
///
/// ```
/// assert_eq!(kaojian::report::wording::text("verdict.MET").zh, "条件成立");
/// ```
pub fn text(key: &str) -> Bilingual {
    find(key).cloned().unwrap_or_else(|| Bilingual::new(key, key))
}

/// The text of a key with `{name}` replaced by values.
pub fn fill(key: &str, values: &[(&str, &str)]) -> Bilingual {
    let Bilingual { mut zh, mut en } = text(key);
    for (name, value) in values {
        let slot = format!("{{{name}}}");
        zh = zh.replace(&slot, value);
        en = en.replace(&slot, value);
    }
    Bilingual { zh, en }
}

/// Every text below a section, in the order of its keys: the points of a list.
pub fn list(section: &str) -> Vec<Bilingual> {
    let prefix = format!("{section}.");
    WORDING
        .range(prefix.clone()..)
        .take_while(|(key, _)| key.starts_with(&prefix))
        .map(|(_, text)| text.clone())
        .collect()
}

/// Every key below a section, without the section.
///
/// ```
/// assert!(kaojian::report::wording::names("measure").contains(&"interview"));
/// ```
pub fn names(section: &str) -> Vec<&'static str> {
    let prefix = format!("{section}.");
    WORDING.range(prefix.clone()..).map_while(|(key, _)| key.strip_prefix(&prefix)).collect()
}

/// Label of a name from the program's vocabulary (`figure`, `table`, `component`, `seen`); where the
/// vocabulary does not know the name, the name itself.
pub fn label(section: &str, name: &str) -> Bilingual {
    let last = name.rsplit('.').next().unwrap_or(name);
    find(&format!("{section}.{name}"))
        .or_else(|| find(&format!("{section}.{last}")))
        .cloned()
        .unwrap_or_else(|| Bilingual::new(name, name))
}

/// Label of a figure: of `measure.figure` where one measure means something of its own by the name.
///
/// ```
/// use kaojian::report::wording::figure_label;
/// assert_eq!(figure_label("configured_line.changes").en, "logged settings of the line");
/// assert_eq!(figure_label("second_rater.required_raters").en, "raters required");
/// ```
pub fn figure_label(name: &str) -> Bilingual {
    find(&format!("figure_of.{name}")).cloned().unwrap_or_else(|| label("figure", name))
}

#[cfg(test)]
mod tests {
    use super::{CHINESE, ENGLISH, fill, find, flat, list};
    use std::collections::BTreeSet;

    fn keys(source: &str) -> BTreeSet<String> {
        flat(source).into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, _)| key).collect()
    }

    fn slots(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_slots() {
        let (chinese, english) = (keys(CHINESE), keys(ENGLISH));
        assert!(chinese.len() > 200, "the files are read: {}", chinese.len());
        assert_eq!(chinese.symmetric_difference(&english).collect::<Vec<_>>(), Vec::<&String>::new());
        for key in &chinese {
            let text = find(key).unwrap();
            assert_eq!(slots(&text.zh), slots(&text.en), "{key}");
        }
    }

    #[test]
    fn no_text_judges_a_person() {
        for (key, text) in flat(CHINESE).into_iter().chain(flat(ENGLISH)) {
            for word in ["作弊", "违规", "cheat", "violation"] {
                assert!(!text.to_lowercase().contains(word), "{key}: {text}");
            }
        }
    }

    #[test]
    fn slots_are_filled() {
        let filled = fill("terminal.more", &[("n", "7")]);
        assert_eq!((filled.zh.as_str(), filled.en.as_str()), ("… 另有 7 项", "… and 7 more"));
        assert_eq!(list("respond").len(), 3);
    }
}

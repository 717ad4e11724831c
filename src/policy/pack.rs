//! Rule packs: a folder with `pack.toml` and one TOML file a rule.

use crate::model::observation::MeasureNames;
use crate::model::text::Bilingual;
use crate::policy::error::PolicyError;
use crate::policy::rule::{Rule, meaningless};
use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::path::Path;

/// A regulation as data.
#[derive(Clone, Debug)]
pub struct RulePack {
    /// Stable name.
    pub id: String,
    /// Version of the pack (not of the regulation).
    pub version: String,
    /// Title of the regulation.
    pub title: Bilingual,
    /// Who issued it.
    pub authority: Bilingual,
    /// First day in force, if the text names one.
    pub effective_from: Option<NaiveDate>,
    /// Last day in force, if it has ended.
    pub effective_to: Option<NaiveDate>,
    /// In the order of articles.
    pub rules: Vec<Rule>,
    /// SHA-256 over the names and bytes of its files, lower-case hex.
    pub sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    id: String,
    version: String,
    title: Bilingual,
    authority: Bilingual,
    effective_from: Option<String>,
    effective_to: Option<String>,
}

const PACK_FILE: &str = "pack.toml";

/// The built-in pack, by file.
const BUILT_IN: &[(&str, &str)] = &[
    ("20-1.toml", include_str!("packs/jingzhou/20-1.toml")),
    ("20-4.toml", include_str!("packs/jingzhou/20-4.toml")),
    ("20-5.toml", include_str!("packs/jingzhou/20-5.toml")),
    ("21-6.toml", include_str!("packs/jingzhou/21-6.toml")),
    (PACK_FILE, include_str!("packs/jingzhou/pack.toml")),
];

impl RulePack {
    /// The founding regulation.
    ///
    /// # Errors
    /// Only when the files built in are wrong, which a test rules out.
    pub fn built_in() -> Result<Self, PolicyError> {
        Self::from_files(BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    /// A pack from a folder. Files other than `*.toml` are left alone.
    ///
    /// # Errors
    /// A file that cannot be read, is not TOML of the right form (with its line), or means nothing.
    pub fn load(folder: &Path) -> Result<Self, PolicyError> {
        let unreadable = |path: &Path, source| PolicyError::Unreadable { path: path.to_owned(), source };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
            let path = entry.map_err(|source| unreadable(folder, source))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                files.push((name, std::fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?));
            }
        }
        Self::from_files(files)
    }

    fn from_files(mut files: Vec<(String, String)>) -> Result<Self, PolicyError> {
        files.sort();
        let mut hash = Sha256::new();
        let mut head = None;
        let mut rules: Vec<Rule> = Vec::new();
        for (name, text) in &files {
            // Line ends differ between checkouts of one pack; its identity must not.
            let text = text.replace("\r\n", "\n");
            for part in [name.as_bytes(), text.as_bytes()] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
            if name == PACK_FILE {
                head = Some(parse::<PackFile>(name, &text)?);
                continue;
            }
            let rule: Rule = parse(name, &text)?;
            let refuse = |reason| PolicyError::Meaningless { file: name.clone(), reason };
            if let Some(reason) = meaningless(&rule) {
                return Err(refuse(reason));
            }
            if rules.iter().any(|other| other.article == rule.article) {
                return Err(refuse(format!("another file of the pack has this article: {}", rule.article)));
            }
            rules.push(rule);
        }
        let refuse = |reason: &str| PolicyError::Meaningless { file: PACK_FILE.to_owned(), reason: reason.to_owned() };
        let head = head.ok_or_else(|| refuse("the file is missing"))?;
        if rules.is_empty() {
            return Err(refuse("the pack has no rule"));
        }
        rules.sort_by_key(|rule| article_order(&rule.article));
        let (effective_from, effective_to) = (date(head.effective_from)?, date(head.effective_to)?);
        if matches!((effective_from, effective_to), (Some(from), Some(to)) if to < from) {
            return Err(refuse("`effective_to` lies before `effective_from`"));
        }
        Ok(Self {
            id: head.id,
            version: head.version,
            title: head.title,
            authority: head.authority,
            effective_from,
            effective_to,
            rules,
            sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        })
    }

    /// Refuses a pack that rests on measures which are not `known`.
    ///
    /// # Errors
    /// The first such rule, with what there is.
    pub fn check_measures(&self, known: &MeasureNames) -> Result<(), PolicyError> {
        for rule in &self.rules {
            let names = rule.readings.iter().flat_map(|reading| reading.test.observations());
            if let Some(name) = names.into_iter().find(|name| !known.contains_key(*name)) {
                return Err(PolicyError::UnknownMeasure {
                    article: rule.article.clone(),
                    name: name.to_owned(),
                    known: known.keys().cloned().collect(),
                });
            }
        }
        Ok(())
    }

    /// The rule of one article, such as `20(1)`.
    pub fn rule(&self, article: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.article == article)
    }
}

fn date(text: Option<String>) -> Result<Option<NaiveDate>, PolicyError> {
    let parse = |text: String| {
        text.parse().map_err(|_| PolicyError::Meaningless {
            file: PACK_FILE.to_owned(),
            reason: format!("not a date of the form `2021-05-31`: {text}"),
        })
    };
    text.map(parse).transpose()
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, PolicyError> {
    toml::from_str(text).map_err(|error| PolicyError::Malformed {
        file: file.to_owned(),
        line: error.span().map_or(1, |span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1),
        reason: error.message().to_owned(),
    })
}

/// `20(10)` comes after `20(9)`.
pub fn article_order(article: &str) -> (u32, u32, String) {
    let mut numbers = article.split(|character: char| !character.is_ascii_digit()).filter_map(|part| part.parse().ok());
    (numbers.next().unwrap_or(u32::MAX), numbers.next().unwrap_or(0), article.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGULATION: &str = include_str!("packs/jingzhou/regulation.zh.txt");

    #[test]
    fn the_built_in_pack_reads_and_quotes_the_regulation() {
        let pack = RulePack::built_in().expect("the built-in pack is right");
        let articles: Vec<&str> = pack.rules.iter().map(|rule| rule.article.as_str()).collect();
        assert_eq!(articles, ["20(1)", "20(4)", "20(5)", "21(6)"]);
        for rule in &pack.rules {
            assert!(REGULATION.contains(&rule.text.zh), "{} does not quote the regulation", rule.article);
        }
    }

    fn with_rule(rule: &str) -> Result<RulePack, PolicyError> {
        let pack = BUILT_IN.iter().find(|(name, _)| *name == PACK_FILE).expect("it has one").1.to_owned();
        RulePack::from_files(vec![("pack.toml".to_owned(), pack), ("9-9.toml".to_owned(), rule.to_owned())])
    }

    #[test]
    fn a_wrong_rule_is_refused_with_its_file_and_line() {
        let right = BUILT_IN[0].1;
        assert!(with_rule(right).is_ok());
        let unknown_kind = right.replacen("kind = \"ratio\"", "kind = \"rato\"", 1);
        let error = with_rule(&unknown_kind).unwrap_err().to_string();
        assert!(error.contains("9-9.toml:") && error.contains("rato"), "{error}");
        let unknown_key = right.replacen("measure = \"interview\"", "measure = \"interview\"\nthreshhold = 3", 1);
        let error = with_rule(&unknown_key).unwrap_err().to_string();
        assert!(error.contains("9-9.toml:3") && error.contains("threshhold"), "{error}");
        let wrong_measure = right.replacen("measure = \"interview\"", "measure = \"fine\"", 1);
        assert!(with_rule(&wrong_measure).unwrap_err().to_string().contains("9-9.toml:2"));
        let no_fraction = right.replace("denominator = 20 }", "denominator = 0 }");
        assert!(with_rule(&no_fraction).unwrap_err().to_string().contains("1/0"));
    }

    #[test]
    fn line_ends_do_not_change_the_hash() {
        let files = |ends: &str| {
            BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), text.replace('\n', ends))).collect::<Vec<_>>()
        };
        let hash = |ends| RulePack::from_files(files(ends)).expect("it reads").sha256;
        assert_eq!(hash("\n"), hash("\r\n"));
    }

    #[test]
    fn articles_sort_by_number() {
        assert!(article_order("20(2)") < article_order("20(10)"));
        assert!(article_order("9") < article_order("20(1)"));
    }
}

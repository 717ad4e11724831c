//! A rule pack: a folder with `pack.toml` and one TOML file a rule, or one file with both.

use crate::model::credit::CreditWeights;
use crate::model::finding::article_numbers;
use crate::model::hexadecimal::hexadecimal;
use crate::model::text::Bilingual;
use crate::policy::check::{Vocabulary, check_names, check_rule, line_of};
use crate::policy::credit::{CreditFile, weights};
use crate::policy::error::PolicyError;
use crate::policy::inspection::{InspectionFile, items};
use crate::policy::rule::{Origin, Rule};
use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use toml::Spanned;

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
    /// The place it holds for, as the data name it (荆州市); `None` for everywhere.
    pub region: Option<String>,
    /// First day in force, if the text names one.
    pub effective_from: Option<NaiveDate>,
    /// Last day in force, if it has ended.
    pub effective_to: Option<NaiveDate>,
    /// SHA-256 of the regulation's text, checked when the pack was read.
    pub source_sha256: Option<String>,
    /// In the order of articles.
    pub rules: Vec<Rule>,
    /// Weights of the credit assessment, if the authority has set them.
    pub credit: Option<CreditWeights>,
    /// What an inspection covers: an article that asks, and those whose findings say something about it.
    pub inspection: BTreeMap<String, Vec<String>>,
    /// SHA-256 over the names and bytes of its TOML files, lower-case hex; these name that of the text.
    pub sha256: String,
    /// The file with its head, for messages.
    pub file: String,
}

/// What stands in `pack.toml`, or above the rules of a pack in one file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    id: String,
    version: String,
    title: Bilingual,
    authority: Bilingual,
    region: Option<String>,
    effective_from: Option<Spanned<String>>,
    effective_to: Option<Spanned<String>>,
    source: Option<Source>,
    credit: Option<CreditFile>,
    #[serde(default)]
    inspection: InspectionFile,
    #[serde(default)]
    rule: Vec<Spanned<Rule>>,
}

/// The text that the rules quote.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    file: Spanned<String>,
    sha256: String,
}

/// The file that a folder of rules needs.
pub const PACK_FILE: &str = "pack.toml";

impl RulePack {
    /// A pack from its files: the head (`pack.toml`), rules (`*.toml`) and the text they quote. `place` stands
    /// before the names in messages.
    ///
    /// # Errors
    /// A file that is not TOML of the right form, or a rule that means nothing, with its line.
    pub fn from_files(place: &str, head: &str, mut files: Vec<(String, String)>) -> Result<Self, PolicyError> {
        files.sort();
        // Line ends differ between checkouts of one pack; its identity must not.
        files.iter_mut().for_each(|(_, text)| *text = text.replace("\r\n", "\n"));
        let called = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
        let file = called(head);
        let refuse =
            |zh: &str, en: &str| PolicyError::Meaningless { file: file.clone(), reason: Bilingual::new(zh, en) };
        let Some((_, head_text)) = files.iter().find(|(name, _)| name == head) else {
            return Err(refuse("缺少该文件", "the file is missing"));
        };
        let pack: PackFile = parse(&file, head_text)?;
        let mut rules: Vec<Rule> = Vec::new();
        for rule in pack.rule {
            let start = rule.span().start;
            let mut rule = rule.into_inner();
            rule.origin = Origin { file: file.clone(), text: head_text.clone(), start };
            rules.push(rule);
        }
        let is_rule = |name: &str| name != head && name.ends_with(".toml");
        for (name, text) in files.iter().filter(|(name, _)| is_rule(name)) {
            let mut rule: Rule = parse(&called(name), text)?;
            rule.origin = Origin { file: called(name), text: text.clone(), start: 0 };
            rules.push(rule);
        }
        if rules.is_empty() {
            return Err(refuse("规则包没有任何规则", "the pack has no rule"));
        }
        rules.iter().try_for_each(check_rule)?;
        rules.sort_by_cached_key(|rule| (article_order(&rule.article), rule.scope));
        let key = |rule: &Rule| (rule.article.clone(), rule.scope);
        if let Some(pair) = rules.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
            let second = &pair[1];
            return Err(PolicyError::Malformed {
                file: second.origin.file.clone(),
                line: line_of(&second.origin, "article"),
                reason: Bilingual::new(
                    format!("条文 {}（同一对象）另见 {}", second.article, pair[0].origin.file),
                    format!("article {} of the same scope is also in {}", second.article, pair[0].origin.file),
                ),
            });
        }
        let source_sha256 = match pack.source {
            Some(source) => Some(check_source(&file, head_text, &source, &files, &rules)?),
            None => None,
        };
        let fault = |(at, reason)| PolicyError::Malformed { file: file.clone(), line: line_at(head_text, at), reason };
        let credit = pack.credit.map(|credit| weights(credit, &rules)).transpose().map_err(fault)?;
        let inspection = items(pack.inspection, &rules).map_err(fault)?;
        let from = pack.effective_from.map(|text| date(&file, head_text, &text)).transpose()?;
        let to = pack.effective_to.map(|text| date(&file, head_text, &text)).transpose()?;
        if matches!((from, to), (Some(from), Some(to)) if to < from) {
            return Err(refuse("`effective_to` 早于 `effective_from`", "`effective_to` lies before `effective_from`"));
        }
        Ok(Self {
            id: pack.id,
            version: pack.version,
            title: pack.title,
            authority: pack.authority,
            region: pack.region,
            effective_from: from,
            effective_to: to,
            source_sha256,
            rules,
            credit,
            inspection,
            sha256: hash_of(&files),
            file,
        })
    }

    /// Refuses a pack that speaks of what nothing measures or no table holds.
    ///
    /// # Errors
    /// The first such rule.
    pub fn check_names(&self, vocabulary: &Vocabulary) -> Result<(), PolicyError> {
        self.rules.iter().try_for_each(|rule| check_names(rule, vocabulary))
    }

    /// The rules of one article, such as `20(1)`: one, or one a scope where a text is read of different subjects.
    pub fn rules_of<'a>(&'a self, article: &'a str) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.article == article)
    }

    /// Whether a day lies within the days in force, both ends included.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.effective_from.is_none_or(|from| from <= day) && self.effective_to.is_none_or(|to| day <= to)
    }
}

/// Checks the hash of the text and that every rule quotes it; gives the hash.
fn check_source(
    file: &str,
    head: &str,
    source: &Source,
    files: &[(String, String)],
    rules: &[Rule],
) -> Result<String, PolicyError> {
    let name = source.file.get_ref();
    let refuse = |zh: String, en: String| PolicyError::Malformed {
        file: file.to_owned(),
        line: line_at(head, source.file.span().start),
        reason: Bilingual::new(zh, en),
    };
    let Some((_, text)) = files.iter().find(|(found, _)| found == name) else {
        return Err(refuse(format!("缺少所引文本：{name}"), format!("the text it quotes is missing: {name}")));
    };
    let found = hexadecimal(&Sha256::digest(text.as_bytes()));
    if found != source.sha256.to_ascii_lowercase() {
        return Err(refuse(
            format!("{name} 的 SHA-256 与所载不符：{found}"),
            format!("the SHA-256 of {name} is not the one given: {found}"),
        ));
    }
    match rules.iter().find(|rule| !text.contains(&rule.text.zh)) {
        Some(rule) => Err(PolicyError::Malformed {
            file: rule.origin.file.clone(),
            line: line_of(&rule.origin, "[text]"),
            reason: Bilingual::new(
                format!("{name} 中没有该条文字"),
                format!("its text is not in {name}, word for word"),
            ),
        }),
        None => Ok(found),
    }
}

fn hash_of(files: &[(String, String)]) -> String {
    let mut hash = Sha256::new();
    let files = files.iter().filter(|(name, _)| name.ends_with(".toml"));
    for part in files.flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hexadecimal(&hash.finalize())
}

fn date(file: &str, head: &str, text: &Spanned<String>) -> Result<NaiveDate, PolicyError> {
    text.get_ref().parse().map_err(|_| PolicyError::Malformed {
        file: file.to_owned(),
        line: line_at(head, text.span().start),
        reason: Bilingual::new(
            format!("不是形如 `2021-05-31` 的日期：{}", text.get_ref()),
            format!("not a date of the form `2021-05-31`: {}", text.get_ref()),
        ),
    })
}

fn line_at(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, PolicyError> {
    toml::from_str(text).map_err(|error| PolicyError::Malformed {
        file: file.to_owned(),
        line: error.span().map_or(1, |span| line_at(text, span.start)),
        // The parser speaks English alone; what it quotes is the same in both.
        reason: Bilingual::new(error.message(), error.message()),
    })
}

/// `20(10)` comes after `20(9)`.
pub fn article_order(article: &str) -> (u32, u32, String) {
    let (number, item) = article_numbers(article);
    (number, item, article.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_sort_by_number() {
        assert!(article_order("20(2)") < article_order("20(10)"));
        assert!(article_order("9") < article_order("20(1)"));
    }
}

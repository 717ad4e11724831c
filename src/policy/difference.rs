//! What differs between two rule packs: dates, texts, thresholds, tests, measures.

use crate::policy::pack::{RulePack, article_order};
use crate::policy::rule::{Rule, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// One difference; an absent side stands for what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Article; `None` for the head of the pack.
    pub article: Option<String>,
    /// What differs, by its key in the file, such as `threshold.zh` or `reading.admitted.test.share`.
    pub what: String,
    /// In the first pack.
    pub before: Option<String>,
    /// In the second.
    pub after: Option<String>,
}

/// Every difference, the head first, then articles in their order.
pub fn differences(before: &RulePack, after: &RulePack) -> Vec<Difference> {
    let mut found = compared(None, &head(before), &head(after));
    let articles: BTreeSet<(u32, u32, String)> =
        before.rules.iter().chain(&after.rules).map(|rule| article_order(&rule.article)).collect();
    for (_, _, article) in articles {
        let rules = [before, after].map(|pack| pack.rules_of(&article).collect::<Vec<&Rule>>());
        if rules.iter().all(|rules| rules.len() <= 1) {
            let [before, after] = rules.map(|rules| rules.first().map(|rule| parts(rule)).unwrap_or_default());
            found.extend(compared(Some(&article), &before, &after));
            continue;
        }
        // An article that is read of different subjects has one rule a scope.
        let scopes: BTreeSet<Scope> = rules.iter().flatten().map(|rule| rule.scope).collect();
        for scope in scopes {
            let of_scope = |rules: &[&Rule]| {
                rules.iter().find(|rule| rule.scope == scope).map(|rule| parts(rule)).unwrap_or_default()
            };
            found.extend(compared(Some(&article), &of_scope(&rules[0]), &of_scope(&rules[1])));
        }
    }
    found
}

type Parts = BTreeMap<String, String>;

fn compared(article: Option<&str>, before: &Parts, after: &Parts) -> Vec<Difference> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    // Of an article that is only in one pack one line is enough.
    let is_whole = article.is_some() && (before.is_empty() || after.is_empty());
    let keys = keys.into_iter().filter(|key| !is_whole || *key == "text.zh");
    keys.filter(|key| before.get(*key) != after.get(*key))
        .map(|key| Difference {
            article: article.map(str::to_owned),
            what: key.clone(),
            before: before.get(key).cloned(),
            after: after.get(key).cloned(),
        })
        .collect()
}

fn head(pack: &RulePack) -> Parts {
    let mut parts = Parts::new();
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            parts.insert(key.to_owned(), value);
        }
    };
    add("id", Some(pack.id.clone()));
    add("version", Some(pack.version.clone()));
    add("title.zh", Some(pack.title.zh.clone()));
    add("title.en", Some(pack.title.en.clone()));
    add("authority.zh", Some(pack.authority.zh.clone()));
    add("authority.en", Some(pack.authority.en.clone()));
    add("region", pack.region.clone());
    add("effective_from", pack.effective_from.map(|day| day.to_string()));
    add("effective_to", pack.effective_to.map(|day| day.to_string()));
    add("source.sha256", pack.source_sha256.clone());
    for (article, related) in &pack.inspection {
        add(&format!("inspection.{article}"), Some(related.join(", ")));
    }
    if let Some(credit) = &pack.credit {
        add("credit.start", Some(credit.start.to_string()));
        add("credit.window_months", credit.window_months.map(|months| months.to_string()));
        for (article, points) in &credit.articles {
            add(&format!("credit.weight.{article}"), Some(points.to_string()));
        }
        for (measure, points) in &credit.measures {
            add(&format!("credit.weight.{}", measure.as_str()), Some(points.to_string()));
        }
    }
    parts
}

fn parts(rule: &Rule) -> Parts {
    let mut parts = Parts::new();
    for (key, text) in
        [("title", &rule.title), ("text", &rule.text), ("threshold", &rule.threshold), ("human", &rule.human)]
    {
        parts.insert(format!("{key}.zh"), text.zh.clone());
        parts.insert(format!("{key}.en"), text.en.clone());
    }
    parts.insert("scope".to_owned(), format!("{:?}", rule.scope));
    if let Some(measure) = rule.measure {
        parts.insert("measure".to_owned(), measure.as_str().to_owned());
    }
    if !rule.needs.is_empty() {
        parts.insert("needs".to_owned(), rule.needs.join(", "));
    }
    for (index, reading) in rule.readings.iter().enumerate() {
        let key = format!("reading.{}", reading.id);
        parts.insert(format!("{key}.place"), (index + 1).to_string());
        parts.insert(format!("{key}.name.zh"), reading.name.zh.clone());
        parts.insert(format!("{key}.name.en"), reading.name.en.clone());
        parts.insert(format!("{key}.test.kind"), reading.test.kind().to_owned());
        for (name, value) in reading.test.settings() {
            parts.insert(format!("{key}.test.{name}"), value);
        }
    }
    let says = [
        ("met", &rule.says.met),
        ("indication", &rule.says.indication),
        ("human", &rule.says.human),
        ("undetermined", &rule.says.undetermined),
        ("not_met", &rule.says.not_met),
    ];
    for (key, text) in says {
        if let Some(text) = text {
            parts.insert(format!("says.{key}.zh"), text.zh.clone());
            parts.insert(format!("says.{key}.en"), text.en.clone());
        }
    }
    parts
}

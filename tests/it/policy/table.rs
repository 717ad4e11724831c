//! Every rule on every data set: a table that is kept, so that a false alarm shows.

use crate::policy::clauses::subject;
use crate::support::root;
use kaojian::config::Config;
use kaojian::model::progress::Silent;
use kaojian::pipeline::{inspect, load_rules};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Set to write the table anew.
const REGENERATE: &str = "KAOJIAN_REGENERATE";

fn kept() -> PathBuf {
    root().join("tests/it/policy/verdicts.txt")
}

/// Folders within a folder, by name.
pub fn folders(within: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(within)
        .expect("the data sets")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

/// Every data set that is kept: the large ones, then those of single rules.
fn data_sets() -> Vec<PathBuf> {
    let datasets = root().join("datasets");
    let large = folders(&datasets).into_iter().filter(|folder| !folder.ends_with("clauses"));
    large.chain(folders(&datasets.join("clauses"))).collect()
}

#[test]
fn every_rule_on_every_data_set_is_as_kept() {
    let rules = load_rules(&[]).expect("the built-in rules");
    let mut table = String::new();
    for folder in data_sets() {
        let name =
            folder.strip_prefix(root().join("datasets")).expect("a data set").to_string_lossy().replace('\\', "/");
        let inspection = inspect(&folder, &Config::default(), &rules, &Silent).expect("an inspection");
        // Of an article the subjects with one verdict stand in one line.
        let mut lines: BTreeMap<usize, (String, BTreeMap<&str, Vec<String>>)> = BTreeMap::new();
        let mut order: Vec<&str> = Vec::new();
        for finding in &inspection.findings {
            if !order.contains(&finding.article.as_str()) {
                order.push(&finding.article);
            }
            let place = order.iter().position(|article| *article == finding.article).expect("it was added");
            let entry = lines.entry(place).or_insert_with(|| (finding.article.clone(), BTreeMap::new()));
            entry.1.entry(finding.verdict.as_str()).or_default().push(subject(finding).to_owned());
        }
        table.push_str(&format!("{name}\n"));
        for (article, verdicts) in lines.values() {
            for (verdict, subjects) in verdicts {
                table.push_str(&format!("  {article:<6} {verdict:<13} {}\n", subjects.join(" ")));
            }
        }
    }
    if std::env::var_os(REGENERATE).is_some() {
        std::fs::write(kept(), &table).expect("the table");
    }
    let kept = std::fs::read_to_string(kept()).unwrap_or_default().replace("\r\n", "\n");
    let differing: Vec<String> = [("-", &kept, &table), ("+", &table, &kept)]
        .into_iter()
        .flat_map(|(sign, one, other)| {
            let known: Vec<&str> = other.lines().collect();
            one.lines().filter(move |line| !known.contains(line)).map(move |line| format!("{sign} {line}"))
        })
        .collect();
    assert!(
        kept == table,
        "verdicts changed:\n{}\nif that is meant: {REGENERATE}=1 cargo test --test it policy::table",
        differing.join("\n")
    );
}

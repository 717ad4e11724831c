//! The pack built in: every item of the regulation, quoted word for word.

use kaojian::model::finding::Measure;
use kaojian::pipeline::load_rules;
use kaojian::policy::pack::RulePack;
use kaojian::policy::packs::RulePacks;
use kaojian::policy::rule::{Scope, Test};

const REGULATION: &str = include_str!("../../../src/policy/packs/jingzhou/regulation.zh.txt");

fn pack() -> RulePack {
    RulePacks::built_in().expect("the built-in pack").all()[0].clone()
}

#[test]
fn it_covers_every_item_with_its_measure() {
    let duties = ["7", "9", "15", "16(1)", "16(2)", "16(3)", "16(4)", "16(5)", "16(6)", "17", "19", "23"];
    let items = |article: u32, last: u32| (1..=last).map(move |item| format!("{article}({item})"));
    let expected: Vec<String> = duties[..11]
        .iter()
        .map(|article| (*article).to_owned())
        .chain(items(20, 8))
        .chain(items(21, 8))
        .chain(items(22, 6))
        .chain(["23".to_owned()])
        .collect();
    let pack = pack();
    // 雷同卷 is read of answer sheets (a batch) and of papers (a body): one rule each.
    let mut found: Vec<String> = pack.rules.iter().map(|rule| rule.article.clone()).collect();
    assert_eq!(pack.rules_of("20(4)").map(|rule| rule.scope).collect::<Vec<_>>(), [Scope::Batch, Scope::Body]);
    found.dedup();
    assert_eq!(found, expected);
    for rule in &pack.rules {
        let measure = match rule.article.get(..2) {
            Some("20") => Some(Measure::Interview),
            Some("21") => Some(Measure::Warning),
            Some("22") => Some(Measure::Ban),
            _ => None,
        };
        assert_eq!(rule.measure, measure, "{}", rule.article);
        if rule.article.ends_with("(8)") {
            assert!(rule.readings.iter().all(|reading| reading.test == Test::Human), "{}", rule.article);
            assert_eq!((rule.scope, rule.needs.len()), (Scope::DataSet, 0), "{}", rule.article);
        }
    }
}

#[test]
fn every_rule_quotes_the_regulation() {
    let lines: Vec<&str> = REGULATION.lines().collect();
    for rule in &pack().rules {
        // An item is the whole of its line but for its number and its closing mark.
        let (article, item) = rule.article.split_once('(').unwrap_or((&rule.article, ""));
        let line = lines.iter().find(|line| line.contains(&rule.text.zh));
        let line = line.unwrap_or_else(|| panic!("{} does not quote the regulation", rule.article));
        if item.is_empty() {
            assert!(line.trim().ends_with(&rule.text.zh), "{}: {line}", rule.article);
        } else {
            let number = ["一", "二", "三", "四", "五", "六", "七", "八"];
            let place: usize = item.trim_end_matches(')').parse().expect("an item");
            let head = format!("({})", number[place - 1]);
            let rest = line.trim().strip_prefix(&head).unwrap_or_else(|| panic!("{}: {line}", rule.article));
            assert_eq!(rest.trim_end_matches([';', '。', ':']), rule.text.zh, "{article} {item}");
        }
    }
}

/// A number in a threshold that the text does not have would be invented.
#[test]
fn thresholds_hold_no_number_that_the_text_does_not_have() {
    let digits = |text: &str| -> Vec<String> {
        text.split(|character: char| !character.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    for rule in &pack().rules {
        let mut known = digits(&rule.text.zh);
        // 5 % in integers is 20·u ≥ n.
        if rule.article == "20(1)" {
            known.push("20".to_owned());
        }
        for text in [&rule.threshold.zh, &rule.threshold.en] {
            let strange: Vec<String> = digits(text).into_iter().filter(|number| !known.contains(number)).collect();
            assert!(strange.is_empty(), "{}: {strange:?} in {text}", rule.article);
        }
    }
}

#[test]
fn its_measures_figures_and_columns_are_known() {
    load_rules(&[]).expect("every name is known");
    let sha256 = pack().source_sha256.expect("its text has a hash");
    assert_eq!(sha256, "bcdda4a0f754b5b76e2637d0a3cd0390e43f773db47fb6b5e151199892989b72");
}

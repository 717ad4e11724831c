//! One small data set a rule, met and just not met: the rule says what the label says, and no other rule says anything.

use crate::policy::table::folders;
use crate::support::root;
use kaojian::config::Config;
use kaojian::model::finding::{Finding, Verdict};
use kaojian::model::progress::Silent;
use kaojian::pipeline::{inspect, load_rules};
use serde::Deserialize;

/// `truth.json` of one data set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Truth {
    /// What the case is, in a sentence.
    about: String,
    expected: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    article: String,
    /// A batch, a body, or `*` for the whole data set.
    subject: String,
    verdict: String,
}

/// The batch or body that a finding is about, `*` for the whole data set.
pub fn subject(finding: &Finding) -> &str {
    let batch = finding.batch_id.as_ref().map(|batch| batch.as_str());
    batch.or(finding.body_id.as_ref().map(|body| body.as_str())).unwrap_or("*")
}

#[test]
fn every_clause_is_judged_as_its_label_says() {
    let rules = load_rules(&[]).expect("the built-in rules");
    let mut wrong = Vec::new();
    for folder in folders(&root().join("datasets/clauses")) {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(folder.join("truth.json")).expect("truth.json");
        let truth: Truth = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!truth.about.is_empty() && !truth.expected.is_empty(), "{name} has no label");
        let settings = folder.join("settings.toml");
        let config = Config::resolve(settings.is_file().then_some(settings.as_path()), None).expect("its settings");
        let inspection = inspect(&folder, &config, &rules, &Silent).expect("an inspection");
        assert!(inspection.quarantine.is_empty(), "{name}: {:?}", inspection.quarantine);
        for expected in &truth.expected {
            let found: Vec<&str> = inspection
                .findings
                .iter()
                .filter(|finding| finding.article == expected.article && subject(finding) == expected.subject)
                .map(|finding| finding.verdict.as_str())
                .collect();
            if found != [expected.verdict.as_str()] {
                wrong.push(format!(
                    "{name}: {} of {} is {found:?}, not {}",
                    expected.article, expected.subject, expected.verdict
                ));
            }
        }
        for finding in &inspection.findings {
            let is_labelled = truth
                .expected
                .iter()
                .any(|expected| expected.article == finding.article && expected.subject == subject(finding));
            if !is_labelled && matches!(finding.verdict, Verdict::Met | Verdict::Indication) {
                wrong.push(format!(
                    "{name}: {} of {} is {}",
                    finding.article,
                    subject(finding),
                    finding.verdict.as_str()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! The commands as a person uses them, from the demonstration's reports.

use crate::support::{demo, kaojian};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn words(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// Runs a command that must succeed; what it printed.
fn done(parts: &[&str]) -> String {
    let ran = kaojian(words(parts));
    assert!(ran.code < 2, "{parts:?}: {}", ran.errors);
    ran.output
}

/// Runs a command that must be refused; what it said.
fn refused(parts: &[&str]) -> String {
    let ran = kaojian(words(parts));
    assert_eq!(ran.code, 2, "{parts:?}: {}", ran.output);
    ran.errors
}

fn findings(report: &Path) -> Vec<Value> {
    let whole: Value = serde_json::from_slice(&fs::read(report.join("findings.json")).unwrap()).unwrap();
    whole["findings"].as_array().unwrap().clone()
}

/// How often alike sheets were counted within the window, by batch.
fn counted(report: &Path) -> Vec<(String, i64)> {
    let of_rule = findings(report).into_iter().filter(|finding| finding["article"] == "20(4)");
    let count = |finding: Value| {
        let times = finding["figures"]["times_within_window"].as_i64()?;
        Some((finding["batch_id"].as_str()?.to_owned(), times)).filter(|_| finding["verdict"] == "INDICATION")
    };
    of_rule.filter_map(count).collect()
}

#[test]
fn earlier_batches_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let text = |name: &str| path(name).to_string_lossy().into_owned();
    let data = demo().to_string_lossy().into_owned();
    let history = text("history.db");
    done(&["inspect", &data, "--out", &text("alone"), "-q"]);
    let alone = counted(&path("alone"));
    assert!(!alone.is_empty(), "the demonstration has alike sheets");

    let first = done(&["inspect", &data, "--out", &text("first"), "--history", &history, "--language", "en"]);
    assert!(first.contains(" new, 0 in a new version, 0 with the same content"), "{first}");
    assert_eq!(counted(&path("first")), alone, "nothing was on record yet");
    let again = done(&["inspect", &data, "--out", &text("again"), "--history", &history, "--language", "en"]);
    assert!(again.contains("nothing was changed"), "{again}");
    assert_eq!(
        fs::read(path("first/findings.json")).unwrap(),
        fs::read(path("again/findings.json")).unwrap(),
        "a batch at hand does not count as its own predecessor"
    );
    let added = done(&["history", "add", &text("first"), "--history", &history, "--language", "en"]);
    assert!(added.contains("nothing was changed"), "{added}");

    // The same year once more, as batches of other numbers: each window now holds twice as many.
    fs::create_dir(path("earlier")).unwrap();
    for name in ["findings.json", "run.json"] {
        let written = fs::read_to_string(path("alone").join(name)).unwrap();
        fs::write(path("earlier").join(name), written.replace("PC2025", "QC2025").replace("PC2026", "QC2026")).unwrap();
    }
    let added = done(&["history", "add", &text("earlier"), "--history", &history, "--language", "en"]);
    assert!(!added.contains("nothing was changed"), "{added}");
    done(&["inspect", &data, "--out", &text("later"), "--history", &history, "-q"]);
    let twice: Vec<(String, i64)> = alone.iter().map(|(batch, times)| (batch.clone(), 2 * times)).collect();
    assert_eq!(counted(&path("later")), twice);

    // What a person dismissed does not count.
    for finding in findings(&path("earlier")).iter().filter(|finding| finding["article"] == "20(4)") {
        let id = finding["id"].as_str().unwrap();
        let by = ["--outcome", "dismissed", "--by", "supervisor-1", "--reason", "one teacher", "--on", "2026-06-01"];
        done(&[&["history", "decide", id, "--history", &history][..], &by[..]].concat());
    }
    done(&["inspect", &data, "--out", &text("dismissed"), "--history", &history, "-q"]);
    assert_eq!(counted(&path("dismissed")), alone);
    let verified = done(&["history", "verify", "--history", &history, "--language", "en"]);
    assert!(verified.contains("is whole"), "{verified}");
}

#[test]
fn a_report_is_listed_shown_decided_on_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let text = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let history = text("history.db");
    let data = demo().to_string_lossy().into_owned();
    done(&["inspect", &data, "--out", &text("report"), "--history", &history, "-q"]);
    let all = findings(&folder.path().join("report"));
    let flagged = all.iter().find(|finding| finding["verdict"] == "MET").expect("something is met");
    let [id, batch, body] = ["id", "batch_id", "body_id"].map(|name| flagged[name].as_str().unwrap());
    for language in ["zh", "en"] {
        let listed = done(&["history", "list", "--history", &history, "--body", body, "--language", language]);
        assert!(listed.contains(batch), "{listed}");
        assert!(listed.lines().all(|line| kaojian::report::width::width(line) < 80), "{listed}");
    }
    let decide = ["history", "decide", id, "--history", &history, "--by", "督导一号", "--reason", "复核属实"];
    let decided = done(&[&decide[..], &["--outcome", "confirmed", "--language", "zh"]].concat());
    assert!(decided.contains("已记为"), "{decided}");
    assert!(done(&[&decide[..], &["--outcome", "confirmed", "--language", "zh"]].concat()).contains("未作任何改动"));
    let on = ["--on", "2024-02-29", "--article", "22(1)"];
    let ban = done(&[&["history", "measure", body, "--measure", "ban", "--history", &history][..], &on[..]].concat());
    assert!(ban.contains("2027-02-28"), "{ban}");
    done(&["history", "rectify", body, "--ordered", "2025-01-01", "--deadline", "2025-03-01", "--history", &history]);
    let shown = done(&["history", "show", batch, "--history", &history, "--language", "zh"]);
    assert!(shown.contains(id) && shown.contains("督导一号") && shown.contains("确认"), "{shown}");
    let shown = done(&["history", "show", body, "--history", &history, "--language", "en"]);
    assert!(shown.contains("2027-02-28") && shown.contains("deadline 2025-03-01"), "{shown}");

    done(&["history", "export", "--history", &history, "--out", &text("findings.csv")]);
    let table = fs::read_to_string(text("findings.csv")).unwrap();
    assert_eq!(table.lines().count(), all.len() + 1);
    assert!(table.contains(id) && table.starts_with("\u{FEFF}seq,batch_seq,finding_id"));
    done(&["history", "export", "--history", &history, "--table", "decisions", "--out", &text("decisions.jsonl")]);
    let lines = fs::read_to_string(text("decisions.jsonl")).unwrap();
    let decision: Value = serde_json::from_str(lines.trim()).unwrap();
    assert_eq!((decision["finding_id"].as_str(), decision["outcome"].as_str()), (Some(id), Some("confirmed")));

    let verified = done(&["history", "verify", "--history", &history, "--language", "en"]);
    let head = verified.trim().rsplit(' ').next().unwrap().to_owned();
    done(&["history", "verify", "--history", &history, "--expect", &head]);
    assert!(refused(&["history", "verify", "--history", &history, "--expect", "00ff"]).contains("00ff"));
    let out = text("not-written");
    for (parts, said) in [
        (vec!["history", "show", "nobody", "--history", &history], "nobody"),
        (vec!["history", "list", "--history", "mysql://x/y"], "mysql"),
        (vec!["history", "list", "--history", &data], "demo"),
        (vec!["history", "add", &data, "--history", &history], "findings.json"),
        (vec!["history", "export", "--history", &history, "--out", "x.xml"], "x.xml"),
        (vec!["inspect", &data, "--out", &out, "--history", &data], "demo"),
    ] {
        for language in ["zh", "en"] {
            let told = refused(&[&parts[..], &["--language", language]].concat());
            assert!(told.contains(said), "{parts:?}: {told}");
        }
    }
    assert!(!folder.path().join("not-written").exists());
    assert_eq!(done(&["history", "verify", "--history", &history, "--language", "en"]), verified);
}

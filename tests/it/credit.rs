//! Credit of bodies and the checklist of an inspection, from the demonstration as a person would work with it.

use crate::support::{Ran, demo, kaojian, root};
use kaojian::policy::packs::RulePacks;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const WEIGHTS: &str = "\n[credit]\nstart = 100\nwindow_months = 12\n\
    [[credit.weight]]\narticle = \"20\"\npoints = 3\n\
    [[credit.weight]]\narticle = \"21(6)\"\npoints = 10\n\
    [[credit.weight]]\nmeasure = \"warning\"\npoints = 20\n";

/// The pack built in, with something added to its head.
fn pack(folder: &Path, added: &str) -> PathBuf {
    let pack = folder.join("pack");
    let _ = fs::remove_dir_all(&pack);
    fs::create_dir(&pack).unwrap();
    for entry in fs::read_dir(root().join("src/policy/packs/jingzhou")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), pack.join(entry.file_name())).unwrap();
    }
    let head = fs::read_to_string(pack.join("pack.toml")).unwrap();
    fs::write(pack.join("pack.toml"), head + added).unwrap();
    pack
}

fn run(words: &[&str]) -> Ran {
    kaojian(words.iter().copied().chain(["--language", "en"]))
}

fn done(words: &[&str]) -> String {
    let ran = run(words);
    assert!(ran.code < 2, "{words:?}: {}", ran.errors);
    ran.output
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn decisions_and_measures_make_the_card_and_facts_stand_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (data, history) = (demo().to_string_lossy().into_owned(), path("history.db"));
    done(&["inspect", &data, "--out", &path("first"), "--history", &history, "-q"]);
    let findings = json(&folder.path().join("first/findings.json"));
    let met = |article: &str| -> Vec<&Value> {
        let findings = array(&findings["findings"]).iter();
        findings
            .filter(|one| one["article"] == article && one["verdict"] == "MET" && !one["body_id"].is_null())
            .collect()
    };
    let (ratio, line) = (met("20(1)"), met("21(6)"));
    assert!(!ratio.is_empty() && !line.is_empty(), "the demonstration has these");
    let of =
        |finding: &Value| (finding["body_id"].as_str().unwrap().to_owned(), finding["id"].as_str().unwrap().to_owned());
    let (body, confirmed) = of(line[0]);
    let decide = |finding: &str, outcome: &str| {
        done(&[
            "history",
            "decide",
            finding,
            "--outcome",
            outcome,
            "--by",
            "supervisor-1",
            "--reason",
            "seen",
            "--on",
            "2026-06-01",
            "--history",
            &history,
        ]);
    };
    decide(&confirmed, "confirmed");
    let (other_body, dismissed) = of(ratio[0]);
    decide(&dismissed, "dismissed");
    done(&["history", "measure", &body, "--measure", "warning", "--on", "2026-06-15", "--history", &history]);

    // Without weights: counts alone.
    let plain = done(&["credit", "--history", &history, "--out", &path("plain")]);
    assert!(plain.contains("no weights"), "{plain}");
    let cards = json(&folder.path().join("plain/credit.json"));
    let card = |cards: &Value, body: &str| -> Value {
        array(&cards["cards"]).iter().find(|card| card["body_id"] == *body).cloned().unwrap()
    };
    let own = card(&cards, &body);
    assert!(own["score"].is_null() && own["as_of"] == "2026-06-15", "{own}");
    let clause = |card: &Value, article: &str| -> Value {
        array(&card["clauses"]).iter().find(|one| one["article"] == article).cloned().unwrap()
    };
    assert_eq!(clause(&own, "21(6)")["confirmed"], 1);
    assert_eq!(clause(&card(&cards, &other_body), "20(1)")["dismissed"], 1);
    // Every fact and sign of the run is counted once, whatever became of it.
    let mut expected: BTreeMap<(String, String), u64> = BTreeMap::new();
    for finding in array(&findings["findings"]) {
        let shown = ["MET", "INDICATION"].contains(&finding["verdict"].as_str().unwrap());
        if let (true, Some(body)) = (shown, finding["body_id"].as_str()) {
            *expected.entry((body.to_owned(), finding["article"].as_str().unwrap().to_owned())).or_default() += 1;
        }
    }
    let mut counted: BTreeMap<(String, String), u64> = BTreeMap::new();
    for card in array(&cards["cards"]) {
        for clause in array(&card["clauses"]) {
            let names = ["confirmed", "dismissed", "needs_evidence", "undecided_met", "undecided_indication"];
            let sum = names.iter().map(|name| clause[*name].as_u64().unwrap()).sum();
            let key = [&card["body_id"], &clause["article"]].map(|text| text.as_str().unwrap().to_owned());
            let [body, article] = key;
            counted.insert((body, article), sum);
        }
    }
    assert_eq!(counted, expected);

    // With weights: 100 − 1 · 10 − 1 · 20; the dismissed one takes nothing off.
    let pack = pack(folder.path(), WEIGHTS).to_string_lossy().into_owned();
    done(&["credit", "--history", &history, "--out", &path("weighted"), "--rules", &pack]);
    let cards = json(&folder.path().join("weighted/credit.json"));
    let own = card(&cards, &body);
    assert_eq!((own["start"].as_i64(), own["score"].as_i64()), (Some(100), Some(70)), "{own}");
    if other_body != body {
        assert_eq!(card(&cards, &other_body)["score"], 100);
    }
    let text = fs::read_to_string(folder.path().join("weighted/credit.txt")).unwrap();
    assert!(text.contains("100 − 1 × 10 (Art. 21(6)) − 1 × 20 (warning) = 70"), "{text}");
    assert!(text.contains("100 − 1 × 10（第二十一条（六）） − 1 × 20（警示） = 70"), "{text}");
    // The confirmation of 1 June 2026 counts to 1 June 2027 and not on the day after.
    for (day, score) in [("2026-06-14", 90), ("2027-06-01", 70), ("2027-06-02", 80), ("2027-06-16", 100)] {
        done(&[
            "credit",
            "--history",
            &history,
            "--out",
            &path("on"),
            "--rules",
            &pack,
            "--as-of",
            day,
            "--body",
            &body,
        ]);
        let cards = json(&folder.path().join("on/credit.json"));
        assert_eq!(array(&cards["cards"]).len(), 1);
        assert_eq!(card(&cards, &body)["score"], score, "{day}");
    }
    // The same bytes again, and the same card in the report of a repeated inspection.
    done(&["credit", "--history", &history, "--out", &path("again"), "--rules", &pack]);
    for name in ["credit.json", "credit.csv", "credit-history.csv", "credit.txt"] {
        let [one, two] = ["weighted", "again"].map(|out| fs::read(folder.path().join(out).join(name)).unwrap());
        assert!(one == two, "{name}");
    }
    done(&["inspect", &data, "--out", &path("report"), "--history", &history, "--rules", &pack, "-q"]);
    let page = fs::read_to_string(folder.path().join("report/report.html")).unwrap();
    assert!(page.contains("100 − 1 × 10 (Art. 21(6)) − 1 × 20 (warning) = 70"));
    let unknown = run(&["credit", "--history", &history, "--out", &path("none"), "--body", "nobody"]);
    assert_eq!(unknown.code, 2);
}

#[test]
fn weights_that_mean_nothing_are_refused_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let said = |added: &str| {
        let pack = pack(folder.path(), added);
        RulePacks::load(&[pack]).map(|_| ()).expect_err(added).message().en
    };
    let weight = |entry: &str| format!("\n[credit]\nstart = 100\n[[credit.weight]]\n{entry}\n");
    let head = fs::read_to_string(root().join("src/policy/packs/jingzhou/pack.toml")).unwrap().lines().count();
    let unknown = said(&weight("article = \"24\"\npoints = 1"));
    assert!(unknown.contains("24") && unknown.contains(&format!("pack.toml:{}", head + 4)), "{unknown}");
    assert!(said(&weight("measure = \"prison\"\npoints = 1")).contains("prison"));
    assert!(said(&weight("article = \"20\"\nmeasure = \"ban\"\npoints = 1")).contains("one of them"));
    assert!(said(&weight("points = 1")).contains("one of them"));
    assert!(said(&weight("article = \"20\"\npoints = -1")).contains("points"));
    assert!(
        said(&weight("article = \"20\"\npoints = 1\n[[credit.weight]]\narticle = \"20\"\npoints = 2")).contains("two")
    );
    assert!(said("\n[credit]\nstart = -1\n").contains("start"));
    assert!(said("\n[credit]\nstart = 1\nwindow_months = 0\n").contains("window_months"));
    assert!(said("\n[credit]\nstart = 1\nbonus = 2\n").contains("bonus"));
}

#[test]
fn the_checklist_has_every_content_of_every_body() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let ran = kaojian(["inspect".into(), demo().into_os_string(), "--out".into(), out.clone().into_os_string()]);
    assert!(ran.code < 2, "{}", ran.errors);
    let findings = json(&out.join("findings.json"));
    let bytes = fs::read(out.join("checklist.csv")).unwrap();
    let mut table = csv::Reader::from_reader(&bytes[3..]);
    let header = table.headers().unwrap().clone();
    let rows: Vec<BTreeMap<String, String>> = (table.records())
        .map(|row| header.iter().map(str::to_owned).zip(row.unwrap().iter().map(str::to_owned)).collect())
        .collect();
    let mut items: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &rows {
        let seen = items.entry(row["body_id"].as_str()).or_default();
        if !seen.contains(&row["item"].as_str()) {
            seen.push(&row["item"]);
        }
        assert!(!row["asked_zh"].is_empty() && !row["asked_en"].is_empty(), "{row:?}");
        // What is counted is what the findings say of this body and, for the whole data set, of none.
        let of = |verdict: &str| {
            let findings = array(&findings["findings"]).iter();
            let own = findings.filter(|one| {
                one["article"] == row["article"].as_str()
                    && one["verdict"] == verdict
                    && one["batch_id"].is_null() == (row["subject"] == "body")
                    && (one["body_id"] == row["body_id"].as_str() || one["body_id"].is_null())
            });
            own.count().to_string()
        };
        assert_eq!(row["met"], of("MET"), "{row:?}");
        assert_eq!(row["undetermined"], of("UNDETERMINED"), "{row:?}");
        assert_eq!(row["said_en"].is_empty(), row["met"] == "0" && row["indication"] == "0", "{row:?}");
    }
    assert!(items.len() >= 4, "{items:?}");
    for (body, items) in &items {
        assert_eq!(*items, ["16(1)", "16(2)", "16(3)", "16(4)", "16(5)", "16(6)"], "{body}");
    }
    let met = rows.iter().find(|row| row["article"] == "21(6)" && row["met"] != "0").expect("a planted case");
    assert!(met["item"] == "16(5)" && !met["rows"].is_empty(), "{met:?}");
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    for anchor in ["overview", "bodies", "checklist", "credit"] {
        assert!(page.contains(&format!("<section id=\"{anchor}\"")), "{anchor}");
    }
}

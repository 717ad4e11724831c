//! Names in words: whatever the demonstration makes the report say has a label in both languages.

use crate::support::{demo, kaojian};
use kaojian::pipeline::measure_names;
use kaojian::report::wording::find;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file")).expect("JSON")
}

fn array<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value[name].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[test]
fn every_name_of_the_demonstration_has_a_label() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let ran = kaojian(["inspect".into(), demo().into_os_string(), "--out".into(), out.as_os_str().to_owned()]);
    assert!(ran.errors.is_empty(), "{}", ran.errors);
    let (findings, run) = (json(&out.join("findings.json")), json(&out.join("run.json")));
    let mut unnamed = BTreeSet::new();
    let mut need = |keys: &[String]| {
        if !keys.iter().any(|key| find(key).is_some_and(|text| !text.zh.is_empty() && !text.en.is_empty())) {
            unnamed.insert(keys[0].clone());
        }
    };
    let mut seen = 0;
    for finding in array(&findings, "findings") {
        for (name, value) in finding["figures"].as_object().into_iter().flatten() {
            let last = name.rsplit('.').next().unwrap_or_default();
            need(&[format!("figure_of.{name}"), format!("figure.{last}")]);
            seen += 1;
            // What a figure says in words, not a number, a list of identifiers or a comparison.
            if ["unit", "model", "rounding_rule", "item_maxima", "recorded_scale"].contains(&last) {
                need(&[format!("figure_value.{}", value.as_str().unwrap_or_default())]);
            }
        }
        for fact in array(finding, "missing") {
            need(&[format!("table.{}", text(fact, "table"))]);
            if !text(fact, "column").is_empty() {
                need(&[format!("field.{}.{}", text(fact, "table"), text(fact, "column"))]);
            }
        }
        need(&[format!("verdict.{}", text(finding, "verdict"))]);
        // A duty has no measure attached.
        if !finding["measure"].is_null() {
            need(&[format!("measure.{}", text(finding, "measure"))]);
        }
    }
    assert!(seen > 1000, "{seen} figures");
    for sheet in array(&run, "inputs").flat_map(|input| array(input, "sheets")) {
        let table = text(sheet, "table");
        need(&[format!("table.{table}")]);
        for column in array(sheet, "mapped_columns").map(|column| text(column, "column")) {
            need(&[format!("field.{table}.{column}")]);
        }
    }
    assert!(unnamed.is_empty(), "without a label: {unnamed:#?}");
    let names = measure_names();
    for case in array(&findings, "findings").flat_map(|finding| array(finding, "cases")) {
        let name = names.get(text(case, "measure")).unwrap_or_else(|| panic!("{}", case["measure"]));
        assert!(!name.zh.is_empty() && !name.en.is_empty() && name.zh != name.en);
    }
    // And the page itself shows no name of the program where a reader expects words.
    let page = std::fs::read_to_string(out.join("report.html")).expect("the page");
    for label in page.split("<dt>").skip(1).filter_map(|rest| rest.split("</dt>").next()) {
        assert!(!label.contains('_'), "{label}");
    }
}

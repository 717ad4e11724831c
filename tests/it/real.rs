//! Real answer sheets through the whole program: the credentialing form by its mapping file, against the owner's flags.

// A skipped test must be seen, and the figures are what it is run by hand for.
#![allow(clippy::print_stderr)]

use crate::support::{kaojian, root};
use kaojian::detect::parameters::SimilarityParameters;
use kaojian::detect::similarity::grouping::form_groups;
use kaojian::detect::similarity::matrix::build;
use kaojian::detect::similarity::response_model::estimate;
use kaojian::detect::similarity::screen::retained_pairs;
use kaojian::ingest::load::read_folder;
use kaojian::ingest::parameters::IngestParameters;
use kaojian::kernels::dispatch::Path as Kernel;
use kaojian::model::progress::Silent;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the data are; they belong to their publisher and are not in the repository.
fn data() -> Option<PathBuf> {
    let golden = std::env::var_os("KAOJIAN_GOLDEN").map_or_else(|| root().join("../shared/golden"), PathBuf::from);
    let folder = golden.join("data").join("credential_form1");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: the real credentialing form is absent ({}); set KAOJIAN_GOLDEN", folder.display());
    None
}

#[test]
fn the_credentialing_form_goes_through_inspect() {
    let Some(data) = data() else { return };
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("credential-form1");
    fs::create_dir(&folder).expect("the folder");
    for name in ["responses_nominal.csv", "key.csv", "examinees.csv", "scores.csv"] {
        fs::copy(data.join(name), folder.join(name)).expect("the data");
    }
    fs::copy(root().join("datasets/credential-form1/kaojian.toml"), folder.join("kaojian.toml")).expect("the mapping");
    let out = place.path().join("report");
    let words = ["inspect".into(), folder.clone().into_os_string(), "--out".into(), out.clone().into_os_string()];
    let ran = kaojian(words);
    assert_eq!(ran.code, 1, "{}", ran.errors);

    let text = fs::read_to_string(out.join("findings.json")).expect("findings.json");
    let whole: Value = serde_json::from_str(&text).expect("JSON");
    let finding = whole["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|finding| finding["article"] == "20(4)")
        .expect("the article");
    assert_eq!(finding["verdict"], "INDICATION");
    let figure = |name: &str| finding["figures"][name].clone();
    assert_eq!(figure("similar_pairs.sheets"), 1636);
    assert_eq!(figure("similar_pairs.items"), 170);
    assert_eq!(figure("similar_pairs.pairs_compared"), 1636 * 1635 / 2);
    assert_eq!(figure("similar_pairs.model"), "nominal");
    let smallest = figure("similar_pairs.smallest_log10_p_value").as_f64().expect("a number");
    // The published value is 8.6e-15 under one fit of the model, 1.7e-15 under another.
    assert!((-15.5..-13.5).contains(&smallest), "{smallest}");

    let pairs: Vec<Vec<&str>> = finding["cases"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|case| case["measure"] == "similarity.similar_pairs")
        .map(|case| case["subjects"].as_array().into_iter().flatten().filter_map(Value::as_str).collect())
        .collect();
    assert_eq!(pairs[0], ["e100505", "e100624"], "the known pair is on top");

    let mut reader = csv::Reader::from_path(data.join("examinees.csv")).expect("the persons");
    let flagged: BTreeSet<String> = reader
        .records()
        .map(|row| row.expect("a row"))
        .filter(|row| &row[2] == "1")
        .map(|row| row[0].to_owned())
        .collect();
    assert_eq!(flagged.len(), 46);
    // Whoever is named at the default level is somebody whom the owner flagged too.
    let named: BTreeSet<&str> = pairs.iter().flatten().copied().collect();
    let shared = named.iter().filter(|person| flagged.contains(**person)).count();
    eprintln!(
        "{} pairs past the criterion; {shared} of the {} persons in them were flagged by the owner",
        pairs.len(),
        named.len()
    );
    assert!(named.len() >= 5 && shared == named.len(), "{named:?}");

    let ranked = by_best_pair(&folder);
    let hits = |count: usize| ranked.iter().take(count).filter(|person| flagged.contains(*person)).count();
    let found = [hits(5), hits(10), hits(20)];
    eprintln!("flagged by the owner among persons by best pair: {}/5, {}/10, {}/20", found[0], found[1], found[2]);
    // What the best open peer reaches on these data.
    assert!(found[0] == 5 && found[1] >= 9 && found[2] >= 12, "{found:?}");
}

/// Persons in the order of their most similar pair, far below any level of significance too.
fn by_best_pair(folder: &Path) -> Vec<String> {
    let read = read_folder(folder, &IngestParameters::default(), &Silent).expect("the folder");
    assert!(read.quarantine.is_empty());
    let groups = form_groups(&read.dataset);
    assert_eq!(groups.len(), 1);
    let minimum_items = SimilarityParameters::default().minimum_items;
    let matrix = build(&groups[0], &read.dataset.answers, minimum_items);
    let model = estimate(&matrix, &[]);
    let mut pairs = retained_pairs(&matrix, &model, minimum_items, 1e-3, Kernel::fastest(), &Silent);
    pairs.sort_by(|a, b| a.gbt.log10.total_cmp(&b.gbt.log10));
    let mut ranked: Vec<String> = Vec::new();
    for person in pairs.iter().flat_map(|pair| [pair.a, pair.b]) {
        let name = matrix.sheets[person].candidate_id.as_str();
        if !ranked.iter().any(|known| known == name) {
            ranked.push(name.to_owned());
        }
    }
    ranked
}

//! The real credentialing form: 1636 sheets, 170 items, 46 flagged by the owner.

use super::data::{batch, golden, rows};
use compact_str::CompactString;
use kaojian::detect::parameters::SimilarityParameters;
use kaojian::detect::similarity::grouping::form_groups;
use kaojian::detect::similarity::matrix::build;
use kaojian::detect::similarity::response_model::{ModelKind, estimate};
use kaojian::detect::similarity::screen::retained_pairs;
use kaojian::kernels::dispatch::Path;
use kaojian::model::answer::{AnswerSheet, AnswerTable, ItemColumn, ItemLayout};
use kaojian::model::dataset::Dataset;
use kaojian::model::form::FormItem;
use kaojian::model::progress::Silent;
use kaojian::model::provenance::Provenance;
use std::collections::{BTreeMap, BTreeSet};

fn real_form() -> Option<(Dataset, BTreeSet<String>)> {
    let folder = golden("data/credential_form1")?;
    let key: BTreeMap<usize, String> = rows(&folder.join("key.csv"))
        .into_iter()
        .filter(|row| row[2] == "scored")
        .map(|row| (row[0].parse().unwrap(), row[1].clone()))
        .collect();
    let responses = rows(&folder.join("responses_nominal.csv"));
    let items = responses[0].len() - 1;
    let labels: Vec<CompactString> = ["1", "2", "3", "4"].map(CompactString::from).into();
    let columns = (1..=items)
        .map(|number| ItemColumn {
            item_id: format!("iresp.{number}").as_str().into(),
            item_no: number as u32,
            labels: labels.clone(),
        })
        .collect();
    let sheets = responses
        .iter()
        .enumerate()
        .map(|(place, row)| AnswerSheet {
            batch_id: "form1".into(),
            candidate_id: row[0].as_str().into(),
            form_id: Some("form1".into()),
            layout: 0,
            responses: row[1..].iter().map(|text| text.parse().unwrap_or(0)).collect(),
            source: Provenance { file: 0, sheet: 0, row: place as u32 + 2 },
            ..AnswerSheet::default()
        })
        .collect();
    let form_items = key
        .iter()
        .map(|(&number, key)| FormItem {
            key: Some(key.as_str().into()),
            ..super::data::form_item("form1", number as u32, "")
        })
        .collect();
    let flagged =
        rows(&folder.join("examinees.csv")).into_iter().filter(|row| row[2] == "1").map(|row| row[0].clone()).collect();
    let dataset = Dataset {
        batches: vec![batch("form1")],
        form_items,
        answers: AnswerTable { layouts: vec![ItemLayout { items: columns }], sheets },
        ..Dataset::default()
    };
    Some((dataset, flagged))
}

#[test]
fn the_known_pair_is_on_top_and_the_ranking_agrees_with_the_owner() {
    let Some((dataset, flagged)) = real_form() else { return };
    let parameters = SimilarityParameters::default();
    let groups = form_groups(&dataset);
    let matrix = build(&groups[0], &dataset.answers, parameters.minimum_items);
    assert_eq!((matrix.sheets.len(), matrix.items.len(), flagged.len()), (1636, 170, 46));
    let model = estimate(&matrix, &[]);
    assert_eq!(model.kind, ModelKind::Nominal);
    let mut pairs = retained_pairs(&matrix, &model, parameters.minimum_items, 1e-3, Path::fastest(), &Silent);
    pairs.sort_by(|x, y| x.gbt.log10.total_cmp(&y.gbt.log10));
    let name = |place: usize| matrix.sheets[place].candidate_id.as_str();
    let top = &pairs[0];
    eprintln!(
        "nominal, {} iterations: {} – {}, log10 p {:.2}",
        model.iterations,
        name(top.a),
        name(top.b),
        top.gbt.log10
    );
    assert_eq!((name(top.a), name(top.b)), ("e100505", "e100624"));

    let both =
        pairs[..10].iter().filter(|pair| flagged.contains(name(pair.a)) && flagged.contains(name(pair.b))).count();
    let mut ranked: Vec<usize> = Vec::new();
    for pair in &pairs {
        for person in [pair.a, pair.b] {
            if !ranked.contains(&person) {
                ranked.push(person);
            }
        }
    }
    let hits = |count: usize| ranked[..count].iter().filter(|&&person| flagged.contains(name(person))).count();
    eprintln!(
        "flagged by the owner among persons by best pair: {}/5, {}/10, {}/20; pairs of two flagged in the top ten: {both}",
        hits(5),
        hits(10),
        hits(20)
    );
    // The figures of the best open peer on these data.
    assert!(hits(5) == 5 && hits(10) >= 9 && hits(20) >= 12 && both >= 9);
}

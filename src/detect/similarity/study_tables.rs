//! Tables of persons and places of a study.

use crate::detect::similarity::cluster_kinds::Cluster;
use crate::detect::similarity::flag_rule::FlaggedPair;
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::places::{PlaceTest, PlaceTests};
use crate::detect::similarity::response_model::{ResponseModel, calibration_sample};
use crate::model::pair_table::{PairTable, PairValues};
use crate::psychometrics::nominal::NominalSettings;
use crate::psychometrics::nominal_errors::standard_errors;
use std::collections::BTreeMap;

/// One row a person of a cluster: how many flagged pairs, what the cluster looks like, whether the likely source.
pub(super) fn cluster_table(matrix: &SheetMatrix<'_>, clusters: &[Cluster], flags: &[FlaggedPair]) -> PairTable {
    let rows: Vec<(&Cluster, usize)> =
        clusters.iter().flat_map(|cluster| cluster.sheets.iter().map(move |&sheet| (cluster, sheet))).collect();
    let text = |of: &dyn Fn(&Cluster, usize) -> String| {
        PairValues::Text(rows.iter().map(|(cluster, sheet)| of(cluster, *sheet)).collect())
    };
    let count = |of: &dyn Fn(&Cluster, usize) -> usize| {
        PairValues::Integer(rows.iter().map(|(cluster, sheet)| u32::try_from(of(cluster, *sheet)).ok()).collect())
    };
    let mut own_pairs: BTreeMap<usize, usize> = BTreeMap::new();
    flags
        .iter()
        .flat_map(|flag| [flag.pair.a, flag.pair.b])
        .for_each(|sheet| *own_pairs.entry(sheet).or_default() += 1);
    let pairs_of = |sheet: usize| own_pairs.get(&sheet).copied().unwrap_or(0);
    let right = |sheet: usize| {
        matrix.row(sheet).iter().zip(&matrix.key).filter(|(code, key)| **code > 0 && code == key).count()
    };
    let is_source = |cluster: &Cluster, sheet: usize| cluster.likely_source.is_some_and(|(source, _)| source == sheet);
    PairTable::of(vec![
        ("cluster", count(&|cluster, _| cluster.number as usize)),
        ("kind", text(&|cluster, _| cluster.kind.as_str().to_owned())),
        ("persons", count(&|cluster, _| cluster.sheets.len())),
        ("flagged_pairs", count(&|cluster, _| cluster.pairs)),
        ("held_in_common", count(&|cluster, _| cluster.held_in_common)),
        ("held_in_common_wrong", count(&|cluster, _| cluster.held_in_common_wrong)),
        ("person", text(&|_, sheet| matrix.sheets[sheet].candidate_id.as_str().to_owned())),
        ("group", text(&|_, sheet| matrix.sheets[sheet].room.as_deref().unwrap_or_default().to_owned())),
        ("seat", text(&|_, sheet| matrix.sheets[sheet].seat.as_deref().unwrap_or_default().to_owned())),
        ("right", count(&|_, sheet| right(sheet))),
        ("own_flagged_pairs", count(&|_, sheet| pairs_of(sheet))),
        ("likely_source", PairValues::Flag(rows.iter().map(|(cluster, sheet)| is_source(cluster, *sheet)).collect())),
    ])
}

/// One row an option of a nominal model fitted to the sheets kept: parameters with standard errors, the shape that is read as given
/// parameters too. Empty for other models.
pub(super) fn option_table(matrix: &SheetMatrix<'_>, model: &ResponseModel, kept: &[bool]) -> PairTable {
    let sample = calibration_sample(matrix.sheets.len(), |sheet| kept.get(sheet).copied().unwrap_or(true));
    let responses: Vec<u8> = sample.iter().flat_map(|&sheet| matrix.row(sheet)).copied().collect();
    let errors = standard_errors(&model.nominal_items, &responses, &NominalSettings::default());
    let items = matrix.items.iter().zip(&model.nominal_items).zip(&errors);
    let mut rows = Vec::new();
    for ((item, fitted), errors) in items {
        for (option, label) in item.labels.iter().enumerate() {
            let own = [&fitted.slopes, &fitted.intercepts, &errors.slopes, &errors.intercepts].map(|of| of[option]);
            rows.push((item.item_id.as_str().to_owned(), label.to_string(), own));
        }
    }
    let number = |place: usize| {
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        PairValues::Number(rows.iter().map(|(_, _, own)| finite(own[place])).collect())
    };
    PairTable::of(vec![
        ("item", PairValues::Text(rows.iter().map(|(item, ..)| item.clone()).collect())),
        ("option", PairValues::Text(rows.iter().map(|(_, option, _)| option.clone()).collect())),
        ("slope", number(0)),
        ("intercept", number(1)),
        ("slope_standard_error", number(2)),
        ("intercept_standard_error", number(3)),
    ])
}

/// One row a room or centre.
pub(super) fn place_table(tests: &PlaceTests) -> PairTable {
    let count = |of: fn(&PlaceTest) -> u64| {
        PairValues::Integer(tests.places.iter().map(|place| u32::try_from(of(place)).ok()).collect())
    };
    let number =
        |of: fn(&PlaceTest) -> f64| PairValues::Number(tests.places.iter().map(|place| Some(of(place))).collect());
    PairTable::of(vec![
        ("group", PairValues::Text(tests.places.iter().map(|place| place.place.clone()).collect())),
        ("sheets", count(|place| place.sheets)),
        ("pairs", count(|place| place.pairs)),
        ("flagged_pairs", count(|place| place.flagged)),
        ("expected", number(|place| place.expected)),
        ("p", number(|place| place.p_value)),
        ("adjusted_p", number(|place| place.adjusted_p_value)),
    ])
}

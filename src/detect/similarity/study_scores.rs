//! Every index of one pair, and the table of all pairs asked for.

use crate::detect::similarity::cluster_kinds::Cluster;
use crate::detect::similarity::control_pairs::ControlPairs;
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::pair_tails::{common_items, match_pattern};
use crate::detect::similarity::response_model::ResponseModel;
use crate::detect::similarity::seats::nearness;
use crate::detect::similarity::significance::Screened;
use crate::detect::similarity::study_nulls::{Scores, SourceNull};
use crate::detect::similarity::study_parameters::Index;
use crate::kernels::plain::{PairCounts, compare};
use crate::model::pair_table::{PairColumn, PairTable, PairValues};
use crate::psychometrics::similarity::omega::omega;
use crate::psychometrics::wesolowsky::standardised_matches;
use crate::stats::poisson_binomial::{mid_p, upper_tail};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A pair to put out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredPair {
    /// Place of the first person; the copier in columns that end in `_ab`.
    pub a: usize,
    /// Place of the second.
    pub b: usize,
    /// Past the criterion.
    pub flagged: bool,
    /// Number of the cluster of flagged pairs, 1-based; 0 outside.
    pub cluster: u32,
}

/// What the indices are computed from.
pub struct Basis<'s, 'a> {
    /// Sheets.
    pub matrix: &'s SheetMatrix<'a>,
    /// Response model of GBT, omega and M4.
    pub model: &'s ResponseModel,
    /// Wesolowsky's model, when that index is asked for.
    pub wesolowsky: Option<&'s ResponseModel>,
    /// Indices asked for.
    pub indices: &'s BTreeSet<Index>,
    /// Clusters of the flagged pairs.
    pub clusters: &'s [Cluster],
    /// The screen that flags rest on first.
    pub first: Option<&'s Screened>,
    /// Pairs of different groups.
    pub control: Option<&'s ControlPairs>,
}

/// The table of the pairs, in their order.
pub fn pair_table(basis: &Basis<'_, '_>, pairs: &[ScoredPair]) -> PairTable {
    let with_groups = basis.matrix.sheets.iter().any(|sheet| sheet.room.is_some());
    let needs_nulls =
        [Index::K, Index::K1, Index::K2, Index::S1, Index::S2].iter().any(|index| basis.indices.contains(index));
    let scores = needs_nulls.then(|| Scores::new(basis.matrix));
    let nulls: BTreeMap<usize, SourceNull> = match &scores {
        Some(scores) => {
            let sources: BTreeSet<usize> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
            let sources: Vec<usize> = sources.into_iter().collect();
            sources.par_iter().map(|&source| (source, scores.null_of(basis.matrix, source))).collect()
        }
        None => BTreeMap::new(),
    };
    let names = number_names(basis.indices);
    let counts: Vec<PairCounts> = pairs
        .par_iter()
        .map(|pair| compare(basis.matrix.row(pair.a), basis.matrix.row(pair.b), &basis.matrix.key))
        .collect();
    let rows: Vec<Vec<f64>> = pairs
        .par_iter()
        .zip(&counts)
        .map(|(pair, &counts)| {
            let mut row = Vec::with_capacity(names.len());
            by_model(basis, (pair.a, pair.b), counts, &mut row);
            if let Some(scores) = &scores {
                by_nulls(basis, scores, &nulls, (pair.a, pair.b), &mut row);
            }
            by_wesolowsky(basis, (pair.a, pair.b), counts, &mut row);
            row
        })
        .collect();

    let sheet = |place: usize| basis.matrix.sheets[place];
    let text = |of: &dyn Fn(&ScoredPair) -> String| PairValues::Text(pairs.iter().map(of).collect());
    let mut columns = vec![
        ("person_a".to_owned(), text(&|pair| sheet(pair.a).candidate_id.as_str().to_owned())),
        ("person_b".to_owned(), text(&|pair| sheet(pair.b).candidate_id.as_str().to_owned())),
    ];
    if with_groups {
        let group = |place: usize| sheet(place).room.as_deref().unwrap_or_default().to_owned();
        columns.push(("group_a".to_owned(), text(&|pair| group(pair.a))));
        columns.push(("group_b".to_owned(), text(&|pair| group(pair.b))));
    }
    columns.push(("n_items".to_owned(), PairValues::Integer(counts.iter().map(|count| Some(count.common)).collect())));
    columns.push(("match".to_owned(), PairValues::Integer(counts.iter().map(|count| Some(count.matches)).collect())));
    columns.push((
        "match_incorrect".to_owned(),
        PairValues::Integer(counts.iter().map(|count| Some(count.matches_incorrect)).collect()),
    ));
    for (place, name) in names.into_iter().enumerate() {
        let value = |row: &Vec<f64>| row.get(place).copied().filter(|value| !value.is_nan());
        columns.push((name, PairValues::Number(rows.iter().map(value).collect())));
    }
    columns.push(("flagged".to_owned(), PairValues::Flag(pairs.iter().map(|pair| pair.flagged).collect())));
    let cluster = |pair: &ScoredPair| (pair.cluster > 0).then_some(pair.cluster);
    columns.push(("cluster".to_owned(), PairValues::Integer(pairs.iter().map(cluster).collect())));
    columns.extend(around(basis, pairs, &counts, with_groups));
    PairTable { columns: columns.into_iter().map(|(name, values)| PairColumn { name, values }).collect() }
}

/// What stands beside the indices: the controlled p-value, the control group, where both sat, what the cluster looks like.
fn around(
    basis: &Basis<'_, '_>,
    pairs: &[ScoredPair],
    counts: &[PairCounts],
    with_groups: bool,
) -> Vec<(String, PairValues)> {
    let retained: BTreeMap<(usize, usize), (f64, f64)> = basis
        .first
        .iter()
        .flat_map(|first| &first.retained)
        .map(|(pair, adjusted)| ((pair.a, pair.b), (pair.p_value, *adjusted)))
        .collect();
    let known = |pair: &ScoredPair| retained.get(&(pair.a.min(pair.b), pair.a.max(pair.b)));
    let sheet = |place: usize| basis.matrix.sheets[place];
    let adjusted = pairs.iter().map(|pair| known(pair).map(|(_, adjusted)| *adjusted)).collect();
    let mut columns = vec![("adjusted_p".to_owned(), PairValues::Number(adjusted))];
    if let (Some(control), Some(first)) = (basis.control, basis.first) {
        let p_value = |(pair, counts): (&ScoredPair, &PairCounts)| {
            let places = (pair.a.min(pair.b), pair.a.max(pair.b));
            let computed = || first.statistic.p_value(basis.matrix, basis.model, places, *counts);
            Some(control.empirical_p_value(known(pair).map_or_else(computed, |(p_value, _)| *p_value)))
        };
        columns.push(("control_p".to_owned(), PairValues::Number(pairs.par_iter().zip(counts).map(p_value).collect())));
    }
    let text = |of: &dyn Fn(&ScoredPair) -> String| PairValues::Text(pairs.iter().map(of).collect());
    if with_groups {
        let near = |pair: &ScoredPair| nearness(sheet(pair.a), sheet(pair.b)).as_str().to_owned();
        columns.push(("nearness".to_owned(), text(&near)));
    }
    let cluster =
        |pair: &ScoredPair| basis.clusters.iter().find(|cluster| pair.cluster > 0 && cluster.number == pair.cluster);
    let kind = |pair: &ScoredPair| cluster(pair).map_or(String::new(), |cluster| cluster.kind.as_str().to_owned());
    columns.push(("cluster_kind".to_owned(), text(&kind)));
    let source = |pair: &ScoredPair| {
        let source = cluster(pair).and_then(|cluster| cluster.likely_source);
        source.map_or(String::new(), |(place, _)| sheet(place).candidate_id.as_str().to_owned())
    };
    columns.push(("likely_source".to_owned(), text(&source)));
    columns
}

/// Columns of numbers, in the order in which the functions below append them.
fn number_names(indices: &BTreeSet<Index>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for index in indices {
        let own: &[&str] = match index {
            Index::Gbt => &["gbt_p", "gbt_log10_p", "gbt_mid_p"],
            Index::Omega => &["omega", "omega_ab", "omega_ba", "omega_ab_p", "omega_ba_p"],
            Index::M4 => &["m4_p", "m4_log10_p"],
            Index::Wesolowsky => &["wesolowsky_z", "wesolowsky_p"],
            _ => {
                names.extend(["ab", "ba"].map(|direction| format!("{}_{direction}_p", index.as_str())));
                &[]
            }
        };
        names.extend(own.iter().map(|name| (*name).to_owned()));
    }
    names
}

fn by_model(basis: &Basis<'_, '_>, (a, b): (usize, usize), counts: PairCounts, row: &mut Vec<f64>) {
    let (matrix, model) = (basis.matrix, basis.model);
    let (class_a, class_b) = (model.class_of[a] as usize, model.class_of[b] as usize);
    let common: Vec<usize> = common_items(matrix, a, b).collect();
    let matches = counts.matches as usize;
    let all: Vec<f64> = common.iter().map(|&item| model.match_probability(class_a, class_b, item)).collect();
    if basis.indices.contains(&Index::Gbt) {
        let tail = upper_tail(&all, matches);
        row.extend([tail.probability, tail.log10, mid_p(&all, matches)]);
    }
    if basis.indices.contains(&Index::Omega) {
        // The copier gives, at the copier's ability, the response that the source gave.
        let directed = |copier_class: usize, source: usize| -> Vec<f64> {
            let given = matrix.row(source);
            let of_item = |&item: &usize| {
                let option = usize::from(given[item]).saturating_sub(1);
                model.options_of(copier_class, item).get(option).copied().unwrap_or(0.0)
            };
            common.iter().map(of_item).collect()
        };
        let (ab, ba) = (directed(class_a, b), directed(class_b, a));
        row.extend([&all, &ab, &ba].map(|probabilities| omega(probabilities, matches).statistic));
        row.extend([&ab, &ba].map(|probabilities| upper_tail(probabilities, matches).probability));
    }
    if basis.indices.contains(&Index::M4) {
        let tail = match_pattern(matrix, model, a, b, counts);
        row.extend([tail.probability, tail.log10]);
    }
}

fn by_nulls(
    basis: &Basis<'_, '_>,
    scores: &Scores,
    nulls: &BTreeMap<usize, SourceNull>,
    (a, b): (usize, usize),
    row: &mut Vec<f64>,
) {
    let directions = [(a, b), (b, a)]
        .map(|(copier, source)| nulls.get(&source).map(|null| (null, scores.directed(basis.matrix, copier, source))));
    for index in [Index::K, Index::K1, Index::K2, Index::S1, Index::S2] {
        if !basis.indices.contains(&index) {
            continue;
        }
        row.extend(directions.iter().map(|direction| {
            let Some((null, counts)) = direction else { return f64::NAN };
            let (wrong, matches, trials) = (counts.wrong, counts.incorrect_matches, counts.trials);
            match index {
                Index::K => null.binomial.k(wrong, matches, trials).map_or(f64::NAN, |tail| tail.probability),
                Index::K1 => null.binomial.k1(wrong, matches, trials).probability,
                Index::K2 => null.binomial.k2(wrong, matches, trials).probability,
                Index::S1 => null.poisson.tail(wrong, matches, trials).probability,
                _ => null.weighted.tail(wrong, counts.weighted_matches, counts.common).probability,
            }
        }));
    }
}

fn by_wesolowsky(basis: &Basis<'_, '_>, (a, b): (usize, usize), counts: PairCounts, row: &mut Vec<f64>) {
    let Some(model) = basis.wesolowsky.filter(|_| basis.indices.contains(&Index::Wesolowsky)) else { return };
    let (class_a, class_b) = (model.class_of[a] as usize, model.class_of[b] as usize);
    let probabilities: Vec<f64> =
        common_items(basis.matrix, a, b).map(|item| model.match_probability(class_a, class_b, item)).collect();
    let matches = counts.matches as usize;
    row.extend([standardised_matches(&probabilities, matches), upper_tail(&probabilities, matches).probability]);
}

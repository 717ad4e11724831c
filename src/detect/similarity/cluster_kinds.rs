//! What a cluster of flagged pairs looks like: one sheet twice, a key that many had, or somebody's neighbour.
//!
//! The kinds are looked at in this order, and the first that fits is named. They describe; none of them is a cause that was
//! shown, and the originals, the seating plan and the record of the room decide.

use crate::detect::similarity::flag_rule::FlaggedPair;
use crate::detect::similarity::likely_source::{likely_source, nearer_to_key};
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::pair_clusters::PairClusters;
use crate::detect::similarity::seats::{Nearness, nearness};
use std::collections::{BTreeMap, BTreeSet};

/// Fewest persons of a cluster that looks like a shared key, and rooms they sat in.
pub const SHARED_KEY_PERSONS: usize = 4;
/// Percent of a cluster's persons who give the commonest response of an item for it to be one that they hold in common.
pub const HELD_IN_COMMON_PERCENT: usize = 75;
/// Fewest wrong responses held in common: a shared key is known by its errors.
pub const SHARED_KEY_ERRORS: usize = 3;

/// What a cluster looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterKind {
    /// The same in every response and blank: entered twice, or copied whole.
    SameSheet,
    /// Many persons, in several rooms or with none recorded, hold the same wrong responses.
    SharedKey,
    /// Every pair sat next to each other.
    Neighbours,
    /// Everybody sat in one room.
    SameRoom,
    /// In several rooms.
    AcrossRooms,
    /// Rooms are not recorded.
    Unplaced,
}

impl ClusterKind {
    /// Stable name, as in the columns of the output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameSheet => "same-sheet",
            Self::SharedKey => "shared-key",
            Self::Neighbours => "neighbours",
            Self::SameRoom => "same-room",
            Self::AcrossRooms => "across-rooms",
            Self::Unplaced => "unplaced",
        }
    }
}

/// One connected group of flagged pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// 1-based, by the most extreme pair.
    pub number: u32,
    /// Sheets by place, ascending.
    pub sheets: Vec<usize>,
    /// Flagged pairs.
    pub pairs: usize,
    /// Different rooms recorded.
    pub rooms: usize,
    /// Items on which [`HELD_IN_COMMON_PERCENT`] of the persons or more give one response.
    pub held_in_common: usize,
    /// Those among them whose response is not the keyed one.
    pub held_in_common_wrong: usize,
    /// What it looks like.
    pub kind: ClusterKind,
    /// The likely source with the p-value of its lead, by the rule of [`likely_source`].
    pub likely_source: Option<(usize, f64)>,
}

/// The clusters of the flagged pairs, in the order of their numbers.
pub fn clusters(matrix: &SheetMatrix<'_>, flags: &[FlaggedPair]) -> Vec<Cluster> {
    let of = PairClusters::new(matrix.sheets.len(), flags.iter().map(|flag| (flag.pair.a, flag.pair.b)));
    let numbers = of.numbers(flags.iter().map(|flag| flag.pair.a));
    let mut pairs: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
    for (flag, number) in flags.iter().zip(numbers) {
        pairs.entry(number).or_default().push((flag.pair.a, flag.pair.b));
    }
    pairs.into_iter().map(|(number, pairs)| cluster(matrix, number, &pairs)).collect()
}

/// The number of the cluster of each sheet that is in one.
pub(super) fn cluster_of(clusters: &[Cluster]) -> BTreeMap<usize, u32> {
    clusters.iter().flat_map(|cluster| cluster.sheets.iter().map(|&sheet| (sheet, cluster.number))).collect()
}

fn cluster(matrix: &SheetMatrix<'_>, number: u32, pairs: &[(usize, usize)]) -> Cluster {
    let sheets: BTreeSet<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let sheets: Vec<usize> = sheets.into_iter().collect();
    let rooms: BTreeSet<(&str, &str)> = sheets
        .iter()
        .filter_map(|&sheet| Some((matrix.sheets[sheet].batch_id.as_str(), matrix.sheets[sheet].room.as_deref()?)))
        .collect();
    let (held_in_common, held_in_common_wrong) = held_in_common(matrix, &sheets);
    let near: Vec<Nearness> = pairs.iter().map(|&(a, b)| nearness(matrix.sheets[a], matrix.sheets[b])).collect();
    let in_one_room = near.iter().all(|near| matches!(near, Nearness::Neighbours | Nearness::SameRoom));
    let kind = if pairs.iter().all(|&(a, b)| matrix.row(a) == matrix.row(b)) {
        ClusterKind::SameSheet
    } else if sheets.len() >= SHARED_KEY_PERSONS && !in_one_room && held_in_common_wrong >= SHARED_KEY_ERRORS {
        ClusterKind::SharedKey
    } else if near.iter().all(|near| *near == Nearness::Neighbours) {
        ClusterKind::Neighbours
    } else if in_one_room {
        ClusterKind::SameRoom
    } else if near.contains(&Nearness::Apart) {
        ClusterKind::AcrossRooms
    } else {
        ClusterKind::Unplaced
    };
    let compared = pairs.iter().map(|&(a, b)| ((a, b), nearer_to_key(matrix.row(a), matrix.row(b), &matrix.key)));
    // Nobody is the source of a key that came from outside, nor of a sheet that is there twice.
    let has_source = !matches!(kind, ClusterKind::SameSheet | ClusterKind::SharedKey);
    let likely_source =
        if has_source && matrix.key_given { likely_source(&compared.collect::<Vec<_>>()) } else { None };
    Cluster {
        number,
        pairs: pairs.len(),
        rooms: rooms.len(),
        sheets,
        held_in_common,
        held_in_common_wrong,
        kind,
        likely_source,
    }
}

/// Items that nearly all of the sheets answer alike, and those of them that they answer alike and wrong.
fn held_in_common(matrix: &SheetMatrix<'_>, sheets: &[usize]) -> (usize, usize) {
    let (mut all, mut wrong) = (0, 0);
    for (item, &key) in matrix.key.iter().enumerate() {
        let mut counts = [0usize; 256];
        sheets.iter().for_each(|&sheet| counts[usize::from(matrix.row(sheet)[item])] += 1);
        let commonest = (1..counts.len()).rev().max_by_key(|&code| counts[code]).unwrap_or(0);
        if counts[commonest] * 100 >= HELD_IN_COMMON_PERCENT * sheets.len() {
            all += 1;
            wrong += usize::from(commonest != usize::from(key));
        }
    }
    (all, wrong)
}

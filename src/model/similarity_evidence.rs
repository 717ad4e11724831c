//! What is told of a form beside its pairs: items, clusters, places, seats and the control group.

use crate::model::ids::{BatchId, CandidateId, ItemId};
use compact_str::CompactString;

/// Beside the pairs of one form.
#[derive(Clone, Debug, Default)]
pub struct SimilarityDetail {
    /// Which statistics a flag rests on: `single`, `act` (all) or `monitor` (any); empty where there was nothing to look at.
    pub rule: &'static str,
    /// The most that the chance of a false flag can be, if everybody worked alone and the model holds.
    pub false_flag_bound: f64,
    /// Shares of the options, item by item.
    pub items: Vec<ItemPopularity>,
    /// Clusters of flagged pairs, most extreme first.
    pub clusters: Vec<SimilarCluster>,
    /// Rooms with flagged pairs within, and the test of all rooms.
    pub places: Option<SimilarPlaces>,
    /// Pairs of persons who did not share a room.
    pub control: Option<ControlGroup>,
    /// Rooms that flagged persons sat in, with everybody whose seat has a row and a column.
    pub rooms: Vec<SeatedRoom>,
}

/// One point of the observed-against-expected plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationPoint {
    /// p-value.
    pub p_value: f64,
    /// Share of pairs at or below it, 0–1.
    pub observed_rate: f64,
}

/// How often the options of an item were chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemPopularity {
    /// Which.
    pub item_id: ItemId,
    /// Label and share, 0–1 of those who answered, in the order of the labels.
    pub options: Vec<(CompactString, f64)>,
}

/// What one cluster looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarCluster {
    /// 1-based.
    pub number: u32,
    /// Stable name: `same-sheet`, `shared-key`, `neighbours`, `same-room`, `across-rooms`, `unplaced`.
    pub kind: &'static str,
    /// Persons in it, ascending.
    pub candidates: Vec<CandidateId>,
    /// Flagged pairs.
    pub pairs: u64,
    /// Different rooms recorded.
    pub rooms: u64,
    /// Items on which nearly all give one response.
    pub held_in_common: u64,
    /// Those among them with a wrong response.
    pub held_in_common_wrong: u64,
    /// The likely source, and the p-value of its lead towards the key.
    pub likely_source: Option<(CandidateId, f64)>,
}

/// Flagged pairs by room.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarPlaces {
    /// Flagged pairs with both rooms known.
    pub flagged: u64,
    /// Those within one room.
    pub within: u64,
    /// How many of them are expected if rooms had nothing to do with it.
    pub expected_within: f64,
    /// Permutation p-value.
    pub p_value: f64,
    /// Draws made.
    pub draws: u32,
    /// Rooms compared.
    pub compared: u64,
    /// Rooms with a flagged pair within, most first.
    pub rooms: Vec<SimilarPlace>,
}

/// One room.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarPlace {
    /// Its name.
    pub room: String,
    /// Sheets.
    pub sheets: u64,
    /// Flagged pairs within.
    pub flagged: u64,
    /// Expected ones.
    pub expected: f64,
    /// By Holm over all rooms compared.
    pub adjusted_p_value: f64,
}

/// Pairs of different rooms.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlGroup {
    /// How many.
    pub pairs: u64,
    /// Pairs within one room.
    pub within: u64,
    /// Flagged among the control pairs.
    pub flagged: u64,
    /// Flagged pairs within rooms that are expected, if these were flagged as often as the control pairs.
    pub expected_within: f64,
    /// Observed against expected among the control pairs.
    pub calibration: Vec<CalibrationPoint>,
}

/// A room seen from above.
#[derive(Clone, Debug, PartialEq)]
pub struct SeatedRoom {
    /// Batch that sat in it.
    pub batch_id: BatchId,
    /// Its name.
    pub room: CompactString,
    /// Everybody whose seat has a row and a column.
    pub seats: Vec<TakenSeat>,
}

/// One person's seat.
#[derive(Clone, Debug, PartialEq)]
pub struct TakenSeat {
    /// Row, from 1.
    pub row: u32,
    /// Column, from 1.
    pub column: u32,
    /// Who.
    pub candidate_id: CandidateId,
    /// Cluster of the person, 0 = none.
    pub cluster: u32,
    /// Whether the likely source of the cluster.
    pub likely_source: bool,
}

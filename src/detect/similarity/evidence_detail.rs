//! What the report tells of a form beside its pairs.

use crate::detect::similarity::analysis::{FormAnalysis, JudgedPair};
use crate::detect::similarity::cluster_kinds::cluster_of;
use crate::detect::similarity::flag_rule::FlagRule;
use crate::detect::similarity::matrix::{MatrixItem, SheetMatrix};
use crate::detect::similarity::places::PlaceTests;
use crate::detect::similarity::response_model::calibration_sample;
use crate::detect::similarity::seats::{Nearness, Seat, nearness, seat};
use crate::model::ids::BatchId;
use crate::model::similarity_evidence::{
    ControlGroup, ItemPopularity, SeatedRoom, SimilarCluster, SimilarPlace, SimilarPlaces, SimilarityDetail, TakenSeat,
};
use std::collections::{BTreeMap, BTreeSet};

/// Rooms drawn from above.
const MOST_ROOMS: usize = 12;
/// A room with a row or column past this was not read right.
const FARTHEST_SEAT: u32 = 60;

/// Everything beside the pairs.
pub(super) fn similarity_detail(analysis: &FormAnalysis<'_>, rule: FlagRule, level: f64) -> SimilarityDetail {
    let matrix = &analysis.matrix;
    let clusters = analysis.clusters.iter().map(|cluster| SimilarCluster {
        number: cluster.number,
        kind: cluster.kind.as_str(),
        candidates: cluster.sheets.iter().map(|&sheet| matrix.sheets[sheet].candidate_id.clone()).collect(),
        pairs: cluster.pairs as u64,
        rooms: cluster.rooms as u64,
        held_in_common: cluster.held_in_common as u64,
        held_in_common_wrong: cluster.held_in_common_wrong as u64,
        likely_source: cluster
            .likely_source
            .map(|(sheet, p_value)| (matrix.sheets[sheet].candidate_id.clone(), p_value)),
    });
    SimilarityDetail {
        rule: rule.as_str(),
        false_flag_bound: rule.false_flag_bound(level),
        // Shares are read beside the pairs only.
        items: if analysis.pairs.is_empty() { Vec::new() } else { popularity(matrix) },
        clusters: clusters.collect(),
        places: analysis.places.as_ref().map(places),
        control: control(analysis),
        rooms: rooms(analysis),
    }
}

/// Shares of the options; of very many sheets, among those that a model learns from.
fn popularity(matrix: &SheetMatrix<'_>) -> Vec<ItemPopularity> {
    let mut counts: Vec<Vec<u64>> = matrix.options().into_iter().map(|options| vec![0; options]).collect();
    for sheet in calibration_sample(matrix.sheets.len(), |_| true) {
        for (code, counts) in matrix.row(sheet).iter().zip(&mut counts) {
            if let Some(count) = usize::from(*code).checked_sub(1).and_then(|option| counts.get_mut(option)) {
                *count += 1;
            }
        }
    }
    let of_item = |(item, counts): (&MatrixItem, &Vec<u64>)| {
        let answered = counts.iter().sum::<u64>().max(1) as f64;
        let shares = counts.iter().map(|&count| count as f64 / answered);
        ItemPopularity { item_id: item.item_id.clone(), options: item.labels.iter().cloned().zip(shares).collect() }
    };
    matrix.items.iter().zip(&counts).map(of_item).collect()
}

fn places(tests: &PlaceTests) -> SimilarPlaces {
    SimilarPlaces {
        flagged: tests.flagged,
        within: tests.within,
        expected_within: tests.expected_within,
        p_value: tests.p_value,
        draws: tests.draws,
        compared: tests.places.len() as u64,
        rooms: tests
            .places
            .iter()
            .filter(|place| place.flagged > 0)
            .map(|place| SimilarPlace {
                room: place.place.clone(),
                sheets: place.sheets,
                flagged: place.flagged,
                expected: place.expected,
                adjusted_p_value: place.adjusted_p_value,
            })
            .collect(),
    }
}

fn control(analysis: &FormAnalysis<'_>) -> Option<ControlGroup> {
    let control = analysis.control.as_ref()?;
    let sheet = |place: usize| analysis.matrix.sheets[place];
    let is_apart = |judged: &&JudgedPair| nearness(sheet(judged.pair.a), sheet(judged.pair.b)) == Nearness::Apart;
    let flagged = analysis.pairs.iter().filter(|judged| judged.flagged).filter(is_apart).count() as u64;
    Some(ControlGroup {
        pairs: control.pairs,
        within: control.within,
        flagged,
        expected_within: control.expected_within(flagged),
        calibration: control.calibration(),
    })
}

/// Rooms of flagged persons in which seats have rows and columns, those with most of them first.
fn rooms(analysis: &FormAnalysis<'_>) -> Vec<SeatedRoom> {
    let matrix = &analysis.matrix;
    let cluster_of = cluster_of(&analysis.clusters);
    let sources: BTreeSet<usize> =
        analysis.clusters.iter().filter_map(|cluster| cluster.likely_source.map(|(sheet, _)| sheet)).collect();
    let mut wanted: BTreeMap<(&BatchId, &str), usize> = BTreeMap::new();
    for &sheet in cluster_of.keys() {
        if let Some(room) = &matrix.sheets[sheet].room {
            *wanted.entry((&matrix.sheets[sheet].batch_id, room)).or_default() += 1;
        }
    }
    let mut seated: BTreeMap<(&BatchId, &str), Vec<TakenSeat>> = BTreeMap::new();
    for (place, sheet) in matrix.sheets.iter().enumerate() {
        let Some(room) = sheet.room.as_deref().filter(|room| wanted.contains_key(&(&sheet.batch_id, room))) else {
            continue;
        };
        if let Some(Seat::Grid { row, column }) = sheet.seat.as_deref().and_then(seat) {
            seated.entry((&sheet.batch_id, room)).or_default().push(TakenSeat {
                row,
                column,
                candidate_id: sheet.candidate_id.clone(),
                cluster: cluster_of.get(&place).copied().unwrap_or(0),
                likely_source: sources.contains(&place),
            });
        }
    }
    let mut rooms: Vec<SeatedRoom> = seated
        .into_iter()
        .filter(|(_, seats)| {
            let inside = |seat: &TakenSeat| (1..=FARTHEST_SEAT).contains(&seat.row) && seat.column <= FARTHEST_SEAT;
            seats.iter().all(inside) && seats.iter().any(|seat| seat.cluster > 0)
        })
        .map(|((batch_id, room), seats)| SeatedRoom { batch_id: batch_id.clone(), room: room.into(), seats })
        .collect();
    let members = |room: &SeatedRoom| room.seats.iter().filter(|seat| seat.cluster > 0).count();
    rooms.sort_by(|x, y| {
        let place = |room: &SeatedRoom| (room.batch_id.clone(), room.room.clone());
        members(y).cmp(&members(x)).then_with(|| place(x).cmp(&place(y)))
    });
    rooms.truncate(MOST_ROOMS);
    rooms
}

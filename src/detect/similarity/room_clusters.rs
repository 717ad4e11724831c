//! Sheets of one room that hang together through flagged pairs.

use crate::detect::similarity::analysis::{FormAnalysis, JudgedPair};
use crate::detect::similarity::pair_clusters::PairClusters;
use crate::model::answer::AnswerSheet;
use crate::model::identity::mask_embedded_numbers;
use crate::model::ids::BatchId;
use crate::model::observation::ObservedCase;
use crate::model::text::Bilingual;
use std::collections::{BTreeMap, BTreeSet};

/// Two sheets are a pair; from three on, several people of a room are concerned.
const CLUSTER: usize = 3;

/// Clusters of three sheets or more within one room of a batch, by room and first candidate.
///
/// A pair counts when it is flagged, both sheets name the same room, and they are not one candidate's sheet entered
/// twice.
pub(super) fn room_clusters(batch_id: &BatchId, pairs: &[(&FormAnalysis<'_>, &JudgedPair)]) -> Vec<ObservedCase> {
    let mut sheets: BTreeMap<(&str, &str), &AnswerSheet> = BTreeMap::new();
    let mut joined: Vec<[(&str, &str); 2]> = Vec::new();
    for (analysis, judged) in pairs.iter().filter(|(_, judged)| judged.flagged && !judged.same_candidate) {
        let both: Vec<&AnswerSheet> = [judged.pair.a, judged.pair.b]
            .into_iter()
            .filter_map(|place| analysis.matrix.sheets.get(place).copied())
            .filter(|sheet| sheet.batch_id == *batch_id)
            .collect();
        let [a, b] = both[..] else { continue };
        if let (Some(room), true) = (a.room.as_deref(), a.room == b.room) {
            let keys = [a, b].map(|sheet| (room, sheet.candidate_id.as_str()));
            sheets.insert(keys[0], a);
            sheets.insert(keys[1], b);
            joined.push(keys);
        }
    }
    let order: BTreeMap<(&str, &str), usize> = sheets.keys().enumerate().map(|(place, key)| (*key, place)).collect();
    let links = joined.iter().filter_map(|[a, b]| Some((*order.get(a)?, *order.get(b)?)));
    let clusters = PairClusters::new(sheets.len(), links);
    let mut members: BTreeMap<u32, Vec<(&str, &AnswerSheet)>> = BTreeMap::new();
    for (number, ((room, _), sheet)) in clusters.numbers(0..sheets.len()).into_iter().zip(&sheets) {
        members.entry(number).or_default().push((room, sheet));
    }
    members.into_values().filter(|members| members.len() >= CLUSTER).map(|members| case(&members)).collect()
}

fn case(members: &[(&str, &AnswerSheet)]) -> ObservedCase {
    let people: BTreeSet<String> = members.iter().map(|(_, sheet)| sheet.candidate_id.to_string()).collect();
    let room = members.first().map(|(room, _)| mask_embedded_numbers(room).into_owned()).unwrap_or_default();
    let count = members.len();
    ObservedCase {
        subjects: people.into_iter().collect(),
        sources: members.iter().map(|(_, sheet)| sheet.source).collect(),
        detail: Bilingual::new(
            format!("考场 {room} 有 {count} 份答卷经由高度相似的答卷对连成一组。"),
            format!("In room {room}, {count} sheets hang together through pairs that are near-identical."),
        ),
    }
}

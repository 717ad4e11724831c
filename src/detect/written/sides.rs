//! A pair of texts with its passages, part by part, in the characters as written.

use crate::detect::written::found::{FoundTexts, TextLink};
use crate::model::written_evidence::{PartKind, TextPart, WrittenHolder, WrittenPair, WrittenSide};
use crate::text::normal::placed;
use crate::text::passages::Removed;
use crate::text::shingles::{common, shingles};
use crate::text::similarity::{edits, likeness};
use crate::text::tiles::{Tile, in_other_order, tiles};

/// Characters up to which two texts are measured by edit distance too.
const SHORT: usize = 200;

/// The passages of two answers, as [`tiles`] gives them for the smaller identifiers first.
pub fn passages_of(found: &FoundTexts<'_>, (a, b): (u32, u32), link: &TextLink) -> Vec<Tile> {
    let window = found.criteria.passage as usize;
    let (first, second) = (found.text_of(a, link), found.text_of(b, link));
    if first == second {
        // Every kept run is a passage at the same place.
        return kept_runs(found.index.removed(first as usize), window);
    }
    tiles(found.index.classes(first as usize), found.index.classes(second as usize), window)
}

fn kept_runs(removed: &[Removed], window: usize) -> Vec<Tile> {
    let mut start = 0;
    let mut runs = Vec::new();
    for run in removed.chunk_by(|a, b| a == b) {
        if run.first() == Some(&Removed::Kept) && run.len() >= window {
            runs.push(Tile { first: start, second: start, length: run.len() });
        }
        start += run.len();
    }
    runs
}

/// A pair with both texts, or without them where only figures are wanted.
pub fn written_pair(found: &FoundTexts<'_>, (a, b, link): (u32, u32, TextLink), with_texts: bool) -> WrittenPair {
    let passages = passages_of(found, (a, b), &link);
    let (first, second) = (found.text_of(a, &link), found.text_of(b, &link));
    let (left, right) = (&found.normal[first as usize], &found.normal[second as usize]);
    let pairs_of = |text: &[char]| text.len().saturating_sub(1).max(1);
    let shared = common(&shingles(left), &shingles(right));
    let dice = 2.0 * shared as f64 / (pairs_of(left) + pairs_of(right)) as f64;
    let longer = left.len().max(right.len());
    let mut pair = WrittenPair {
        a: side(found, a),
        b: side(found, b),
        covered: link.covered,
        shorter: link.own,
        longest: passages.iter().map(|tile| tile.length).max().unwrap_or(0) as u32,
        passages: passages.len() as u32,
        other_order: in_other_order(&passages),
        dice,
        likeness: (longer <= SHORT).then(|| likeness(edits(left, right), longer)),
        alike: link.alike,
        identical: first == second,
        cluster: None,
    };
    if with_texts {
        let numbered = |of: fn(&Tile) -> usize| -> Vec<(usize, usize, u32)> {
            (1..).zip(&passages).map(|(number, tile)| (of(tile), tile.length, number)).collect()
        };
        pair.a.parts =
            parts(found.cut_texts[a as usize], found.index.removed(first as usize), &numbered(|tile| tile.first));
        pair.b.parts =
            parts(found.cut_texts[b as usize], found.index.removed(second as usize), &numbered(|tile| tile.second));
    }
    pair
}

fn side(found: &FoundTexts<'_>, answer: u32) -> WrittenSide {
    let answer = found.answers[answer as usize];
    WrittenSide {
        holder: WrittenHolder { batch_id: answer.batch_id.clone(), candidate_id: answer.candidate_id.clone() },
        characters: answer.text.chars().count() as u64,
        parts: Vec::new(),
        source: answer.source,
    }
}

/// Cuts a text as written where the kind of its characters changes. What does not count in normal form (punctuation,
/// spaces) goes with its neighbours where they are of one kind, else it is the candidate's own.
fn parts(text: &str, removed: &[Removed], passages: &[(usize, usize, u32)]) -> Vec<TextPart> {
    let mut kinds: Vec<PartKind> = removed
        .iter()
        .map(|removed| match removed {
            Removed::Kept => PartKind::Own,
            Removed::Given => PartKind::Given,
            Removed::Common => PartKind::Common,
        })
        .collect();
    for (start, length, number) in passages {
        if let Some(run) = kinds.get_mut(*start..start + length) {
            run.fill(PartKind::Passage(*number));
        }
    }
    let characters: Vec<char> = text.chars().collect();
    let mut written: Vec<PartKind> = vec![PartKind::Own; characters.len()];
    let mut before: Option<(usize, PartKind)> = None;
    for (kind, place) in kinds.into_iter().zip(placed(text).places) {
        let place = place as usize;
        let from = before.filter(|(_, earlier)| *earlier == kind).map_or(place, |(earlier, _)| earlier);
        if let Some(run) = written.get_mut(from..=place) {
            run.fill(kind);
        }
        before = Some((place, kind));
    }
    let mut start = 0;
    let mut found = Vec::new();
    for run in written.chunk_by(|a, b| a == b) {
        let text: String = characters.iter().skip(start).take(run.len()).collect();
        start += run.len();
        found.extend(run.first().map(|kind| TextPart { text: text.into(), kind: *kind }));
    }
    found
}

/// Runs of a text that are compared, for its fingerprints.
pub fn own_runs(removed: &[Removed], characters: &[char]) -> Vec<Vec<char>> {
    let kept: Vec<(Removed, char)> = removed.iter().copied().zip(characters.iter().copied()).collect();
    kept.chunk_by(|a, b| a.0 == b.0)
        .filter(|run| run.first().is_some_and(|(removed, _)| *removed == Removed::Kept))
        .map(|run| run.iter().map(|(_, character)| *character).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parts;
    use crate::model::written_evidence::PartKind::{Common, Given, Own, Passage};
    use crate::text::passages::Removed;

    #[test]
    fn punctuation_goes_with_its_neighbours() {
        let removed = [[Removed::Given; 2], [Removed::Kept; 2], [Removed::Kept; 2], [Removed::Common; 2]].concat();
        let found = parts("断，电。验\u{200B}、电，挂牌；上锁！", &removed, &[(2, 2, 1)]);
        let found: Vec<(&str, _)> = found.iter().map(|part| (&*part.text, part.kind)).collect();
        let expected = [
            ("断，电", Given),
            ("。", Own),
            ("验\u{200B}、电", Passage(1)),
            ("，挂牌；", Own),
            ("上锁", Common),
            ("！", Own),
        ];
        assert_eq!(found, expected);
        assert!(parts("", &[], &[]).is_empty());
    }
}

//! The passages of two texts side by side: each character of either belongs to one passage at most.

use crate::text::order::longest_rise;
use crate::text::passages::NO_CLASS;
use std::collections::BinaryHeap;

/// Places of one window in a text that are looked at: in a text that repeats itself without end, the first ones.
const MOST_REPEATS: usize = 64;

/// One passage of both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// First character in the first text.
    pub first: usize,
    /// First character in the second text.
    pub second: usize,
    /// Characters.
    pub length: usize,
}

/// The passages of two texts, the longest first taken, none overlapping another.
///
/// **Input** the classes of the windows of both texts ([`crate::text::passages::PassageIndex::classes`]) and the length
/// of a window. **Returns** tiles in the order of the first text. **Reference** Wise (1993), String similarity via
/// greedy string tiling and running Karp–Rabin matching; as used by Prechelt, Malpohl & Philippsen (2002), Finding
/// plagiarisms among a set of programs with JPlag, Journal of Universal Computer Science 8, 1016–1038.
///
/// ```
/// use kaojian::text::passages::NO_CLASS;
/// use kaojian::text::tiles::{Tile, tiles};
/// // Windows of two characters: "abcx" and "xyabc" share "abc".
/// let found = tiles(&[0, 1, NO_CLASS, NO_CLASS], &[NO_CLASS, NO_CLASS, 0, 1, NO_CLASS], 2);
/// assert_eq!(found, [Tile { first: 0, second: 2, length: 3 }]);
/// ```
pub fn tiles(first: &[u32], second: &[u32], window: usize) -> Vec<Tile> {
    // Sorted by class, then by place: one look-up a window, without a table of tables.
    let mut places: Vec<(u32, u32)> = second.iter().copied().zip(0..).filter(|(class, _)| *class != NO_CLASS).collect();
    places.sort_unstable();
    let places_of = |class: u32| {
        let from = places.partition_point(|(other, _)| *other < class);
        let of_class = places[from..].iter().take_while(move |(other, _)| *other == class).take(MOST_REPEATS);
        of_class.map(|(_, place)| *place as usize)
    };
    let same = |a: usize, b: usize| {
        let (left, right) = (first.get(a), second.get(b));
        left.is_some() && left == right && left != Some(&NO_CLASS)
    };
    let mut runs: BinaryHeap<Run> = BinaryHeap::new();
    for (a, class) in first.iter().enumerate().filter(|(_, class)| **class != NO_CLASS) {
        for b in places_of(*class) {
            // Only where a run begins.
            if a > 0 && b > 0 && same(a - 1, b - 1) {
                continue;
            }
            let windows = (0..).take_while(|step| same(a + step, b + step)).count();
            runs.push(Run::new(a, b, windows + window - 1));
        }
    }
    let (mut taken_first, mut taken_second) = (vec![false; first.len()], vec![false; second.len()]);
    let mut found = Vec::new();
    while let Some(run) = runs.pop() {
        let Tile { first: a, second: b, length } = run.tile();
        let free: Vec<bool> = (0..length).map(|step| !taken_first[a + step] && !taken_second[b + step]).collect();
        if free.iter().all(|free| *free) {
            taken_first[a..a + length].fill(true);
            taken_second[b..b + length].fill(true);
            found.push(run.tile());
            continue;
        }
        let mut start = 0;
        for part in free.chunk_by(|x, y| x == y) {
            if part.first() == Some(&true) && part.len() >= window {
                runs.push(Run::new(a + start, b + start, part.len()));
            }
            start += part.len();
        }
    }
    found.sort_unstable();
    found
}

/// Whether the passages stand in another order in the second text.
pub fn in_other_order(tiles: &[Tile]) -> bool {
    longest_rise(tiles.iter().map(|tile| tile.second)) < tiles.len()
}

/// A run by its length; of equal ones the first comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Run(usize, std::cmp::Reverse<(usize, usize)>);

impl Run {
    fn new(first: usize, second: usize, length: usize) -> Self {
        Self(length, std::cmp::Reverse((first, second)))
    }

    fn tile(&self) -> Tile {
        let (first, second) = self.1.0;
        Tile { first, second, length: self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::{Tile, in_other_order, tiles};
    use crate::text::passages::{HeldText, PassageIndex, PassageSettings};
    use proptest::prelude::*;

    fn of(first: &str, second: &str, passage: usize) -> Vec<Tile> {
        let texts: Vec<Vec<char>> = [first, second].map(|text| text.chars().collect()).into();
        let held: Vec<_> = texts.iter().map(|text| HeldText { characters: text, holders: 1 }).collect();
        let settings = PassageSettings { passage, given_passage: passage, common_from: 9 };
        let index = PassageIndex::new(&held, &[], settings);
        tiles(index.classes(0), index.classes(1), passage)
    }

    #[test]
    fn passages_in_another_order_are_told() {
        let found = of("一二三四五六七八", "五六七八。一二三四", 4);
        assert_eq!(found.iter().map(|tile| tile.length).collect::<Vec<_>>(), [4, 4]);
        assert!(in_other_order(&found));
        assert!(!in_other_order(&of("一二三四甲五六七八", "一二三四乙五六七八", 4)));
        assert!(!in_other_order(&[]));
    }

    #[test]
    fn a_text_that_repeats_itself_is_one_passage() {
        let run = |length: usize| "啊".repeat(length);
        assert_eq!(of(&run(900), &run(901), 20), [Tile { first: 0, second: 0, length: 900 }]);
    }

    proptest! {
        /// Tiles are passages, do not overlap, and hold the longest common run.
        #[test]
        fn tiles_are_shared_runs(first in "[ab断]{0,24}", second in "[ab断]{0,24}x", passage in 2_usize..5) {
            let found = of(&first, &second, passage);
            let (a, b): (Vec<char>, Vec<char>) = (first.chars().collect(), second.chars().collect());
            let (mut taken_a, mut taken_b) = (vec![false; a.len()], vec![false; b.len()]);
            for tile in &found {
                prop_assert!(tile.length >= passage);
                let (left, right) = (tile.first..tile.first + tile.length, tile.second..tile.second + tile.length);
                prop_assert_eq!(&a[left.clone()], &b[right.clone()]);
                for (taken, range) in [(&mut taken_a, left), (&mut taken_b, right)] {
                    prop_assert!(taken[range.clone()].iter().all(|one| !one));
                    taken[range].fill(true);
                }
            }
            let longest = (passage..=a.len())
                .rev()
                .find(|length| a.windows(*length).any(|run| b.windows(*length).any(|other| other == run)));
            prop_assert_eq!(found.iter().map(|tile| tile.length).max(), longest);
        }
    }
}

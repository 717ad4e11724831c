//! Passages that texts share, found exactly: every pair of texts with a common run of so many characters.
//!
//! Every window of that many characters gets a class; two windows are of one class when their characters are the
//! same. Classes are found by sorting hashes and are then verified on the texts, so that nothing is missed and nothing
//! is invented. What all were given (stems, reference answers) and what many wrote (stock phrases) is taken out first,
//! and the cost follows what is left: texts that are the same are one text with several holders.

use crate::text::meetings::Meetings;
use crate::text::rolling::rolling;
use rayon::prelude::*;
use std::collections::HashSet;

/// Class of a window that no other text has, or that cannot be used.
pub const NO_CLASS: u32 = u32::MAX;
/// Class of a window that many hold, until it is taken out.
const COMMON: u32 = u32::MAX - 1;
/// Windows that are sorted at once: the memory of the search does not grow past this.
const WINDOWS_AT_ONCE: usize = 1 << 24;
/// Windows times texts that share them, over all texts: past this the limit for what many wrote is lowered.
const MOST_MEETINGS: u64 = 1 << 29;
/// Partners kept of one text, those that share most.
const MOST_PARTNERS: usize = 1_000;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassageSettings {
    /// Fewest characters of a passage; at least 1.
    pub passage: usize,
    /// Fewest characters of a run that counts as taken from what all were given; at least 1.
    pub given_passage: usize,
    /// Holders from which a window counts as what many wrote; at least 2.
    pub common_from: u32,
}

/// One text of the comparison; no two have the same characters.
#[derive(Clone, Copy, Debug)]
pub struct HeldText<'a> {
    /// In normal form.
    pub characters: &'a [char],
    /// How many hold it.
    pub holders: u32,
}

/// Why a character of a text is out of the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is compared.
    Kept,
    /// It stands in a run of what all were given.
    Given,
    /// It stands in a window that many hold.
    Common,
}

/// Two texts that share a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPair {
    /// The one with fewer characters beside what was given (of equals the first).
    pub shorter: u32,
    /// The other.
    pub longer: u32,
    /// Characters of the shorter text that lie in a passage that the longer one has.
    pub covered: u32,
}

/// Texts with the classes of their windows.
pub struct PassageIndex {
    passage: usize,
    /// First place of each text, and the end of the last.
    starts: Vec<usize>,
    removed: Vec<Removed>,
    classes: Vec<u32>,
    /// Texts of each class by rank, one class after the other.
    members: Vec<u32>,
    member_starts: Vec<usize>,
    /// Texts by rank: those with fewer own characters first.
    ranked: Vec<u32>,
    common_from: u32,
}

/// What a pass over the windows knows of a class.
struct ClassSize {
    holders: u32,
    meetings: u64,
}

impl PassageIndex {
    /// Sorts the windows of all texts into classes.
    ///
    /// **Input** texts in normal form and the texts that all were given. **Returns** the index; the same for every
    /// number of threads. **Formula** a text of n characters has n − passage + 1 windows; windows with a character that
    /// was given, or that lies in a window with `common_from` holders or more, have no class.
    ///
    /// ```
    /// use kaojian::text::passages::{HeldText, PassageIndex, PassageSettings};
    /// let texts: Vec<Vec<char>> = ["abcdefgh", "xxcdefgyy", "efgcd"].map(|text| text.chars().collect()).into();
    /// let held: Vec<_> = texts.iter().map(|text| HeldText { characters: text, holders: 1 }).collect();
    /// let settings = PassageSettings { passage: 4, given_passage: 4, common_from: 9 };
    /// let index = PassageIndex::new(&held, &[], settings);
    /// let pairs = index.pairs(|_| 0).0;
    /// assert_eq!(pairs.len(), 1);
    /// assert_eq!((pairs[0].shorter, pairs[0].longer, pairs[0].covered), (0, 1, 5)); // cdefg
    /// ```
    pub fn new(texts: &[HeldText<'_>], given: &[&[char]], settings: PassageSettings) -> Self {
        let passage = settings.passage.max(1);
        let mut starts = Vec::with_capacity(texts.len() + 1);
        starts.push(0);
        for text in texts {
            starts.push(starts.last().copied().unwrap_or(0) + text.characters.len());
        }
        let total = starts.last().copied().unwrap_or(0);
        let mut index = Self {
            passage,
            starts,
            removed: vec![Removed::Kept; total],
            classes: vec![NO_CLASS; total],
            members: Vec::new(),
            member_starts: Vec::new(),
            ranked: Vec::new(),
            common_from: settings.common_from.max(2),
        };
        index.remove_given(texts, given, settings.given_passage.max(1));
        index.rank(texts);
        let sizes = index.classify(texts);
        index.lower_common_limit(&sizes);
        index.remove_common(&sizes);
        index.gather(sizes.len());
        index
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Holders from which a window was taken out: the setting, or less where otherwise too much would be compared.
    pub fn common_from(&self) -> u32 {
        self.common_from
    }

    /// Class of the window that begins at each character of a text; [`NO_CLASS`] where there is none.
    pub fn classes(&self, text: usize) -> &[u32] {
        &self.classes[self.starts[text]..self.starts[text + 1]]
    }

    /// Why each character of a text is not compared.
    pub fn removed(&self, text: usize) -> &[Removed] {
        &self.removed[self.starts[text]..self.starts[text + 1]]
    }

    /// Characters of a text beside what was given.
    pub fn own_length(&self, text: usize) -> u32 {
        self.removed(text).iter().filter(|removed| **removed != Removed::Given).count() as u32
    }

    /// Characters of a text that lie in a window of any class or in a window of its own: what identical texts share.
    pub fn kept_length(&self, text: usize) -> u32 {
        let removed = self.removed(text);
        let runs = removed.chunk_by(|a, b| a == b).filter(|run| run.first() == Some(&Removed::Kept));
        runs.map(<[Removed]>::len).filter(|length| *length >= self.passage).sum::<usize>() as u32
    }

    /// Every pair that shares a passage and of whose shorter text at least `least` characters are covered.
    ///
    /// **Input** `least` gives that number for the own characters of the shorter text. **Returns** pairs sorted by
    /// their texts, and how many were left out because one text had more than 1,000 partners. **Formula** covered = the
    /// characters of the shorter text that lie in a window which the longer one has.
    pub fn pairs(&self, least: impl Fn(u32) -> u32 + Sync) -> (Vec<TextPair>, u64) {
        let texts = self.len();
        let found: Vec<(Vec<TextPair>, u64)> = (0..texts)
            .into_par_iter()
            .map_init(|| Meetings::new(texts), |meetings, rank| self.partners(rank, meetings, &least))
            .collect();
        let left_out = found.iter().map(|(_, left_out)| left_out).sum();
        let mut pairs: Vec<TextPair> = found.into_iter().flat_map(|(pairs, _)| pairs).collect();
        pairs.par_sort_unstable_by_key(|pair| (pair.shorter, pair.longer));
        (pairs, left_out)
    }

    fn partners(
        &self,
        rank: usize,
        meetings: &mut Meetings,
        least: &(impl Fn(u32) -> u32 + Sync),
    ) -> (Vec<TextPair>, u64) {
        let shorter = self.ranked[rank];
        let end_of = |start: usize| (start + self.passage) as u32;
        for (start, class) in self.classes(shorter as usize).iter().enumerate() {
            if *class == NO_CLASS {
                continue;
            }
            let class = *class as usize;
            let members = &self.members[self.member_starts[class]..self.member_starts[class + 1]];
            let from = members.partition_point(|other| *other as usize <= rank);
            for other in &members[from..] {
                meetings.meet(*other, start as u32, end_of(start));
            }
        }
        let wanted = least(self.own_length(shorter as usize)).max(1);
        let mut found = meetings.take(wanted);
        let left_out = found.len().saturating_sub(MOST_PARTNERS);
        if left_out > 0 {
            found.sort_unstable_by_key(|(other, covered)| (std::cmp::Reverse(*covered), *other));
            found.truncate(MOST_PARTNERS);
        }
        let pair = |(other, covered): (u32, u32)| TextPair { shorter, longer: self.ranked[other as usize], covered };
        (found.into_iter().map(pair).collect(), left_out as u64)
    }

    /// Takes out every run that stands in a given text.
    fn remove_given(&mut self, texts: &[HeldText<'_>], given: &[&[char]], length: usize) {
        let known: HashSet<&[char]> = given.iter().flat_map(|text| text.windows(length)).collect();
        if known.is_empty() {
            return;
        }
        let parts = parts_of(&mut self.removed, &self.starts);
        parts.into_par_iter().zip(texts).for_each(|(removed, text)| {
            for (start, window) in text.characters.windows(length).enumerate() {
                if known.contains(window) {
                    removed[start..start + length].fill(Removed::Given);
                }
            }
        });
    }

    fn rank(&mut self, texts: &[HeldText<'_>]) {
        let mut ranked: Vec<u32> = (0..texts.len() as u32).collect();
        ranked.sort_by_cached_key(|text| (self.own_length(*text as usize), *text));
        self.ranked = ranked;
    }

    /// Gives every usable window that two texts share, or that enough hold, its class.
    fn classify(&mut self, texts: &[HeldText<'_>]) -> Vec<ClassSize> {
        let parts = (self.classes.len() / WINDOWS_AT_ONCE + 1) as u64;
        let mut sizes = Vec::new();
        for part in 0..parts {
            let mut windows: Vec<Window> = (0..texts.len())
                .into_par_iter()
                .flat_map_iter(|text| {
                    let usable = |start: &usize| {
                        let removed = &self.removed(text)[*start..*start + self.passage];
                        removed.iter().all(|removed| *removed == Removed::Kept)
                    };
                    let hashes = rolling(texts[text].characters, self.passage);
                    let wanted = hashes.filter(move |(_, hash)| parts == 1 || (hash >> 32) % parts == part);
                    let window =
                        move |(start, hash): (usize, u64)| Window { hash, text: text as u32, start: start as u32 };
                    wanted.filter(move |(start, _)| usable(start)).map(window).collect::<Vec<_>>()
                })
                .collect();
            windows.par_sort_unstable_by_key(|window| (window.hash, window.text, window.start));
            for run in windows.chunk_by(|a, b| a.hash == b.hash) {
                self.take_run(texts, run, &mut sizes);
            }
        }
        sizes
    }

    /// Windows of one hash: the characters decide which of them are one.
    fn take_run(&mut self, texts: &[HeldText<'_>], run: &[Window], sizes: &mut Vec<ClassSize>) {
        let passage = self.passage;
        let characters = |window: &Window| {
            let start = window.start as usize;
            &texts[window.text as usize].characters[start..start + passage]
        };
        let Some((first, others)) = run.split_first() else { return };
        if others.iter().all(|other| characters(other) == characters(first)) {
            self.take_class(texts, run, sizes);
            return;
        }
        let mut sorted: Vec<Window> = run.to_vec();
        sorted.sort_by(|a, b| (characters(a), a.text, a.start).cmp(&(characters(b), b.text, b.start)));
        for class in sorted.chunk_by(|a, b| characters(a) == characters(b)) {
            self.take_class(texts, class, sizes);
        }
    }

    fn take_class(&mut self, texts: &[HeldText<'_>], windows: &[Window], sizes: &mut Vec<ClassSize>) {
        let (mut holders, mut different) = (0_u32, 0_u64);
        for of_text in windows.chunk_by(|a, b| a.text == b.text) {
            holders = holders.saturating_add(of_text.first().map_or(0, |one| texts[one.text as usize].holders));
            different += 1;
        }
        let is_common = holders >= self.common_from;
        if different < 2 && !is_common {
            return;
        }
        let class = if is_common { COMMON } else { sizes.len() as u32 };
        for window in windows {
            self.classes[self.starts[window.text as usize] + window.start as usize] = class;
        }
        if is_common {
            return;
        }
        sizes.push(ClassSize { holders, meetings: windows.len() as u64 * different });
    }

    /// Where everybody's text is nearly everybody's, all pairs of all windows are too many to look at.
    fn lower_common_limit(&mut self, sizes: &[ClassSize]) {
        let mut by_holders: Vec<(u32, u64)> = sizes.iter().map(|size| (size.holders, size.meetings)).collect();
        by_holders.sort_unstable();
        let mut sum = 0_u64;
        for (holders, meetings) in by_holders {
            sum = sum.saturating_add(meetings);
            if sum > MOST_MEETINGS {
                self.common_from = self.common_from.min(holders.max(2));
                return;
            }
        }
    }

    /// Lists the texts of each class, from those of its windows that are left, by rank.
    fn gather(&mut self, classes: usize) {
        let mut counts = vec![0_usize; classes + 1];
        let mut last = vec![u32::MAX; classes];
        for text in 0..self.len() {
            each_class_once(self.classes(text), &mut last, text as u32, |class| counts[class + 1] += 1);
        }
        for class in 0..classes {
            counts[class + 1] += counts[class];
        }
        let mut members = vec![0_u32; counts.last().copied().unwrap_or(0)];
        let mut next = counts.clone();
        last.fill(u32::MAX);
        for (rank, text) in (0_u32..).zip(&self.ranked) {
            each_class_once(self.classes(*text as usize), &mut last, *text, |class| {
                members[next[class]] = rank;
                next[class] += 1;
            });
        }
        self.members = members;
        self.member_starts = counts;
    }

    /// Takes out what many hold, and every window that touches it.
    fn remove_common(&mut self, sizes: &[ClassSize]) {
        let (passage, limit) = (self.passage, self.common_from);
        let removed = parts_of(&mut self.removed, &self.starts);
        let classes = parts_of(&mut self.classes, &self.starts);
        removed.into_par_iter().zip(classes).for_each(|(removed, classes)| {
            let is_common =
                |class: u32| class == COMMON || sizes.get(class as usize).is_some_and(|size| size.holders >= limit);
            for start in 0..classes.len() {
                if is_common(classes[start]) {
                    let window = removed[start..start + passage].iter_mut();
                    window.filter(|one| **one == Removed::Kept).for_each(|one| *one = Removed::Common);
                }
            }
            // How many characters from here on are kept.
            let mut kept = 0;
            for (class, removed) in classes.iter_mut().zip(removed.iter()).rev() {
                kept = if *removed == Removed::Kept { kept + 1 } else { 0 };
                if kept < passage {
                    *class = NO_CLASS;
                }
            }
        });
    }
}

/// Gives each class that a text has to `take`, once.
fn each_class_once(classes: &[u32], last: &mut [u32], text: u32, mut take: impl FnMut(usize)) {
    for class in classes.iter().filter(|class| **class != NO_CLASS) {
        let class = *class as usize;
        if std::mem::replace(&mut last[class], text) != text {
            take(class);
        }
    }
}

/// The part of each text.
fn parts_of<'a, T>(whole: &'a mut [T], starts: &[usize]) -> Vec<&'a mut [T]> {
    let mut rest = whole;
    let mut parts = Vec::with_capacity(starts.len());
    for bounds in starts.windows(2) {
        let (part, behind) = std::mem::take(&mut rest).split_at_mut(bounds[1] - bounds[0]);
        parts.push(part);
        rest = behind;
    }
    parts
}

/// One window of one text.
#[derive(Clone, Copy)]
struct Window {
    hash: u64,
    text: u32,
    start: u32,
}

#[cfg(test)]
mod tests {
    use super::{HeldText, PassageIndex, PassageSettings, Removed, TextPair};
    use proptest::prelude::*;

    /// The same by the definition, text by text and window by window.
    struct Plain {
        kept: Vec<Vec<bool>>,
        own: Vec<usize>,
    }

    fn plain(texts: &[(Vec<char>, u32)], given: &[Vec<char>], settings: PassageSettings) -> Plain {
        let (k, g) = (settings.passage, settings.given_passage);
        let mut kept: Vec<Vec<bool>> = texts.iter().map(|(text, _)| vec![true; text.len()]).collect();
        for ((text, _), kept) in texts.iter().zip(&mut kept) {
            for (start, window) in text.windows(g).enumerate() {
                if given.iter().any(|given| given.windows(g).any(|known| known == window)) {
                    kept[start..start + g].fill(false);
                }
            }
        }
        let own = kept.iter().map(|kept| kept.iter().filter(|one| **one).count()).collect();
        let usable = kept.clone();
        let has = |text: usize, wanted: &[char]| {
            let windows = texts[text].0.windows(k).zip(usable[text].windows(k));
            windows.into_iter().any(|(window, usable)| window == wanted && usable.iter().all(|one| *one))
        };
        for (number, (text, _)) in texts.iter().enumerate() {
            for (start, window) in text.windows(k).enumerate() {
                if !usable[number][start..start + k].iter().all(|one| *one) {
                    continue;
                }
                let holders: u32 =
                    (0..texts.len()).filter(|other| has(*other, window)).map(|other| texts[other].1).sum();
                if holders >= settings.common_from {
                    kept[number][start..start + k].fill(false);
                }
            }
        }
        Plain { kept, own }
    }

    fn plain_pairs(texts: &[(Vec<char>, u32)], plain: &Plain, k: usize) -> Vec<TextPair> {
        let windows = |text: usize| {
            let all = texts[text].0.windows(k).zip(plain.kept[text].windows(k)).enumerate();
            all.filter(|(_, (_, kept))| kept.iter().all(|one| *one)).map(|(start, (window, _))| (start, window))
        };
        let mut found = Vec::new();
        for a in 0..texts.len() {
            for b in 0..texts.len() {
                if (plain.own[a], a) >= (plain.own[b], b) {
                    continue;
                }
                let mut covered = vec![false; texts[a].0.len()];
                for (start, window) in windows(a) {
                    if windows(b).any(|(_, other)| other == window) {
                        covered[start..start + k].fill(true);
                    }
                }
                let covered = covered.iter().filter(|one| **one).count() as u32;
                if covered > 0 {
                    found.push(TextPair { shorter: a as u32, longer: b as u32, covered });
                }
            }
        }
        found.sort_by_key(|pair| (pair.shorter, pair.longer));
        found
    }

    fn check(texts: &[(String, u32)], given: &[String], settings: PassageSettings) {
        let mut distinct: Vec<(Vec<char>, u32)> = Vec::new();
        for (text, holders) in texts {
            let text: Vec<char> = text.chars().collect();
            match distinct.iter_mut().find(|(known, _)| *known == text) {
                Some((_, known)) => *known += holders,
                None => distinct.push((text, *holders)),
            }
        }
        let given: Vec<Vec<char>> = given.iter().map(|text| text.chars().collect()).collect();
        let held: Vec<HeldText<'_>> =
            (distinct.iter()).map(|(text, holders)| HeldText { characters: text, holders: *holders }).collect();
        let index = PassageIndex::new(&held, &given.iter().map(Vec::as_slice).collect::<Vec<_>>(), settings);
        let expected = plain(&distinct, &given, settings);
        for text in 0..distinct.len() {
            let kept: Vec<bool> = index.removed(text).iter().map(|one| *one == Removed::Kept).collect();
            assert_eq!(kept, expected.kept[text], "{distinct:?}");
            assert_eq!(index.own_length(text) as usize, expected.own[text]);
        }
        assert_eq!(index.pairs(|_| 0), (plain_pairs(&distinct, &expected, settings.passage), 0), "{distinct:?}");
    }

    const TWENTY: PassageSettings = PassageSettings { passage: 20, given_passage: 10, common_from: 100 };

    fn shared(first: &str, second: &str) -> Vec<u32> {
        let texts: Vec<Vec<char>> = [first, second].map(|text| text.chars().collect()).into();
        let held: Vec<_> = texts.iter().map(|text| HeldText { characters: text, holders: 1 }).collect();
        PassageIndex::new(&held, &[], TWENTY).pairs(|_| 0).0.iter().map(|pair| pair.covered).collect()
    }

    #[test]
    fn a_passage_has_at_least_twenty_characters() {
        let letters: String = ('\u{4E00}'..).take(40).collect();
        let cut = |length: usize| letters.chars().take(length).collect::<String>();
        for (length, found) in [(19, vec![]), (20, vec![20]), (21, vec![21])] {
            let passage = cut(length);
            assert_eq!(shared(&format!("甲{passage}乙"), &format!("丙丁{passage}戊己")), found, "{length}");
            // The whole of one text, at either end of the other.
            assert_eq!(shared(&passage, &format!("{passage}乙")), found);
            assert_eq!(shared(&passage, &format!("乙{passage}")), found);
        }
        assert_eq!(shared("", ""), Vec::<u32>::new());
        assert_eq!(shared("", &letters), Vec::<u32>::new());
    }

    #[test]
    fn repeats_inside_a_text_cover_it() {
        let run = |length: usize| "啊".repeat(length);
        assert_eq!(shared(&run(30), &run(31)), [30]);
        assert_eq!(shared(&run(19), &run(40)), Vec::<u32>::new());
        check(&[(run(25), 1), (run(26), 1), (format!("{}b{}", run(22), run(21)), 1)], &[], TWENTY);
    }

    #[test]
    fn what_all_were_given_and_what_many_wrote_is_taken_out() {
        let letters: Vec<char> = ('\u{4E00}'..).take(400).collect();
        let stem: String = letters[..15].iter().collect();
        let own = |from: usize| letters[from..from + 30].iter().collect::<String>();
        let texts = [format!("{stem}{}", own(20)), format!("{stem}{}", own(60))];
        let held: Vec<Vec<char>> = texts.iter().map(|text| text.chars().collect()).collect();
        let held: Vec<_> = held.iter().map(|text| HeldText { characters: text, holders: 1 }).collect();
        let stem: Vec<char> = stem.chars().collect();
        let settings = PassageSettings { passage: 12, ..TWENTY };
        assert_eq!(PassageIndex::new(&held, &[], settings).pairs(|_| 0).0.len(), 1);
        let index = PassageIndex::new(&held, &[&stem], settings);
        assert_eq!(index.pairs(|_| 0).0, []);
        assert_eq!((index.own_length(0), index.kept_length(0)), (30, 30));
        // Three hold it: it is no one's own.
        let phrase = own(100);
        let texts: Vec<(String, u32)> =
            [20, 60, 140].map(|from| (format!("{}{phrase}", own(from)), 1)).into_iter().collect();
        check(&texts, &[], PassageSettings { common_from: 3, ..TWENTY });
        check(&texts, &[], PassageSettings { common_from: 4, ..TWENTY });
        check(&[(phrase.clone(), 3), (own(20), 2)], &[], PassageSettings { common_from: 3, ..TWENTY });
    }

    #[test]
    fn threads_and_order_change_nothing() {
        let letters: Vec<char> = "断电验挂牌".chars().collect();
        let texts: Vec<Vec<char>> = (0..60_usize)
            .map(|text| (0..50 + text % 7).map(|place| letters[(text * 7 + place * place) % 5]).collect())
            .collect();
        let held: Vec<_> = texts.iter().map(|text| HeldText { characters: text, holders: 1 }).collect();
        let settings = PassageSettings { passage: 4, given_passage: 4, common_from: 1_000 };
        let look = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| PassageIndex::new(&held, &[], settings).pairs(|own| own / 2))
        };
        assert_eq!(look(1), look(3));
        assert!(!look(1).0.is_empty());
    }

    proptest! {
        /// The fast search is the plain one.
        #[test]
        fn nothing_is_missed_or_invented(
            texts in prop::collection::vec(("[abc]{0,14}", 1_u32..3), 0..7),
            given in prop::collection::vec("[abc]{0,9}", 0..2),
            passage in 1_usize..6,
            given_passage in 2_usize..6,
            common_from in 2_u32..9,
        ) {
            check(&texts, &given, PassageSettings { passage, given_passage, common_from });
        }

        /// The same at the length of the setting, with runs of one character among them.
        #[test]
        fn nothing_is_missed_at_twenty(texts in prop::collection::vec("a{0,24}b?a{0,24}", 0..5)) {
            let texts: Vec<(String, u32)> = texts.into_iter().map(|text| (text, 1)).collect();
            check(&texts, &[], TWENTY);
        }
    }
}

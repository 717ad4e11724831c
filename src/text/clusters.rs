//! Clusters of the same and of nearly the same text.
//!
//! Every cluster has a leader: the text that occurs most (the first by characters among equals). A further
//! text joins the nearest leader that it is near to, so that no chain of small changes joins two texts that are
//! far apart. Exact repeats are found by their normal form; near ones through [`crate::text::min_hash`] and are
//! then measured by [`crate::text::similarity`].

use crate::text::min_hash::{BANDS, bands, signature};
use crate::text::normal::NormalText;
use crate::text::opposites::opposed;
use crate::text::shingles::{mixed, shingles};
use crate::text::similarity::{Threshold, edits_if_near, likeness};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Leaders measured for one text, those with the likest signature first.
const MOST_MEASURED: usize = 32;

/// Leaders looked at in one band, the latest first: where more share a band, its words are common ones.
const MOST_IN_BAND: usize = 64;

/// Texts whose candidates are looked up together.
const BLOCK: usize = 2_048;

/// What may count as near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterSettings {
    /// Likeness from which texts are near.
    pub threshold: Threshold,
    /// Fewest characters (normal form) of a text that may be near another; shorter ones are the same or not.
    pub minimum_length: usize,
    /// Most characters of a text that is measured; longer ones are the same or not.
    pub maximum_length: usize,
}

/// One text of a cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Place in the input.
    pub text: usize,
    /// Likeness to the leader, 1 for the same text.
    pub likeness: f64,
}

/// Texts that are the same or nearly so.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// At least two, in the order of the input.
    pub members: Vec<Member>,
}

impl Cluster {
    /// Whether all members are one text.
    pub fn is_exact(&self) -> bool {
        self.members.iter().all(|member| member.likeness == 1.0)
    }
}

/// A text that occurs, with those that repeat it.
struct Distinct<'a> {
    normal: &'a NormalText,
    members: Vec<u32>,
    /// What is measured; nothing for a text that shares no band with another.
    measured: Option<Measured>,
}

/// A text as it is measured.
struct Measured {
    characters: Vec<char>,
    shingles: Vec<u32>,
}

impl Measured {
    fn of(normal: &NormalText) -> Self {
        let characters: Vec<char> = normal.text.chars().collect();
        let shingles = shingles(&characters);
        Self { characters, shingles }
    }
}

/// No leader, or no text beside this one in a band.
const NOBODY: u32 = u32::MAX;

/// Texts by the bands that they share with others.
///
/// A slot of a text and band first holds the number of the group of texts with that band. Once the text has become a
/// leader it holds the leader before it in the group; `latest` is where a chain of leaders begins.
struct Shared {
    slots: Vec<[u32; BANDS]>,
    latest: Vec<u32>,
}

impl Shared {
    /// Groups texts with equal bands, one band after another; `slots` are the bands.
    fn new(mut slots: Vec<[u32; BANDS]>, comparable: &[bool]) -> Self {
        // A few bands at a time: their groups need not all be held at once.
        let mut number = 0;
        let every: Vec<usize> = (0..BANDS).collect();
        for some in every.chunks(8) {
            let found: Vec<Vec<Vec<u32>>> = some.par_iter().map(|band| groups_of(&slots, comparable, *band)).collect();
            for (band, groups) in some.iter().zip(found) {
                slots.par_iter_mut().for_each(|slots| slots[*band] = NOBODY);
                for group in groups {
                    group.iter().for_each(|place| slots[*place as usize][*band] = number);
                    number += 1;
                }
            }
        }
        Self { slots, latest: vec![NOBODY; number as usize] }
    }

    fn is_alone(&self, place: usize) -> bool {
        self.slots[place].iter().all(|slot| *slot == NOBODY)
    }

    fn add_leader(&mut self, place: usize) {
        for slot in self.slots[place].iter_mut().filter(|slot| **slot != NOBODY) {
            *slot = std::mem::replace(&mut self.latest[*slot as usize], place as u32);
        }
    }

    /// Leaders that share a band with a text and stand at `from` or later, once for every band.
    fn leaders(&self, place: usize, from: usize, found: &mut Vec<u32>) {
        found.clear();
        for (band, group) in self.slots[place].iter().enumerate().filter(|(_, group)| **group != NOBODY) {
            let mut next = self.latest[*group as usize];
            for _ in 0..MOST_IN_BAND {
                if next == NOBODY || (next as usize) < from {
                    break;
                }
                found.push(next);
                next = self.slots[next as usize][band];
            }
        }
        found.sort_unstable();
    }
}

/// Texts that share a band, in groups of two or more; each group in the order of the texts.
fn groups_of(slots: &[[u32; BANDS]], comparable: &[bool], band: usize) -> Vec<Vec<u32>> {
    let places = comparable.iter().enumerate().filter(|(_, comparable)| **comparable);
    let mut sorted: Vec<u64> = places.map(|(place, _)| (u64::from(slots[place][band]) << 32) | place as u64).collect();
    sorted.sort_unstable();
    let groups = sorted.chunk_by(|a, b| a >> 32 == b >> 32).filter(|group| group.len() > 1);
    groups.map(|group| group.iter().map(|entry| *entry as u32).collect()).collect()
}

/// Groups texts; empty ones belong to no cluster.
///
/// **Input** texts in normal form. **Returns** clusters of two or more, by their first member; the same for
/// every number of threads.
///
/// ```
/// use kaojian::text::clusters::{ClusterSettings, clusters};
/// use kaojian::text::normal::normalised;
/// use kaojian::text::similarity::Threshold;
/// let texts: Vec<_> = ["切断电源后验电并挂牌", "合上开关", "切断电源，后验电再挂牌。"].map(normalised).into();
/// let settings = ClusterSettings { threshold: Threshold { percent: 90 }, minimum_length: 8, maximum_length: 2_000 };
/// let found = clusters(&texts.iter().collect::<Vec<_>>(), settings);
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].members.iter().map(|member| member.text).collect::<Vec<_>>(), [0, 2]);
/// ```
pub fn clusters(texts: &[&NormalText], settings: ClusterSettings) -> Vec<Cluster> {
    let mut distinct = distinct(texts);
    let comparable: Vec<bool> = distinct
        .iter()
        .map(|text| (settings.minimum_length..=settings.maximum_length).contains(&text.normal.length))
        .collect();
    let slots = distinct
        .par_iter()
        .zip(&comparable)
        .map(|(text, comparable)| if *comparable { bands_of(text.normal) } else { [NOBODY; BANDS] });
    let mut shared = Shared::new(slots.collect(), &comparable);
    distinct.par_iter_mut().enumerate().for_each(|(place, text)| {
        text.measured = (comparable[place] && !shared.is_alone(place)).then(|| Measured::of(text.normal));
    });
    let mut leader_of: Vec<(u32, f64)> = Vec::with_capacity(distinct.len());
    while leader_of.len() < distinct.len() {
        let start = leader_of.len();
        let block = start..distinct.len().min(start + BLOCK);
        let known: Vec<Option<(usize, f64)>> =
            block.clone().into_par_iter().map(|place| nearest(place, &distinct, &shared, 0, settings)).collect();
        // What becomes a leader inside this block is not in the answers above.
        for (place, known) in block.zip(known) {
            let fresh = nearest(place, &distinct, &shared, start, settings);
            let best = match (known, fresh) {
                (Some(known), Some(fresh)) if fresh.1 > known.1 => Some(fresh),
                (Some(known), _) => Some(known),
                (None, fresh) => fresh,
            };
            leader_of.push(match best {
                Some((leader, likeness)) => (leader as u32, likeness),
                None => {
                    shared.add_leader(place);
                    (place as u32, 1.0)
                }
            });
        }
    }
    joined(&distinct, &leader_of)
}

/// The clusters of two or more, by their first member.
fn joined(distinct: &[Distinct<'_>], leader_of: &[(u32, f64)]) -> Vec<Cluster> {
    let mut sizes = vec![0_usize; distinct.len()];
    for (text, (leader, _)) in distinct.iter().zip(leader_of) {
        sizes[*leader as usize] += text.members.len();
    }
    let mut led: BTreeMap<u32, Vec<Member>> = BTreeMap::new();
    for (text, (leader, likeness)) in distinct.iter().zip(leader_of) {
        if sizes[*leader as usize] > 1 {
            let members = text.members.iter().map(|text| Member { text: *text as usize, likeness: *likeness });
            led.entry(*leader).or_default().extend(members);
        }
    }
    let mut found: Vec<Cluster> = led
        .into_values()
        .map(|mut members| {
            members.sort_by_key(|member| member.text);
            Cluster { members }
        })
        .collect();
    found.sort_by_key(|cluster| cluster.members.first().map(|member| member.text));
    found
}

/// Every text once, the most frequent first, equal ones by their characters.
fn distinct<'a>(texts: &[&'a NormalText]) -> Vec<Distinct<'a>> {
    let mut order: Vec<u32> = (0..texts.len() as u32).filter(|place| !texts[*place as usize].text.is_empty()).collect();
    let text_of = |place: &u32| texts[*place as usize].text.as_str();
    order.par_sort_unstable_by(|a, b| text_of(a).cmp(text_of(b)).then(a.cmp(b)));
    let mut groups: Vec<&[u32]> = order.chunk_by(|a, b| text_of(a) == text_of(b)).collect();
    groups.sort_by_key(|members| std::cmp::Reverse(members.len()));
    groups
        .into_iter()
        .filter_map(|members| {
            let normal = *texts.get(*members.first()? as usize)?;
            Some(Distinct { normal, members: members.to_vec(), measured: None })
        })
        .collect()
}

/// Bands of a text; texts with other quantities share none.
fn bands_of(normal: &NormalText) -> [u32; BANDS] {
    let characters: Vec<char> = normal.text.chars().collect();
    let scope = normal.quantities.bytes().fold(0, |scope, byte| mixed(scope ^ u64::from(byte)));
    bands(&signature(&shingles(&characters)), scope)
}

/// The nearest of the leaders at `from` and on, by its place, with its likeness; of equals the first.
fn nearest(
    place: usize,
    all: &[Distinct<'_>],
    shared: &Shared,
    from: usize,
    settings: ClusterSettings,
) -> Option<(usize, f64)> {
    let text = &all[place];
    let own = text.measured.as_ref()?;
    // A leader stands here once for every band it shares: the likest come first.
    let mut sharing = Vec::new();
    shared.leaders(place, from, &mut sharing);
    let mut ranked: Vec<(usize, u32)> =
        sharing.chunk_by(|a, b| a == b).filter_map(|same| Some((same.len(), *same.first()?))).collect();
    ranked.sort_unstable_by_key(|(shared, leader)| (std::cmp::Reverse(*shared), *leader));
    let mut best: Option<(usize, f64)> = None;
    for (_, leader) in ranked.into_iter().take(MOST_MEASURED) {
        let leader = leader as usize;
        let Some(other) = all[leader].measured.as_ref() else { continue };
        if all[leader].normal.quantities != text.normal.quantities {
            continue;
        }
        let (one, two) = ((&*own.characters, &*own.shingles), (&*other.characters, &*other.shingles));
        let edits = edits_if_near(one, two, settings.threshold);
        if let Some(edits) = edits.filter(|edits| *edits == 0 || !opposed(one.0, two.0)) {
            let found = likeness(edits, own.characters.len().max(other.characters.len()));
            if best.is_none_or(|(known_place, known)| found > known || (found == known && leader < known_place)) {
                best = Some((leader, found));
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{ClusterSettings, clusters};
    use crate::text::normal::{NormalText, normalised};
    use crate::text::similarity::Threshold;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const SETTINGS: ClusterSettings =
        ClusterSettings { threshold: Threshold { percent: 90 }, minimum_length: 8, maximum_length: 2_000 };

    fn grouped(texts: &[&str]) -> Vec<Vec<usize>> {
        let texts: Vec<NormalText> = texts.iter().map(|text| normalised(text)).collect();
        let found = clusters(&texts.iter().collect::<Vec<_>>(), SETTINGS);
        found.into_iter().map(|cluster| cluster.members.into_iter().map(|member| member.text).collect()).collect()
    }

    #[test]
    fn what_is_the_same_and_what_is_near() {
        let near = ["先切断电源再验电并挂警示牌", "先切断电源，再验电并挂标示牌。"];
        assert_eq!(grouped(&near), [[0, 1]]);
        // Short texts only when they are the same; another number or a negation never.
        assert_eq!(grouped(&["断电", "断电。", "断点", "", ""]), [[0, 1]]);
        assert_eq!(grouped(&["停机 3 分钟后复查轴承温度", "停机 5 分钟后复查轴承温度"]), Vec::<Vec<usize>>::new());
        assert_eq!(grouped(&["应当在通电之后检查接线", "不应当在通电之后检查接线"]), Vec::<Vec<usize>>::new());
        assert_eq!(grouped(&[]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn no_chain_joins_what_is_far_apart() {
        let letters: Vec<char> = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉".chars().collect();
        // Each text has one more character replaced than the one before.
        let texts: Vec<String> =
            (0..10).map(|changed| "东".repeat(changed) + &letters[changed..].iter().collect::<String>()).collect();
        for group in grouped(&texts.iter().map(String::as_str).collect::<Vec<_>>()) {
            for (a, b) in group.iter().flat_map(|a| group.iter().map(move |b| (a, b))) {
                // Members are within two edits of their leader, and so within four of each other.
                assert!(a.abs_diff(*b) <= 4, "{a} {b}");
            }
        }
    }

    #[test]
    fn a_text_of_a_million_characters_is_the_same_or_not() {
        let long = "断电".repeat(500_000);
        let other = format!("{long}后");
        assert_eq!(grouped(&[&long, &other, &long]), [[0, 2]]);
    }

    /// Pairs that the plain double loop finds near and the clusters do not bring together.
    #[test]
    fn few_near_pairs_are_missed() {
        let mut random = ChaCha8Rng::seed_from_u64(20);
        let alphabet: Vec<char> = ('\u{5230}'..'\u{52F0}').collect();
        let mut missed = 0;
        let pairs = 2_000;
        for _ in 0..pairs {
            let length = random.random_range(20..120_usize);
            let first: Vec<char> = (0..length).map(|_| alphabet[random.random_range(0..alphabet.len())]).collect();
            let mut second = first.clone();
            // As many replacements as still count as near, spread at random: the hardest that must be found.
            for _ in 0..length / 10 {
                second[random.random_range(0..length)] = alphabet[random.random_range(0..alphabet.len())];
            }
            let texts = [first, second].map(|text| text.into_iter().collect::<String>());
            missed += usize::from(grouped(&[&texts[0], &texts[1]]).is_empty());
        }
        // Measured: 1. The chance of a miss is at most 1 − `candidate_probability(2/3)` = 0.1 %.
        assert!(missed <= 8, "{missed} of {pairs}");
    }

    #[test]
    fn threads_change_nothing() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let texts: Vec<String> = (0..1_500)
            .map(|_| (0..24).map(|_| if random.random_range(0..30) == 0 { '乙' } else { '甲' }).collect())
            .collect();
        let texts: Vec<NormalText> = texts.iter().map(|text| normalised(text)).collect();
        let texts: Vec<&NormalText> = texts.iter().collect();
        let look = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| clusters(&texts, SETTINGS))
        };
        assert_eq!(look(1), look(3));
    }
}

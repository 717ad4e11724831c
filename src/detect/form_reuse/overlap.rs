//! What two papers share.

use crate::detect::form_reuse::classes::ItemClass;
use crate::model::form_evidence::{ItemBasis, PaperPair};
use crate::text::order::longest_rise;
use std::collections::{BTreeMap, BTreeSet};

/// One item as it is compared.
#[derive(Clone, Copy, Debug)]
pub struct PaperItem {
    /// Its classes.
    pub class: ItemClass,
    /// From a domain of common knowledge.
    pub is_common: bool,
}

/// Items of one paper, each once, in order, with the string of keys.
#[derive(Clone, Debug, Default)]
pub struct PaperContent {
    /// The items.
    pub items: Vec<PaperItem>,
    /// Keys in order; `None` where an item has none.
    pub keys: Option<Vec<String>>,
    /// What all of its items can be compared by.
    pub basis: ItemBasis,
    /// Items of common knowledge.
    pub common_items: usize,
}

impl PaperContent {
    /// From items in order; one that stands on the A and the B form counts once.
    pub fn new(items: impl IntoIterator<Item = (PaperItem, Option<String>)>) -> Self {
        let mut seen = BTreeSet::new();
        let (mut kept, mut keys) = (Vec::new(), Some(Vec::new()));
        for (item, key) in items {
            if seen.insert(item.class.identical) {
                kept.push(item);
                keys = keys.zip(key).map(|(mut keys, key)| {
                    keys.push(key);
                    keys
                });
            }
        }
        let basis = kept.iter().map(|item: &PaperItem| item.class.basis).max().unwrap_or_default();
        let common_items = kept.iter().filter(|item| item.is_common).count();
        Self { items: kept, keys: keys.filter(|keys| !keys.is_empty()), basis, common_items }
    }
}

/// Compares two papers: `a` and `b` are their places.
pub fn overlap((a, one): (usize, &PaperContent), (b, other): (usize, &PaperContent), alike_percent: u32) -> PaperPair {
    let mut pair = PaperPair { a, b, ..PaperPair::default() };
    if one.basis == ItemBasis::Key || other.basis == ItemBasis::Key {
        by_keys(one, other, &mut pair);
        return pair;
    }
    let identical = matched(one, other, |class| class.identical, &BTreeSet::new());
    let mut taken: BTreeSet<(bool, usize)> = sides(&identical);
    let near = matched(one, other, |class| class.near, &taken);
    taken.extend(sides(&near));
    let variants = matched(one, other, |class| class.variant, &taken);
    let specific =
        |pairs: &[(usize, usize)]| pairs.iter().filter(|(left, _)| !one.items[*left].is_common).count() as u64;
    pair.identical = specific(&identical);
    pair.near = specific(&near);
    pair.variants = specific(&variants);
    pair.common = (identical.len() + near.len()) as u64 - pair.identical - pair.near;
    let own = |content: &PaperContent| (content.items.len() - content.common_items) as u64;
    pair.smaller = own(one).min(own(other));
    let mut order: Vec<(usize, usize)> = identical.iter().chain(&near).copied().collect();
    order.sort_unstable();
    let shared = order.len();
    pair.same_order = (shared > 1).then(|| longest_rise(order.iter().map(|(_, right)| *right)) as f64 / shared as f64);
    pair.same_paper =
        identical.len() == one.items.len() && one.items.len() == other.items.len() && !one.items.is_empty();
    pair.alike = pair.same_paper
        || pair.smaller > 0 && (pair.identical + pair.near) * 100 >= u64::from(alike_percent) * pair.smaller;
    pair
}

/// Items that bear one class, each once: places in the first and in the second paper.
fn matched(
    one: &PaperContent,
    other: &PaperContent,
    class: fn(&ItemClass) -> u32,
    taken: &BTreeSet<(bool, usize)>,
) -> Vec<(usize, usize)> {
    let mut places: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, item) in other.items.iter().enumerate().rev() {
        if !taken.contains(&(true, place)) {
            places.entry(class(&item.class)).or_default().push(place);
        }
    }
    let mut found = Vec::new();
    for (left, item) in one.items.iter().enumerate().filter(|(left, _)| !taken.contains(&(false, *left))) {
        if let Some(right) = places.get_mut(&class(&item.class)).and_then(Vec::pop) {
            found.push((left, right));
        }
    }
    found
}

fn sides(pairs: &[(usize, usize)]) -> BTreeSet<(bool, usize)> {
    pairs.iter().flat_map(|(left, right)| [(false, *left), (true, *right)]).collect()
}

/// Papers with nothing but keys: whether the strings are one, and how probable that is for unrelated papers whose keys
/// are drawn with the frequencies of both, Π Σ p².
fn by_keys(one: &PaperContent, other: &PaperContent, pair: &mut PaperPair) {
    let (Some(left), Some(right)) = (&one.keys, &other.keys) else { return };
    pair.smaller = left.len().min(right.len()) as u64;
    if left != right {
        return;
    }
    let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
    for key in left.iter().chain(right) {
        *counts.entry(key).or_default() += 1.0;
    }
    let all = 2.0 * left.len() as f64;
    let repeat: f64 = counts.values().map(|count| (count / all).powi(2)).sum();
    pair.key_log10_probability = Some(left.len() as f64 * repeat.log10());
}

#[cfg(test)]
mod tests {
    use super::{PaperContent, PaperItem, overlap};
    use crate::detect::form_reuse::classes::ItemClass;
    use crate::model::form_evidence::ItemBasis;

    fn paper(items: &[(u32, u32, u32, bool)]) -> PaperContent {
        PaperContent::new(items.iter().map(|(identical, near, variant, is_common)| {
            let class = ItemClass { identical: *identical, near: *near, variant: *variant, basis: ItemBasis::Text };
            (PaperItem { class, is_common: *is_common }, None)
        }))
    }

    fn plain(numbers: &[u32]) -> PaperContent {
        paper(&numbers.iter().map(|number| (*number, *number, *number, false)).collect::<Vec<_>>())
    }

    #[test]
    fn a_reordered_paper_is_the_same_paper() {
        let found = overlap((0, &plain(&[1, 2, 3, 4, 5])), (1, &plain(&[2, 1, 3, 5, 4])), 80);
        assert!(found.same_paper && found.alike);
        assert_eq!((found.identical, found.smaller, found.same_order), (5, 5, Some(0.6)));
    }

    #[test]
    fn shares_are_counted_in_whole_numbers_of_the_smaller_paper() {
        for (shared, alike) in [(8, true), (7, false)] {
            let one: Vec<u32> = (1..=10).collect();
            let other: Vec<u32> = (1..=shared).chain(100..120).collect();
            let found = overlap((0, &plain(&one)), (1, &plain(&other)), 80);
            assert_eq!((found.identical, found.smaller, found.alike), (u64::from(shared), 10, alike));
            assert!(!found.same_paper);
        }
    }

    #[test]
    fn near_items_count_variants_and_common_ones_do_not() {
        let one = paper(&[(1, 1, 1, false), (2, 20, 20, false), (3, 3, 30, false), (4, 4, 4, true)]);
        let other = paper(&[(1, 1, 1, false), (5, 20, 20, false), (6, 6, 30, false), (4, 4, 4, true)]);
        let found = overlap((0, &one), (1, &other), 60);
        assert_eq!((found.identical, found.near, found.variants, found.common, found.smaller), (1, 1, 1, 1, 3));
        assert!(found.alike && !found.same_paper);
    }

    #[test]
    fn an_item_on_both_forms_of_a_batch_counts_once() {
        assert_eq!(plain(&[1, 2, 1, 2]).items.len(), 2);
    }

    #[test]
    fn equal_strings_of_keys_have_a_probability() {
        let keys = |text: &str| {
            PaperContent::new(text.chars().enumerate().map(|(place, key)| {
                let number = text.len() as u32 * 1000 + place as u32;
                let class = ItemClass { identical: number, near: number, variant: number, basis: ItemBasis::Key };
                (PaperItem { class, is_common: false }, Some(key.to_string()))
            }))
        };
        let found = overlap((0, &keys("ABABABAB")), (1, &keys("ABABABAB")), 80);
        // Two keys of one half each: 2⁻⁸.
        assert!((found.key_log10_probability.unwrap() - 8.0 * 0.5_f64.log10()).abs() < 1e-12);
        assert_eq!(overlap((0, &keys("ABABABAB")), (1, &keys("ABABABAA")), 80).key_log10_probability, None);
    }
}

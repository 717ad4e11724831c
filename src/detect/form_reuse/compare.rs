//! Compares every paper of one occupation and level with every other.

use crate::detect::form_reuse::classes::{ItemClass, classes};
use crate::detect::form_reuse::overlap::{PaperContent, PaperItem, overlap};
use crate::detect::form_reuse::papers::{Paper, papers};
use crate::detect::parameters::FormReuseParameters;
use crate::model::dataset::Dataset;
use crate::model::form::FormItem;
use crate::model::form_evidence::{
    FormOverlap, ItemBasis, ItemLikeness, ItemPlace, PaperOutline, PaperPair, ReusedItem,
};
use crate::model::level::Level;
use compact_str::CompactString;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a stem that a table of items shows.
const STEM_SHOWN: usize = 60;

/// Occupation (by code, else by name) and level; papers of no batch have none.
type Group = (Option<CompactString>, Option<Level>);

/// Every group of papers, by occupation and level.
pub fn compare(dataset: &Dataset, parameters: &FormReuseParameters) -> Vec<FormOverlap> {
    let items: Vec<&FormItem> = dataset.form_items.iter().collect();
    let classes = classes(&items, parameters.near_percent);
    let mut groups: BTreeMap<Group, Vec<Paper<'_>>> = BTreeMap::new();
    for paper in papers(dataset) {
        let occupation =
            paper.batch.and_then(|batch| batch.occupation_code.clone().or_else(|| batch.occupation.clone()));
        groups.entry((occupation, paper.batch.and_then(|batch| batch.level))).or_default().push(paper);
    }
    groups
        .into_iter()
        .map(|((occupation, level), mut papers)| {
            papers.sort_by_key(|paper| {
                let date = paper.batch.and_then(|batch| batch.exam_date);
                // Papers without a date come last.
                (date.is_none(), date, paper.batch_id, paper.forms.first().copied())
            });
            let mut found = group(dataset, &papers, &classes, parameters);
            (found.occupation, found.level) = (occupation, level);
            found
        })
        .collect()
}

fn group(
    dataset: &Dataset,
    papers: &[Paper<'_>],
    classes: &[ItemClass],
    parameters: &FormReuseParameters,
) -> FormOverlap {
    let item = |place: usize| &dataset.form_items[place];
    let is_common = |place: usize| {
        let domain = item(place).domain.as_deref().unwrap_or_default();
        parameters.common_domains.iter().any(|common| common == domain)
    };
    let contents: Vec<PaperContent> = papers
        .iter()
        .map(|paper| {
            PaperContent::new(paper.items.iter().map(|place| {
                let key = item(*place).key.as_ref().map(ToString::to_string);
                (PaperItem { class: classes[*place], is_common: is_common(*place) }, key)
            }))
        })
        .collect();
    let pairs: Vec<PaperPair> = candidates(&contents)
        .into_par_iter()
        .map(|(a, b)| overlap((a, &contents[a]), (b, &contents[b]), parameters.overlap_percent))
        .filter(|pair| {
            pair.identical + pair.near + pair.variants + pair.common > 0 || pair.key_log10_probability.is_some()
        })
        .collect();
    let outlines = papers.iter().zip(&contents).map(|(paper, content)| PaperOutline {
        batch_id: paper.batch_id.cloned(),
        body_id: paper.batch.and_then(|batch| batch.body_id.clone()),
        exam_date: paper.batch.and_then(|batch| batch.exam_date),
        forms: paper.forms.iter().map(|form| (*form).clone()).collect(),
        items: content.items.len() as u64,
        common_items: content.common_items as u64,
        basis: content.basis,
    });
    let (items_found, items) = reused(dataset, papers, classes, parameters.maximum_items_reported);
    FormOverlap { occupation: None, level: None, papers: outlines.collect(), pairs, items, items_found }
}

/// Pairs of papers that have a class or a string of keys in common.
fn candidates(contents: &[PaperContent]) -> Vec<(usize, usize)> {
    let mut bearing: BTreeMap<(u8, u32), BTreeSet<usize>> = BTreeMap::new();
    let mut with_keys: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    for (paper, content) in contents.iter().enumerate() {
        if content.basis == ItemBasis::Key {
            if let Some(keys) = &content.keys {
                with_keys.entry(keys).or_default().push(paper);
            }
            continue;
        }
        for item in &content.items {
            for (kind, class) in [(0, item.class.identical), (1, item.class.near), (2, item.class.variant)] {
                bearing.entry((kind, class)).or_default().insert(paper);
            }
        }
    }
    let mut found: BTreeSet<(usize, usize)> = BTreeSet::new();
    let groups =
        bearing.into_values().map(|papers| papers.into_iter().collect::<Vec<_>>()).chain(with_keys.into_values());
    for papers in groups.filter(|papers| papers.len() > 1) {
        for (at, a) in papers.iter().enumerate() {
            found.extend(papers[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    found.into_iter().collect()
}

/// Items on more than one paper, those on most papers first; how many there are.
fn reused(dataset: &Dataset, papers: &[Paper<'_>], classes: &[ItemClass], most: usize) -> (u64, Vec<ReusedItem>) {
    // By the class of nearness, else by that of variants: an item and its variants are one line.
    let mut places: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
    for (number, paper) in papers.iter().enumerate() {
        for place in paper.items.iter().filter(|place| classes[**place].basis != ItemBasis::Key) {
            places.entry(classes[*place].variant).or_default().push((number, *place));
        }
    }
    places.retain(|_, places| places.iter().any(|(paper, _)| *paper != places[0].0));
    let mut all: Vec<Vec<(usize, usize)>> = places.into_values().collect();
    // Places stand by paper.
    let papers_of = |places: &[(usize, usize)]| places.chunk_by(|a, b| a.0 == b.0).count();
    all.sort_by_cached_key(|places| (std::cmp::Reverse(papers_of(places)), places[0]));
    let found = all.len() as u64;
    all.truncate(most);
    let items = all
        .iter()
        .map(|places| {
            let first = classes[places[0].1];
            let of = |(paper, place): &(usize, usize)| {
                let (item, class) = (&dataset.form_items[*place], classes[*place]);
                let likeness = if class.identical == first.identical {
                    ItemLikeness::Identical
                } else if class.near == first.near {
                    ItemLikeness::Near
                } else {
                    ItemLikeness::Variant
                };
                ItemPlace {
                    paper: *paper,
                    form_id: item.form_id.clone(),
                    item_no: item.item_no,
                    item_id: item.item_id.clone(),
                    likeness,
                    stem: item.stem.as_deref().unwrap_or_default().chars().take(STEM_SHOWN).collect::<String>().into(),
                    source: item.source,
                }
            };
            ReusedItem { places: places.iter().map(of).collect() }
        })
        .collect();
    (found, items)
}

//! Items of a simulated bank: how many of those used again are found, and how many are found wrongly.

use kaojian::config::Config;
use kaojian::detect::form_reuse::classes::{ItemClass, classes};
use kaojian::ingest::load::read_folder;
use kaojian::ingest::parameters::IngestParameters;
use kaojian::model::evidence::Evidence;
use kaojian::model::finding::Verdict;
use kaojian::model::form::FormItem;
use kaojian::model::progress::Silent;
use kaojian::pipeline::{inspect, load_rules};
use kaojian::simulate::bank_item::{BankText, ItemEdit, Relation, changed, new_item};
use kaojian::simulate::banks::{BankParameters, BankTruth, write_banks};
use kaojian::simulate::random::{Purpose, Random};
use kaojian::text::min_hash::{bands, signature};
use kaojian::text::opposites::opposed;
use kaojian::text::shingles::{mixed, shingles};
use kaojian::text::similarity::{Threshold, edits_if_near};
use std::collections::BTreeMap;

/// Where an item stands: form and number.
type Place = (String, u32);

/// What was found of the items of one bank.
#[derive(Debug, Default)]
struct Measured {
    identical: (usize, usize),
    near: (usize, usize),
    variants_called_copies: usize,
    variants: (usize, usize),
    pairs: usize,
    wrong: usize,
}

fn measure(parameters: &BankParameters) -> Measured {
    let folder = tempfile::tempdir().expect("a folder");
    let truth = write_banks(parameters, folder.path()).expect("a bank");
    let read = read_folder(folder.path(), &IngestParameters::default(), &Silent).expect("a data set");
    let items: Vec<&FormItem> = read.dataset.form_items.iter().collect();
    let found = classes(&items, 90);
    let place = |item: &FormItem| (item.form_id.to_string(), item.item_no.expect("a number"));
    let class: BTreeMap<Place, ItemClass> =
        items.iter().zip(&found).map(|(item, class)| (place(item), *class)).collect();
    let mut measured = Measured::default();
    // What is one content, by the truth: items that stem from one another without becoming a variant.
    let mut root: BTreeMap<Place, Place> = BTreeMap::new();
    for reuse in &truth.reused {
        let (own, first) = ((reuse.form_id.clone(), reuse.item_no), (reuse.first_form_id.clone(), reuse.first_item_no));
        let (one, other) = (class[&own], class[&first]);
        match reuse.relation {
            Relation::Identical => {
                measured.identical.1 += 1;
                measured.identical.0 += usize::from(one.identical == other.identical);
            }
            Relation::Near => {
                measured.near.1 += 1;
                measured.near.0 += usize::from(one.near == other.near);
            }
            Relation::Variant => {
                measured.variants.1 += 1;
                measured.variants.0 += usize::from(one.variant == other.variant);
                measured.variants_called_copies += usize::from(one.near == other.near);
            }
        }
        if reuse.relation != Relation::Variant {
            root.insert(own, first);
        }
    }
    let root_of = |mut place: Place| {
        while let Some(first) = root.get(&place) {
            place = first.clone();
        }
        place
    };
    let mut by_class: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
    for (place, class) in &class {
        by_class.entry(class.near).or_default().push(place.clone());
    }
    for places in by_class.into_values() {
        for (number, one) in places.iter().enumerate() {
            for other in &places[number + 1..] {
                measured.pairs += 1;
                measured.wrong += usize::from(root_of(one.clone()) != root_of(other.clone()));
            }
        }
    }
    measured
}

fn check(name: &str, edits: Vec<ItemEdit>, seed: u64) {
    let measured = measure(&BankParameters { seed, papers: 24, items: 160, candidates: 2, edits });
    println!("{name}: {measured:?}");
    let share = |(found, all): (usize, usize)| found as f64 / all as f64;
    assert!(measured.near.1 >= 150 && measured.variants.1 >= 60, "{name}: {measured:?}");
    assert!(share(measured.identical) >= 0.99, "{name}: {measured:?}");
    assert!(share(measured.near) >= 0.95, "{name}: {measured:?}");
    assert!(measured.wrong * 100 <= measured.pairs, "{name}: {measured:?}");
    assert_eq!(measured.variants_called_copies, 0, "{name}: {measured:?}");
    assert!(share(measured.variants) >= 0.95, "{name}: {measured:?}");
}

#[test]
fn reuse_is_found_and_variants_are_not_copies() {
    check("kinds used to set it up", ItemEdit::KNOWN.into(), 1);
}

/// Kinds of change and seeds that played no part in setting the likeness up.
#[test]
fn held_back_kinds_of_change_are_found_as_well() {
    for seed in [977, 5_003] {
        check("held-back kinds", ItemEdit::HELD_BACK.into(), seed);
    }
}

fn form_item(text: &BankText) -> FormItem {
    let labels = ["A", "B", "C", "D"];
    FormItem {
        form_id: "F".into(),
        stem: Some(text.stem.clone().into()),
        options: labels.iter().zip(&text.options).map(|(label, text)| ((*label).into(), text.clone().into())).collect(),
        key: Some(labels[text.key].into()),
        ..FormItem::default()
    }
}

/// The candidates by bands beside the plain double loop: what is near and shares no band.
#[test]
fn no_near_pair_of_a_sample_is_lost_beside_the_double_loop() {
    let mut random = Random::new(20, Purpose::Form, 0);
    let edits =
        [ItemEdit::Typo, ItemEdit::Synonym, ItemEdit::Inserted, ItemEdit::Swapped, ItemEdit::Mixed, ItemEdit::Layout];
    let mut texts: Vec<BankText> = Vec::new();
    while texts.len() < 1_600 {
        let item = new_item(&mut random);
        let edit = edits[texts.len() % edits.len()];
        texts.extend(changed(&item, edit, &mut random));
        texts.push(item);
    }
    let items: Vec<FormItem> = texts.iter().map(form_item).collect();
    let contents: Vec<_> =
        items.iter().map(|item| kaojian::detect::form_reuse::content::content(item).expect("a text").whole).collect();
    let threshold = Threshold { percent: 90 };
    let prepared: Vec<_> = contents
        .iter()
        .map(|content| {
            let characters: Vec<char> = content.text.chars().collect();
            let shingles = shingles(&characters);
            let scope = content.quantities.bytes().fold(0, |scope, byte| mixed(scope ^ u64::from(byte)));
            let bands = bands(&signature(&shingles), scope);
            (characters, shingles, bands)
        })
        .collect();
    let found = classes(&items.iter().collect::<Vec<_>>(), 90);
    let (mut near, mut missed_by_bands, mut apart) = (0, 0, 0);
    for a in 0..prepared.len() {
        for b in a + 1..prepared.len() {
            let (one, other) = (&prepared[a], &prepared[b]);
            if contents[a].quantities != contents[b].quantities
                || edits_if_near((&one.0, &one.1), (&other.0, &other.1), threshold).is_none()
                || contents[a].text != contents[b].text && opposed(&one.0, &other.0)
            {
                continue;
            }
            near += 1;
            let meets = one.2.iter().zip(&other.2).any(|(left, right)| left == right);
            missed_by_bands += usize::from(!meets);
            apart += usize::from(found[a].near != found[b].near);
        }
    }
    println!("{near} near pairs of {}: {missed_by_bands} share no band, {apart} are not in one class", prepared.len());
    assert!(near >= 700, "{near}");
    assert_eq!((missed_by_bands, apart), (0, 0));
}

/// The whole program on a bank: the paper used again is met, leaked items are a sign, and the two readings of 雷同卷
/// stay apart.
#[test]
fn a_bank_used_again_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let parameters = BankParameters { candidates: 150, ..BankParameters::default() };
    let truth: BankTruth = write_banks(&parameters, folder.path()).expect("a bank");
    let rules = load_rules(&[]).expect("the built-in rules");
    let inspection = inspect(folder.path(), &Config::default(), &rules, &Silent).expect("an inspection");
    let of =
        |article: &str| inspection.findings.iter().filter(|finding| finding.article == article).collect::<Vec<_>>();
    let (papers, sheets): (Vec<_>, Vec<_>) = of("20(4)").into_iter().partition(|finding| finding.batch_id.is_none());
    assert!(papers.iter().any(|finding| finding.verdict == Verdict::Met), "the second paper stands on three days");
    assert_eq!(sheets.len(), parameters.papers, "alike answer sheets are judged apart, batch by batch");
    let speaks_of = |finding: &&&kaojian::model::finding::Finding, detector: &str| {
        finding.cases.iter().any(|case| case.measure.starts_with(detector))
    };
    assert_eq!(papers.iter().filter(|finding| speaks_of(finding, "similarity.")).count(), 0);
    assert_eq!(sheets.iter().filter(|finding| speaks_of(finding, "form_reuse.")).count(), 0);
    let exposures = inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::ItemExposure(found) => Some(found),
        _ => None,
    });
    let flagged: Vec<String> = exposures
        .flat_map(|found| &found.items)
        .filter(|item| item.drift.is_some_and(|drift| drift.is_flagged))
        .map(|item| item.item_id.to_string())
        .collect();
    let known = truth.known_items.iter().filter(|item| flagged.contains(item)).count();
    println!("known from the middle on {:?}, flagged {flagged:?}", truth.known_items);
    assert!(known > 0 && flagged.len() == known, "{flagged:?}");
    assert!(of("20(6)").iter().any(|finding| finding.verdict == Verdict::Indication));
    assert!(of("20(6)").iter().all(|finding| finding.verdict != Verdict::Met));
}

//! Items that are one: by content where there are texts, by identifier where there are none.

use crate::detect::form_reuse::content::{ItemContent, content};
use crate::model::form::FormItem;
use crate::model::form_evidence::ItemBasis;
use crate::text::clusters::{ClusterSettings, clusters};
use crate::text::normal::NormalText;
use crate::text::similarity::Threshold;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Shortest text (characters of stem and options) that may be near another; shorter ones are the same or not.
const SHORTEST: usize = 10;

/// Longest text that is measured; longer ones are the same or not.
const LONGEST: usize = 4_000;

/// The classes of one item. Items with one number are one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemClass {
    /// The same item.
    pub identical: u32,
    /// The same or nearly so.
    pub near: u32,
    /// The same but for numbers.
    pub variant: u32,
    /// What it could be compared by.
    pub basis: ItemBasis,
}

/// The text that a kind of likeness goes by.
type TextOf = fn(&ItemContent) -> &NormalText;

/// The class of that kind.
type ClassOf = fn(&mut ItemClass) -> &mut u32;

/// Gives every item its classes, in the order of the items.
pub fn classes(items: &[&FormItem], near_percent: u32) -> Vec<ItemClass> {
    let contents: Vec<_> = items.par_iter().map(|item| content(item)).collect();
    let mut numbers = Numbers::default();
    let mut found: Vec<ItemClass> = Vec::with_capacity(items.len());
    let mut by_id: BTreeMap<&str, u32> = BTreeMap::new();
    let mut by_content: HashMap<(&str, &[String]), u32> = HashMap::new();
    for (item, content) in items.iter().zip(&contents) {
        let number = match content {
            Some(content) => *by_content
                .entry((content.whole.text.as_str(), content.keyed.as_slice()))
                .or_insert_with(|| numbers.next()),
            None => 0,
        };
        if let (Some(id), true) = (&item.item_id, content.is_some()) {
            by_id.entry(id.as_str()).or_insert(number);
        }
        found.push(ItemClass { identical: number, near: number, variant: number, basis: ItemBasis::Text });
    }
    // An item without texts is the one that bears its identifier.
    for (item, class) in items.iter().zip(&mut found).filter(|(_, class)| class.identical == 0) {
        let (number, basis) = match &item.item_id {
            Some(id) => (*by_id.entry(id.as_str()).or_insert_with(|| numbers.next()), ItemBasis::Identifier),
            None => (numbers.next(), ItemBasis::Key),
        };
        *class = ItemClass { identical: number, near: number, variant: number, basis };
    }
    let settings = ClusterSettings {
        threshold: Threshold { percent: near_percent },
        minimum_length: SHORTEST,
        maximum_length: LONGEST,
    };
    let kinds: [(TextOf, ClassOf); 2] = [
        (|content| &content.whole, |class| &mut class.near),
        (|content| &content.without_quantities, |class| &mut class.variant),
    ];
    for (text_of, class_of) in kinds {
        let with_text = contents.iter().enumerate();
        let (places, texts): (Vec<usize>, Vec<&NormalText>) =
            with_text.filter_map(|(place, content)| Some((place, text_of(content.as_ref()?)))).unzip();
        for cluster in clusters(&texts, settings) {
            let number = numbers.next();
            cluster.members.iter().for_each(|member| *class_of(&mut found[places[member.text]]) = number);
        }
    }
    // An item known by its identifier alone is near to what the item with the text is near to.
    let with_text: BTreeMap<u32, ItemClass> =
        found.iter().filter(|class| class.basis == ItemBasis::Text).map(|class| (class.identical, *class)).collect();
    for class in found.iter_mut().filter(|class| class.basis == ItemBasis::Identifier) {
        if let Some(known) = with_text.get(&class.identical) {
            (class.near, class.variant) = (known.near, known.variant);
        }
    }
    found
}

/// Running numbers from 1: 0 is no class yet.
#[derive(Default)]
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{ItemClass, classes};
    use crate::model::form::FormItem;
    use crate::model::form_evidence::ItemBasis;

    fn item(id: Option<&str>, stem: Option<&str>, key: &str) -> FormItem {
        FormItem {
            form_id: "F".into(),
            item_id: id.map(Into::into),
            stem: stem.map(Into::into),
            options: [("A", "切断电源并挂牌"), ("B", "合上开关")]
                .map(|(label, text)| (label.into(), text.into()))
                .into(),
            key: Some(key.into()),
            ..FormItem::default()
        }
    }

    fn of(items: &[FormItem]) -> Vec<ItemClass> {
        classes(&items.iter().collect::<Vec<_>>(), 90)
    }

    #[test]
    fn the_same_near_and_variant_items_are_told_apart() {
        let stem = "检修220V线路之前作业人员首先应当做什么";
        let found = of(&[
            item(Some("T1"), Some(stem), "A"),
            item(Some("T9"), Some("1. 检修220V线路之前，作业人员首先应当做什么？"), "A"),
            item(None, Some("检修220V线路之前，作业人员首先应该做什么？"), "A"),
            item(None, Some("检修380V线路之前，作业人员首先应当做什么？"), "A"),
            item(None, Some(stem), "B"),
            item(None, Some("值班时发现烟雾应当如何处置"), "A"),
        ]);
        let [first, same, near, variant, other_key, other] = found[..] else { panic!("six items") };
        assert_eq!(first.identical, same.identical);
        assert!(near.identical != first.identical && near.near == first.near);
        assert!(variant.near != first.near && variant.variant == first.variant);
        assert!(other_key.identical != first.identical && other_key.near == first.near);
        assert!(other.near != first.near && other.variant != first.variant);
        assert!(found.iter().all(|class| class.basis == ItemBasis::Text));
    }

    #[test]
    fn without_texts_the_identifier_decides() {
        let stem = "检修线路之前作业人员首先应当做什么";
        let found = of(&[
            item(Some("T1"), Some(stem), "A"),
            item(Some("T1"), None, "A"),
            item(Some("T2"), None, "A"),
            item(None, None, "A"),
            item(None, None, "A"),
        ]);
        assert_eq!((found[0].identical, found[0].near), (found[1].identical, found[1].near));
        assert_eq!(
            found.iter().map(|class| class.basis).collect::<Vec<_>>(),
            [ItemBasis::Text, ItemBasis::Identifier, ItemBasis::Identifier, ItemBasis::Key, ItemBasis::Key]
        );
        assert_ne!(found[2].identical, found[0].identical);
        assert_ne!(found[3].identical, found[4].identical);
    }
}

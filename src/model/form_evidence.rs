//! Test forms of one occupation and level, and the items that they share.

use crate::model::ids::{BatchId, BodyId, FormId, ItemId};
use crate::model::level::Level;
use crate::model::provenance::Provenance;
use chrono::NaiveDate;
use compact_str::CompactString;

/// Every pair of papers of one occupation and level.
#[derive(Clone, Debug, Default)]
pub struct FormOverlap {
    /// 职业编码 or name, as the batches have it.
    pub occupation: Option<CompactString>,
    /// Level.
    pub level: Option<Level>,
    /// The papers, by date.
    pub papers: Vec<PaperOutline>,
    /// Pairs that share something, by paper.
    pub pairs: Vec<PaperPair>,
    /// Items that stand on more than one paper, by their first place.
    pub items: Vec<ReusedItem>,
    /// So many items stand on more than one paper; `items` may hold fewer.
    pub items_found: u64,
}

impl FormOverlap {
    /// Pairs past the criterion.
    pub fn alike(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.alike).count()
    }

    /// Pairs compared.
    pub fn pairs_compared(&self) -> usize {
        self.papers.len() * self.papers.len().saturating_sub(1) / 2
    }
}

/// What papers could be compared by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemBasis {
    /// Stem, options and the text of the keyed option.
    #[default]
    Text,
    /// 试题编号 alone.
    Identifier,
    /// The string of keys alone.
    Key,
}

impl ItemBasis {
    /// `text`, `identifier` or `key`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Identifier => "identifier",
            Self::Key => "key",
        }
    }
}

/// One paper: all forms of one batch (A and B forms and parallel rooms are one paper), or one form that no batch uses.
#[derive(Clone, Debug, Default)]
pub struct PaperOutline {
    /// The batch that used it.
    pub batch_id: Option<BatchId>,
    /// The body.
    pub body_id: Option<BodyId>,
    /// Examination date.
    pub exam_date: Option<NaiveDate>,
    /// Its forms, by identifier.
    pub forms: Vec<FormId>,
    /// Different items on it.
    pub items: u64,
    /// Of these from domains of common knowledge, which overlap lawfully.
    pub common_items: u64,
    /// What its items could be compared by; the weakest of them.
    pub basis: ItemBasis,
}

/// What two papers share. Items of common knowledge are counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PaperPair {
    /// Place of the earlier paper.
    pub a: usize,
    /// Place of the later paper.
    pub b: usize,
    /// Items that are the same.
    pub identical: u64,
    /// Items that are nearly the same: few characters, the order of options or the key differ; numbers do not.
    pub near: u64,
    /// Items that are the same but for numbers, units or a negation: other items, and not counted as shared.
    pub variants: u64,
    /// Items of common knowledge that are the same or nearly so.
    pub common: u64,
    /// Items of the smaller paper that are compared.
    pub smaller: u64,
    /// Share of the shared items that stand in the same order on both papers, 0–1; `None` for fewer than two.
    pub same_order: Option<f64>,
    /// Every item of either paper is an identical one of the other.
    pub same_paper: bool,
    /// Past the criterion of the settings.
    pub alike: bool,
    /// log10 of the probability that two unrelated papers have one string of keys; with a basis of keys only.
    pub key_log10_probability: Option<f64>,
}

/// One item that stands on more than one paper.
#[derive(Clone, Debug)]
pub struct ReusedItem {
    /// Where it stands, by paper and place.
    pub places: Vec<ItemPlace>,
}

/// One place of an item.
#[derive(Clone, Debug)]
pub struct ItemPlace {
    /// Place of the paper.
    pub paper: usize,
    /// Which form.
    pub form_id: FormId,
    /// 题号.
    pub item_no: Option<u32>,
    /// 试题编号.
    pub item_id: Option<ItemId>,
    /// How it is like the first.
    pub likeness: ItemLikeness,
    /// Beginning of the stem.
    pub stem: Box<str>,
    /// Source row.
    pub source: Provenance,
}

/// How one item is like another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemLikeness {
    /// The same.
    Identical,
    /// Nearly the same.
    Near,
    /// Other numbers.
    Variant,
}

impl ItemLikeness {
    /// `identical`, `near` or `variant`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::Near => "near",
            Self::Variant => "variant",
        }
    }
}

//! Items of a body over time: how often they were used, how new the papers were, and which items became easier.

use crate::model::ids::{BatchId, BodyId, ItemId};
use crate::model::level::Level;
use crate::model::provenance::Provenance;
use chrono::NaiveDate;
use compact_str::CompactString;

/// The items of one body in one occupation and level.
#[derive(Clone, Debug, Default)]
pub struct ItemExposure {
    /// The body.
    pub body_id: Option<BodyId>,
    /// 职业编码.
    pub occupation: Option<CompactString>,
    /// Level.
    pub level: Option<Level>,
    /// Its papers, by day and batch.
    pub papers: Vec<PaperRenewal>,
    /// Different items on them.
    pub items_used: u64,
    /// Of these in more than one batch.
    pub items_reused: u64,
    /// Items to look at, those past the criterion first, then those used most; not all of them.
    pub items: Vec<ItemHistory>,
    /// Items whose first and later uses were compared.
    pub items_compared: u64,
    /// Mean of their differences, later less first share right, −1 to 1.
    pub mean_difference: Option<f64>,
}

/// How new one paper was.
#[derive(Clone, Debug)]
pub struct PaperRenewal {
    /// The batch that used it.
    pub batch_id: BatchId,
    /// Its day.
    pub exam_date: NaiveDate,
    /// Items with an identifier.
    pub items: u64,
    /// Of these not used before by the body, or revised since; `None` for the first paper on record.
    pub new_items: Option<u64>,
    /// Items whose making or revision is on record.
    pub items_dated: u64,
    /// Median of their whole months of age on the day.
    pub median_age_months: Option<u32>,
    /// Age of the oldest one.
    pub oldest_months: Option<u32>,
}

/// One item.
#[derive(Clone, Debug)]
pub struct ItemHistory {
    /// 试题编号.
    pub item_id: ItemId,
    /// Beginning of the stem, where one is on record.
    pub stem: Box<str>,
    /// Batches that used it.
    pub batches: u64,
    /// First day.
    pub first_used: NaiveDate,
    /// Last day.
    pub last_used: NaiveDate,
    /// Whole months since it was made or revised, on the last day.
    pub age_months: Option<u32>,
    /// First beside later uses.
    pub drift: Option<ItemDrift>,
    /// A row of its form.
    pub source: Provenance,
}

/// One item in its first and its later uses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemDrift {
    /// Answered as keyed in the first use.
    pub first_right: u64,
    /// Sheets of the first use.
    pub first: u64,
    /// Answered as keyed in later uses.
    pub later_right: u64,
    /// Sheets of later uses.
    pub later: u64,
    /// Later less first share right.
    pub difference: f64,
    /// Its 95 % interval.
    pub interval: (f64, f64),
    /// Score test of the two shares, one-sided for easier.
    pub plain_p_value: f64,
    /// How much easier for people of equal score on the common items, delta scale.
    pub delta: f64,
    /// Standard error of it; not finite where one side never differs.
    pub delta_error: f64,
    /// `A` (negligible), `B` or `C` (large).
    pub class: &'static str,
    /// Mantel–Haenszel, one-sided, adjusted for the false discovery rate over all items of the data set.
    pub adjusted_p_value: f64,
    /// Items on which people were made comparable.
    pub common_items: u64,
    /// Past every criterion.
    pub is_flagged: bool,
}

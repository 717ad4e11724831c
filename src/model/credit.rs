//! Credit of a body (Art. 19): what people decided about it and which measures were taken, counted, and weighted where
//! the authority has set weights. Nothing here compares bodies with each other.

use crate::model::finding::Measure;
use crate::model::ids::BodyId;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// Weights that an authority has set. The regulation has none, so there is no default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditWeights {
    /// Points of a body with nothing on record.
    pub start: i64,
    /// Civil months for which a decision or measure counts, its last day included; `None` for ever.
    pub window_months: Option<u32>,
    /// Points taken off by each confirmed finding, by article: `20(1)`, or `20` for all of its items.
    pub articles: BTreeMap<String, i64>,
    /// Points taken off by each measure.
    pub measures: BTreeMap<Measure, i64>,
}

impl CreditWeights {
    /// The weight of an article: its own, or that of all items of its article.
    ///
    /// ```
    /// use kaojian::model::credit::CreditWeights;
    /// use std::collections::BTreeMap;
    /// let articles = BTreeMap::from([("20".to_owned(), 2), ("20(1)".to_owned(), 5)]);
    /// let weights = CreditWeights { start: 100, window_months: None, articles, measures: BTreeMap::new() };
    /// assert_eq!(weights.of_article("20(1)"), Some(5));
    /// assert_eq!(weights.of_article("20(4)"), Some(2));
    /// assert_eq!(weights.of_article("21(6)"), None);
    /// ```
    pub fn of_article(&self, article: &str) -> Option<i64> {
        let whole = article.split('(').next().unwrap_or(article);
        self.articles.get(article).or_else(|| self.articles.get(whole)).copied()
    }
}

/// The credit of one body on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreditCard {
    /// Whose.
    pub body_id: BodyId,
    /// The day. What is dated later does not count.
    pub as_of: Option<NaiveDate>,
    /// Identifier of the rule pack whose weights were used, if it has any.
    pub rule_pack: Option<String>,
    /// Batches on record up to that day.
    pub batches: u64,
    /// Findings by clause, in the order of articles.
    pub clauses: Vec<ClauseCount>,
    /// What counts, one line a weight; empty without weights.
    pub terms: Vec<CreditTerm>,
    /// Starting points; `None` without weights.
    pub start: Option<i64>,
    /// Starting points less every term; `None` without weights.
    pub score: Option<i64>,
    /// Decisions and measures by date, and the days on which one ceased to count.
    pub events: Vec<CreditEvent>,
}

/// Findings of one clause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClauseCount {
    /// Rule pack by which they were found.
    pub rule_pack: String,
    /// `20(1)`.
    pub article: String,
    /// A person confirmed.
    pub confirmed: u64,
    /// A person dismissed.
    pub dismissed: u64,
    /// A person wants more evidence.
    pub needs_evidence: u64,
    /// Facts that meet the condition, on which nobody has decided. They take nothing off.
    pub undecided_met: u64,
    /// Signs on which nobody has decided. They take nothing off.
    pub undecided_indication: u64,
}

/// One line of the arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreditTerm {
    /// `20(1)`, or `measure.warning`.
    pub of: String,
    /// How many count on that day.
    pub count: u64,
    /// Points of each.
    pub points: i64,
    /// `count` times `points`.
    pub product: i64,
}

/// Something that changed what is on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CreditEvent {
    /// When it was decided, or the first day on which it counts no more.
    pub on: NaiveDate,
    /// What it is.
    pub kind: CreditEventKind,
    /// `20(1)`, or `measure.warning`.
    pub of: String,
    /// The finding; empty for a measure.
    pub finding_id: String,
    /// Last day on which it counts; `None` for ever.
    pub counts_to: Option<NaiveDate>,
    /// Points it takes off; `None` without a weight.
    pub points: Option<i64>,
    /// Score at the end of that day; `None` without weights.
    pub score: Option<i64>,
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditEventKind {
    /// A finding was confirmed by a person.
    Confirmed,
    /// A measure was taken.
    Measure,
    /// One of these counts no more.
    Lapsed,
}

impl CreditEventKind {
    /// `confirmed`, `measure` or `lapsed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Measure => "measure",
            Self::Lapsed => "lapsed",
        }
    }
}

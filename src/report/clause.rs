//! One text may be read of different subjects: alike papers of a batch, and papers that a body uses again. What is
//! counted of the one is never added to the other.

use crate::model::finding::Finding;
use crate::model::text::Bilingual;
use crate::report::chart::matrix::{article_key, article_name};
use std::collections::BTreeSet;

/// An article as it is read of one kind of subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clause<'a> {
    /// Sort key of the article.
    order: (u32, u32),
    article: &'a str,
    /// Whether the finding is about the body itself.
    pub about_body: bool,
}

impl<'a> Clause<'a> {
    /// The clause of a finding.
    pub fn of(finding: &'a Finding) -> Self {
        Self { order: article_key(&finding.article), article: &finding.article, about_body: finding.batch_id.is_none() }
    }

    /// `20(4)`.
    pub fn article(self) -> &'a str {
        self.article
    }

    /// `batch` or `body`.
    pub const fn subject(self) -> &'static str {
        if self.about_body { "body" } else { "batch" }
    }

    /// The article in words; where it is also read of the other subject, with its own.
    pub fn name(self, beside: &BTreeSet<Self>) -> Bilingual {
        let mut name = article_name(self.article());
        if beside.contains(&Self { about_body: !self.about_body, ..self }) {
            let (zh, en) = if self.about_body { ("机构", "body") } else { ("批次", "batch") };
            name.zh.push_str(&format!("·{zh}"));
            name.en.push_str(&format!(" {en}"));
        }
        name
    }
}

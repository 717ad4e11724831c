//! What a rule is held against: one subject with what belongs to it.

use crate::model::batch::Batch;
use crate::model::finding::Verdict;
use crate::model::ids::BodyId;
use crate::model::provenance::Provenance;
use crate::policy::observed::Subject;
use crate::policy::records::DatesByBody;
use crate::policy::rule::Rule;
use chrono::NaiveDate;

/// What is judged: one subject with what belongs to it.
pub struct Place<'a> {
    /// Batch, body or data set.
    pub subject: Subject<'a>,
    /// The batch's row, if there is one.
    pub batch: Option<&'a Batch>,
    /// The body, when known.
    pub body_id: Option<&'a BodyId>,
    /// Dates that recurrences count.
    pub dates: &'a DatesByBody<'a>,
    /// The rules of the pack.
    pub rules: &'a [Rule],
    /// What the rules judged before say of the body, for repeats.
    pub said: &'a [Repeated],
}

/// What a rule judged before says of a body.
#[derive(Clone, Debug)]
pub struct Repeated {
    /// Article of that rule.
    pub article: String,
    /// The day of the examination, or on which the condition was fulfilled.
    pub day: Option<NaiveDate>,
    /// The verdict.
    pub verdict: Verdict,
    /// The finding.
    pub finding_id: String,
    /// Source rows.
    pub sources: Vec<Provenance>,
}

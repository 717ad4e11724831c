//! What a detector saw, before any rule is asked: facts and signs, never verdicts or articles.

use crate::model::dated::Dated;
use crate::model::evidence::Evidence;
use crate::model::figure::Figures;
use crate::model::ids::{BatchId, BodyId};
use crate::model::missing::MissingFact;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use std::collections::BTreeMap;

/// What each `detector.measure` is called.
pub type MeasureNames = BTreeMap<String, Bilingual>;

/// Whether an observation can be counted in the rows, or rests on a probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// Anyone who opens the rows sees it: a sum that differs, a missing approval.
    Fact,
    /// A statistic past its criterion: a reason to look, never a verdict by itself.
    Sign,
}

impl Nature {
    /// `fact` or `sign`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Sign => "sign",
        }
    }
}

/// One measure of one detector for one batch (or body).
#[derive(Clone, Debug)]
pub struct Observation {
    /// Stable name of the detector.
    pub detector: &'static str,
    /// Stable name of what was measured; `detector.measure` is what rule packs refer to.
    pub measure: &'static str,
    /// Fact or sign.
    pub nature: Nature,
    /// The body, when known.
    pub body_id: Option<BodyId>,
    /// The batch, when the measure is of a batch.
    pub batch_id: Option<BatchId>,
    /// `false` when the data do not allow the measure at all; `missing` then says why.
    pub evaluated: bool,
    /// Named figures; counts as integers.
    pub figures: Figures,
    /// Each single case seen, in a fixed order. Empty means: looked, and saw none.
    pub cases: Vec<ObservedCase>,
    /// What would be needed to measure this, or to measure it fully.
    pub missing: Vec<MissingFact>,
    /// What is on which days, for rules about windows, absences and deadlines; `Dated::default()` for most measures.
    pub dated: Dated,
}

impl Observation {
    /// A measure that was looked for and not seen.
    pub fn new(detector: &'static str, measure: &'static str, nature: Nature) -> Self {
        Self {
            detector,
            measure,
            nature,
            body_id: None,
            batch_id: None,
            evaluated: true,
            figures: Figures::new(),
            cases: Vec::new(),
            missing: Vec::new(),
            dated: Dated::default(),
        }
    }

    /// As a measure of one batch.
    pub fn of_batch(mut self, batch_id: &BatchId, body_id: Option<&BodyId>) -> Self {
        self.batch_id = Some(batch_id.clone());
        self.body_id = body_id.cloned();
        self
    }

    /// As a measure of one body.
    pub fn of_body(mut self, body_id: &BodyId) -> Self {
        self.body_id = Some(body_id.clone());
        self
    }

    /// What the data do not allow at all, or not without a gap.
    pub fn lacking(mut self, missing: Vec<MissingFact>) -> Self {
        self.evaluated = false;
        self.missing = missing;
        self
    }

    /// What was seen. One case counts whatever else is open; no case is a full look only where nothing is missing.
    pub fn seen(mut self, cases: Vec<ObservedCase>, mut missing: Vec<MissingFact>) -> Self {
        missing.sort();
        missing.dedup();
        self.evaluated = !cases.is_empty() || missing.is_empty();
        self.cases = cases;
        self.missing = missing;
        self
    }

    /// With a whole number of that name.
    pub fn with(mut self, name: &str, count: usize) -> Self {
        self.figures.insert(name.to_owned(), count.into());
        self
    }
}

/// One case of an observation.
#[derive(Clone, Debug)]
pub struct ObservedCase {
    /// Candidates, raters or other subjects, by identifier.
    pub subjects: Vec<String>,
    /// The source rows.
    pub sources: Vec<Provenance>,
    /// What is seen, in one neutral sentence.
    pub detail: Bilingual,
}

/// Everything one detector returns.
#[derive(Clone, Debug, Default)]
pub struct Detected {
    /// One entry a measure and batch, sorted by batch, then measure.
    pub observations: Vec<Observation>,
    /// What charts and tables are drawn from.
    pub evidence: Vec<Evidence>,
}

//! Recorded results of one batch, looked up by candidate and component.

use crate::model::component::Component;
use crate::model::ids::CandidateId;
use crate::model::points::Points;
use crate::model::score::Score;
use crate::model::score_change::ScoreChange;
use std::cmp::Ordering;

/// The register of one batch.
#[derive(Debug, Default)]
pub(super) struct Register<'a> {
    /// By candidate and component.
    scores: Vec<&'a Score>,
    /// Changes with an approval on record, by candidate and component.
    approved: Vec<&'a ScoreChange>,
}

/// What the register holds for one candidate and component.
#[derive(Clone, Copy, Debug)]
pub(super) enum Recorded<'a> {
    /// No line.
    Nothing,
    /// A line without a number (absent, exempt, void, blank).
    NoNumber,
    /// Several lines with different marks.
    Conflicting,
    /// A mark.
    Mark(Points, &'a Score),
}

fn by_candidate(a: (&CandidateId, &Component), b: (&CandidateId, &Component)) -> Ordering {
    a.cmp(&b)
}

impl<'a> Register<'a> {
    /// From the rows of one batch.
    pub(super) fn new(mut scores: Vec<&'a Score>, changes: Vec<&'a ScoreChange>) -> Self {
        scores.sort_by(|a, b| by_candidate((&a.candidate_id, &a.component), (&b.candidate_id, &b.component)));
        let is_approved = |change: &&ScoreChange| {
            [&change.approval_no, &change.approver].into_iter().flatten().any(|text| !text.trim().is_empty())
        };
        let mut approved: Vec<&ScoreChange> = changes.into_iter().filter(is_approved).collect();
        approved.sort_by(|a, b| by_candidate((&a.candidate_id, &a.component), (&b.candidate_id, &b.component)));
        Self { scores, approved }
    }

    /// Lines of the register.
    pub(super) fn scores(&self) -> &[&'a Score] {
        &self.scores
    }

    /// What is recorded.
    pub(super) fn find(&self, candidate: &CandidateId, component: &Component) -> Recorded<'a> {
        let wanted = (candidate, component);
        let start =
            self.scores.partition_point(|score| by_candidate((&score.candidate_id, &score.component), wanted).is_lt());
        let mut found = Recorded::Nothing;
        for score in self.scores[start..]
            .iter()
            .take_while(|score| score.candidate_id == *candidate && score.component == *component)
        {
            let usable = score.void.is_none().then(|| score.mark.points()).flatten();
            found = match (found, usable) {
                (Recorded::Nothing | Recorded::NoNumber, Some(points)) => Recorded::Mark(points, score),
                (Recorded::Nothing, None) => Recorded::NoNumber,
                (Recorded::Mark(earlier, _), Some(points)) if earlier != points => Recorded::Conflicting,
                (unchanged, _) => unchanged,
            };
        }
        found
    }

    /// An approved change that ends at the recorded mark.
    pub(super) fn approved_change(
        &self,
        candidate: &CandidateId,
        component: &Component,
        recorded: Points,
    ) -> Option<&'a ScoreChange> {
        let wanted = (candidate, component);
        let start = self
            .approved
            .partition_point(|change| by_candidate((&change.candidate_id, &change.component), wanted).is_lt());
        self.approved[start..]
            .iter()
            .take_while(|change| change.candidate_id == *candidate && change.component == *component)
            .find(|change| change.new_score == Some(recorded))
            .copied()
    }
}

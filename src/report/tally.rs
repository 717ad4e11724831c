//! How often each verdict was reached.

use crate::model::finding::{Finding, Verdict};

/// Numbers by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([usize; 5]);

impl Tally {
    /// Of some findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut found = Self::default();
        findings.into_iter().for_each(|finding| found.add(finding.verdict));
        found
    }

    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        for (count, known) in self.0.iter_mut().zip(Verdict::ALL) {
            *count += usize::from(known == verdict);
        }
    }

    /// How often one was reached.
    pub fn number(&self, verdict: Verdict) -> usize {
        self.each().filter(|(known, _)| *known == verdict).map(|(_, count)| count).sum()
    }

    /// Each verdict with its number, in the order of [`Verdict::ALL`].
    pub fn each(&self) -> impl Iterator<Item = (Verdict, usize)> {
        Verdict::ALL.into_iter().zip(self.0)
    }

    /// The numbers, in the order of [`Verdict::ALL`].
    pub const fn numbers(self) -> [usize; 5] {
        self.0
    }

    /// The most urgent verdict that was reached.
    pub fn most_urgent(&self) -> Option<Verdict> {
        self.each().find(|(_, count)| *count > 0).map(|(verdict, _)| verdict)
    }
}

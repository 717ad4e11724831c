//! Pairs that reached the critical count of their classes, and whether they are all that another model could keep.
//!
//! After the model has been fitted once more, persons change classes and critical counts change. When no critical count
//! falls below what the same two persons had to reach before, every pair that could be kept now is among those that
//! reached theirs then, and only these are looked at again.

use crate::detect::similarity::critical_counts::CriticalCounts;
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::response_model::ResponseModel;
use crate::detect::similarity::screening::{RetainedPair, Screening};
use rayon::prelude::*;

/// Beyond this many changes of class, looking at all pairs again costs no more than the comparison of them.
const MOST_CHANGES: usize = 8000;

/// The pairs that reached their critical count in a screen.
pub struct Candidates {
    pairs: Vec<(u32, u32)>,
    class_of: Vec<u32>,
    critical: CriticalCounts,
}

impl Candidates {
    pub(super) fn new(pairs: Vec<(u32, u32)>, class_of: &[u32], critical: CriticalCounts) -> Self {
        Self { pairs, class_of: class_of.to_vec(), critical }
    }

    /// Whether every pair that reaches its critical count of `after` reached its own before.
    pub(super) fn cover(&self, class_of: &[u32], after: &CriticalCounts) -> bool {
        let mut changes: Vec<(u32, u32)> = Vec::new();
        let mut seen = vec![false; self.critical.classes() * after.classes()];
        for (&old, &new) in self.class_of.iter().zip(class_of) {
            if let Some(seen) = seen.get_mut(old as usize * after.classes() + new as usize).filter(|seen| !**seen) {
                *seen = true;
                changes.push((old, new));
            }
        }
        changes.len() <= MOST_CHANGES
            && changes.par_iter().enumerate().all(|(place, &(old_a, new_a))| {
                changes[..=place].iter().all(|&(old_b, new_b)| {
                    let before = self.critical.of(old_a as usize, old_b as usize);
                    after.of(new_a as usize, new_b as usize) >= before
                })
            })
    }

    /// Those of the candidates that the screening keeps, by (a, b).
    pub(super) fn kept(
        &self,
        matrix: &SheetMatrix<'_>,
        model: &ResponseModel,
        screening: &Screening,
    ) -> Vec<RetainedPair> {
        let look = |&(a, b): &(u32, u32)| screening.look(matrix, model, (a as usize, b as usize));
        let mut pairs: Vec<RetainedPair> = self.pairs.par_iter().filter_map(look).collect();
        pairs.sort_by_key(|pair| (pair.a, pair.b));
        pairs
    }
}

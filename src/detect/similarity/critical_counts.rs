//! How many agreements make a pair worth an exact tail, for each pair of classes.

use crate::stats::poisson_binomial::{critical_count, distribution_into};
use rayon::prelude::*;

/// Critical counts are taken at this much above the retention level, so that rounding loses no pair.
const ROUNDING_MARGIN: f64 = 1.0 + 1e-9;

/// For each pair of classes, the fewest identical responses at which a complete pair is retained.
pub(super) struct CriticalCounts {
    classes: usize,
    counts: Vec<u16>,
}

impl CriticalCounts {
    /// **Input**: `chance`: probability that persons of two classes agree on an item in the way that counts.
    pub(super) fn new(
        classes: usize,
        items: usize,
        retention: f64,
        chance: impl Fn(usize, usize, usize) -> f64 + Sync,
    ) -> Self {
        let rows: Vec<Vec<u16>> = (0..classes)
            .into_par_iter()
            .map(|class_a| {
                let (mut points, mut scratch) = (Vec::new(), Vec::new());
                let mut probabilities = vec![0.0; items];
                (0..=class_a)
                    .map(|class_b| {
                        for (item, probability) in probabilities.iter_mut().enumerate() {
                            *probability = chance(class_a, class_b, item);
                        }
                        distribution_into(&probabilities, &mut points, &mut scratch);
                        u16::try_from(critical_count(&points, retention * ROUNDING_MARGIN)).unwrap_or(u16::MAX)
                    })
                    .collect()
            })
            .collect();
        let mut counts = vec![0; classes * classes];
        for (class_a, row) in rows.into_iter().enumerate() {
            for (class_b, count) in row.into_iter().enumerate() {
                counts[class_a * classes + class_b] = count;
                counts[class_b * classes + class_a] = count;
            }
        }
        Self { classes, counts }
    }

    /// Number of classes.
    pub(super) fn classes(&self) -> usize {
        self.classes
    }

    /// The count of two classes.
    pub(super) fn of(&self, class_a: usize, class_b: usize) -> usize {
        usize::from(self.counts[class_a * self.classes + class_b])
    }

    /// The lowest over a range of classes, ends included.
    pub(super) fn lowest(&self, class: usize, (first, last): (usize, usize)) -> usize {
        let row = &self.counts[class * self.classes..(class + 1) * self.classes];
        row[first..=last].iter().copied().min().map_or(0, usize::from)
    }
}

//! Compares all pairs of a form: a count that loses nobody first, the exact tail for the few that pass.
//!
//! For two classes of persons the number of agreements that makes the exact tail drop to the retention level is
//! tabulated. Blanks count as agreement while screening: with d items dropped,
//! P(M ≥ m on the rest) ≥ P(M ≥ m + d on all), so a pair below the critical count cannot be significant.

use crate::detect::similarity::critical_counts::CriticalCounts;
use crate::detect::similarity::crowds::Crowds;
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::pair_tails::{gbt, identical_incorrect};
use crate::detect::similarity::response_model::ResponseModel;
use crate::detect::similarity::screen_plan::{Block, Plan};
use crate::kernels::dispatch::{Path, scan};
use crate::kernels::plain::{PairCounts, compare, count_not_different, count_not_different_incorrect};
use crate::model::progress::Progress;
use crate::stats::tail::Tail;
use rayon::prelude::*;

/// The p-value that a pair is kept by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScreenStatistic {
    /// Identical responses: the generalised binomial test.
    #[default]
    Identical,
    /// Identical responses other than the keyed ones.
    IdenticalIncorrect,
}

impl ScreenStatistic {
    /// A pair whose responses have been counted, with its tails; `a < b`.
    pub fn pair(
        self,
        matrix: &SheetMatrix<'_>,
        model: &ResponseModel,
        (a, b): (usize, usize),
        counts: PairCounts,
    ) -> RetainedPair {
        let gbt = gbt(matrix, model, a, b, counts.matches);
        let p_value = match self {
            Self::Identical => gbt.probability,
            Self::IdenticalIncorrect => identical_incorrect(matrix, model, a, b, counts.matches_incorrect).probability,
        };
        RetainedPair { a, b, counts, gbt, p_value }
    }
}

/// A pair whose p-value is at or below the retention level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetainedPair {
    /// Place of one sheet in the matrix.
    pub a: usize,
    /// Place of the other; `a < b`.
    pub b: usize,
    /// What was counted.
    pub counts: PairCounts,
    /// Exact upper tail of the number of identical responses.
    pub gbt: Tail,
    /// The p-value that the pair is kept by.
    pub p_value: f64,
}

/// What is asked of a screen.
#[derive(Clone, Copy, Debug)]
pub struct Screening {
    /// Which p-value.
    pub statistic: ScreenStatistic,
    /// Fewest items both sheets of a pair answered.
    pub minimum_items: u32,
    /// Pairs with a p-value at or below this are kept.
    pub retention: f64,
    /// How the counting is done.
    pub path: Path,
}

/// Finds every pair with at least `minimum_items` common items and a GBT p-value ≤ `retention`.
///
/// **Returns**: pairs sorted by (a, b); the same on every path and for every number of threads.
pub fn retained_pairs(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    minimum_items: u32,
    retention: f64,
    path: Path,
    progress: &dyn Progress,
) -> Vec<RetainedPair> {
    let screening = Screening { statistic: ScreenStatistic::Identical, minimum_items, retention, path };
    screened_pairs(matrix, model, &screening, progress)
}

/// As [`retained_pairs`], by the p-value asked for.
pub fn screened_pairs(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    screening: &Screening,
    progress: &dyn Progress,
) -> Vec<RetainedPair> {
    if matrix.sheets.len() < 2 || matrix.items.is_empty() {
        return Vec::new();
    }
    let critical = critical_counts(matrix, model, screening);
    let plan = Plan::new(matrix, &model.class_of, &critical, screening.statistic == ScreenStatistic::Identical);
    pairs_of(matrix, model, screening, &critical, &plan, progress, |block| plan.level_for(block, screening.path))
}

fn critical_counts(matrix: &SheetMatrix<'_>, model: &ResponseModel, screening: &Screening) -> CriticalCounts {
    CriticalCounts::new(model.classes(), matrix.items.len(), screening.retention, |a, b, item| {
        match screening.statistic {
            ScreenStatistic::Identical => model.match_probability(a, b, item),
            ScreenStatistic::IdenticalIncorrect => model.incorrect_match_probability(a, b, item, matrix.key[item]),
        }
    })
}

/// Looks at every block, in groups of the size that `level_of` says.
fn pairs_of(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    screening: &Screening,
    critical: &CriticalCounts,
    plan: &Plan<'_>,
    progress: &dyn Progress,
    level_of: impl Fn(&Block) -> usize + Sync,
) -> Vec<RetainedPair> {
    let look = Look { matrix, model, screening, critical, crowds: Crowds::new(matrix), plan };
    let found: Vec<Vec<RetainedPair>> = plan
        .blocks()
        .par_iter()
        .map(|block| {
            let found = look.at(block, level_of(block));
            if block.is_diagonal() {
                progress.advance(plan.sheets_of(block.rows) as u64);
            }
            found
        })
        .collect();
    let mut pairs: Vec<RetainedPair> = found.into_iter().flatten().collect();
    pairs.sort_by_key(|pair| (pair.a, pair.b));
    pairs
}

/// Everything that looking at one block needs.
struct Look<'m> {
    matrix: &'m SheetMatrix<'m>,
    model: &'m ResponseModel,
    screening: &'m Screening,
    critical: &'m CriticalCounts,
    crowds: Crowds,
    plan: &'m Plan<'m>,
}

impl Look<'_> {
    /// The pairs of a block that are kept.
    fn at(&self, block: &Block, level: usize) -> Vec<RetainedPair> {
        let (plan, path) = (self.plan, self.screening.path);
        let mut found = Vec::new();
        let maps = plan.maps(level);
        for tile in plan.tiles(block, level) {
            for (rows, thresholds) in plan.reachable_rows(block, level, tile) {
                scan(path, maps, tile, plan.lists(), rows, &thresholds, &mut |row, columns| {
                    for place in plan.places(level, tile, columns, row) {
                        found.extend(self.verify(row, place));
                    }
                });
            }
        }
        found
    }

    /// Looks at one pair, given by places in the plan.
    fn verify(&self, row: usize, column: usize) -> Option<RetainedPair> {
        let (a, b) = (self.plan.sheet(row), self.plan.sheet(column));
        let lowest = self.critical.of(self.model.class_of[a] as usize, self.model.class_of[b] as usize);
        let (left, right) = (self.plan.codes(row), self.plan.codes(column));
        let reached = match self.screening.statistic {
            ScreenStatistic::Identical => count_not_different(left, right),
            ScreenStatistic::IdenticalIncorrect => count_not_different_incorrect(left, right, &self.matrix.key),
        };
        if (reached as usize) < lowest || self.crowds.skips(a, b) {
            return None;
        }
        verify(self.matrix, self.model, a.min(b), a.max(b), self.screening)
    }
}

/// Counts a pair exactly and computes its tail.
fn verify(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    a: usize,
    b: usize,
    screening: &Screening,
) -> Option<RetainedPair> {
    let counts = compare(matrix.row(a), matrix.row(b), &matrix.key);
    if counts.common < screening.minimum_items {
        return None;
    }
    Some(screening.statistic.pair(matrix, model, (a, b), counts)).filter(|pair| pair.p_value <= screening.retention)
}

/// The plain double loop over all pairs: what [`screened_pairs`] must equal.
pub fn screened_pairs_plain(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    screening: &Screening,
) -> Vec<RetainedPair> {
    let crowds = Crowds::new(matrix);
    let mut pairs = Vec::new();
    for a in 0..matrix.sheets.len() {
        for b in (a + 1..matrix.sheets.len()).filter(|b| !crowds.skips(a, *b)) {
            pairs.extend(verify(matrix, model, a, b, screening));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::similarity::matrix::MatrixItem;
    use crate::detect::similarity::response_model::{ModelKind, ResponseModel};
    use crate::model::answer::AnswerSheet;
    use crate::model::ids::{BatchId, CandidateId, ItemId};
    use crate::model::progress::Silent;
    use crate::model::provenance::Provenance;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const ITEMS: usize = 14;

    /// Sheets that know the key with the chance of their class, blank now and then; a few are copies.
    fn codes(sheets: usize) -> (Vec<u8>, Vec<u32>) {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let class_of: Vec<u32> = (0..sheets).map(|_| random.random_range(0..6)).collect();
        let mut codes = Vec::new();
        for (sheet, &class) in class_of.iter().enumerate() {
            if sheet % 90 == 17 {
                let from = random.random_range(0..sheet) * ITEMS;
                codes.extend_from_within(from..from + ITEMS);
                continue;
            }
            for _ in 0..ITEMS {
                let right = random.random_bool(0.25 + 0.1 * f64::from(class));
                let code = if right { 1 } else { random.random_range(2..=4) };
                codes.push(if random.random_bool(0.03) { 0 } else { code });
            }
        }
        (codes, class_of)
    }

    #[test]
    fn every_size_of_groups_and_blocks_gives_the_pairs_of_the_plain_loop() {
        let (codes, class_of) = codes(1400);
        let sheet = |place: usize| AnswerSheet {
            batch_id: BatchId("B".into()),
            candidate_id: CandidateId(format!("C{place}").into()),
            form_id: None,
            room: None,
            seat: None,
            layout: 0,
            responses: Box::default(),
            item_scores: None,
            first_responses: None,
            seconds: None,
            source: Provenance::default(),
        };
        let sheets: Vec<AnswerSheet> = (0..class_of.len()).map(sheet).collect();
        let item = |number: usize| MatrixItem {
            item_id: ItemId(format!("Q{number}").into()),
            labels: ["A", "B", "C", "D"].map(Into::into).to_vec(),
            key: None,
        };
        let matrix = SheetMatrix {
            items: (0..ITEMS).map(item).collect(),
            sheets: sheets.iter().collect(),
            codes,
            key: vec![1; ITEMS],
            key_given: true,
            columns_left_out: 0,
            exclusions: Vec::new(),
        };
        let table = (0..6).flat_map(|class| {
            let right = 0.25 + 0.1 * f64::from(class);
            let wrong = (1.0 - right) / 3.0;
            [right, wrong, wrong, wrong].repeat(ITEMS)
        });
        let model = ResponseModel::from_classes(ModelKind::Nominal, &[4; ITEMS], class_of, table.collect());
        for statistic in [ScreenStatistic::Identical, ScreenStatistic::IdenticalIncorrect] {
            let screening = Screening { statistic, minimum_items: 8, retention: 2e-5, path: Path::fastest() };
            let plain = screened_pairs_plain(&matrix, &model, &screening);
            assert!(plain.len() > 10, "{statistic:?} {}", plain.len());
            let critical = critical_counts(&matrix, &model, &screening);
            let by_total = statistic == ScreenStatistic::Identical;
            for (side, levels) in [(1, 1), (2, 2), (4, 3), (16, 5)] {
                let plan = Plan::with_side(&matrix, &model.class_of, &critical, by_total, side);
                for level in 0..levels {
                    let found = pairs_of(&matrix, &model, &screening, &critical, &plan, &Silent, |_| level);
                    assert_eq!(found, plain, "{statistic:?}, {side} tiles a side, level {level}");
                }
            }
            assert_eq!(screened_pairs(&matrix, &model, &screening, &Silent), plain);
        }
    }
}

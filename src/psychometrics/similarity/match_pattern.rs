//! The M4 statistic: right and wrong matches counted apart, with an exact p-value.

use crate::stats::tail::Tail;

/// Cells whose orthant probabilities differ by less than this share are ties that rounding split.
const TIE: f64 = 1e-10;
/// A p-value below this is computed again in logarithms: cells that matter may have underflown.
const SMALLEST_DIRECT: f64 = 1e-270;
/// A row of cells that are all below this adds nothing that is visible above [`SMALLEST_DIRECT`].
const NEGLIGIBLE_CELL: f64 = 1e-290;

/// The M4 test of a pair.
///
/// **Input**: for each item both answered, the probability that both give the right response and that both give
/// the same wrong one; the two counts observed.
///
/// **Formula**: with (C, W) the trinomial counts of items that match right and match wrong, and
/// F(a, b) = P(C ≥ a, W ≥ b), the p-value is the sum of P(C = x, W = y) over all cells with F(x, y) ≤ F(observed).
/// The recursion over items takes O(n³) for the cells, suffix sums then O(n²) for F.
///
/// **Returns**: the p-value with log10, exact also where doubles underflow; certain without items.
///
/// **Reference**: Maynes, D. (2014). Detection of non-independent test taking by similarity analysis. In N. M.
/// Kingston & A. K. Clark (Eds.), Test fraud: Statistical detection and methodology, 53–80 (M4 statistic).
///
/// **Example**
/// ```
/// use kaojian::psychometrics::similarity::match_pattern::m4;
/// // One item, 1/2 right match and 1/4 wrong match: F is 1/2 for (1, 0) and 1/4 for (0, 1).
/// assert_eq!(m4(&[0.5], &[0.25], 0, 1).probability, 0.25);
/// assert_eq!(m4(&[0.5], &[0.25], 1, 0).probability, 0.75);
/// assert_eq!(m4(&[0.5], &[0.25], 0, 0).probability, 1.0);
/// ```
pub fn m4(match_correct: &[f64], match_incorrect: &[f64], correct: usize, incorrect: usize) -> Tail {
    let items = match_correct.len().min(match_incorrect.len());
    if correct + incorrect > items {
        return Tail::IMPOSSIBLE;
    }
    let direct = direct(match_correct, match_incorrect, correct, incorrect);
    if direct > SMALLEST_DIRECT {
        return Tail::from_probability(direct);
    }
    Tail::from_ln(in_logarithms(match_correct, match_incorrect, correct, incorrect))
}

fn direct(match_correct: &[f64], match_incorrect: &[f64], correct: usize, incorrect: usize) -> f64 {
    let items = match_correct.len().min(match_incorrect.len());
    sum_of_rarer_cells(&cells(match_correct, match_incorrect), items + 2, items, correct, incorrect)
}

/// For each number of right matches from 0 to all items, the fewest wrong matches with which
/// P(C ≥ right, W ≥ wrong) ≤ `level`.
///
/// The p-value of [`m4`] is at least P(C ≥ a, W ≥ b), since no cell beyond (a, b) in both has a larger orthant. So a pair
/// with fewer wrong matches than this is not significant at the level. Lower probabilities give lower counts.
///
/// **Input**: as [`m4`].
///
/// **Returns**: items + 1 numbers, none larger than the one before it.
///
/// **Example**
/// ```
/// use kaojian::psychometrics::similarity::match_pattern::fewest_incorrect;
/// // P(C ≥ 0, W ≥ 1) = 1/4, P(C ≥ 1, W ≥ 0) = 1/2, and one item cannot match in both ways.
/// assert_eq!(fewest_incorrect(&[0.5], &[0.25], 0.25), [1, 1]);
/// assert_eq!(fewest_incorrect(&[0.5], &[0.25], 0.5), [1, 0]);
/// ```
pub fn fewest_incorrect(match_correct: &[f64], match_incorrect: &[f64], level: f64) -> Vec<usize> {
    let items = match_correct.len().min(match_incorrect.len());
    let width = items + 2;
    let orthants = orthants(&cells(match_correct, match_incorrect), width, items);
    let fewest = |right: usize| {
        let mut wrong = items + 1 - right;
        while wrong > 0 && orthants[(wrong - 1) * width + right + 1] <= level {
            wrong -= 1;
        }
        wrong
    };
    (0..=items).map(fewest).collect()
}

/// P(C = x, W = y): a row each number of wrong matches y, `items + 2` wide, x in column x + 1.
fn cells(match_correct: &[f64], match_incorrect: &[f64]) -> Vec<f64> {
    let items = match_correct.len().min(match_incorrect.len());
    let width = items + 2;
    // Column 0 stays zero, so that the first cell of a row needs no case of its own.
    let mut cells = vec![0.0f64; (items + 1) * width];
    let mut fresh = vec![0.0f64; width];
    cells[1] = 1.0;
    let mut rows = 1;
    for (done, (&right, &wrong)) in match_correct.iter().zip(match_incorrect).enumerate() {
        let neither = (1.0 - right - wrong).max(0.0);
        for row in (0..=rows.min(done + 1)).rev() {
            // In a row with y wrong matches there are at most done + 1 − y right ones.
            let end = done + 2 - row.min(done + 1) + 1;
            let (below, here) = cells.split_at_mut(row * width);
            let here = &mut here[..width];
            let out = &mut fresh[1..end];
            if row == 0 {
                for (out, pair) in out.iter_mut().zip(here.windows(2)) {
                    *out = pair[1] * neither + pair[0] * right;
                }
            } else {
                let below = &below[(row - 1) * width + 1..];
                for ((out, pair), below) in out.iter_mut().zip(here.windows(2)).zip(below) {
                    *out = pair[1] * neither + pair[0] * right + below * wrong;
                }
            }
            here[1..end].copy_from_slice(out);
        }
        if rows <= items && cells[rows * width..(rows + 1) * width].iter().any(|cell| *cell > NEGLIGIBLE_CELL) {
            rows += 1;
        } else if rows <= items {
            cells[rows * width..(rows + 1) * width].fill(0.0);
        }
    }
    cells
}

/// P(C ≥ x, W ≥ y), laid out as the cells.
fn orthants(cells: &[f64], width: usize, items: usize) -> Vec<f64> {
    // From the far corner: each row's suffix sums on top of the orthants of the row behind it.
    let mut orthants = vec![0.0f64; cells.len()];
    for row in (0..=items).rev() {
        let mut suffix = 0.0;
        for column in (1..=items + 1 - row).rev() {
            suffix += cells[row * width + column];
            let behind = if row == items { 0.0 } else { orthants[(row + 1) * width + column] };
            orthants[row * width + column] = suffix + behind;
        }
    }
    orthants
}

fn sum_of_rarer_cells(cells: &[f64], width: usize, items: usize, correct: usize, incorrect: usize) -> f64 {
    let orthants = orthants(cells, width, items);
    let limit = orthants[incorrect * width + correct + 1] * (1.0 + TIE);
    let mut sum = 0.0;
    for row in (0..=items).rev() {
        for column in (1..=items + 1 - row).rev() {
            let cell = row * width + column;
            if orthants[cell] <= limit {
                sum += cells[cell];
            }
        }
    }
    sum
}

/// The same in natural logarithms, for p-values past the range of a double. Slow, and seldom needed.
fn in_logarithms(match_correct: &[f64], match_incorrect: &[f64], correct: usize, incorrect: usize) -> f64 {
    let items = match_correct.len().min(match_incorrect.len());
    let width = items + 1;
    let mut cells = vec![f64::NEG_INFINITY; width * width];
    cells[0] = 0.0;
    for (done, (&right, &wrong)) in match_correct.iter().zip(match_incorrect).enumerate() {
        let (ln_right, ln_wrong) = (right.ln(), wrong.ln());
        let ln_neither = (1.0 - right - wrong).max(0.0).ln();
        for row in (0..=done + 1).rev() {
            for column in (0..=done + 1 - row).rev() {
                let mut ln = cells[row * width + column] + ln_neither;
                if column > 0 {
                    ln = ln_sum(ln, cells[row * width + column - 1] + ln_right);
                }
                if row > 0 {
                    ln = ln_sum(ln, cells[(row - 1) * width + column] + ln_wrong);
                }
                cells[row * width + column] = ln;
            }
        }
    }
    let mut orthants = vec![f64::NEG_INFINITY; cells.len()];
    for row in (0..=items).rev() {
        let mut suffix = f64::NEG_INFINITY;
        for column in (0..=items - row).rev() {
            suffix = ln_sum(suffix, cells[row * width + column]);
            let behind = if row == items { f64::NEG_INFINITY } else { orthants[(row + 1) * width + column] };
            orthants[row * width + column] = ln_sum(suffix, behind);
        }
    }
    let limit = orthants[incorrect * width + correct] + TIE;
    let rarer = cells.iter().zip(&orthants).filter(|(_, orthant)| **orthant <= limit);
    rarer.fold(f64::NEG_INFINITY, |sum, (cell, _)| ln_sum(sum, *cell))
}

/// ln(eᵃ + eᵇ).
fn ln_sum(a: f64, b: f64) -> f64 {
    let (high, low) = if a >= b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::{direct, fewest_incorrect, in_logarithms, m4};
    use proptest::prelude::*;

    /// All 3ⁿ outcomes.
    fn enumerated(right: &[f64], wrong: &[f64], correct: usize, incorrect: usize) -> f64 {
        let items = right.len();
        let mut cells = vec![vec![0.0f64; items + 1]; items + 1];
        for outcome in 0..3usize.pow(items as u32) {
            let (mut rest, mut p, mut c, mut w) = (outcome, 1.0, 0, 0);
            for item in 0..items {
                match rest % 3 {
                    0 => p *= 1.0 - right[item] - wrong[item],
                    1 => (p, c) = (p * right[item], c + 1),
                    _ => (p, w) = (p * wrong[item], w + 1),
                }
                rest /= 3;
            }
            cells[c][w] += p;
        }
        let orthant = |a: usize, b: usize| -> f64 { cells[a..].iter().flat_map(|row| &row[b..]).sum() };
        let limit = orthant(correct, incorrect) * (1.0 + 1e-10);
        (0..=items)
            .flat_map(|a| (0..=items).map(move |b| (a, b)))
            .filter(|&(a, b)| orthant(a, b) <= limit)
            .map(|(a, b)| cells[a][b])
            .sum()
    }

    proptest! {
        #[test]
        fn agrees_with_the_enumeration(
            p in prop::collection::vec((0.01f64..0.6, 0.01f64..0.39), 1..7), seed in 0usize..100
        ) {
            let (right, wrong): (Vec<f64>, Vec<f64>) = p.into_iter().unzip();
            let correct = seed % (right.len() + 1);
            let incorrect = seed / 7 % (right.len() + 1 - correct);
            let expected = enumerated(&right, &wrong, correct, incorrect);
            let found = m4(&right, &wrong, correct, incorrect).probability;
            prop_assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        }

        #[test]
        fn a_pair_short_of_the_fewest_is_above_the_level(
            p in prop::collection::vec((0.01f64..0.6, 0.01f64..0.39), 1..25), exponent in 0.1f64..8.0, share in 0.5f64..1.0
        ) {
            let (right, wrong): (Vec<f64>, Vec<f64>) = p.into_iter().unzip();
            let (items, level) = (right.len(), 10f64.powf(-exponent));
            let fewest = fewest_incorrect(&right, &wrong, level);
            prop_assert!(fewest.windows(2).all(|two| two[1] <= two[0]));
            let lower = |of: &[f64]| of.iter().map(|p| p * share).collect::<Vec<f64>>();
            let fewest_of_lower = fewest_incorrect(&lower(&right), &lower(&wrong), level);
            for (correct, &fewest) in fewest.iter().enumerate() {
                prop_assert!(fewest_of_lower[correct] <= fewest);
                for incorrect in 0..fewest.min(items + 1 - correct) {
                    prop_assert!(m4(&right, &wrong, correct, incorrect).probability > level * (1.0 - 1e-9));
                }
            }
        }

        #[test]
        fn both_ways_of_computing_agree(
            p in prop::collection::vec((0.01f64..0.6, 0.001f64..0.39), 20..60), share in 0.0f64..1.0
        ) {
            let (right, wrong): (Vec<f64>, Vec<f64>) = p.into_iter().unzip();
            let incorrect = (right.len() as f64 * share) as usize;
            let correct = right.len() - incorrect;
            let direct = direct(&right, &wrong, correct, incorrect);
            let logarithm = in_logarithms(&right, &wrong, correct, incorrect);
            prop_assert!((direct.ln() - logarithm).abs() < 1e-11 * logarithm.abs().max(1.0));
        }
    }

    #[test]
    fn deeper_than_a_double() {
        // All of 200 items match wrong at 1e-2: no cell is rarer than 1e-400 but those with the same orthant.
        let tail = m4(&[0.5; 200], &[1e-2; 200], 0, 200);
        assert_eq!(tail.probability, 0.0);
        assert!((tail.log10 + 400.0).abs() < 1e-9, "{tail:?}");
    }

    #[test]
    fn impossible_and_empty() {
        assert_eq!(m4(&[], &[], 0, 0).probability, 1.0);
        assert_eq!(m4(&[0.5], &[0.2], 1, 1).probability, 0.0);
        assert_eq!(m4(&[1.0, 1.0], &[0.0, 0.0], 2, 0).probability, 1.0);
    }
}

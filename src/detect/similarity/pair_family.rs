//! How many pairs are compared.

use crate::detect::similarity::matrix::SheetMatrix;
use rayon::prelude::*;

/// Number of pairs with at least `minimum_items` common items: the family of the multiple test.
///
/// Only sheets whose blanks together could leave too few items are looked at one by one.
pub fn pairs_compared(matrix: &SheetMatrix<'_>, minimum_items: u32) -> u64 {
    let items = matrix.items.len();
    let sheets = matrix.sheets.len();
    let words = items.div_ceil(64);
    let answered: Vec<u64> = (0..sheets)
        .flat_map(|sheet| {
            let mut bits = vec![0u64; words];
            for (item, code) in matrix.row(sheet).iter().enumerate() {
                bits[item / 64] |= u64::from(*code > 0) << (item % 64);
            }
            bits
        })
        .collect();
    let blanks: Vec<usize> =
        (0..sheets).map(|sheet| matrix.row(sheet).iter().filter(|code| **code == 0).count()).collect();
    let mut by_blanks: Vec<usize> = (0..sheets).collect();
    by_blanks.sort_by_key(|&sheet| std::cmp::Reverse(blanks[sheet]));
    let too_few: u64 = (0..sheets)
        .into_par_iter()
        .map(|place_a| {
            let a = by_blanks[place_a];
            let mut too_few = 0;
            for &b in &by_blanks[place_a + 1..] {
                if items.saturating_sub(blanks[a] + blanks[b]) >= minimum_items as usize {
                    break;
                }
                let both = answered[a * words..(a + 1) * words].iter().zip(&answered[b * words..(b + 1) * words]);
                let common: u32 = both.map(|(left, right)| (left & right).count_ones()).sum();
                too_few += u64::from(common < minimum_items);
            }
            too_few
        })
        .sum();
    let all = sheets as u64 * (sheets as u64).saturating_sub(1) / 2;
    all - too_few
}

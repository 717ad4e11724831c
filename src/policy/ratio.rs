//! Shares of a batch against a fraction, in integers: 4.96 % may print as 5.0 % and is still not 5 %.

use crate::model::finding::Verdict;
use crate::policy::rule::Fraction;

/// Whether `count` of `total` reach the fraction: `count / total >= numerator / denominator`, without division.
///
/// ```
/// use kaojian::policy::{ratio::reaches, rule::Fraction};
/// let five_percent = Fraction { numerator: 1, denominator: 20 };
/// assert!(reaches(1, 20, five_percent));
/// assert!(!reaches(1, 21, five_percent));
/// assert!(!reaches(62, 1250, five_percent)); // 4.96 %
/// ```
pub fn reaches(count: i64, total: i64, share: Fraction) -> bool {
    let (count, total) = (i128::from(count), i128::from(total));
    total > 0 && count * i128::from(share.denominator) >= total * i128::from(share.numerator)
}

/// `MET` when even the lower count reaches the share, `NOT_MET` when even the upper one does not.
pub fn verdict(lower: i64, upper: i64, total: i64, share: Fraction) -> Verdict {
    if total <= 0 {
        Verdict::Undetermined
    } else if reaches(lower, total, share) {
        Verdict::Met
    } else if !reaches(upper, total, share) {
        Verdict::NotMet
    } else {
        Verdict::Undetermined
    }
}

/// The comparison written out, such as `20×2 = 40 < 41`.
pub fn comparison(count: i64, total: i64, share: Fraction) -> String {
    let left = i128::from(count) * i128::from(share.denominator);
    let right = i128::from(total) * i128::from(share.numerator);
    let sign = if left >= right { '≥' } else { '<' };
    let factor = if share.numerator == 1 { String::new() } else { format!("{}×{total} = ", share.numerator) };
    format!("{}×{count} = {left} {sign} {factor}{right}", share.denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE_PERCENT: Fraction = Fraction { numerator: 1, denominator: 20 };

    #[test]
    fn boundaries_of_five_percent() {
        let table = [
            (1, 1, 20, Verdict::Met),
            (1, 1, 21, Verdict::NotMet),
            (62, 62, 1250, Verdict::NotMet),
            (2, 2, 40, Verdict::Met),
            (2, 2, 41, Verdict::NotMet),
            (0, 0, 1, Verdict::NotMet),
            (0, 3, 40, Verdict::Undetermined),
            (0, 1, 40, Verdict::NotMet),
            (2, 9, 40, Verdict::Met),
            (0, 0, 0, Verdict::Undetermined),
        ];
        for (lower, upper, total, expected) in table {
            assert_eq!(verdict(lower, upper, total, FIVE_PERCENT), expected, "{lower}..{upper} of {total}");
        }
    }

    #[test]
    fn the_comparison_is_written_out() {
        assert_eq!(comparison(2, 41, FIVE_PERCENT), "20×2 = 40 < 41");
        assert_eq!(comparison(3, 60, FIVE_PERCENT), "20×3 = 60 ≥ 60");
        assert_eq!(comparison(3, 10, Fraction { numerator: 2, denominator: 5 }), "5×3 = 15 < 2×10 = 20");
    }
}

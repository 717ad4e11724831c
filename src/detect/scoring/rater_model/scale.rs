//! From marks in points to the categories of the model.
//!
//! A mark on a half-point step of a criterion of 30 has 61 possible values, far more than any panel can fill, and
//! a step that nobody uses has no estimate. Where a scale has more values than the marks can carry, neighbouring
//! values are joined into categories of equal width over the range in which marks lie; what a category is worth
//! in points is the mean of the marks in it.

/// Most categories of one scale.
pub const MOST_CATEGORIES: usize = 10;

/// Marks that every category has on average, at least.
const MARKS_A_CATEGORY: usize = 30;

/// Share of the marks beyond the first and the last limit: the end categories are open.
const TAIL: f64 = 0.02;

/// The categories of one scale, on shares of the maximum.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// A share at or above the k-th limit is past category k.
    limits: Vec<f64>,
    /// Mean share of the marks in each category.
    pub shares: Vec<f64>,
    /// Different shares that occur.
    pub values: usize,
}

impl Scale {
    /// Chooses the categories for marks given as shares of their maximum (0–1, none missing).
    ///
    /// Values stay apart when there are no more of them than categories allowed: one a 30 marks, 3 to 10.
    /// `None` without two different values.
    pub fn new(mut shares: Vec<f64>) -> Option<Self> {
        shares.sort_unstable_by(f64::total_cmp);
        let values: Vec<f64> =
            shares.chunk_by(|a, b| same(*a, *b)).filter_map(|group| group.first().copied()).collect();
        if values.len() < 2 {
            return None;
        }
        let most = (shares.len() / MARKS_A_CATEGORY).clamp(3, MOST_CATEGORIES);
        let limits: Vec<f64> = if values.len() <= most {
            values.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect()
        } else {
            let at = |share: f64| shares[((shares.len() - 1) as f64 * share).round() as usize];
            let (low, high) = (at(TAIL), at(1.0 - TAIL));
            // Nearly all marks on one value: the whole range serves as well as any.
            let (low, high) = if same(low, high) { (values[0], values[values.len() - 1]) } else { (low, high) };
            let width = (high - low) / most as f64;
            (1..most).map(|k| between(low + width * k as f64, &values)).collect()
        };
        let mut scale = Self { limits, shares: Vec::new(), values: values.len() };
        scale.limits.dedup();
        let mut sums = vec![(0.0, 0usize); scale.limits.len() + 1];
        for share in &shares {
            let (sum, count) = &mut sums[scale.category(*share)];
            *sum += share;
            *count += 1;
        }
        // An empty category never occurs, so its worth is never asked for.
        scale.shares = sums.into_iter().map(|(sum, count)| sum / count.max(1) as f64).collect();
        Some(scale)
    }

    /// The category of a share.
    pub fn category(&self, share: f64) -> usize {
        self.limits.partition_point(|limit| *limit <= share)
    }

    /// Number of categories.
    pub fn categories(&self) -> usize {
        self.shares.len()
    }
}

/// Shares of marks on one step differ by far more than rounding does.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// The limit moved to the middle between the two values around it, so that rounding never decides a category.
fn between(limit: f64, values: &[f64]) -> f64 {
    let above = values.partition_point(|value| *value < limit).clamp(1, values.len() - 1);
    0.5 * (values[above - 1] + values[above])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_stay_apart() {
        let shares: Vec<f64> = (0..120).map(|mark| f64::from(mark % 4) / 3.0).collect();
        let scale = Scale::new(shares).unwrap();
        assert_eq!((scale.categories(), scale.values), (4, 4));
        assert_eq!([0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0].map(|share| scale.category(share)), [0, 1, 2, 3]);
        assert!((scale.shares[1] - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn many_values_are_joined_and_the_order_is_kept() {
        // 61 values of a criterion of 30 on half points, all equally often.
        let shares: Vec<f64> = (0..610).map(|mark| f64::from(mark % 61) / 60.0).collect();
        let scale = Scale::new(shares).unwrap();
        assert_eq!((scale.categories(), scale.values), (MOST_CATEGORIES, 61));
        let categories: Vec<usize> = (0..61).map(|mark| scale.category(f64::from(mark) / 60.0)).collect();
        assert!(categories.is_sorted() && categories[0] == 0 && categories[60] == 9);
        assert!(scale.shares.is_sorted());
    }

    #[test]
    fn few_marks_have_few_categories_and_one_value_none() {
        let scale = Scale::new((0..40).map(|mark| f64::from(mark) / 40.0).collect()).unwrap();
        assert_eq!(scale.categories(), 3);
        assert_eq!(Scale::new(vec![0.5; 50]), None);
        assert_eq!(Scale::new(Vec::new()), None);
    }
}

//! Ratings of units (a person on a criterion) by raters, any of them missing.

/// One rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Number of the unit.
    pub unit: usize,
    /// Number of the rater.
    pub rater: usize,
    /// Number of the category, in the order of [`RatingTable::categories`].
    pub category: usize,
}

/// Why ratings make no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A rater rated a unit twice; which of the two counts is not for a program to choose.
    #[error("rater number {rater} rated unit number {unit} more than once")]
    Duplicate {
        /// The unit.
        unit: usize,
        /// The rater.
        rater: usize,
    },
    /// A score is not a number.
    #[error("a score is not a finite number")]
    NotFinite,
    /// A score is not one of the categories given.
    #[error("a score is not a category of the scale")]
    OutOfScale,
    /// More categories than a table of pairs can hold.
    #[error("more than {} different scores", RatingTable::MOST_CATEGORIES)]
    TooManyCategories,
}

/// Ratings by unit: sparse, so that most raters may have rated few units.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingTable {
    categories: Vec<f64>,
    cells: Vec<Cell>,
    starts: Vec<usize>,
    raters: usize,
}

impl RatingTable {
    /// Different scores a table may have. Coefficients weigh every pair of categories.
    pub const MOST_CATEGORIES: usize = 2_000;

    /// Sorts ratings into units.
    ///
    /// **Input**: (unit, rater, score) in any order, units and raters numbered from 0; a missing rating is
    /// simply not there. `scale` lists the possible scores where it is known; otherwise the scores that occur
    /// are the categories. Brennan–Prediger and Gwet depend on the number of categories.
    ///
    /// **Errors**: a duplicate, a score that is no number or not on the scale, too many categories.
    ///
    /// **Example**:
    /// ```
    /// use kaojian::psychometrics::agreement::table::RatingTable;
    /// let table = RatingTable::new(&[(0, 0, 3.0), (0, 1, 4.0), (1, 0, 3.0)], None).unwrap();
    /// assert_eq!((table.units(), table.raters(), table.categories()), (2, 2, &[3.0, 4.0][..]));
    /// assert!(RatingTable::new(&[(0, 0, 3.0), (0, 0, 3.0)], None).is_err());
    /// ```
    pub fn new(ratings: &[(usize, usize, f64)], scale: Option<&[f64]>) -> Result<Self, TableError> {
        if ratings.iter().any(|(_, _, score)| !score.is_finite()) {
            return Err(TableError::NotFinite);
        }
        let mut categories: Vec<f64> = match scale {
            Some(scale) => scale.iter().map(|score| score + 0.0).collect(),
            None => ratings.iter().map(|(_, _, score)| score + 0.0).collect(),
        };
        categories.sort_by(f64::total_cmp);
        categories.dedup();
        if categories.len() > Self::MOST_CATEGORIES {
            return Err(TableError::TooManyCategories);
        }
        let mut cells = Vec::with_capacity(ratings.len());
        for &(unit, rater, score) in ratings {
            // Minus nought and nought are one score; `total_cmp` alone would part them, so nought is added.
            let category = categories
                .binary_search_by(|known| known.total_cmp(&(score + 0.0)))
                .map_err(|_| TableError::OutOfScale)?;
            cells.push(Cell { unit, rater, category });
        }
        cells.sort_unstable();
        if let Some(pair) = cells.windows(2).find(|pair| pair[0].unit == pair[1].unit && pair[0].rater == pair[1].rater)
        {
            return Err(TableError::Duplicate { unit: pair[0].unit, rater: pair[0].rater });
        }
        let mut starts: Vec<usize> =
            (0..cells.len()).filter(|&index| index == 0 || cells[index].unit != cells[index - 1].unit).collect();
        starts.push(cells.len());
        let raters = cells.iter().map(|cell| cell.rater + 1).max().unwrap_or(0);
        Ok(Self { categories, cells, starts, raters })
    }

    /// Units that were rated at all.
    pub fn units(&self) -> usize {
        self.starts.len() - 1
    }

    /// Highest number of a rater, plus one.
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// Number of ratings.
    pub fn ratings(&self) -> usize {
        self.cells.len()
    }

    /// The possible scores, ascending.
    pub fn categories(&self) -> &[f64] {
        &self.categories
    }

    /// All ratings, by unit and then rater.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Ratings of the `index`-th rated unit; empty past the last.
    pub fn unit(&self, index: usize) -> &[Cell] {
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(&start), Some(&end)) => &self.cells[start..end],
            _ => &[],
        }
    }

    /// The rated units in order.
    pub fn by_unit(&self) -> impl Iterator<Item = &[Cell]> {
        self.starts.windows(2).map(|bounds| &self.cells[bounds[0]..bounds[1]])
    }

    /// Σ over units of (ratings in the category / ratings of the unit), divided by the number of units.
    pub(super) fn mean_shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.categories.len()];
        for unit in self.by_unit() {
            for cell in unit {
                shares[cell.category] += 1.0 / unit.len() as f64;
            }
        }
        let n = self.units() as f64;
        shares.iter_mut().for_each(|share| *share /= n);
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_is_named() {
        assert_eq!(RatingTable::new(&[(0, 0, f64::NAN)], None), Err(TableError::NotFinite));
        assert_eq!(RatingTable::new(&[(0, 0, 2.5)], Some(&[1.0, 2.0])), Err(TableError::OutOfScale));
        let many: Vec<(usize, usize, f64)> = (0..2_001).map(|i| (i, 0, i as f64)).collect();
        assert_eq!(RatingTable::new(&many, None), Err(TableError::TooManyCategories));
        assert_eq!(RatingTable::new(&[], None).map(|table| table.units()), Ok(0));
    }

    #[test]
    fn units_may_have_gaps() {
        let table = RatingTable::new(&[(7, 1, 1.0), (3, 0, -0.0), (3, 2, 0.0)], Some(&[0.0, 1.0])).unwrap();
        assert_eq!((table.units(), table.raters(), table.unit(0).len(), table.unit(1).len()), (2, 3, 2, 1));
        assert!(table.unit(2).is_empty());
    }
}

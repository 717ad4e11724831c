//! Ratings as the model takes them: numbers for persons and levels, whole scores.

/// Ratings with any number of facets beside the persons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetsInput {
    /// Number of persons.
    pub persons: usize,
    /// Number of levels of each facet.
    pub levels: Vec<usize>,
    /// Facet whose levels have steps of their own (partial credit); `None` for one rating scale.
    pub step_facet: Option<usize>,
    /// Person of each rating.
    pub person: Vec<usize>,
    /// Level of each rating in each facet, rating by rating.
    pub level: Vec<usize>,
    /// Score of each rating, a whole number of the scale's smallest step.
    pub score: Vec<i64>,
}

impl FacetsInput {
    /// Number of ratings.
    pub fn ratings(&self) -> usize {
        self.score.len()
    }

    /// Levels of one rating, a facet each.
    pub fn levels_of(&self, rating: usize) -> &[usize] {
        let facets = self.levels.len();
        &self.level[rating * facets..(rating + 1) * facets]
    }

    /// Step group of one rating.
    pub fn group_of(&self, rating: usize) -> usize {
        self.step_facet.map_or(0, |facet| self.levels_of(rating)[facet])
    }

    /// Number of step groups.
    pub fn groups(&self) -> usize {
        self.step_facet.map_or(1, |facet| self.levels[facet])
    }
}

//! What of the ratings can be estimated: categories that occur, elements that are not extreme, subsets.

use crate::psychometrics::facets::input::FacetsInput;
use crate::psychometrics::facets::subsets::level_subsets;

/// Why ratings cannot be modelled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FacetsError {
    /// A number of a person or level is not below its count, or the lists have different lengths.
    #[error("the numbers of persons and levels do not fit the ratings")]
    Inconsistent,
    /// The same score throughout.
    #[error("all ratings have one and the same score")]
    Constant,
    /// Nothing is left once extreme persons and levels are set apart.
    #[error("no ratings are left: every person or level has only lowest or only highest scores")]
    NothingLeft,
    /// A level cannot be told from the others: two facets move together.
    #[error("level number {level} of facet number {facet} cannot be separated from the others")]
    Confounded {
        /// Which facet.
        facet: usize,
        /// Which level.
        level: usize,
    },
    /// Steps that cannot be estimated.
    #[error("the steps of group number {group} cannot be separated")]
    StepsConfounded {
        /// Which step group.
        group: usize,
    },
    /// The likelihood did not reach its maximum.
    #[error("no convergence: the largest residual is {residual:e} after {iterations} iterations")]
    NoConvergence {
        /// Largest absolute score residual.
        residual: f64,
        /// Newton steps.
        iterations: usize,
    },
}

/// A rating that takes part in the estimation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its number in the input.
    pub rating: usize,
    /// Step group.
    pub group: usize,
    /// Category, from 0.
    pub category: usize,
}

/// The part of the ratings that has finite estimates.
#[derive(Clone, Debug)]
pub struct FacetsDesign {
    /// Ratings that take part, by person.
    pub kept: Vec<Kept>,
    /// Where each person's ratings start in `kept`, and the end.
    pub starts: Vec<usize>,
    /// Scores of the categories of each step group, ascending; a score that nobody gave has no category.
    pub categories: Vec<Vec<i64>>,
    /// Subset of each level, by facet; `None` for extreme levels and levels without ratings.
    pub subsets: Vec<Vec<Option<usize>>>,
    /// Rounds in which extreme persons or levels were set apart.
    pub rounds: usize,
}

impl FacetsDesign {
    /// Ratings of a person that take part.
    pub fn of_person(&self, person: usize) -> &[Kept] {
        &self.kept[self.starts[person]..self.starts[person + 1]]
    }

    /// Number of steps of a group.
    pub fn steps(&self, group: usize) -> usize {
        self.categories[group].len().saturating_sub(1)
    }
}

/// Lowest and highest possible and the actual sum of categories of an element.
#[derive(Clone, Copy, Default)]
struct Total {
    ratings: usize,
    sum: usize,
    most: usize,
}

impl Total {
    fn extreme(self) -> bool {
        self.ratings > 0 && (self.sum == 0 || self.sum == self.most)
    }
}

/// Sets extreme persons and levels apart until none is left, and renumbers the categories that occur.
///
/// **Errors**: numbers that do not fit, a constant score, nothing left.
///
/// **Reference**: Wright & Masters (1982), Rating Scale Analysis, section 4.5, on persons and items without finite
/// estimates.
///
/// **Example**: the person with only the highest scores is set apart.
/// ```
/// use kaojian::psychometrics::facets::{design::prepare, input::FacetsInput};
/// let input = FacetsInput { persons: 3, levels: vec![2], step_facet: None, person: vec![0, 0, 1, 1, 2, 2],
///     level: vec![0, 1, 0, 1, 0, 1], score: vec![0, 1, 1, 0, 1, 1] };
/// let design = prepare(&input).unwrap();
/// assert_eq!(design.kept.len(), 4);
/// assert!(design.of_person(2).is_empty());
/// ```
pub fn prepare(input: &FacetsInput) -> Result<FacetsDesign, FacetsError> {
    prepare_with(input, true)
}

/// As [`prepare`], with extreme persons set apart or not: under a distribution of abilities they have an estimate.
pub(super) fn prepare_with(input: &FacetsInput, part_persons: bool) -> Result<FacetsDesign, FacetsError> {
    check(input)?;
    let facets = input.levels.len();
    let mut alive = vec![true; input.ratings()];
    let mut rounds = 0;
    let (categories, codes) = loop {
        let (categories, codes) = renumber(input, &alive);
        if categories.iter().all(|scores| scores.len() < 2) {
            return Err(if rounds == 0 { FacetsError::Constant } else { FacetsError::NothingLeft });
        }
        let mut persons = vec![Total::default(); input.persons];
        let mut levels: Vec<Vec<Total>> = input.levels.iter().map(|count| vec![Total::default(); *count]).collect();
        let add = |total: &mut Total, rating: usize, most: usize| {
            total.ratings += 1;
            total.sum += codes[rating];
            total.most += most;
        };
        for rating in (0..input.ratings()).filter(|rating| alive[*rating]) {
            let most = categories[input.group_of(rating)].len() - 1;
            add(&mut persons[input.person[rating]], rating, most);
            for (facet, level) in input.levels_of(rating).iter().enumerate() {
                add(&mut levels[facet][*level], rating, most);
            }
        }
        let mut changed = false;
        for rating in 0..input.ratings() {
            let extreme = (part_persons && persons[input.person[rating]].extreme())
                || input.levels_of(rating).iter().enumerate().any(|(facet, level)| levels[facet][*level].extreme());
            if alive[rating] && extreme {
                alive[rating] = false;
                changed = true;
            }
        }
        if !changed {
            break (categories, codes);
        }
        rounds += 1;
    };
    let mut order: Vec<usize> = (0..input.ratings()).filter(|rating| alive[*rating]).collect();
    if order.is_empty() {
        return Err(FacetsError::NothingLeft);
    }
    order.sort_by_key(|rating| (input.person[*rating], *rating));
    let kept: Vec<Kept> =
        order.iter().map(|&rating| Kept { rating, group: input.group_of(rating), category: codes[rating] }).collect();
    let starts =
        (0..=input.persons).map(|person| order.partition_point(|rating| input.person[*rating] < person)).collect();
    let subsets = (0..facets)
        .map(|facet| {
            let pairs: Vec<(usize, usize)> =
                order.iter().map(|&rating| (input.person[rating], input.levels_of(rating)[facet])).collect();
            level_subsets(&pairs, input.persons, input.levels[facet])
        })
        .collect();
    Ok(FacetsDesign { kept, starts, categories, subsets, rounds })
}

fn check(input: &FacetsInput) -> Result<(), FacetsError> {
    let n = input.ratings();
    let facets = input.levels.len();
    let fits = input.person.len() == n
        && input.level.len() == n * facets
        && input.step_facet.is_none_or(|facet| facet < facets)
        && input.person.iter().all(|person| *person < input.persons)
        && (facets == 0 || input.level.chunks(facets).all(|row| row.iter().zip(&input.levels).all(|(a, b)| a < b)));
    if fits { Ok(()) } else { Err(FacetsError::Inconsistent) }
}

/// The scores that occur in each group, and the category of each rating.
fn renumber(input: &FacetsInput, alive: &[bool]) -> (Vec<Vec<i64>>, Vec<usize>) {
    let mut scores: Vec<std::collections::BTreeSet<i64>> = vec![Default::default(); input.groups()];
    for rating in (0..input.ratings()).filter(|rating| alive[*rating]) {
        scores[input.group_of(rating)].insert(input.score[rating]);
    }
    let categories: Vec<Vec<i64>> = scores.into_iter().map(|scores| scores.into_iter().collect()).collect();
    let codes = (0..input.ratings())
        .map(|rating| categories[input.group_of(rating)].partition_point(|score| *score < input.score[rating]))
        .collect();
    (categories, codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_is_named() {
        let input = |score: Vec<i64>, person: Vec<usize>| FacetsInput {
            persons: 2,
            levels: vec![1],
            step_facet: None,
            level: vec![0; person.len()],
            person,
            score,
        };
        assert_eq!(prepare(&input(vec![1, 2], vec![0, 2])).unwrap_err(), FacetsError::Inconsistent);
        assert_eq!(prepare(&input(vec![3, 3], vec![0, 1])).unwrap_err(), FacetsError::Constant);
        assert_eq!(prepare(&input(vec![1, 2], vec![0, 1])).unwrap_err(), FacetsError::NothingLeft);
        assert_eq!(prepare(&input(vec![], vec![])).unwrap_err(), FacetsError::Constant);
    }
}

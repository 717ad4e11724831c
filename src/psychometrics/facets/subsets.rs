//! Which elements can be compared: persons and levels joined by ratings.

/// Sets that are merged step by step.
#[derive(Clone, Debug)]
struct Sets {
    parent: Vec<usize>,
}

impl Sets {
    fn new(size: usize) -> Self {
        Self { parent: (0..size).collect() }
    }

    fn root(&mut self, mut element: usize) -> usize {
        while self.parent[element] != element {
            self.parent[element] = self.parent[self.parent[element]];
            element = self.parent[element];
        }
        element
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high] = low;
    }
}

/// Numbers the connected subsets of levels that persons join.
///
/// **Input**: (person, level) of each rating that counts; `persons` and `levels` how many there are.
///
/// **Returns**: for every level the number of its subset, from 0 in the order of the lowest level; `None` for a
/// level without ratings. Severities in different subsets cannot be compared: adding a constant to the levels
/// of one subset and to the abilities of its persons changes no probability.
///
/// **Reference**: Linacre & Wright (2002), Journal of Applied Measurement 3, 484–509, "disconnected subsets";
/// Weeks & Williams (1964), Technometrics 6, 319–324.
///
/// **Example**: person 0 by raters 0 and 1, person 1 by rater 2 only.
/// ```
/// use kaojian::psychometrics::facets::subsets::level_subsets;
/// let found = level_subsets(&[(0, 0), (0, 1), (1, 2)], 2, 4);
/// assert_eq!(found, [Some(0), Some(0), Some(1), None]);
/// ```
pub fn level_subsets(ratings: &[(usize, usize)], persons: usize, levels: usize) -> Vec<Option<usize>> {
    let mut sets = Sets::new(persons + levels);
    let mut present = vec![false; levels];
    for &(person, level) in ratings {
        // Levels stand first, so that the root of a subset is its lowest level.
        sets.join(level, levels + person);
        present[level] = true;
    }
    let mut numbers = vec![None; levels];
    let mut next = 0;
    let mut found = vec![None; levels];
    for level in (0..levels).filter(|level| present[*level]) {
        let root = sets.root(level);
        let number = *numbers[root].get_or_insert_with(|| {
            next += 1;
            next - 1
        });
        found[level] = Some(number);
    }
    found
}

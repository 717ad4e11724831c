//! How many responses persons share with one source, given how many they have wrong: the empirical null of the
//! K and S indices.

/// One person against the source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedResponses {
    /// The person's number of wrong responses.
    pub wrong: u32,
    /// Items on which a match could be counted (for K: items the source has wrong and the person answered).
    pub trials: u32,
    /// Matches counted, weighted or not.
    pub matches: f64,
}

/// Persons of one wrong count.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Group {
    wrong: u32,
    persons: u32,
    trials: f64,
    matches: f64,
}

/// Newton steps of the Poisson regression.
const NEWTON_STEPS: usize = 60;

/// Persons grouped by their wrong count, the source left out.
#[derive(Clone, Debug, PartialEq)]
pub struct WrongCountGroups {
    groups: Vec<Group>,
    /// Wrong counts are divided by it: regressions run on the proportion wrong.
    items: f64,
}

impl WrongCountGroups {
    /// Groups the persons.
    ///
    /// **Input**: everyone but the source; number of items of the form.
    pub fn new(persons: impl IntoIterator<Item = SharedResponses>, items: usize) -> Self {
        let mut by_wrong: std::collections::BTreeMap<u32, Group> = std::collections::BTreeMap::new();
        for person in persons {
            let group = by_wrong.entry(person.wrong).or_insert(Group {
                wrong: person.wrong,
                persons: 0,
                trials: 0.0,
                matches: 0.0,
            });
            group.persons += 1;
            group.trials += f64::from(person.trials);
            group.matches += person.matches;
        }
        Self { groups: by_wrong.into_values().collect(), items: items.max(1) as f64 }
    }

    /// Share of matches among trials in the group with this wrong count: p̂ of K.
    ///
    /// **Returns**: 0–1; `None` when nobody has this wrong count or nothing could match.
    pub fn group_rate(&self, wrong: u32) -> Option<f64> {
        let group = self.groups.iter().find(|group| group.wrong == wrong)?;
        (group.trials > 0.0).then(|| group.matches / group.trials)
    }

    /// Least squares of the groups' match rates on powers of the proportion wrong: p̂ of K1 (degree 1), K2 (2).
    ///
    /// **Formula**: p̂_r = β₀ + β₁ Q_r + β₂ Q_r², each wrong count r one observation, fitted in orthogonal
    /// polynomials; a degree that the groups cannot tell apart is left out.
    ///
    /// **Returns**: the curve; values outside what a share can be are moved to half a match in all trials, or to one.
    pub fn polynomial_rate(&self, degree: usize) -> RateCurve {
        let observed: Vec<(f64, f64)> = self
            .groups
            .iter()
            .filter(|group| group.trials > 0.0)
            .map(|group| (f64::from(group.wrong) / self.items, group.matches / group.trials))
            .collect();
        let trials: f64 = self.groups.iter().map(|group| group.trials).sum();
        let floor = 0.5 / trials.max(1.0);
        RateCurve { curve: OrthogonalCurve::fitted(&observed, degree), floor, items: self.items }
    }

    /// Poisson regression of the groups' mean matches on the proportion wrong: μ of S1 and S2.
    ///
    /// **Formula**: ln μ_r = β₀ + β₁ Q_r, each wrong count r one observation, by Newton.
    ///
    /// **Returns**: the curve; at least half a match among all persons.
    pub fn poisson_mean(&self) -> MeanCurve {
        let observed: Vec<(f64, f64)> = self
            .groups
            .iter()
            .map(|group| (f64::from(group.wrong) / self.items, group.matches / f64::from(group.persons.max(1))))
            .collect();
        let persons: u32 = self.groups.iter().map(|group| group.persons).sum();
        let floor = 0.5 / f64::from(persons.max(1));
        let (intercept, slope, centre) = log_linear(&observed);
        MeanCurve { intercept, slope, centre, floor, items: self.items }
    }
}

/// A fitted match rate by wrong count.
#[derive(Clone, Debug, PartialEq)]
pub struct RateCurve {
    curve: OrthogonalCurve,
    floor: f64,
    items: f64,
}

impl RateCurve {
    /// The rate at a wrong count, above 0 and at most 1.
    pub fn at(&self, wrong: u32) -> f64 {
        self.curve.at(f64::from(wrong) / self.items).clamp(self.floor, 1.0)
    }
}

/// A fitted mean number of matches by wrong count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanCurve {
    intercept: f64,
    slope: f64,
    centre: f64,
    floor: f64,
    items: f64,
}

impl MeanCurve {
    /// The mean at a wrong count, above 0.
    pub fn at(&self, wrong: u32) -> f64 {
        (self.intercept + self.slope * (f64::from(wrong) / self.items - self.centre)).exp().max(self.floor)
    }
}

/// A least-squares polynomial in orthogonal form.
#[derive(Clone, Debug, PartialEq)]
struct OrthogonalCurve {
    /// Coefficient, and the recursion's α and β, of each degree.
    terms: Vec<(f64, f64, f64)>,
}

impl OrthogonalCurve {
    fn fitted(observed: &[(f64, f64)], degree: usize) -> Self {
        let mut before = vec![0.0; observed.len()];
        let mut now = vec![1.0; observed.len()];
        let mut norm_before = 1.0;
        let mut beta = 0.0;
        let mut terms = Vec::new();
        for power in 0..=degree {
            let norm: f64 = now.iter().map(|value| value * value).sum();
            if power >= observed.len().max(1) || norm < 1e-14 {
                break;
            }
            let coefficient = observed.iter().zip(&now).map(|((_, y), p)| y * p).sum::<f64>() / norm;
            let alpha = observed.iter().zip(&now).map(|((x, _), p)| x * p * p).sum::<f64>() / norm;
            if power > 0 {
                beta = norm / norm_before;
            }
            terms.push((coefficient, alpha, beta));
            let next = observed
                .iter()
                .zip(now.iter().zip(&before))
                .map(|((x, _), (now, before))| (x - alpha) * now - beta * before)
                .collect();
            before = std::mem::replace(&mut now, next);
            norm_before = norm;
        }
        Self { terms }
    }

    fn at(&self, x: f64) -> f64 {
        let (mut before, mut now, mut sum) = (0.0, 1.0, 0.0);
        for (coefficient, alpha, beta) in &self.terms {
            sum += coefficient * now;
            let next = (x - alpha) * now - beta * before;
            before = now;
            now = next;
        }
        sum
    }
}

/// Intercept and slope of ln μ on x − centre, and the centre.
fn log_linear(observed: &[(f64, f64)]) -> (f64, f64, f64) {
    let count = observed.len() as f64;
    let total: f64 = observed.iter().map(|(_, y)| y).sum();
    if total <= 0.0 {
        return (f64::NEG_INFINITY, 0.0, 0.0);
    }
    let centre = observed.iter().map(|(x, _)| x).sum::<f64>() / count;
    let likelihood = |intercept: f64, slope: f64| -> f64 {
        let term = |(x, y): &(f64, f64)| {
            let ln_mean = intercept + slope * (x - centre);
            y * ln_mean - ln_mean.exp()
        };
        observed.iter().map(term).sum()
    };
    let (mut intercept, mut slope) = ((total / count).ln(), 0.0);
    let mut best = likelihood(intercept, slope);
    for _ in 0..NEWTON_STEPS {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (x, y) in observed {
            let x = x - centre;
            let mean = (intercept + slope * x).exp();
            g0 += y - mean;
            g1 += (y - mean) * x;
            h00 += mean;
            h01 += mean * x;
            h11 += mean * x * x;
        }
        let determinant = h00 * h11 - h01 * h01;
        // One group alone says nothing about the slope.
        let (step0, step1) = if determinant > 1e-12 * h00 * h00 {
            ((g0 * h11 - g1 * h01) / determinant, (g1 * h00 - g0 * h01) / determinant)
        } else {
            (g0 / h00, 0.0)
        };
        let mut fraction = 1.0;
        loop {
            let now = likelihood(intercept + fraction * step0, slope + fraction * step1);
            if now >= best || fraction < 1e-6 {
                best = now;
                break;
            }
            fraction *= 0.5;
        }
        intercept += fraction * step0;
        slope += fraction * step1;
        if (step0.abs() + step1.abs()) * fraction < 1e-13 * (1.0 + intercept.abs() + slope.abs()) {
            break;
        }
    }
    (intercept, slope, centre)
}

#[cfg(test)]
mod tests {
    use super::{SharedResponses, WrongCountGroups};

    fn persons(counts: &[(u32, f64)], trials: u32) -> Vec<SharedResponses> {
        counts.iter().map(|&(wrong, matches)| SharedResponses { wrong, trials, matches }).collect()
    }

    #[test]
    fn a_line_and_a_parabola_are_found_again() {
        let line = WrongCountGroups::new(persons(&[(2, 2.0), (4, 4.0), (8, 8.0)], 10), 10);
        assert!((line.polynomial_rate(1).at(6) - 0.6).abs() < 1e-14);
        assert!((line.polynomial_rate(2).at(6) - 0.6).abs() < 1e-13);
        let square = |wrong: u32| f64::from(wrong * wrong) / 10.0;
        let parabola = WrongCountGroups::new(persons(&[1, 3, 5, 9].map(|wrong| (wrong, square(wrong))), 10), 10);
        assert!((parabola.polynomial_rate(2).at(7) - 0.49).abs() < 1e-13);
        // Below zero is no share: half a match in forty trials.
        let falling = WrongCountGroups::new(persons(&[(1, 8.0), (2, 4.0), (3, 0.0), (3, 0.0)], 10), 10);
        assert_eq!(falling.polynomial_rate(1).at(9), 0.0125);
    }

    #[test]
    fn groups_are_means_and_each_counts_once() {
        let groups = WrongCountGroups::new(persons(&[(2, 1.0), (2, 3.0), (4, 4.0)], 10), 10);
        assert_eq!(groups.group_rate(2), Some(0.2));
        assert_eq!(groups.group_rate(3), None);
        // Two points determine the line through (2, 0.2) and (4, 0.4).
        assert!((groups.polynomial_rate(2).at(3) - 0.3).abs() < 1e-14);
        // And the exponential through (2, 2) and (4, 4).
        assert!((groups.poisson_mean().at(3) - 8f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn one_group_or_no_match_at_all() {
        let one = WrongCountGroups::new(persons(&[(5, 3.0), (5, 1.0)], 10), 10);
        assert!((one.poisson_mean().at(9) - 2.0).abs() < 1e-12);
        assert!((one.polynomial_rate(2).at(9) - 0.2).abs() < 1e-15);
        let none = WrongCountGroups::new(persons(&[(5, 0.0), (6, 0.0)], 10), 10);
        assert_eq!(none.poisson_mean().at(5), 0.25);
        assert_eq!(WrongCountGroups::new([], 10).polynomial_rate(1).at(3), 0.5);
    }
}

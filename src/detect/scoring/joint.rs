//! The joint model of marks: what the work deserves + how severe the rater is (+ how the rater moves).
//!
//! A rater is compared with those who marked the same works, and these with their own partners, all at
//! once: a partner of a severe rater does not look lenient when others share works with both. Works are
//! swept out, so that only the raters' equations are solved (Searle 1971, Linear Models, ch. 7).
//! Raters who are linked by no chain of common works cannot be compared: each connected subset is
//! fitted alone.

use crate::detect::scoring::panel::PanelMark;
use ndarray::Array2;

/// Estimates of one kind (severity, or movement) for the raters of one subset, up to a common constant.
#[derive(Clone, Debug)]
pub(super) struct Estimates {
    /// One a rater of the subset; + is lenient, as share of the maximum.
    pub(super) values: Vec<f64>,
    /// Whether the data determine it.
    pub(super) estimable: Vec<bool>,
    /// Covariance under equal independent errors.
    pub(super) classical: Array2<f64>,
    /// Covariance from the squared residual sums of works, robust to unequal spread (Liang & Zeger 1986).
    pub(super) robust: Array2<f64>,
    /// Works of each rater.
    pub(super) works: Vec<usize>,
    /// Works of each rater minus the parameters the rater has.
    pub(super) degrees_of_freedom: Vec<f64>,
}

/// One connected subset with its fit.
#[derive(Clone, Debug)]
pub(super) struct Subset {
    /// Raters by global number, ascending.
    pub(super) raters: Vec<u32>,
    /// Severity.
    pub(super) severity: Estimates,
    /// Movement from first to last work; only with positions.
    pub(super) movement: Option<Estimates>,
}

/// Raters linked by common works, each group ascending, groups by their first rater.
pub(super) fn connected_subsets(marks: &[PanelMark], raters: usize) -> Vec<Vec<u32>> {
    let mut links = petgraph::unionfind::UnionFind::<u32>::new(raters);
    let mut seen = vec![false; raters];
    for work in marks.chunk_by(|a, b| a.work == b.work) {
        for mark in work {
            seen[mark.rater as usize] = true;
            links.union(work[0].rater, mark.rater);
        }
    }
    let mut subsets: Vec<Vec<u32>> = Vec::new();
    let mut subset_of_root = vec![usize::MAX; raters];
    for rater in (0..raters as u32).filter(|rater| seen[*rater as usize]) {
        let root = links.find(rater) as usize;
        if subset_of_root[root] == usize::MAX {
            subset_of_root[root] = subsets.len();
            subsets.push(Vec::new());
        }
        subsets[subset_of_root[root]].push(rater);
    }
    subsets
}

/// The sums that the fit is made of.
struct Design {
    raters: usize,
    /// Column of each rater's movement, if it is in the model.
    movement: Vec<Option<usize>>,
    columns: usize,
}

impl Design {
    /// The columns of one mark with their values.
    fn entries(&self, rater: usize, position: f64) -> impl Iterator<Item = (usize, f64)> + use<> {
        let movement = self.movement[rater].map(|column| (column, position));
        std::iter::once((rater, 1.0)).chain(movement)
    }
}

/// Fits one subset. `marks` are those of its works, by work; `local` gives a rater's place in `raters`.
/// With `moves`, raters whose marks have positions get a movement beside their severity.
pub(super) fn fit(raters: &[u32], marks: &[&[PanelMark]], local: impl Fn(u32) -> usize, moves: bool) -> Subset {
    let m = raters.len();
    let mut works_of = vec![0usize; m];
    let mut timed = vec![0usize; m];
    for mark in marks.iter().copied().flatten() {
        works_of[local(mark.rater)] += 1;
        timed[local(mark.rater)] += usize::from(mark.position.is_some());
    }
    let mut columns = m;
    let movement: Vec<Option<usize>> = timed
        .iter()
        .map(|timed| {
            (moves && *timed > 0).then(|| {
                columns += 1;
                columns - 1
            })
        })
        .collect();
    let design = Design { raters: m, movement, columns };
    let (mut normal, right) = normal_equations(&design, marks, &local);
    let scale = (0..m).map(|r| normal[[r, r]]).sum::<f64>() / (m * m) as f64;
    // The common level of all severities (and of all movements) is not determined: fixing it this way
    // changes no difference between raters.
    for p in 0..columns {
        for q in 0..columns {
            if (p < m) == (q < m) {
                normal[[p, q]] += scale;
            }
        }
    }
    let (inverse, estimable) = invert(&normal);
    let solution = inverse.dot(&right);
    let (squares, meat, rows) = residual_sums(&design, marks, &local, &solution);
    let works = marks.len();
    let parameters = estimable.iter().filter(|estimable| **estimable).count().saturating_sub(1);
    let free = rows as f64 - works as f64 - parameters as f64;
    let variance = if free > 0.0 { squares / free } else { f64::INFINITY };
    let small_sample = works as f64 / (works as f64 - parameters as f64).max(1.0);
    let robust = inverse.dot(&meat).dot(&inverse) * small_sample;
    let pick = |columns: &[Option<usize>], lost: usize| {
        let value = |column: Option<usize>| column.map_or(0.0, |column| solution[column]);
        let block = |matrix: &Array2<f64>, factor: f64| {
            Array2::from_shape_fn((m, m), |(r, s)| match (columns[r], columns[s]) {
                (Some(p), Some(q)) => factor * matrix[[p, q]],
                _ => 0.0,
            })
        };
        Estimates {
            values: columns.iter().map(|column| value(*column)).collect(),
            estimable: columns.iter().map(|column| free > 0.0 && column.is_some_and(|c| estimable[c])).collect(),
            classical: block(&inverse, variance),
            robust: block(&robust, 1.0),
            works: works_of.clone(),
            degrees_of_freedom: works_of.iter().map(|works| *works as f64 - lost as f64).collect(),
        }
    };
    let severity: Vec<Option<usize>> = (0..m).map(Some).collect();
    Subset { raters: raters.to_vec(), severity: pick(&severity, 1), movement: moves.then(|| pick(&design.movement, 2)) }
}

fn normal_equations(
    design: &Design,
    marks: &[&[PanelMark]],
    local: &impl Fn(u32) -> usize,
) -> (Array2<f64>, ndarray::Array1<f64>) {
    let mut normal = Array2::zeros((design.columns, design.columns));
    let mut right = ndarray::Array1::zeros(design.columns);
    let mut sums: Vec<(usize, f64)> = Vec::new();
    for work in marks {
        let n = work.len() as f64;
        let mean = work.iter().map(|mark| mark.rate).sum::<f64>() / n;
        sums.clear();
        for mark in *work {
            let entries = || design.entries(local(mark.rater), mark.position.unwrap_or(0.0));
            for (p, x) in entries() {
                right[p] += x * (mark.rate - mean);
                entries().for_each(|(q, y)| normal[[p, q]] += x * y);
            }
            sums.extend(entries());
        }
        for (p, x) in &sums {
            sums.iter().for_each(|(q, y)| normal[[*p, *q]] -= x * y / n);
        }
    }
    (normal, right)
}

/// Σ residual², the outer products of the works' residual sums, and the number of marks.
fn residual_sums(
    design: &Design,
    marks: &[&[PanelMark]],
    local: &impl Fn(u32) -> usize,
    solution: &ndarray::Array1<f64>,
) -> (f64, Array2<f64>, usize) {
    let mut squares = 0.0;
    let mut meat = Array2::zeros((design.columns, design.columns));
    let mut rows = 0;
    let mut sums: Vec<(usize, f64)> = Vec::new();
    let mut residuals: Vec<f64> = Vec::new();
    for work in marks {
        let entries = |mark: &PanelMark| design.entries(local(mark.rater), mark.position.unwrap_or(0.0));
        residuals.clear();
        residuals.extend(work.iter().map(|mark| mark.rate - entries(mark).map(|(p, x)| x * solution[p]).sum::<f64>()));
        let mean = residuals.iter().sum::<f64>() / work.len() as f64;
        sums.clear();
        for (mark, residual) in work.iter().zip(&residuals) {
            let rest = residual - mean;
            squares += rest * rest;
            sums.extend(entries(mark).map(|(p, x)| (p, x * rest)));
        }
        for (p, x) in &sums {
            sums.iter().for_each(|(q, y)| meat[[*p, *q]] += x * y);
        }
        rows += work.len();
    }
    debug_assert!(design.raters <= design.columns);
    (squares, meat, rows)
}

/// Inverse of a symmetric positive semidefinite matrix by Cholesky; columns that depend on earlier
/// ones get nought and are reported as not estimable.
fn invert(matrix: &Array2<f64>) -> (Array2<f64>, Vec<bool>) {
    /// A pivot this small beside its diagonal is the rounding of nought.
    const SINGULAR: f64 = 1e-9;
    let n = matrix.nrows();
    let mut lower: Array2<f64> = Array2::zeros((n, n));
    let mut estimable = vec![true; n];
    for j in 0..n {
        let row_j = lower.row(j).to_owned();
        let pivot = matrix[[j, j]] - (0..j).map(|k| row_j[k] * row_j[k]).sum::<f64>();
        if pivot.is_nan() || pivot <= SINGULAR * matrix[[j, j]].abs().max(f64::MIN_POSITIVE) {
            estimable[j] = false;
            continue;
        }
        let root = pivot.sqrt();
        lower[[j, j]] = root;
        for i in j + 1..n {
            let row_i = lower.row(i);
            let rest = matrix[[i, j]] - (0..j).map(|k| row_i[k] * row_j[k]).sum::<f64>();
            lower[[i, j]] = rest / root;
        }
    }
    // Inverse of the triangle, leaving out the dependent columns, then its product with itself.
    let mut triangle: Array2<f64> = Array2::zeros((n, n));
    for j in (0..n).filter(|j| estimable[*j]) {
        triangle[[j, j]] = 1.0 / lower[[j, j]];
        for i in (j + 1..n).filter(|i| estimable[*i]) {
            let sum: f64 = (j..i).map(|k| lower[[i, k]] * triangle[[k, j]]).sum();
            triangle[[i, j]] = -sum / lower[[i, i]];
        }
    }
    (triangle.t().dot(&triangle), estimable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverts_and_names_dependent_columns() {
        let matrix = ndarray::arr2(&[[4.0, 2.0, 6.0], [2.0, 3.0, 5.0], [6.0, 5.0, 11.0]]);
        let (inverse, estimable) = invert(&matrix);
        assert_eq!(estimable, [true, true, false]);
        let expected = ndarray::arr2(&[[0.375, -0.25, 0.0], [-0.25, 0.5, 0.0], [0.0, 0.0, 0.0]]);
        assert!((inverse - expected).iter().all(|difference: &f64| difference.abs() < 1e-12));
    }
}

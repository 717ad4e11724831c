//! The structural parameters (levels and steps): where each stands, and the sums that are kept at nought.

use crate::psychometrics::facets::design::{FacetsDesign, FacetsError};
use crate::psychometrics::facets::input::FacetsInput;

/// A set of parameters whose sum is kept at nought, or that are free when other levels are anchored.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    members: Vec<usize>,
    centred: bool,
}

/// Numbering of the structural parameters.
#[derive(Clone, Debug)]
pub struct Layout {
    /// First parameter of each facet.
    pub facets: Vec<usize>,
    /// First parameter of each step group.
    pub groups: Vec<usize>,
    /// Parameters in all.
    pub size: usize,
    /// Parameters that move freely: (parameter, the last of its block when it is centred).
    free: Vec<(usize, Option<usize>)>,
}

impl Layout {
    /// Numbers the parameters of a design.
    ///
    /// `anchored` lists (facet, level) whose severity is given. A facet's subset without an anchor has the mean
    /// severity 0; the steps of a group have the mean 0.
    pub fn new(input: &FacetsInput, design: &FacetsDesign, anchored: &[(usize, usize)]) -> Self {
        let mut size = 0;
        let mut next = |count: usize| {
            size += count;
            size - count
        };
        let facets: Vec<usize> = input.levels.iter().map(|count| next(*count)).collect();
        let groups: Vec<usize> = (0..input.groups()).map(|group| next(design.steps(group))).collect();
        let mut blocks = Vec::new();
        for (facet, subsets) in design.subsets.iter().enumerate() {
            let count = subsets.iter().flatten().max().map_or(0, |highest| highest + 1);
            for subset in 0..count {
                let is_anchored = |level: usize| anchored.contains(&(facet, level));
                let all: Vec<usize> = (0..subsets.len()).filter(|level| subsets[*level] == Some(subset)).collect();
                let members = all.iter().filter(|level| !is_anchored(**level)).map(|level| facets[facet] + level);
                blocks
                    .push(Block { members: members.collect(), centred: !all.iter().any(|level| is_anchored(*level)) });
            }
        }
        for (group, start) in groups.iter().enumerate() {
            blocks.push(Block { members: (*start..start + design.steps(group)).collect(), centred: true });
        }
        let mut free = Vec::new();
        for block in &blocks {
            let last = if block.centred { block.members.last().copied() } else { None };
            free.extend(block.members.iter().filter(|member| Some(**member) != last).map(|member| (*member, last)));
        }
        Self { facets, groups, size, free }
    }

    /// Adds parameters that move freely, after all others.
    pub(super) fn with_further(mut self, count: usize) -> Self {
        self.free.extend((self.size..self.size + count).map(|at| (at, None)));
        self.size += count;
        self
    }

    /// Parameters that move freely.
    pub fn free(&self) -> usize {
        self.free.len()
    }

    /// A gradient in the free parameters.
    pub(super) fn reduce(&self, gradient: &[f64]) -> Vec<f64> {
        self.free.iter().map(|&(own, last)| gradient[own] - last.map_or(0.0, |last| gradient[last])).collect()
    }

    /// An information matrix (lower triangle and diagonal filled both ways) in the free parameters.
    pub(super) fn reduce_matrix(&self, matrix: &[f64]) -> Vec<f64> {
        let at = |row: usize, column: usize| matrix[row * self.size + column];
        let u = self.free.len();
        let mut reduced = vec![0.0; u * u];
        for (i, &(a, last_a)) in self.free.iter().enumerate() {
            for (j, &(b, last_b)) in self.free.iter().enumerate().take(i + 1) {
                let mut value = at(a, b);
                if let Some(last) = last_b {
                    value -= at(a, last);
                }
                if let Some(last) = last_a {
                    value -= at(last, b);
                    if let Some(last_b) = last_b {
                        value += at(last, last_b);
                    }
                }
                reduced[i * u + j] = value;
                reduced[j * u + i] = value;
            }
        }
        reduced
    }

    /// A step of the free parameters as a step of all.
    pub(super) fn expand(&self, free: &[f64]) -> Vec<f64> {
        let mut full = vec![0.0; self.size];
        for (&(own, last), value) in self.free.iter().zip(free) {
            full[own] += value;
            if let Some(last) = last {
                full[last] -= value;
            }
        }
        full
    }

    /// Covariance of all parameters from that of the free ones.
    pub(super) fn expand_covariance(&self, covariance: &[f64]) -> Vec<f64> {
        let u = self.free.len();
        let mut half = vec![0.0; self.size * u];
        for (i, &(own, last)) in self.free.iter().enumerate() {
            for j in 0..u {
                half[own * u + j] += covariance[i * u + j];
                if let Some(last) = last {
                    half[last * u + j] -= covariance[i * u + j];
                }
            }
        }
        let mut full = vec![0.0; self.size * self.size];
        for row in 0..self.size {
            let expanded = self.expand(&half[row * u..(row + 1) * u]);
            full[row * self.size..(row + 1) * self.size].copy_from_slice(&expanded);
        }
        full
    }

    /// Names the free parameter that depends on those before it.
    pub(super) fn confounded(&self, free: usize) -> FacetsError {
        let parameter = self.free[free].0;
        match self.groups.iter().rposition(|start| *start <= parameter) {
            Some(group) if self.groups.first().is_some_and(|first| *first <= parameter) => {
                FacetsError::StepsConfounded { group }
            }
            _ => {
                let facet = self.facets.iter().rposition(|start| *start <= parameter).unwrap_or(0);
                FacetsError::Confounded { facet, level: parameter - self.facets[facet] }
            }
        }
    }
}

//! The ratings that take part, as the estimation loops read them.

use crate::psychometrics::facets::design::FacetsDesign;
use crate::psychometrics::facets::input::FacetsInput;
use crate::psychometrics::facets::parameters::Layout;
use std::ops::Range;

/// Persons are summed in this many parts, whatever the number of threads, so that sums come out the same.
pub(super) const PARTS: usize = 16;

/// Parameters, step group and category of each rating, by person.
#[derive(Clone, Debug)]
pub(super) struct Packed<'a> {
    facets: usize,
    parameters: Vec<u32>,
    groups: Vec<u32>,
    categories: Vec<u32>,
    starts: &'a [usize],
}

impl<'a> Packed<'a> {
    pub fn new(input: &FacetsInput, design: &'a FacetsDesign, layout: &Layout) -> Self {
        let facets = input.levels.len();
        let mut parameters = Vec::with_capacity(design.kept.len() * facets);
        for kept in &design.kept {
            let levels = input.levels_of(kept.rating).iter().zip(&layout.facets);
            parameters.extend(levels.map(|(level, start)| (start + level) as u32));
        }
        let groups = design.kept.iter().map(|kept| kept.group as u32).collect();
        let categories = design.kept.iter().map(|kept| kept.category as u32).collect();
        Self { facets, parameters, groups, categories, starts: &design.starts }
    }

    /// Ratings of a person.
    pub fn of_person(&self, person: usize) -> Range<usize> {
        self.starts[person]..self.starts[person + 1]
    }

    /// The parameter of each facet.
    pub fn parameters(&self, rating: usize) -> &[u32] {
        &self.parameters[rating * self.facets..(rating + 1) * self.facets]
    }

    pub fn group(&self, rating: usize) -> usize {
        self.groups[rating] as usize
    }

    pub fn category(&self, rating: usize) -> usize {
        self.categories[rating] as usize
    }

    /// Σ severities of a rating's levels.
    pub fn severity(&self, structural: &[f64], rating: usize) -> f64 {
        self.parameters(rating).iter().map(|at| structural[*at as usize]).sum()
    }
}

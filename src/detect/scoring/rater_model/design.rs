//! Which marks go into which fit.
//!
//! One fit a body and component. The raters of a body mark over its batches, so that its batches hang together by
//! common raters and every rater is measured on all of his or her work; raters of different bodies share no work,
//! and a fit over several bodies would compare nothing more. Components are kept apart, since who is severe in the
//! skill component need not be so in the review. Where works of one body are not linked by common raters either, the
//! connected subsets are numbered and compare only inside.
//!
//! A criterion is the same one where occupation, level, name and maximum are the same (without occupation and level:
//! inside one batch). With 300 marks on every criterion each has steps of its own (partial credit); otherwise all
//! criteria share the steps of one scale on shares of the maximum (rating scale).

use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::panel::{global_numbers, markings_by_rater};
use crate::detect::scoring::prepare::Marking;
use crate::detect::scoring::rater_model::scale::Scale;
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, BodyId, RaterId};
use crate::model::level::Level;
use crate::model::points::Points;
use crate::psychometrics::facets::input::FacetsInput;
use std::collections::BTreeMap;

/// Works of two raters that a fit needs.
pub const MINIMUM_WORKS_OF_A_FIT: usize = 20;
/// Marks on every criterion from which each has steps of its own.
const MARKS_FOR_OWN_STEPS: usize = 300;
/// Most steps of all criteria together when each has its own.
const MOST_OWN_STEPS: usize = 200;
/// Works from which a rater whose marks never vary is left out of the fit.
const WORKS_OF_A_CONSTANT_RATER: usize = 10;

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoFit {
    /// Nobody marked a work that somebody else marked too.
    NoCommonWorks,
    /// Too few works with two raters.
    FewWorks,
    /// No usable mark states its maximum.
    NoMaximum,
    /// The marks do not vary.
    NoVariation,
    /// The likelihood has no maximum that could be found.
    NoEstimate,
}

impl NoFit {
    /// As it stands in a figure.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCommonWorks => "not fitted: no work has two raters",
            Self::FewWorks => "not fitted: fewer than 20 works have two raters",
            Self::NoMaximum => "not fitted: no maximum stated",
            Self::NoVariation => "not fitted: the marks do not vary",
            Self::NoEstimate => "not fitted: no estimate found",
        }
    }
}

/// The fits of a data set: body and component, in order.
#[derive(Debug)]
pub struct Groups {
    /// Body and component of each.
    pub list: Vec<(Option<BodyId>, Component)>,
    /// Batches of each, ascending.
    pub batches: Vec<Vec<u32>>,
    body_of_batch: Vec<Option<BodyId>>,
}

impl Groups {
    /// Finds the groups.
    pub fn new(dataset: &Dataset, batches: &[PreparedBatch<'_>]) -> Self {
        let body_of_batch: Vec<Option<BodyId>> =
            batches.iter().map(|batch| dataset.body_of(&batch.batch_id).cloned()).collect();
        let mut groups: BTreeMap<(Option<&BodyId>, &Component), Vec<u32>> = BTreeMap::new();
        for (index, (batch, body)) in batches.iter().zip(&body_of_batch).enumerate() {
            for work in &batch.marks.works {
                let members = groups.entry((body.as_ref(), work.component)).or_default();
                if members.last() != Some(&(index as u32)) {
                    members.push(index as u32);
                }
            }
        }
        let list = groups.keys().map(|(body, component)| (body.cloned(), (*component).clone())).collect();
        Self { list, batches: groups.into_values().collect(), body_of_batch }
    }

    /// Number of the group of a batch's component.
    pub fn number(&self, batch: u32, component: &Component) -> Option<usize> {
        let body = self.body_of_batch.get(batch as usize)?;
        self.list.binary_search_by(|(b, c)| (b, c).cmp(&(body, component))).ok()
    }

    /// Numbers of the groups with works in a batch.
    pub fn of_batch(&self, batch: u32) -> impl Iterator<Item = usize> + '_ {
        (0..self.list.len()).filter(move |group| self.batches[*group].binary_search(&batch).is_ok())
    }
}

/// One mark of a fit.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// Index into `persons`.
    person: u32,
    /// Number over all raters.
    rater: u32,
    criterion: u32,
    share: f64,
}

/// A criterion of the fit.
#[derive(Clone, Copy, Debug)]
pub struct Criterion {
    /// The most it can give, points.
    pub maximum: f64,
}

/// The marks of one fit as the model takes them: facet 0 is the rater, facet 1 the criterion.
#[derive(Debug)]
pub struct GroupDesign {
    /// For the model; scores are categories.
    pub input: FacetsInput,
    /// Each mark as share of its maximum.
    pub shares: Vec<f64>,
    /// Number over all raters of each level of facet 0, ascending.
    pub raters: Vec<u32>,
    /// Levels of facet 1.
    pub criteria: Vec<Criterion>,
    /// One scale, or one a criterion.
    pub scales: Vec<Scale>,
    /// Batch and work (in the batch) of each person, ascending.
    pub persons: Vec<(u32, u32)>,
    /// Raters (number over all) whose marks never vary: left out, with their marks.
    pub constant: Vec<(u32, u64)>,
    /// Marks left out since they lie below 0 or above the maximum.
    pub outside_scale: u64,
}

impl GroupDesign {
    /// The scale of a criterion.
    pub fn scale(&self, criterion: usize) -> &Scale {
        &self.scales[if self.scales.len() > 1 { criterion } else { 0 }]
    }

    /// Number of a person in the fit.
    pub fn person(&self, batch: u32, work: u32) -> Option<usize> {
        self.persons.binary_search(&(batch, work)).ok()
    }

    /// Builds the design of one group.
    pub fn new(
        dataset: &Dataset,
        batches: &[PreparedBatch<'_>],
        members: &[u32],
        component: &Component,
        raters: &[&RaterId],
        required_raters: u8,
    ) -> Result<Self, NoFit> {
        let mut gathered = Gathered::default();
        for index in members {
            let Some(batch) = batches.get(*index as usize) else { continue };
            gathered.add_batch(
                dataset,
                *index,
                batch,
                component,
                &global_numbers(&batch.marks, raters),
                required_raters,
            );
        }
        if gathered.common_works == 0 {
            return Err(NoFit::NoCommonWorks);
        }
        let constant = gathered.leave_out_constant_raters();
        gathered.keep_common_works();
        if gathered.rows.is_empty() {
            return Err(if gathered.without_maximum > 0 { NoFit::NoMaximum } else { NoFit::FewWorks });
        }
        if gathered.persons.len() < MINIMUM_WORKS_OF_A_FIT {
            return Err(NoFit::FewWorks);
        }
        gathered.into_design(constant)
    }
}

/// What identifies a criterion.
type CriterionKey<'a> = (Option<&'a str>, Option<Level>, Option<&'a BatchId>, &'a str, Points);

#[derive(Default)]
struct Gathered<'a> {
    rows: Vec<Row>,
    persons: Vec<(u32, u32)>,
    criteria: BTreeMap<CriterionKey<'a>, u32>,
    maxima: Vec<f64>,
    common_works: usize,
    outside_scale: u64,
    without_maximum: u64,
}

impl<'a> Gathered<'a> {
    fn add_batch(
        &mut self,
        dataset: &'a Dataset,
        index: u32,
        batch: &'a PreparedBatch<'_>,
        component: &Component,
        global: &[u32],
        required_raters: u8,
    ) {
        let known = dataset.batch(&batch.batch_id);
        let level = known.and_then(|known| known.level);
        let occupation = known.and_then(|known| known.occupation_code.as_deref().or(known.occupation.as_deref()));
        let only_here = (level.is_none() || occupation.is_none()).then_some(&batch.batch_id);
        // Criteria of the batch by number there and maximum; the list is short.
        let mut numbers: Vec<(u32, Points, u32)> = Vec::new();
        let mut markings: Vec<(&Marking, u32)> = Vec::new();
        for (work_index, work) in batch.marks.works.iter().enumerate() {
            if work.component != component {
                continue;
            }
            markings_by_rater(&batch.marks, work, global, required_raters, &mut markings);
            if markings.len() < 2 {
                continue;
            }
            self.common_works += 1;
            let person = self.persons.len() as u32;
            let before = self.rows.len();
            for (marking, rater) in &markings {
                let marks = batch.marks.marks_of(marking);
                for mark in marks {
                    let Some(score) = mark.score else { continue };
                    let whole = marks.len() == 1 && !matches!(component, Component::Other(_));
                    let assumed = whole.then(|| Points::whole(100));
                    let Some(maximum) = mark.maximum.or(assumed).filter(|maximum| *maximum > Points::ZERO) else {
                        self.without_maximum += 1;
                        continue;
                    };
                    if score < Points::ZERO || score > maximum {
                        self.outside_scale += 1;
                        continue;
                    }
                    let found = numbers.iter().find(|known| known.0 == mark.criterion && known.1 == maximum);
                    let criterion = match found {
                        Some(known) => known.2,
                        None => {
                            let name = batch.marks.criteria.get(mark.criterion as usize).copied().unwrap_or_default();
                            let next = self.criteria.len() as u32;
                            let key = (occupation, level, only_here, name, maximum);
                            let criterion = *self.criteria.entry(key).or_insert(next);
                            if criterion == next {
                                self.maxima.push(maximum.to_f64());
                            }
                            numbers.push((mark.criterion, maximum, criterion));
                            criterion
                        }
                    };
                    let share = score.to_f64() / maximum.to_f64();
                    self.rows.push(Row { person, rater: *rater, criterion, share });
                }
            }
            if self.rows.len() > before {
                self.persons.push((index, work_index as u32));
            }
        }
    }

    /// Takes out raters who gave every criterion one mark throughout; their number and marks.
    fn leave_out_constant_raters(&mut self) -> Vec<(u32, u64)> {
        let mut marks: BTreeMap<u32, BTreeMap<u32, (f64, f64, u64)>> = BTreeMap::new();
        for row in &self.rows {
            let of_rater = marks.entry(row.rater).or_default();
            let (low, high, n) = of_rater.entry(row.criterion).or_insert((row.share, row.share, 0));
            *low = low.min(row.share);
            *high = high.max(row.share);
            *n += 1;
        }
        let constant: Vec<(u32, u64)> = marks
            .into_iter()
            .filter(|(_, criteria)| criteria.values().all(|(low, high, _)| low == high))
            .filter(|(_, criteria)| criteria.values().any(|of| of.2 >= WORKS_OF_A_CONSTANT_RATER as u64))
            .map(|(rater, criteria)| (rater, criteria.values().map(|of| of.2).sum()))
            .collect();
        self.rows.retain(|row| constant.iter().all(|(rater, _)| *rater != row.rater));
        constant
    }

    /// Keeps works that two raters still mark, and renumbers them.
    fn keep_common_works(&mut self) {
        let mut kept = Vec::with_capacity(self.rows.len());
        let mut persons = Vec::with_capacity(self.persons.len());
        for work in self.rows.chunk_by(|a, b| a.person == b.person) {
            let (Some(first), Some(last)) = (work.first(), work.last()) else { continue };
            if first.rater != last.rater {
                let person = persons.len() as u32;
                kept.extend(work.iter().map(|row| Row { person, ..*row }));
                persons.extend(self.persons.get(first.person as usize));
            }
        }
        self.rows = kept;
        self.persons = persons;
    }

    fn into_design(self, constant: Vec<(u32, u64)>) -> Result<GroupDesign, NoFit> {
        let mut of_criterion: Vec<Vec<f64>> = vec![Vec::new(); self.maxima.len()];
        for row in &self.rows {
            of_criterion[row.criterion as usize].push(row.share);
        }
        let fewest = of_criterion.iter().map(Vec::len).filter(|marks| *marks > 0).min().unwrap_or(0);
        let own: Option<Vec<Scale>> = (fewest >= MARKS_FOR_OWN_STEPS && of_criterion.iter().all(|all| !all.is_empty()))
            .then(|| of_criterion.into_iter().map(Scale::new).collect::<Option<Vec<Scale>>>())
            .flatten()
            .filter(|scales| scales.iter().map(|scale| scale.categories() - 1).sum::<usize>() <= MOST_OWN_STEPS);
        let partial_credit = own.as_ref().is_some_and(|scales| scales.len() > 1);
        let scales = match own {
            Some(scales) => scales,
            None => vec![Scale::new(self.rows.iter().map(|row| row.share).collect()).ok_or(NoFit::NoVariation)?],
        };
        let mut raters: Vec<u32> = self.rows.iter().map(|row| row.rater).collect();
        raters.sort_unstable();
        raters.dedup();
        let mut input = FacetsInput {
            persons: self.persons.len(),
            levels: vec![raters.len(), self.maxima.len()],
            step_facet: partial_credit.then_some(1),
            ..FacetsInput::default()
        };
        for row in &self.rows {
            let scale = &scales[if partial_credit { row.criterion as usize } else { 0 }];
            input.person.push(row.person as usize);
            input.level.push(raters.binary_search(&row.rater).unwrap_or_default());
            input.level.push(row.criterion as usize);
            input.score.push(scale.category(row.share) as i64);
        }
        Ok(GroupDesign {
            input,
            shares: self.rows.iter().map(|row| row.share).collect(),
            raters,
            criteria: self.maxima.iter().map(|maximum| Criterion { maximum: *maximum }).collect(),
            scales,
            persons: self.persons,
            constant,
            outside_scale: self.outside_scale,
        })
    }
}

//! How each pair of raters agrees over the works both marked, by batch and over all batches.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::contrast::MINIMUM_WORKS;
use crate::detect::scoring::panel::{Panel, PanelMark};
use crate::model::points::Points;
use crate::psychometrics::agreement::cohen::quadratic_kappa;
use crate::stats::multiplicity::holm;
use crate::stats::student::one_sample;
use rayon::prelude::*;

/// Totals of a work count as adjacent up to this share of the maximum (or one mark step, if larger).
const ADJACENT_SHARE: (i64, i64) = (5, 100);

/// One work that both raters of a pair marked.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommonWork {
    /// Smaller rater number.
    pub(super) rater_a: u32,
    /// Larger rater number.
    pub(super) rater_b: u32,
    /// Index of the batch.
    pub(super) batch: u32,
    /// Index of the work in its batch.
    pub(super) work_in_batch: u32,
    total_a: Points,
    total_b: Points,
    maximum: Points,
    /// a − b as share of the maximum.
    pub(super) difference_rate: f64,
}

/// Agreement over some works of a pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Agreement {
    /// Works both marked.
    pub(super) n: u64,
    /// Equal totals.
    pub(super) exact: u64,
    /// Totals at most one step apart.
    pub(super) adjacent: u64,
    /// Quadratically weighted kappa of the totals.
    pub(super) kappa: Option<f64>,
    /// Mean of a − b in points.
    pub(super) mean_difference: f64,
    /// Standard deviation of it.
    pub(super) standard_deviation: Option<f64>,
    /// Mean of a − b as share of the maximum.
    pub(super) mean_difference_rate: f64,
    /// p-value of no mean difference.
    pub(super) p_value: Option<f64>,
}

/// One pair.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// Smaller rater number.
    pub(super) rater_a: u32,
    /// Larger rater number.
    pub(super) rater_b: u32,
    /// Common works, by batch.
    pub(super) works: Vec<CommonWork>,
    /// Over all batches.
    pub(super) overall: Agreement,
    /// Holm-adjusted over all pairs with enough works.
    pub(super) adjusted_p_value: Option<f64>,
    /// Significant after Holm, and large enough.
    pub(super) flagged: bool,
}

impl Pair {
    /// The common works of each batch.
    pub(super) fn by_batch(&self) -> impl Iterator<Item = &[CommonWork]> {
        self.works.chunk_by(|a, b| a.batch == b.batch)
    }
}

/// All pairs, by rater numbers.
pub(super) fn pairs(panel: &Panel<'_>, parameters: &ScoringParameters) -> Vec<Pair> {
    let mut common: Vec<CommonWork> = Vec::new();
    for work in panel.marks.chunk_by(|a, b| a.work == b.work) {
        for (place, first) in work.iter().enumerate() {
            common.extend(work[place + 1..].iter().map(|second| common_work(first, second)));
        }
    }
    common.par_sort_by_key(|work| (work.rater_a, work.rater_b, work.batch, work.work_in_batch));
    let groups: Vec<&[CommonWork]> = common.chunk_by(|a, b| (a.rater_a, a.rater_b) == (b.rater_a, b.rater_b)).collect();
    let mut pairs: Vec<Pair> = groups
        .into_par_iter()
        .filter_map(|works| {
            let first = works.first()?;
            Some(Pair {
                rater_a: first.rater_a,
                rater_b: first.rater_b,
                works: works.to_vec(),
                overall: agreement(works, parameters.mark_step)?,
                adjusted_p_value: None,
                flagged: false,
            })
        })
        .collect();
    let is_tested = |pair: &Pair| pair.overall.n >= MINIMUM_WORKS as u64;
    let p_values: Vec<f64> =
        pairs.iter().filter(|pair| is_tested(pair)).filter_map(|pair| pair.overall.p_value).collect();
    let adjusted = holm(&p_values);
    for (pair, adjusted) in pairs.iter_mut().filter(|pair| is_tested(pair)).zip(adjusted) {
        pair.adjusted_p_value = Some(adjusted);
        pair.flagged = adjusted < parameters.significance_level
            && pair.overall.mean_difference_rate.abs() >= parameters.minimum_deviation_rate;
    }
    pairs
}

fn common_work(first: &PanelMark, second: &PanelMark) -> CommonWork {
    let (a, b) = if first.rater <= second.rater { (first, second) } else { (second, first) };
    CommonWork {
        rater_a: a.rater,
        rater_b: b.rater,
        batch: a.batch,
        work_in_batch: a.work_in_batch,
        total_a: a.total,
        total_b: b.total,
        maximum: a.maximum,
        difference_rate: a.rate - b.rate,
    }
}

/// Agreement over these works; `None` for no works.
pub(super) fn agreement(works: &[CommonWork], mark_step: Points) -> Option<Agreement> {
    let rates: Vec<f64> = works.iter().map(|work| work.difference_rate).collect();
    let points: Vec<f64> = works.iter().map(|work| (work.total_a - work.total_b).to_f64()).collect();
    let (by_rate, by_points) = (one_sample(&rates)?, one_sample(&points)?);
    let marks: Vec<(i64, i64)> =
        works.iter().map(|work| (work.total_a.millionths(), work.total_b.millionths())).collect();
    Some(Agreement {
        n: works.len() as u64,
        exact: works.iter().filter(|work| work.total_a == work.total_b).count() as u64,
        adjacent: works.iter().filter(|work| is_adjacent(work, mark_step)).count() as u64,
        kappa: quadratic_kappa(&marks),
        mean_difference: by_points.mean,
        standard_deviation: by_points.standard_deviation,
        mean_difference_rate: by_rate.mean,
        p_value: by_rate.p_value,
    })
}

/// Whether both totals differ by no more than the larger of one step and 5 % of the maximum, exactly.
fn is_adjacent(work: &CommonWork, mark_step: Points) -> bool {
    let difference = i128::from((work.total_a - work.total_b).millionths()).abs();
    let (numerator, denominator) = ADJACENT_SHARE;
    let by_share =
        difference * i128::from(denominator) <= i128::from(numerator) * i128::from(work.maximum.millionths());
    by_share || difference <= i128::from(mark_step.millionths())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(a: &str, b: &str, maximum: i64) -> CommonWork {
        let (total_a, total_b) = (Points::parse(a).unwrap(), Points::parse(b).unwrap());
        let maximum = Points::whole(maximum);
        let difference_rate = (total_a - total_b).to_f64() / maximum.to_f64();
        CommonWork { rater_a: 0, rater_b: 1, batch: 0, work_in_batch: 0, total_a, total_b, maximum, difference_rate }
    }

    #[test]
    fn counts_by_hand() {
        let works = [work("80", "80", 100), work("75", "80", 100), work("74.5", "80", 100), work("2", "2.5", 4)];
        let found = agreement(&works, Points::parse("0.5").unwrap()).unwrap();
        assert_eq!((found.n, found.exact, found.adjacent), (4, 1, 3));
        assert!((found.mean_difference - (0.0 - 5.0 - 5.5 - 0.5) / 4.0).abs() < 1e-12);
        assert!((found.mean_difference_rate - (0.0 - 0.05 - 0.055 - 0.125) / 4.0).abs() < 1e-12);
    }
}

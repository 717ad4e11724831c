//! `severity` and `drift`: what the joint model and the control charts say about the raters of a batch.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::cases::{case, finish, listed, not_evaluated, number, p_text, percent, shown};
use crate::detect::scoring::contrast::{Contrast, MINIMUM_WORKS};
use crate::detect::scoring::panel::MINIMUM_TIMED_WORKS;
use crate::detect::scoring::profile::Profile;
use crate::detect::scoring::statistics::{RaterStatistics, interval, rows_of};
use crate::model::dataset::Dataset;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};

/// Names spelt out in one figure.
const NAMES: usize = 20;

/// What one sign looks at in one batch.
pub(super) struct Looked<'a> {
    /// The data.
    pub(super) dataset: &'a Dataset,
    /// Number of the batch.
    pub(super) index: usize,
    /// The batch.
    pub(super) batch: &'a PreparedBatch<'a>,
    /// All statistics.
    pub(super) statistics: &'a RaterStatistics<'a>,
    /// Settings.
    pub(super) parameters: &'a ScoringParameters,
}

impl Looked<'_> {
    /// A case about a rater: the rows of his or her marks in this batch, the most telling first, and a text that is
    /// given the rater's name and the number of those marks.
    pub(super) fn rater_case(
        &self,
        rater: u32,
        telling: impl Fn(&u32) -> Option<f64>,
        text: impl FnOnce(&str, usize) -> (String, String),
    ) -> ObservedCase {
        let name = self.statistics.name(rater);
        let mut here: Vec<(f64, u32)> = self
            .statistics
            .marks_in(self.index, rater)
            .into_iter()
            .filter_map(|mark| telling(&mark).map(|weight| (weight, mark)))
            .collect();
        here.sort_by(|a, b| b.0.total_cmp(&a.0));
        let works = here.iter().map(|(_, mark)| self.statistics.panel.marks[*mark as usize].work_in_batch);
        let (zh, en) = text(&shown(name), here.len());
        case(vec![name.to_owned()], rows_of(self.dataset, self.batch, works), zh, en)
    }

    /// Figures that all signs have, then the cases; without a rater who can be tested the sign is not evaluated.
    fn sign(
        &self,
        mut result: Observation,
        minimum_works: usize,
        needed: &'static str,
        of: impl Fn(&Profile) -> Option<Contrast>,
        case_of: impl Fn(u32, &Profile) -> Option<ObservedCase>,
    ) -> Observation {
        let raters = self.statistics.raters_of(self.batch);
        let tested = write_comparability(&mut result, &raters, self.statistics, of);
        let figures = &mut result.figures;
        figures.insert("minimum_works".to_owned(), minimum_works.into());
        figures.insert("significance_level".to_owned(), self.parameters.significance_level.into());
        figures.insert("minimum_deviation_rate".to_owned(), self.parameters.minimum_deviation_rate.into());
        if tested == 0 {
            return not_evaluated(result, vec![MissingFact::column("ratings", needed)]);
        }
        let profile = |rater: u32| &self.statistics.profiles[rater as usize];
        result.cases = raters.into_iter().filter_map(|rater| case_of(rater, profile(rater))).collect();
        let flagged = result.cases.len();
        result.figures.insert("flagged_raters".to_owned(), flagged.into());
        finish(result)
    }
}

/// Raters who are severe or lenient in the joint model.
pub(super) fn severity_of(looked: &Looked<'_>, mut result: Observation) -> Observation {
    let statistics = looked.statistics;
    result.figures.insert("model".to_owned(), "work + rater, least squares over all batches".into());
    let batch = looked.index as u32;
    statistics.models.describe(batch, &mut result.figures);
    let apart = statistics.models.apart_only_here(batch, &looked.batch.marks.raters, looked.parameters);
    if !apart.is_empty() {
        result.figures.insert("raters_apart_in_facet_model_only".to_owned(), apart.into());
    }
    let of = |profile: &Profile| profile.severity;
    looked.sign(result, MINIMUM_WORKS, "rater_id", of, |rater, profile| {
        let contrast = profile.severity.filter(|contrast| contrast.flagged)?;
        let towards = |mark: &u32| Some(contrast.estimate.signum() * statistics.panel.deviation(*mark));
        let (direction_zh, direction_en) =
            if contrast.estimate < 0.0 { ("偏严", "severe") } else { ("偏宽", "lenient") };
        let (low, high) = interval(&contrast);
        let (rate, low, high) = (percent(contrast.estimate), percent(low), percent(high));
        let p_value = p_text(contrast.adjusted_p_value);
        let reference = reference_text(statistics, rater, of);
        let n = profile.works;
        Some(looked.rater_case(rater, towards, |name, here| {
            (
                format!(
                    "考评员 {name} 在 {n} 个共同评分的作品中（本批 {here} 个），经联合模型扣除作品与同组考评员的影响后，平均偏差为满分的 {rate}（95% 区间 {low} 至 {high}，Holm 校正后 p {p_value}），相对{direction_zh}。对照考评员：{reference}。仅为提示，由人判断。"
                ),
                format!(
                    "Rater {name}: over {n} works marked with others ({here} in this batch), with works and partners taken into account by the joint model, the mean deviation is {rate} of the maximum (95 % interval {low} to {high}, p after Holm {p_value}): {direction_en} beside raters {reference}. An indication, for a person to decide."
                ),
            )
        }))
    })
}

/// Raters who move along the order of marking, or who stood elsewhere for a stretch of it.
pub(super) fn drift_of(looked: &Looked<'_>, mut result: Observation) -> Observation {
    let statistics = looked.statistics;
    result.figures.insert("control_charts".to_owned(), statistics.models.charts_of(looked.index as u32).into());
    looked.sign(result, MINIMUM_TIMED_WORKS, "marked_at", |profile| profile.movement, |rater, profile| {
        let (movement, trend) = (profile.movement?, profile.trend?);
        if !profile.drift_flagged {
            return None;
        }
        let p_value = p_text(profile.drift_adjusted_p_value.unwrap_or(1.0));
        // Without a trend the chart speaks.
        let excursion = profile.excursion.filter(|_| !profile.trend_flagged);
        let shift = excursion.map_or(movement.estimate, |(shift, ..)| shift);
        // The marks that lie furthest along the movement: early against it, late with it.
        let towards = |mark: &u32| {
            let position = statistics.panel.marks[*mark as usize].position.unwrap_or(0.0);
            let side = if excursion.is_some() { 1.0 } else { position.signum() };
            Some(shift.signum() * side * statistics.panel.deviation(*mark))
        };
        let rate = percent(shift);
        Some(looked.rater_case(rater, towards, |name, here| match excursion {
            Some((_, _, n)) => {
                let (zh, en) = if shift < 0.0 { ("偏严", "more severe") } else { ("偏宽", "more lenient") };
                (
                    format!(
                        "考评员 {name} 在有时间记录的 {n} 个共同评分作品中（本批 {here} 个），有一段评分比其自身平均{zh}约 {rate}（满分份额）：累积和控制图越过界限，Holm 校正后 p {p_value}。仅为提示，由人判断。"
                    ),
                    format!(
                        "Rater {name}: over {n} timed works marked with others ({here} in this batch) there is a stretch that is {en} than the rater's own mean by about {rate} of the maximum: the cumulative-sum chart passes its limit (p after Holm {p_value}). An indication, for a person to decide."
                    ),
                )
            }
            None => {
                let (rho, n) = (number(trend.rho), trend.n);
                let (zh, en) = if shift < 0.0 { ("趋严", "more severe") } else { ("趋宽", "more lenient") };
                (
                    format!(
                        "考评员 {name} 在有时间记录的 {n} 个共同评分作品中（本批 {here} 个），宽严随评分顺序变化：从首评到末评约 {rate}（满分份额），秩相关 ρ = {rho}，Holm 校正后 p {p_value}，逐渐{zh}。仅为提示，由人判断。"
                    ),
                    format!(
                        "Rater {name}: over {n} timed works marked with others ({here} in this batch) the severity moves along the order of marking, by about {rate} of the maximum from first to last (rank correlation {rho}, p after Holm {p_value}): becoming {en}. An indication, for a person to decide."
                    ),
                )
            }
        }))
    })
}

/// Figures on who could be compared, for severity and drift.
fn write_comparability(
    result: &mut Observation,
    raters: &[u32],
    statistics: &RaterStatistics<'_>,
    of: impl Fn(&Profile) -> Option<Contrast>,
) -> usize {
    let profile = |rater: &&u32| &statistics.profiles[**rater as usize];
    let names = |keep: &dyn Fn(&Profile) -> bool| {
        listed(raters.iter().filter(|rater| keep(profile(rater))).map(|rater| statistics.name(*rater)), NAMES)
    };
    let tested = raters.iter().filter(|rater| of(profile(rater)).is_some()).count();
    let mut subsets: Vec<usize> = raters.iter().filter_map(|rater| profile(&rater).subset).collect();
    subsets.sort_unstable();
    subsets.dedup();
    let figures = &mut result.figures;
    figures.insert("raters".to_owned(), raters.len().into());
    figures.insert("rater_names".to_owned(), names(&|_| true).into());
    figures.insert("raters_tested".to_owned(), tested.into());
    figures.insert("connected_subsets".to_owned(), subsets.len().into());
    let alone = names(&|profile| profile.subset.is_none());
    if !alone.is_empty() {
        figures.insert("raters_without_common_works".to_owned(), alone.into());
    }
    if subsets.len() > 1 {
        let parts: Vec<String> = subsets
            .iter()
            .map(|subset| names(&|profile| profile.subset == Some(*subset)))
            .map(|names| format!("[{names}]"))
            .collect();
        figures.insert("raters_by_connected_subset".to_owned(), parts.join(" ").into());
    }
    let ambiguous = names(&|profile| of(profile).is_some_and(|contrast| contrast.ambiguous));
    if !ambiguous.is_empty() {
        figures.insert("raters_apart_but_not_separable".to_owned(), ambiguous.into());
    }
    tested
}

/// The raters that this one was compared with.
fn reference_text(statistics: &RaterStatistics<'_>, rater: u32, of: impl Fn(&Profile) -> Option<Contrast>) -> String {
    let subset = statistics.profiles[rater as usize].subset;
    let reference = statistics.profiles.iter().enumerate().filter(|(index, profile)| {
        *index != rater as usize
            && profile.subset == subset
            && of(profile).is_some_and(|contrast| contrast.in_reference)
    });
    let names: Vec<&str> = reference.map(|(index, _)| statistics.name(index as u32)).collect();
    listed(names, 6)
}

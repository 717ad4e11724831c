//! `agreement`, `severity` and `drift`: what the rater statistics say about each batch, and the
//! evidence that charts are drawn from.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::cases::{
    MAXIMUM_ROWS, case, finish, listed, not_evaluated, number, observation, p_text, percent, shown,
};
use crate::detect::scoring::contrast::{Contrast, MINIMUM_WORKS};
use crate::detect::scoring::pairs::{CommonWork, Pair, agreement};
use crate::detect::scoring::panel::{MINIMUM_TIMED_WORKS, Panel};
use crate::detect::scoring::profile::Profile;
use crate::model::dataset::Dataset;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::provenance::Provenance;

/// Names spelt out in one figure.
const NAMES: usize = 20;

/// Everything the three signs are written from.
pub(super) struct RaterStatistics<'a> {
    pub(super) panel: Panel<'a>,
    pub(super) pairs: Vec<Pair>,
    pub(super) profiles: Vec<Profile>,
    /// For each batch the pairs with common works there: (index of the pair, its works there).
    pairs_of_batch: Vec<Vec<(usize, std::ops::Range<usize>)>>,
    /// For each batch the marks of the panel.
    marks_of_batch: Vec<std::ops::Range<usize>>,
}

impl<'a> RaterStatistics<'a> {
    /// Arranges the statistics by batch.
    pub(super) fn new(panel: Panel<'a>, pairs: Vec<Pair>, profiles: Vec<Profile>, batches: usize) -> Self {
        let mut pairs_of_batch = vec![Vec::new(); batches];
        for (index, pair) in pairs.iter().enumerate() {
            let mut start = 0;
            for works in pair.by_batch() {
                let end = start + works.len();
                if let Some(found) = works.first().and_then(|work| pairs_of_batch.get_mut(work.batch as usize)) {
                    found.push((index, start..end));
                }
                start = end;
            }
        }
        let marks_of_batch = (0..batches as u32)
            .map(|batch| {
                let start = panel.marks.partition_point(|mark| mark.batch < batch);
                start..panel.marks.partition_point(|mark| mark.batch <= batch)
            })
            .collect();
        Self { panel, pairs, profiles, pairs_of_batch, marks_of_batch }
    }

    fn name(&self, rater: u32) -> &str {
        self.panel.raters.get(rater as usize).map_or("?", |rater| rater.as_str())
    }

    /// What each rater of a batch adds to a mark, as share of the maximum, by the batch's numbers; nought where it
    /// cannot be estimated.
    pub(super) fn severities(&self, batch: &PreparedBatch<'_>) -> Vec<f64> {
        let of = |rater| {
            let profile = self.profiles.get(self.panel.raters.binary_search(rater).ok()?)?;
            profile.severity.as_ref().map(|severity| severity.estimate)
        };
        batch.marks.raters.iter().map(|rater| of(rater).unwrap_or(0.0)).collect()
    }

    /// Global numbers of all raters of a batch.
    fn raters_of(&self, batch: &PreparedBatch<'_>) -> Vec<u32> {
        let number = |rater| self.panel.raters.binary_search(rater).ok().map(|index| index as u32);
        batch.marks.raters.iter().filter_map(number).collect()
    }

    /// A rater's panel marks in a batch.
    fn marks_in(&self, batch: usize, rater: u32) -> Vec<u32> {
        let range = self.marks_of_batch.get(batch).cloned().unwrap_or_default();
        let indices = self.panel.by_rater.get(rater as usize).map(Vec::as_slice).unwrap_or_default();
        let start = indices.partition_point(|index| (*index as usize) < range.start);
        let end = indices.partition_point(|index| (*index as usize) < range.end);
        indices[start..end].to_vec()
    }
}

/// The three signs of one batch.
pub(super) fn measure(
    dataset: &Dataset,
    index: usize,
    batch: &PreparedBatch<'_>,
    statistics: &RaterStatistics<'_>,
    parameters: &ScoringParameters,
) -> Vec<Observation> {
    let blank = |measure| observation(measure, Nature::Sign, dataset, &batch.batch_id);
    let missing = if batch.marks.rows.is_empty() {
        Some(MissingFact::table("ratings"))
    } else if batch.marks.raters.is_empty() {
        Some(MissingFact::column("ratings", "rater_id"))
    } else {
        None
    };
    if let Some(missing) = missing {
        return ["agreement", "drift", "severity"]
            .into_iter()
            .map(|measure| not_evaluated(blank(measure), vec![missing.clone()]))
            .collect();
    }
    vec![
        agreement_of(dataset, blank("agreement"), index, batch, statistics, parameters),
        drift_of(dataset, blank("drift"), index, batch, statistics, parameters),
        severity_of(dataset, blank("severity"), index, batch, statistics, parameters),
    ]
}

/// Source rows of works, work by work, until the limit.
fn rows_of(dataset: &Dataset, batch: &PreparedBatch<'_>, works: impl Iterator<Item = u32>) -> Vec<Provenance> {
    works
        .filter_map(|work| batch.marks.works.get(work as usize))
        .flat_map(|work| batch.marks.markings_of(work))
        .flat_map(|marking| batch.marks.marks_of(marking))
        .filter_map(|mark| dataset.ratings.get(mark.row as usize))
        .map(|rating| rating.source)
        .take(MAXIMUM_ROWS)
        .collect()
}

fn agreement_of(
    dataset: &Dataset,
    mut result: Observation,
    index: usize,
    batch: &PreparedBatch<'_>,
    statistics: &RaterStatistics<'_>,
    parameters: &ScoringParameters,
) -> Observation {
    let pairs = statistics.pairs_of_batch.get(index).map(Vec::as_slice).unwrap_or_default();
    result.figures.insert("raters".to_owned(), batch.marks.raters.len().into());
    if pairs.is_empty() {
        return not_evaluated(result, vec![MissingFact::column("ratings", "rater_id")]);
    }
    let all: Vec<CommonWork> =
        pairs.iter().flat_map(|(pair, works)| statistics.pairs[*pair].works[works.clone()].iter().copied()).collect();
    let Some(found) = agreement(&all, parameters.mark_step) else { return finish(result) };
    let kappas = || pairs.iter().filter_map(|(pair, _)| statistics.pairs[*pair].overall.kappa);
    let figures = &mut result.figures;
    figures.insert("rater_pairs".to_owned(), pairs.len().into());
    figures.insert("marks".to_owned(), all.len().into());
    figures.insert("unit".to_owned(), "total of a candidate's component".into());
    figures.insert("exact_agreement".to_owned(), (found.exact as f64 / found.n as f64).into());
    figures.insert("adjacent_agreement".to_owned(), (found.adjacent as f64 / found.n as f64).into());
    if let Some(lowest) = kappas().min_by(f64::total_cmp) {
        figures.insert("lowest_weighted_kappa".to_owned(), lowest.into());
    }
    figures.insert("pairs_tested_over_all_batches".to_owned(), {
        let tested = statistics.pairs.iter().filter(|pair| pair.adjusted_p_value.is_some());
        tested.count().into()
    });
    figures.insert("significance_level".to_owned(), parameters.significance_level.into());
    figures.insert("minimum_works".to_owned(), MINIMUM_WORKS.into());
    for (pair, works) in pairs {
        let pair = &statistics.pairs[*pair];
        if pair.flagged {
            result.cases.push(pair_case(dataset, batch, statistics, pair, &pair.works[works.clone()]));
        }
    }
    let flagged = result.cases.len();
    result.figures.insert("flagged_pairs".to_owned(), flagged.into());
    let constant: Vec<ObservedCase> = statistics
        .raters_of(batch)
        .into_iter()
        .filter_map(|rater| constant_case(dataset, index, batch, statistics, rater))
        .collect();
    result.figures.insert("raters_with_one_constant_mark".to_owned(), constant.len().into());
    result.cases.extend(constant);
    finish(result)
}

fn pair_case(
    dataset: &Dataset,
    batch: &PreparedBatch<'_>,
    statistics: &RaterStatistics<'_>,
    pair: &Pair,
    here: &[CommonWork],
) -> ObservedCase {
    let (a, b) = (statistics.name(pair.rater_a), statistics.name(pair.rater_b));
    let overall = pair.overall;
    let direction = overall.mean_difference_rate.signum();
    let mut telling: Vec<&CommonWork> = here.iter().collect();
    telling.sort_by(|x, y| (direction * y.difference_rate).total_cmp(&(direction * x.difference_rate)));
    let kappa = overall.kappa.map_or_else(|| "–".to_owned(), number);
    let spread = overall.standard_deviation.map_or_else(|| "–".to_owned(), number);
    let p_value = p_text(pair.adjusted_p_value.unwrap_or(1.0));
    let (shown_a, shown_b, n, here_n) = (shown(a), shown(b), overall.n, here.len());
    let (mean, rate) = (number(overall.mean_difference), percent(overall.mean_difference_rate));
    let exact = number(overall.exact as f64 / overall.n as f64);
    let adjacent = number(overall.adjacent as f64 / overall.n as f64);
    case(
        vec![a.to_owned(), b.to_owned()],
        rows_of(dataset, batch, telling.into_iter().map(|work| work.work_in_batch)),
        format!(
            "考评员 {shown_a} 与 {shown_b} 共同评分 {n} 个作品（本批 {here_n} 个）：总分平均差（{shown_a} − {shown_b}）{mean} 分，即满分的 {rate}，标准差 {spread}；完全一致 {exact}，相邻一致 {adjacent}，二次加权 κ {kappa}；Holm 校正后 p {p_value}。仅为提示，由人判断。"
        ),
        format!(
            "Raters {shown_a} and {shown_b} both marked {n} works ({here_n} in this batch): mean difference of totals ({shown_a} − {shown_b}) {mean} points, {rate} of the maximum, standard deviation {spread}; exact agreement {exact}, adjacent {adjacent}, quadratic weighted kappa {kappa}; p after Holm {p_value}. An indication, for a person to decide."
        ),
    )
}

/// A rater whose marks are all the same although the partners' marks of the same works vary.
fn constant_case(
    dataset: &Dataset,
    index: usize,
    batch: &PreparedBatch<'_>,
    statistics: &RaterStatistics<'_>,
    rater: u32,
) -> Option<ObservedCase> {
    let panel = &statistics.panel;
    let all = panel.by_rater.get(rater as usize).filter(|all| all.len() >= MINIMUM_TIMED_WORKS)?;
    let first = panel.marks[*all.first()? as usize];
    if all.iter().any(|mark| panel.marks[*mark as usize].rate != first.rate) {
        return None;
    }
    let mut others =
        all.iter().flat_map(|mark| panel.work_of(*mark)).filter(|other| other.rater != rater).map(|other| other.rate);
    let reference = others.next()?;
    if others.all(|rate| rate == reference) {
        return None;
    }
    let name = statistics.name(rater);
    let here = statistics.marks_in(index, rater);
    let works = here.iter().map(|mark| panel.marks[*mark as usize].work_in_batch);
    let (n, here_n, mark, maximum) = (all.len(), here.len(), first.total, first.maximum);
    Some(case(
        vec![name.to_owned()],
        rows_of(dataset, batch, works),
        format!(
            "考评员 {} 对全部 {n} 个共同评分的作品（本批 {here_n} 个）给了同一得分率（如 {mark}/{maximum}），而同组考评员的评分有高有低；该考评员的 κ 没有意义。仅为提示，由人判断。",
            shown(name)
        ),
        format!(
            "Rater {} gave the same share of the maximum (such as {mark}/{maximum}) to all {n} works marked with others ({here_n} in this batch), while the partners' marks vary; kappa says nothing for this rater. An indication, for a person to decide.",
            shown(name)
        ),
    ))
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

fn severity_of(
    dataset: &Dataset,
    mut result: Observation,
    index: usize,
    batch: &PreparedBatch<'_>,
    statistics: &RaterStatistics<'_>,
    parameters: &ScoringParameters,
) -> Observation {
    let raters = statistics.raters_of(batch);
    let tested = write_comparability(&mut result, &raters, statistics, |profile| profile.severity);
    let figures = &mut result.figures;
    figures.insert("minimum_works".to_owned(), MINIMUM_WORKS.into());
    figures.insert("significance_level".to_owned(), parameters.significance_level.into());
    figures.insert("minimum_deviation_rate".to_owned(), parameters.minimum_deviation_rate.into());
    figures.insert("model".to_owned(), "work + rater, least squares over all batches".into());
    if tested == 0 {
        return not_evaluated(result, vec![MissingFact::column("ratings", "rater_id")]);
    }
    for rater in raters {
        let profile = &statistics.profiles[rater as usize];
        let Some(contrast) = profile.severity.filter(|contrast| contrast.flagged) else { continue };
        let name = statistics.name(rater);
        let mut here = statistics.marks_in(index, rater);
        let towards = |mark: &u32| contrast.estimate.signum() * statistics.panel.deviation(*mark);
        here.sort_by(|a, b| towards(b).total_cmp(&towards(a)));
        let (direction_zh, direction_en) =
            if contrast.estimate < 0.0 { ("偏严", "severe") } else { ("偏宽", "lenient") };
        let (low, high) = interval(&contrast);
        let (rate, low, high) = (percent(contrast.estimate), percent(low), percent(high));
        let p_value = p_text(contrast.adjusted_p_value);
        let reference = reference_text(statistics, rater, |profile| profile.severity);
        let (n, here_n, shown_name) = (profile.works, here.len(), shown(name).into_owned());
        result.cases.push(case(
            vec![name.to_owned()],
            rows_of(dataset, batch, here.iter().map(|mark| statistics.panel.marks[*mark as usize].work_in_batch)),
            format!(
                "考评员 {shown_name} 在 {n} 个共同评分的作品中（本批 {here_n} 个），经联合模型扣除作品与同组考评员的影响后，平均偏差为满分的 {rate}（95% 区间 {low} 至 {high}，Holm 校正后 p {p_value}），相对{direction_zh}。对照考评员：{reference}。仅为提示，由人判断。"
            ),
            format!(
                "Rater {shown_name}: over {n} works marked with others ({here_n} in this batch), with works and partners taken into account by the joint model, the mean deviation is {rate} of the maximum (95 % interval {low} to {high}, p after Holm {p_value}): {direction_en} beside raters {reference}. An indication, for a person to decide."
            ),
        ));
    }
    let flagged = result.cases.len();
    result.figures.insert("flagged_raters".to_owned(), flagged.into());
    finish(result)
}

fn drift_of(
    dataset: &Dataset,
    mut result: Observation,
    index: usize,
    batch: &PreparedBatch<'_>,
    statistics: &RaterStatistics<'_>,
    parameters: &ScoringParameters,
) -> Observation {
    let raters = statistics.raters_of(batch);
    let tested = write_comparability(&mut result, &raters, statistics, |profile| profile.movement);
    let figures = &mut result.figures;
    figures.insert("minimum_works".to_owned(), MINIMUM_TIMED_WORKS.into());
    figures.insert("significance_level".to_owned(), parameters.significance_level.into());
    figures.insert("minimum_deviation_rate".to_owned(), parameters.minimum_deviation_rate.into());
    if tested == 0 {
        return not_evaluated(result, vec![MissingFact::column("ratings", "marked_at")]);
    }
    for rater in raters {
        let profile = &statistics.profiles[rater as usize];
        let (Some(movement), Some(trend)) = (profile.movement, profile.trend) else { continue };
        if !profile.drift_flagged {
            continue;
        }
        let name = statistics.name(rater);
        let mut here = statistics.marks_in(index, rater);
        // The marks that lie furthest along the movement: early against it, late with it.
        let towards = |mark: &u32| {
            let position = statistics.panel.marks[*mark as usize].position.unwrap_or(0.0);
            movement.estimate.signum() * position.signum() * statistics.panel.deviation(*mark)
        };
        here.sort_by(|a, b| towards(b).total_cmp(&towards(a)));
        let (direction_zh, direction_en) =
            if movement.estimate < 0.0 { ("趋严", "more severe") } else { ("趋宽", "more lenient") };
        let (rate, rho, n) = (percent(movement.estimate), number(trend.rho), trend.n);
        let p_value = p_text(profile.drift_adjusted_p_value.unwrap_or(1.0));
        let (here_n, shown_name) = (here.len(), shown(name).into_owned());
        result.cases.push(case(
            vec![name.to_owned()],
            rows_of(dataset, batch, here.iter().map(|mark| statistics.panel.marks[*mark as usize].work_in_batch)),
            format!(
                "考评员 {shown_name} 在有时间记录的 {n} 个共同评分作品中（本批 {here_n} 个），宽严随评分顺序变化：从首评到末评约 {rate}（满分份额），秩相关 ρ = {rho}，Holm 校正后 p {p_value}，逐渐{direction_zh}。仅为提示，由人判断。"
            ),
            format!(
                "Rater {shown_name}: over {n} timed works marked with others ({here_n} in this batch) the severity moves along the order of marking, by about {rate} of the maximum from first to last (rank correlation {rho}, p after Holm {p_value}): becoming {direction_en}. An indication, for a person to decide."
            ),
        ));
    }
    let flagged = result.cases.len();
    result.figures.insert("flagged_raters".to_owned(), flagged.into());
    finish(result)
}

/// 95 % interval of a contrast.
pub(super) fn interval(contrast: &Contrast) -> (f64, f64) {
    let half = crate::stats::student::critical_value(0.95, contrast.degrees_of_freedom) * contrast.standard_error;
    (contrast.estimate - half, contrast.estimate + half)
}

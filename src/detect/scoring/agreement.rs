//! `agreement`: raters whose totals of the same works differ, and raters with one mark for everything.

use crate::detect::parameters::ScoringParameters;
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::cases::{case, finish, not_evaluated, number, p_text, percent, shown};
use crate::detect::scoring::contrast::MINIMUM_WORKS;
use crate::detect::scoring::pairs::{CommonWork, Pair, agreement};
use crate::detect::scoring::panel::MINIMUM_TIMED_WORKS;
use crate::detect::scoring::statistics::{RaterStatistics, rows_of};
use crate::model::dataset::Dataset;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};

/// The measure of one batch.
pub(super) fn agreement_of(
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

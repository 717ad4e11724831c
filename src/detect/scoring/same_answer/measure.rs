//! `same_answer_one_rater` and `same_answer_raters`: what the clusters of a batch show.
//!
//! A text that is exactly the same, marked by one rater on one criterion with marks that differ by the declared
//! difference, can be counted in the rows: a fact. That raters spread over one answer further than their
//! severities and their errors explain rests on a probability: a sign.

use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::cases::{
    case, component_names, finish, listed, not_evaluated, number, observation, p_text, percent, shown,
};
use crate::detect::scoring::same_answer::answers::{BatchAnswers, answers_of};
use crate::detect::scoring::same_answer::grouping::{Context, Found, LONGEST_COMPARED, OneRater, found};
use crate::detect::scoring::same_answer::observed::evidence;
use crate::model::evidence::Evidence;
use crate::model::figure::Figures;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::provenance::Provenance;

/// Stable names of the measures.
pub(super) const MEASURES: [(&str, Nature); 2] =
    [("same_answer_one_rater", Nature::Fact), ("same_answer_raters", Nature::Sign)];

/// Candidates named in one sentence.
const NAMES: usize = 8;

/// Both measures of a batch and what the report shows of it. `severity` is what a rater of the batch adds, as
/// share of the maximum.
pub(in crate::detect::scoring) fn measure(
    context: &Context<'_>,
    severity: &dyn Fn(u32) -> f64,
) -> (Vec<Observation>, Option<Evidence>) {
    let (dataset, batch) = (context.dataset, context.batch);
    let answers = answers_of(dataset, batch, context.parameters.required_raters);
    let blank = |place: usize| {
        let (name, nature) = MEASURES[place];
        let mut blank = observation(name, nature, dataset, &batch.batch_id);
        if answers.texts > 0 {
            write_answers(&answers, &mut blank.figures);
        }
        blank
    };
    let compared: usize =
        answers.items.iter().filter(|item| item.maximum.is_some()).map(|item| item.answers.len()).sum();
    // Where every text is such as 略, the look was made and shows nothing.
    if compared == 0 && (answers.texts == 0 || !answers.items.is_empty()) {
        let missing = if batch.marks.rows.is_empty() {
            MissingFact::table("ratings")
        } else if answers.items.is_empty() {
            MissingFact::column("ratings", "response_text")
        } else {
            MissingFact::column("ratings", "max_score")
        };
        let observations = [0, 1].map(|place| not_evaluated(blank(place), vec![missing.clone()]));
        return (observations.into(), None);
    }
    let found = found(context, &answers, severity);
    let mut one = blank(0);
    one_rater(context, &found, &mut one);
    let mut raters = blank(1);
    spread(context, &found, &mut raters);
    for observation in [&mut one, &mut raters] {
        observation.figures.insert("answers_compared".to_owned(), compared.into());
        let (numerator, denominator) = context.parameters.same_answer.difference_share;
        observation.figures.insert("difference_share".to_owned(), format!("{numerator}/{denominator}").into());
        if answers.items.iter().any(|item| item.maximum.is_none()) {
            observation.missing.push(MissingFact::column("ratings", "max_score"));
        }
    }
    let evidence = evidence(context, compared, &found);
    (vec![finish(one), finish(raters)], Some(evidence))
}

/// What was looked at, and what was left out and why.
fn write_answers(answers: &BatchAnswers<'_>, figures: &mut Figures) {
    let left_out = answers.left_out;
    for (name, count) in [
        ("answers_blank", left_out.blank),
        ("answers_without_content", left_out.placeholders),
        ("answers_that_are_files", left_out.files),
        ("answers_unreadable", left_out.unreadable),
        ("answers_with_two_texts", left_out.conflicting),
    ] {
        figures.insert(name.to_owned(), count.into());
    }
    let too_long =
        answers.items.iter().flat_map(|item| &item.answers).filter(|answer| answer.normal.length > LONGEST_COMPARED);
    figures.insert("answers_compared_only_for_equality".to_owned(), too_long.count().into());
}

/// Where a cluster is: in Chinese and in English.
fn place(batch: &PreparedBatch<'_>, found: &Found<'_, '_>) -> (String, String) {
    let (component_zh, component) = component_names(found.component);
    let criterion = shown(batch.marks.criteria.get(found.item.criterion as usize).copied().unwrap_or_default());
    let form =
        |before: &str| found.item.form.map_or_else(String::new, |form| format!("{before}{}", shown(form.as_str())));
    if criterion.is_empty() {
        (format!("{component_zh}{}", form("，试卷 ")), format!("{component}{}", form(", form ")))
    } else {
        (
            format!("{component_zh}评分项“{criterion}”{}", form("，试卷 ")),
            format!("{component}, criterion “{criterion}”{}", form(", form ")),
        )
    }
}

fn across_line(found: &Found<'_, '_>) -> (String, String) {
    found.straddles.map_or_else(Default::default, |line| {
        (
            format!("其考核项目的记录成绩分处合格线 {line} 两侧。"),
            format!(" The recorded marks of the component lie on both sides of the pass line {line}."),
        )
    })
}

fn one_rater(context: &Context<'_>, all: &[Found<'_, '_>], result: &mut Observation) {
    let share = context.parameters.same_answer.difference_share;
    let (mut groups, mut differing, mut straddling) = (0_usize, 0_usize, 0_usize);
    for found in all {
        groups += usize::from(found.exact);
        differing += found.one_rater.len();
        for one in found.one_rater_cases(share) {
            straddling += usize::from(found.straddles.is_some());
            result.cases.push(one_rater_case(context, found, one));
        }
    }
    let figures = &mut result.figures;
    figures.insert("groups_of_the_same_answer".to_owned(), groups.into());
    figures.insert("one_rater_differing".to_owned(), differing.into());
    figures.insert("one_rater_at_or_above".to_owned(), result.cases.len().into());
    figures.insert("straddling_the_line".to_owned(), straddling.into());
}

fn one_rater_case(context: &Context<'_>, found: &Found<'_, '_>, one: &OneRater<'_, '_>) -> ObservedCase {
    let batch = context.batch;
    let works = &batch.marks.works;
    let rater = batch.marks.rater_name(Some(one.rater));
    let name = shown(rater);
    let (place_zh, place_en) = place(batch, found);
    let (line_zh, line_en) = across_line(found);
    let mut subjects: Vec<String> = Vec::new();
    let mut marks: Vec<String> = Vec::new();
    for (answer, score, _) in &one.marks {
        let Some(work) = works.get(answer.work as usize) else { continue };
        subjects.push(work.candidate.to_string());
        marks.push(format!("{} {score}", work.candidate));
    }
    subjects.sort();
    subjects.dedup();
    subjects.push(rater.to_owned());
    let sources = one.marks.iter().filter_map(|(_, _, row)| source(context, *row)).collect();
    let marks_text = listed(marks.iter().map(String::as_str), NAMES);
    let (n, maximum, difference) = (one.marks.len(), found.maximum, one.difference);
    let length = one.marks.first().map_or(0, |(answer, ..)| answer.normal.length);
    let (numerator, denominator) = context.parameters.same_answer.difference_share;
    case(
        subjects,
        sources,
        format!(
            "{place_zh}：考评员 {name} 对 {n} 份内容相同的作答（{length} 字）评分为 {marks_text}（配分 {maximum}），相差 {difference}，达到配分的 {numerator}/{denominator}。{line_zh}"
        ),
        format!(
            "{place_en}: rater {name} gave {n} answers with the same text ({length} characters) the marks {marks_text} (maximum {maximum}), which differ by {difference} and so reach {numerator}/{denominator} of the maximum.{line_en}"
        ),
    )
}

fn spread(context: &Context<'_>, all: &[Found<'_, '_>], result: &mut Observation) {
    let settings = &context.parameters.same_answer;
    let (mut one_rater, mut straddling) = (0_usize, 0_usize);
    for found in all.iter().filter(|found| found.flagged) {
        // What one rater did with one text is counted as a fact already.
        if found.one_rater_cases(settings.difference_share).next().is_some() {
            one_rater += 1;
            continue;
        }
        straddling += usize::from(found.straddles.is_some());
        result.cases.push(spread_case(context, found));
    }
    let tested = all.iter().filter(|found| found.p_value.is_some()).count();
    let figures = &mut result.figures;
    figures.insert("answer_clusters".to_owned(), all.len().into());
    figures.insert("near_clusters".to_owned(), all.iter().filter(|found| !found.exact).count().into());
    figures.insert("clusters_tested".to_owned(), tested.into());
    figures.insert("clusters_without_reference".to_owned(), (all.len() - tested).into());
    figures.insert("clusters_flagged".to_owned(), all.iter().filter(|found| found.flagged).count().into());
    figures.insert("clusters_of_one_rater".to_owned(), one_rater.into());
    figures.insert("straddling_the_line".to_owned(), straddling.into());
    figures.insert("similarity_percent".to_owned(), i64::from(settings.similarity_percent).into());
    figures.insert("minimum_length".to_owned(), i64::from(settings.minimum_length).into());
    figures.insert("significance_level".to_owned(), context.parameters.significance_level.into());
    if let Some(least) = all.iter().filter_map(|found| found.adjusted_p_value).min_by(f64::total_cmp) {
        figures.insert("smallest_adjusted_p_value".to_owned(), least.into());
    }
}

fn spread_case(context: &Context<'_>, found: &Found<'_, '_>) -> ObservedCase {
    let batch = context.batch;
    let mut raters: Vec<&str> = Vec::new();
    let mut subjects: Vec<String> = Vec::new();
    let mut sources: Vec<Provenance> = Vec::new();
    let mut marks: Vec<String> = Vec::new();
    // The highest and the lowest first: where the list is cut, these are what matters.
    let (high, low) = found.alike.split_at(found.alike.len().div_ceil(2));
    for alike in interleaved(high, low) {
        let Some(work) = batch.marks.works.get(alike.answer.work as usize) else { continue };
        subjects.push(work.candidate.to_string());
        let of_work = alike.answer.marks.iter().filter_map(|mark| {
            let rater = batch.marks.rater_name(mark.rater);
            raters.push(rater);
            Some(format!("{} ({})", mark.score?, shown(rater)))
        });
        marks.push(format!("{} {}", work.candidate, of_work.collect::<Vec<_>>().join(" / ")));
        sources.extend(alike.answer.marks.iter().filter_map(|mark| source(context, mark.row)));
    }
    subjects.sort();
    subjects.dedup();
    raters.sort_unstable();
    raters.dedup();
    subjects.extend(raters.iter().filter(|rater| **rater != "?").map(|rater| (*rater).to_owned()));
    let (place_zh, place_en) = place(batch, found);
    let (line_zh, line_en) = across_line(found);
    let n = found.alike.len();
    let marks = listed(marks.iter().map(String::as_str), NAMES);
    let points = number(found.spread * found.maximum.to_f64());
    let share = percent(found.spread);
    let p = found.adjusted_p_value.map_or_else(String::new, p_text);
    let maximum = found.maximum;
    let (alike_zh, alike_en) = if found.exact { ("相同", "the same") } else { ("相近", "nearly the same") };
    case(
        subjects,
        sources,
        format!(
            "{place_zh}：{n} 份内容{alike_zh}的作答评分为 {marks}（配分 {maximum}）；扣除考评员宽严后各作答平均分最多相差 {points}（{share}），大于评分误差所能解释的范围（Holm 校正 p {p}）。{line_zh}"
        ),
        format!(
            "{place_en}: {n} answers that are {alike_en} got the marks {marks} (maximum {maximum}); less the raters' severities their mean marks lie up to {points} ({share}) apart, further than errors of marking explain (Holm-adjusted p {p}).{line_en}"
        ),
    )
}

/// First of one, last of the other, second, last but one, and so on.
fn interleaved<'x, T>(high: &'x [T], low: &'x [T]) -> impl Iterator<Item = &'x T> {
    let mut low = low.iter().rev();
    high.iter().flat_map(move |first| [Some(first), low.next()]).flatten()
}

fn source(context: &Context<'_>, row: u32) -> Option<Provenance> {
    context.dataset.ratings.get(row as usize).map(|rating| rating.source)
}

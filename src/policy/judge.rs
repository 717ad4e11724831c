//! Holds what was observed against each rule of a pack.

use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::figure::{Figure, Figures};
use crate::model::finding::{Finding, FindingCase, Verdict};
use crate::model::history::History;
use crate::model::ids::{BatchId, BodyId};
use crate::model::missing::MissingFact;
use crate::model::observation::{MeasureNames, Observation};
use crate::model::text::Bilingual;
use crate::policy::observed::Observed;
use crate::policy::pack::RulePack;
use crate::policy::ratio;
use crate::policy::recurrence::most_within_window;
use crate::policy::rule::{Rule, Test};
use crate::policy::sentence::fill;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Every rule on every batch, sorted by article, body and batch. Pure: the same data, the same findings.
///
/// `names` says each `detector.measure` in words; `history` holds earlier batches, which windows count too.
pub fn judge(
    pack: &RulePack,
    dataset: &Dataset,
    observations: &[Observation],
    names: &MeasureNames,
    history: &History,
) -> Vec<Finding> {
    let observed = Observed::new(observations);
    let batches = dataset.batch_ids();
    let mut findings = Vec::with_capacity(pack.rules.len() * batches.len());
    for rule in &pack.rules {
        let dates = dates_by_body(pack, rule, &batches, &observed, history);
        let mut of_rule: Vec<Finding> = batches
            .iter()
            .map(|(batch_id, batch)| finding(pack, rule, batch_id, *batch, &observed, &dates, names))
            .collect();
        of_rule.sort_by(|a, b| (&a.body_id, &a.batch_id).cmp(&(&b.body_id, &b.batch_id)));
        findings.append(&mut of_rule);
    }
    findings
}

/// For each body the examination dates of its batches that show a sign which some reading counts.
type DatesByBody<'a> = BTreeMap<&'a BodyId, Vec<NaiveDate>>;

fn dates_by_body<'a>(
    pack: &RulePack,
    rule: &Rule,
    batches: &BTreeMap<BatchId, Option<&'a Batch>>,
    observed: &Observed<'_>,
    history: &History,
) -> DatesByBody<'a> {
    let counted: Vec<&str> = rule
        .readings
        .iter()
        .filter(|reading| matches!(reading.test, Test::Recurrence { .. }))
        .flat_map(|reading| reading.test.observations())
        .collect();
    let mut dates = DatesByBody::new();
    for (batch_id, batch) in batches {
        let shown = counted.iter().any(|name| observed.has_case(batch_id, name));
        if let Some((body_id, date)) = batch.and_then(|batch| batch.body_id.as_ref().zip(batch.exam_date))
            && shown
        {
            dates.entry(body_id).or_default().push(date);
        }
    }
    for (body_id, dates) in &mut dates {
        let earlier = history.shown_by(body_id, &pack.id, &rule.article, &counted);
        // A batch that is at hand counts as it is now, not as it was.
        dates.extend(earlier.iter().filter(|(_, batch)| !batches.contains_key(batch)).map(|(date, _)| *date));
    }
    dates
}

fn finding(
    pack: &RulePack,
    rule: &Rule,
    batch_id: &BatchId,
    batch: Option<&Batch>,
    observed: &Observed<'_>,
    dates: &DatesByBody<'_>,
    measure_names: &MeasureNames,
) -> Finding {
    let body_id = batch.and_then(|batch| batch.body_id.clone());
    let mut names: Vec<&str> = Vec::new();
    for name in rule.readings.iter().flat_map(|reading| reading.test.observations()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut figures = observed.figures(batch_id, &names);
    let mut missing = observed.missing(batch_id, &names);
    let readings: Vec<(Bilingual, Verdict)> = rule
        .readings
        .iter()
        .map(|reading| (reading.name.clone(), verdict(&reading.test, batch_id, observed)))
        .collect();
    let mut phrases = BTreeMap::new();
    let (primary, primary_verdict) = match (rule.readings.first(), readings.first()) {
        (Some(reading), Some((_, verdict))) => (Some(reading), *verdict),
        _ => (None, Verdict::Human),
    };
    match primary.map(|reading| &reading.test) {
        Some(test @ Test::Ratio { .. }) => {
            add_comparison(test, primary_verdict, &mut figures);
            phrases.insert("bounds", bounds(test, &figures));
        }
        Some(Test::AnyCase { met_by, indicated_by, .. }) => {
            phrases = add_case_counts(met_by, indicated_by, batch_id, observed, measure_names, &mut figures);
            phrases.insert("gap", gap(met_by.iter().chain(indicated_by), batch_id, observed, measure_names));
        }
        Some(Test::Recurrence { window_months, times, .. }) => {
            figures.insert("times_required".to_owned(), Figure::Integer(i64::from(*times)));
            let dated =
                body_id.as_ref().and_then(|body_id| dates.get(body_id)).zip(batch.and_then(|row| row.exam_date));
            match dated {
                Some((dates, date)) => {
                    let most = most_within_window(dates, date, *window_months);
                    figures.insert("times_within_window".to_owned(), Figure::from(most));
                    phrases.insert("window", counted_in_window(most, *window_months, *times));
                }
                None => {
                    phrases.insert("window", no_window(*window_months));
                    if primary_verdict == Verdict::Indication {
                        missing.extend(undated(batch));
                    }
                }
            }
        }
        Some(Test::Human) | None => {}
    }
    let cases: Vec<FindingCase> = names
        .iter()
        .filter_map(|name| observed.get(batch_id, name).map(|seen| (name, seen)))
        .flat_map(cases_of)
        .collect();
    let mut subjects: Vec<String> = cases.iter().flat_map(|case| case.subjects.iter().cloned()).collect();
    subjects.sort();
    subjects.dedup();
    let mut detectors: Vec<&str> = names.iter().filter_map(|name| name.split('.').next()).collect();
    detectors.dedup();
    let sentence = rule.says.for_verdict(primary_verdict).unwrap_or(&rule.threshold);
    Finding {
        id: format!(
            "{}:{}:{batch_id}:{}",
            rule.article,
            body_id.as_ref().map_or("-", BodyId::as_str),
            primary.map_or("-", |reading| reading.id.as_str())
        ),
        rule_pack: pack.id.clone(),
        article: rule.article.clone(),
        detector: detectors.join("+"),
        verdict: primary_verdict,
        body_id,
        batch_id: Some(batch_id.clone()),
        subjects,
        text: fill(sentence, &figures, &phrases),
        figures,
        threshold: rule.threshold.clone(),
        missing,
        measure: Some(rule.measure),
        article_text: rule.text.clone(),
        human_element: rule.human.clone(),
        readings,
        cases,
    }
}

fn verdict(test: &Test, batch_id: &BatchId, observed: &Observed<'_>) -> Verdict {
    match test {
        Test::Ratio { observation, denominator, lower, upper, share } => {
            let figure = |name: &str| {
                let seen = observed.get(batch_id, observation).filter(|seen| seen.evaluated)?;
                seen.figures.get(name).and_then(Figure::integer)
            };
            match (figure(denominator), figure(lower), figure(upper)) {
                (Some(total), Some(lower), Some(upper)) => ratio::verdict(lower, upper, total, *share),
                _ => Verdict::Undetermined,
            }
        }
        // Three-valued "or": one case settles it, and only a full look without a case settles the contrary.
        Test::AnyCase { met_by, indicated_by, settled_by } => {
            let any_fact = met_by.iter().any(|name| observed.has_fact(batch_id, name));
            let any_sign = met_by.iter().chain(indicated_by).any(|name| observed.has_case(batch_id, name));
            if any_fact {
                Verdict::Met
            } else if any_sign {
                Verdict::Indication
            } else if settled_by.iter().all(|name| observed.is_evaluated(batch_id, name)) {
                Verdict::NotMet
            } else {
                Verdict::Undetermined
            }
        }
        Test::Recurrence { indicated_by, .. } => {
            if indicated_by.iter().any(|name| observed.has_case(batch_id, name)) {
                Verdict::Indication
            } else if indicated_by.iter().all(|name| observed.is_evaluated(batch_id, name)) {
                Verdict::NotMet
            } else {
                Verdict::Undetermined
            }
        }
        Test::Human => Verdict::Human,
    }
}

/// The integers behind a ratio, written out with the count that decided.
fn add_comparison(test: &Test, verdict: Verdict, figures: &mut Figures) {
    let Test::Ratio { denominator, lower, upper, share, .. } = test else { return };
    let figure = |name: &str| figures.get(name).and_then(Figure::integer);
    let count = if verdict == Verdict::NotMet { figure(upper) } else { figure(lower) };
    if let Some((total, count)) = figure(denominator).zip(count) {
        figures.insert("comparison".to_owned(), Figure::Text(ratio::comparison(count, total, *share)));
    }
}

/// What is known of a share that the data do not settle.
fn bounds(test: &Test, figures: &Figures) -> Bilingual {
    let Test::Ratio { denominator, lower, upper, .. } = test else { return Bilingual::default() };
    let figure = |name: &str| figures.get(name).and_then(Figure::integer);
    match (figure(denominator), figure(lower), figure(upper)) {
        (Some(0), ..) => {
            Bilingual::new("按现有记录，没有一人计入该分母", "by the records nobody is counted in the denominator")
        }
        (Some(total), Some(lower), Some(upper)) => Bilingual::new(
            format!("{total}人中至少{lower}人、至多{upper}人"),
            format!("of {total} at least {lower}, at most {upper}"),
        ),
        _ => Bilingual::new("没有可计数的记录", "nothing on record can be counted"),
    }
}

/// The measures that were not made, in brackets; empty when all were. Without it a sentence that no case was
/// seen would also speak for logs that nobody handed in.
fn gap<'a>(
    measures: impl Iterator<Item = &'a String>,
    batch_id: &BatchId,
    observed: &Observed<'_>,
    names: &MeasureNames,
) -> Bilingual {
    let unseen: Vec<Bilingual> = measures
        .filter(|name| !observed.is_evaluated(batch_id, name))
        .map(|name| names.get(name).cloned().unwrap_or_else(|| Bilingual::new(name.as_str(), name.as_str())))
        .collect();
    if unseen.is_empty() {
        return Bilingual::default();
    }
    let zh: Vec<&str> = unseen.iter().map(|name| name.zh.as_str()).collect();
    let en: Vec<&str> = unseen.iter().map(|name| name.en.as_str()).collect();
    Bilingual::new(
        format!("（因缺少数据未能核对：{}）", zh.join("、")),
        format!(" (not looked at for want of data: {})", en.join(", ")),
    )
}

fn counted_in_window(most: usize, months: u32, times: u32) -> Bilingual {
    Bilingual::new(
        format!("含本批次的任一连续{months}个月内，该机构最多有{most}个批次出现此种情形（条文为{times}次）"),
        format!(
            "batches of this body that show this within any {months} months that hold this one: at most {most} (the text says {times})"
        ),
    )
}

fn no_window(months: u32) -> Bilingual {
    Bilingual::new(
        format!("所属机构或考试日期未载明，无法按连续{months}个月计数"),
        format!("body or examination date are not on record, so that nothing can be counted over {months} months"),
    )
}

/// Counts the cases of facts and of signs, and says in words which measures saw them.
fn add_case_counts(
    met_by: &[String],
    indicated_by: &[String],
    batch_id: &BatchId,
    observed: &Observed<'_>,
    names: &MeasureNames,
    figures: &mut Figures,
) -> BTreeMap<&'static str, Bilingual> {
    let mut counts = [0_usize; 2];
    let mut lists = [Bilingual::default(), Bilingual::default()];
    for name in met_by.iter().chain(indicated_by) {
        if !observed.has_case(batch_id, name) {
            continue;
        }
        let kind = usize::from(!(observed.has_fact(batch_id, name) && met_by.contains(name)));
        let cases = observed.get(batch_id, name).map_or(0, |seen| seen.cases.len());
        counts[kind] += cases;
        let unnamed = Bilingual::new(name.as_str(), name.as_str());
        let said = names.get(name).unwrap_or(&unnamed);
        for (list, said, separator) in [(&mut lists[kind].zh, &said.zh, "、"), (&mut lists[kind].en, &said.en, ", ")] {
            if !list.is_empty() {
                list.push_str(separator);
            }
            list.push_str(&format!("{said} {cases}"));
        }
    }
    figures.insert("fact_cases".to_owned(), Figure::from(counts[0]));
    figures.insert("sign_cases".to_owned(), Figure::from(counts[1]));
    let [facts, signs] = lists;
    BTreeMap::from([("facts", facts), ("signs", signs)])
}

/// What keeps a batch out of its body's window.
fn undated(batch: Option<&Batch>) -> Vec<MissingFact> {
    match batch {
        None => vec![MissingFact::table("batches")],
        Some(batch) => [("body_id", batch.body_id.is_none()), ("exam_date", batch.exam_date.is_none())]
            .into_iter()
            .filter(|(_, absent)| *absent)
            .map(|(column, _)| MissingFact::column("batches", column))
            .collect(),
    }
}

fn cases_of<'a>((name, observation): (&'a &str, &'a Observation)) -> impl Iterator<Item = FindingCase> + use<'a> {
    observation.cases.iter().map(|case| FindingCase {
        measure: (*name).to_owned(),
        subjects: case.subjects.clone(),
        detail: case.detail.clone(),
        sources: case.sources.clone(),
    })
}

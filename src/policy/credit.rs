//! Weights of the credit assessment, as a pack may give them under `[credit]`. The regulation has no number, so the
//! pack built in has none.

use crate::model::credit::CreditWeights;
use crate::model::finding::Measure;
use crate::model::text::Bilingual;
use crate::policy::rule::Rule;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Points that no authority means, so that sums cannot run over.
const MOST_POINTS: i64 = 1_000_000;
/// A century in months.
const MOST_MONTHS: u32 = 1_200;

/// `[credit]` of a pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreditFile {
    start: Spanned<i64>,
    window_months: Option<Spanned<u32>>,
    #[serde(default)]
    weight: Vec<Spanned<WeightFile>>,
}

/// `[[credit.weight]]`: of an article or of a measure.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightFile {
    article: Option<String>,
    measure: Option<String>,
    points: i64,
}

/// What is wrong, and where in the text.
pub(super) type Fault = (usize, Bilingual);

/// Weights that mean something beside the rules of the pack.
///
/// # Errors
/// The first fault.
pub(super) fn weights(file: CreditFile, rules: &[Rule]) -> Result<CreditWeights, Fault> {
    let start = (file.start.span().start, file.start.into_inner());
    if !(0..=MOST_POINTS).contains(&start.1) {
        let zh = format!("`start` 应在 0–{MOST_POINTS} 之间：{}", start.1);
        return Err((start.0, Bilingual::new(zh, format!("`start` must be within 0–{MOST_POINTS}: {}", start.1))));
    }
    let window_months = match file.window_months {
        Some(months) if !(1..=MOST_MONTHS).contains(months.get_ref()) => {
            let found = months.get_ref();
            let zh = format!("`window_months` 应在 1–{MOST_MONTHS} 之间：{found}");
            let en = format!("`window_months` must be within 1–{MOST_MONTHS}: {found}");
            return Err((months.span().start, Bilingual::new(zh, en)));
        }
        months => months.map(Spanned::into_inner),
    };
    let mut weights =
        CreditWeights { start: start.1, window_months, articles: BTreeMap::new(), measures: BTreeMap::new() };
    for entry in file.weight {
        let at = entry.span().start;
        let WeightFile { article, measure, points } = entry.into_inner();
        if !(0..=MOST_POINTS).contains(&points) {
            let zh = format!("`points` 应在 0–{MOST_POINTS} 之间：{points}");
            return Err((at, Bilingual::new(zh, format!("`points` must be within 0–{MOST_POINTS}: {points}"))));
        }
        let is_known_twice = match (article, measure) {
            (Some(article), None) => {
                let item = format!("{article}(");
                if !rules.iter().any(|rule| rule.article == article || rule.article.starts_with(&item)) {
                    let zh = format!("规则包没有条文 {article}");
                    return Err((at, Bilingual::new(zh, format!("the pack has no article {article}"))));
                }
                weights.articles.insert(article, points).is_some()
            }
            (None, Some(word)) => {
                let Some(measure) = Measure::parse(&word) else {
                    let zh = format!("没有这样的措施：{word}");
                    return Err((at, Bilingual::new(zh, format!("there is no such measure: {word}"))));
                };
                weights.measures.insert(measure, points).is_some()
            }
            _ => {
                let zh = "权重须且只须写 `article` 或 `measure` 之一";
                return Err((at, Bilingual::new(zh, "a weight is of an `article` or of a `measure`, one of them")));
            }
        };
        if is_known_twice {
            return Err((at, Bilingual::new("同一对象有两个权重", "one thing has two weights")));
        }
    }
    Ok(weights)
}

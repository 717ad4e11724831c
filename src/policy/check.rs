//! What is wrong with a rule that reads well: each fault with the line it stands on.

use crate::model::finding::Verdict;
use crate::model::observation::MeasureNames;
use crate::model::text::Bilingual;
use crate::policy::error::PolicyError;
use crate::policy::rule::{Origin, Reading, Rule, Scope, Test, Years};
use crate::policy::slots::slots;
use std::collections::BTreeSet;

/// What rules may speak of: everything that detectors measure and tables hold.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// `detector.measure` with its words.
    pub measures: MeasureNames,
    /// Names of figures, without the measure.
    pub figures: BTreeSet<String>,
    /// Tables, and `table.column`.
    pub columns: BTreeSet<String>,
}

/// Phrases that every sentence may use, whatever is tested.
const PHRASES: [&str; 1] = ["needs"];

/// Phrases that a test provides.
const fn phrases_of(test: &Test) -> &'static [&'static str] {
    match test {
        Test::Ratio { .. } => &["bounds", "comparison"],
        Test::AnyCase { .. } => &["facts", "signs", "gap", "fact_cases", "sign_cases"],
        Test::Recurrence { .. } => &["window", "times_required", "times_within_window"],
        Test::CountInWindow { .. } => &["window", "times_required", "times_within_window", "times_possible"],
        Test::AbsenceInWindow { .. } => &["absence"],
        Test::DeadlinePassed { .. } | Test::DateValid { .. } => &["terms_outside", "terms_open"],
        Test::RepeatAfter { .. } => &["repeat"],
        Test::Human => &[],
    }
}

/// The line of the first place of a text within a rule, the rule's first line where it is not found.
pub fn line_of(origin: &Origin, needle: &str) -> usize {
    let own = origin.text.get(origin.start..).unwrap_or_default();
    let at = origin.start + own.find(needle).unwrap_or(0);
    origin.text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

fn fault(rule: &Rule, needle: &str, reason: Bilingual) -> PolicyError {
    PolicyError::Malformed { file: rule.origin.file.clone(), line: line_of(&rule.origin, needle), reason }
}

/// Faults that need nothing but the rule itself.
///
/// # Errors
/// The first fault.
pub fn check_rule(rule: &Rule) -> Result<(), PolicyError> {
    let Some(primary) = rule.readings.first() else {
        return Err(fault(rule, "article", Bilingual::new("没有任何读法", "it has no reading")));
    };
    let names = rule.readings.iter().map(|reading| &reading.name);
    for text in [&rule.title, &rule.text, &rule.threshold, &rule.human].into_iter().chain(names).chain(rule.says.all())
    {
        if text.zh.trim().is_empty() || text.en.trim().is_empty() {
            let needle = if text.zh.trim().is_empty() { &text.en } else { &text.zh };
            return Err(fault(
                rule,
                needle,
                Bilingual::new("文字缺少其中一种语言", "a text lacks one of its languages"),
            ));
        }
    }
    let mut seen = BTreeSet::new();
    for reading in &rule.readings {
        if !seen.insert(&reading.id) {
            return Err(fault(
                rule,
                &format!("id = \"{}\"", reading.id),
                Bilingual::new(
                    format!("两种读法的 id 相同：{}", reading.id),
                    format!("two readings have the id: {}", reading.id),
                ),
            ));
        }
        check_reading(rule, reading)?;
    }
    let lacking = primary.test.verdicts().iter().find(|verdict| rule.says.for_verdict(**verdict).is_none());
    if let Some(verdict) = lacking {
        return Err(fault(
            rule,
            "[says",
            Bilingual::new(
                format!("缺少 {} 的句子", verdict.as_str()),
                format!("it has no sentence for {}", verdict.as_str()),
            ),
        ));
    }
    // What is not there is said by a person's rule too.
    if primary.test == Test::Human && !rule.needs.is_empty() && rule.says.for_verdict(Verdict::Undetermined).is_none() {
        return Err(fault(
            rule,
            "needs",
            Bilingual::new("有 `needs` 而无 UNDETERMINED 的句子", "it has `needs` and no sentence for UNDETERMINED"),
        ));
    }
    Ok(())
}

fn check_reading(rule: &Rule, reading: &Reading) -> Result<(), PolicyError> {
    match &reading.test {
        Test::Ratio { share, .. } if share.numerator < 0 || share.denominator <= 0 => {
            return Err(fault(
                rule,
                "share =",
                Bilingual::new(
                    format!("share 不是分数：{}/{}", share.numerator, share.denominator),
                    format!("share is no fraction: {}/{}", share.numerator, share.denominator),
                ),
            ));
        }
        Test::AnyCase { met_by, indicated_by, settled_by } => {
            if let Some(name) = settled_by.iter().find(|name| !met_by.contains(name) && !indicated_by.contains(name)) {
                return Err(fault(
                    rule,
                    "settled_by =",
                    Bilingual::new(
                        format!("`settled_by` 含该检验不看的量度：{name}"),
                        format!("`settled_by` names what the test does not look at: {name}"),
                    ),
                ));
            }
        }
        Test::Recurrence { window_months, times, .. } | Test::CountInWindow { window_months, times, .. }
            if *window_months == 0 || *times == 0 =>
        {
            let needle = if *times == 0 { "times =" } else { "window_months =" };
            return Err(fault(
                rule,
                needle,
                Bilingual::new(
                    "计数须有不小于 1 的 `window_months` 与 `times`",
                    "a count needs `window_months` and `times` of 1 or more",
                ),
            ));
        }
        Test::AbsenceInWindow { window_months, years, .. } => {
            let is_whole = *years == Years::Rolling || window_months.is_multiple_of(12);
            if *window_months == 0 || !is_whole {
                return Err(fault(
                    rule,
                    "window_months =",
                    Bilingual::new(
                        "`window_months` 须不小于 1；按日历年计时须为 12 的倍数",
                        "`window_months` must be 1 or more, and whole years where calendar years count",
                    ),
                ));
            }
        }
        Test::RepeatAfter { articles, .. } if articles.is_empty() => {
            return Err(fault(
                rule,
                "articles",
                Bilingual::new("`articles` 不能为空", "`articles` must name at least one article"),
            ));
        }
        _ => {}
    }
    let of_a_body = matches!(reading.test, Test::AbsenceInWindow { .. } | Test::RepeatAfter { .. });
    if of_a_body && rule.scope != Scope::Body {
        return Err(fault(
            rule,
            reading.test.kind(),
            Bilingual::new(
                format!("{} 只能用于 scope = \"body\"", reading.test.kind()),
                format!("{} needs scope = \"body\"", reading.test.kind()),
            ),
        ));
    }
    let of_a_batch = matches!(reading.test, Test::Recurrence { .. } | Test::Ratio { .. });
    if of_a_batch && rule.scope != Scope::Batch {
        return Err(fault(
            rule,
            reading.test.kind(),
            Bilingual::new(
                format!("{} 只能用于 scope = \"batch\"", reading.test.kind()),
                format!("{} needs scope = \"batch\"", reading.test.kind()),
            ),
        ));
    }
    match reading.test.observations().into_iter().find(|name| !name.contains('.')) {
        Some(name) => Err(fault(
            rule,
            name,
            Bilingual::new(
                format!("量度的写法应为 `检测器.量度`：{name}"),
                format!("an observation is not named `detector.measure`: {name}"),
            ),
        )),
        None => Ok(()),
    }
}

/// Faults that show only beside what detectors measure and tables hold: unknown measures, figures and columns.
///
/// # Errors
/// The first fault.
pub fn check_names(rule: &Rule, vocabulary: &Vocabulary) -> Result<(), PolicyError> {
    for reading in &rule.readings {
        if let Some(name) =
            reading.test.observations().into_iter().find(|name| !vocabulary.measures.contains_key(*name))
        {
            return Err(PolicyError::UnknownMeasure {
                file: rule.origin.file.clone(),
                line: line_of(&rule.origin, &format!("\"{name}\"")),
                name: name.to_owned(),
                known: vocabulary.measures.keys().cloned().collect(),
            });
        }
        if let Test::Ratio { denominator, lower, upper, .. } = &reading.test
            && let Some(name) =
                [denominator, lower, upper].into_iter().find(|name| !vocabulary.figures.contains(name.as_str()))
        {
            return Err(fault(
                rule,
                &format!("\"{name}\""),
                Bilingual::new(
                    format!("没有检测器给出该数据：{name}"),
                    format!("no detector gives this figure: {name}"),
                ),
            ));
        }
    }
    if let Some(name) = rule.needs.iter().find(|name| !vocabulary.columns.contains(name.as_str())) {
        return Err(fault(
            rule,
            &format!("\"{name}\""),
            Bilingual::new(format!("没有这样的表或列：{name}"), format!("there is no such table or column: {name}")),
        ));
    }
    let phrases: Vec<&str> =
        rule.readings.iter().flat_map(|reading| phrases_of(&reading.test)).copied().chain(PHRASES).collect();
    for text in rule.says.all().flat_map(|says| [&says.zh, &says.en]) {
        let unknown = slots(text).into_iter().find(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            !phrases.contains(name) && !vocabulary.figures.contains(last)
        });
        if let Some(name) = unknown {
            return Err(fault(
                rule,
                &format!("{{{name}"),
                Bilingual::new(
                    format!("句中的 `{{{name}}}` 既不是数据也不是该检验的用语"),
                    format!("`{{{name}}}` in a sentence is neither a figure nor a phrase of the test"),
                ),
            ));
        }
    }
    Ok(())
}

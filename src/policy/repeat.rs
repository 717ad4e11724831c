//! A condition that holds again after a measure and a closed rectification.

use crate::model::finding::{FindingCase, Measure, Verdict};
use crate::model::missing::MissingFact;
use crate::model::observation::{MeasureNames, Nature};
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use crate::policy::place::{Place, Repeated};
use crate::policy::records::Records;
use crate::policy::rule::{Rule, Test};
use chrono::NaiveDate;

/// What the cases of a repeat are called.
pub fn case_names() -> MeasureNames {
    [
        ("policy.measure", "先前措施", "earlier measure"),
        ("policy.rectification", "整改办结", "closed rectification"),
        ("policy.finding", "其后的结论", "later finding"),
        ("policy.earlier_finding", "先前记录中的结论", "finding on earlier record"),
    ]
    .map(|(name, zh, en)| (name.to_owned(), Bilingual::new(zh, en)))
    .into()
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The verdict.
    pub verdict: Verdict,
    /// The facts in words.
    pub phrase: Bilingual,
    /// What is missing.
    pub missing: Vec<MissingFact>,
    /// The measure, the rectification and the later findings.
    pub cases: Vec<FindingCase>,
}

/// A dated entry with its source rows; entries of the history have none.
struct Entry {
    day: Option<NaiveDate>,
    sources: Vec<Provenance>,
}

impl Found {
    fn of(verdict: Verdict, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { verdict, phrase: Bilingual::new(zh, en), missing: Vec::new(), cases: Vec::new() }
    }

    fn lacking(mut self, facts: Vec<MissingFact>) -> Self {
        self.missing = facts;
        self
    }
}

/// Whether an item lies in an article: `20(1)` in `20`, and in `20(1)`.
fn lies_in(item: &str, article: &str) -> bool {
    item == article || item.strip_prefix(article).is_some_and(|rest| rest.starts_with('('))
}

/// Whether one of the articles was broken again after the measure and the closing of a rectification.
///
/// Each step is three-valued: without a measure on record the condition does not hold; a measure without a register of
/// rectifications leaves it open; and a condition of articles that the pack has no test for stays open.
pub fn repeated(after: Measure, articles: &[String], place: &Place<'_>, records: &Records<'_>) -> Found {
    let Some(body_id) = place.body_id else {
        return Found::of(Verdict::Undetermined, "所属机构未载明", "the body is not on record")
            .lacking(vec![MissingFact::column("batches", "body_id")]);
    };
    let (dataset, history) = (records.dataset, records.history);
    let taken = dataset.measures.iter().filter(|row| row.body_id == *body_id && row.measure == after.as_str());
    let mut measures: Vec<Entry> = taken.map(|row| Entry { day: row.decided_on, sources: vec![row.source] }).collect();
    let earlier = history.measures.iter().filter(|entry| entry.body_id == *body_id && entry.measure == after);
    measures.extend(earlier.map(|entry| Entry { day: Some(entry.decided_on), sources: Vec::new() }));
    if measures.is_empty() {
        if !dataset.has_table("measures") && history.is_empty() {
            return Found::of(Verdict::Undetermined, "没有处理记录可查", "no measures are on record to look at")
                .lacking(dataset.missing("measures", &[]));
        }
        return Found::of(Verdict::NotMet, "没有先前警示的记录", "no earlier warning is on record");
    }
    let Some(first) = measures.iter().filter_map(|entry| entry.day).min() else {
        return Found::of(Verdict::Undetermined, "先前警示没有日期", "the earlier warning has no date")
            .lacking(vec![MissingFact::column("measures", "decided_on")]);
    };
    let closed = dataset.rectifications.iter().filter(|row| row.body_id == *body_id);
    let mut closed: Vec<Entry> = closed.map(|row| Entry { day: row.closed_on, sources: vec![row.source] }).collect();
    let earlier = history.rectifications.iter().filter(|entry| entry.body_id == *body_id);
    closed.extend(earlier.map(|entry| Entry { day: entry.closed_on, sources: Vec::new() }));
    let closing = closed.iter().filter_map(|entry| entry.day).filter(|day| first <= *day).min();
    let Some(closing) = closing else {
        if closed.is_empty() && !dataset.has_table("rectifications") {
            return Found::of(
                Verdict::Undetermined,
                format!("{first} 曾受警示；没有整改记录可查"),
                format!("warned on {first}; no rectification is on record to look at"),
            )
            .lacking(dataset.missing("rectifications", &[]));
        }
        return Found::of(
            Verdict::NotMet,
            format!("{first} 曾受警示；其后没有办结的整改"),
            format!("warned on {first}; no rectification was closed after it"),
        );
    };
    let of_articles = |item: &str| articles.iter().any(|article| lies_in(item, article));
    let mut own: Vec<&Repeated> = place.said.iter().filter(|one| of_articles(&one.article)).collect();
    own.sort_by(|a, b| (a.day, &a.finding_id).cmp(&(b.day, &b.finding_id)));
    let is_tested = |rule: &Rule| rule.readings.first().is_some_and(|reading| reading.test != Test::Human);
    let has_test = place.rules.iter().any(|rule| of_articles(&rule.article) && is_tested(rule));
    let list = articles.join("、");
    if !has_test {
        return Found::of(
            Verdict::Undetermined,
            format!("{first} 曾受警示，整改于 {closing} 办结；对第 {list} 条没有机器检验，无从判断是否再次违反"),
            format!(
                "warned on {first}, rectification closed on {closing}; there is no machine test of Art. {}, so whether it was broken again is open",
                articles.join(", ")
            ),
        );
    }
    let is_later = |one: &&&Repeated| one.day.is_some_and(|day| closing < day);
    let later: Vec<&&Repeated> = own.iter().filter(is_later).collect();
    // The history keeps only what was met or indicated; what a person dismissed does not count.
    let old = history.findings.iter().filter(|finding| {
        finding.body_id.as_ref() == Some(body_id)
            && of_articles(&finding.article)
            && !finding.is_dismissed()
            && finding.exam_date.is_some_and(|day| closing < day)
    });
    let old: Vec<_> = old.collect();
    let reached = |verdict: Verdict| {
        later.iter().any(|one| one.verdict == verdict) || old.iter().any(|finding| finding.verdict == verdict)
    };
    // A condition without a day may lie on either side of the closing.
    let is_open = reached(Verdict::Undetermined)
        || own.iter().any(|one| one.day.is_none() && one.verdict != Verdict::NotMet && one.verdict != Verdict::Human);
    let verdict = if reached(Verdict::Met) {
        Verdict::Met
    } else if reached(Verdict::Indication) {
        Verdict::Indication
    } else if is_open {
        Verdict::Undetermined
    } else {
        Verdict::NotMet
    };
    let counted = later.iter().filter(|one| one.verdict == Verdict::Met).count()
        + old.iter().filter(|finding| finding.verdict == Verdict::Met).count();
    let mut found = Found::of(
        verdict,
        format!("{first} 曾受警示，整改于 {closing} 办结；其后第 {list} 条之条件成立 {counted} 项"),
        format!(
            "warned on {first}, rectification closed on {closing}; conditions of Art. {} met after that: {counted}",
            articles.join(", ")
        ),
    );
    if matches!(verdict, Verdict::Met | Verdict::Indication) {
        let case =
            |measure: &str, subjects: Vec<String>, sources: Vec<Provenance>, zh: String, en: String| FindingCase {
                measure: measure.to_owned(),
                nature: Nature::Fact,
                subjects,
                detail: Bilingual::new(zh, en),
                sources,
            };
        let rows = |entries: &[Entry], day: NaiveDate| -> Vec<Provenance> {
            entries.iter().filter(|entry| entry.day == Some(day)).flat_map(|entry| entry.sources.clone()).collect()
        };
        found.cases.push(case(
            "policy.measure",
            Vec::new(),
            rows(&measures, first),
            format!("{first} 警示。"),
            format!("Warning on {first}."),
        ));
        found.cases.push(case(
            "policy.rectification",
            Vec::new(),
            rows(&closed, closing),
            format!("整改于 {closing} 办结。"),
            format!("Rectification closed on {closing}."),
        ));
        for one in later.iter().filter(|one| matches!(one.verdict, Verdict::Met | Verdict::Indication)) {
            let day = one.day.map_or_else(String::new, |day| day.to_string());
            found.cases.push(case(
                "policy.finding",
                vec![one.finding_id.clone()],
                one.sources.clone(),
                format!("{day}：{}，{}。", one.article, one.verdict.as_str()),
                format!("{day}: {}, {}.", one.article, one.verdict.as_str()),
            ));
        }
        for one in &old {
            let day = one.exam_date.map_or_else(String::new, |day| day.to_string());
            found.cases.push(case(
                "policy.earlier_finding",
                vec![one.finding_id.clone()],
                Vec::new(),
                format!("{day}：{}，{}（先前记录）。", one.article, one.verdict.as_str()),
                format!("{day}: {}, {} (on earlier record).", one.article, one.verdict.as_str()),
            ));
        }
    }
    found
}
